//! The scenario of a quorum whose operations are followed message by message: behind `mrsim pbs` and the cases about quorums.

/// What varies.
#[derive(Clone)]
pub struct Quorums {
    /// The preset of the store; empty: the laws are among `fields`.
    pub preset: &'static str,
    /// Replicas in three regions that are 75 ms apart, or all in one.
    pub is_wide: bool,
    /// Replicas that answer a read, and that acknowledge a write.
    pub read: u64,
    pub write: u64,
    /// Followed keys of one run, a tenth of a second apart.
    pub keys: u64,
    /// Writes of each key.
    pub versions: u64,
    /// Replicas, where there is no preset.
    pub copies: u64,
    /// Further fields of the quorum, each ending in a comma.
    pub fields: String,
}

impl Default for Quorums {
    fn default() -> Quorums {
        Quorums {
            preset: "",
            is_wide: false,
            read: 1,
            write: 1,
            keys: 10_000,
            versions: 1,
            copies: 3,
            fields: String::new(),
        }
    }
}

impl Quorums {
    pub fn text(&self) -> String {
        let regions = if self.is_wide {
            "\"us-east-1\", \"us-east-2\", \"us-west-2\""
        } else {
            "\"us-east-1\""
        };
        let (preset, fields) = match self.preset {
            "" => (String::new(), format!("copies: {}, level: All, {}", self.copies, self.fields)),
            preset => (format!("preset: \"{preset}\","), self.fields.clone()),
        };
        let numbers = [
            ("{read}", self.read),
            ("{write}", self.write),
            ("{keys}", self.keys),
            ("{versions}", self.versions),
        ];
        let words = [("{regions}", regions), ("{preset}", &preset), ("{fields}", &fields)];
        let text =
            words.iter().fold(include_str!("quorums.ron").to_string(), |text, (place, word)| {
                text.replace(place, word)
            });
        numbers.iter().fold(text, |text, (place, number)| text.replace(place, &number.to_string()))
    }
}
