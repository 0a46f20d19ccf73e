//! How changes travel from replica to replica: they depart, wait where the way is shut, and arrive, or are gone.

use super::ways::Pace;
use super::{Await, Item, Items, Message};
use crate::conflict::{Dot, Replica, Update, WriteId};
use crate::replication::shipping::{Arrivals, Waiting};
use crate::trace::grid;
use crate::units::{Duration, Instant, Share};
use crate::world::regions::Link;
use std::sync::Arc;

impl Items {
    /// Hands a change over for all other replicas.
    pub(super) fn send(
        &mut self,
        from: usize,
        key: u32,
        id: WriteId,
        update: &Arc<Update>,
    ) -> Vec<usize> {
        let others = (0..self.places.len()).filter(|to| *to != from);
        let others: Vec<usize> = others.filter(|to| !self.is_destroyed[*to]).collect();
        others.into_iter().map(|to| self.hand_over(from, to, key, id, update.clone())).collect()
    }

    fn hand_over(
        &mut self,
        from: usize,
        to: usize,
        key: u32,
        id: WriteId,
        update: Arc<Update>,
    ) -> usize {
        let chance = &mut self.chance.lags[from][to];
        let transfer = self.shipping.transfer.map_or(Duration::ZERO, |law| law.at(chance.share()));
        let lag = self.shipping.lag.at(chance.share()) + transfer;
        let comes_twice = self.shipping.duplicates > Share::NONE
            && chance.share() < self.shipping.duplicates.as_f64();
        let message = Message { key, id, from, to, update, lag, set_out: None, comes_twice };
        let number = self.free.pop().unwrap_or(self.messages.len());
        if number == self.messages.len() {
            self.messages.push(None);
        }
        self.messages[number] = Some(message);
        self.ways[from][to].under_way.insert(number);
        self.item(key).under_way += 1;
        number
    }

    /// A message sets out, if its way is open: it arrives after its lag, and not before it can be there.
    pub fn depart(
        &mut self,
        number: usize,
        now: Instant,
        floor: Duration,
        slower: Duration,
    ) -> Option<Await> {
        let pace = self.pace();
        let message = self.messages[number].as_mut().expect("a message that departs is there");
        let (from, to) = (message.from, message.to);
        let lag = message.lag.max(floor) + slower;
        if !self.ways[from][to].is_open {
            self.hold(number);
            return None;
        }
        // Numbers of messages are used again, so departures are counted over all of them.
        self.departures += 1;
        let set_out = self.departures;
        message.set_out = Some(set_out);
        Some(Await { message: number, set_out, at: self.ways[from][to].arrival(now, lag, pace) })
    }

    /// Where a message goes: from one position to another.
    pub fn journey(&self, number: usize) -> (usize, usize) {
        let message =
            self.messages[number].as_ref().expect("a message that is asked about is there");
        (message.from, message.to)
    }

    /// Only a store whose every write is simulated has a capacity.
    pub(super) fn pace(&self) -> Pace {
        let per_change = self.shipping.capacity.map_or(0.0, |capacity| 1.0 / capacity.per_second());
        Pace {
            each: Duration::from_seconds_f64(per_change),
            in_order: self.shipping.order == Arrivals::InOrder,
        }
    }

    /// A fault holds up what a message brings.
    fn hold(&mut self, number: usize) {
        let message = self.messages[number].as_ref().expect("a message that is held is there");
        let (key, to) = (message.key, message.to);
        let item = self.items.get_mut(&key).expect("a key that was written is there");
        for dot in message.update.applied.without(item.replicas[to].applied()).dots() {
            let note =
                item.history.at(dot).map(|write| write.id).and_then(|id| item.notes.get_mut(&id));
            if let Some(note) =
                note.filter(|note| note.missing >> to & 1 == 1 && note.held >> to & 1 == 0)
            {
                note.held |= 1 << to;
                note.was_held |= 1 << to;
                self.held += 1;
            }
        }
    }

    /// A way between two places opens or shuts; true when it changed. Opened, its messages have to depart again.
    pub fn set_way(&mut self, from: usize, to: usize, link: Link, now: Instant) -> bool {
        let way = &mut self.ways[from][to];
        if way.is_open == (link == Link::Up) {
            return false;
        }
        if link == Link::Up {
            way.is_open = true;
            return true;
        }
        way.shut();
        self.hold_earlier(from, to, now);
        let way = &self.ways[from][to];
        let under_way: Vec<usize> = way.under_way.iter().copied().collect();
        for number in under_way {
            self.hold(number);
            self.messages[number].as_mut().expect("it is under way").set_out = None;
        }
        true
    }

    /// What is to depart when a way has opened, the oldest first.
    pub fn waiting(&self, from: usize, to: usize) -> Vec<usize> {
        let mut waiting: Vec<usize> = self.ways[from][to].under_way.iter().copied().collect();
        waiting.sort_by_key(|number| self.messages[*number].as_ref().map(|message| message.id));
        waiting
    }

    /// The region of a replica failed: what waited there in memory is gone.
    pub fn region_failed(&mut self, place: usize, now: Instant) {
        if self.shipping.waiting == Waiting::InMemory {
            self.drop_from(place, now);
        }
    }

    /// A region is destroyed: its replica, and all that waited there or was on its way there.
    pub fn destroyed(&mut self, place: usize, now: Instant) {
        self.is_destroyed[place] = true;
        self.lose_earlier(place, now);
        self.drop_from(place, now);
        let others: Vec<usize> = (0..self.places.len()).filter(|other| *other != place).collect();
        for from in others {
            self.drop_way(from, place, now);
        }
        // Nobody waits for it any more.
        let keys: Vec<u32> = self.items.keys().copied().collect();
        for key in keys {
            let ids: Vec<_> = self.items[&key]
                .notes
                .iter()
                .filter(|(_, note)| note.missing >> place & 1 == 1)
                .map(|(id, _)| *id)
                .collect();
            ids.into_iter().for_each(|id| self.arrived(key, id, place, None));
            self.give_up_lost(key, place, now);
        }
    }

    /// Writes that only the destroyed replica had: nobody waits for them, and no reader of a survivor is behind for their sake.
    fn give_up_lost(&mut self, key: u32, place: usize, now: Instant) {
        let survivors: Vec<usize> =
            (0..self.places.len()).filter(|place| !self.is_destroyed[*place]).collect();
        let item = self.item(key);
        let has =
            |item: &Item, place: usize, dot: Dot| item.replicas[place].applied().contains(dot);
        let is_lost = |item: &Item, dot: Dot| {
            has(item, place, dot) && !survivors.iter().any(|survivor| has(item, *survivor, dot))
        };
        let lost: Vec<WriteId> = item
            .notes
            .iter()
            .filter(|(_, note)| is_lost(item, note.dot))
            .map(|(id, _)| *id)
            .collect();
        for id in &lost {
            let note = item.notes.get_mut(id).expect("it was just looked at");
            note.dropped = Some(now);
        }
        if item.newest.is_some_and(|newest| lost.contains(&newest)) {
            item.newest = item.notes.keys().rfind(|id| !lost.contains(id)).copied();
        }
        for id in lost {
            survivors.iter().for_each(|place| self.arrived(key, id, *place, None));
        }
    }

    fn drop_from(&mut self, place: usize, now: Instant) {
        self.tally.could_lose = true;
        self.drop_earlier(place, now);
        (0..self.places.len())
            .filter(|to| *to != place)
            .for_each(|to| self.drop_way(place, to, now));
    }

    fn drop_way(&mut self, from: usize, to: usize, now: Instant) {
        let under_way: Vec<usize> = self.ways[from][to].under_way.iter().copied().collect();
        for number in under_way {
            let message = self.take_off(number);
            let item = self.item(message.key);
            if let Some(note) = item.notes.get_mut(&message.id) {
                note.dropped = Some(now);
            }
        }
    }

    fn take_off(&mut self, number: usize) -> Message {
        let message = self.messages[number].take().expect("a message ends once");
        self.ways[message.from][message.to].under_way.remove(&number);
        self.free.push(number);
        self.item(message.key).under_way -= 1;
        message
    }

    /// A message arrives, unless it had to set out anew since; true when nothing that was held up is still missing.
    pub fn arrive(&mut self, awaited: Await, now: Instant) -> bool {
        let is_it = |message: &Message| message.set_out == Some(awaited.set_out);
        if !self.messages[awaited.message].as_ref().is_some_and(is_it) {
            return false;
        }
        let message = self.take_off(awaited.message);
        if message.comes_twice && !self.shipping.deduplicates {
            self.tally.applied_twice += 1;
        }
        let held = self.held;
        self.receive(message.key, message.to, &message.update, now);
        held > 0 && self.held == 0
    }

    fn receive(&mut self, key: u32, to: usize, update: &Update, now: Instant) {
        let policy = self.policy.behaviour();
        let item = self.items.get_mut(&key).expect("a key that was written is there");
        let fresh = update.applied.without(item.replicas[to].applied());
        item.replicas[to].receive(policy, &item.history, update);
        let ids: Vec<_> =
            fresh.dots().filter_map(|dot| item.history.at(dot)).map(|write| write.id).collect();
        ids.into_iter().for_each(|id| self.arrived(key, id, to, Some(now)));
        self.look_for_fates(key);
    }

    /// A replica has a write now; `None`: it never will, and nobody waits for it.
    fn arrived(&mut self, key: u32, id: WriteId, to: usize, now: Option<Instant>) {
        let item = self.items.get_mut(&key).expect("a key that was written is there");
        let Some(note) = item.notes.get_mut(&id).filter(|note| note.missing >> to & 1 == 1) else {
            return;
        };
        note.missing &= !(1 << to);
        if note.held >> to & 1 == 1 {
            note.held &= !(1 << to);
            self.held -= 1;
        }
        let (made, missing) = (note.at, note.missing);
        if now.is_none() {
            note.was_held &= !(1 << to);
        }
        let left = grid::cell(self.end.since(made).as_nanos() / 1_000);
        let micros = |now: Instant| grid::cell(now.since(made).as_nanos() / 1_000);
        if let Some(now) = now {
            *self.tally.arrivals.entry(micros(now)).or_default() += 1;
            *self.tally.arrived_watched.entry(left).or_default() += 1;
        }
        if missing == 0 {
            self.open.remove(&(made, key, id));
            self.open_since -= u128::from(made.as_nanos());
            item.lacking -= 1;
            self.divergent -= u32::from(item.lacking == 0);
            if let Some(now) = now {
                *self.tally.everywhere.entry(micros(now)).or_default() += 1;
                *self.tally.everywhere_watched.entry(left).or_default() += 1;
            }
        }
        if let Some(now) = now {
            self.half_arrived(id, to, now);
        }
    }

    /// Replicas exchange all that they have, where the way is open.
    pub fn exchange(&mut self, now: Instant) -> bool {
        let held = self.held;
        let differing: Vec<u32> =
            self.items.iter().filter(|(_, item)| !item.is_alike()).map(|(key, _)| *key).collect();
        for key in differing {
            let wholes: Vec<Update> =
                self.items[&key].replicas.iter().map(Replica::whole).collect();
            for (from, whole) in wholes.iter().enumerate() {
                for to in (0..self.places.len()).filter(|to| *to != from) {
                    if self.ways[from][to].is_open
                        && !self.is_destroyed[from]
                        && !self.is_destroyed[to]
                    {
                        self.receive(key, to, whole, now);
                    }
                }
            }
        }
        held > 0 && self.held == 0
    }
}
