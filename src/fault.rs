//! Faults: what breaks, when, and for how long. A fault is a set of effects that begin together and
//! end together; effects of overlapping faults add up, so every interleaving ends exactly at base.

pub mod link_cut;
pub mod region_outage;

use crate::family::family;
use crate::id::RegionId;
use crate::law::Law;
use crate::read::Fields;
use crate::units::Instant;

/// What a fault does to the world while it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The region answers nothing: connections time out.
    Dark(RegionId),
    /// The region refuses at once: connection refused, or 5xx.
    Refusing(RegionId),
    /// No traffic from the first region straight to the second.
    Cut(RegionId, RegionId),
}

/// The behaviour of a fault.
pub trait Breaks {
    fn window(&self) -> &Window;
    fn effects(&self) -> Vec<Effect>;
    /// One sentence for the report, without the window.
    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String;
}

/// When a fault begins and how long it lasts. It acts on `[at, at + lasting)`.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Window {
    /// Since the start of the run.
    pub at: crate::units::Duration,
    /// Drawn anew in every run.
    pub lasting: Law,
}

impl Window {
    pub fn read(fields: &mut Fields) -> Option<Window> {
        let at = fields.required("at");
        let lasting = fields.required("lasting");
        Some(Window { at: at?, lasting: lasting? })
    }

    pub fn begins(&self) -> Instant {
        Instant::START + self.at
    }
}

family! {
    /// A fault of the scenario.
    pub enum Fault as Breaks, "a fault" {
        RegionOutage in region_outage,
        LinkCut in link_cut,
    }
}
