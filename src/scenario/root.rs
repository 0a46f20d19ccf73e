//! What stands at the root of a scenario: every part once, with what it is by default.

use super::routing::NameSettings;
use super::{Fidelity, Link, Objectives, Population, Region, SERVICE_TIME, Scenario, default_step};
use crate::fault::Fault;
use crate::front_door::FrontDoor;
use crate::health::HealthCheck;
use crate::id::RegionId;
use crate::law::Law;
use crate::read::{Declared, Field, Names, Node, Reader, Record, Shape, Value, record};
use crate::replication::Store;
use crate::units::Duration;

record! {
    /// The design, the load, what breaks and what is promised. `Design(..)` is the same without `question` and `run`: a file to build
    /// on. A list may hold one thing without brackets; names may be used above the line that declares them.
    #[derive(Clone, Debug)]
    pub struct Root as "Scenario" {
        /// Files that this one builds on, relative to it: one, or a list in which the later stand above the earlier. What is written
        /// here stands above them all: field by field, lists by the names of their items.
        base: Vec<String> = Vec::new(),
        /// Knob paths of what the files below hold and this one does not: `["stores[orders].promotion"]`.
        remove: Vec<String> = Vec::new(),
        /// The question, in plain words: it heads the report.
        question: String,
        /// Simulated time of one run: 1 s to 366 d.
        run: Duration,
        /// Width of the counting steps. Not written, it is a 360th of the run, in whole seconds where possible.
        step: Option<Duration>,
        /// How requests are simulated.
        fidelity: Fidelity = Fidelity::Cohorts,
        /// Where things run.
        regions: Vec<Region> = Vec::new(),
        /// How far regions are apart, where it is not what was measured.
        links: Vec<Link> = Vec::new(),
        /// Regions that forward traffic between two others whose link is cut. Without any, nothing goes around a cut.
        transit: Vec<RegionId> = Vec::new(),
        /// How a failure is noticed.
        health_checks: Vec<HealthCheck> = Vec::new(),
        /// Addresses before all regions, which pick one themselves.
        front_doors: Vec<FrontDoor> = Vec::new(),
        /// The name that users ask for, and where it leads.
        routing: NameSettings,
        /// What holds the data, how it replicates, who promotes.
        stores: Vec<Store> = Vec::new(),
        /// Populations: where, how many, how busy.
        users: Vec<Population> = Vec::new(),
        /// What breaks.
        faults: Vec<Fault> = Vec::new(),
        /// What is promised, and what counts as keeping the promise.
        objectives: Objectives = Objectives::default(),
        /// Named changes of this design: `run --variant NAME` plays one, `compare` sets each beside what is written.
        variants: Vec<Variant> = Vec::new(),
        /// Time that the application takes for a request, without the network.
        #[source("only you can know it for your application (assumption)")]
        service_time: Law = SERVICE_TIME,
    }
}

/// A named change of a design. It is taken out of the tree before that is read: what is read is the design with the change.
#[derive(Clone, Debug)]
pub struct Variant;

/// A variant as it is written: its name, and any part of a scenario.
fn variant() -> Record {
    let field = |name, shape: Shape, is_required, meaning, example: &str| Field {
        name,
        was: None,
        shape,
        is_required,
        default: None,
        range: None,
        source: None,
        meaning,
        example: example.to_string(),
    };
    let own = [
        field("name", Shape::Text, true, "The name by which it is chosen and listed.", "\"fast\""),
        field(
            "set",
            Shape::Settings,
            false,
            "Other values, by knob paths.",
            "{\"routing.ttl\": \"20s\"}",
        ),
        field(
            "remove",
            Shape::List(Box::new(Shape::Text)),
            false,
            "Knob paths of what it does not have.",
            "[\"stores[orders].promotion\"]",
        ),
    ];
    let parts = Root::record()
        .fields
        .into_iter()
        .filter(|part| !["base", "remove", "variants"].contains(&part.name));
    let parts = parts.map(|part| Field { is_required: false, default: None, ..part });
    Record {
        name: "Variant",
        meaning: "A named change of a design: what it removes, any parts of a scenario that stand above those of the design by the rule of \
            presets, and the values that it sets, in this order.",
        short: None,
        fields: own.into_iter().chain(parts).collect(),
    }
}

impl Value for Variant {
    const EXAMPLE: &'static str = "Variant(name: \"fast\", set: {\"routing.ttl\": \"20s\"})";

    fn shape() -> Shape {
        Shape::Struct(variant)
    }

    fn read(_node: &Node, _reader: &mut Reader) -> Option<Variant> {
        Some(Variant)
    }

    fn write(&self, _names: &Names) -> Node {
        Node::record("Variant", Vec::new())
    }
}

impl Root {
    /// The scenario before it is judged as a whole.
    pub fn scenario(self) -> Scenario {
        let NameSettings { policy, ttl, negative_ttl } = self.routing;
        Scenario {
            step: self.step.unwrap_or_else(|| default_step(self.run)),
            service_time: self.service_time,
            question: self.question,
            run: self.run,
            fidelity: self.fidelity,
            regions: self.regions,
            links: self.links,
            transit: self.transit,
            populations: self.users,
            health_checks: self.health_checks,
            policy,
            ttl,
            negative_ttl,
            doors: self.front_doors,
            stores: self.stores,
            faults: self.faults,
            objectives: self.objectives,
            sources: Vec::new(),
            warnings: Vec::new(),
            set: Vec::new(),
        }
    }
}

impl Scenario {
    /// What can be written in a scenario.
    pub fn record() -> Record {
        Root::record()
    }

    /// The scenario as it would be written: it reads back as the same, without presets and other files, so that every number stands
    /// in it.
    pub fn write(&self) -> Node {
        let scenario = self.clone();
        let root = Root {
            base: Vec::new(),
            remove: Vec::new(),
            variants: Vec::new(),
            question: scenario.question,
            run: scenario.run,
            step: Some(scenario.step).filter(|step| *step != default_step(scenario.run)),
            fidelity: scenario.fidelity,
            regions: scenario.regions,
            links: scenario.links,
            transit: scenario.transit,
            health_checks: scenario.health_checks,
            front_doors: scenario.doors,
            routing: NameSettings {
                policy: scenario.policy,
                ttl: scenario.ttl,
                negative_ttl: scenario.negative_ttl,
            },
            stores: scenario.stores,
            users: scenario.populations,
            faults: scenario.faults,
            objectives: scenario.objectives,
            service_time: scenario.service_time,
        };
        root.write(&self.names())
    }

    /// The names that its parts refer to one another by.
    fn names(&self) -> Names {
        let declared = |names: Vec<String>| {
            let declared = |name| Declared { name, ..Declared::default() };
            names.into_iter().map(declared).collect()
        };
        Names {
            regions: declared(self.regions.iter().map(|region| region.name.clone()).collect()),
            checks: declared(self.health_checks.iter().map(|check| check.name.clone()).collect()),
            stores: declared(self.stores.iter().map(|store| store.name.clone()).collect()),
            doors: declared(
                self.doors.iter().map(|door| door.behaviour().name().to_string()).collect(),
            ),
        }
    }
}
