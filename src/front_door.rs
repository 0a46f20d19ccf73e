//! Front doors: one address before all regions. The door, not the name, picks the region: for each
//! connection (anycast) or for each request (CDN).
//!
//! ```text
//!  users --> name --> door --ways--> region, then the next one if the way says so
//! ```

use crate::family::family;
use crate::id::{CheckId, RegionId};
use crate::routing::{Draw, Patience, View};
use crate::units::Share;

pub mod accelerator;
pub mod cdn;

/// One region on the way of a request, and when the door gives up on it for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    pub region: RegionId,
    pub patience: Patience,
}

/// The path of a request through a door: its legs in order; none: answered at the edge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Way {
    pub legs: Vec<Leg>,
}

/// What holds a user to a region once picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Grip {
    /// Nothing: every request is decided anew.
    Request,
    /// The connection: established ones are never moved.
    Connection,
}

/// The behaviour of a front door.
pub trait Entrance {
    fn name(&self) -> &str;
    /// Regions behind the door, in the order written.
    fn regions(&self) -> Vec<RegionId>;
    /// Health checks that the door listens to.
    fn checks(&self) -> Vec<CheckId>;
    /// The paths that requests of one client take now, with their shares: together the whole.
    fn ways(&self, view: &View, is_read: bool) -> Vec<(Share, Way)>;
    fn grip(&self) -> Grip;
    /// True when further tries of a request go the way of the first (affinity by source address, one object of a cache).
    fn is_sticky(&self) -> bool {
        false
    }
}

family! {
    /// A front door of the scenario.
    pub enum FrontDoor as Entrance, "a front door" {
        Accelerator in accelerator,
        Cdn in cdn,
    }
}

impl FrontDoor {
    /// The region that a new connection of this client is led to.
    pub fn enter(&self, view: &View, draw: &mut Draw) -> Option<RegionId> {
        let ways = self.behaviour().ways(view, true);
        let way = match ways.as_slice() {
            [(_, only)] => only,
            _ => {
                let mut mark = draw() * Share::ALL.as_f64();
                let chosen = ways.iter().find(|(share, _)| {
                    mark -= share.as_f64();
                    mark < 0.0
                });
                &chosen.or(ways.last())?.1
            }
        };
        way.legs.first().map(|leg| leg.region)
    }
}
