//! Links between regions are cut: no traffic from one region straight to others, one way or both.
//! Traffic goes around over the regions that forward it (`transit` of the scenario), if there are any. Users and health checks
//! reach every region over the public internet, which this fault leaves alone.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::{Fields, Reader, word};
use ron2::ast::Expr;

/// `LinkCut(from: "ap-northeast-1", to: ["us-east-1"], ways: Both, at: "5min", lasting: "20min")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct LinkCut {
    pub from: RegionId,
    pub to: Vec<RegionId>,
    pub ways: Ways,
    pub window: Window,
}

/// Which directions are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Ways {
    Both,
    /// Only from `from` to `to`.
    Forward,
}

impl LinkCut {
    pub const KIND: Kind = Kind {
        name: "LinkCut",
        summary: "no traffic from one region straight to others; Both ways (the default) or Forward only",
        example: "LinkCut(from: \"ap-northeast-1\", to: [\"us-east-1\", \"eu-west-1\"], ways: Both, at: \"5min\", lasting: \"20min\")",
    };

    pub fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "LinkCut")?;
        let from: Option<RegionId> = fields.required("from");
        let to: Option<Vec<RegionId>> = fields.required("to");
        let known = [("Both", Ways::Both), ("Forward", Ways::Forward)];
        let ways =
            fields.with("ways", |expr, reader| word(expr, reader, &known)).unwrap_or(Ways::Both);
        let window = Window::read(&mut fields);
        if let (Some(from), Some(to)) = (from, &to)
            && (to.contains(&from) || to.is_empty())
        {
            let at = fields.place_of("to");
            fields.reader().problem(
                at,
                "a link joins two different regions",
                "list the regions at the other end in to: [..]",
            );
        }
        fields.close();
        Some(LinkCut { from: from?, to: to?, ways, window: window? })
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
