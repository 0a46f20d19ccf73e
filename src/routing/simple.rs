//! Route 53 simple routing: all values, in random order, without a look at any health check; clients go through them
//! in the order in which they come. Source: Route 53 Developer Guide, "Simple routing".

use super::{Draw, Leads, Record, Routing, View, judge_each, judge_number};
use crate::family::Kind;
use crate::read::{Fields, record};

record! {
    /// All values in random order, without a look at any health check.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Simple as "Simple", check Simple::judge {
        /// Records without checks; an alias stands alone.
        pub to: Vec<Record>,
    }
}

impl Simple {
    pub const KIND: Kind = Kind {
        name: "Simple",
        summary: "all values in random order, never health-checked (Route 53 simple)",
        example: "Simple(to: [\"ap-northeast-1\", \"us-east-1\"])",
    };

    fn judge(&mut self, fields: &mut Fields) {
        judge_number(&self.to, fields, "Simple", "To(region: .., check: ..)");
        judge_each(&self.to, fields, |record| {
            let is_checked = record.check.is_some() || record.target_health.is_some();
            is_checked.then_some((
                "simple routing looks at no health check",
                "use Multivalue, Weighted or Failover, or leave the check out",
            ))
        });
        let is_alias = |record: &Record| matches!(record.leads, Leads::Alias(_));
        if self.to.len() > 1 && self.to.iter().any(is_alias) {
            let help = "write the alias alone, or use Weighted";
            fields.reject("to", "a simple alias has one target", help);
        }
    }
}

impl Routing for Simple {
    fn records(&self) -> Vec<&Record> {
        self.to.iter().collect()
    }

    fn choose<'p>(&'p self, _view: &View, draw: &mut Draw) -> Vec<&'p Record> {
        shuffled(self.records(), self.to.len(), draw)
    }
}

/// So many of the records in random order, or all there are. Nothing is drawn where there is one to choose from.
pub(super) fn shuffled<'p>(
    mut records: Vec<&'p Record>,
    many: usize,
    draw: &mut Draw,
) -> Vec<&'p Record> {
    for at in 0..many.min(records.len().saturating_sub(1)) {
        let left = records.len() - at;
        let picked = ((draw() * left as f64) as usize).min(left - 1);
        records.swap(at, at + picked);
    }
    records.truncate(many);
    records
}

#[cfg(test)]
mod tests {
    use super::super::testing::{unchecked, view};
    use super::*;
    use std::collections::BTreeMap;

    /// How often each order comes, over a grid of 6 x 6 pairs of shares: fine enough to reach every order alike.
    #[test]
    fn every_order_comes_as_often_as_every_other() {
        let policy = Simple { to: vec![unchecked(0), unchecked(1), unchecked(2)] };
        let mut orders: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
        for pair in 0..36 {
            let mut shares = [f64::from(pair / 6), f64::from(pair % 6)]
                .map(|sixth| (sixth + 0.5) / 6.0)
                .into_iter();
            let chosen = policy
                .choose(&view(&[]), &mut || shares.next().expect("three records take two draws"));
            let region = |record: &&Record| {
                policy
                    .to
                    .iter()
                    .position(|known| std::ptr::eq(known, *record))
                    .expect("one of them")
            };
            *orders.entry(chosen.iter().map(region).collect()).or_default() += 1;
        }
        assert_eq!(orders.into_values().collect::<Vec<_>>(), [6; 6]);
    }

    #[test]
    fn one_value_needs_no_draw() {
        let policy = Simple { to: vec![unchecked(0)] };
        assert_eq!(policy.choose(&view(&[]), &mut || panic!("nothing to draw")).len(), 1);
    }
}
