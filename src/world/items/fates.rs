//! What became of each write: as soon as nothing can change it any more, and of the others at the end of the run.

use super::{Item, Items, Note};
use crate::conflict::{Conflict, Content, Fate, Op, Replica, WriteId};
use crate::trace::items::RegionTally;
use crate::units::Share;

/// Least arrivals at a key between two looks for writes that can be forgotten. When it looks changes no fate: a write that shows nowhere is
/// in no reading any more.
const BETWEEN_LOOKS: u32 = 16;

impl Items {
    /// Gives fates to writes that have arrived everywhere, show nowhere, and that nothing under way had seen.
    pub(super) fn look_for_fates(&mut self, key: u32) {
        let last = WriteId(self.next_id);
        let item = self.items.get_mut(&key).expect("a key that was written is there");
        item.news += 1;
        if item.news < BETWEEN_LOOKS.max(item.notes.len() as u32 / 4) {
            return;
        }
        item.news = 0;
        let policy = self.policy.behaviour();
        let Some(reference) = (0..item.replicas.len()).find(|place| !self.is_destroyed[*place])
        else {
            return;
        };
        let first_lacking = item
            .notes
            .iter()
            .find(|(_, note)| note.missing != 0)
            .map_or(WriteId(u64::MAX), |(id, _)| *id);
        let mut settled = Vec::new();
        for (id, note) in item.notes.iter_mut().filter(|(_, note)| note.missing == 0) {
            let Some(write) = item.history.write(*id) else { continue };
            let everywhere = item.replicas.iter().enumerate().all(|(place, replica)| {
                self.is_destroyed[place] || replica.applied().contains(note.dot)
            });
            if !everywhere
                || !policy.can_hide()
                || item.replicas.iter().any(|replica| policy.has_effect(replica.state(), write))
            {
                continue;
            }
            let hidden_by = *note.hidden_by.get_or_insert(last);
            if first_lacking > hidden_by && Some(*id) != item.newest {
                settled.push(*id);
            }
        }
        let is_hot = self.sample.is_hot(key);
        let fates: Vec<Fate> = settled
            .iter()
            .map(|id| item.replicas[reference].fate(policy, &item.history, *id))
            .collect();
        for (id, fate) in settled.into_iter().zip(fates) {
            let note = item.notes.remove(&id).expect("it was just looked at");
            book(
                &mut self.tally.regions[note.origin],
                &note,
                is_hot,
                Some(fate),
                Closing::Forgotten,
            );
            item.history.forget(id);
        }
    }

    /// The run is over: what becomes of every write that is still asked about, when all has arrived that can.
    pub fn close(&mut self) {
        let policy = self.policy.behaviour();
        for (key, item) in &mut self.items {
            let is_hot = self.sample.is_hot(*key);
            let survivors: Vec<usize> =
                (0..item.replicas.len()).filter(|place| !self.is_destroyed[*place]).collect();
            let merged = item.merged(policy, &survivors);
            let alike = item.agrees(&survivors);
            self.tally.diverged_for_good += u64::from(!alike && item.under_way == 0);
            for (id, note) in &item.notes {
                let is_there =
                    merged.as_ref().is_some_and(|merged| merged.applied().contains(note.dot));
                let fate = merged
                    .as_ref()
                    .filter(|_| is_there)
                    .map(|merged| merged.fate(policy, &item.history, *id));
                if fate.is_none() {
                    let age = note.dropped.map(|dropped| dropped.since(note.at));
                    self.tally.oldest_lost = self.tally.oldest_lost.max(age);
                }
                book(&mut self.tally.regions[note.origin], note, is_hot, fate, Closing::TheRunEnds);
            }
            let counts_up = policy.takes(&Op::Increment(1))
                || policy.takes(&Op::Within(0, Box::new(Op::Increment(1))));
            if (counts_up || self.keys.reads_first == Share::ALL)
                && self.keys.deletes == Share::NONE
                && let Some(counted) = merged.and_then(|merged| count(policy, &merged))
            {
                self.tally.updates.add(is_hot, item.updates);
                self.tally.counted.add(is_hot, counted);
            }
        }
    }
}

impl Item {
    /// Whether all replicas have got the same writes.
    pub(super) fn is_alike(&self) -> bool {
        self.replicas.windows(2).all(|pair| pair[0].applied() == pair[1].applied())
    }

    /// Whether the survivors show the same writes: equal values of different writes are not.
    fn agrees(&self, survivors: &[usize]) -> bool {
        survivors
            .windows(2)
            .all(|pair| self.replicas[pair[0]].state() == self.replicas[pair[1]].state())
    }

    /// What a replica would show that had got all that the survivors have.
    fn merged(&self, policy: &dyn Conflict, survivors: &[usize]) -> Option<Replica> {
        let (first, rest) = survivors.split_first()?;
        let mut merged = self.replicas[*first].clone();
        for other in rest {
            merged.receive(policy, &self.history, &self.replicas[*other].whole());
        }
        Some(merged)
    }
}

/// The number of updates that a key shows, where it counts them.
fn count(policy: &dyn Conflict, replica: &Replica) -> Option<u64> {
    match policy.content(replica.state()) {
        // A key that the survivors do not have shows none.
        Content::Values(values) => Some(values.into_iter().max().unwrap_or(0)),
        Content::Count(count) => u64::try_from(count).ok(),
        Content::Entries(entries) => {
            let counts = entries.into_values().filter_map(|entry| {
                if let Content::Count(count) = entry { u64::try_from(count).ok() } else { None }
            });
            Some(counts.sum())
        }
        Content::Elements(_) => None,
    }
}

/// Why a write is booked now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    /// It shows nowhere, and nothing under way can bring it back.
    Forgotten,
    TheRunEnds,
}

/// Books one write of a region. `None`: no surviving replica has it.
fn book(tally: &mut RegionTally, note: &Note, is_hot: bool, fate: Option<Fate>, why: Closing) {
    tally.with_rival.add(is_hot, u64::from(note.has_rival));
    tally.beaten.add(is_hot, u64::from(note.is_beaten));
    let fate = match fate {
        None | Some(Fate::Absent) => &mut tally.lost,
        Some(Fate::Lost { .. }) => &mut tally.overwritten,
        Some(Fate::Sibling) => &mut tally.sibling,
        Some(Fate::InEffect | Fate::Superseded { .. }) if note.was_held != 0 => {
            let is_pending = why == Closing::TheRunEnds && note.missing != 0;
            tally.pending.add(is_hot, u64::from(is_pending));
            &mut tally.late
        }
        Some(Fate::InEffect | Fate::Superseded { .. }) => &mut tally.kept,
    };
    fate.add(is_hot, 1);
}
