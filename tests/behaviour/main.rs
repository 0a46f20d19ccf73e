//! What the simulator does, part by part and story by story: every expected number has its formula, its source or an oracle.

mod addresses;
mod committing;
mod conflicts;
mod edges;
mod false_alarms;
mod items;
mod many_users;
mod measures;
mod mistakes;
mod parts;
mod pbs;
mod places;
mod policies;
mod regressions;
mod rejected;
mod returns;
mod second_review;
mod start;
mod statistics;
mod timelines;
mod worked_examples;
