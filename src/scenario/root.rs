//! What stands at the root of a scenario, for whoever walks along the description: paths, earlier names, the reference.

use super::routing::NameSettings;
use super::{Fidelity, Link, Objectives, Population, Region, SERVICE_TIME, Scenario};
use crate::fault::Fault;
use crate::front_door::FrontDoor;
use crate::health::HealthCheck;
use crate::id::RegionId;
use crate::law::Law;
use crate::read::{Record, record};
use crate::replication::Store;
use crate::units::Duration;

record! {
    /// The design, the load, the fault and the objectives.
    #[derive(Clone, Debug)]
    struct Root as "Scenario" {
        /// The question, in plain words.
        question: String,
        /// Simulated time of one run.
        run: Duration,
        /// Width of the counting steps. Left out: a 360th of the run, in whole seconds where possible.
        step: Option<Duration>,
        /// How requests are simulated.
        fidelity: Fidelity = Fidelity::Cohorts,
        /// Where things run.
        regions: Vec<Region>,
        /// How far regions are apart, where it is not what was measured.
        links: Vec<Link> = Vec::new(),
        /// Regions that forward traffic between two others whose link is cut.
        transit: Vec<RegionId> = Vec::new(),
        /// Populations: where, how many, how busy.
        users: Vec<Population> = Vec::new(),
        /// How a failure is noticed.
        health_checks: Vec<HealthCheck> = Vec::new(),
        /// Addresses before all regions.
        front_doors: Vec<FrontDoor> = Vec::new(),
        /// How users are sent to a region.
        routing: NameSettings,
        /// What holds the data, how it replicates, who promotes.
        stores: Vec<Store> = Vec::new(),
        /// What breaks.
        faults: Vec<Fault> = Vec::new(),
        /// What is promised.
        objectives: Option<Objectives>,
        /// Time that the application takes for a request, without the network.
        service_time: Law = SERVICE_TIME,
    }
}

impl Scenario {
    /// What can be written in a scenario.
    pub fn record() -> Record {
        Root::record()
    }
}
