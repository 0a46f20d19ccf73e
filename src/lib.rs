//! mrsim: a deterministic simulator of multi-region failure and replication.
//!
//! A scenario says what is asked, what runs where, who uses it, what breaks and what is promised. A
//! campaign simulates it many times and reports, with intervals, how long users were without service
//! (RTO), which acknowledged writes are gone (RPO), and where the time went:
//!
//! ```
//! use mrsim::campaign::{Quiet, Settings, run};
//! use mrsim::scenario::Scenario;
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
//! let scenario = Arc::new(Scenario::parse(text).expect("every problem would come with its place"));
//! let report = run("tokyo", &scenario, &Settings { runs: 50, ..Settings::default() }, &Quiet).expect("no limit is reached");
//!
//! // Three failed probes of a black hole take about 40 s, and caches another 60 s: never under a minute.
//! let rto = report.measures.iter().find(|measure| measure.key == "rto_service").expect("it is registered");
//! assert_eq!((rto.occasions, rto.censored), (50, 0));
//! assert!(rto.min > Some(90.0) && rto.max < Some(120.0));
//! ```
//!
//! The modules follow in reading order: first what everything is made of, then what can be written in
//! a scenario, then what runs, and last what is made of it.

pub mod units;
pub mod id;
pub mod problem;
pub mod law;
pub mod read;
pub mod family;
pub mod places;

pub mod fault;
pub mod routing;
pub mod front_door;
pub mod health;
pub mod replication;
pub mod conflict;
pub mod scenario;

pub mod engine;
pub mod trace;
pub mod world;

pub mod measure;
pub mod campaign;
pub mod report;
pub mod chart;
pub mod validation;
pub mod cli;
