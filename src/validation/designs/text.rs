//! A design as the text of a scenario: what a user would write.

use super::{
    Breaks, Check, Client, Design, Family, Fault, How, Keeps, Policy, Population, Span, Store,
};
use crate::units::{Duration, Rate};
use std::fmt::{self, Display, Formatter};

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

impl Display for Span {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match *self {
            Span::Constant(length) => write!(f, "{}", time(length)),
            Span::Uniform(from, to) => write!(f, "Uniform(from: {}, to: {})", time(from), time(to)),
            Span::Exponential(mean) => write!(f, "Exponential(mean: {})", time(mean)),
            Span::Lognormal(median, sigma) => {
                write!(f, "Lognormal(median: {}, sigma: {sigma:?})", time(median))
            }
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
            let at_most =
                kept.at_most.map_or(String::new(), |most| format!(", at_most: {}", time(most)));
            format!(
                ", connections: Connections(idle: {}, timeout: {}{at_most})",
                time(kept.idle),
                time(kept.timeout)
            )
        });
        write!(
            f,
            "Client(pins: [{pins}], attempts: {}, timeout: {}{connections})",
            self.attempts,
            time(self.timeout)
        )
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
        let objectives = format!(
            "Objectives(threshold: \"{}%\", hold: {})",
            self.threshold_percent,
            time(self.hold)
        );
        [
            "Scenario(\n    question: \"Does the relation hold?\",".to_string(),
            format!("    run: {}, step: {},", time(self.run), time(self.step)),
            format!(
                "    regions: [{}],",
                list(&self.regions, |region| format!(
                    "Region(name: \"{}\", near: \"{}\")",
                    region.name, region.near
                ))
            ),
            format!("    links: [{}],", list(&self.links, |link| self.link(link))),
            if self.transit.is_empty() {
                String::new()
            } else {
                format!("    transit: [{}],", list(&self.transit, |region| self.region(*region)))
            },
            format!("    users: [\n        {},\n    ],", list(&self.populations, population)),
            format!("    health_checks: [{}],", list(&self.checks, |check| self.check(check))),
            format!("    routing: Routing(ttl: {}, policy: {}),", time(self.ttl), self.policy()),
            format!("    stores: [{}],", list(&self.stores, |store| self.store(store))),
            format!("    faults: [{}],", list(&self.faults, |fault| self.fault(fault))),
            format!("    objectives: {objectives}, {}\n)", self.more),
        ]
        .join("\n")
    }

    fn region(&self, index: usize) -> String {
        format!("\"{}\"", self.regions[index].name)
    }

    fn link(&self, &(from, to, round_trip): &(usize, usize, u64)) -> String {
        format!(
            "Link(from: {}, to: {}, round_trip: {})",
            self.region(from),
            self.region(to),
            time(round_trip)
        )
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
        let check = self
            .routing_check(region)
            .map_or(String::new(), |check| format!(", check: \"{}\"", check.name));
        format!("To(region: {}{check}{more})", self.region(region))
    }

    fn policy(&self) -> String {
        match &self.policy {
            Policy::Failover { primary, secondary } => {
                format!(
                    "Failover(primary: {}, secondary: {})",
                    self.target(*primary, ""),
                    self.target(*secondary, "")
                )
            }
            Policy::Latency(to) => {
                format!("Latency(to: [{}])", list(to, |region| self.target(*region, "")))
            }
            Policy::Weighted(to) => format!(
                "Weighted(to: [{}])",
                list(to, |(region, weight)| self.target(*region, &format!(", weight: {weight}")))
            ),
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
            Family::Confirmed { acks, timeout: Some(timeout) } => {
                format!("SemiSync(lag: {lag}, acks: {acks}, timeout: {})", time(timeout))
            }
            Family::Confirmed { acks, timeout: None } => format!("Sync(lag: {lag}, acks: {acks})"),
            Family::Everywhere { keys } => {
                let replication = format!("MultiWriter(conflicts: LastWriterWins(), lag: {lag})");
                return format!(
                    "Store(name: \"{name}\", regions: [{}], replication: {replication}, keys: Keys(count: {keys}))",
                    self.replicas(store)
                );
            }
            Family::Agreed { leader } => {
                let regions = self.replicas(store);
                let leads = if leader {
                    format!("leader: {}, election: \"10s\"", self.region(store.writer))
                } else {
                    String::new()
                };
                return format!(
                    "Store(name: \"{name}\", regions: [{regions}], replication: StrongRegions({leads}))"
                );
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

    /// The regions of a store, its writer first.
    fn replicas(&self, store: &Store) -> String {
        list(&[&[store.writer], store.readers.as_slice()].concat(), |region| self.region(*region))
    }

    fn fault(&self, fault: &Fault) -> String {
        let window = format!("at: {}, lasting: {}", time(fault.at), fault.lasting);
        match &fault.breaks {
            Breaks::Outage { region, how } => {
                format!("RegionOutage(region: {}, {window}, how: {how})", self.region(*region))
            }
            Breaks::Cut { from, to, both } => {
                let ways = if *both { "Both" } else { "Forward" };
                format!(
                    "LinkCut(from: {}, to: [{}], ways: {ways}, {window})",
                    self.region(*from),
                    list(to, |end| self.region(*end))
                )
            }
        }
    }
}

fn population(population: &Population) -> String {
    let store =
        population.store.as_ref().map_or(String::new(), |store| format!(", store: \"{store}\""));
    let queries =
        population.queries.map_or(String::new(), |queries| format!(", queries: {}", rate(queries)));
    let client =
        population.client.as_ref().map_or(String::new(), |client| format!(", client: {client}"));
    let classes = list(&population.classes, |class| {
        format!("Class(share: \"{}%\", keeps: {})", class.percent, class.keeps)
    });
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
