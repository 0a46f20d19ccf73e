//! The history of a store: what its writer acknowledged when, and since when the replica that may be promoted has been shipped it.
//! Acknowledged writes are counts per step; instants are drawn only where a loss asks for them (see `lost`).

use super::lost::{Past, dated};
use super::slots::Slot;
use super::spikes::Spikes;
use crate::engine::random::Stream;
use crate::replication::{Channel, Store};
use crate::units::{Duration, Instant, Rate, Share};
use crate::world::accounting::Slice;
use crate::world::regions::Link;

/// Writes of one step that the present writer acknowledged.
#[derive(Clone, Debug)]
pub(super) struct AckedStep {
    pub writes: u64,
    /// When they can have come: windows with the expected number of writes in each.
    pub slots: Vec<Slot>,
}

/// What the present writer has done. All of it is on the clock of the store's history, as are the channel and the spikes: see [`dated`].
#[derive(Clone, Debug)]
pub(super) struct History {
    pub acked: Vec<AckedStep>,
    open: Vec<Slot>,
    pub channel: Channel,
    pub channel_up_since: Option<Instant>,
    /// What the writer with which the run begins acknowledged before it.
    pub past: Option<Past>,
    /// When the writer's region last went down, and came back; `None`: it never went, or is not back.
    pub writer_down: Option<(Instant, Option<Instant>)>,
    /// What faults add to every lag, up to now or to when the writer's region went down.
    pub spikes: Spikes,
    pub stream: Stream,
    /// Writes per second that users offer.
    pub write_rate: f64,
}

impl History {
    pub fn new(spec: &Store, write_rate: f64, stream: Stream) -> History {
        History {
            acked: Vec::new(),
            open: Vec::new(),
            channel: Channel::default(),
            channel_up_since: spec.promotion_target().map(|_| Instant::START),
            past: None,
            writer_down: None,
            spikes: Spikes::none(),
            stream,
            write_rate,
        }
    }

    /// A new writer begins with a log of its own.
    pub fn begin_anew(&mut self, now: Instant) {
        self.acked.clear();
        self.open.clear();
        self.channel = Channel::default();
        self.channel_up_since = Some(dated(now));
        self.past = None;
        self.writer_down = None;
        self.spikes = Spikes::none();
    }

    /// What faults add to every lag now.
    pub fn added_lag(&self) -> Duration {
        self.spikes.now()
    }

    /// The channel from the writer to the replica that may be promoted came up or went down.
    pub fn channel_is(&mut self, link: Link, now: Instant) {
        let now = dated(now);
        match (self.channel_up_since, link) {
            (Some(since), Link::Down) => {
                self.channel.up.push((since, now));
                self.channel_up_since = None;
            }
            (None, Link::Up) => self.channel_up_since = Some(now),
            _ => {}
        }
    }

    /// From now on every change takes so much longer.
    pub fn slower_is(&mut self, adds: Duration, now: Instant) {
        self.spikes.add(adds, dated(now));
    }

    /// The writer's region came up or went down.
    pub fn writer_is(&mut self, link: Link, now: Instant) {
        self.writer_down = match (self.writer_down, link) {
            (Some((since, None)), Link::Up) => Some((since, Some(now))),
            (None | Some((_, Some(_))), Link::Down) => Some((now, None)),
            (known, _) => known,
        };
    }

    /// Users wrote to this store for a while, and this share of their writes was acknowledged.
    pub fn acknowledged(&mut self, slice: Slice, rate: Rate, served: Share) {
        let expected = slice.users as f64
            * slice.to.since(slice.from).seconds()
            * rate.per_second()
            * served.as_f64();
        if expected > 0.0 {
            self.open.push(Slot { from: dated(slice.from), to: dated(slice.to), expected });
        }
    }

    /// One write was acknowledged at this instant.
    pub fn wrote(&mut self, now: Instant) {
        let now = dated(now);
        let slot = Slot { from: now, to: now + Duration::from_nanos(1), expected: 1.0 };
        self.acked.push(AckedStep { writes: 1, slots: vec![slot] });
    }

    /// Closes a step with the number of writes that were drawn for it.
    pub fn close_step(&mut self, writes: u64) {
        let slots = std::mem::take(&mut self.open);
        if writes > 0 {
            self.acked.push(AckedStep { writes, slots });
        }
    }
}
