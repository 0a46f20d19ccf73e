//! Conflict policies: the laws that every one of them keeps, written by nobody's example; oracles made by others;
//! and the fates of writes, which a ledger needs.
//!
//! ```text
//!  a script of steps --> Cluster: replicas of one key, their history, all updates under way --> laws, oracles, fates
//! ```

#[path = "conflicts/cluster.rs"]
mod cluster;
#[path = "conflicts/closed_forms.rs"]
mod closed_forms;
#[path = "conflicts/contexts.rs"]
mod contexts;
#[path = "conflicts/controls.rs"]
mod controls;
#[path = "conflicts/crdts_crate.rs"]
mod crdts_crate;
#[path = "conflicts/definition.rs"]
mod definition;
#[path = "conflicts/divergence.rs"]
mod divergence;
#[path = "conflicts/fates.rs"]
mod fates;
#[path = "conflicts/histories.rs"]
mod histories;
#[path = "conflicts/laws.rs"]
mod laws;
#[path = "conflicts/tables.rs"]
mod tables;
#[path = "conflicts/written.rs"]
mod written;
