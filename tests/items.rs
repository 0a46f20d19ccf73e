//! Stores that several regions write, against closed forms, through the event loop.
//! The vectors of families C5, C6 and F: see `tests/data/vectors_f.jsonl`.

use mrsim::scenario::Scenario;
use mrsim::trace::Trace;
use mrsim::trace::items::ItemTally;
use mrsim::world::{self, Stage};
use serde_json::Value;
use std::sync::Arc;

/// A store in two or more regions, each with users of its own who write there.
struct Spec {
    writes: Vec<f64>,
    reads: f64,
    run: f64,
    lag: String,
    conflicts: &'static str,
    keys: String,
    faults: String,
}

impl Spec {
    fn text(&self) -> String {
        let regions = ["ap-northeast-1", "us-east-1", "eu-west-1", "ap-southeast-1"];
        let count = self.writes.len();
        let names: Vec<String> = regions[..count].iter().map(|region| format!("\"{region}\"")).collect();
        let places = ["japan", "north-america-east", "europe-west", "southeast-asia"];
        let users: Vec<String> = (0..count)
            .map(|index| {
                let (writes, reads) = (self.writes[index], self.reads);
                format!(
                    "Population(name: \"{}\", place: \"{}\", users: 1, writes: \"{writes} req/s\", reads: \"{reads} req/s\"),",
                    regions[index], places[index]
                )
            })
            .collect();
        let mut links = String::new();
        for from in 0..count {
            for to in from + 1..count {
                links += &format!("Link(from: \"{}\", to: \"{}\", round_trip: \"0s\"),", regions[from], regions[to]);
            }
        }
        format!(
            "Scenario(question: \"a vector\", run: \"{}s\", step: \"{}s\", regions: [{}], links: [{links}], users: [{}],
                routing: Routing(ttl: \"60s\", policy: Latency(to: [{}])),
                stores: [Store(name: \"s\", regions: [{}], replication: MultiWriter(conflicts: {}, lag: {}), keys: Keys({}))],
                faults: [{}])",
            self.run,
            self.run,
            names.join(","),
            users.concat(),
            names.iter().map(|name| format!("To(region: {name}),")).collect::<String>(),
            names.join(","),
            self.conflicts,
            self.lag,
            self.keys,
            self.faults,
        )
    }

    fn tallies(&self, runs: u64) -> Vec<ItemTally> {
        let text = self.text();
        let scenario = Scenario::parse(&text).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
        let stage = Stage::new(Arc::new(scenario));
        let trace = |run| -> Trace { world::run(&stage, 1, run).expect("within the limits") };
        (0..runs).map(|run| trace(run).items.remove(0)).collect()
    }
}

fn law(inputs: &Value) -> String {
    let mean = inputs["mean_lag"].as_f64().or(inputs["lag"].as_f64()).or(inputs["mean_lag_ms"].as_f64().map(|ms| ms / 1000.0)).unwrap();
    match inputs["lag"].as_str() {
        Some("const") | None => format!("\"{mean}s\""),
        Some("exp") => format!("Exponential(mean: \"{mean}s\")"),
        Some(_) => format!("Lognormal(mean: \"{mean}s\", sigma: {:?})", inputs["sigma"].as_f64().unwrap()),
    }
}

#[test]
fn explore() {
    for line in std::fs::read_to_string("/tmp/f.jsonl").unwrap().lines() {
        let v: Value = serde_json::from_str(line).unwrap();
        let id = v["id"].as_str().unwrap().to_string();
        let i = &v["inputs"];
        let f = |name: &str| i[name].as_f64().unwrap();
        let kind = id.split('.').take(2).collect::<Vec<_>>().join(".");
        let all = "count: 1, sample: 5_000_000";
        let mut spec = Spec {
            writes: vec![],
            reads: 0.0,
            run: 20_000.0,
            lag: law(i),
            conflicts: "LastWriterWins()",
            keys: format!("{all}, reads_first: \"0%\""),
            faults: String::new(),
        };
        let got = match kind.as_str() {
            "F1.pairs" | "F1.prob" => {
                spec.writes = vec![f("rate_a"), f("rate_b")];
                let t = spec.tallies(4);
                if kind == "F1.pairs" { t.iter().map(|t| t.total(|r| r.pairs)).sum::<f64>() / 80_000.0 } else { ratio(&t, 0, |r| r.with_rival) }
            }
            "F2.pairs" | "F2.prob" => {
                spec.writes = vec![f("rate_per_region"); f("regions") as usize];
                spec.run = 60.0;
                spec.keys = format!(
                    "count: {}, popularity: {}, sample: 5_000_000, reads_first: \"0%\"",
                    f("keys"),
                    if f("zipf_s") == 0.0 { "Uniform".into() } else { format!("Zipf({:?})", f("zipf_s")) }
                );
                let t = spec.tallies(3);
                if kind == "F2.pairs" {
                    t.iter().map(|t| t.total(|r| r.pairs)).sum::<f64>() / 180.0
                } else {
                    (0..t[0].regions.len()).map(|r| ratio(&t, r, |r| r.with_rival)).sum::<f64>() / t[0].regions.len() as f64
                }
            }
            "F3.lost" | "F3.dead" => {
                spec.writes = vec![f("rate_a"), f("rate_b")];
                let d = f("skew_b_ahead");
                if d != 0.0 {
                    spec.faults = format!(
                        "ClockSkew(region: \"us-east-1\", {}: \"{}s\", at: \"0s\", lasting: \"366d\")",
                        if d > 0.0 { "ahead" } else { "behind" },
                        d.abs()
                    );
                }
                let t = spec.tallies(4);
                if kind == "F3.lost" { ratio(&t, 0, |r| r.beaten) } else { ratio(&t, 0, |r| r.ignored) }
            }
            "F4.sib" => {
                spec.writes = vec![f("rate_a"), f("rate_b")];
                spec.conflicts = "VectorClock()";
                spec.keys = format!("{all}, reads_first: \"100%\"");
                spec.reads = 5.0;
                let t = spec.tallies(4);
                t.iter().map(|t| t.reads[0].values).sum::<u64>() as f64 / t.iter().map(|t| t.reads[0].found).sum::<u64>() as f64
            }
            "F6.1" | "F6.5" => {
                spec.writes = vec![f("rate_a"), f("rate_b")];
                spec.keys = format!("{all}, reads_first: \"100%\"");
                let t = spec.tallies(4);
                let (u, c) = t.iter().fold((0.0, 0.0), |(u, c), t| (u + t.updates.scaled(1.0), c + t.counted.scaled(1.0)));
                1.0 - c / u
            }
            "F5.0" | "F5.mean" => {
                let n = i["remote_replicas"].as_u64().unwrap() as usize;
                spec.writes = vec![10.0; n + 1];
                for w in &mut spec.writes[1..] {
                    *w = 0.0;
                }
                spec.reads = 0.1;
                spec.lag = format!("Exponential(mean: \"{}s\")", f("mean_lag"));
                let t = spec.tallies(1);
                let (mut a, mut b, mut s) = (0, 0, 0.0);
                for (cell, c) in &t[0].everywhere {
                    b += c;
                    s += *c as f64 * mrsim::trace::grid::least(*cell) as f64 / 1e6;
                    if i["t"].as_f64().is_some_and(|x| (mrsim::trace::grid::least(*cell) as f64) < x * 1e6) {
                        a += c;
                    }
                }
                if kind == "F5.mean" { s / b as f64 } else { a as f64 / b as f64 }
            }
            "C6.exp" | "C6.const" | "C6.lognorm" => {
                spec.writes = vec![5.0, 0.0];
                spec.reads = 2.0;
                let t = spec.tallies(4);
                t.iter().map(|t| t.reads[1].stale).sum::<u64>() as f64 / t.iter().map(|t| t.reads[1].reads).sum::<u64>() as f64
            }
            _ => continue,
        };
        println!("{id}: {got:.5} expected {:.5}  tol {:?} sd {:?}", v["expected"].as_f64().unwrap(), v["abs_tol"].as_f64(), v["sd_per_sample"].as_f64());
    }
}

fn ratio(tallies: &[ItemTally], region: usize, of: impl Fn(&mrsim::trace::items::RegionTally) -> mrsim::trace::items::Sampled) -> f64 {
    let (a, b) = tallies.iter().fold((0.0, 0.0), |(a, b), t| (a + of(&t.regions[region]).scaled(1.0), b + t.regions[region].writes.scaled(1.0)));
    a / b
}
