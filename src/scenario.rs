//! A scenario: the design, the load, the fault and the objectives, as written in a RON file.
//!
//! ```text
//!  Scenario(
//!    question, run            what is asked; how much time one run simulates
//!    regions, links           where things run, how far apart
//!    transit                  which regions forward traffic of others when a link is cut
//!    users                    populations: where, how many, how busy, behind which resolver caches
//!    health_checks, routing   how a failure is noticed and users are sent elsewhere
//!    stores                   what holds the data, how it replicates, who promotes
//!    faults                   what breaks
//!    objectives               what is promised
//!  )
//! ```
//!
//! A `Scenario` can only be made by [`Scenario::parse`], so whoever holds one holds a checked one.

pub mod document;
mod health_checks;
mod inline;
mod objectives;
mod population;
pub mod presets;
mod region;
mod routing;
mod root;
mod rules;
mod stores;

pub use document::{Document, Files, NoFiles};
pub use objectives::Objectives;
pub use population::{Client, Connections, Keeps, Pin, Population, ResolverClass, Resolvers};
pub use region::{Link, Region};
use root::Root;

use crate::fault::Fault;
use crate::front_door::FrontDoor;
use crate::health::HealthCheck;
use crate::id::RegionId;
use crate::law::{Centre, Law};
use crate::problem::{Problem, Problems};
use crate::read::{Fields, Node, Reader, words};
use crate::replication::Store;
use crate::routing::Policy;
use crate::units::Duration;

/// A checked scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The question, in the words of the file.
    pub question: String,
    /// Simulated time of one run. 1 s to 366 d.
    pub run: Duration,
    /// Width of the counting steps. Default: a 360th of the run, in whole seconds where possible.
    pub step: Duration,
    pub fidelity: Fidelity,
    pub regions: Vec<Region>,
    pub links: Vec<Link>,
    /// Regions that forward traffic between two others whose link is cut. Without any, nothing goes around a cut.
    pub transit: Vec<RegionId>,
    pub populations: Vec<Population>,
    pub health_checks: Vec<HealthCheck>,
    pub policy: Policy,
    /// TTL of the record that users resolve.
    pub ttl: Duration,
    /// How long resolvers keep an answer without an address.
    pub negative_ttl: Duration,
    pub doors: Vec<FrontDoor>,
    pub stores: Vec<Store>,
    pub faults: Vec<Fault>,
    pub objectives: Objectives,
    /// Time that the application takes for a request, without the network.
    pub service_time: Law,
    /// Defaults and presets that were used: what, source, whether it is an assumption.
    pub sources: Vec<(String, String, bool)>,
    /// What it leaves out although the answer depends on it, with the place and what could be written.
    pub warnings: Vec<Problem>,
    /// What was set beside the file, each a path and a value: `routing.ttl=20s`.
    pub set: Vec<String>,
}

words! {
    /// How requests are simulated. Both have the same distributions; a test shows it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum Fidelity {
        /// As counts per cohort and step, drawn from their exact distributions: the cost does not depend on how many there are.
        Cohorts,
        /// Each as an event: slow, and exact for few users.
        Requests,
    }
}

/// Counting steps of a run without a `step` of its own.
const STEPS: u64 = 360;
const SERVICE_TIME: Law =
    Law::Lognormal { centre: Centre::Median(Duration::from_millis(10)), sigma: 0.5 };

impl Scenario {
    /// Reads and checks a scenario. All problems come back at once, in the order of the text.
    pub fn parse(text: &str) -> Result<Scenario, Problems> {
        Document::open(text, &NoFiles)?.scenario()
    }

    pub fn region_name(&self, region: RegionId) -> String {
        self.regions[region.index()].label()
    }

    /// Writes per second that all users of a store offer.
    pub fn write_rate(&self, store: &Store) -> f64 {
        let uses = |population: &&Population| {
            population.store.is_some_and(|id| self.stores[id.index()].name == store.name)
        };
        sum_by_size(
            self.populations
                .iter()
                .filter(uses)
                .map(|population| population.writes.per_second() * population.users as f64),
        )
    }

    /// Requests per second that all users make.
    pub fn request_rate(&self) -> f64 {
        sum_by_size(self.populations.iter().map(|population| {
            population.users as f64
                * (population.reads.per_second() + population.writes.per_second())
        }))
    }

    /// The first instant at which something breaks, or is switched over on purpose; the origin of all recovery times.
    pub fn first_fault(&self) -> Option<Duration> {
        let planned =
            self.stores.iter().flat_map(|store| &store.switchovers).map(|switchover| switchover.at);
        self.faults.iter().map(|fault| fault.behaviour().window().at).chain(planned).min()
    }
}

/// A sum whose rounding does not depend on the order in which a file lists things.
fn sum_by_size(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.into_iter().sum()
}

fn read(node: &Node, reader: &mut Reader) -> Option<Scenario> {
    if node.name().is_some_and(|name| name != "Scenario")
        || node.name().is_none() && node.fields().is_empty()
    {
        let what = format!("the file holds {}", node.describe());
        reader.problem(node.place, what, "begin it with Scenario(");
        return None;
    }
    reader.root = Some(Scenario::record);
    let node = inline::moved(node, reader);
    let mut fields = Fields::open(reader, &node, "Scenario")?;
    // Names first, whatever the order of the lines: the rest refers to them.
    declare_names(&mut fields);
    let root = Root::take_fields(&mut fields, None);
    let is_usual_service_time = !fields.is_written("service_time");
    let Some(root) = root else {
        rules::usage::unmentioned(&node, &mut fields);
        fields.close();
        return None;
    };
    let mut scenario = root.scenario();
    stores::life::lend(&mut scenario.faults, &scenario.stores, fields.reader());
    scenario.sources = sources(fields.reader(), is_usual_service_time);
    // Rules across fields make sense only where all fields that they read could be read.
    if rules::check(&scenario, &node, &mut fields) {
        scenario.warnings = rules::warnings::of(&scenario, &mut fields);
    }
    fields.close();
    Some(scenario)
}

/// A 360th of the run, rounded up to whole seconds for runs of minutes and more.
fn default_step(run: Duration) -> Duration {
    let nanos = run.as_nanos().div_ceil(STEPS).max(1);
    let second = crate::units::SECOND;
    Duration::from_nanos(if nanos >= second { nanos.div_ceil(second) * second } else { nanos })
}

/// Declares the names of health checks and stores before anything refers to them.
fn declare_names(fields: &mut Fields) {
    for (list, kind) in [
        ("regions", "region"),
        ("health_checks", "health check"),
        ("stores", "store"),
        ("front_doors", "front door"),
    ] {
        let Some(items) = fields.expr(list) else { continue };
        for item in items.items() {
            // Whoever refers to a region that there is not is not told so again.
            let Some((name, at)) = name_in(item) else { continue };
            let names: fn(&mut crate::read::Names) -> &mut Vec<crate::read::Declared> = match list {
                "regions" => |names| &mut names.regions,
                "stores" => |names| &mut names.stores,
                "front_doors" => |names| &mut names.doors,
                _ => |names| &mut names.checks,
            };
            let is_region = fields.reader().names.regions.iter().any(|region| region.name == name);
            if list == "front_doors" && is_region {
                let what = format!("a region and a front door are both called \"{name}\"");
                let help = "a record leads to either by its name: rename the front door";
                fields.reader().problem(at, what, help);
            }
            fields.reader().declare(names, kind, &name, at);
            if let ("regions", Some(region)) = (list, fields.reader().names.regions.last_mut()) {
                region.also = region::called_by(&name);
            }
        }
    }
}

/// The `name: ".."` of a struct, without judging the rest.
fn name_in(expr: &Node) -> Option<(String, crate::problem::Place)> {
    let name = expr.field("name").or_else(|| expr.only_value()).unwrap_or(expr);
    Some((name.as_text()?.to_string(), name.place))
}

fn sources(reader: &mut Reader, default_service_time: bool) -> Vec<(String, String, bool)> {
    let mut sources: Vec<(String, String, bool)> = reader
        .sources
        .drain(..)
        .map(|(what, source, assumption)| (what, source.to_string(), assumption))
        .collect();
    sources.sort();
    sources.dedup();
    sources.push((
        "round trips between regions".into(),
        crate::places::ROUND_TRIP_SOURCE.into(),
        false,
    ));
    sources.push((
        "round trips from users".into(),
        crate::places::USER_ROUND_TRIP_SOURCE.into(),
        true,
    ));
    let caches = "warm with probability qT/(1+qT), then with a remaining life uniform on (0, T): renewal theory for q questions a second and TTL T. So many caches a population, unless it says how many, that no single one is seen, a 200th of its users behind each, and every cache honours the TTL: assumptions";
    sources.push(("resolver caches".into(), caches.into(), true));
    if default_service_time {
        sources.push((
            "service time".into(),
            format!("{SERVICE_TIME}: only you can know it for your application; set service_time"),
            true,
        ));
    }
    sources
}
