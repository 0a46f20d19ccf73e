//! Probabilistically bounded staleness, regenerated: what a quorum of three replicas gives for every R and W, beside what
//! Bailis et al. printed (VLDB 2012) and what an independent computation of the same model gives.
//!
//! Where print and model disagree the model is compared: the printed times until 99.9% are consistent come from trying one time
//! after the other until a batch of reads passes, which ends too early. So a printed time may be up to 15% below ours.

mod published;

pub use published::{MODELS, Model, Printed, printed};

use super::Interval;
use super::markdown::Page;
use super::numbers::{grouped, percent, whole};
use super::text::{Look, Page as Screen};
use serde::Serialize;

/// The name and version of the JSON form.
pub const SCHEMA: &str = "mrsim.pbs/1";

/// Share of reads behind the time that is compared.
pub const SHARE: f64 = 0.999;
/// How far a probability may be from the independent one.
const PROBABILITY_TOLERANCE: f64 = 0.003;
/// How far a latency may be from the printed one, as a share of it.
const LATENCY_TOLERANCE: f64 = 0.025;
/// How far a printed time may be below and above ours, as a share of ours.
const TIME_BELOW: f64 = 0.15;
const TIME_ABOVE: f64 = 0.02;

/// The whole table.
#[derive(Clone, Debug, Serialize)]
pub struct Table {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    pub version: &'static str,
    pub seed: u64,
    /// Writes with a read each, for every row.
    pub trials: u64,
    /// Of the intervals, which agree by chance alone as often.
    pub confidence: f64,
    pub rows: Vec<Row>,
}

/// One model with one R and W.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub model: &'static str,
    pub read_quorum: u64,
    pub write_quorum: u64,
    /// Share of reads, begun when the write is acknowledged, that see it.
    pub at_once: Interval,
    /// Until 99.9% of reads see the write.
    pub seen_milliseconds: Interval,
    pub read_p999_milliseconds: Interval,
    pub write_p999_milliseconds: Interval,
    pub printed: Option<Printed>,
    /// What does not agree; empty: everything does.
    pub differs: Vec<String>,
}

/// An interval within which a number lies that has to agree.
fn meets(interval: &Interval, low: f64, high: f64) -> bool {
    interval.low.is_none_or(|bound| bound <= high) && interval.high.is_none_or(|bound| bound >= low)
}

impl Row {
    /// Judges a row: what of it disagrees with what is known.
    pub fn judged(self) -> Row {
        let mut differs = Vec::new();
        if let Some(printed) = self.printed {
            let near = |what: &str, ours: &Interval, printed: f64| {
                let is_near = meets(
                    ours,
                    printed * (1.0 - LATENCY_TOLERANCE),
                    printed * (1.0 + LATENCY_TOLERANCE),
                );
                (!is_near).then(|| format!("{what} printed as {printed} ms"))
            };
            differs.extend(near("read p99.9", &self.read_p999_milliseconds, printed.read));
            differs.extend(near("write p99.9", &self.write_p999_milliseconds, printed.write));
            // Ours may lie so far from the printed one.
            let (low, high) =
                (printed.seen / (1.0 + TIME_ABOVE), printed.seen / (1.0 - TIME_BELOW));
            if !meets(&self.seen_milliseconds, low, high) {
                differs.push(format!("99.9% printed after {} ms", printed.seen));
            }
        }
        let exact = published::exact(self.model, self.read_quorum, self.write_quorum);
        if !meets(
            &self.at_once,
            exact.at_once - PROBABILITY_TOLERANCE,
            exact.at_once + PROBABILITY_TOLERANCE,
        ) {
            differs.push(format!("{} at once elsewhere", percent(exact.at_once, 4)));
        }
        if !meets(
            &self.seen_milliseconds,
            exact.seen - exact.seen_error,
            exact.seen + exact.seen_error,
        ) {
            differs.push(format!("99.9% after {} ms elsewhere", exact.seen));
        }
        Row { differs, ..self }
    }

    fn cells(&self) -> Vec<String> {
        let exact = published::exact(self.model, self.read_quorum, self.write_quorum);
        let printed = |pick: fn(&Printed) -> f64| {
            self.printed.as_ref().map_or("-".to_string(), |printed| number(pick(printed)))
        };
        let share = |share: f64| if share == 1.0 { "1".to_string() } else { format!("{share:.4}") };
        vec![
            self.model.to_string(),
            format!("{}, {}", self.read_quorum, self.write_quorum),
            self.at_once.estimate.map_or("-".into(), share),
            share(exact.at_once),
            ours(&self.seen_milliseconds),
            number(exact.seen),
            printed(|printed| printed.seen),
            ours(&self.read_p999_milliseconds),
            printed(|printed| printed.read),
            ours(&self.write_p999_milliseconds),
            printed(|printed| printed.write),
            if self.differs.is_empty() { "agrees".to_string() } else { self.differs.join("; ") },
        ]
    }
}

const HEAD: [&str; 12] = [
    "model", "R, W", "p(0)", "exact", "t99.9", "exact", "print", "read", "print", "write", "print",
    "verdict",
];

/// Milliseconds as the paper prints them.
fn number(milliseconds: f64) -> String {
    match milliseconds {
        0.0 => "0".to_string(),
        small if small < 10.0 => format!("{small:.3}"),
        middle if middle < 1_000.0 => format!("{middle:.2}"),
        large => grouped(&format!("{large:.1}")),
    }
}

fn ours(interval: &Interval) -> String {
    interval.estimate.map_or("-".to_string(), number)
}

impl Table {
    pub fn agrees(&self) -> bool {
        self.rows.iter().all(|row| row.differs.is_empty())
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.rows.iter().map(Row::cells).collect()
    }

    /// The table on a terminal.
    pub fn text(&self, look: Look) -> String {
        let mut page = Screen::new(look);
        page.line(&format!(
            "PBS, N = 3: {} writes with a read each for every row, seed {}",
            whole(self.trials),
            self.seed
        ));
        let right: Vec<usize> = (1..HEAD.len() - 1).collect();
        page.table(&HEAD, self.rows(), &right);
        page.gap();
        for line in self.notes() {
            page.wrapped("", &line);
        }
        page.finish()
    }

    /// The same as a page.
    pub fn markdown(&self) -> String {
        let mut page = Page::default();
        page.line("# Probabilistically bounded staleness, regenerated");
        page.paragraph(&format!(
            "`mrsim pbs --trials {} --seed {}`: every write, acknowledgement, read and response is an event of the loop.",
            self.trials, self.seed
        ));
        page.table(&HEAD, self.rows(), true);
        page.line("");
        for line in self.notes() {
            page.line(&format!("- {line}"));
        }
        page.text
    }

    fn notes(&self) -> Vec<String> {
        vec![
            "p(0): share of reads, begun when the write is acknowledged, that see it. t99.9: when 99.9% do, a quantile of all trials. read, write: their 99.9th percentile. All times in milliseconds.".into(),
            "print: Bailis et al., VLDB 2012. exact: computed from the same distributions by another program (quadrature for R = W = 1, else 20 million samples).".into(),
            "Printed times were found by trying one after the other and stopping at the first that passed, which is 2 to 13% too early. YMMR has the Pareto shape 3.5 of the authors' simulator, not the printed 3.35.".into(),
            format!(
                "agrees: our {} interval reaches p(0) exact +- {PROBABILITY_TOLERANCE}, t99.9 exact, latencies in print +- {}%, and the printed t lies {}% below to {}% above ours.",
                percent(self.confidence, 2),
                LATENCY_TOLERANCE * 100.0,
                TIME_BELOW * 100.0,
                TIME_ABOVE * 100.0
            ),
        ]
    }
}
