//! Laws: what has to hold between two designs, or within one, for any scenario.
//!
//! ```text
//!  generate::designs() --> Design --text()--> Scenario::parse --> runs --> traces --> a law
//!                             |
//!                             +-- changed as the law says --> the same way --> traces
//! ```
//!
//! Every law is a function of a [`design::Design`] that says whether it held, whether the design gave
//! an occasion to test it, or how it was broken, so that `controls` can show each kind of law failing
//! when it is asked about a wrong pair. Designs are drawn from a fixed seed: a law that passes, passes
//! everywhere. Each law states the condition under which it holds and why, and a test fails when too
//! few designs gave an occasion.

#[path = "laws/agreement.rs"]
mod agreement;
#[path = "laws/books.rs"]
mod books;
#[path = "laws/bystanders.rs"]
mod bystanders;
#[path = "laws/controls.rs"]
mod controls;
#[path = "laws/design.rs"]
mod design;
#[path = "laws/ends.rs"]
mod ends;
#[path = "laws/generate.rs"]
mod generate;
#[path = "laws/in_law.rs"]
mod in_law;
#[path = "laws/losses.rs"]
mod losses;
#[path = "laws/naive.rs"]
mod naive;
#[path = "laws/names.rs"]
mod names;
#[path = "laws/orders.rs"]
mod orders;
#[path = "laws/running.rs"]
mod running;
#[path = "laws/scale.rs"]
mod scale;
#[path = "laws/scopes.rs"]
mod scopes;
#[path = "laws/seats.rs"]
mod seats;
#[path = "laws/service.rs"]
mod service;
#[path = "laws/slower.rs"]
mod slower;
#[path = "laws/whole.rs"]
mod whole;
#[path = "laws/writers.rs"]
mod writers;
