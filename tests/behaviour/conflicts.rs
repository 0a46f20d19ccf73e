//! Conflict policies: the laws that every one of them keeps, written by nobody's example; oracles made by others;
//! and the fates of writes, which a ledger needs.
//!
//! ```text
//!  a script of steps --> Cluster: replicas of one key, their history, all updates under way --> laws, oracles, fates
//! ```

mod cluster;
mod clocks;
mod closed_forms;
mod contexts;
mod controls;
mod crdts_crate;
mod definition;
mod divergence;
mod fates;
mod histories;
mod laws;
mod tables;
mod written;
