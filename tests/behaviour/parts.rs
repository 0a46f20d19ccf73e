//! Parts: one small scenario for every member of every family, through the real event loop.
//!
//! ```text
//!  scenarios/parts/<member>.ron --parse--> 20 runs --> traces --> who is where, who is served, what is believed, and when
//! ```
//!
//! `whole` shows that no member is left out and that none reaches a limit; each other file holds what the vendor's page says
//! of the members of one family against what the trace says.

mod addresses;
mod alarms;
mod checks;
mod commits;
mod doors;
mod drawn;
mod faults;
mod felt;
mod items;
mod losses;
mod names;
mod presets;
mod quorums;
mod routing;
mod standbys;
mod together;
mod trips;
mod watch;
mod whole;
mod writers;
