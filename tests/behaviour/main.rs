//! What the simulator does, part by part and story by story: every expected number has its formula, its source or an oracle.

mod addresses;
mod bases;
mod clients;
mod committing;
mod conflicts;
mod edges;
mod false_alarms;
mod items;
mod knobs;
mod layout;
mod losses;
mod many_users;
mod measures;
mod mistakes;
mod parts;
mod pbs;
mod places;
mod policies;
mod recovery;
mod rejected;
mod returns;
mod start;
mod statistics;
mod timelines;
mod tokyo;
mod worked_examples;
