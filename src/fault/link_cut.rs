//! Links between regions are cut: no traffic from one region straight to others, one way or both.
//! Traffic goes around over the regions that forward it (`transit` of the scenario), if there are any. Users and health checks
//! reach every region over the public internet, which this fault leaves alone.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::{Fields, record, words};

record! {
    /// No traffic from one region straight to others, in both directions or in one.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct LinkCut as "LinkCut", check LinkCut::judge {
        /// The region at one end.
        pub from: RegionId,
        /// The regions at the other end.
        pub to: Vec<RegionId>,
        /// Which directions are cut.
        pub ways: Ways = Ways::Both,
        /// When, and for how long.
        pub window: Window,
    }
}

words! {
    /// Which directions are cut.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
    pub enum Ways {
        /// From either end to the other.
        Both,
        /// Only from `from` to `to`.
        Forward | "One",
    }
}

impl LinkCut {
    pub const KIND: Kind = Kind {
        name: "LinkCut",
        summary: "no traffic from one region straight to others; Both directions (the default) or Forward only",
        example: "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\", \"eu-west-1\"], at: \"5min\", duration: \"20min\")",
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.to.contains(&self.from) || self.to.is_empty() {
            let help = "list the regions at the other end in to: [..]";
            fields.reject("to", "a link joins two different regions", help);
        }
    }
}

impl Breaks for LinkCut {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        let forward = self.to.iter().map(|&to| Effect::Cut(self.from, to));
        let back = self
            .to
            .iter()
            .filter(|_| self.ways == Ways::Both)
            .map(|&to| Effect::Cut(to, self.from));
        forward.chain(back).collect()
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        let to: Vec<String> = self.to.iter().map(|&to| region_name(to)).collect();
        let ways = match self.ways {
            Ways::Both => ("between", "and"),
            Ways::Forward => ("from", "to"),
        };
        let link = if to.len() == 1 { ("link", "is") } else { ("links", "are") };
        format!(
            "the {} {} {} {} {} {} cut",
            link.0,
            ways.0,
            region_name(self.from),
            ways.1,
            to.join(" and "),
            link.1
        )
    }
}
