//! Probabilistically bounded staleness: quorums in the event loop against numbers that nobody on this project wrote.
//! Single numbers of them, the exponential case and mistakes planted on purpose are in the validation set.
//!
//! ```text
//!  a scenario with a quorum --runs--> followed writes and reads --pooled--> shares, quantiles --against--> print, quadrature,
//!                                                                                                 an independent program
//! ```

mod command;
mod curves;
mod events;
mod sample;
mod versions;
