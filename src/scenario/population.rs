//! Populations of users, the resolver caches that stand between them and the name, and what their clients keep.

mod clients;

pub use clients::{Client, Connections, Pin};

use super::presets;
use super::rules::USER_LIMIT;
use crate::id::StoreId;
use crate::law::Law;
use crate::places::UserPlace;
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};
use crate::units::{Duration, Rate, Share};

record! {
    /// Users in one place with one behaviour.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Population as "Population", check Population::judge {
        /// The name under which the report lists it.
        pub name: String,
        /// Where they are: a place of `mrsim list places`.
        pub place: &'static UserPlace,
        /// How many there are.
        #[range(1u64, USER_LIMIT, "write 1 to 1_000_000_000_000")]
        pub users: u64,
        /// Reads that one user makes, day and night alike.
        pub reads: Rate = Rate::ZERO,
        /// Writes that one user makes, day and night alike.
        pub writes: Rate = Rate::ZERO,
        /// Where reads and writes go. Not needed where there is only one store, or none: then the region alone answers.
        pub store: Option<StoreId>,
        /// The resolver caches between them and the name.
        pub resolvers: Resolvers = Resolvers::honest(),
        /// What their clients do between the name and a request.
        pub client: Client = Client::usual(),
    }
}

record! {
    /// The resolver caches of a population.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Resolvers as "Resolvers", short preset, preset presets::resolvers, check Resolvers::judge {
        /// How many caches; users are spread evenly over them, and those behind one move together. Never more than users. Not
        /// written, they are so many that no single one is seen.
        pub caches: Option<u64>,
        /// Groups of users behind one cache whose clients keep something: each has its own phases. Not written, there are so many
        /// that no single one is seen.
        pub clients: Option<u64>,
        /// Questions that one cache gets. Not written, it is one per request of its users; where nothing says how many caches there
        /// are, a 200th of the population stands behind each (assumption).
        pub queries: Option<Rate>,
        /// No cache keeps an answer for less; instead of `classes`.
        pub minimum_ttl: Option<Duration>,
        /// Kinds of caches, whose shares sum to 100%.
        pub classes: Vec<ResolverClass> = vec![HONOURS],
    }
}

record! {
    /// Resolver caches of one kind.
    #[derive(Clone, Debug, PartialEq)]
    pub struct ResolverClass as "Class" {
        /// Share of the population's caches.
        pub share: Share,
        /// How long they keep an answer.
        pub keeps: Keeps = Keeps::Honours,
        /// While the name servers do not answer, they go on answering with what has expired (RFC 8767).
        pub serves_stale: bool = false,
    }
}

/// How long a resolver keeps an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Keeps {
    /// As long as its TTL.
    Honours,
    /// At least so long, whatever the TTL.
    AtLeast(Duration),
    /// At most so long.
    AtMost(Duration),
    /// For a time of its own, whatever the TTL.
    For(Law),
}

/// Of a population that does not say how many caches it has, the users behind each are this part of it (assumption).
const BEHIND_ONE: u64 = 200;
/// Caches that stand for so many that no single one is seen. The half stratum at the 99% point (148.5 of 150) makes the
/// time by which 99% have moved right in the mean.
const SHOWN: u64 = 150;
/// The same where clients keep something of their own: what breaks a connection has a longer tail than a TTL.
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
    /// A population uses the only store there is.
    fn judge(&mut self, fields: &mut Fields) {
        let known = fields.reader().names.stores.len();
        if known == 1 {
            self.store = self.store.or(Some(StoreId(0)));
        }
        self.resolvers.caches = self.resolvers.caches.map(|caches| caches.min(self.users));
        let at = fields.place();
        if self.store.is_none() && known > 1 {
            let what = "the population does not say which store it uses";
            fields.reader().problem(at, what, "add store: \"..\"");
        }
        if self.store.is_none() && known == 0 && !self.writes.is_zero() {
            let help = "add stores: [Store(..)], or take the writes out";
            fields.reject("writes", "there are writes and no store to write to", help);
        }
        if self.reads.is_zero() && self.writes.is_zero() {
            let help = "add reads: \"6 req/min\" or writes: \"1 req/min\"";
            fields.reader().problem(at, "the population makes no requests", help);
        }
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

    /// Caches that show the distribution of very many.
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

/// All caches honour the TTL.
const HONOURS: ResolverClass =
    ResolverClass { share: Share::ALL, keeps: Keeps::Honours, serves_stale: false };

impl Resolvers {
    /// So many that no single one is seen, and all honour the TTL.
    fn honest() -> Resolvers {
        let classes = vec![HONOURS];
        Resolvers { caches: None, clients: None, queries: None, minimum_ttl: None, classes }
    }

    fn judge(&mut self, fields: &mut Fields) {
        let rules = [
            (
                "queries",
                self.queries.is_some_and(Rate::is_zero),
                "caches that no client asks hold nothing",
                "write how often one cache is asked, or leave queries out",
            ),
            (
                "clients",
                self.clients == Some(0),
                "no user is behind a resolver",
                "write clients: 1 or more",
            ),
            (
                "caches",
                self.caches == Some(0),
                "a population needs at least one resolver cache",
                "write caches: 1 or more",
            ),
            (
                "minimum_ttl",
                self.minimum_ttl.is_some() && fields.is_written("classes"),
                "minimum_ttl and classes both say how long caches keep",
                "write keeps: AtLeast(\"..\") in the class it is meant for",
            ),
        ];
        for (name, _, what, help) in rules.into_iter().filter(|(_, is_wrong, ..)| *is_wrong) {
            fields.reject(name, what, help);
        }
        if let Some(least) = self.minimum_ttl.take() {
            self.classes = vec![ResolverClass { keeps: Keeps::AtLeast(least), ..HONOURS }];
        }
        let total: u64 = self.classes.iter().map(|class| class.share.parts()).sum();
        if total != Share::ALL.parts() {
            let sum = total as f64 * 100.0 / Share::ALL.parts() as f64;
            let what = format!("the shares of the classes sum to {sum}%");
            fields.reject("classes", what, "make them sum to 100%");
        }
    }
}

record! {
    /// At least so long, whatever the TTL.
    #[derive(Clone, Debug)]
    struct AtLeast as "AtLeast", short value {
        /// The shortest time.
        value: Duration,
    }
}

record! {
    /// At most so long.
    #[derive(Clone, Debug)]
    struct AtMost as "AtMost", short value {
        /// The longest time.
        value: Duration,
    }
}

record! {
    /// For a time of its own, whatever the TTL.
    #[derive(Clone, Debug)]
    struct For as "For", short value {
        /// How long.
        value: Law,
    }
}

/// `Honours`, `AtLeast("5min")`, `AtMost("60s")` or `For(Exponential(mean: "9min"))`.
impl Value for Keeps {
    const EXAMPLE: &'static str = "Honours or AtLeast(\"5min\")";

    fn shape() -> Shape {
        let honours = Shape::Words(|| vec![("Honours", "As long as its TTL.")]);
        Shape::Either(vec![honours, AtLeast::shape(), AtMost::shape(), For::shape()])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Keeps> {
        match node.name() {
            Some("Honours") => Some(Keeps::Honours),
            Some("AtLeast") => AtLeast::read(node, reader).map(|least| Keeps::AtLeast(least.value)),
            Some("AtMost") => AtMost::read(node, reader).map(|most| Keeps::AtMost(most.value)),
            Some("For") => For::read(node, reader).map(|time| Keeps::For(time.value)),
            _ => {
                let what = format!("{} does not say how long a cache keeps", node.describe());
                reader.problem(node.place, what, "write Honours, AtLeast(\"5min\"), AtMost(\"60s\") or For(Exponential(mean: \"9min\"))");
                None
            }
        }
    }

    fn write(&self, names: &Names) -> Node {
        match *self {
            Keeps::Honours => Node::word("Honours"),
            Keeps::AtLeast(value) => AtLeast { value }.write(names),
            Keeps::AtMost(value) => AtMost { value }.write(names),
            Keeps::For(value) => For { value }.write(names),
        }
    }
}

impl Keeps {
    /// How long an answer with this TTL is kept.
    pub fn lifetime(&self, ttl: Duration) -> Law {
        match self {
            Keeps::Honours => Law::Constant(ttl),
            Keeps::AtLeast(least) => Law::Constant(ttl.max(*least)),
            Keeps::AtMost(most) => Law::Constant(ttl.min(*most)),
            Keeps::For(law) => *law,
        }
    }
}
