//! Family F: what happens to one key, or to a set of keys, that two or three regions write at random.

use super::case::Case;
use super::domain::{Domain, Input, Is, may, needs, unless};
use super::items::{ARRIVALS, EVERYWHERE, IDLE, Items, VALUES, lag, law, share_of_writes, tally};
use super::plan::{Draw, Plan, Record};
use super::{Family, Mistake, losses, staleness};
use crate::units::Instant;

pub const FAMILY: Family = Family {
    key: "concurrent",
    title: "F. Conflicts: regions that write the same keys at random",
    file: "src/validation/vectors/concurrent.jsonl",
    cases: include_str!("vectors/concurrent.jsonl"),
    plan: |case| plan(case).map(Plan::Drawn),
    unexpressed: &[],
    domains: DOMAINS,
    mistakes,
};

const RATE_A: Input = needs("rate_a", Is::Number(1e-3, 100.0));
const RATE_B: Input = needs("rate_b", Is::Number(1e-3, 100.0));
/// A run lasts a hundred times as long.
const LAG: Input = needs("lag", Is::Number(1e-4, 20.0));

const DOMAINS: &[Domain] = &[
    Domain {
        group: "F1",
        reads: &["pairs", "prob"],
        inputs: &[
            RATE_A,
            RATE_B,
            may("lag", Is::Word(&["const", "exp", "ln", "lognorm", "lognormal"])),
            needs("mean_lag", Is::Number(1e-4, 20.0)),
            losses::SIGMA,
        ],
        also: losses::sigma_fits,
    },
    Domain {
        group: "F2",
        reads: &["pairs", "prob"],
        inputs: &[
            needs("rate_per_region", Is::Number(0.1, 10_000.0)),
            needs("keys", Is::Whole(1, 1_000_000)),
            needs("zipf_s", Is::Number(0.0, 3.0)),
            needs("lag", Is::Number(1e-4, 0.4)),
            needs("regions", Is::Whole(2, 4)),
        ],
        also: |case| {
            unless(
                case.number("rate_per_region") * case.number("regions") * MANY_KEYS <= 1e6,
                "so many writes in 40 s that not every key is simulated",
            )
        },
    },
    Domain {
        group: "F3",
        reads: &["lost", "dead"],
        inputs: &[RATE_A, RATE_B, LAG, needs("skew_b_ahead", Is::Number(-60.0, 60.0))],
        also: two_regions,
    },
    // What is found lasts as long as a few lags, and reads come 20 s apart.
    Domain {
        group: "F4",
        reads: &["", "sib"],
        inputs: &[RATE_A, RATE_B, needs("lag", Is::Number(1e-4, 1.0))],
        also: |case| two_regions(case).or_else(|| few_writes(case, 20_000.0)),
    },
    Domain {
        group: "F5",
        reads: &["", "mean"],
        inputs: &[
            needs("mean_lag", Is::Number(1e-3, 2.0)),
            needs("remote_replicas", Is::Whole(1, staleness::MOST_REPLICAS)),
            may("t", Is::Number(0.0, 100.0)),
        ],
        also: |case| {
            unless(
                (case.second() == "mean") != case.perhaps("t").is_some(),
                "t belongs to the share that has it by then, not to the mean",
            )
        },
    },
    Domain {
        group: "F6",
        reads: &[""],
        inputs: &[RATE_A, RATE_B, LAG, may("op", Is::Word(&["LWW read-modify-write increment"]))],
        also: two_regions,
    },
];

/// The groups with two rates are about two regions.
fn two_regions(case: &Case) -> Option<String> {
    unless(
        case.perhaps("regions").is_none_or(|regions| regions == 2.0),
        "rate_a and rate_b are the rates of two regions",
    )
}

/// Every key is simulated.
fn few_writes(case: &Case, run: f64) -> Option<String> {
    unless(
        (case.number("rate_a") + case.number("rate_b")) * run <= 1e6,
        "so many writes in a run that not every key is simulated",
    )
}

/// Runs of one key: 2,000 s each.
const RUNS: u64 = 100;
/// Runs of many keys: 40 s each.
const RUNS_OF_MANY: u64 = 20;
/// Runs in which single writes or reads are the samples.
const RUNS_OF_SINGLES: u64 = 20;
/// Fewer runs give no spread to judge by.
const LEAST: u64 = 20;

/// Seconds of a run of one key: so many lags that its ends do not count.
const ONE_KEY: f64 = 2_000.0;
const MANY_KEYS: f64 = 40.0;

fn plan(case: &Case) -> Option<Draw> {
    match (case.group(), case.second()) {
        ("F1", _) => Some(rivals(case, one_key(case, lag(case)))),
        ("F2", _) => Some(rivals(case, many_keys(case, &popularity(case)))),
        ("F3", _) => Some(clocks(case, case.number("skew_b_ahead"))),
        ("F4", _) => Some(siblings(case, "VectorClock()")),
        ("F5", _) => Some(everywhere(case, EVERYWHERE)),
        ("F6", _) => Some(increments(case).pick(|row| Some(row[0]))),
        _ => None,
    }
}

fn drawn(items: &Items, runs: u64, record: Record) -> Draw {
    Draw { least: LEAST.min(runs), ..Draw::new(items.text(), runs, record) }
}

/// The key of a case that gives the rates of two regions.
fn one_key(case: &Case, lag: String) -> Items {
    Items { run: ONE_KEY, ..Items::of(vec![case.number("rate_a"), case.number("rate_b")], lag) }
}

// ---- F1, F2: pairs, and writes with a rival ----

/// Per run: pairs a second, the share of the first region's writes that have a rival, and that of all writes.
const RIVALS: Record = Record {
    name: "rivals",
    of: |trace| {
        let tally = tally(trace);
        let pairs =
            tally.total(|region| region.pairs) / trace.end().since(Instant::START).seconds();
        vec![vec![
            pairs,
            share_of_writes(&tally.regions[..1], |region| region.with_rival),
            share_of_writes(&tally.regions, |region| region.with_rival),
        ]]
    },
};

fn rivals(case: &Case, items: Items) -> Draw {
    let is_many = case.group() == "F2";
    let column = match (case.second(), is_many) {
        ("pairs", _) => 0,
        // Regions of F1 write at rates of their own; those of F2 at one.
        (_, false) => 1,
        (_, true) => 2,
    };
    drawn(&items, if is_many { RUNS_OF_MANY } else { RUNS }, RIVALS)
        .pick(move |row| Some(row[column]))
}

fn popularity(case: &Case) -> String {
    let exponent = case.number("zipf_s");
    if exponent == 0.0 { "Uniform".into() } else { format!("Zipf({exponent:?})") }
}

fn many_keys(case: &Case, popularity: &str) -> Items {
    let writes = vec![case.number("rate_per_region"); case.whole("regions") as usize];
    let keys = format!("count: {}, popularity: {popularity},", case.whole("keys"));
    Items { run: MANY_KEYS, keys, ..Items::of(writes, law(None, case.number("lag"), None)) }
}

// ---- F3: clocks that disagree ----

/// Per run, of the first region's writes: the share that loses to one that its writer had not seen, and the share that has no
/// effect although its writer had seen what is kept.
const OVERRULED: Record = Record {
    name: "overruled",
    of: |trace| {
        let first = &tally(trace).regions[..1];
        vec![vec![
            share_of_writes(first, |region| region.beaten),
            share_of_writes(first, |region| region.ignored),
        ]]
    },
};

fn clocks(case: &Case, ahead: f64) -> Draw {
    let mut items = one_key(case, law(None, case.number("lag"), None));
    if ahead != 0.0 {
        let way = if ahead > 0.0 { "ahead" } else { "behind" };
        items.faults = format!(
            "ClockSkew(region: \"us-east-1\", {way}: \"{}s\", at: \"0s\", lasting: \"366d\")",
            ahead.abs()
        );
    }
    let column = usize::from(case.second() == "dead");
    drawn(&items, RUNS, OVERRULED).pick(move |row| Some(row[column]))
}

// ---- F4: siblings ----

/// Reads come so rarely (20 s apart, where what they find lasts a second) that each is a sample of its own.
fn siblings(case: &Case, conflicts: &'static str) -> Draw {
    let items = Items {
        reads: 0.05,
        run: 20_000.0,
        conflicts,
        reads_first: true,
        ..one_key(case, law(None, case.number("lag"), None))
    };
    drawn(&items, RUNS_OF_SINGLES, VALUES)
}

// ---- F5: until all have it ----

/// One region writes, the others have it later, each after a lag of its own.
fn everywhere(case: &Case, record: Record) -> Draw {
    let lag = law(Some("exp"), case.number("mean_lag"), None);
    let items = Items {
        run: 300.0,
        reads: IDLE,
        ..Items::from_one(10.0, case.whole("remote_replicas") as usize, lag)
    };
    let by = case.perhaps("t");
    drawn(&items, RUNS_OF_SINGLES, record)
        .pick(move |row| Some(by.map_or(row[0], |by| f64::from(row[0] < by))))
}

// ---- F6: counters by reading and writing ----

/// Per run: the share of all increments that do not count in the end, and that of writes that lose.
const INCREMENTS: Record = Record {
    name: "increments",
    of: |trace| {
        let tally = tally(trace);
        let (updates, counted) = (tally.updates.scaled(1.0), tally.counted.scaled(1.0));
        vec![vec![1.0 - counted / updates, share_of_writes(&tally.regions, |region| region.beaten)]]
    },
};

fn increments(case: &Case) -> Draw {
    let items = Items { reads_first: true, ..one_key(case, law(None, case.number("lag"), None)) };
    drawn(&items, RUNS, INCREMENTS)
}

// ---- mistakes ----

fn mistakes(case: &Case) -> Vec<Mistake> {
    let mistaken = |mistake, draw: Draw| vec![Mistake { mistake, plan: Plan::Drawn(draw) }];
    match case.id.as_str() {
        "F1.pairs.const.1.0" => mistaken(
            "conflicts within one lag, not two",
            rivals(case, one_key(case, law(None, case.number("mean_lag") / 2.0, None))),
        ),
        "F2.pairs.1000.1.0.2" => mistaken(
            "every key is as popular as any other",
            rivals(case, many_keys(case, "Uniform")),
        ),
        "F3.lost.1.0.0.2.0.05" => mistaken("clocks are taken to agree", clocks(case, 0.0)),
        "F4.sib.1.0.1.0.0.2" => {
            mistaken("no siblings: the last writer wins", siblings(case, "LastWriterWins()"))
        }
        "F5.mean.0.1.3" => {
            mistaken("the first replica's lag for the slowest's", everywhere(case, ARRIVALS))
        }
        "F6.1.0.1.0.0.2" => mistaken(
            "lost increments are taken for lost writes",
            increments(case).pick(|row| Some(row[1])),
        ),
        _ => Vec::new(),
    }
}
