//! What is promised, and what counts as keeping the promise.

use crate::read::{Fields, record};
use crate::units::{Duration, Share};

record! {
    /// Objectives, each of which may be left out, and the definitions by which they are judged.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Objectives as "Objectives", check Objectives::judge {
        /// Longest time to recovery of the service, over all requests.
        pub rto: Option<Duration>,
        /// Oldest acknowledged write that may be lost.
        pub rpo: Option<Duration>,
        /// Least share of successful requests over `availability_over`, with one such incident in it.
        pub availability: Option<Share>,
        /// The accounting period of `availability`.
        #[source("the usual accounting month (assumption)")]
        pub availability_over: Duration = Duration::from_secs(30 * 86_400),
        /// Largest 99th percentile of the latency of successful reads, all users, over the run.
        pub read_latency_p99: Option<Duration>,
        /// An objective holds when it is met in at least this share of the runs.
        #[source("assumption")]
        pub met_in: Share = Share::from_parts(950_000_000),
        /// Confidence of every interval and verdict.
        #[source("assumption")]
        pub confidence: Share = Share::from_parts(950_000_000),
        /// The service is up while at least this share of the requests succeeds.
        #[source("assumption")]
        pub threshold: Share = Share::from_parts(990_000_000),
        /// It has recovered once it stays up for this long.
        #[source("assumption")]
        pub hold: Duration = Duration::from_secs(30),
    }
}

/// Nothing is promised.
impl Default for Objectives {
    fn default() -> Self {
        Objectives {
            rto: None,
            rpo: None,
            availability: None,
            availability_over: by_default(Objectives::availability_over()),
            read_latency_p99: None,
            met_in: by_default(Objectives::met_in()),
            confidence: by_default(Objectives::confidence()),
            threshold: by_default(Objectives::threshold()),
            hold: by_default(Objectives::hold()),
        }
    }
}

fn by_default<T>(spec: crate::read::Spec<T>) -> T {
    spec.default.expect("a definition has a default")()
}

impl Objectives {
    fn judge(&mut self, fields: &mut Fields) {
        for (name, share) in [
            ("met_in", Some(self.met_in)),
            ("confidence", Some(self.confidence)),
            ("availability", self.availability),
        ] {
            let Some(share) = share.filter(|share| [Share::NONE, Share::ALL].contains(share))
            else {
                continue;
            };
            let what = format!("{name} {share} can never be shown by a sample");
            fields.reject(name, what, "write a share between, such as \"95%\"");
        }
        if self.threshold == Share::NONE {
            let help = "write the share that users need, such as \"99%\"";
            fields.reject("threshold", "threshold 0% calls a dead service up", help);
        }
    }
}
