//! mrsim: a deterministic simulator of multi-region failure and replication.

pub mod units;
pub mod id;
pub mod problem;
pub mod law;
pub mod read;
pub mod family;
pub mod places;
pub mod engine;
pub mod fault;
pub mod routing;
pub mod health;
pub mod replication;
pub mod scenario;
pub mod trace;
pub mod world;
pub mod measure;
pub mod campaign;
pub mod report;
pub mod chart;
pub mod cli;
