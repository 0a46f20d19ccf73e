//! Populations of users, the resolver caches that stand between them and the name, and what their clients keep.

mod clients;

pub use clients::{Client, Connections, Pin};

use super::region::user_place;
use super::{presets, read_preset};
use crate::id::StoreId;
use crate::law::Law;
use crate::places::UserPlace;
use crate::read::Node;
use crate::read::{Fields, Reader, Value, variant};
use crate::units::{Duration, Rate, Share};
use serde::Deserialize;

/// Users in one place with one behaviour.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    pub name: String,
    pub place: &'static UserPlace,
    /// 1 to 10^12.
    pub users: u64,
    /// Requests that one user makes, day and night alike.
    pub reads: Rate,
    pub writes: Rate,
    /// Where reads and writes go; `None`: answered by the region alone.
    pub store: Option<StoreId>,
    pub resolvers: Resolvers,
    pub client: Client,
}

/// The resolver caches of a population.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolvers {
    /// How many caches; users are spread evenly over them, and those behind one move together. Never more than users.
    /// `None`: so many that no single one is seen.
    pub caches: Option<u64>,
    /// Groups of users behind one cache whose clients keep something: each has its own phases. `None`: enough that no
    /// single one is seen.
    pub clients: Option<u64>,
    /// Questions that one cache gets. Default: one per request of its users; where nothing says how many caches there are,
    /// a 200th of the population stands behind each (assumption).
    pub queries: Option<Rate>,
    /// Kinds of caches, by their shares. Default: all honour the time to live.
    pub classes: Vec<ResolverClass>,
}

/// Caches of one kind.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResolverClass {
    /// Share of the population's caches.
    pub share: Share,
    pub keeps: Keeps,
    /// While the name servers do not answer, it goes on answering with what has expired (RFC 8767).
    #[serde(default)]
    pub serves_stale: bool,
}

/// How long a resolver keeps an answer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum Keeps {
    /// As long as its time to live.
    Honours,
    /// At least so long, whatever the time to live.
    AtLeast(Duration),
    /// At most so long.
    AtMost(Duration),
    /// For a time of its own, whatever the time to live.
    For(Law),
}

/// Of a population that does not say how many caches it has, the users behind each are this part of it (assumption).
const BEHIND_ONE: u64 = 200;
/// Caches that stand for so many that no single one is seen. The half stratum at the 99 % point (148.5 of 150) makes the
/// time by which 99 % have moved right in the mean.
const SHOWN: u64 = 150;
/// The same where clients keep something of their own: what breaks a connection has a longer tail than a time to live.
const SHOWN_WITH_CLIENTS: u64 = 250;

/// A simulated cache and the users behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its class, its number there, and how many that class has.
    pub class: usize,
    pub member: u64,
    pub members: u64,
    pub users: u64,
}

impl Cell {
    /// Users of one of so many parts behind the cache.
    pub fn users_of(&self, part: u64, parts: u64) -> u64 {
        evenly(self.users, parts, part)
    }
}

impl Population {
    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Population> {
        let mut fields = Fields::open(reader, expr, "Population")?;
        let name = fields.required::<String>("name");
        let place = fields.required_with("place", "\"japan\"", user_place);
        let users = fields.required::<u64>("users");
        let reads = fields.or("reads", Rate::ZERO);
        let writes = fields.or("writes", Rate::ZERO);
        let store: Option<StoreId> = fields.optional("store");
        let resolvers = fields.with("resolvers", Resolvers::read);
        let client = fields.with("client", Client::read);
        let only_store = (fields.reader().names.stores.len() == 1).then_some(StoreId(0));
        super::rules::check_population(&mut fields, users, reads, writes, store.or(only_store));
        fields.close();
        let users = users?;
        let mut resolvers = resolvers.unwrap_or(Resolvers {
            caches: None,
            clients: None,
            queries: None,
            classes: vec![HONOURS],
        });
        resolvers.caches = resolvers.caches.map(|caches| caches.min(users));
        let client = client.unwrap_or_else(|| presets::all().clients[0].value.clone());
        Some(Population {
            name: name?,
            place: place?,
            users,
            reads,
            writes,
            store: store.or(only_store),
            resolvers,
            client,
        })
    }

    /// Whether clients have caches or connections of their own.
    pub fn keeps(&self) -> bool {
        !self.client.pins.is_empty() || self.client.connections.is_some()
    }

    /// By class: caches that are simulated. Where the scenario says how many there are, each is one of them. Where it does
    /// not, they stand for very many: every class has enough of them to show its law, however few users it has.
    pub fn simulated_caches(&self) -> Vec<u64> {
        if let Some(caches) =
            self.resolvers.caches.or((self.users <= self.shown()).then_some(self.users))
        {
            return laid_out(&self.resolvers.classes, caches);
        }
        let users = laid_out(&self.resolvers.classes, self.users);
        let enough = |(class, users): (&ResolverClass, &u64)| {
            ((class.share.as_f64() * self.shown() as f64) as u64).max(SHOWN).min(*users)
        };
        self.resolvers.classes.iter().zip(&users).map(enough).collect()
    }

    /// Simulated caches, class by class, with the users behind each: as even as whole users allow.
    pub fn cells(&self) -> Vec<Cell> {
        let sizes = self.simulated_caches();
        let all: u64 = sizes.iter().sum();
        let users_of_classes = laid_out(&self.resolvers.classes, self.users);
        let (mut cells, mut before) = (Vec::with_capacity(all as usize), 0);
        for (class, members) in sizes.into_iter().enumerate() {
            for member in 0..members {
                // Caches that are shown stand for the users of their class, those that are counted are all alike.
                let users = if self.caches_are_shown() {
                    evenly(users_of_classes[class], members, member)
                } else {
                    evenly(self.users, all, before + member)
                };
                cells.push(Cell { class, member, members, users });
            }
            before += members;
        }
        cells
    }

    /// Caches that show the law of very many.
    fn shown(&self) -> u64 {
        if self.keeps() && self.resolvers.clients.is_none() { SHOWN_WITH_CLIENTS } else { SHOWN }
    }

    /// Whether a simulated cache stands for many.
    pub fn caches_are_shown(&self) -> bool {
        self.resolvers.caches.is_none() && self.users > self.shown()
    }

    /// Groups of users behind one simulated cache that are told apart by what their clients keep: one, where clients keep nothing.
    pub fn parts(&self) -> u64 {
        if !self.keeps() {
            return 1;
        }
        let caches = self.resolvers.caches.unwrap_or(self.shown()).min(self.users);
        let usual =
            if self.resolvers.caches.is_none() { 1 } else { SHOWN_WITH_CLIENTS.div_ceil(caches) };
        self.resolvers.clients.unwrap_or(usual).min(self.users / caches).max(1)
    }

    /// Questions per second that one cache gets, when each of its users asks so often.
    pub fn queries_per_cache(&self, asked: f64) -> f64 {
        let caches = self.resolvers.caches.unwrap_or(BEHIND_ONE.min(self.users));
        self.resolvers
            .queries
            .map_or(asked * (self.users as f64 / caches as f64), |rate| rate.per_second())
    }
}

/// By class: how many of `all` belong to it.
fn laid_out(classes: &[ResolverClass], all: u64) -> Vec<u64> {
    let (mut sum, mut before) = (0u64, 0u64);
    let sizes = classes.iter().map(|class| {
        sum += class.share.parts();
        let end = (u128::from(sum) * u128::from(all) * 2 + u128::from(Share::ALL.parts()))
            / (2 * u128::from(Share::ALL.parts()));
        std::mem::replace(&mut before, end as u64).abs_diff(end as u64)
    });
    sizes.collect()
}

/// The share of the member number `member` in so many things.
fn evenly(things: u64, members: u64, member: u64) -> u64 {
    things / members + u64::from(member < things % members)
}

/// All caches honour the time to live.
const HONOURS: ResolverClass =
    ResolverClass { share: Share::ALL, keeps: Keeps::Honours, serves_stale: false };

impl Resolvers {
    fn read(expr: &Node, reader: &mut Reader) -> Option<Resolvers> {
        let mut fields = Fields::open(reader, expr, "Resolvers")?;
        let caches: Option<u64> = fields.optional("caches");
        let clients: Option<u64> = fields.optional("clients");
        let queries = fields.optional("queries");
        let preset = fields.with("preset", |expr, reader| {
            read_preset(expr, reader, "resolver preset", &presets::all().resolvers)
        });
        let minimum_ttl: Option<Duration> = fields.optional("minimum_ttl");
        let before = fields.problems();
        let written = fields.list("classes", ResolverClass::read);
        if queries.is_some_and(|rate: Rate| rate.is_zero()) {
            let at = fields.place_of("queries");
            fields.reader().problem(
                at,
                "caches that nobody asks hold nothing",
                "write how often one cache is asked, or leave queries out",
            );
        }
        if clients == Some(0) {
            let at = fields.place_of("clients");
            fields.reader().problem(
                at,
                "nobody stands behind a resolver",
                "write clients: 1 or more",
            );
        }
        if caches == Some(0) {
            let at = fields.place_of("caches");
            fields.reader().problem(
                at,
                "a population needs at least one resolver cache",
                "write caches: 1 or more",
            );
        }
        if minimum_ttl.is_some() && (!written.is_empty() || preset.is_some()) {
            let at = fields.place_of("minimum_ttl");
            fields.reader().problem(
                at,
                "minimum_ttl and classes both say how long caches keep",
                "write keeps: AtLeast(\"..\") in the class it is meant for",
            );
        }
        let classes = match (written.is_empty(), preset, minimum_ttl) {
            (false, _, _) => written,
            (true, Some(preset), _) => preset,
            (true, None, Some(least)) => {
                vec![ResolverClass { keeps: Keeps::AtLeast(least), ..HONOURS }]
            }
            (true, None, None) => vec![HONOURS],
        };
        let total: u64 = classes.iter().map(|class| class.share.parts()).sum();
        if fields.problems() == before && total != Share::ALL.parts() {
            let at = fields.place_of("classes");
            let sum = total as f64 * 100.0 / Share::ALL.parts() as f64;
            fields.reader().problem(
                at,
                format!("the shares of the classes sum to {sum}%"),
                "make them sum to 100%",
            );
        }
        fields.close();
        Some(Resolvers { caches, clients, queries, classes })
    }
}

impl ResolverClass {
    fn read(expr: &Node, reader: &mut Reader) -> Option<ResolverClass> {
        let mut fields = Fields::open(reader, expr, "Class")?;
        let share = fields.required("share");
        let keeps = fields.with("keeps", Keeps::read).unwrap_or(Keeps::Honours);
        let serves_stale = fields.or("serves_stale", false);
        fields.close();
        Some(ResolverClass { share: share?, keeps, serves_stale })
    }
}

impl Keeps {
    /// Reads `Honours`, `AtLeast("5min")`, `AtMost("60s")` or `For(Exponential(mean: "9min"))`.
    fn read(expr: &Node, reader: &mut Reader) -> Option<Keeps> {
        let problem = |reader: &mut Reader| {
            let what =
                format!("{} does not say how long a cache keeps", crate::read::describe(expr));
            reader.problem(crate::read::place(expr), what, "write Honours, AtLeast(\"5min\"), AtMost(\"60s\") or For(Exponential(mean: \"9min\"))");
            None
        };
        match (variant(expr), crate::read::only_value(expr)) {
            (Some("Honours"), None) => Some(Keeps::Honours),
            (Some("AtLeast"), Some(value)) => Duration::read(value, reader).map(Keeps::AtLeast),
            (Some("AtMost"), Some(value)) => Duration::read(value, reader).map(Keeps::AtMost),
            (Some("For"), Some(value)) => Law::read(value, reader).map(Keeps::For),
            _ => problem(reader),
        }
    }

    /// How long an answer with this time to live is kept.
    pub fn lifetime(&self, ttl: Duration) -> Law {
        match self {
            Keeps::Honours => Law::Constant(ttl),
            Keeps::AtLeast(least) => Law::Constant(ttl.max(*least)),
            Keeps::AtMost(most) => Law::Constant(ttl.min(*most)),
            Keeps::For(law) => *law,
        }
    }
}
