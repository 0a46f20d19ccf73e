//! Health checkers that stand in some places do not reach some regions; users and the other checkers do. A quorum may
//! turn against a region that is well, or stay with one that is not.
//! Source: Route 53 Developer Guide, "How Route 53 averts failover problems" (checkers cut off by a partition).

use super::{Breaks, Effect, Window, locations};
use crate::family::Kind;
use crate::id::RegionId;
use crate::places;
use crate::problem::instead;
use crate::read::Node;
use crate::read::{Fields, Reader, Value, place};

/// `CheckersCutOff(checkers_in: ["us-east-1", ..], regions: ["ap-northeast-1"], at: "5min", lasting: "30min")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CheckersCutOff {
    /// AWS regions in which the checkers stand.
    pub checkers_in: Vec<String>,
    /// Regions of the scenario that these do not reach.
    pub regions: Vec<RegionId>,
    pub window: Window,
}

impl CheckersCutOff {
    pub const KIND: Kind = Kind {
        name: "CheckersCutOff",
        summary: "health checkers that stand in some places do not reach some regions, which users do",
        example: "CheckersCutOff(checkers_in: [\"us-east-1\", \"us-west-2\"], regions: [\"ap-northeast-1\"], at: \"5min\", lasting: \"30min\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "CheckersCutOff")?;
        let checkers_in = fields.required_with("checkers_in", "[\"us-east-1\"]", read_locations);
        let regions: Option<Vec<RegionId>> = fields.required("regions");
        if regions.as_ref().is_some_and(Vec::is_empty) {
            let at = fields.place_of("regions");
            fields.reader().problem(
                at,
                "no region is cut off",
                "name regions of this scenario in regions: [..]",
            );
        }
        let window = Window::take_fields(&mut fields, None);
        fields.close();
        Some(CheckersCutOff { checkers_in: checkers_in?, regions: regions?, window: window? })
    }
}

/// AWS regions in which checkers stand, at least one.
pub(super) fn read_locations(expr: &Node, reader: &mut Reader) -> Option<Vec<String>> {
    let names: Vec<String> = Vec::read(expr, reader)?;
    if names.is_empty() {
        reader.problem(
            place(expr),
            "no checkers are named",
            "name AWS regions in which checkers stand, such as [\"us-east-1\"]",
        );
        return None;
    }
    let unknown: Vec<&String> =
        names.iter().filter(|name| places::region(name).is_none()).collect();
    for name in &unknown {
        let mend = instead(name, places::regions().iter().map(|region| region.name));
        reader.problem(place(expr), format!("\"{name}\" is not an AWS region"), mend);
    }
    unknown.is_empty().then_some(names)
}

impl Breaks for CheckersCutOff {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        let from = |checkers_in| {
            self.regions.iter().map(move |&region| Effect::OutOfReach { checkers_in, region })
        };
        locations(&self.checkers_in).flat_map(from).collect()
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        let regions: Vec<String> = self.regions.iter().map(|&region| region_name(region)).collect();
        format!(
            "health checkers in {} do not reach {}",
            self.checkers_in.join(" and "),
            regions.join(" and ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::Law;
    use crate::units::Duration;

    #[test]
    fn every_place_is_cut_off_from_every_region() {
        let window = Window {
            at: Duration::ZERO,
            lasting: Law::Constant(Duration::from_secs(60)),
            every: Duration::ZERO,
            times: 1,
        };
        let fault = CheckersCutOff {
            checkers_in: vec!["us-east-1".into(), "us-west-2".into()],
            regions: vec![RegionId(0), RegionId(1)],
            window,
        };
        let out_of_reach = |place: &str, region| Effect::OutOfReach {
            checkers_in: places::location(place).expect("an AWS region"),
            region: RegionId(region),
        };
        let expected = [("us-east-1", 0), ("us-east-1", 1), ("us-west-2", 0), ("us-west-2", 1)]
            .map(|(place, region)| out_of_reach(place, region));
        assert_eq!(fault.effects(), expected);
    }
}
