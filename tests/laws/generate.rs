//! Random designs as the dossier draws them, here from a tape of shares: when a law is broken, proptest makes the shares
//! smaller, and so the design simpler, as long as it stays broken.

use crate::design::Design;
use mrsim::validation::designs::draw::{Tape, design, forwarding, single_outage};
use proptest::collection::vec;
use proptest::strategy::Strategy;

pub use mrsim::validation::designs::draw::{FOR_EVER, busy, struck};

/// More shares than a design takes.
const SHARES: usize = 400;

fn tapes() -> impl Strategy<Value = Vec<f64>> {
    vec(0.0..1.0f64, SHARES)
}

/// Any design.
pub fn designs() -> impl Strategy<Value = Design> {
    tapes().prop_map(|tape| {
        let mut chance = Tape(tape.iter());
        let design = design(&mut chance);
        forwarding(design, &mut chance)
    })
}

/// Designs with one fault: an outage of the region that everything starts in or of another one.
pub fn single_outages() -> impl Strategy<Value = Design> {
    tapes().prop_map(|tape| single_outage(&mut Tape(tape.iter())))
}
