//! A scenario as plain numbers that a law can change, and its text. All times are nanoseconds, all
//! rates are events per 10^9 seconds.

use mrsim::units::{Duration, Rate};
use std::fmt::{self, Display, Formatter};

pub const SECOND: u64 = 1_000_000_000;
pub const MILLI: u64 = 1_000_000;

/// A law of a length of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Span {
    Constant(u64),
    Uniform(u64, u64),
    Exponential(u64),
    /// Median and sigma.
    Lognormal(u64, f64),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    pub name: String,
    pub near: &'static str,
}

/// How long the resolvers of a class keep an answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Keeps {
    Honours,
    AtLeast(u64),
    AtMost(u64),
    For(Span),
}

/// A share of a population's resolvers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Class {
    pub percent: u64,
    pub keeps: Keeps,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Connections {
    pub idle: u64,
    pub at_most: Option<u64>,
    pub timeout: u64,
}

/// What clients keep between a name and a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Client {
    /// `None`: for ever.
    pub pins: Vec<Option<u64>>,
    pub connections: Option<Connections>,
    pub attempts: u64,
    pub timeout: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    pub name: String,
    pub place: &'static str,
    pub users: u64,
    pub reads: u64,
    pub writes: u64,
    pub store: Option<String>,
    pub caches: u64,
    pub queries: Option<u64>,
    /// Shares that sum to all.
    pub classes: Vec<Class>,
    /// `None`: clients keep nothing.
    pub client: Option<Client>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    pub name: String,
    pub region: usize,
    /// The routing policy goes by it; else only a promotion does.
    pub routed: bool,
    pub interval: u64,
    pub threshold: u64,
    pub checkers: u64,
    pub healthy_above_percent: u64,
    pub fixed: bool,
    pub timeout: u64,
    pub answer_timeout: u64,
    pub response: u64,
    /// It looks at the content of the answer.
    pub reads_content: bool,
    pub push: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Policy {
    Failover {
        primary: usize,
        secondary: usize,
    },
    Latency(Vec<usize>),
    /// Region and weight.
    Weighted(Vec<(usize, u64)>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Promotion {
    pub to: usize,
    pub watches: String,
    pub decision: Span,
    pub duration: Span,
    /// Further fields, as they are written.
    pub more: String,
}

/// What acknowledges a write.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    /// The writer alone.
    Log,
    /// So many replicas too; with a time-out, until it has passed.
    Confirmed { acks: u64, timeout: Option<u64> },
    /// A majority of the store's regions.
    Agreed { leader: bool },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Store {
    pub name: String,
    pub writer: usize,
    pub readers: Vec<usize>,
    pub family: Family,
    pub lag: Span,
    pub each_write: bool,
    pub unordered: bool,
    pub endpoint_ttl: u64,
    pub promotion: Option<Promotion>,
    /// Further fields, as they are written.
    pub more: String,
}

/// What callers of a region meet that is out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum How {
    BlackHole,
    FastFail,
    Errors,
    /// Accepts after so long.
    Hang(u64),
    WrongContent,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Breaks {
    Outage { region: usize, how: How },
    Cut { from: usize, to: Vec<usize>, both: bool },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub breaks: Breaks,
    pub at: u64,
    pub lasting: Span,
}

/// A whole scenario.
#[derive(Clone, PartialEq)]
pub struct Design {
    pub run: u64,
    pub step: u64,
    pub regions: Vec<Region>,
    /// Own round trips between two regions; measured ones elsewhere.
    pub links: Vec<(usize, usize, u64)>,
    pub populations: Vec<Population>,
    pub checks: Vec<Check>,
    pub ttl: u64,
    pub policy: Policy,
    pub stores: Vec<Store>,
    pub faults: Vec<Fault>,
    pub threshold_percent: u64,
    pub hold: u64,
}

/// A time with its unit.
pub fn time(nanos: u64) -> String {
    format!("\"{}\"", Duration::from_nanos(nanos))
}

fn rate(nano_hertz: u64) -> String {
    format!("\"{}\"", Rate::from_nano_hertz(nano_hertz))
}

fn list<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}

impl Span {
    /// The same law with all times `k` times as long.
    pub fn times(self, k: u64) -> Span {
        match self {
            Span::Constant(length) => Span::Constant(length * k),
            Span::Uniform(from, to) => Span::Uniform(from * k, to * k),
            Span::Exponential(mean) => Span::Exponential(mean * k),
            Span::Lognormal(median, sigma) => Span::Lognormal(median * k, sigma),
        }
    }
}

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Span::Constant(length) => write!(f, "{}", time(length)),
            Span::Uniform(from, to) => write!(f, "Uniform(from: {}, to: {})", time(from), time(to)),
            Span::Exponential(mean) => write!(f, "Exponential(mean: {})", time(mean)),
            Span::Lognormal(median, sigma) => write!(f, "Lognormal(median: {}, sigma: {sigma:?})", time(median)),
        }
    }
}

impl Display for How {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            How::Hang(accepts_after) => write!(f, "Hang(accepts_after: {})", time(*accepts_after)),
            plain => write!(f, "{plain:?}"),
        }
    }
}

impl Display for Keeps {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Keeps::Honours => write!(f, "Honours"),
            Keeps::AtLeast(least) => write!(f, "AtLeast({})", time(least)),
            Keeps::AtMost(most) => write!(f, "AtMost({})", time(most)),
            Keeps::For(span) => write!(f, "For({span})"),
        }
    }
}

impl Display for Client {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pins = list(&self.pins, |pin| pin.map_or("Forever".into(), time));
        let connections = self.connections.map_or(String::new(), |kept| {
            let at_most = kept.at_most.map_or(String::new(), |most| format!(", at_most: {}", time(most)));
            format!(", connections: Connections(idle: {}, timeout: {}{at_most})", time(kept.idle), time(kept.timeout))
        });
        write!(f, "Client(pins: [{pins}], attempts: {}, timeout: {}{connections})", self.attempts, time(self.timeout))
    }
}

/// A design is shown as the scenario that reproduces it.
impl fmt::Debug for Design {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.text())
    }
}

impl Design {
    /// The scenario's text.
    pub fn text(&self) -> String {
        let objectives = format!("Objectives(threshold: \"{}%\", hold: {})", self.threshold_percent, time(self.hold));
        [
            "Scenario(\n    question: \"Does the law hold?\",".to_string(),
            format!("    run: {}, step: {},", time(self.run), time(self.step)),
            format!("    regions: [{}],", list(&self.regions, |region| format!("Region(name: \"{}\", near: \"{}\")", region.name, region.near))),
            format!("    links: [{}],", list(&self.links, |link| self.link(link))),
            format!("    users: [\n        {},\n    ],", list(&self.populations, population)),
            format!("    health_checks: [{}],", list(&self.checks, |check| self.check(check))),
            format!("    routing: Routing(ttl: {}, policy: {}),", time(self.ttl), self.policy()),
            format!("    stores: [{}],", list(&self.stores, |store| self.store(store))),
            format!("    faults: [{}],", list(&self.faults, |fault| self.fault(fault))),
            format!("    objectives: {objectives},\n)"),
        ]
        .join("\n")
    }

    fn region(&self, index: usize) -> String {
        format!("\"{}\"", self.regions[index].name)
    }

    fn link(&self, &(from, to, round_trip): &(usize, usize, u64)) -> String {
        format!("Link(from: {}, to: {}, round_trip: {})", self.region(from), self.region(to), time(round_trip))
    }

    fn check(&self, check: &Check) -> String {
        format!(
            "HealthCheck(name: \"{}\", kind: {}, watches: {}, interval: {}, threshold: {}, checkers: {}, healthy_above: \"{}%\", cadence: {}, connect_timeout: {}, answer_timeout: {}, response_time: {}, push: {})",
            check.name,
            if check.reads_content { "StringMatch" } else { "Http" },
            self.region(check.region),
            time(check.interval),
            check.threshold,
            check.checkers,
            check.healthy_above_percent,
            if check.fixed { "Fixed" } else { "AfterResponse" },
            time(check.timeout),
            time(check.answer_timeout),
            time(check.response),
            check.push
        )
    }

    /// The check by which routing judges a region.
    pub fn routing_check(&self, region: usize) -> Option<&Check> {
        self.checks.iter().find(|check| check.routed && check.region == region)
    }

    fn target(&self, region: usize, more: &str) -> String {
        let check = self.routing_check(region).map_or(String::new(), |check| format!(", check: \"{}\"", check.name));
        format!("To(region: {}{check}{more})", self.region(region))
    }

    fn policy(&self) -> String {
        match &self.policy {
            Policy::Failover { primary, secondary } => {
                format!("Failover(primary: {}, secondary: {})", self.target(*primary, ""), self.target(*secondary, ""))
            }
            Policy::Latency(to) => format!("Latency(to: [{}])", list(to, |region| self.target(*region, ""))),
            Policy::Weighted(to) => format!("Weighted(to: [{}])", list(to, |(region, weight)| self.target(*region, &format!(", weight: {weight}")))),
        }
    }

    fn store(&self, store: &Store) -> String {
        let promotion = store.promotion.as_ref().map_or(String::new(), |promotion| {
            let to = self.region(promotion.to);
            format!(
                ", promotion: Promotion(to: {to}, watches: \"{}\", decision: {}, duration: {}{})",
                promotion.watches, promotion.decision, promotion.duration, promotion.more
            )
        });
        let (name, lag) = (&store.name, store.lag);
        let replication = match store.family {
            Family::Confirmed { acks, timeout: Some(timeout) } => format!("SemiSync(lag: {lag}, acks: {acks}, timeout: {})", time(timeout)),
            Family::Confirmed { acks, timeout: None } => format!("Sync(lag: {lag}, acks: {acks})"),
            Family::Agreed { leader } => {
                let regions = list(&[&[store.writer], store.readers.as_slice()].concat(), |region| self.region(*region));
                let leads = if leader { format!("leader: {}, election: \"10s\"", self.region(store.writer)) } else { String::new() };
                return format!("Store(name: \"{name}\", regions: [{regions}], replication: StrongRegions({leads}))");
            }
            Family::Log => {
                let varies = if store.each_write { "EachWrite" } else { "Stream" };
                let order = if store.unordered { "Unordered" } else { "InOrder" };
                format!("AsyncLog(lag: {lag}, lag_varies: {varies}, order: {order})")
            }
        };
        format!(
            "Store(name: \"{name}\", writer: {}, readers: [{}], endpoint_ttl: {}, replication: {replication}{promotion}{})",
            self.region(store.writer),
            list(&store.readers, |reader| self.region(*reader)),
            time(store.endpoint_ttl),
            store.more,
        )
    }

    fn fault(&self, fault: &Fault) -> String {
        let window = format!("at: {}, lasting: {}", time(fault.at), fault.lasting);
        match &fault.breaks {
            Breaks::Outage { region, how } => format!("RegionOutage(region: {}, {window}, how: {how})", self.region(*region)),
            Breaks::Cut { from, to, both } => {
                let ways = if *both { "Both" } else { "Forward" };
                format!("LinkCut(from: {}, to: [{}], ways: {ways}, {window})", self.region(*from), list(to, |end| self.region(*end)))
            }
        }
    }

    /// Takes out the checks that nothing uses: a scenario may not have any.
    pub fn without_idle_checks(mut self) -> Design {
        let routed: Vec<usize> = match &self.policy {
            Policy::Failover { primary, secondary } => vec![*primary, *secondary],
            Policy::Latency(to) => to.clone(),
            Policy::Weighted(to) => to.iter().map(|(region, _)| *region).collect(),
        };
        let watched: Vec<String> = self.stores.iter().filter_map(|store| store.promotion.as_ref()).map(|promotion| promotion.watches.clone()).collect();
        self.checks.retain(|check| check.routed && routed.contains(&check.region) || watched.contains(&check.name));
        self
    }

    pub fn is_drawn(&self) -> bool {
        matches!(self.policy, Policy::Weighted(_))
    }

    /// Clients keep no connections.
    pub fn without_connections(mut self) -> Design {
        self.populations.iter_mut().filter_map(|population| population.client.as_mut()).for_each(|client| client.connections = None);
        self
    }

    /// Clients keep nothing between a name and a request.
    pub fn without_own_caches(mut self) -> Design {
        self.populations.iter_mut().for_each(|population| population.client = None);
        self
    }
}

fn population(population: &Population) -> String {
    let store = population.store.as_ref().map_or(String::new(), |store| format!(", store: \"{store}\""));
    let queries = population.queries.map_or(String::new(), |queries| format!(", queries: {}", rate(queries)));
    let client = population.client.as_ref().map_or(String::new(), |client| format!(", client: {client}"));
    let classes = list(&population.classes, |class| format!("Class(share: \"{}%\", keeps: {})", class.percent, class.keeps));
    format!(
        "Population(name: \"{}\", place: \"{}\", users: {}, reads: {}, writes: {}{store}, resolvers: Resolvers(caches: {}, classes: [{classes}]{queries}){client})",
        population.name,
        population.place,
        population.users,
        rate(population.reads),
        rate(population.writes),
        population.caches
    )
}
