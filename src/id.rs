//! Typed indexes: a region's number cannot be used where a store's is asked for.

use serde::Serialize;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the list that this id counts.
            // Marked, since the development profile looks into other files for nothing else, and these are asked for everywhere.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The id at this position; positions are bounded by the limits of a scenario.
            #[inline]
            pub fn at(index: usize) -> Self {
                $name(u32::try_from(index).expect("limits keep every list below 2^32"))
            }
        }
    )*};
}

ids! {
    /// A region, in the order of the scenario.
    RegionId,
    /// A population of users.
    PopulationId,
    /// A cohort: users of one population who share one resolver cache. Numbered through all populations.
    CohortId,
    /// A health check.
    CheckId,
    /// A store.
    StoreId,
    /// A fault of the scenario.
    FaultId,
    /// Where health checkers stand: an AWS region, in the order of the table of places.
    LocationId,
    /// Name servers and front doors that hear the same checkers. The first hears them all.
    AudienceId,
    /// A front door.
    DoorId,
    /// An answer of the name servers, in the order in which a run first met it.
    AnswerId,
    /// Users of one population with one answer, in the order in which a run first met them.
    SeatId,
}

impl AudienceId {
    /// All that no fault sets apart: they hear every checker.
    pub const EVERY: AudienceId = AudienceId(0);
}
