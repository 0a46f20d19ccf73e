//! Commits that wait for other regions: ways are lost, commits hang; the writer goes on alone, or waits for
//! as long as it takes; ways are back, replicas catch up, and commits are confirmed again.
//!
//! ```text
//!  fault --> ways lost --> commits hang --timeout--> the writer goes on alone
//!                              |                            |
//!            ways back --------+----- replicas catch up ----+--> commits are confirmed again
//!  leader lost --> election --> another region leads
//! ```

use super::commits::{Commits, Group, Mode, Reach, Reported};
use crate::id::{RegionId, StoreId};
use crate::replication::{Replication, Waits};
use crate::trace::{FactId, What};
use crate::units::{Duration, Instant};
use crate::world::generation::Generation;
use crate::world::reactions::Change;
use crate::world::regions::Regions;
use crate::world::{Event, Rank, World};

impl World<'_> {
    /// Before anything runs: how long commits wait while nothing is wrong.
    pub(in crate::world) fn start_commits(&mut self) {
        for index in 0..self.stores.len() {
            self.review_commits(StoreId::at(index), None);
        }
    }

    /// Ways between regions may have changed.
    pub(in crate::world) fn reconsider_commits(&mut self, cause: FactId) {
        for store in (0..self.stores.len()).map(StoreId::at) {
            self.review_commits(store, Some(cause));
        }
    }

    /// Works out what commits of a store wait for now, notes what is new, and plans when to look again.
    fn review_commits(&mut self, store: StoreId, cause: Option<FactId>) -> Option<FactId> {
        match self.stage.scenario.stores[store.index()].replication.behaviour().waits() {
            Waits::Nobody => None,
            Waits::Replicas { timeout, .. } => {
                self.reach_replicas(store, cause);
                let writer_up = self.regions.is_up(self.stores.states[store.index()].writer);
                let commits = self.commits(store);
                commits.judge(writer_up, timeout);
                let next = commits.next(timeout);
                self.plan_review(store, next);
                self.report_commits(store, cause)
            }
            Waits::Guard(limit) => self.review_guard(store, limit, cause),
            Waits::Majority(_) => self.review_leader(store, cause),
        }
    }

    fn commits(&mut self, store: StoreId) -> &mut Commits {
        &mut self.stores.states[store.index()].commits
    }

    /// Tells the commits of a store which replicas are linked with its writer now.
    fn reach_replicas(&mut self, store: StoreId, by: Option<FactId>) {
        let state = &self.stores.states[store.index()];
        let writer = state.writer;
        let reach = |region: &RegionId| {
            let is_linked = self.regions.is_up(writer)
                && self.regions.is_up(*region)
                && !self.regions.is_stalled(store, writer, *region);
            let ways =
                self.regions.one_way(writer, *region).zip(self.regions.round_trip(writer, *region));
            Reach {
                region: *region,
                ways: ways.filter(|_| is_linked),
                usual_lag: state.usual_lag(*region),
            }
        };
        let reached: Vec<Reach> = self.stage.scenario.stores[store.index()]
            .readers
            .iter()
            .filter(|reader| **reader != writer)
            .map(reach)
            .collect();
        let now = self.now;
        let commits = self.commits(store);
        commits.bring_up(now);
        commits.reach(&reached, by);
    }

    fn plan_review(&mut self, store: StoreId, next: Option<Instant>) {
        let commits = self.commits(store);
        let plan = commits.plan.next();
        if let Some(next) = next {
            self.schedule(next, Rank::Control, Event::CommitsDue { store, plan });
        }
    }

    /// Notes that commits now hang, go on alone, or are confirmed again.
    fn report_commits(&mut self, store: StoreId, cause: Option<FactId>) -> Option<FactId> {
        let commits = self.commits(store);
        let reported = match commits.mode {
            Mode::Confirmed { .. } => Reported::AsUsual,
            Mode::Hangs { .. } => Reported::Hangs,
            Mode::Alone => Reported::Degraded,
            Mode::Down => return None,
        };
        if std::mem::replace(&mut commits.reported, reported) == reported {
            return None;
        }
        // What happens by itself follows from the way that is back, or from what made commits hang.
        let cause = cause.or(if reported == Reported::AsUsual {
            commits.linked_by
        } else {
            commits.trouble
        });
        let what = match reported {
            Reported::AsUsual => What::CommitsResumed { store },
            Reported::Hangs => What::CommitsHang { store },
            Reported::Degraded => What::CommitsDegraded { store },
        };
        let fact = self.note(what, cause);
        if reported == Reported::Hangs {
            self.commits(store).trouble = Some(fact);
        }
        Some(fact)
    }

    /// A guard lets commits hang while all replicas are too far behind. Only those whose way is cut count: what others lack
    /// passes by itself.
    fn review_guard(
        &mut self,
        store: StoreId,
        limit: Duration,
        cause: Option<FactId>,
    ) -> Option<FactId> {
        let state = &self.stores.states[store.index()];
        let writer_up = self.regions.is_up(state.writer);
        let replicas = self.stage.scenario.stores[store.index()]
            .readers
            .iter()
            .filter(|reader| **reader != state.writer);
        let reached: Option<Vec<Instant>> =
            replicas.map(|replica| state.lag_reaches(*replica, limit)).collect();
        let all = reached.and_then(|reached| reached.into_iter().max()).filter(|_| writer_up);
        let now = self.now;
        let commits = self.commits(store);
        commits.bring_up(now);
        commits.set(match all {
            _ if !writer_up => Mode::Down,
            Some(at) if at <= now => Mode::Hangs { since: now, wait: Duration::ZERO },
            _ => Mode::Confirmed { wait: Duration::ZERO },
        });
        // What cut the last replica off is what commits will hang for.
        commits.trouble = if all.is_some() { commits.trouble.or(cause) } else { None };
        self.plan_review(store, all.filter(|at| *at > now));
        self.report_commits(store, cause)
    }

    /// A leader that is down or sees no majority is replaced, if another region does see one.
    fn review_leader(&mut self, store: StoreId, cause: Option<FactId>) -> Option<FactId> {
        let state = &self.stores.states[store.index()];
        let leader = state.writer;
        let group = state.commits.group.as_ref()?;
        group.rules.leader?;
        if leads(group, leader, &self.regions) {
            let commits = self.commits(store);
            commits.trouble = None;
            // An election that was under way is called off.
            self.plan_review(store, None);
            return None;
        }
        if state.commits.trouble.is_some() || self.candidate(store).is_none() {
            return None;
        }
        let commits = self.commits(store);
        commits.trouble = cause;
        let takes = commits.group.as_mut().map_or(Duration::ZERO, Group::election);
        let elected = self.now + takes;
        self.plan_review(store, Some(elected));
        None
    }

    /// The first region of the list, other than the leader, that sees a majority.
    fn candidate(&self, store: StoreId) -> Option<RegionId> {
        let state = &self.stores.states[store.index()];
        let group = state.commits.group.as_ref()?;
        group
            .replicas
            .iter()
            .copied()
            .find(|region| *region != state.writer && leads(group, *region, &self.regions))
    }

    /// What was planned for a store's commits is due.
    pub(in crate::world) fn commits_due(&mut self, store: StoreId, plan: Generation) {
        if !plan.is_current(self.commits(store).plan) {
            return;
        }
        let replication = &self.stage.scenario.stores[store.index()].replication;
        if let Replication::StrongRegions(_) = replication {
            self.elect(store);
            return;
        }
        let commits = self.commits(store);
        let (before, linked_by) = (commits.mode, commits.linked_by);
        let fact = self.review_commits(store, None).or(linked_by);
        if let (true, Some(fact)) = (self.commits(store).mode != before, fact) {
            self.changed(Change::Store(store), fact);
        }
    }

    fn elect(&mut self, store: StoreId) {
        let cause = self.commits(store).trouble.take();
        // Whoever could have led may be gone by now; then the next change of ways starts another election.
        let Some(to) = self.candidate(store) else { return };
        let state = &mut self.stores.states[store.index()];
        let from = std::mem::replace(&mut state.writer, to);
        state.endpoints.set(to);
        let elected = self.note(What::LeaderElected { store, from, to }, cause);
        self.note(What::WritesLost { store, writes: 0, age: Duration::ZERO }, Some(elected));
        self.refresh_channels(elected);
        self.changed(Change::Store(store), elected);
    }

    /// Before a promotion: whether the promoted replica and those that it reaches are enough to know every acknowledged write.
    pub(in crate::world) fn is_safe_to_promote(&self, store: StoreId, to: RegionId) -> bool {
        let Replication::Sync(_) = self.stage.scenario.stores[store.index()].replication else {
            return true;
        };
        let survives = |region: RegionId| survives(&self.regions, to, region);
        let commits = &self.stores[store.index()].commits;
        commits.is_safe(commits.survivors(survives))
    }

    /// The promoted replica takes over what those have that it reaches.
    pub(in crate::world) fn gather_survivors(&mut self, store: StoreId, to: RegionId) {
        let now = self.now;
        let state = &mut self.stores.states[store.index()];
        let usual = state.usual_lags().to_vec();
        state.commits.bring_up(now);
        state
            .commits
            .gather(|region| survives(&self.regions, to, region), |region| usual[region.index()]);
    }
}

fn survives(regions: &Regions, to: RegionId, region: RegionId) -> bool {
    regions.is_up(region) && (region == to || regions.round_trip(to, region).is_some())
}

/// Whether a region is up and sees a majority.
fn leads(group: &Group, region: RegionId, regions: &Regions) -> bool {
    regions.is_up(region) && group.agreed_after(region, regions).is_some()
}
