//! The name servers do not answer at all: users go by what resolvers still hold, and resolvers that serve stale data
//! go on with what has expired. Applications keep the address of a store that they have, and ask when it
//! ends. Route 53 is designed for 100% availability here, so this is another provider's outage.
//! Source: RFC 8767 (stale data); the outage of Dyn on 2016-10-21 is the known case (general knowledge).

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::record;

record! {
    /// The name servers do not answer; resolvers hold what they have.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct NameServersDown as "NameServersDown" {
        /// When, and for how long.
        pub window: Window,
    }
}

impl NameServersDown {
    pub const KIND: Kind = Kind {
        name: "NameServersDown",
        summary: "the name servers do not answer; resolvers hold what they have, and only some serve stale data",
        example: "NameServersDown(at: \"5min\", duration: \"2h\")",
    };
}

impl Breaks for NameServersDown {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::NameServersDown]
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        "the name servers do not answer".to_string()
    }
}
