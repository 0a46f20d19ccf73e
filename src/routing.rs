//! Routing policies: where the name that users ask for leads. A policy sees belief (what health checks
//! say and what was measured before), never truth, and holds no chance: it is handed drawn shares.
//!
//! ```text
//!  policy --choose--> records --+--> a region or a front door: an address of the answer
//!                               +--> an alias: another policy, asked in turn
//! ```

pub mod failover;
pub mod geolocation;
pub mod geoproximity;
pub mod latency;
pub mod location;
pub mod multivalue;
pub mod priority;
pub mod region_list;
pub mod rewritten;
pub mod simple;
pub mod weighted;
pub mod written;

use crate::family::family;
use crate::id::{CheckId, DoorId, RegionId};
use crate::law::Law;
use crate::places::UserPlace;
use crate::read::{Fields, record};
use crate::units::{Duration, Share};

/// What an address belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub enum Stop {
    Region(RegionId),
    /// A front door, which picks the region request by request.
    Door(DoorId),
    /// A region picked by a front door for as long as a connection lasts. Never written, only met.
    Through(DoorId, RegionId),
}

/// Where a record leads.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub enum Leads {
    Stop(Stop),
    /// An alias: the answer is another policy's.
    Alias(Box<Policy>),
}

/// One record of a policy.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Record {
    pub leads: Leads,
    /// Without a check a record is always healthy (Route 53 Developer Guide, "How Amazon Route 53 chooses records").
    pub check: Option<CheckId>,
    /// The check that stands for the load balancer's own opinion of its targets: an alias with "evaluate
    /// target health". With `check` as well, both must be healthy.
    pub target_health: Option<CheckId>,
    /// An alias to other records is healthy while at least one of them is; off: it is always taken, even when dead.
    pub evaluate_target_health: bool,
}

/// How long a client waits on one address before it tries the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct Patience {
    /// One try is given up after this long without a connection.
    pub connect: Duration,
    /// One try is given up after this long without an answer on an open connection.
    pub answer: Duration,
    /// Tries at one address.
    pub tries: u64,
    /// Error answers (5xx), too, send it to the next address. A refused connection always does.
    pub retries_errors: bool,
}

/// What the name servers answer: addresses in the order in which a client tries them; none: no data.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Answer {
    pub stops: Vec<Stop>,
    /// A list kept by the client says how patient it is; otherwise the client itself does.
    pub patience: Option<Patience>,
}

record! {
    /// A failover by changing records: an operator or a script decides, then calls the name service's control plane.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Rewriting as "Rewriting", flat true {
        /// The records are changed once this check is unhealthy; never back by itself.
        #[written("trigger", was "watches")]
        pub watches: CheckId,
        /// From detection to the call: an operator is called, looks, decides and makes the change.
        #[source("assumption: only you can know it for your people")]
        pub decision: Law = DECISION,
        /// From the call to the new records on all name servers.
        #[source("Route 53 Developer Guide: generally within 60 s; that nothing is faster than 5 s is an assumption")]
        pub propagation: Law = PROPAGATION,
    }
}

const DECISION: Law = Law::Uniform { from: Duration::from_secs(120), to: Duration::from_secs(900) };
const PROPAGATION: Law = Law::Uniform { from: Duration::from_secs(5), to: Duration::from_secs(60) };

/// What the name servers know when they answer one client.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// By check: the status that these name servers hold.
    pub believed_healthy: &'a [bool],
    /// By region: measured round trip from the client, for latency routing.
    pub round_trip: &'a [Duration],
    /// By region: kilometres from the client, for geoproximity.
    pub distance_km: &'a [f64],
    /// Where the client is; `None`: location unknown.
    pub asker: Option<&'a UserPlace>,
    /// Whether records that are rewritten over the control plane have been.
    pub rewritten: bool,
}

impl View<'_> {
    pub fn is_healthy(&self, record: &Record) -> bool {
        let says =
            |check: Option<CheckId>| check.is_none_or(|check| self.believed_healthy[check.index()]);
        let branch = match &record.leads {
            Leads::Alias(policy) if record.evaluate_target_health => {
                policy.behaviour().present(self).into_iter().any(|child| self.is_healthy(child))
            }
            _ => true,
        };
        says(record.check) && says(record.target_health) && branch
    }
}

/// A source of shares, uniform on (0, 1). A policy that asks for one gives different answers to equal questions.
pub type Draw<'d> = dyn FnMut() -> f64 + 'd;

/// The behaviour of a policy.
pub trait Routing {
    /// The records, in the order written.
    fn records(&self) -> Vec<&Record>;
    /// The records that are there now: all, unless some are still to be written over the control plane.
    fn present(&self, _view: &View) -> Vec<&Record> {
        self.records()
    }
    /// The records answered with, in the order in which a client tries them. It draws only where
    /// chance decides between two records or more.
    fn choose<'p>(&'p self, view: &View, draw: &mut Draw) -> Vec<&'p Record>;
    /// How patient clients are with each address, where the policy says so.
    fn patience(&self) -> Option<Patience> {
        None
    }
    /// How far measurements of latency that the policy goes by may be off.
    fn drift(&self) -> Share {
        Share::NONE
    }
    /// When and how this policy's records are rewritten over the control plane.
    fn rewriting(&self) -> Option<&Rewriting> {
        None
    }
    /// False for lists that clients hold themselves: no name is resolved, no cache is asked.
    fn is_resolved(&self) -> bool {
        true
    }
}

family! {
    /// The policy of the name that users ask for.
    pub enum Policy as Routing, "a routing policy" {
        Failover in failover,
        Latency in latency,
        Weighted in weighted,
        Simple in simple,
        Multivalue in multivalue,
        Geolocation in geolocation,
        Geoproximity in geoproximity,
        Priority in priority,
        RegionList in region_list,
        Rewritten in rewritten,
    }
}

impl Policy {
    /// The answer to one client, aliases followed.
    pub fn answer(&self, view: &View, draw: &mut Draw) -> Answer {
        let mut answer = Answer { stops: Vec::new(), patience: self.behaviour().patience() };
        for record in self.behaviour().choose(view, draw) {
            match &record.leads {
                Leads::Stop(stop) => answer.stops.push(*stop),
                Leads::Alias(policy) => {
                    let inner = policy.answer(view, draw);
                    answer.stops.extend(inner.stops);
                    answer.patience = answer.patience.or(inner.patience);
                }
            }
        }
        answer
    }

    /// The answer, when everybody who asks gets the same; `None` where chance decides.
    pub fn settled_answer(&self, view: &View) -> Option<Answer> {
        let mut drawn = false;
        let answer = self.answer(view, &mut || {
            drawn = true;
            0.5
        });
        (!drawn).then_some(answer)
    }

    /// This policy's records and those of its aliases.
    pub fn all_records(&self) -> Vec<&Record> {
        let mut all = Vec::new();
        for record in self.behaviour().records() {
            all.push(record);
            if let Leads::Alias(policy) = &record.leads {
                all.extend(policy.all_records());
            }
        }
        all
    }

    /// The largest drift in the tree.
    pub fn drift(&self) -> Share {
        let inner = self.all_records().into_iter().filter_map(|record| {
            if let Leads::Alias(policy) = &record.leads {
                Some(policy.behaviour().drift())
            } else {
                None
            }
        });
        inner.fold(self.behaviour().drift(), Share::max)
    }

    /// The first policy of the tree whose records are rewritten.
    pub fn rewriting(&self) -> Option<&Rewriting> {
        let behaviour = self.behaviour();
        let inner = || {
            behaviour.records().into_iter().find_map(|record| {
                if let Leads::Alias(policy) = &record.leads { policy.rewriting() } else { None }
            })
        };
        behaviour.rewriting().or_else(inner)
    }

    /// True when a status of this check can change an answer.
    pub fn looks_at(&self, check: CheckId) -> bool {
        self.all_records()
            .iter()
            .any(|record| record.check == Some(check) || record.target_health == Some(check))
    }
}

impl Record {
    /// True when detection can turn against the record.
    pub fn can_fail(&self) -> bool {
        let branch = match &self.leads {
            Leads::Alias(policy) => {
                self.evaluate_target_health
                    && policy.behaviour().records().iter().all(|child| child.can_fail())
            }
            Leads::Stop(_) => false,
        };
        self.check.is_some() || self.target_health.is_some() || branch
    }
}

/// Notes that a policy has no record to answer with.
fn judge_number<T>(to: &[T], fields: &mut Fields, owner: &str, record: &str) {
    if to.is_empty() {
        let at = fields.place();
        let help = format!("list them in to: [{record}, ..]");
        fields.reader().problem(at, format!("{owner} has no region to answer with"), help);
    }
}

/// Asks of each record in `to` what is wrong with it, and how to fix it: no policy can have every kind of record.
fn judge_each(
    to: &[Record],
    fields: &mut Fields,
    judge: impl Fn(&Record) -> Option<(&'static str, &'static str)>,
) {
    let Some(list) = fields.expr("to") else { return };
    for (record, node) in to.iter().zip(list.items()) {
        if let Some((what, help)) = judge(record) {
            fields.reader().problem(node.place, what, help);
        }
    }
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
