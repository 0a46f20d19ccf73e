//! What one run contributes to a campaign: its measures, and what the charts draw.

use super::digest;
use super::fold::samples;
use super::marks::marks;
use crate::measure::consistency::{ConsistencyNumbers, consistency};
use crate::measure::latency::Tally;
use crate::measure::metric::Scope;
use crate::measure::phases::{Phase, budget};
use crate::measure::timeline::{Bin, bins, by_step};
use crate::measure::users::UserLaw;
use crate::measure::{self, Number, Recovery, Replay, Sample, Served, Thing};
use crate::trace::{Trace, What};

/// The numbers of one run.
#[derive(Clone, Debug)]
pub struct RunNumbers {
    /// By scope, in the order of [`Scope::EVERY`], and thing: a sample for each entry of the table.
    pub tables: Vec<Vec<Vec<Sample>>>,
    /// Reads and writes.
    pub users: [UserLaw; 2],
    /// In the order of [`Served::EVERY`].
    pub budgets: [Option<Spent>; 3],
    /// By store that follows a log: how far its replicas are behind at the end of each step, seconds.
    pub log_lag: Vec<Option<Vec<f64>>>,
    /// Of stores that several regions write.
    pub consistency: Vec<ConsistencyNumbers>,
    /// A replica was promoted when every fault was over: it interrupts writes again, and for nothing.
    pub promoted_late: bool,
    pub tally: Tally,
    pub bins: Vec<Bin>,
    /// Seconds from the fault, in the order of `marks`.
    pub marks: Vec<Option<f64>>,
    /// A hash of everything that happened.
    pub digest: [u8; 32],
}

/// Where the time to a recovery went, seconds.
#[derive(Clone, Copy, Debug)]
pub struct Spent {
    /// In the order of [`Phase::ALL`].
    pub phases: [f64; Phase::ALL.len()],
    pub total: f64,
}

/// How many things of a scope the numbers of a run are about.
fn things(scope: Scope, trace: &Trace) -> usize {
    match scope {
        Scope::Service => 1,
        Scope::Store => trace.cast.stores.len(),
        Scope::Conflicts | Scope::MultiWriter => trace.items.len(),
        Scope::Quorum => trace.quorums.len(),
        Scope::Check => trace.cast.checks.len(),
        Scope::Population => trace.cast.populations.len(),
        // Read from what is pooled over all runs.
        Scope::Requests | Scope::Users => 0,
    }
}

/// The numbers of the service among the samples of a run.
fn values(service: &[Vec<Sample>]) -> Vec<Option<Number>> {
    let value = |sample: &Sample| match sample {
        Sample::Occasion(number) => *number,
        _ => None,
    };
    service.iter().flatten().map(value).collect()
}

impl RunNumbers {
    /// The numbers of the service, in the order of `measure::ALL`.
    pub fn values(&self) -> Vec<Option<Number>> {
        values(&self.tables[Scope::Service as usize])
    }

    pub fn of(trace: &Trace) -> RunNumbers {
        let run = Replay::new(trace);
        let table = |scope: Scope| -> Vec<Vec<Sample>> {
            (0..things(scope, trace)).map(|index| samples(scope, &run, Thing(index))).collect()
        };
        let tables: Vec<Vec<Vec<Sample>>> = Scope::EVERY.into_iter().map(table).collect();
        let budgets = Served::EVERY.map(|served| {
            let recovery = run.recovery(measure::Scope::AllUsers, served);
            let Recovery::After { time, .. } = recovery else { return None };
            budget(&run, recovery).map(|phases| Spent {
                phases: phases.map(|phase| phase.seconds()),
                total: time.seconds(),
            })
        });
        let digest = digest::of_run(trace, &values(&tables[Scope::Service as usize]));
        RunNumbers {
            tables,
            users: [run.user_law(Served::Reads).clone(), run.user_law(Served::Writes).clone()],
            budgets,
            log_lag: trace
                .log_lag
                .iter()
                .map(|lag| lag.as_ref().map(|lag| by_step(&run, lag, |lag| lag.seconds())))
                .collect(),
            consistency: consistency(&run),
            promoted_late: promoted_late(trace),
            tally: Tally::of(&run),
            bins: bins(&run),
            marks: marks(&trace.cast).iter().map(|mark| mark.seconds(&run)).collect(),
            digest,
        }
    }
}

fn promoted_late(trace: &Trace) -> bool {
    let mut active = 0;
    trace.facts.iter().any(|fact| {
        match fact.what {
            What::FaultBegan { .. } => active += 1,
            What::FaultEnded { .. } => active -= 1,
            _ => {}
        }
        active == 0 && matches!(fact.what, What::Promoted { .. })
    })
}
