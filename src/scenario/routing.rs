//! The name that users ask for: its policy, and how long answers are kept.

use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};
use crate::routing::Policy;
use crate::units::Duration;

/// The name that users ask for.
#[derive(Clone, Debug, PartialEq)]
pub struct NameSettings {
    pub policy: Policy,
    pub ttl: Duration,
    pub negative_ttl: Duration,
}

record! {
    /// The name that users ask for.
    #[derive(Clone, Debug)]
    pub struct Routing as "Routing", check Routing::judge {
        /// How long resolvers keep an answer (TTL). Required, unless the policy is a list that clients hold: then nothing is resolved.
        pub ttl: Option<Duration>,
        /// How long resolvers keep an answer without an address.
        #[source("Route 53: the lesser of the SOA record's own TTL (900 s) and its minimum (86,400 s)")]
        pub negative_ttl: Duration = Duration::from_secs(900),
        /// Where an answer leads.
        pub policy: Policy,
    }
}

/// A list that clients hold is never asked for again: longer than any run.
const NEVER_RESOLVED: Duration = Duration::from_secs(2 * 366 * 86_400);

impl Routing {
    fn judge(&mut self, fields: &mut Fields) {
        if !self.policy.behaviour().is_resolved() && fields.is_written("ttl") {
            let what = "clients keep this list themselves: nothing is resolved";
            fields.reject("ttl", what, "leave ttl out");
        }
    }
}

impl Value for NameSettings {
    const EXAMPLE: &'static str = "Routing(ttl: \"60s\", policy: ..)";

    fn shape() -> Shape {
        Routing::shape()
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, node, "Routing")?;
        let routing = Routing::take_fields(&mut fields, None);
        let is_resolved =
            routing.as_ref().is_none_or(|routing| routing.policy.behaviour().is_resolved());
        if is_resolved && !fields.is_written("ttl") {
            fields.required::<Duration>("ttl");
        }
        fields.close();
        let Routing { ttl, negative_ttl, policy } = routing?;
        let ttl = if is_resolved { ttl? } else { NEVER_RESOLVED };
        Some(NameSettings { policy, ttl, negative_ttl })
    }

    fn write(&self, names: &Names) -> Node {
        let ttl = Some(self.ttl).filter(|_| self.policy.behaviour().is_resolved());
        let NameSettings { policy, negative_ttl, .. } = self.clone();
        Routing { ttl, negative_ttl, policy }.write(names)
    }
}
