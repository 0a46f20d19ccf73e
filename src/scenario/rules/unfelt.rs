//! Faults that nothing in a scenario can feel, although it may be run: the report would announce them, and nothing would change.
//!
//! Whether a fault is felt in a run is the run's to show. Said here is what the scenario shows beforehand: nobody goes there, nothing
//! crosses the link, nothing is changed over the control plane. What is a slip beyond doubt is refused: see `faults`.

use super::super::Scenario;
use crate::fault::{Effect, Window};
use crate::health::metric;
use crate::health::{Depends, HealthCheck, Metric, Sensor};
use crate::id::{CheckId, RegionId, StoreId};
use crate::problem::Problem;
use crate::read::Fields;
use crate::replication::Store;
use crate::routing::{Leads, Stop};
use crate::units::Share;

/// What is told of an effect that nothing feels, and what could be written.
type Verdict = Option<(String, &'static str)>;

/// Warnings of faults of which no effect is felt, in their order.
pub fn of(scenario: &Scenario, fields: &mut Fields) -> Vec<Problem> {
    let mut warnings = Vec::new();
    for (index, fault) in scenario.faults.iter().enumerate() {
        let behaviour = fault.behaviour();
        let effects = behaviour.effects();
        let verdicts: Vec<Verdict> =
            effects.iter().map(|effect| unfelt(scenario, index, effect)).collect();
        // One effect that is felt is enough: another may be there for completeness.
        let Some((what, help)) = verdicts.into_iter().collect::<Option<Vec<_>>>().and_then(first)
        else {
            continue;
        };
        let place = super::faults::place_in(fields, "faults", index);
        warnings.push(Problem { place, what, help: help.to_string() });
    }
    warnings
}

fn first<T>(all: Vec<T>) -> Option<T> {
    all.into_iter().next()
}

/// Exhaustive, so that an effect of another kind says what has to be there for it to be felt.
fn unfelt(scenario: &Scenario, fault: usize, effect: &Effect) -> Verdict {
    match effect {
        Effect::Meets(region, _) | Effect::Destroyed(region) => unused(scenario, *region),
        Effect::Gray(gray) => match gray.checkers {
            Some(_) if gray.errors == Share::NONE && gray.slow.is_zero() => {
                unwatched(scenario, gray.region)
            }
            _ => unused(scenario, gray.region),
        },
        Effect::Cut(from, to) => uncrossed(scenario, *from, *to),
        Effect::ControlPlane(_) => unchanged(scenario),
        Effect::CheckDisabled(check) => healthy_anyway(scenario, fault, *check),
        Effect::Skew { region, .. } => unstamped(scenario, *region),
        Effect::WriterInstance(instance) => unasked(scenario, instance.store),
        // Without a checker, a user or a name that could feel them they are refused.
        Effect::OutOfReach { .. }
        | Effect::Unheard { .. }
        | Effect::EmptyAnswers
        | Effect::NameServersDown
        | Effect::DoorDown(_) => None,
        // Where changes travel their lag is felt, be it by nobody but who reads it in the report.
        Effect::Stalled { .. } | Effect::Slower { .. } => None,
        Effect::CheckInverted(check) => switched_off(scenario, *check),
    }
}

/// Regions to which requests of users may come: those that records and doors lead to.
fn leads_to(scenario: &Scenario) -> Vec<RegionId> {
    let records = scenario.policy.all_records();
    let stops = records.into_iter().filter_map(|record| match &record.leads {
        Leads::Stop(stop) => Some(*stop),
        Leads::Alias(_) => None,
    });
    stops
        .flat_map(|stop| match stop {
            Stop::Region(region) | Stop::Through(_, region) => vec![region],
            Stop::Door(door) => scenario.doors[door.index()].behaviour().regions(),
        })
        .collect()
}

fn is_watched(scenario: &Scenario, region: RegionId) -> bool {
    scenario.health_checks.iter().any(|check| match &check.sensor {
        Sensor::Probes { watches, .. } => *watches == region,
        Sensor::Alarm(alarm) => match alarm.metric {
            Metric::Canary(metric::Canary { region: of, .. })
            | Metric::Errors(metric::Errors { region: of, .. })
            | Metric::HealthyHosts(metric::HealthyHosts { region: of })
            | Metric::ReplicaLag(metric::ReplicaLag { region: of, .. }) => of == region,
            Metric::CheckStatus(_) => false,
        },
        Sensor::Calculated { .. } => false,
    })
}

fn has_replica(store: &Store, region: RegionId) -> bool {
    store.replicas().any(|replica| replica == region)
}

fn unused(scenario: &Scenario, region: RegionId) -> Verdict {
    let is_used = leads_to(scenario).contains(&region)
        || is_watched(scenario, region)
        || scenario.transit.contains(&region)
        || scenario.stores.iter().any(|store| {
            has_replica(store, region)
                || store.promotion.as_ref().is_some_and(|promotion| promotion.to == region)
        });
    (!is_used).then(|| {
        let what = format!(
            "nothing is in {}: no record leads there, no store has a replica there, no check watches it",
            scenario.region_name(region)
        );
        (what, "name a region that something uses, or take the fault out")
    })
}

fn unwatched(scenario: &Scenario, region: RegionId) -> Verdict {
    let is_probed = scenario
        .health_checks
        .iter()
        .any(|check| matches!(check.sensor, Sensor::Probes { watches, .. } if watches == region));
    (!is_probed).then(|| {
        (
            format!("no checker watches {}, so none can be struck", scenario.region_name(region)),
            "write errors or slow for what users meet, or name a region that a check watches",
        )
    })
}

/// Between two regions go changes of stores, and requests from where users are served to where their data is.
fn uncrossed(scenario: &Scenario, from: RegionId, to: RegionId) -> Verdict {
    let served = leads_to(scenario);
    let crosses = |store: &Store, here: RegionId, there: RegionId| {
        has_replica(store, there) && (has_replica(store, here) || served.contains(&here))
    };
    let is_crossed = scenario.transit.contains(&from)
        || scenario.transit.contains(&to)
        || scenario.stores.iter().any(|store| crosses(store, from, to) || crosses(store, to, from));
    (!is_crossed).then(|| {
        let what = format!(
            "nothing crosses the link between {} and {}: no store has a replica at one end that the other end uses",
            scenario.region_name(from),
            scenario.region_name(to)
        );
        (what, "name regions between which a store replicates or is asked, or take the fault out")
    })
}

/// What is changed over the control plane of names: records that are rewritten, endpoints of writers that move, checks in drills.
fn unchanged(scenario: &Scenario) -> Verdict {
    let moves = |store: &Store| store.promotion.is_some() || !store.switchovers.is_empty();
    let is_drill =
        |effect: &Effect| matches!(effect, Effect::CheckDisabled(_) | Effect::CheckInverted(_));
    let changes = scenario.policy.rewriting().is_some()
        || scenario.stores.iter().any(moves)
        || scenario.faults.iter().any(|fault| fault.behaviour().effects().iter().any(is_drill));
    (!changes).then(|| {
        (
            "nothing is changed over the control plane: no records are rewritten, no writer moves, no check is switched".to_string(),
            "add what it would hold up, such as a promotion or Rewritten(..), or take the fault out",
        )
    })
}

/// A disabled check counts as healthy: that is news only where it would not be.
fn healthy_anyway(scenario: &Scenario, fault: usize, check: CheckId) -> Verdict {
    let spec = &scenario.health_checks[check.index()];
    let window = scenario.faults[fault].behaviour().window();
    let is_alone = !scenario
        .faults
        .iter()
        .enumerate()
        .any(|(index, other)| index != fault && overlap(window, other.behaviour().window()));
    // Lost probes turn a check by themselves.
    let is_sure = scenario.health_checks.iter().all(|check| match &check.sensor {
        Sensor::Probes { probing, .. } => probing.loss == Share::NONE,
        Sensor::Alarm(_) | Sensor::Calculated { .. } => true,
    });
    let verdict = (is_alone && is_sure && !spec.inverted).then(|| {
        (
            format!("a disabled check counts as healthy, and nothing else is wrong while \"{}\" is disabled", spec.name),
            "add the fault that it would have noticed, or write CheckInverted(..) to move users away",
        )
    });
    switched_off(scenario, check).or(verdict)
}

/// A check that the design disables for good is healthy whatever a drill does to it.
fn switched_off(scenario: &Scenario, check: CheckId) -> Verdict {
    let spec = &scenario.health_checks[check.index()];
    spec.disabled.then(|| {
        (
            format!("\"{}\" is disabled for good, and so healthy whatever a drill does", spec.name),
            "leave disabled: true out of the check, or take the fault out",
        )
    })
}

/// Whether two windows overlap, at the longest that they are drawn.
fn overlap(one: &Window, other: &Window) -> bool {
    /// The share at which a law is asked for its longest time.
    const MOST: f64 = 1.0 - 1e-9;
    let ends = |window: &Window| {
        window.at + window.every.times(window.times - 1) + window.lasting.at(MOST)
    };
    one.at <= ends(other) && other.at <= ends(one)
}

fn unstamped(scenario: &Scenario, region: RegionId) -> Verdict {
    let reads = |store: &Store| {
        store.replication.items().is_some_and(|shipping| shipping.goes_by_clocks())
            && store.takes_writes(region)
    };
    (!scenario.stores.iter().any(reads)).then(|| {
        let what = format!(
            "no store that {} writes goes by its clocks: none of their conflict policies compares time stamps",
            scenario.region_name(region)
        );
        (what, "take conflicts: LastWriterWins(..) or LwwRegister(), or take the fault out")
    })
}

fn unasked(scenario: &Scenario, store: StoreId) -> Verdict {
    let spec = &scenario.stores[store.index()];
    let has_users = scenario.populations.iter().any(|population| population.store == Some(store));
    let depends = |check: &HealthCheck| match &check.sensor {
        Sensor::Probes { depends, .. } => depends.iter().any(
            |depends| matches!(depends, Depends::Reads(of) | Depends::Writes(of) if *of == store),
        ),
        Sensor::Alarm(_) | Sensor::Calculated { .. } => false,
    };
    let is_moved = !spec.switchovers.is_empty();
    (!has_users && !is_moved && !scenario.health_checks.iter().any(depends)).then(|| {
        (
            format!("no users use store \"{}\"", spec.name),
            "write store: \"..\" in a population, or take the fault out",
        )
    })
}
