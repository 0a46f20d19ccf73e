//! All that can be written, gathered from one struct and what its fields lead to.

use super::{Choice, Record, Shape};

/// Structs and families, each once, in the order in which a reader meets them: what is near the root comes first.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub records: Vec<Record>,
    pub choices: Vec<Choice>,
}

impl Catalogue {
    /// What can be written in a struct, itself first.
    pub fn of(root: fn() -> Record) -> Catalogue {
        let mut catalogue = Catalogue::default();
        catalogue.add(root);
        catalogue
    }

    pub fn record(&self, name: &str) -> Option<&Record> {
        self.records.iter().find(|record| record.name == name)
    }

    pub fn choice(&self, what: &str) -> Option<&Choice> {
        self.choices.iter().find(|choice| choice.what == what)
    }

    /// The structs that have a field of this name.
    pub fn homes(&self, field: &str) -> Vec<&'static str> {
        let has = |record: &&Record| record.field(field).is_some();
        self.records.iter().filter(has).map(|record| record.name).collect()
    }

    /// A name stands for one struct wherever it is written, so that what was met once need not be met again.
    fn add(&mut self, record: fn() -> Record) {
        let record = record();
        if self.record(record.name).is_some() {
            return;
        }
        self.records.push(record.clone());
        for field in &record.fields {
            self.walk(&field.shape);
        }
    }

    fn walk(&mut self, shape: &Shape) {
        match shape {
            Shape::Struct(record) => self.add(*record),
            Shape::Choice(choice) => {
                let choice = choice();
                if self.choice(choice.what).is_none() {
                    self.choices.push(choice.clone());
                }
                for (_, record) in choice.members {
                    self.add(record);
                }
            }
            Shape::List(item) => self.walk(item),
            Shape::Either(shapes) => shapes.iter().for_each(|shape| self.walk(shape)),
            Shape::Text
            | Shape::Bool
            | Shape::Count
            | Shape::Integer
            | Shape::Number
            | Shape::Duration
            | Shape::Share
            | Shape::Rate
            | Shape::Name(_)
            | Shape::Preset(_)
            | Shape::Any
            | Shape::Settings
            | Shape::Words(_) => {}
        }
    }
}
