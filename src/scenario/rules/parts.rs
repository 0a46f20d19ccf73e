//! Rules for one population.

use super::USER_LIMIT;
use crate::id::StoreId;
use crate::read::Fields;
use crate::units::Rate;

/// Checks the numbers of a population.
pub fn check_population(
    fields: &mut Fields,
    users: Option<u64>,
    reads: Rate,
    writes: Rate,
    store: Option<StoreId>,
) {
    if users.is_some_and(|users| users == 0 || users > USER_LIMIT) {
        let at = fields.place_of("users");
        fields.reader().problem(
            at,
            "the number of users is out of range",
            "write 1 to 1_000_000_000_000",
        );
    }
    let known = fields.reader().names.stores.len();
    if store.is_none() && known > 1 {
        let at = fields.place();
        fields.reader().problem(
            at,
            "the population does not say which store it uses",
            "add store: \"..\"",
        );
    }
    if store.is_none() && known == 0 && !writes.is_zero() {
        let at = fields.place_of("writes");
        fields.reader().problem(
            at,
            "there are writes and no store to write to",
            "add stores: [Store(..)], or take the writes out",
        );
    }
    if reads.is_zero() && writes.is_zero() {
        let at = fields.place();
        fields.reader().problem(
            at,
            "the population makes no requests",
            "add reads: \"6 req/min\" or writes: \"1 req/min\"",
        );
    }
}
