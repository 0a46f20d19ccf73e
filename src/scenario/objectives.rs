//! What is promised, and what counts as keeping the promise.

use crate::read::Node;
use crate::read::{Fields, Reader};
use crate::units::{Duration, Share};

/// Objectives; each is optional. The definitions (threshold, hold, share of runs) have defaults.
#[derive(Clone, Debug, PartialEq)]
pub struct Objectives {
    /// Longest time to recovery of the service, all requests.
    pub rto: Option<Duration>,
    /// Oldest acknowledged write that may be lost.
    pub rpo: Option<Duration>,
    /// Least share of good requests over `availability_over`, with one such incident in it.
    pub availability: Option<Share>,
    /// Default 30 d: the usual accounting month.
    pub availability_over: Duration,
    /// Largest 99th percentile of the latency of successful reads, all users, over the run.
    pub read_latency_p99: Option<Duration>,
    /// An objective holds when it is met in at least this share of runs. Default 95 %.
    pub met_in: Share,
    /// Confidence of every interval and verdict. Default 95 %.
    pub confidence: Share,
    /// The service is up while at least this share of requests succeeds. Default 99 %.
    pub threshold: Share,
    /// It has recovered once it stays up for this long. Default 30 s.
    pub hold: Duration,
}

impl Default for Objectives {
    fn default() -> Self {
        Objectives {
            rto: None,
            rpo: None,
            availability: None,
            availability_over: Duration::from_secs(30 * 86_400),
            read_latency_p99: None,
            met_in: Share::from_parts(950_000_000),
            confidence: Share::from_parts(950_000_000),
            threshold: Share::from_parts(990_000_000),
            hold: Duration::from_secs(30),
        }
    }
}

impl Objectives {
    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Objectives> {
        let base = Objectives::default();
        let mut fields = Fields::open(reader, expr, "Objectives")?;
        let objectives = Objectives {
            rto: fields.optional("rto"),
            rpo: fields.optional("rpo"),
            availability: fields.optional("availability"),
            availability_over: fields.or("availability_over", base.availability_over),
            read_latency_p99: fields.optional("read_latency_p99"),
            met_in: fields.or("met_in", base.met_in),
            confidence: fields.or("confidence", base.confidence),
            threshold: fields.or("threshold", base.threshold),
            hold: fields.or("hold", base.hold),
        };
        for (name, share) in [
            ("met_in", objectives.met_in),
            ("confidence", objectives.confidence),
            ("availability", objectives.availability.unwrap_or(base.met_in)),
        ] {
            if share == Share::NONE || share == Share::ALL {
                let at = fields.place_of(name);
                fields.reader().problem(
                    at,
                    format!("{name} {share} can never be shown by a sample"),
                    "write a share between, such as \"95%\"",
                );
            }
        }
        if objectives.threshold == Share::NONE {
            let at = fields.place_of("threshold");
            fields.reader().problem(
                at,
                "threshold 0% calls a dead service up",
                "write the share that users need, such as \"99%\"",
            );
        }
        fields.close();
        Some(objectives)
    }
}
