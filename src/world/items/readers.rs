//! What readers see of the sampled keys: the newest write or an older one, one value or several.

use super::{Item, Items, Note};
use crate::conflict::{Content, WriteId};
use crate::trace::grid;
use crate::units::Instant;

impl Items {
    /// Somebody reads any key at a replica.
    pub fn read(&mut self, place: usize, now: Instant) {
        let key = self.sample.read(self.chance.reads.share());
        self.tally.reads[place].reads += 1;
        let Some(item) = self.items.get(&key) else { return };
        let replica = &item.replicas[place];
        let has_newest = item
            .newest
            .and_then(|id| item.history.write(id))
            .is_none_or(|write| replica.applied().contains(write.dot));
        if !has_newest {
            self.tally.reads[place].stale += 1;
            let oldest = item
                .notes
                .values()
                .filter(|note| item.lacks(note, place))
                .map(|note| note.at)
                .min();
            let age = oldest.map_or(0, |oldest| now.since(oldest).as_nanos() / 1_000);
            *self.tally.staleness.entry(grid::cell(age)).or_default() += 1;
        }
        let values = match replica.read(self.policy.behaviour()).content {
            Content::Values(values) => values.len() as u64,
            _ => 1,
        };
        let reads = &mut self.tally.reads[place];
        reads.values += values;
        reads.found += u64::from(values > 0);
        reads.with_siblings += u64::from(values > 1);
        reads.most_siblings = reads.most_siblings.max(values);
    }

    /// Whoever made a write reads the key back at a replica, and finds it there or not.
    pub fn read_back(&mut self, place: usize, key: u32, id: WriteId) {
        let Some(item) = self.items.get(&key) else { return };
        self.tally.reads[place].read_back += 1;
        let misses = item
            .notes
            .get(&id)
            .is_some_and(|note| !item.replicas[place].applied().contains(note.dot));
        self.tally.reads[place].missed_own += u64::from(misses);
    }
}

impl Item {
    /// Whether a replica lacks a write that another has: one on its way, or one that stays where it was made.
    fn lacks(&self, note: &Note, place: usize) -> bool {
        let is_gone = note.missing == 0 && note.dropped.is_some();
        !is_gone && !self.replicas[place].applied().contains(note.dot)
    }
}
