//! Health checkers that run in some places do not reach some regions; users and the other checkers do. A quorum may
//! turn against a region that is well, or stay with one that is not.
//! Source: Route 53 Developer Guide, "How Route 53 averts failover problems" (checkers cut off by a partition).

use super::{Breaks, Effect, Window, locations};
use crate::family::Kind;
use crate::id::RegionId;
use crate::places;
use crate::problem::instead;
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};

record! {
    /// Health checkers that run in some places do not reach some regions, which users do.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct CheckersCutOff as "CheckersCutOff", check CheckersCutOff::judge {
        /// AWS regions in which the checkers run.
        pub checkers_in: CheckerLocations,
        /// Regions of the scenario that these do not reach.
        pub regions: Vec<RegionId>,
        /// When, and for how long.
        pub window: Window,
    }
}

impl CheckersCutOff {
    pub const KIND: Kind = Kind {
        name: "CheckersCutOff",
        summary: "health checkers that run in some regions do not reach some regions, which users do",
        example: "CheckersCutOff(checkers_in: [\"us-east-1\", \"us-west-2\"], regions: [\"ap-northeast-1\"], at: \"5min\", duration: \"30min\")",
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.regions.is_empty() {
            let help = "name regions of this scenario in regions: [..]";
            fields.reject("regions", "no region is cut off", help);
        }
    }
}

/// AWS regions in which checkers run, by name: at least one.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct CheckerLocations(pub Vec<String>);

impl Value for CheckerLocations {
    const EXAMPLE: &'static str = "[\"us-east-1\"]";

    fn shape() -> Shape {
        Shape::List(Box::new(Shape::Name("AWS region")))
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let names: Vec<String> = Vec::read(node, reader)?;
        if names.is_empty() {
            reader.problem(
                node.place,
                "no checkers are named",
                "name AWS regions in which checkers run, such as [\"us-east-1\"]",
            );
            return None;
        }
        let unknown: Vec<&String> =
            names.iter().filter(|name| places::region(name).is_none()).collect();
        for name in &unknown {
            let help = instead(name, places::regions().iter().map(|region| region.name));
            reader.problem(node.place, format!("\"{name}\" is not an AWS region"), help);
        }
        unknown.is_empty().then_some(CheckerLocations(names))
    }

    fn write(&self, names: &Names) -> Node {
        self.0.write(names)
    }
}

impl Breaks for CheckersCutOff {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        let from = |checkers_in| {
            self.regions.iter().map(move |&region| Effect::OutOfReach { checkers_in, region })
        };
        locations(&self.checkers_in.0).flat_map(from).collect()
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        let regions: Vec<String> = self.regions.iter().map(|&region| region_name(region)).collect();
        format!(
            "health checkers in {} do not reach {}",
            self.checkers_in.0.join(" and "),
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
            checkers_in: CheckerLocations(vec!["us-east-1".into(), "us-west-2".into()]),
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
