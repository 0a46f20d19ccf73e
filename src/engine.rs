//! The engine: pending events in time order, and independent streams of chance.
//! It knows nothing of regions, users or stores.

pub mod agenda;
pub mod counts;
pub mod random;
