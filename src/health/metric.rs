//! Metrics and the alarms on them: what a check or automation follows instead of probes of its own.
//! Source: CloudWatch User Guide, "Using Amazon CloudWatch alarms"; Route 53 Developer Guide,
//! "How Route 53 determines the status of health checks that monitor CloudWatch alarms".

use super::alarm::{DataForHealth, Missing};
use crate::id::{CheckId, RegionId, StoreId};
use crate::law::Law;
use crate::problem::instead;
use crate::read::{Choice, Fields, Kind, Names, Node, Reader, Shape, Value, record};
use crate::units::{Duration, Share};
use serde::Serialize;

record! {
    /// Error answers among the requests that the load balancer of a region answered. No requests, or a region that is dark: no
    /// data.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Errors as "Errors", check Errors::note {
        /// The region whose answers are counted.
        pub region: RegionId,
        /// A period breaches with a larger share of errors.
        #[source("assumption: any error breaches; only you can know it for your alarms")]
        pub above: Share = Share::NONE,
    }
}

record! {
    /// Share of the period in which a canary from outside fails.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct Canary as "Canary", check Canary::note {
        /// The region that the canary asks.
        pub region: RegionId,
        /// A period breaches when the canary fails for a larger share of it.
        #[source("assumption: only you can know it for your alarms")]
        pub above: Share = Share::from_parts(500_000_000),
    }
}

record! {
    /// Share of the period in which no host in the region is healthy; a dark region reports nothing.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct HealthyHosts as "HealthyHosts" {
        /// The region whose hosts are counted.
        pub region: RegionId,
    }
}

record! {
    /// Share of the period in which the replica in a region is further behind than a limit.
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct ReplicaLag as "ReplicaLag" {
        /// The store whose replica it is.
        pub store: StoreId,
        /// Where the replica stands.
        pub region: RegionId,
        /// How far behind it may be.
        pub above: Duration,
    }
}

record! {
    /// Share of the period in which another health check is unhealthy (metric HealthCheckStatus).
    #[derive(Clone, Debug, PartialEq, Serialize)]
    pub struct CheckStatus as "CheckStatus" {
        /// The other health check.
        pub check: CheckId,
    }
}

/// Notes the share above which a metric breaches, where none is written.
fn note_above(fields: &mut Fields, what: &str, source: &'static str) {
    if !fields.is_written("above") {
        fields.reader().sources.push((what.into(), source, true));
    }
}

impl Errors {
    fn note(&mut self, fields: &mut Fields) {
        let source = "any error breaches: only you can know it for your alarms; set above";
        note_above(fields, "alarm errors above: 0%", source);
    }
}

impl Canary {
    fn note(&mut self, fields: &mut Fields) {
        let source = "a period breaches when the canary fails for more than half of it: only you can know it for your alarms; set above";
        note_above(fields, "alarm canary above: 50%", source);
    }
}

/// Metrics, each a struct of its own.
macro_rules! metrics {
    ($($metric:ident, $summary:literal, $example:literal;)*) => {
        /// What is measured. A period without data is missing, which is not the same as good or bad.
        #[derive(Clone, PartialEq, Serialize)]
        pub enum Metric {
            $(#[doc = concat!("See [`struct@", stringify!($metric), "`].")] $metric($metric)),*
        }

        /// As its struct, by which digests know it.
        impl std::fmt::Debug for Metric {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Metric::$metric(metric) => metric.fmt(f)),*
                }
            }
        }

        impl Metric {
            pub const KINDS: &'static [Kind] = &[
                $(Kind { name: stringify!($metric), summary: $summary, example: $example }),*
            ];

            /// Every metric as it is written.
            pub fn choice() -> Choice {
                let records = [$($metric::record as fn() -> crate::read::Record),*];
                let members = Metric::KINDS.iter().copied().zip(records).collect();
                Choice { what: "a metric", members }
            }
        }

        impl Value for Metric {
            const EXAMPLE: &'static str = "Errors(region: \"..\", above: \"5%\")";

            fn shape() -> Shape {
                Shape::Choice(Metric::choice)
            }

            fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
                match node.name() {
                    $(Some(stringify!($metric)) => {
                        $metric::read(node, reader).map(Metric::$metric)
                    })*
                    other => {
                        let known = Metric::KINDS.iter().map(|kind| kind.name);
                        let what = format!("{} is not a metric", node.describe());
                        reader.problem(node.place, what, instead(other.unwrap_or(""), known));
                        None
                    }
                }
            }

            fn write(&self, names: &Names) -> Node {
                match self {
                    $(Metric::$metric(metric) => metric.write(names)),*
                }
            }
        }
    };
}

metrics! {
    Errors, "share of error answers of a region's load balancer", "Errors(region: \"ap-northeast-1\", above: \"5%\")";
    Canary, "share of the period in which a canary from outside fails", "Canary(region: \"ap-northeast-1\", above: \"50%\")";
    HealthyHosts, "share of the period in which no host in the region is healthy", "HealthyHosts(region: \"ap-northeast-1\")";
    ReplicaLag, "share of the period in which a replica is further behind than a limit", "ReplicaLag(store: \"orders\", region: \"us-east-1\", above: \"30s\")";
    CheckStatus, "share of the period in which another health check is unhealthy", "CheckStatus(check: \"tokyo\")";
}

/// An alarm over periods of a metric.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alarm {
    pub metric: Metric,
    pub period: Duration,
    /// Breaching periods that raise the alarm.
    pub datapoints: u64,
    /// Among so many of the last periods.
    pub periods: u64,
    pub missing: Missing,
    /// What insufficient data means for the check.
    pub insufficient: DataForHealth,
    /// From the end of a period to its judgement: delivery of data and evaluation.
    pub delay: Law,
    /// Periods begin at whole multiples of their length on the wall clock; `None`: the run begins at a random
    /// moment of a period (the truth).
    pub first_period: Option<Duration>,
}
