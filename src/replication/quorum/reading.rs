//! Reading a quorum, and what can be wrong with it.

use super::{Level, Messages, Quorum, REPLICA_LIMIT, SAMPLE_LIMIT, Sample};
use crate::law::Law;
use crate::law::mixture::{Mixture, Part};
use crate::read::Node;
use crate::read::{Fields, Reader, word};
use crate::units::{Duration, Share};

impl Quorum {
    /// Reads a quorum from nothing: sizes and messages have no default.
    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        Self::read_over(expr, reader, None)
    }

    /// Reads a quorum whose missing fields come from a preset.
    pub fn read_over(expr: &Node, reader: &mut Reader, base: Option<&Quorum>) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "Quorum")?;
        let mut number = |name: &'static str, base: Option<u64>| match base {
            Some(base) => Some(fields.or(name, base)),
            None => fields.required(name),
        };
        let copies = number("copies", base.map(|base| base.copies));
        let write_quorum = number("write_quorum", base.map(|base| base.write_quorum));
        let read_quorum = number("read_quorum", base.map(|base| base.read_quorum));
        let levels = [("Local", Level::Local), ("Each", Level::Each), ("All", Level::All)];
        let level = match base {
            Some(base) => Some(
                fields
                    .with("level", |expr, reader| word(expr, reader, &levels))
                    .unwrap_or(base.level),
            ),
            None => {
                fields.required_with("level", "Local", |expr, reader| word(expr, reader, &levels))
            }
        };
        let mut message = |name: &'static str, base: Option<&Mixture>| match base {
            Some(base) => Some(fields.with(name, read_mixture).unwrap_or_else(|| base.clone())),
            None => fields.required_with(name, "\"1ms\"", read_mixture),
        };
        let messages = [
            message("write", base.map(|base| &base.messages.write)),
            message("ack", base.map(|base| &base.messages.ack)),
            message("read", base.map(|base| &base.messages.read)),
            message("response", base.map(|base| &base.messages.response)),
        ];
        let propagates = fields.or("propagates", base.is_none_or(|base| base.propagates));
        let hints = fields.optional("hints").or(base.and_then(|base| base.hints));
        let read_repair = fields.or("read_repair", base.is_some_and(|base| base.read_repair));
        let anti_entropy: Option<Duration> =
            fields.optional("anti_entropy").or(base.and_then(|base| base.anti_entropy));
        let sample =
            fields.with("sample", read_sample).or(base.map(|base| base.sample)).unwrap_or_default();
        if anti_entropy.is_some_and(|every| every < Duration::from_secs(1)) {
            let at = fields.place_of("anti_entropy");
            fields.reader().problem(
                at,
                "replicas are compared more than once a second",
                "write a longer period: repairs run every few days",
            );
        }
        fields.close();
        let [write, ack, read, response] = messages;
        Some(Quorum {
            copies: copies?,
            write_quorum: write_quorum?,
            read_quorum: read_quorum?,
            level: level?,
            messages: Messages { write: write?, ack: ack?, read: read?, response: response? },
            propagates,
            hints,
            read_repair,
            anti_entropy,
            sample,
        })
    }

    /// What is wrong with its numbers in a store of so many regions, and how to mend it.
    pub fn problems(&self, regions: usize) -> Vec<(String, String)> {
        let mut problems = Vec::new();
        let all = self.copies.saturating_mul(regions as u64);
        if all == 0 || all > REPLICA_LIMIT {
            problems.push((
                format!("the store has {all} replicas in all, not 1 to {REPLICA_LIMIT}"),
                "write copies: 3, the replicas in each region".to_string(),
            ));
            return problems;
        }
        let (most, place) = match self.level {
            Level::All => (all, "in all"),
            Level::Local | Level::Each => (self.copies, "in a region"),
        };
        for (name, size) in [("write_quorum", self.write_quorum), ("read_quorum", self.read_quorum)]
        {
            if size == 0 || size > most {
                let mend = format!("a majority is {}", most / 2 + 1);
                problems.push((
                    format!("{name} {size} is not between 1 and the {most} replicas {place}"),
                    mend,
                ));
            }
        }
        let Sample { keys, versions, reads, .. } = self.sample;
        if versions == 0 || reads == 0 {
            problems.push((
                "a sampled key is never written or never read".to_string(),
                "write versions and reads of 1 or more".to_string(),
            ));
        }
        let followed = keys.saturating_mul(versions.saturating_add(reads));
        if followed > SAMPLE_LIMIT {
            problems.push((
                format!(
                    "{followed} operations of a run would be followed; the limit is {SAMPLE_LIMIT}"
                ),
                "lower keys: more runs give more of them".to_string(),
            ));
        }
        problems
    }
}

fn read_sample(expr: &Node, reader: &mut Reader) -> Option<Sample> {
    let mut fields = Fields::open(reader, expr, "Sample")?;
    let base = Sample::default();
    let sample = Sample {
        keys: fields.or("keys", base.keys),
        versions: fields.or("versions", base.versions),
        reads: fields.or("reads", base.reads),
        read_after: fields.or("read_after", base.read_after),
    };
    fields.close();
    Some(sample)
}

/// A law, or `[Part(share: "38%", law: ..), Part(share: "62%", law: ..)]`.
fn read_mixture(expr: &Node, reader: &mut Reader) -> Option<Mixture> {
    let crate::read::node::Written::List(items) = &expr.written else {
        return <Law as crate::read::Value>::read(expr, reader).map(Mixture::from);
    };
    let parts: Vec<Part> = items.iter().filter_map(|item| read_part(item, reader)).collect();
    if parts.len() < items.len() {
        return None;
    }
    match Mixture::try_from(parts) {
        Ok(mixture) => Some(mixture),
        Err(what) => {
            reader.problem(
                crate::read::place(expr),
                what,
                "write [Part(share: \"38%\", law: ..), Part(share: \"62%\", law: ..)]",
            );
            None
        }
    }
}

fn read_part(expr: &Node, reader: &mut Reader) -> Option<Part> {
    let mut fields = Fields::open(reader, expr, "Part")?;
    let share = fields.required::<Share>("share");
    let law = fields.required::<Law>("law");
    fields.close();
    Some(Part { share: share?, law: law? })
}
