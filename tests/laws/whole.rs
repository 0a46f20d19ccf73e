//! What requests meet while nothing is broken and nobody was promoted, worked out from the scenario alone.

use mrsim::trace::{Ending, Operation, Outcome, Seat};
use mrsim::units::Duration;
use mrsim::world::Stage;

/// The ending of every request from a seat whose answer names one region: served there, or by the writer of its
/// store, a round trip over the direct link away, when that region has no replica to read or the request writes.
pub fn ending(stage: &Stage, seat: &Seat, operation: Operation) -> Ending {
    let region = seat.region.expect("these designs answer with one region");
    let store = stage.scenario.populations[seat.population.index()]
        .store
        .map(|store| &stage.scenario.stores[store.index()]);
    let by = match store {
        Some(store)
            if operation == Operation::Write
                || store.writer != region && !store.readers.contains(&region) =>
        {
            store.writer
        }
        _ => region,
    };
    let hop = match by == region {
        true => Duration::ZERO,
        false => {
            stage.one_way[region.index()][by.index()] + stage.one_way[by.index()][region.index()]
        }
    };
    Ending {
        at: Some(region),
        outcome: Outcome::Served { by: Some(by), hop },
        lost: Duration::ZERO,
    }
}
