//! The designs that laws are about: those of the dossier, so that both ask about the same scenarios.

pub use mrsim::validation::designs::*;
