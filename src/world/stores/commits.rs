//! What the commits of one store wait for while it runs: which replicas are in step, whether the writer waits, hangs or
//! goes on alone, and when it committed anything. It is told what the world is like, and decides nothing about it.

use super::lost::dated;
use crate::engine::random::{Stream, Streams};
use crate::id::RegionId;
use crate::replication::followers::{Follower, confirmed_after, known_until};
use crate::replication::strong_regions::StrongRegions;
use crate::replication::{Replication, Store, Waits};
use crate::trace::FactId;
use crate::units::{Duration, Instant};
use crate::world::generation::Generation;
use crate::world::regions::Regions;

/// What the writer does with a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Acknowledges it after this round trip.
    Confirmed { wait: Duration },
    /// Lets it hang since then; before, commits took this round trip.
    Hangs { since: Instant, wait: Duration },
    /// Acknowledges it alone, although replicas should confirm.
    Alone,
    /// The writer's region is down.
    Down,
}

/// What was last said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reported {
    AsUsual,
    Hangs,
    Degraded,
}

/// A replica, and how far it is.
#[derive(Clone, Copy, Debug)]
struct Replica {
    region: RegionId,
    follower: Follower,
    /// While it is linked: one way to it, and there and back.
    one_way: Duration,
    round_trip: Duration,
}

/// A replica as it is reached now.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    pub region: RegionId,
    /// One way, and there and back; `None`: it is not linked.
    pub ways: Option<(Duration, Duration)>,
    /// How far behind it is when nobody waits for it.
    pub usual_lag: Duration,
}

/// Regions that agree on every write.
#[derive(Clone, Debug)]
pub struct Group {
    pub rules: StrongRegions,
    /// Regions that serve.
    pub replicas: Vec<RegionId>,
    /// By region: the replica that applications there use.
    pub home: Vec<RegionId>,
    elections: Stream,
}

impl Group {
    /// How long a region takes to have a majority with it; `None`: it sees none.
    pub fn agreed_after(&self, region: RegionId, regions: &Regions) -> Option<Duration> {
        let others = self.votes().filter(|other| *other != region && regions.is_up(*other));
        let trips = others.filter_map(|other| regions.round_trip(region, other)).collect();
        confirmed_after(StrongRegions::others_needed(self.votes().count()), trips)
    }

    fn new(
        store: &Store,
        rules: &StrongRegions,
        one_way: &[Vec<Duration>],
        streams: &Streams,
    ) -> Group {
        let replicas: Vec<RegionId> =
            std::iter::once(store.writer).chain(store.readers.iter().copied()).collect();
        let trip =
            |from: usize, to: RegionId| one_way[from][to.index()] + one_way[to.index()][from];
        // Of those that are equally near the first that the store lists.
        let nearest = |from: usize| {
            replicas
                .iter()
                .copied()
                .min_by_key(|to| (to.index() != from, trip(from, *to)))
                .expect("a store has a region")
        };
        let home = (0..one_way.len()).map(nearest).collect();
        Group {
            rules: rules.clone(),
            home,
            replicas,
            elections: streams.of(&format!("store/{}/election", store.name), 0),
        }
    }

    pub fn votes(&self) -> impl Iterator<Item = RegionId> + '_ {
        self.replicas.iter().copied().chain(self.rules.witness)
    }

    /// How long a new leader takes.
    pub fn election(&mut self) -> Duration {
        self.rules.election.map_or(Duration::ZERO, |law| law.at(self.elections.share()))
    }
}

/// The commits of one store.
#[derive(Clone, Debug)]
pub struct Commits {
    pub mode: Mode,
    pub reported: Reported,
    /// Of a store whose regions agree.
    pub group: Option<Group>,
    /// Replicas that may confirm; how many have to; how fast they catch up.
    replicas: Vec<Replica>,
    acks: u64,
    catches_up: u64,
    /// When commits were acknowledged: closed windows in time order, and the open one.
    windows: Vec<(Instant, Instant)>,
    commits_since: Option<Instant>,
    /// Up to when all was last worked out.
    reviewed: Instant,
    /// Counts plans, so that an event of an earlier one is not mistaken for the next.
    pub plan: Generation,
    /// Why commits hang, or a leader is missing.
    pub trouble: Option<FactId>,
    /// The fact that last linked a replica again.
    pub linked_by: Option<FactId>,
    /// Up to when the replicas that survive have everything, on the clock of the store's history.
    pub known: Instant,
}

impl Commits {
    pub fn new(store: &Store, one_way: &[Vec<Duration>], streams: &Streams) -> Commits {
        let (acks, catches_up) = match store.replication.behaviour().waits() {
            Waits::Replicas { acks, catches_up, .. } => (acks, catches_up),
            _ => (0, 1),
        };
        let replica = |region: &RegionId| Replica {
            region: *region,
            follower: Follower { linked: true, backlog: Duration::ZERO },
            one_way: Duration::ZERO,
            round_trip: Duration::ZERO,
        };
        let group = if let Replication::StrongRegions(rules) = &store.replication {
            Some(Group::new(store, rules, one_way, streams))
        } else {
            None
        };
        Commits {
            mode: Mode::Confirmed { wait: Duration::ZERO },
            reported: Reported::AsUsual,
            group,
            replicas: store.readers.iter().map(replica).collect(),
            acks,
            catches_up,
            windows: Vec::new(),
            commits_since: Some(Instant::START),
            reviewed: Instant::START,
            plan: Generation::default(),
            trouble: None,
            linked_by: None,
            known: Instant::START,
        }
    }

    fn commits(&self) -> bool {
        self.commits_since.is_some()
    }

    /// Backlogs grow and shrink up to now.
    pub fn bring_up(&mut self, now: Instant) {
        let passed = now.since(self.reviewed);
        let commits = self.commits();
        for replica in &mut self.replicas {
            replica.follower.pass(passed, commits, self.catches_up);
        }
        self.reviewed = now;
    }

    /// What a replica lacks whose way is lost now, though it was in step: what is on the way to it and was acknowledged all the same.
    fn under_way(&self, replica: &Replica, usual_lag: Duration) -> Duration {
        let beyond = |taken: Duration| {
            Duration::from_nanos(replica.one_way.as_nanos().saturating_sub(taken.as_nanos()))
        };
        match self.mode {
            Mode::Confirmed { wait } => beyond(wait),
            Mode::Hangs { since, wait } => beyond(wait + self.reviewed.since(since)),
            Mode::Alone => usual_lag.max(replica.one_way),
            Mode::Down => Duration::ZERO,
        }
    }

    /// The ways to replicas are these now; `by`: what changed them. Call [`Commits::bring_up`] before.
    pub fn reach(&mut self, reached: &[Reach], by: Option<FactId>) {
        for index in 0..self.replicas.len() {
            let was = self.replicas[index];
            let Some(reach) = reached.iter().find(|reach| reach.region == was.region) else {
                continue;
            };
            let lacks = if was.follower.in_step() && reach.ways.is_none() {
                self.under_way(&was, reach.usual_lag)
            } else {
                was.follower.backlog
            };
            let (one_way, round_trip) = reach.ways.unwrap_or((was.one_way, was.round_trip));
            if reach.ways.is_some() && !was.follower.linked {
                self.linked_by = by;
            }
            self.replicas[index] = Replica {
                follower: Follower { linked: reach.ways.is_some(), backlog: lacks },
                one_way,
                round_trip,
                ..was
            };
        }
    }

    /// What the writer does from now on, by how its replicas are reached.
    pub fn judge(&mut self, writer_up: bool, timeout: Option<Duration>) {
        let now = self.reviewed;
        let in_step = self.replicas.iter().filter(|replica| replica.follower.in_step());
        let confirmed =
            confirmed_after(self.acks, in_step.map(|replica| replica.round_trip).collect());
        let gives_up = |since: Instant| timeout.is_some_and(|timeout| since + timeout <= now);
        let mode = match (confirmed, self.mode) {
            _ if !writer_up => Mode::Down,
            (Some(wait), _) => Mode::Confirmed { wait },
            (None, Mode::Confirmed { wait }) => Mode::Hangs { since: now, wait },
            // What it acknowledged before it went down is accounted for.
            (None, Mode::Down) => Mode::Hangs { since: now, wait: Duration::MAX },
            (None, Mode::Hangs { since, .. }) if gives_up(since) => Mode::Alone,
            (None, mode) => mode,
        };
        self.set(mode);
    }

    /// Commits go on, hang, or are none from now on.
    pub fn set(&mut self, mode: Mode) {
        let commits = matches!(mode, Mode::Confirmed { .. } | Mode::Alone);
        match (self.commits_since, commits) {
            (Some(since), false) => {
                self.windows.push((since, self.reviewed));
                self.commits_since = None;
            }
            (None, true) => self.commits_since = Some(self.reviewed),
            _ => {}
        }
        self.mode = mode;
    }

    /// When it will be different by itself: the timeout has passed, or a replica has caught up.
    pub fn next(&self, timeout: Option<Duration>) -> Option<Instant> {
        let gives_up = match (self.mode, timeout) {
            (Mode::Down, _) => return None,
            (Mode::Hangs { since, .. }, Some(timeout)) => Some(since + timeout),
            _ => None,
        };
        let catches_up =
            |replica: &Replica| replica.follower.catches_up_in(self.commits(), self.catches_up);
        let in_step =
            self.replicas.iter().filter_map(catches_up).min().map(|left| self.reviewed + left);
        gives_up.into_iter().chain(in_step).min()
    }

    /// Notes what the replicas that survive the old writer know together. Call [`Commits::bring_up`] before.
    pub fn gather(
        &mut self,
        survives: impl Fn(RegionId) -> bool,
        usual_lag: impl Fn(RegionId) -> Duration,
    ) {
        let open = self.commits_since.map(|since| (since, self.reviewed));
        // Who commits when the run begins has committed long before.
        let since = |from: Instant| if from == Instant::START { from } else { dated(from) };
        let windows: Vec<(Instant, Instant)> = self
            .windows
            .iter()
            .copied()
            .chain(open)
            .map(|(from, to)| (since(from), dated(to)))
            .collect();
        let lacks = |replica: &Replica| match replica.follower.in_step() {
            // Nobody waits for it: even now something is on the way.
            true if self.mode == Mode::Alone => usual_lag(replica.region).max(replica.one_way),
            _ => replica.follower.backlog,
        };
        let least =
            self.replicas.iter().filter(|replica| survives(replica.region)).map(lacks).min();
        self.known = least.map_or(Instant::START, |least| known_until(&windows, least));
    }

    /// Whether of so many replicas at least one confirmed every write.
    pub fn is_safe(&self, survivors: usize) -> bool {
        survivors + self.acks as usize > self.replicas.len()
    }

    pub fn survivors(&self, survives: impl Fn(RegionId) -> bool) -> usize {
        self.replicas.iter().filter(|replica| survives(replica.region)).count()
    }

    /// The new writer begins with replicas that follow it: as many confirm as before, or as are left.
    pub fn promoted(&mut self, to: RegionId, now: Instant) {
        self.bring_up(now);
        self.replicas.retain(|replica| replica.region != to);
        self.replicas.iter_mut().for_each(|replica| {
            replica.follower = Follower { linked: true, backlog: Duration::ZERO }
        });
        self.acks = self.acks.min(self.replicas.len() as u64);
        self.windows.clear();
        self.commits_since = Some(now);
        self.mode = Mode::Confirmed { wait: Duration::ZERO };
    }
}
