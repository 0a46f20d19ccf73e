//! Name servers answer without an address, and resolvers keep that as they keep any answer: for the negative time to
//! live, which may be longer than the fault.
//! Source: AWS summary of 2025-10-20 (us-east-1): an automation left an empty record for a regional endpoint; RFC 2308.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::record;

record! {
    /// Name servers answer without an address, and resolvers keep that as they keep any answer.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct EmptyAnswers as "EmptyAnswers" {
        /// When, and for how long.
        pub window: Window,
    }
}

impl EmptyAnswers {
    pub const KIND: Kind = Kind {
        name: "EmptyAnswers",
        summary: "name servers answer without an address, and resolvers keep that for negative_ttl (2025-10-20, us-east-1)",
        example: "EmptyAnswers(at: \"5min\", duration: \"20min\")",
    };
}

impl Breaks for EmptyAnswers {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::EmptyAnswers]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        "the name servers answer without an address".to_string()
    }
}
