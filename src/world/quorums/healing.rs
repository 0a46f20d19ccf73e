//! Healing: how a replica gets what it missed. Hints when it is back, read repair when a read meets it, a
//! comparison of all replicas from time to time.

use super::{Message, Step, drawn};
use crate::world::World;

impl World<'_> {
    pub(in crate::world) fn repair(&mut self, message: Message) {
        let (store, key) = (message.store as usize, message.key as usize);
        let answered = self.quorums.all[store]
            .copies_of(key)
            .iter()
            .enumerate()
            .filter(|(_, copy)| copy.has_answered);
        let seen: Vec<(usize, u32)> =
            answered.map(|(replica, copy)| (replica, copy.seen)).collect();
        let newest = seen.iter().map(|(_, seen)| *seen).max().unwrap_or(0);
        let from = self.quorums.all[store].keys[key].read_at;
        for (replica, _) in seen.into_iter().filter(|(_, seen)| *seen < newest) {
            self.send_healing(message, from, replica, newest);
        }
    }

    fn send_healing(&mut self, message: Message, from: usize, replica: usize, version: u32) {
        let store = message.store as usize;
        let quorum = self.quorum(store);
        let out = drawn(&mut self.quorums.all[store], &quorum.messages.write);
        if let Some(way) = self.way(store, from, self.quorums.all[store].region_of(replica)) {
            self.post(
                way + out,
                Message { replica: replica as u32, number: version, step: Step::Healed, ..message },
            );
        }
    }

    pub(in crate::world) fn healed(&mut self, message: Message) {
        let copy = self.quorums.all[message.store as usize]
            .copy(message.key as usize, message.replica as usize);
        copy.version = copy.version.max(message.number);
    }

    /// Regions or links changed: who is back gets what was kept for it.
    pub(in crate::world) fn refresh_quorums(&mut self) {
        for store in 0..self.quorums.all.len() {
            let count = self.quorums.all[store].regions.len();
            let mut someone_is_back = false;
            for (from, to) in (0..count).flat_map(|from| (0..count).map(move |to| (from, to))) {
                let replicas = &mut self.quorums.all[store];
                let (one, other) = (replicas.regions[from], replicas.regions[to]);
                let is_there = self.regions.is_up(one)
                    && self.regions.is_up(other)
                    && self.regions.one_way(one, other).is_some();
                let away = &mut replicas.away[from][to];
                someone_is_back |= is_there && away.is_some();
                *away = if is_there { None } else { away.or(Some(self.now)) };
            }
            if someone_is_back {
                self.hand_over(store);
            }
        }
    }

    fn hand_over(&mut self, store: usize) {
        for key in 0..self.quorums.all[store].keys.len() {
            for replica in 0..self.quorums.all[store].per_key {
                let replicas = &mut self.quorums.all[store];
                let (home, region) = (replicas.keys[key].written_at, replicas.region_of(replica));
                let version = replicas.copies_of(key)[replica].hinted;
                if version == 0 || replicas.away[home][region].is_some() {
                    continue;
                }
                replicas.copy(key, replica).hinted = 0;
                let message = Message {
                    store: store as u32,
                    key: key as u32,
                    replica: replica as u32,
                    number: version,
                    step: Step::Healed,
                };
                self.send_healing(message, home, replica, version);
            }
        }
    }

    /// Replicas compare what they have (a repair): all that reach the one with the newest version have it now.
    pub(in crate::world) fn compared(&mut self, message: Message) {
        let store = message.store as usize;
        let quorum = self.quorum(store);
        if let Some(every) = quorum.anti_entropy {
            self.post(every, message);
        }
        let replicas = &mut self.quorums.all[store];
        for key in 0..replicas.keys.len() {
            let newest = replicas.copies_of(key).iter().map(|copy| copy.version).max().unwrap_or(0);
            let Some(holder) = replicas
                .copies_of(key)
                .iter()
                .position(|copy| copy.version == newest)
                .filter(|_| newest > 0 && quorum.propagates)
            else {
                continue;
            };
            let from = replicas.region_of(holder);
            for replica in 0..replicas.per_key {
                if replicas.away[from][replicas.region_of(replica)].is_none() {
                    replicas.copy(key, replica).version = newest;
                }
            }
        }
    }
}
