//! Name servers answer without an address, and resolvers keep that as they keep any answer: for the negative time to
//! live, which may be longer than the fault.
//! Source: AWS summary of 2025-10-20 (us-east-1): an automation left an empty record for a regional endpoint; RFC 2308.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::Node;
use crate::read::{Fields, Reader};

/// `EmptyAnswers(at: "5min", lasting: "20min")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct EmptyAnswers {
    pub window: Window,
}

impl EmptyAnswers {
    pub const KIND: Kind = Kind {
        name: "EmptyAnswers",
        summary: "name servers answer without an address, and resolvers keep that for negative_ttl (2025-10-20, us-east-1)",
        example: "EmptyAnswers(at: \"5min\", lasting: \"20min\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "EmptyAnswers")?;
        let window = Window::take_fields(&mut fields, None);
        fields.close();
        Some(EmptyAnswers { window: window? })
    }
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
