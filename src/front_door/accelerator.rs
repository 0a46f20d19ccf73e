//! An anycast front door (AWS Global Accelerator): fixed addresses, so no name has to change. New connections
//! go to the nearest group of endpoints that has a healthy one; established ones are never moved.
//! Source: Global Accelerator Developer Guide, "Endpoint groups", "Adjusting traffic flow with traffic
//! dials" and "How Global Accelerator handles unhealthy endpoints".

use super::{Entrance, Grip, Leg, Way};
use crate::family::Kind;
use crate::id::{CheckId, RegionId};
use crate::read::{Fields, record, words};
use crate::routing::{Patience, View};
use crate::units::{Duration, Share};

record! {
    /// Anycast addresses: each new connection is led to the nearest healthy group of endpoints.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Accelerator as "Accelerator", check Accelerator::judge {
        /// The name by which records refer to it.
        pub name: String,
        /// The endpoints, by region: at least one group.
        pub groups: Vec<Group> = Vec::new(),
        /// What keeps a client at its endpoint.
        pub affinity: Affinity = Affinity::PerConnection,
    }
}

record! {
    /// The endpoints in one region.
    #[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
    pub struct Group as "Group", short region {
        /// The region.
        pub region: RegionId,
        /// The check that stands for its endpoints; without one the group counts as healthy.
        pub check: Option<CheckId>,
        /// Share of the traffic nearest to this group that it takes; the rest goes on to the next. Failover does not look at dials.
        #[source("Global Accelerator API reference, EndpointGroup: TrafficDialPercentage 100 by default")]
        pub dial: Share = Share::ALL,
        /// The weight of its endpoints; 0 takes the group out, even in failover.
        #[range(0u64, 255u64, "weights are 0 to 255; 0 takes the group out")]
        #[source("Global Accelerator API reference, EndpointConfiguration: Weight 128 by default")]
        pub weight: u64 = 128,
    }
}

words! {
    /// What keeps a client at its endpoint.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
    pub enum Affinity {
        /// Each connection is placed anew (Global Accelerator's NONE).
        PerConnection,
        /// A source address is always placed alike.
        SourceIp,
    }
}

/// Groups that are tried before the door fails open to the nearest.
const GROUPS_TRIED: usize = 3;

impl Accelerator {
    pub const KIND: Kind = Kind {
        name: "Accelerator",
        summary: "anycast addresses: new connections to the nearest healthy region, no name to wait for (AWS Global Accelerator)",
        example: "Accelerator(name: \"ga\", groups: [Group(region: \"ap-northeast-1\", check: \"tokyo\"), Group(region: \"us-east-1\", check: \"virginia\")])",
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.groups.is_empty() {
            let at = fields.place();
            fields.reader().problem(
                at,
                "Accelerator has no group of endpoints",
                "list them in groups: [Group(region: .., check: ..), ..]",
            );
        } else if self.groups.iter().all(|group| group.weight == 0) {
            let what = "every group has weight 0, so no connection can go anywhere";
            fields.reject("groups", what, "leave weight out of at least one group");
        }
    }

    /// Groups in use, nearest first.
    fn by_distance(&self, view: &View) -> Vec<&Group> {
        let mut groups: Vec<&Group> = self.groups.iter().filter(|group| group.weight > 0).collect();
        groups.sort_by_key(|group| {
            view.round_trip.get(group.region.index()).copied().unwrap_or(Duration::MAX)
        });
        groups
    }
}

impl Group {
    fn is_healthy(&self, view: &View) -> bool {
        self.check.is_none_or(|check| view.believed_healthy[check.index()])
    }
}

/// A door hands a connection to one region and does not try another for it.
fn straight_to(region: RegionId) -> Way {
    Way {
        legs: vec![Leg {
            region,
            patience: Patience {
                connect: Duration::ZERO,
                answer: Duration::ZERO,
                tries: 1,
                retries_errors: false,
            },
        }],
    }
}

impl Entrance for Accelerator {
    fn name(&self) -> &str {
        &self.name
    }

    fn regions(&self) -> Vec<RegionId> {
        self.groups.iter().map(|group| group.region).collect()
    }

    fn checks(&self) -> Vec<CheckId> {
        self.groups.iter().filter_map(|group| group.check).collect()
    }

    fn ways(&self, view: &View, _is_read: bool) -> Vec<(Share, Way)> {
        let groups = self.by_distance(view);
        let Some(nearest) = groups.first() else { return Vec::new() };
        // The dial of each group lets a share of what reaches it in; the rest goes on to the next nearest.
        let mut left = Share::ALL.parts();
        let mut taken: Vec<(u64, RegionId)> = Vec::new();
        for group in &groups {
            let takes = (u128::from(left) * u128::from(group.dial.parts())
                / u128::from(Share::ALL.parts())) as u64;
            left -= takes;
            taken.push((takes, led_to(group, &groups, view)));
        }
        // What every dial turned away goes to the nearest all the same: no connection is refused.
        taken.push((left, led_to(nearest, &groups, view)));
        let mut ways: Vec<(Share, Way)> = Vec::new();
        for (parts, region) in taken.into_iter().filter(|(parts, _)| *parts > 0) {
            let way = straight_to(region);
            match ways.iter_mut().find(|(_, known)| *known == way) {
                Some((share, _)) => *share = Share::from_parts(share.parts() + parts),
                None => ways.push((Share::from_parts(parts), way)),
            }
        }
        ways
    }

    fn grip(&self) -> Grip {
        Grip::Connection
    }

    fn is_sticky(&self) -> bool {
        self.affinity == Affinity::SourceIp
    }
}

/// Where connections placed in a group go: there while it is healthy, else to the next nearest
/// healthy one of three, dials ignored, else back to the nearest: fail-open.
fn led_to(group: &Group, groups: &[&Group], view: &View) -> RegionId {
    if group.is_healthy(view) {
        return group.region;
    }
    groups
        .iter()
        .take(GROUPS_TRIED)
        .find(|other| other.is_healthy(view))
        .or(groups.first())
        .map_or(group.region, |other| other.region)
}
