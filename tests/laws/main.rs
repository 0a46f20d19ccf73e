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
//!
//! Beside them stands what compares many runs with a truth: `relations` and `coverage` of intervals, both
//! `fidelity`s of one scenario, and the `calibration` of health checks.

mod agreement;
mod books;
mod bystanders;
mod calibration;
mod controls;
mod coverage;
mod design;
mod ends;
mod fidelity;
mod generate;
mod in_law;
mod losses;
mod naive;
mod names;
mod orders;
mod relations;
mod running;
mod scale;
mod scopes;
mod seats;
mod service;
mod slower;
mod whole;
mod writers;
