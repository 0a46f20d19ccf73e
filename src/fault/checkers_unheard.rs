//! Name servers near some users do not hear the health checkers that stand in some places, so they decide by the others:
//! at the same time users elsewhere may get other answers.
//! Source: Route 53 Developer Guide, "How Route 53 averts failover problems": each location decides by the checkers it can reach.

use super::checkers_cut_off::read_locations;
use super::{Breaks, Effect, Window, locations};
use crate::family::Kind;
use crate::id::RegionId;
use crate::places::{self, UserPlace};
use crate::problem::instead;
use crate::read::Node;
use crate::read::{Fields, Reader, Value, place};

/// `CheckersUnheard(checkers_in: ["us-east-1", ..], by: ["japan", ..], at: "5min", lasting: "30min")`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CheckersUnheard {
    /// AWS regions in which the checkers stand.
    pub checkers_in: Vec<String>,
    /// Places of users whose name servers do not hear them.
    #[serde(serialize_with = "as_names")]
    pub by: Vec<&'static UserPlace>,
    pub window: Window,
}

fn as_names<S: serde::Serializer>(by: &[&UserPlace], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(by.iter().map(|place| place.name))
}

impl CheckersUnheard {
    pub const KIND: Kind = Kind {
        name: "CheckersUnheard",
        summary: "name servers near some users do not hear the checkers that stand in some places, and decide by the others",
        example: "CheckersUnheard(checkers_in: [\"us-east-1\", \"us-west-2\"], by: [\"japan\"], at: \"5min\", lasting: \"30min\")",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "CheckersUnheard")?;
        let checkers_in = fields.required_with("checkers_in", "[\"us-east-1\"]", read_locations);
        let by = fields.required_with("by", "[\"japan\"]", read_places);
        let window = Window::take_fields(&mut fields, None);
        fields.close();
        Some(CheckersUnheard { checkers_in: checkers_in?, by: by?, window: window? })
    }
}

fn read_places(expr: &Node, reader: &mut Reader) -> Option<Vec<&'static UserPlace>> {
    let names: Vec<String> = Vec::read(expr, reader)?;
    if names.is_empty() {
        reader.problem(
            place(expr),
            "no place of users is named",
            "name places of this scenario's users, such as [\"japan\"]",
        );
        return None;
    }
    let known = |name: &String| {
        let found = places::user_place(name);
        if found.is_none() {
            let mend = instead(name, places::user_places().iter().map(|place| place.name));
            reader.problem(place(expr), format!("there is no place of users \"{name}\""), mend);
        }
        found
    };
    names.iter().map(known).collect()
}

impl Breaks for CheckersUnheard {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        let from = |checkers_in| self.by.iter().map(move |&by| Effect::Unheard { checkers_in, by });
        locations(&self.checkers_in).flat_map(from).collect()
    }

    fn sentence(&self, _region_name: &dyn Fn(RegionId) -> String) -> String {
        let by: Vec<&str> = self.by.iter().map(|place| place.label).collect();
        format!(
            "name servers near {} do not hear the health checkers in {}",
            by.join(" and "),
            self.checkers_in.join(" and ")
        )
    }
}
