//! Route 53 weighted routing: a healthy record in proportion to its weight. Records of weight 0 are
//! used only when every other one is unhealthy, and all count as healthy when none is (fail-open).
//! Source: Route 53 Developer Guide, "Weighted routing" and "How Amazon Route 53 chooses records when health checking is configured".

use super::{Routing, Target, View};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::{Fields, Reader};
use ron2::ast::Expr;

/// `Weighted(to: [To(region: .., check: .., weight: 10), ..])`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Weighted {
    pub to: Vec<(Target, u64)>,
}

/// Route 53's own range of weights.
const WEIGHT_LIMIT: u64 = 255;

impl Weighted {
    pub const KIND: Kind = Kind {
        name: "Weighted",
        summary: "healthy regions in proportion to their weights; weight 0 only when all others are unhealthy (Route 53 weighted)",
        example: "Weighted(to: [To(region: \"ap-northeast-1\", check: \"tokyo\", weight: 70), To(region: \"us-east-1\", check: \"virginia\", weight: 30)])",
    };

    pub fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Weighted")?;
        let to = fields.list("to", read_record);
        if to.is_empty() {
            let at = fields.place();
            fields.reader().problem(at, "Weighted has no region to answer with", "list them in to: [To(region: .., weight: ..), ..]");
        }
        fields.close();
        (!to.is_empty()).then_some(Weighted { to })
    }

    /// The records that are in use, with the weights that count.
    fn candidates(&self, view: &View) -> Vec<(RegionId, u64)> {
        let pick = |keep: &dyn Fn(&Target, u64) -> bool| -> Vec<(RegionId, u64)> {
            self.to.iter().filter(|(target, weight)| keep(target, *weight)).map(|(target, weight)| (target.region, *weight)).collect()
        };
        let equal = |records: Vec<(RegionId, u64)>| records.into_iter().map(|(region, _)| (region, 1)).collect::<Vec<_>>();
        let weighty = pick(&|target, weight| view.is_healthy(target) && weight > 0);
        if !weighty.is_empty() {
            return weighty;
        }
        let weightless = pick(&|target, _| view.is_healthy(target));
        if !weightless.is_empty() {
            return equal(weightless);
        }
        let open = pick(&|_, weight| weight > 0);
        if open.is_empty() { equal(pick(&|_, _| true)) } else { open }
    }
}

fn read_record(expr: &Expr, reader: &mut Reader) -> Option<(Target, u64)> {
    let mut fields = Fields::open(reader, expr, "To")?;
    let target = Target::from_fields(&mut fields);
    let weight: Option<u64> = fields.required("weight");
    if let Some(heavy) = weight.filter(|weight| *weight > WEIGHT_LIMIT) {
        let at = fields.place_of("weight");
        fields.reader().problem(at, format!("weight {heavy} is above {WEIGHT_LIMIT}"), "weights are 0 to 255; only their proportion counts");
    }
    fields.close();
    Some((target?, weight?))
}

impl Routing for Weighted {
    fn targets(&self) -> Vec<Target> {
        self.to.iter().map(|(target, _)| *target).collect()
    }

    fn answer(&self, view: &View, share: f64) -> RegionId {
        let candidates = self.candidates(view);
        let total: u64 = candidates.iter().map(|(_, weight)| weight).sum();
        let mut mark = ((share * total as f64) as u64).min(total - 1);
        for (region, weight) in candidates {
            if mark < weight {
                return region;
            }
            mark -= weight;
        }
        unreachable!("the mark lies below the total weight");
    }

    fn is_drawn(&self, view: &View) -> bool {
        self.candidates(view).len() > 1
    }
}
