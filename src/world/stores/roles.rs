//! Who may take writes and serve reads beyond who is called the writer: an old writer that nobody has fenced yet, a writer that is
//! being switched over, instances that are down, a region whose replica is being rebuilt.

use super::StoreState;
use crate::fault::InstanceFails;
use crate::id::{FaultId, RegionId};
use crate::replication::Store;
use crate::replication::writers::Forwarding;
use crate::trace::FactId;
use crate::units::Instant;
use crate::world::generation::Generation;
use crate::world::regions::Edge;

#[derive(Clone, Debug)]
pub struct Roles {
    pub forwarding: Forwarding,
    /// The old writer, as long as it takes writes, and the attempt that made it the old one.
    pub unfenced: Option<(RegionId, Generation)>,
    pub fence: Fence,
    /// While the writer takes no writes, so that a replica can take over without a loss.
    pub switching: Option<Switching>,
    /// The old writer's region, until it is a replica again; `None` as well where it never will be.
    pub returning: Option<Returning>,
    /// Counts promotions, switchovers and rebuilds, so that the end of one that was given up is not mistaken for that of the next.
    pub attempt: Generation,
    down: Vec<Down>,
}

/// What becomes of the fence around an old writer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fence {
    #[default]
    Works,
    /// The last address that leads there ends its writes.
    Failed,
    /// That should have been by now, and addresses still lead there.
    AwaitsAddresses { attempt: Generation, cause: FactId },
}

#[derive(Clone, Copy, Debug)]
pub struct Switching {
    pub to: RegionId,
    pub began: FactId,
    pub attempt: Generation,
}

#[derive(Clone, Copy, Debug)]
pub struct Returning {
    pub region: RegionId,
    /// The fact that began the present rebuild, and its attempt.
    pub rebuild: Option<(FactId, Generation)>,
}

/// A writer's instance that is down.
#[derive(Clone, Copy, Debug)]
struct Down {
    fault: FaultId,
    region: RegionId,
    effect: InstanceFails,
}

impl Roles {
    pub fn new(spec: &Store) -> Roles {
        Roles {
            forwarding: spec.forwarding,
            unfenced: None,
            fence: Fence::Works,
            switching: None,
            returning: None,
            attempt: Generation::default(),
            down: Vec::new(),
        }
    }

    /// A number for the next change of roles.
    pub fn next(&mut self) -> Generation {
        self.attempt.next()
    }
}

/// Whether a replica serves reads at the start: a region that has data and no instance does not.
pub fn serves_at_start(spec: &Store, region: RegionId) -> bool {
    let is_headless = spec
        .promotion
        .as_ref()
        .is_some_and(|promotion| promotion.to == region && promotion.afterwards.headless.is_some());
    region == spec.writer || spec.readers.contains(&region) && !is_headless
}

impl StoreState {
    /// The instance that is the writer now dies, or its standby has taken over.
    pub fn instance_fails(&mut self, fault: FaultId, effect: InstanceFails, edge: Edge) {
        match edge {
            Edge::Begins => self.roles.down.push(Down { fault, region: self.writer, effect }),
            Edge::Ends => self.roles.down.retain(|down| down.fault != fault),
        }
    }

    pub fn has_instance(&self, region: RegionId) -> bool {
        !self.roles.down.iter().any(|down| down.region == region)
    }

    /// Whether the writer takes writes, if its region is up.
    pub fn takes_writes(&self) -> bool {
        self.roles.switching.is_none() && self.has_instance(self.writer)
    }

    /// Whether an old writer takes writes, if its region is up.
    pub fn forks(&self, region: RegionId) -> bool {
        region != self.writer
            && self.roles.unfenced.is_some_and(|(old, _)| old == region)
            && self.has_instance(region)
    }

    /// Whether what serves reads in a region is in service.
    pub fn answers_reads(&self, region: RegionId) -> bool {
        let stops = |down: &&Down| {
            if down.region == region {
                !down.effect.reads_go_on
            } else {
                down.effect.restarts_readers && down.region == self.writer
            }
        };
        !self.roles.down.iter().any(|down| stops(&down))
    }

    /// Whether applications in a region hand their writes to a replica there.
    pub fn forwards(&self, region: RegionId) -> bool {
        self.roles.forwarding != Forwarding::Off
            && region != self.writer
            && self.serves_reads[region.index()]
    }

    /// Whether the replica in a region is not there yet, after its region was the writer.
    pub fn is_returning(&self, region: RegionId) -> bool {
        self.roles.returning.is_some_and(|returning| returning.region == region)
    }

    /// A replica that has everything is the writer now; the old one is its replica.
    pub fn switched(&mut self, to: RegionId, now: Instant) {
        let (old, serves) = (self.writer, self.serves_reads[self.writer.index()]);
        let promotion = self.promotion;
        self.promoted(to, now);
        self.serves_reads[old.index()] = serves;
        // The promotion of the scenario can be called for again.
        self.promotion = if promotion == super::PromotionState::Done {
            super::PromotionState::Idle
        } else {
            promotion
        };
        self.roles.switching = None;
    }
}
