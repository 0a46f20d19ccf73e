//! An anycast front door (AWS Global Accelerator): fixed addresses, so no name has to change. New connections
//! go to the nearest group of endpoints that has a healthy one; established ones are never moved.
//! Source: Global Accelerator Developer Guide, "Endpoint groups", "Adjusting traffic flow with traffic
//! dials" and "How Global Accelerator handles unhealthy endpoints".

use super::{Entrance, Grip, Leg, Way};
use crate::family::Kind;
use crate::id::{CheckId, RegionId};
use crate::read::Node;
use crate::read::{Fields, Reader, word};
use crate::routing::{Patience, View};
use crate::units::{Duration, Share};

/// `Accelerator(name: "ga", groups: [Group(region: "ap-northeast-1", check: "tokyo"), ..])`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Accelerator {
    pub name: String,
    pub groups: Vec<Group>,
    pub affinity: Affinity,
}

/// The endpoints in one region.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Group {
    pub region: RegionId,
    /// Without a check the group counts as healthy.
    pub check: Option<CheckId>,
    /// Share of the traffic nearest to this group that it takes; the rest goes on to the next. Default 100 %.
    /// Failover does not look at dials.
    pub dial: Share,
    /// 0 takes the group out, even in failover. Default 128 (Global Accelerator's own).
    pub weight: u64,
}

/// What keeps a client at its endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Affinity {
    /// Each connection is placed anew (Global Accelerator's NONE).
    PerConnection,
    /// A source address is always placed alike.
    SourceIp,
}

/// Groups that are tried before the door fails open to the nearest.
const GROUPS_TRIED: usize = 3;

impl Accelerator {
    pub const KIND: Kind = Kind {
        name: "Accelerator",
        summary: "anycast addresses: new connections to the nearest healthy region, no name to wait for (AWS Global Accelerator)",
        example: "Accelerator(name: \"ga\", groups: [Group(region: \"ap-northeast-1\", check: \"tokyo\"), Group(region: \"us-east-1\", check: \"virginia\")])",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Accelerator")?;
        let name = fields.required::<String>("name");
        let before = fields.problems();
        let groups = fields.list("groups", Group::read);
        let affinities =
            [("PerConnection", Affinity::PerConnection), ("SourceIp", Affinity::SourceIp)];
        let affinity = fields
            .with("affinity", |expr, reader| word(expr, reader, &affinities))
            .unwrap_or(Affinity::PerConnection);
        if groups.is_empty() && fields.problems() == before {
            let at = fields.place();
            fields.reader().problem(
                at,
                "Accelerator has no group of endpoints",
                "list them in groups: [Group(region: .., check: ..), ..]",
            );
        }
        if !groups.is_empty() && groups.iter().all(|group| group.weight == 0) {
            let at = fields.place_of("groups");
            fields.reader().problem(
                at,
                "every group has weight 0, so no connection can go anywhere",
                "leave weight out of at least one group",
            );
        }
        fields.close();
        (!groups.is_empty()).then_some(Accelerator { name: name?, groups, affinity })
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
    fn read(expr: &Node, reader: &mut Reader) -> Option<Group> {
        let mut fields = Fields::open(reader, expr, "Group")?;
        let region = fields.required("region");
        let check = fields.optional("check");
        let dial = fields.or("dial", Share::ALL);
        let weight = fields.or("weight", 128);
        if weight > 255 {
            let at = fields.place_of("weight");
            fields.reader().problem(
                at,
                format!("weight {weight} is above 255"),
                "weights are 0 to 255; 0 takes the group out",
            );
        }
        fields.close();
        Some(Group { region: region?, check, dial, weight })
    }

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
