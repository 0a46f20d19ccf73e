//! The shipped presets: shelves of fields under names, each written as a scenario is, with where each number comes from. The files are
//! part of the program, and a test reads them.

use crate::read::Shelf;
use std::sync::LazyLock;

macro_rules! shelves {
    ($($(#[$doc:meta])* $name:ident: $kind:literal, $has_usual:literal, $file:literal;)*) => {
        $(
            $(#[$doc])*
            pub fn $name() -> &'static Shelf {
                static SHELF: LazyLock<Shelf> =
                    LazyLock::new(|| Shelf::read($kind, $has_usual, include_str!($file)));
                &SHELF
            }
        )*

        /// Every shelf.
        pub const SHELVES: [fn() -> &'static Shelf; [$($kind),*].len()] = [$($name),*];
    };
}

shelves! {
    /// Health checks. The first is what a check has that names none.
    health_checks: "health check preset", true, "presets/health_checks.ron";
    /// Stores: how each replicates, and what is known of the life of its writer.
    stores: "store preset", false, "presets/stores.ron";
    /// What takes over in the region of a writer whose instance dies.
    standbys: "standby preset", false, "presets/standbys.ron";
    /// How resolver caches keep answers.
    resolvers: "resolver preset", false, "presets/resolvers.ron";
    /// What clients keep between a name and a request. The first is what a population has that does not say.
    clients: "client preset", true, "presets/clients.ron";
}

/// Presets with a number that no source gives: name, source.
pub fn assumptions() -> Vec<(String, String)> {
    SHELVES.iter().flat_map(|shelf| shelf().assumptions()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_preset_says_its_source_and_each_standby_is_a_preset() {
        for preset in SHELVES.iter().flat_map(|shelf| &shelf().presets) {
            assert!(preset.source.0.len() > 20, "{} names its source", preset.name);
        }
        for preset in &stores().presets {
            let standby = preset.value.field("standby").and_then(|standby| standby.as_text());
            let is_known = standby.is_none_or(|standby| standbys().find(standby).is_some());
            assert!(is_known, "the standby of {} is a preset", preset.name);
        }
    }
}
