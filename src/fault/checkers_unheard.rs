//! Name servers near some users do not hear the health checkers that run in some regions, so they decide by the others:
//! at the same time users elsewhere may get other answers.
//! Source: Route 53 Developer Guide, "How Route 53 averts failover problems": each location decides by the checkers it can reach.

use super::checkers_cut_off::CheckerLocations;
use super::{Breaks, Effect, Window, locations};
use crate::family::Kind;
use crate::id::RegionId;
use crate::places::{self, UserPlace};
use crate::problem::instead;
use crate::read::{Names, Node, Reader, Shape, Value, record};

record! {
    /// Name servers near some users do not hear the health checkers that run in some regions, and decide by the others.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct CheckersUnheard as "CheckersUnheard" {
        /// AWS regions in which the checkers run.
        pub checkers_in: CheckerLocations,
        /// Places of users whose name servers do not hear them.
        pub by: NearUsers,
        /// When, and for how long.
        pub window: Window,
    }
}

impl CheckersUnheard {
    pub const KIND: Kind = Kind {
        name: "CheckersUnheard",
        summary: "name servers near some users do not hear the checkers that run in some places, and decide by the others",
        example: "CheckersUnheard(checkers_in: [\"us-east-1\", \"us-west-2\"], by: [\"japan\"], at: \"5min\", duration: \"30min\")",
    };
}

/// Places of users: at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct NearUsers(pub Vec<&'static UserPlace>);

impl serde::Serialize for NearUsers {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|place| place.name))
    }
}

impl Value for NearUsers {
    const EXAMPLE: &'static str = "[\"japan\"]";

    fn shape() -> Shape {
        Shape::List(Box::new(Shape::Name("place of users")))
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let names: Vec<String> = Vec::read(node, reader)?;
        if names.is_empty() {
            reader.problem(
                node.place,
                "no place of users is named",
                "name places of this scenario's users, such as [\"japan\"]",
            );
            return None;
        }
        let known = |name: &String| {
            let found = places::user_place(name);
            if found.is_none() {
                let help = instead(name, places::user_places().iter().map(|place| place.name));
                let what = format!("there is no place of users \"{name}\"");
                reader.problem(node.place, what, help);
            }
            found
        };
        names.iter().map(known).collect::<Option<_>>().map(NearUsers)
    }

    fn write(&self, names: &Names) -> Node {
        let names_of: Vec<String> = self.0.iter().map(|place| place.name.to_string()).collect();
        names_of.write(names)
    }
}

impl Breaks for CheckersUnheard {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        let from =
            |checkers_in| self.by.0.iter().map(move |&by| Effect::Unheard { checkers_in, by });
        locations(&self.checkers_in.0).flat_map(from).collect()
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        let by: Vec<&str> = self.by.0.iter().map(|place| place.label).collect();
        format!(
            "name servers near {} do not hear the health checkers in {}",
            by.join(" and "),
            self.checkers_in.0.join(" and ")
        )
    }
}
