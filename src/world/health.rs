//! Health: what checks sense of the regions, and which status name servers and front doors hold.
//!
//! ```text
//!  probes, periods of metrics --> believed, by audience --> status sent --a while--> published
//! ```

pub mod checks;
mod metrics;
mod noticing;

use super::stage::Stage;
use crate::engine::random::{Stream, Streams};
use crate::id::{AudienceId, CheckId};
use checks::Check;
use metrics::MetricState;

/// All checks of the run.
#[derive(Debug)]
pub(super) struct Health {
    checks: Vec<Check>,
    pushes: Vec<Stream>,
    metrics: Vec<Option<MetricState>>,
    /// Checks that follow a metric.
    alarms: Vec<CheckId>,
    /// By audience, by check: the status that its name servers and front doors hold.
    published: Vec<Vec<bool>>,
}

impl Health {
    pub fn new(stage: &Stage, streams: &Streams) -> Health {
        let specs = &stage.scenario.health_checks;
        let audiences = stage.audiences.len();
        Health {
            checks: specs.iter().map(|check| Check::new(check, audiences, streams)).collect(),
            pushes: specs
                .iter()
                .map(|check| streams.of(&format!("check/{}/push", check.name), 0))
                .collect(),
            metrics: specs.iter().map(|check| MetricState::new(check, streams)).collect(),
            alarms: metrics::alarms(specs),
            published: Vec::new(),
        }
    }

    /// By check: the status that an audience's name servers and front doors hold.
    pub fn published(&self, audience: AudienceId) -> &[bool] {
        &self.published[audience.index()]
    }
}
