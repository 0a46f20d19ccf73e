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
    pub minimum_ttl: u64,
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
    pub response: u64,
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
}

#[derive(Clone, Debug, PartialEq)]
pub struct Store {
    pub name: String,
    pub writer: usize,
    pub readers: Vec<usize>,
    pub lag: Span,
    pub each_write: bool,
    pub unordered: bool,
    pub endpoint_ttl: u64,
    pub promotion: Option<Promotion>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Breaks {
    Outage { region: usize, dark: bool },
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
            "HealthCheck(name: \"{}\", watches: {}, interval: {}, threshold: {}, checkers: {}, healthy_above: \"{}%\", cadence: {}, connect_timeout: {}, response_time: {}, push: {})",
            check.name,
            self.region(check.region),
            time(check.interval),
            check.threshold,
            check.checkers,
            check.healthy_above_percent,
            if check.fixed { "Fixed" } else { "AfterResponse" },
            time(check.timeout),
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
            format!(", promotion: Promotion(to: {to}, watches: \"{}\", decision: {}, duration: {})", promotion.watches, promotion.decision, promotion.duration)
        });
        format!(
            "Store(name: \"{}\", writer: {}, readers: [{}], endpoint_ttl: {}, replication: AsyncLog(lag: {}, lag_varies: {}, order: {}){promotion})",
            store.name,
            self.region(store.writer),
            list(&store.readers, |reader| self.region(*reader)),
            time(store.endpoint_ttl),
            store.lag,
            if store.each_write { "EachWrite" } else { "Stream" },
            if store.unordered { "Unordered" } else { "InOrder" },
        )
    }

    fn fault(&self, fault: &Fault) -> String {
        let window = format!("at: {}, lasting: {}", time(fault.at), fault.lasting);
        match &fault.breaks {
            Breaks::Outage { region, dark } => {
                let how = if *dark { "BlackHole" } else { "FastFail" };
                format!("RegionOutage(region: {}, {window}, how: {how})", self.region(*region))
            }
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
}

fn population(population: &Population) -> String {
    let store = population.store.as_ref().map_or(String::new(), |store| format!(", store: \"{store}\""));
    let queries = population.queries.map_or(String::new(), |queries| format!(", queries: {}", rate(queries)));
    format!(
        "Population(name: \"{}\", place: \"{}\", users: {}, reads: {}, writes: {}{store}, resolvers: Resolvers(caches: {}, minimum_ttl: {}{queries}))",
        population.name,
        population.place,
        population.users,
        rate(population.reads),
        rate(population.writes),
        population.caches,
        time(population.minimum_ttl)
    )
}
