//! A scenario: the design, the load, the fault and the objectives, as written in a RON file.
//!
//! ```text
//!  Scenario(
//!    question, run            what is asked; how much time one run simulates
//!    regions, links           where things run, how far apart
//!    users                    populations: where, how many, how busy, behind which resolver caches
//!    health_checks, routing   how a failure is noticed and users are sent elsewhere
//!    stores                   what holds the data, how it replicates, who promotes
//!    faults                   what breaks
//!    objectives               what is promised
//!  )
//! ```
//!
//! A `Scenario` can only be made by [`Scenario::parse`], so whoever holds one holds a checked one.

mod objectives;
mod population;
pub mod presets;
mod region;
mod rules;
mod stores;

pub use objectives::Objectives;
pub use population::{Population, Resolvers};
pub use region::{Link, Region};
pub use rules::lookback;

use crate::fault::Fault;
use crate::health::{Cadence, HealthCheck, Probing};
use crate::id::RegionId;
use crate::law::{Centre, Law};
use crate::problem::{Problem, instead};
use crate::read::{Fields, Reader, place, read_text, variant, word};
use crate::replication::Store;
use crate::routing::Policy;
use crate::units::Duration;
use ron2::ast::Expr;

/// A checked scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The question, in the words of the file.
    pub question: String,
    /// Simulated time of one run. 1 s to 366 d.
    pub run: Duration,
    /// Width of the counting steps. Default: a 360th of the run, in whole seconds where possible.
    pub step: Duration,
    pub regions: Vec<Region>,
    pub links: Vec<Link>,
    pub populations: Vec<Population>,
    pub health_checks: Vec<HealthCheck>,
    pub policy: Policy,
    /// Time to live of the record that users resolve.
    pub ttl: Duration,
    pub stores: Vec<Store>,
    pub faults: Vec<Fault>,
    pub objectives: Objectives,
    /// Time that the application takes for a request, without the network.
    pub service_time: Law,
    /// Defaults and presets that were used: what, source, whether it is an assumption.
    pub sources: Vec<(String, String, bool)>,
}

/// Counting steps of a run without a `step` of its own.
const STEPS: u64 = 360;
const SERVICE_TIME: Law = Law::Lognormal { centre: Centre::Median(Duration::from_millis(10)), sigma: 0.5 };

impl Scenario {
    /// Reads and checks a scenario. All problems come back at once, in the order of the text.
    pub fn parse(text: &str) -> Result<Scenario, Vec<Problem>> {
        read_text(text, read)
    }

    pub fn region_name(&self, region: RegionId) -> String {
        self.regions[region.index()].label()
    }

    /// The first instant at which something breaks; the origin of all recovery times.
    pub fn first_fault(&self) -> Option<Duration> {
        self.faults.iter().map(|fault| fault.behaviour().window().at).min()
    }
}

fn read(expr: &Expr, reader: &mut Reader) -> Option<Scenario> {
    if variant(expr).is_some_and(|name| name != "Scenario") || variant(expr).is_none() && !matches!(expr, Expr::AnonStruct(_)) {
        reader.problem(place(expr), format!("the file holds {}", crate::read::describe(expr)), "begin it with Scenario(");
        return None;
    }
    let mut fields = Fields::open(reader, expr, "Scenario")?;
    let question = fields.required::<String>("question");
    let run = fields.required::<Duration>("run");
    let step = fields.optional::<Duration>("step");
    // Names first, whatever the order of the lines: the rest refers to them.
    let regions = fields.list("regions", Region::read);
    declare_names(&mut fields);
    let links = fields.list("links", Link::read);
    let health_checks = fields.list("health_checks", read_health_check);
    let (policy, ttl) = fields.required_with("routing", "Routing(ttl: \"60s\", policy: ..)", read_routing).unzip();
    let stores = fields.list("stores", stores::read);
    let populations = fields.list("users", Population::read);
    let faults = fields.list("faults", Fault::read);
    let objectives = fields.with("objectives", Objectives::read).unwrap_or_default();
    let service_time = fields.optional::<Law>("service_time");
    let sources = sources(fields.reader(), service_time.is_none());
    let scenario = match (question, run, policy, ttl) {
        (Some(question), Some(run), Some(policy), Some(ttl)) => Scenario {
            step: step.unwrap_or_else(|| default_step(run)),
            service_time: service_time.unwrap_or(SERVICE_TIME),
            question,
            run,
            regions,
            links,
            populations,
            health_checks,
            policy,
            ttl,
            stores,
            faults,
            objectives,
            sources,
        },
        _ => {
            fields.close();
            return None;
        }
    };
    // Rules across fields make sense only once every field could be read.
    if fields.reader().problems.is_empty() {
        rules::check(&scenario, &mut fields);
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
    for (list, kind) in [("health_checks", "health check"), ("stores", "store")] {
        let Some(Expr::Seq(items)) = fields.expr(list) else { continue };
        for item in &items.items {
            let Some((name, at)) = name_in(&item.expr) else { continue };
            fields.reader().declare(if list == "stores" { |names| &mut names.stores } else { |names| &mut names.checks }, kind, &name, at);
        }
    }
}

/// The `name: ".."` of a struct, without judging the rest.
fn name_in(expr: &Expr) -> Option<(String, crate::problem::Place)> {
    use ron2::ast::StructBody;
    let fields = match expr {
        Expr::AnonStruct(group) => &group.fields,
        Expr::Struct(named) => match &named.body {
            Some(StructBody::Fields(body)) => &body.fields,
            _ => return None,
        },
        _ => return None,
    };
    let field = fields.iter().find(|field| field.name.name == "name")?;
    match &field.value {
        Expr::String(text) => Some((text.value.clone(), place(&field.value))),
        _ => None,
    }
}

fn sources(reader: &mut Reader, default_service_time: bool) -> Vec<(String, String, bool)> {
    let mut sources: Vec<(String, String, bool)> = reader.sources.drain(..).map(|(what, source, assumption)| (what, source.to_string(), assumption)).collect();
    sources.sort();
    sources.dedup();
    sources.push(("round trips between regions".into(), crate::places::ROUND_TRIP_SOURCE.into(), false));
    sources.push(("round trips from users".into(), crate::places::USER_ROUND_TRIP_SOURCE.into(), true));
    let caches = "warm with probability qT/(1+qT), then with a remaining life uniform on (0, T): renewal theory for q questions a second and time to live T. 200 caches a population unless it says otherwise, and every cache honours the time to live: assumptions";
    sources.push(("resolver caches".into(), caches.into(), true));
    if default_service_time {
        sources.push(("service time".into(), format!("{SERVICE_TIME}: nobody can know it for your application; set service_time"), true));
    }
    sources
}

fn read_routing(expr: &Expr, reader: &mut Reader) -> Option<(Policy, Duration)> {
    let mut fields = Fields::open(reader, expr, "Routing")?;
    let ttl = fields.required::<Duration>("ttl");
    let policy = fields.required_with("policy", Policy::KINDS[0].example, Policy::read);
    fields.close();
    policy.zip(ttl)
}

fn read_health_check(expr: &Expr, reader: &mut Reader) -> Option<HealthCheck> {
    let mut fields = Fields::open(reader, expr, "HealthCheck")?;
    let name = fields.required::<String>("name");
    let watches = fields.required::<RegionId>("watches");
    let preset = fields.with("preset", |expr, reader| read_preset(expr, reader, "health check preset", &presets::all().health_checks));
    let base = preset.unwrap_or_else(|| presets::all().health_checks[0].value.clone());
    let cadences = [("AfterResponse", Cadence::AfterResponse), ("Fixed", Cadence::Fixed)];
    let probing = Probing {
        interval: fields.or("interval", base.interval),
        threshold: fields.or("threshold", base.threshold),
        checkers: fields.or("checkers", base.checkers),
        healthy_above: fields.or("healthy_above", base.healthy_above),
        cadence: fields.with("cadence", |expr, reader| word(expr, reader, &cadences)).unwrap_or(base.cadence),
        connect_timeout: fields.or("connect_timeout", base.connect_timeout),
        response_time: fields.or("response_time", base.response_time),
        push: fields.or("push", base.push),
        first_probe: fields.optional("first_probe").or(base.first_probe),
    };
    rules::check_probing(&probing, &mut fields);
    fields.close();
    Some(HealthCheck { name: name?, watches: watches?, probing })
}

/// Looks up a preset by its name and notes its source.
fn read_preset<T: Clone>(expr: &Expr, reader: &mut Reader, kind: &str, known: &'static [presets::Preset<T>]) -> Option<T> {
    let name = <String as crate::read::Value>::read(expr, reader)?;
    let Some(preset) = known.iter().find(|preset| preset.name == name) else {
        let mend = instead(&name, known.iter().map(|preset| preset.name.as_str()));
        reader.problem(place(expr), format!("there is no {kind} \"{name}\""), mend);
        return None;
    };
    reader.sources.push((format!("{kind} {name}"), &preset.source, preset.assumption));
    Some(preset.value.clone())
}
