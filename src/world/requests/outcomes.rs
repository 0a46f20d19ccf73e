//! What a request meets: it goes from address to address as its client, its front door and its patience say,
//! and in a region on to the store's replica or writer. Reads the truth and changes nothing.

mod agreeing;
mod data;
mod steps;

use crate::front_door::FrontDoor;
use crate::health::Endpoint;
use crate::id::{DoorId, RegionId};
use crate::replication::quorum::Quorum;
use crate::routing::{Answer, Patience, Stop, View};
use crate::trace::{Ending, Mix, Operation, Outcome};
use crate::units::{Duration, Rate, Share};
use crate::world::regions::Regions;
use crate::world::stores::{Serves, StoreState};
use steps::{Next, Part, Plan, Step, Target, again, less, of, split};

/// What the outcome of a request depends on.
pub struct RequestContext<'w> {
    pub regions: &'w Regions,
    pub doors: &'w [FrontDoor],
    pub view: View<'w>,
    /// The store that the requests use; `None` for requests that need none.
    pub store: Option<&'w StoreState>,
    pub client: Patience,
    /// Writes of one user.
    pub writes: Rate,
    /// Addresses that a request is tried at, over and over when the answer has fewer.
    pub attempts: u64,
    /// A user gives up after so long.
    pub gives_up: Option<Duration>,
}

/// How one try at a region ends.
#[derive(Clone, Copy)]
enum Try {
    Served { by: Option<RegionId>, hop: Duration, slow: Duration },
    Forked { by: RegionId, hop: Duration, slow: Duration },
    Error,
    Refused,
    Hangs,
    Silent,
}

impl Try {
    /// Too late is not at all.
    fn within(self, patience: Duration) -> Try {
        match self {
            Try::Served { slow, .. } | Try::Forked { slow, .. }
                if slow > Duration::ZERO && slow >= patience =>
            {
                Try::Hangs
            }
            tried => tried,
        }
    }
}

impl RequestContext<'_> {
    /// The endings of requests that go by this answer, with their shares: together the whole.
    pub fn mix(&self, answer: &Answer, operation: Operation) -> Mix {
        let mut mix = Mix::default();
        if answer.stops.is_empty() {
            mix.add(
                Share::ALL,
                Ending { at: None, outcome: Outcome::Unresolved, lost: Duration::ZERO },
            );
            return mix;
        }
        let client = answer.patience.unwrap_or(self.client);
        for Plan { share, steps } in self.plans(answer, operation) {
            self.walk(
                &steps,
                Part { share, lost: Duration::ZERO, before_try: Duration::ZERO },
                client,
                operation,
                &mut mix,
            );
        }
        if let Some(limit) = self.gives_up {
            mix.give_up_after(limit);
        }
        mix
    }

    /// Every way through the addresses of an answer, in the order in which a client tries them.
    fn plans(&self, answer: &Answer, operation: Operation) -> Vec<Plan> {
        let patience = answer.patience.unwrap_or(self.client);
        // A list that the client keeps is gone through once; plain addresses as often as the client tries.
        let attempts =
            if answer.patience.is_some() { answer.stops.len() } else { self.attempts as usize };
        let mut plans = vec![Plan { share: Share::ALL, steps: Vec::new() }];
        for (try_number, stop) in answer.stops.iter().cycle().take(attempts).enumerate() {
            let ways = self.ways(*stop, operation, patience, try_number);
            let first = answer
                .stops
                .iter()
                .position(|earlier| earlier == stop)
                .filter(|first| *first < try_number && self.is_sticky(*stop));
            plans = plans
                .into_iter()
                .flat_map(|plan| {
                    if let Some(first) = first {
                        vec![again(plan, first, try_number)]
                    } else {
                        split(&plan, &ways)
                    }
                })
                .collect();
        }
        plans
    }

    fn is_sticky(&self, stop: Stop) -> bool {
        matches!(stop, Stop::Door(door) if self.doors[door.index()].behaviour().is_sticky())
    }

    fn ways(
        &self,
        stop: Stop,
        operation: Operation,
        patience: Patience,
        try_number: usize,
    ) -> Vec<Plan> {
        let straight = |target: Target| {
            vec![Plan { share: Share::ALL, steps: vec![Step { target, patience, try_number }] }]
        };
        let is_down = |door: DoorId| self.regions.is_door_down(door);
        match stop {
            Stop::Region(region) => straight(Target::Region(region)),
            Stop::Door(door) | Stop::Through(door, _) if is_down(door) => straight(Target::Nowhere),
            Stop::Through(_, region) => straight(Target::Region(region)),
            Stop::Door(door) => {
                let ways = self.doors[door.index()]
                    .behaviour()
                    .ways(&self.view, operation == Operation::Read);
                let steps = ways.into_iter().map(|(share, way)| {
                    let mut steps: Vec<Step> = way
                        .legs
                        .iter()
                        .map(|leg| Step {
                            target: Target::Region(leg.region),
                            patience: leg.patience,
                            try_number,
                        })
                        .collect();
                    // Beyond its last region the door has given up, and the client decides.
                    match steps.last_mut() {
                        Some(last) => last.patience = patience,
                        None => steps.push(Step { target: Target::Edge, patience, try_number }),
                    }
                    Plan { share, steps }
                });
                steps.collect()
            }
        }
    }

    /// A part of the requests goes on by these steps, until it is served, fails or is given up.
    fn walk(
        &self,
        steps: &[Step],
        part: Part,
        client: Patience,
        operation: Operation,
        mix: &mut Mix,
    ) {
        let Some((step, rest)) = steps.split_first() else { return };
        let tries = self.tries(step.target, operation);
        let mut left = part.share;
        for (index, (share, tried)) in tries.iter().copied().enumerate() {
            // Products of shares are rounded down: the last takes what is left.
            let share = if index + 1 == tries.len() { left } else { of(part.share, share) };
            left = less(left, share);
            match step.after(tried, Part { share, ..part }, rest, client) {
                Next::Ends(ending) => mix.add(share, ending),
                Next::GoesOn { rest, part } => self.walk(rest, part, client, operation, mix),
            }
        }
    }

    /// How tries at one place end, with their shares.
    fn tries(&self, target: Target, operation: Operation) -> Vec<(Share, Try)> {
        let region = match target {
            Target::Region(region) => region,
            Target::Edge => {
                return vec![(
                    Share::ALL,
                    Try::Served { by: None, hop: Duration::ZERO, slow: Duration::ZERO },
                )];
            }
            Target::Nowhere => return vec![(Share::ALL, Try::Silent)],
        };
        let failing = |tried: Try| vec![(Share::ALL, tried)];
        let (errors, slow) = self.regions.gray_share(region);
        let good = match self.regions.endpoint(region) {
            Endpoint::Answers => self.data(region, operation, slow),
            Endpoint::WrongContent | Endpoint::Errors | Endpoint::Empty => {
                return failing(Try::Error);
            }
            Endpoint::Refuses => return failing(Try::Refused),
            Endpoint::Hangs(_) => return failing(Try::Hangs),
            Endpoint::Silent => return failing(Try::Silent),
        };
        if errors == Share::NONE {
            return good;
        }
        let well =
            good.into_iter().map(|(share, tried)| (of(less(Share::ALL, errors), share), tried));
        well.chain([(errors, Try::Error)]).collect()
    }

    /// In a region that answers: the local replica, or on to the writer.
    fn data(&self, region: RegionId, operation: Operation, slow: Duration) -> Vec<(Share, Try)> {
        let local = Try::Served { by: Some(region), hop: Duration::ZERO, slow };
        let Some(store) = self.store else { return vec![(Share::ALL, local)] };
        let tried = match store.serves() {
            Serves::Agreement(group) => self.agreed(store, group, region, operation, slow),
            Serves::Quorum(quorum, regions) => {
                self.by_quorum(quorum, regions, region, operation, slow)
            }
            Serves::Replicas => return self.of_one_writer(store, region, operation, slow),
        };
        vec![(Share::ALL, tried)]
    }

    /// A request to a store of which every replica takes writes: its coordinator stands in the application's region, or in the
    /// nearest of the store's. With too few replicas in reach it says so at once (Cassandra's Unavailable) and does nothing.
    fn by_quorum(
        &self,
        quorum: &Quorum,
        regions: &[RegionId],
        from: RegionId,
        operation: Operation,
        slow: Duration,
    ) -> Try {
        let trip = |from: RegionId, to: RegionId| {
            self.regions.round_trip(from, to).filter(|_| self.regions.is_up(to))
        };
        let reached = regions
            .iter()
            .enumerate()
            .filter_map(|(home, region)| Some((trip(from, *region)?, home)));
        let nearest =
            reached.min_by_key(|(trip, home)| self.regions.nearness(*trip, regions[*home]));
        let Some((to_home, home)) = nearest else { return Try::Error };
        let needed =
            if operation == Operation::Write { quorum.write_quorum } else { quorum.read_quorum };
        let trips: Vec<Option<Duration>> =
            regions.iter().map(|region| trip(regions[home], *region)).collect();
        match quorum.farthest(needed, home, &trips) {
            Some(hop) => Try::Served { by: Some(regions[home]), hop: to_home + hop, slow },
            None => Try::Error,
        }
    }

    /// A request goes on from the application's region to the database in another.
    fn remote(&self, from: RegionId, to: RegionId, slow: Duration) -> Try {
        if from == to {
            return Try::Served { by: Some(to), hop: Duration::ZERO, slow };
        }
        match (self.regions.endpoint(to), self.regions.round_trip(from, to)) {
            (_, Some(hop)) if self.regions.is_up(to) => Try::Served { by: Some(to), hop, slow },
            (Endpoint::Refuses | Endpoint::Errors, Some(_)) => Try::Error,
            _ => Try::Hangs,
        }
    }

    /// How the application in a region fares with its data: what a deep health check looks at. Where instances fare differently most
    /// of them decide (a simplification: a load balancer hands each probe to another).
    pub fn endpoint_of_data(&self, region: RegionId, operation: Operation) -> Endpoint {
        let tries = self.data(region, operation, Duration::ZERO);
        match tries
            .into_iter()
            .max_by_key(|(share, _)| *share)
            .map_or(Try::Error, |(_, tried)| tried)
        {
            Try::Served { .. } | Try::Forked { .. } => Endpoint::Answers,
            Try::Hangs | Try::Silent => Endpoint::Hangs(Duration::ZERO),
            _ => Endpoint::Errors,
        }
    }
}
