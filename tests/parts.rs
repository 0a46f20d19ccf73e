//! Parts: one small scenario for every member of every family, through the real event loop.
//!
//! ```text
//!  scenarios/parts/<member>.ron --parse--> 20 runs --> traces --> who is where, who is served, what is believed, and when
//! ```
//!
//! `whole` shows that no member is left out and that none reaches a limit; each other file holds what the vendor's page says
//! of the members of one family against what the trace says.

#[path = "parts/addresses.rs"]
mod addresses;
#[path = "parts/alarms.rs"]
mod alarms;
#[path = "parts/checks.rs"]
mod checks;
#[path = "parts/commits.rs"]
mod commits;
#[path = "parts/doors.rs"]
mod doors;
#[path = "parts/drawn.rs"]
mod drawn;
#[path = "parts/faults.rs"]
mod faults;
#[path = "parts/felt.rs"]
mod felt;
#[path = "parts/items.rs"]
mod items;
#[path = "parts/names.rs"]
mod names;
#[path = "parts/presets.rs"]
mod presets;
#[path = "parts/quorums.rs"]
mod quorums;
#[path = "parts/routing.rs"]
mod routing;
#[path = "parts/together.rs"]
mod together;
#[path = "parts/trips.rs"]
mod trips;
#[path = "parts/watch.rs"]
mod watch;
#[path = "parts/whole.rs"]
mod whole;
#[path = "parts/writers.rs"]
mod writers;
