//! mrsim: a deterministic simulator of multi-region failure and replication.
//!
//! A scenario says what is asked, what runs where, who uses it, what breaks and what is promised. A
//! campaign simulates it many times and reports, with intervals, how long users were without service
//! (RTO), which acknowledged writes are gone (RPO), and where the time went:
//!
//! ```
//! use mrsim::{Quiet, Scenario, Settings, simulate};
//! use std::sync::Arc;
//!
//! let text = r#"Scenario(
//!     question: "Tokyo goes dark: when can its users read again?",
//!     run: "10min",
//!     regions: ["ap-northeast-1", "ap-northeast-3"],
//!     users: [Population(name: "Japan", place: "japan", users: 1_000_000, reads: "1 req/min")],
//!     health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
//!     routing: Routing(ttl: "60s", policy: Failover(
//!         primary: To(region: "ap-northeast-1", check: "tokyo"),
//!         secondary: To(region: "ap-northeast-3"),
//!     )),
//!     faults: [RegionOutage(region: "ap-northeast-1", at: "2min", lasting: "1h", how: BlackHole)],
//! )"#;
//! let scenario = Arc::new(Scenario::parse(text)?);
//! let report = simulate("tokyo", &scenario, &Settings { runs: 50, ..Settings::default() }, &Quiet)?;
//!
//! // Three failed probes of a black hole take about 40 s, and caches another 60 s: never under a minute.
//! let rto = report.measures.iter().find(|measure| measure.key == "rto_service").expect("it is registered");
//! assert_eq!((rto.occasions, rto.censored), (50, 0));
//! assert!(rto.min > Some(90.0) && rto.max < Some(120.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! All that is wrong with a scenario comes back at once, each problem with its place and with what would be right:
//!
//! ```
//! let problems = mrsim::Scenario::parse("Scenario(quetsion: \"Is it up?\")").expect_err("much is missing");
//! assert!(problems.len() > 1);
//! assert!(problems.iter().any(|problem| problem.to_string().contains("did you mean question?")));
//! ```
//!
//! Designs are compared run by run with common random numbers, so that what both share cancels:
//!
//! ```
//! use mrsim::{Quiet, Scenario, Settings, compare};
//! use std::sync::Arc;
//!
//! let design = |ttl: &str| -> Result<Arc<Scenario>, mrsim::Problems> {
//!     let text = format!(r#"Scenario(
//!         question: "What does a shorter TTL buy?", run: "10min", regions: ["ap-northeast-1", "ap-northeast-3"],
//!         users: [Population(name: "Japan", place: "japan", users: 1_000_000, reads: "1 req/min")],
//!         health_checks: [HealthCheck(name: "tokyo", watches: "ap-northeast-1", preset: "route53-fast")],
//!         routing: Routing(ttl: "{ttl}", policy: Failover(
//!             primary: To(region: "ap-northeast-1", check: "tokyo"), secondary: "ap-northeast-3")),
//!         faults: [RegionOutage(region: "ap-northeast-1", at: "2min", lasting: "1h")],
//!     )"#);
//!     Scenario::parse(&text).map(Arc::new)
//! };
//! let designs = [("60s".to_string(), design("60s")?), ("10s".to_string(), design("10s")?)];
//! let comparison = compare(&designs, &Settings { runs: 50, ..Settings::default() }, &Quiet)?;
//! let rto = comparison.pairs.iter().find(|pair| pair.key == "rto_service").expect("it is registered");
//! assert_eq!(rto.better, 50, "10 s are better than 60 s in every run");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A question that no measure answers is asked of the trace of each run: [`readings`] hands it over, and
//! `examples/own_measure.rs` shows how. Four programs stand in `examples/`.
//!
//! # What is stable
//!
//! From one minor version to the next these stay as they are, and the change log says so where they do not:
//!
//! - the names at the root of this crate that are listed below, and what their signatures name;
//! - the scenario's text, the keys of measures, and `summary.json` (its `schema` names its version);
//! - the numbers: the same scenario, seed and version give the same bytes on every machine. A new version may move
//!   numbers, and names them in the change log.
//!
//! Structs of a [`Report`], facts of a [`Trace`] and [`measure`]s gain fields and members: read the fields that you need,
//! and end a `match` with `_`. Whatever the documentation does not list is there for the program, its tests and its benches,
//! and may change with any commit.

// The modules follow in reading order: first what everything is made of, then what can be written in
// a scenario, then what runs, and last what is made of it.

pub mod units;
#[doc(hidden)]
pub mod id;
#[doc(hidden)]
pub mod problem;
#[doc(hidden)]
pub mod law;
#[doc(hidden)]
pub mod read;
#[doc(hidden)]
pub mod family;
#[doc(hidden)]
pub mod places;

#[doc(hidden)]
pub mod fault;
#[doc(hidden)]
pub mod routing;
#[doc(hidden)]
pub mod front_door;
#[doc(hidden)]
pub mod health;
#[doc(hidden)]
pub mod replication;
#[doc(hidden)]
pub mod conflict;
#[doc(hidden)]
pub mod scenario;

#[doc(hidden)]
pub mod engine;
pub mod trace;
#[doc(hidden)]
pub mod world;

pub mod measure;
#[doc(hidden)]
pub mod campaign;
pub mod report;
#[doc(hidden)]
pub mod chart;
#[doc(hidden)]
pub mod validation;
#[doc(hidden)]
pub mod cli;

pub use campaign::{Observer, Quiet, Settings, Stopped, compare, readings, run as simulate};
pub use problem::{Place, Problem, Problems};
pub use report::Report;
pub use report::comparison::Comparison;
pub use scenario::Scenario;
pub use trace::Trace;
pub use world::{LimitReached, Stage};
