//! Rules across fields, and limits: what can be read and still cannot be simulated.

mod commits;
mod cycles;
mod events;
mod faults;
mod stores;
mod unfelt;
pub mod usage;
pub mod warnings;

use super::Scenario;
use crate::read::{Fields, Node};
use crate::replication::Tail;
use crate::replication::async_log::LagVaries;
use crate::units::{Duration, Rate};

/// Limits: far above real designs, far below what would exhaust a laptop.
pub const REGION_LIMIT: usize = 64;
pub const POPULATION_LIMIT: usize = 1_000;
pub const CACHE_LIMIT: u64 = 200_000;
pub const LIST_LIMIT: usize = 1_000;
pub const USER_LIMIT: u64 = 1_000_000_000_000;
pub const STEP_LIMIT: u64 = 10_000;
/// Steps x regions, and steps x populations: they bound the memory of a run.
pub const STEP_REGION_LIMIT: u64 = 200_000;
pub const STEP_POPULATION_LIMIT: u64 = 500_000;
/// Requests of one run.
pub const REQUEST_LIMIT: f64 = 1e15;
/// Fetches of one run whose answers are drawn.
pub const FETCH_LIMIT: f64 = 2e6;
/// Requests of one run that are events.
pub const SINGLE_REQUEST_LIMIT: f64 = 5e6;
/// Steps x populations x regions.
pub const STEP_CELL_LIMIT: u64 = 5_000_000;
/// Requests per second of all users together.
pub const RATE_LIMIT: f64 = 1e12;
/// Writes that one loss may have to draw one by one.
pub const DRAWN_WRITE_LIMIT: f64 = 5e6;
const RUN_LIMIT: Duration = Duration::from_secs(366 * 86_400);

/// A rule across fields, and the fields that it reads beside the lists of things that are named.
type Rule = (&'static [&'static str], fn(&Scenario, &mut Fields));

const RULES: [Rule; 10] = [
    (&["users", "faults", "links", "routing"], sizes),
    (&["links"], links),
    (&["run", "step", "users", "faults", "routing", "objectives"], times),
    (&["run", "fidelity", "users", "routing"], load),
    (&["routing", "faults"], usage::usage),
    (&["routing"], usage::rewriting),
    (&[], cycles::check),
    (&["run", "users", "faults", "routing"], faults::check),
    (&["run", "users", "faults"], stores::check),
    (&[], commits::check),
];

/// Things that others refer to by name: what is written about them has to be whole for any rule.
const NAMED: [&str; 4] = ["regions", "health_checks", "stores", "front_doors"];

/// Checks a scenario by the rules whose fields could all be read, so that what they find is told together with what could not.
/// True: all could be read.
pub fn check(scenario: &Scenario, written: &Node, fields: &mut Fields) -> bool {
    let is_read = fields.reader().problems.is_empty();
    if !is_read {
        usage::unmentioned(written, fields);
    }
    // Of a list that is cut off nobody knows what it would say.
    if fields.reader().problems.len() >= crate::read::PROBLEM_LIMIT {
        return is_read;
    }
    let is_named = NAMED.iter().all(|list| fields.is_sound(list));
    let rules: Vec<Rule> = RULES
        .into_iter()
        .filter(|(reads, _)| is_named && reads.iter().all(|field| fields.is_sound(field)))
        .collect();
    for (_, rule) in rules {
        rule(scenario, fields);
    }
    is_read
}

fn sizes(scenario: &Scenario, fields: &mut Fields) {
    if scenario.regions.is_empty() {
        let at = fields.place_of("regions");
        fields.reader().problem(
            at,
            "there is no region",
            "list them in regions: [\"ap-northeast-1\", ..]",
        );
    }
    if scenario.populations.is_empty() {
        let at = fields.place_of("users");
        fields.reader().problem(at, "there are no users", "list them in users: [Population(..)]");
    }
    let lists = [
        ("regions", scenario.regions.len(), REGION_LIMIT),
        ("users", scenario.populations.len(), POPULATION_LIMIT),
        ("health_checks", scenario.health_checks.len(), LIST_LIMIT),
        ("stores", scenario.stores.len(), LIST_LIMIT),
        ("faults", scenario.faults.len(), LIST_LIMIT),
        ("links", scenario.links.len(), LIST_LIMIT),
        ("routing", scenario.policy.all_records().len(), LIST_LIMIT),
        ("front_doors", scenario.doors.len(), LIST_LIMIT),
    ];
    for (name, length, limit) in lists {
        if length > limit {
            let at = fields.place_of(name);
            fields.reader().problem(
                at,
                format!("{name} has {length} entries; the limit is {limit}"),
                "split the scenario",
            );
        }
    }
    let caches: u64 = scenario.populations.iter().fold(0, |sum, population| {
        sum.saturating_add(
            population.simulated_caches().iter().sum::<u64>().saturating_mul(population.parts()),
        )
    });
    if caches > CACHE_LIMIT {
        let at = fields.place_of("users");
        fields.reader().problem(
            at,
            format!("{caches} resolver caches in all; the limit is {CACHE_LIMIT}"),
            "lower caches: a few hundred per population show the distribution",
        );
    }
    let duplicate = |index: usize| {
        scenario.populations[..index]
            .iter()
            .any(|other| other.name == scenario.populations[index].name)
    };
    if let Some(index) = (0..scenario.populations.len()).find(|index| duplicate(*index)) {
        let at = fields.place_of("users");
        let name = &scenario.populations[index].name;
        fields.reader().problem(
            at,
            format!("population \"{name}\" is declared twice"),
            "give each its own name",
        );
    }
}

/// The same pair of regions cannot be two distances apart.
fn links(scenario: &Scenario, fields: &mut Fields) {
    let same = |a: &super::Link, b: &super::Link| {
        (a.from, a.to) == (b.from, b.to) || (a.from, a.to) == (b.to, b.from)
    };
    for (index, link) in scenario.links.iter().enumerate() {
        if scenario.links[..index].iter().any(|earlier| same(earlier, link)) {
            let at = fields.place_of("links");
            let what = format!(
                "two links join {} and {}",
                scenario.region_name(link.from),
                scenario.region_name(link.to)
            );
            fields.reader().problem(at, what, "keep one of them: a link counts in both directions");
        }
    }
    if !scenario.transit.is_empty() && scenario.regions.len() < 3 {
        let at = fields.place_of("transit");
        fields.reader().problem(
            at,
            "there are no two other regions to forward traffic between",
            "leave transit out, or list the regions that it joins",
        );
    }
}

fn times(scenario: &Scenario, fields: &mut Fields) {
    let run_at = fields.place_of("run");
    if scenario.run < Duration::from_secs(1) || scenario.run > RUN_LIMIT {
        fields.reader().problem(
            run_at,
            format!("a run of {} is not between 1s and 366d", scenario.run),
            "write how much time one run simulates, such as \"30min\"",
        );
        return;
    }
    let step_at = fields.place_of("step");
    if scenario.step.is_zero()
        || scenario.run.as_nanos() / scenario.step.as_nanos().max(1) > STEP_LIMIT
    {
        fields.reader().problem(
            step_at,
            format!("a step of {} makes more than {STEP_LIMIT} steps", scenario.step),
            "write a longer step, or leave it out",
        );
    }
    let steps = scenario.run.as_nanos() / scenario.step.as_nanos().max(1) + 1;
    let (regions, populations) = (scenario.regions.len() as u64, scenario.populations.len() as u64);
    if steps <= STEP_LIMIT
        && (steps * regions > STEP_REGION_LIMIT
            || steps * populations > STEP_POPULATION_LIMIT
            || steps * populations * regions > STEP_CELL_LIMIT)
    {
        let what = format!(
            "{steps} steps for {regions} regions and {populations} populations would need too much memory"
        );
        fields.reader().problem(step_at, what, "write a longer step, or leave it out");
    }
    beginnings(scenario, fields);
    observed(scenario, fields);
}

/// Nothing begins after the run has ended.
fn beginnings(scenario: &Scenario, fields: &mut Fields) {
    for fault in &scenario.faults {
        let at = fields.place_of("faults");
        let begins = fault.behaviour().window().at;
        if begins >= scenario.run {
            fields.reader().problem(
                at,
                format!("a fault begins at {begins}, after the run has ended ({})", scenario.run),
                "begin it earlier, or lengthen run",
            );
        }
    }
    for late in scenario
        .stores
        .iter()
        .flat_map(|store| &store.switchovers)
        .filter(|switchover| switchover.at >= scenario.run)
    {
        let at = fields.place_of("stores");
        let what = format!(
            "a switchover begins at {}, after the run has ended ({})",
            late.at, scenario.run
        );
        fields.reader().problem(at, what, "begin it earlier, or lengthen run");
    }
}

/// A run lasts long enough to show what is promised, and no longer than that is accounted over.
fn observed(scenario: &Scenario, fields: &mut Fields) {
    let run_at = fields.place_of("run");
    let objectives = &scenario.objectives;
    if objectives.availability.is_some() && objectives.availability_over < scenario.run {
        let at = fields.place_of("objectives");
        let what = format!(
            "availability_over {} is shorter than the run ({})",
            objectives.availability_over, scenario.run
        );
        fields.reader().problem(at, what, "write the accounting period, such as \"30d\"");
    }
    let fault = scenario.first_fault().unwrap_or(Duration::ZERO);
    let observed = Duration::from_nanos(scenario.run.as_nanos().saturating_sub(fault.as_nanos()));
    if objectives.rto.is_some_and(|rto| rto + objectives.hold > observed) {
        let text = format!(
            "the run ends {observed} after the fault: too early to say whether an RTO of {} holds for {}",
            objectives.rto.unwrap_or_default(),
            objectives.hold
        );
        fields.reader().problem(run_at, text, "lengthen run, or begin the fault earlier");
    }
}

fn load(scenario: &Scenario, fields: &mut Fields) {
    let rate = |pick: fn(&super::Population) -> Rate| -> f64 {
        scenario
            .populations
            .iter()
            .map(|population| pick(population).per_second() * population.users as f64)
            .sum()
    };
    if rate(|population| population.reads) + rate(|population| population.writes) > RATE_LIMIT {
        let at = fields.place_of("users");
        fields.reader().problem(
            at,
            "all users together make more than 10^12 requests a second",
            "lower the rates: is a unit wrong?",
        );
    }
    if rate(|population| population.reads) + rate(|population| population.writes) == 0.0 {
        let at = fields.place_of("users");
        fields.reader().problem(
            at,
            "no user makes any request",
            "add reads: \"6 req/min\" or writes: \"1 req/min\"",
        );
    }
    let requests = (rate(|population| population.reads) + rate(|population| population.writes))
        * scenario.run.seconds();
    if requests > REQUEST_LIMIT {
        let at = fields.place_of("users");
        fields.reader().problem(
            at,
            format!("one run would have {requests:.1e} requests; the limit is {REQUEST_LIMIT:.0e}"),
            "shorten run, or lower the rates",
        );
    }
    events::drawn_answers(scenario, fields);
    events::single_requests(scenario, requests, fields);
    for store in &scenario.stores {
        let Some(log) = store.replication.log() else {
            snapshots(store, fields);
            continue;
        };
        let writes = scenario.write_rate(store);
        let drawn = writes * log.lookback(writes).min(scenario.run).seconds();
        if log.lag_varies == LagVaries::EachWrite && drawn > DRAWN_WRITE_LIMIT {
            let at = fields.place_of("stores");
            let text = format!(
                "\"{}\" would draw a lag for each of {drawn:.0} writes; the limit is {DRAWN_WRITE_LIMIT:.0}",
                store.name
            );
            fields.reader().problem(at, text, "write lag_varies: Stream, or lower the write rate");
        }
    }
}

/// What is restored from copies has no replicas.
fn snapshots(store: &crate::replication::Store, fields: &mut Fields) {
    let Tail::Snapshots(_) = store.replication.behaviour().tail() else { return };
    if !store.readers.is_empty() {
        let at = fields.place_of("stores");
        let what = format!(
            "\"{}\" has readers, and a copy serves no client before it is restored",
            store.name
        );
        fields.reader().problem(at, what, "leave readers out of a store that lives on snapshots");
    }
}
