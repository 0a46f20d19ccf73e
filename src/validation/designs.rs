//! Random scenarios as plain numbers that a law can change. All times are nanoseconds, all rates are events per 10^9
//! seconds. The relations of the dossier and the laws of the tests ask about the same designs.
//!
//! ```text
//!  shares of chance --draw--> Design --change--> Design' --text--> scenario, as a user would write it
//! ```

pub mod change;
pub mod draw;
mod text;

pub use text::time;

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
    /// So many replicas too; with a timeout, until it has passed.
    Confirmed { acks: u64, timeout: Option<u64> },
    /// A majority of the store's regions.
    Agreed { leader: bool },
    /// Each of the store's regions, for so many keys.
    Everywhere { keys: u64 },
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
    /// Regions that forward traffic of others.
    pub transit: Vec<usize>,
    pub populations: Vec<Population>,
    pub checks: Vec<Check>,
    pub ttl: u64,
    pub policy: Policy,
    pub stores: Vec<Store>,
    pub faults: Vec<Fault>,
    pub threshold_percent: u64,
    pub hold: u64,
    /// Further fields, as they are written, each ending in a comma.
    pub more: String,
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

impl Design {
    /// Takes out the checks that nothing uses: a scenario may not have any.
    pub fn without_idle_checks(mut self) -> Design {
        let routed: Vec<usize> = match &self.policy {
            Policy::Failover { primary, secondary } => vec![*primary, *secondary],
            Policy::Latency(to) => to.clone(),
            Policy::Weighted(to) => to.iter().map(|(region, _)| *region).collect(),
        };
        let watched: Vec<String> = self
            .stores
            .iter()
            .filter_map(|store| store.promotion.as_ref())
            .map(|promotion| promotion.watches.clone())
            .collect();
        self.checks.retain(|check| {
            check.routed && routed.contains(&check.region) || watched.contains(&check.name)
        });
        self
    }

    pub fn is_drawn(&self) -> bool {
        matches!(self.policy, Policy::Weighted(_))
    }

    /// Clients keep no connections.
    pub fn without_connections(mut self) -> Design {
        self.populations
            .iter_mut()
            .filter_map(|population| population.client.as_mut())
            .for_each(|client| client.connections = None);
        self
    }

    /// Clients keep nothing between a name and a request.
    pub fn without_own_caches(mut self) -> Design {
        self.populations.iter_mut().for_each(|population| population.client = None);
        self
    }
}
