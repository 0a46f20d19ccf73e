//! The scenario of cases about a store that several regions write: each region has users of its own who write there,
//! nothing is far from anything, and every key is simulated.
//!
//! ```text
//!  users --0 s--> region A == lag of the case ==> region B <--0 s-- users
//!                          <== lag of the case ==
//! ```

use super::case::Case;
use super::plan::Record;
use crate::places;
use crate::trace::Trace;
use crate::trace::grid;
use crate::trace::items::{Histogram, ItemTally, RegionTally, Sampled};

/// What varies between cases. Rates per second, times in seconds.
#[derive(Clone)]
pub struct Items {
    /// By region with users.
    pub writes: Vec<f64>,
    /// Regions that only hold a replica.
    pub silent: usize,
    /// In each region.
    pub reads: f64,
    pub run: f64,
    /// The law of the lag of one change on one way.
    pub lag: String,
    pub conflicts: &'static str,
    /// Fields of the keys besides the sample, each ending in a comma.
    pub keys: String,
    /// Whether writers have seen what their region holds when they write.
    pub reads_first: bool,
    pub faults: String,
}

/// Users who do not write have to do something: they read now and then.
pub const IDLE: f64 = 0.1;

/// Regions, and places whose users the latency policy sends there.
const REGIONS: [(&str, &str); 4] = [
    ("ap-northeast-1", "japan"),
    ("us-east-1", "north-america-east"),
    ("eu-west-1", "europe-west"),
    ("ap-southeast-1", "southeast-asia"),
];

impl Items {
    /// One key, written in each region so many times a second by writers who look at nothing, under last writer wins.
    pub fn of(writes: Vec<f64>, lag: String) -> Items {
        let (keys, faults) = ("count: 1,".into(), String::new());
        Items {
            writes,
            silent: 0,
            reads: 0.0,
            run: 1_000.0,
            lag,
            conflicts: "LastWriterWins()",
            keys,
            reads_first: false,
            faults,
        }
    }

    /// The same where one region writes and so many others have it later. Beyond the regions with users they hold a replica alone.
    pub fn from_one(rate: f64, replicas: usize, lag: String) -> Items {
        let mut writes = vec![0.0; REGIONS.len().min(replicas + 1)];
        writes[0] = rate;
        Items { silent: replicas + 1 - writes.len(), ..Items::of(writes, lag) }
    }

    /// The regions with users, then those that only hold a replica.
    fn regions(&self) -> Vec<&'static str> {
        let with_users = REGIONS[..self.writes.len()].iter().map(|(region, _)| *region);
        let others = places::regions()
            .iter()
            .map(|region| region.name)
            .filter(|name| REGIONS.iter().all(|(region, _)| region != name));
        with_users.chain(others.take(self.silent)).collect()
    }

    pub fn text(&self) -> String {
        let Items { run, lag, conflicts, keys, faults, reads, .. } = self;
        let regions = self.regions();
        let users: String = REGIONS
            .iter()
            .zip(&self.writes)
            .map(|((region, place), writes)| {
                format!("Population(name: \"{region}\", place: \"{place}\", users: 1, writes: \"{writes} req/s\", reads: \"{reads} req/s\"), ")
            })
            .collect();
        let pairs = regions
            .iter()
            .enumerate()
            .flat_map(|(index, from)| regions[index + 1..].iter().map(move |to| (from, to)));
        let links: String = pairs
            .map(|(from, to)| format!("Link(from: \"{from}\", to: \"{to}\", round_trip: \"0s\"), "))
            .collect();
        let names: String = regions.iter().map(|region| format!("\"{region}\", ")).collect();
        let to: String = regions[..self.writes.len()]
            .iter()
            .map(|region| format!("To(region: \"{region}\"), "))
            .collect();
        // More replicas may hold fewer writes; all of them are simulated in any case.
        let sample = 1_000_000.min(10_000_000 / regions.len());
        let reads_first = if self.reads_first { "100%" } else { "0%" };
        format!(
            "Scenario(
    question: \"a case\",
    run: \"{run}s\",
    step: \"{run}s\",
    regions: [{names}],
    links: [{links}],
    users: [{users}],
    routing: Routing(ttl: \"60s\", policy: Latency(to: [{to}])),
    stores: [Store(
        name: \"orders\", regions: [{names}], replication: MultiWriter(conflicts: {conflicts}, lag: {lag}),
        keys: Keys({keys} sample: {sample}, reads_first: \"{reads_first}\"),
    )],
    faults: [{faults}],
)"
        )
    }
}

/// The law of a lag of so many seconds on average. `name`: constant where there is none.
pub fn law(name: Option<&str>, mean: f64, sigma: Option<f64>) -> String {
    match name {
        None | Some("const") => format!("\"{mean}s\""),
        Some("exp") => format!("Exponential(mean: \"{mean}s\")"),
        // Its domain has seen to the sigma.
        Some("ln" | "lognorm" | "lognormal") => {
            format!("Lognormal(mean: \"{mean}s\", sigma: {:?})", sigma.unwrap_or(1.0))
        }
        Some(other) => panic!("there is no lag \"{other}\""),
    }
}

/// The law of a case that gives `lag` and `mean_lag`.
pub fn lag(case: &Case) -> String {
    law(case.inputs["lag"].as_str(), case.number("mean_lag"), case.perhaps("sigma"))
}

/// The keys of the only store.
pub fn tally(trace: &Trace) -> &ItemTally {
    let tally = &trace.items[0];
    assert!(tally.is_whole, "every key is simulated");
    tally
}

/// Of the writes of one region, or of all, the share that a count makes.
pub fn share_of_writes(regions: &[RegionTally], of: fn(&RegionTally) -> Sampled) -> f64 {
    let sum = |of: fn(&RegionTally) -> Sampled| {
        regions.iter().map(|region| of(region).hot + of(region).rest).sum::<u64>() as f64
    };
    sum(of) / sum(|region| region.writes)
}

/// Seconds until another replica had a write, a row for each write and replica.
pub const ARRIVALS: Record = Record { name: "arrivals", of: |trace| times(&tally(trace).arrivals) };

/// Seconds until all replicas had a write, a row for each write.
pub const EVERYWHERE: Record =
    Record { name: "everywhere", of: |trace| times(&tally(trace).everywhere) };

/// A row for each time in a histogram. A cell is 0.4% wide; spread evenly within theirs, times have neither a wrong mean nor
/// fall on one side of a bound that cuts the cell.
fn times(histogram: &Histogram) -> Vec<Vec<f64>> {
    let of_cell = |(cell, count): (&usize, &u64)| {
        let (from, to) = (grid::least(*cell) as f64 / 1e6, grid::least(*cell + 1) as f64 / 1e6);
        let count = *count;
        (0..count).map(move |index| vec![from + (to - from) * (index as f64 + 0.5) / count as f64])
    };
    histogram.iter().flat_map(of_cell).collect()
}

/// 1 for a read in the second region that misses the newest write of its key, 0 for any other; a row for each.
pub const STALE: Record = Record {
    name: "stale",
    of: |trace| {
        let reads = tally(trace).reads[1];
        (0..reads.reads).map(|index| vec![f64::from(index < reads.stale)]).collect()
    },
};

/// How many values a read in the first region finds, a row for each read.
pub const VALUES: Record = Record {
    name: "values",
    of: |trace| {
        let reads = tally(trace).reads[0];
        assert_eq!(
            reads.values,
            reads.found + reads.with_siblings,
            "of two regions each has one value beside the other's at most"
        );
        (0..reads.found)
            .map(|index| vec![if index < reads.with_siblings { 2.0 } else { 1.0 }])
            .collect()
    },
};
