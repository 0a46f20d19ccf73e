//! One rule by which what is written stands above what it builds on: a preset, another file, a variant of a design.
//!
//! ```text
//!  below  Store(preset: "a", replication: AsyncLog(lag: "1s", order: InOrder))
//!  above  Store(replication: (lag: "2s"))
//!  both   Store(preset: "a", replication: AsyncLog(lag: "2s", order: InOrder))
//! ```
//!
//! What is written wins, field by field. A struct of the same kind merges, another kind replaces. A list whose items have a name, or
//! lead to a region or a store, merges by that; other lists, and all values, are replaced. A distribution is a value.

use super::node::{Body, Entry, Written};
use super::{Node, distributions};

/// What `above` makes of `below`.
pub fn over(below: &Node, above: &Node) -> Node {
    if let (Written::List(lower), Written::List(_))
    | (Written::List(lower), Written::Struct { .. }) = (&below.written, &above.written)
    {
        return items_over(lower, above);
    }
    let (
        Written::Struct { name: lower, body: Body::Fields(under) },
        Written::Struct { name, body },
    ) = (&below.written, &above.written)
    else {
        return above.clone();
    };
    let written: &[Entry] = match body {
        Body::Fields(written) => written,
        Body::Bare if name.is_none() => &[],
        Body::Bare | Body::Values(_) => return above.clone(),
    };
    let is_same_kind = name.is_none() || lower.is_none() || name == lower;
    if !is_same_kind || is_distribution(above) {
        return above.clone();
    }
    let mut fields: Vec<Entry> = under.clone();
    for entry in written {
        match fields.iter_mut().find(|field| is_same_field(&field.name, &entry.name)) {
            Some(field) => {
                let value = over(&field.value, &entry.value);
                *field = Entry { name: entry.name.clone(), at: entry.at, value };
            }
            None => fields.push(entry.clone()),
        }
    }
    let name = name.clone().or_else(|| lower.clone());
    Node { written: Written::Struct { name, body: Body::Fields(fields) }, place: above.place }
}

/// Earlier names of fields, which are read for ever, and their present ones.
pub const EARLIER: [(&str, &str); 5] = [
    ("lasting", "duration"),
    ("takes", "duration"),
    ("watches", "trigger"),
    ("hit_share", "hit_ratio"),
    ("median", "p50"),
];

/// Whether two names of fields of one struct mean the same field. No struct has both a field and one by its earlier name.
pub fn is_same_field(one: &str, other: &str) -> bool {
    let present = |name: &str| EARLIER.iter().find(|(was, _)| *was == name).map(|(_, now)| *now);
    one == other || present(one).unwrap_or(one) == present(other).unwrap_or(other)
}

/// Whether it is a distribution that is written out.
pub fn is_distribution(node: &Node) -> bool {
    distributions().members.iter().any(|(kind, _)| node.name() == Some(kind.name))
}

/// A list over another: by the keys of their items, if each has one of its own.
fn items_over(below: &[Node], above: &Node) -> Node {
    let written = above.items();
    let is_keyed = has_keys(below) && has_keys(written);
    if !is_keyed || !below.iter().chain(written).any(|item| !item.fields().is_empty()) {
        return above.clone();
    }
    let mut items = below.to_vec();
    for item in written {
        match items.iter_mut().find(|below| key(below) == key(item)) {
            Some(below) => *below = over(below, item),
            None => items.push(item.clone()),
        }
    }
    Node { written: Written::List(items), place: above.place }
}

fn has_keys(items: &[Node]) -> bool {
    let keys: Vec<&str> = items.iter().filter_map(key).collect();
    keys.len() == items.len()
        && keys.iter().enumerate().all(|(index, key)| !keys[..index].contains(key))
}

/// What tells an item of a list from the others: its name, else what it leads to. A fault has none, since many may strike one region.
pub fn key(item: &Node) -> Option<&str> {
    if let Some(text) = item.as_text() {
        return Some(text);
    }
    let is_fault = item.field("at").is_some();
    let name = item.field("name");
    let name = name.or_else(|| {
        let leads = ["region", "door", "store", "service", "country", "continent"];
        leads.iter().find_map(|lead| item.field(lead)).filter(|_| !is_fault)
    });
    name.and_then(Node::as_text)
}
