//! What can be wrong with a quorum.

use super::{Level, Quorum, REPLICA_LIMIT, SAMPLE_LIMIT, Sample};
use crate::read::Fields;
use crate::units::Duration;

impl Quorum {
    pub(super) fn judge(&mut self, fields: &mut Fields) {
        if self.anti_entropy.is_some_and(|every| every < Duration::from_secs(1)) {
            let help = "write a longer period: repairs run every few days";
            fields.reject("anti_entropy", "replicas are compared more than once a second", help);
        }
    }

    /// What is wrong with its numbers in a store of so many regions, and how to fix it.
    pub fn problems(&self, regions: usize) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        let all = self.copies.saturating_mul(regions as u64);
        if all == 0 || all > REPLICA_LIMIT {
            problems.push((
                format!("the store has {all} replicas in all, not 1 to {REPLICA_LIMIT}"),
                "write copies: 3, the replicas in each region".to_string(),
            ));
            return problems;
        }
        let (most, place) = match self.level {
            Level::All => (all, "in all"),
            Level::Local | Level::Each => (self.copies, "in a region"),
        };
        for (name, size) in [("write_quorum", self.write_quorum), ("read_quorum", self.read_quorum)]
        {
            if size == 0 || size > most {
                let help = format!("a majority is {}", most / 2 + 1);
                problems.push((
                    format!("{name} {size} is not between 1 and the {most} replicas {place}"),
                    help,
                ));
            }
        }
        let Sample { keys, versions, reads, .. } = self.sample;
        if versions == 0 || reads == 0 {
            problems.push((
                "a sampled key is never written or never read".to_string(),
                "write versions and reads of 1 or more".to_string(),
            ));
        }
        let followed = keys.saturating_mul(versions.saturating_add(reads));
        if followed > SAMPLE_LIMIT {
            problems.push((
                format!(
                    "{followed} operations of a run would be followed; the limit is {SAMPLE_LIMIT}"
                ),
                "lower keys: more runs give more of them".to_string(),
            ));
        }
        problems
    }
}
