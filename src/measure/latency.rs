//! Latency of successful requests: users' round trip to the region, the hop to the database where
//! there is one, and the service time, each with its own law. A request of one class (population,
//! region, hop) has one law; a mixture over classes is weighted by how many requests were served.
//!
//! A round trip is lognormal through its median and 90th percentile. On an open connection a request costs one
//! round trip. Where the scenario says how long clients keep connections, a share of the requests pays for a new
//! one (two round trips: TCP and TLS 1.3) and for its address; otherwise all connections count as open.

use super::grid;
use super::metric::{Fold, Metric, Unit, metric};
use crate::id::{PopulationId, RegionId};
use crate::law::{Law, normal_quantile};
use crate::measure::{Recovery, Replay, Scope, Served};
use crate::trace::{Cast, Operation, Outcome, SetUp};
use crate::units::{Duration, Instant};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Requests of one class have one law of latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    pub population: PopulationId,
    /// `None`: answered at the edge.
    pub region: Option<RegionId>,
    pub hop: Duration,
    /// Time lost before: on addresses that gave nothing, on a slow answer.
    pub lost: Duration,
}

/// When a request was made, relative to the interruption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    Before,
    During,
    After,
}

impl Window {
    pub const ALL: [Window; 3] = [Window::Before, Window::During, Window::After];

    pub fn name(self) -> &'static str {
        match self {
            Window::Before => "before",
            Window::During => "during",
            Window::After => "after",
        }
    }
}

/// The numbers of requests of one kind, in the order of the report.
pub const REQUESTS: &[Metric] = &[
    metric(
        "p50_milliseconds",
        Unit::Milliseconds,
        "p50",
        "median latency of successful requests, pooled over requests and runs",
        Fold::OverRequests(0.5),
    )
    .on_screen("")
    .absent("none answered"),
    metric(
        "p99_milliseconds",
        Unit::Milliseconds,
        "p99",
        "99th percentile of the latency of successful requests",
        Fold::OverRequests(0.99),
    )
    .on_screen("")
    .absent("none answered"),
    metric(
        "share_failed",
        Unit::Share,
        "failed",
        "share of requests in this window that failed",
        Fold::RequestsFailed,
    )
    .on_screen("")
    .absent("no requests"),
];

/// Requests by operation and window: served by class, and failed by population.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    pub served: BTreeMap<(Operation, Window, Class), u128>,
    pub failed: BTreeMap<(Operation, Window, PopulationId), u128>,
}

impl Tally {
    /// Counts of one run. "During" lasts from the fault to the recovery of all requests, or to the end.
    pub fn of(run: &Replay) -> Tally {
        let fault = run.fault.unwrap_or(Instant::NEVER);
        let recovered = match run.recovery(Scope::AllUsers, Served::All) {
            Recovery::NoInterruption => fault,
            Recovery::After { time, origin, .. } => origin + time,
            Recovery::NotWithin { .. } => Instant::NEVER,
        };
        let mut tally = Tally::default();
        for count in &run.trace.counts {
            let step = run.trace.steps[count.step as usize];
            let window = if step.to <= fault {
                Window::Before
            } else if step.from >= recovered {
                Window::After
            } else {
                Window::During
            };
            match count.ending.outcome {
                Outcome::Served { hop, .. } | Outcome::Forked { hop, .. } => {
                    let class = Class {
                        population: count.population,
                        region: count.ending.at,
                        hop,
                        lost: count.ending.lost,
                    };
                    *tally.served.entry((count.operation, window, class)).or_default() +=
                        u128::from(count.requests);
                }
                _ => {
                    *tally.failed.entry((count.operation, window, count.population)).or_default() +=
                        u128::from(count.requests)
                }
            }
        }
        tally
    }

    /// Requests of one kind in one window that failed, of one population or of all.
    pub fn failed(&self, operation: Operation, window: Window, of: Option<usize>) -> u128 {
        let counts = |key: &(Operation, Window, PopulationId)| {
            key.0 == operation && key.1 == window && of.is_none_or(|only| key.2.index() == only)
        };
        self.failed.iter().filter(|(key, _)| counts(key)).map(|(_, requests)| requests).sum()
    }

    pub fn add(&mut self, other: &Tally) {
        for (key, requests) in &other.served {
            *self.served.entry(*key).or_default() += requests;
        }
        for (key, requests) in &other.failed {
            *self.failed.entry(*key).or_default() += requests;
        }
    }
}

/// Laws of latency by class, worked out when first asked for.
pub struct Laws {
    cast: std::sync::Arc<Cast>,
    service_time: Law,
    /// By class: (cell of microseconds, share of requests), in order.
    known: BTreeMap<Class, Vec<(usize, f64)>>,
}

/// Parts of a request that are told apart in a mixture: far more than a share of it has digits that count.
const PARTS: f64 = (1u64 << 48) as f64;
/// Round trips before a request on a new connection: TCP and TLS 1.3.
const SET_UP_TRIPS: f64 = 2.0;
/// From a resolver that holds nothing to the name servers and back, in seconds (assumption: name servers are anycast, a few tens of milliseconds away).
const TO_NAME_SERVERS: f64 = 0.03;
/// 90th percentile over median of a long-distance round trip (cloudping.co, median over pairs of regions).
const HOP_SPREAD: f64 = 1.034;

impl Laws {
    pub fn new(cast: std::sync::Arc<Cast>, service_time: Law) -> Laws {
        Laws { cast, service_time, known: BTreeMap::new() }
    }

    /// The latency, in milliseconds, that this share of the counted requests does not exceed.
    pub fn quantile(
        &mut self,
        counts: impl IntoIterator<Item = (Class, u128)>,
        share: f64,
    ) -> Option<f64> {
        // Whole numbers of small parts of a request: their sums do not depend on the order of the classes.
        let mut mixture: Vec<u128> = Vec::new();
        let mut total = 0;
        for (class, requests) in counts {
            total += requests;
            for &(cell, part) in self.law(class) {
                if mixture.len() <= cell {
                    mixture.resize(cell + 1, 0);
                }
                mixture[cell] += (part * PARTS) as u128 * requests;
            }
        }
        let target = share * total as f64;
        let mut sum = 0;
        for (cell, part) in mixture.iter().enumerate().filter(|(_, part)| **part > 0) {
            let (before, within) = (sum as f64 / PARTS, *part as f64 / PARTS);
            sum += part;
            if sum as f64 / PARTS >= target {
                // Within a cell requests are taken as evenly spread.
                let (from, to) = (grid::least(cell) as f64, grid::least(cell + 1) as f64);
                return Some((from + (to - from) * (target - before) / within) / 1_000.0);
            }
        }
        None
    }

    fn law(&mut self, class: Class) -> &[(usize, f64)] {
        if !self.known.contains_key(&class) {
            let law = self.work_out(class);
            self.known.insert(class, law);
        }
        &self.known[&class]
    }

    /// What a request may cost on top: round trips, further milliseconds, and how many requests do.
    fn set_ups(&self, class: Class) -> Vec<(f64, f64, f64)> {
        let SetUp { connects, resolves, asks_on } =
            self.cast.populations[class.population.index()].set_up;
        let to_resolver =
            self.cast.populations[class.population.index()].edge_round_trip.0.seconds();
        let ways = [
            (0.0, 0.0, 1.0 - connects),
            (SET_UP_TRIPS, 0.0, connects - resolves),
            (SET_UP_TRIPS, to_resolver, resolves - asks_on),
            (SET_UP_TRIPS, to_resolver + TO_NAME_SERVERS, asks_on),
        ];
        ways.into_iter().filter(|(.., share)| *share > 0.0).collect()
    }

    /// Sums the parts over all pairs of their quantile points.
    fn work_out(&self, class: Class) -> Vec<(usize, f64)> {
        let cast = &self.cast.populations[class.population.index()];
        let (median, high) =
            class.region.map_or(cast.edge_round_trip, |region| cast.round_trip[region.index()]);
        let lost = class.lost.seconds();
        let set_ups = self.set_ups(class);
        let service: Vec<(f64, f64)> = points()
            .map(|(share, weight)| (self.service_time.at(share).seconds(), weight))
            .collect();
        let hop = class.hop.seconds();
        let path: Vec<(f64, f64)> = points()
            .map(|(share, weight)| {
                let user = lognormal(median.seconds(), high.seconds() / median.seconds(), share);
                // The long haul's own spread is small; drawing it at the same share errs on the slow side.
                (user + if hop > 0.0 { lognormal(hop, HOP_SPREAD, share) } else { 0.0 }, weight)
            })
            .collect();
        let mut cells: BTreeMap<usize, f64> = BTreeMap::new();
        for (path, weight) in &path {
            for (service, other) in &service {
                for (trips, more, share) in &set_ups {
                    let latency = lost + path * (1.0 + trips) + more + service;
                    *cells.entry(grid::cell((latency * 1e6) as u64)).or_default() +=
                        weight * other * share;
                }
            }
        }
        cells.into_iter().collect()
    }
}

/// Where a part of a latency is looked at, and how much each point stands for: ever finer towards the
/// slow end, where the 99th percentile is decided.
fn points() -> impl Iterator<Item = (f64, f64)> {
    let stretches = [(0.0, 0.9, 60), (0.9, 0.99, 60), (0.99, 0.999, 30), (0.999, 1.0, 10)];
    stretches.into_iter().flat_map(|(from, to, count)| {
        let width = (to - from) / f64::from(count);
        (0..count).map(move |point| (from + (f64::from(point) + 0.5) * width, width))
    })
}

/// The lognormal distribution through its median and the ratio of its 90th percentile to it.
fn lognormal(median: f64, ratio: f64, share: f64) -> f64 {
    median * libm::exp(libm::log(ratio.max(1.0)) * normal_quantile(share) / normal_quantile(0.9))
}
