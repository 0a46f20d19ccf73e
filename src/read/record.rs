//! One description of what can be written. A struct of the scenario is declared once, by `record!`: its
//! fields with type, default, range, source and a sentence. From that come the Rust struct, its reading with all problems,
//! its writing, the reference `docs/scenario.md`, the JSON Schema, `mrsim list` and the paths of knobs.
//!
//! ```text
//!  record! { pub struct Group as "Group" { .. } }  --> struct Group
//!                                                  --> Value::read, Value::write
//!                                                  --> Record { fields: [Field { shape, default, range, .. }] }
//! ```

use super::node::Entry;
use super::shape::Shape;
use super::{Fields, Kind, Names, Node, Reader};

/// Several structs of which one stands: a family.
#[derive(Clone, Debug)]
pub struct Choice {
    /// What it is, such as "a routing policy".
    pub what: &'static str,
    pub members: Vec<(Kind, fn() -> Record)>,
}

/// A struct as it is written.
#[derive(Clone, Debug)]
pub struct Record {
    pub name: &'static str,
    /// What it is, in sentences.
    pub meaning: &'static str,
    /// The field that a bare text, or the only value in brackets, stands for.
    pub short: Option<&'static str>,
    pub fields: Vec<Field>,
}

impl Record {
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name || field.was == Some(name))
    }
}

/// A field as it is written.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: &'static str,
    /// An earlier name, read for ever.
    pub was: Option<&'static str>,
    pub shape: Shape,
    /// It has to be written.
    pub is_required: bool,
    /// What stands where nothing is written, as it would be written.
    pub default: Option<String>,
    /// Least and largest value, as they would be written; none: no bound.
    pub range: Option<(String, String)>,
    /// Where the default comes from, or that it is an assumption.
    pub source: Option<&'static str>,
    /// What it means, in sentences.
    pub meaning: &'static str,
    pub example: String,
}

/// How one field is read: the part of its description that needs its type.
pub struct Spec<T> {
    pub name: &'static str,
    pub was: Option<&'static str>,
    pub default: Option<fn() -> T>,
    pub range: Option<Range<T>>,
    pub source: Option<&'static str>,
    /// Whether it has to be written whatever is usual for whoever has the struct.
    pub is_always_required: bool,
    pub meaning: &'static str,
}

impl<T: Clone> Spec<T> {
    /// What stands where nothing is written.
    pub fn usual(&self, usual: Option<&T>) -> Option<T> {
        let usual = usual.filter(|_| !self.is_always_required);
        usual.cloned().or_else(|| self.default.map(|default| default()))
    }
}

/// The range of a field: whether a value is in it, its ends as they are written, and what to write instead.
pub struct Range<T> {
    pub holds: fn(&T) -> bool,
    pub ends: fn() -> (String, String),
    pub help: &'static str,
}

/// A value that can stand in a scenario.
pub trait Value: Sized + Clone {
    /// What to write, for the message about a missing field.
    const EXAMPLE: &'static str;

    /// What can be written for it.
    fn shape() -> Shape;

    /// Reads it, or notes a problem and gives none.
    fn read(node: &Node, reader: &mut Reader) -> Option<Self>;

    /// Writes it as [`Value::read`] reads it.
    fn write(&self, names: &Names) -> Node;

    /// What a field that is not written and has no default means; `None`: it must be written.
    fn absent() -> Option<Self> {
        None
    }

    /// True where nothing needs to be written for it.
    fn is_absent(&self) -> bool {
        false
    }

    /// Takes the field, or the fields, that this value is written as in a struct; what is not written is as in `usual`, or else by
    /// default. After a problem the default stands in, so that reading goes on.
    fn take(fields: &mut Fields, spec: &Spec<Self>, usual: Option<&Self>) -> Option<Self> {
        fields.take(spec, usual)
    }

    /// Writes the field, or the fields; what stands without being written is left out.
    fn put(
        &self,
        spec: &Spec<Self>,
        usual: Option<&Self>,
        names: &Names,
        entries: &mut Vec<Entry>,
    ) {
        let node = self.write(names);
        let usual = spec.usual(usual);
        let is_usual = usual.is_some_and(|usual| usual.write(names) == node);
        if !self.is_absent() && !is_usual {
            entries.push(Entry::new(spec.name, node));
        }
    }

    /// Describes the field, or the fields.
    fn describe(spec: &Spec<Self>, usual: Option<&Self>) -> Vec<Field> {
        let usual = spec.usual(usual);
        let default = usual.filter(|usual| !usual.is_absent());
        vec![Field {
            name: spec.name,
            was: spec.was,
            shape: Self::shape(),
            is_required: spec.usual(None).is_none()
                && default.is_none()
                && Self::absent().is_none(),
            default: default.map(|value| value.write(&Names::default()).to_string()),
            range: spec.range.as_ref().map(|range| (range.ends)()),
            source: spec.source,
            meaning: spec.meaning,
            example: Self::EXAMPLE.to_string(),
        }]
    }
}

/// A value that lies between two others of type `B`; what is not written is in every range.
pub trait Within<B> {
    fn within(&self, least: &B, most: &B) -> bool;
}

/// Declares a struct of the scenario once: the Rust struct, its reading, writing and description.
///
/// ```text
///  record! {
///      /// Endpoints in one region.
///      #[derive(Clone, Debug, PartialEq)]
///      pub struct Group as "Group", short region, check Group::judge {
///          /// Where they are.
///          pub region: RegionId,
///          /// Share of the traffic nearest to this group that it takes.
///          pub dial: Share = Share::ALL,
///          /// 0 takes the group out, even in failover.
///          #[range(0, 255, "weights are 0 to 255; 0 takes the group out")]
///          #[source("Global Accelerator API reference, EndpointConfiguration")]
///          pub weight: u64 = 128,
///      }
///  }
/// ```
///
/// A field without a default must be written, unless it is an `Option`. `#[written("duration", was "lasting")]` gives it another
/// name in the file, and an earlier one. `#[required(always)]`: whoever has the struct gives it no default. `check` judges what was read once every field could be, and may complete it: its first
/// argument is `&mut Self`. A `flat true` struct has its fields among those of the struct that has it; where that gives it a default,
/// each of its fields stands by that. `preset shelf` lets a preset of that shelf stand below what is written.
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        $(#[derive($($derive:path),* $(,)?)])?
        $visibility:vis struct $record:ident as $name:literal
        $(, short $short:ident)? $(, preset $shelf:path)? $(, flat $flat:literal)?
        $(, check $check:path)?
        {
            $(
                $(#[doc = $meaning:literal])*
                $(#[written($written:literal $(, was $was:literal)?)])?
                $(#[required($required:ident)])?
                $(#[range($least:expr, $most:expr, $help:literal)])?
                $(#[source($source:literal)])?
                $field_visibility:vis $field:ident : $type:ty $(= $default:expr)?
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        $(#[derive($($derive),*)])?
        $visibility struct $record {
            $($(#[doc = $meaning])* $field_visibility $field: $type,)*
        }

        impl $record {
            $(
                #[allow(non_snake_case, reason = "one function a field, by the field's own name")]
                #[allow(clippy::redundant_closure_call, reason = "the default may be any expression")]
                fn $field() -> $crate::read::Spec<$type> {
                    $crate::read::Spec {
                        name: $crate::read::record::first(&[$($written,)? stringify!($field)]),
                        was: $crate::read::record::last(&[$($($was,)?)?]),
                        default: $crate::read::record::none_or::<fn() -> $type>(&[$(|| $default)?]),
                        range: $crate::read::record::range([$($crate::read::record::Range {
                            holds: |value: &$type| $crate::read::Within::within(value, &$least, &$most),
                            ends: || $crate::read::record::ends(&$least, &$most),
                            help: $help,
                        })?]),
                        source: $crate::read::record::last(&[$($source)?]),
                        is_always_required: $crate::read::record::last(&[$(stringify!($required))?])
                            .is_some(),
                        meaning: concat!($($meaning, "\n"),*),
                    }
                }
            )*

            /// Reads the fields, wherever they stand; what is not written is as in `usual`.
            #[allow(unused_variables, reason = "a struct may have no field")]
            pub fn take_fields(
                fields: &mut $crate::read::Fields,
                usual: Option<&Self>,
            ) -> Option<Self> {
                $(
                    let $field = <$type as $crate::read::Value>::take(
                        fields,
                        &Self::$field(),
                        usual.map(|usual| &usual.$field),
                    );
                )*
                #[allow(unused_mut, reason = "only a check completes what was read")]
                let mut record = $record { $($field: $field?),* };
                $($check(&mut record, fields);)?
                Some(record)
            }

            /// Writes the fields; what stands without being written is left out.
            #[allow(unused_variables, clippy::ptr_arg, reason = "a struct may have no field")]
            pub fn put_fields(
                &self,
                usual: Option<&Self>,
                names: &$crate::read::Names,
                entries: &mut Vec<$crate::read::node::Entry>,
            ) {
                $(
                    $crate::read::Value::put(
                        &self.$field,
                        &Self::$field(),
                        usual.map(|usual| &usual.$field),
                        names,
                        entries,
                    );
                )*
            }

            /// What can be written.
            pub fn record() -> $crate::read::Record {
                $record::record_over(None)
            }

            /// What can be written, with the defaults of whoever has this struct.
            #[allow(unused_variables, reason = "a struct may have no field")]
            pub fn record_over(usual: Option<&Self>) -> $crate::read::Record {
                let preset: Vec<$crate::read::Field> = vec![$($crate::read::preset::field($shelf()))?];
                let fields: Vec<Vec<$crate::read::Field>> = vec![preset, $(
                    <$type as $crate::read::Value>::describe(
                        &Self::$field(),
                        usual.map(|usual| &usual.$field),
                    )
                ),*];
                let fields = fields.into_iter().flatten().collect();
                $(let fields = $crate::read::preset::described(fields, $shelf());)?
                $crate::read::Record {
                    name: $name,
                    meaning: concat!($($doc, "\n"),*),
                    short: $crate::read::record::last(&[$(stringify!($short))?]),
                    fields,
                }
            }
        }

        impl $crate::read::Value for $record {
            const EXAMPLE: &'static str = concat!($name, "(..)");

            fn shape() -> $crate::read::Shape {
                $crate::read::Shape::Struct($record::record)
            }

            fn read(
                node: &$crate::read::Node,
                reader: &mut $crate::read::Reader,
            ) -> Option<Self> {
                let before = reader.problems.len();
                let short = $crate::read::record::last(&[$(stringify!($short))?]);
                let node = $crate::read::node::in_full(node, $name, short);
                $(let node = $crate::read::preset::below(&node, reader, $shelf());)?
                let mut fields = $crate::read::Fields::open(reader, &node, $name)?.since(before);
                $(fields.over($shelf());)?
                let record = $record::take_fields(&mut fields, None);
                fields.close();
                record
            }

            fn write(&self, names: &$crate::read::Names) -> $crate::read::Node {
                let mut entries = Vec::new();
                self.put_fields(None, names, &mut entries);
                $crate::read::Node::record($name, entries)
            }

            $($crate::read::record::flat! { $record $flat })?
        }
    };
}

/// A struct whose fields stand among those of the struct that has it.
macro_rules! flat {
    ($record:ident $flat:literal) => {
        fn take(
            fields: &mut $crate::read::Fields,
            spec: &$crate::read::Spec<Self>,
            usual: Option<&Self>,
        ) -> Option<Self> {
            let usual = spec.usual(usual);
            $record::take_fields(fields, usual.as_ref())
        }

        fn put(
            &self,
            spec: &$crate::read::Spec<Self>,
            usual: Option<&Self>,
            names: &$crate::read::Names,
            entries: &mut Vec<$crate::read::node::Entry>,
        ) {
            let usual = spec.usual(usual);
            self.put_fields(usual.as_ref(), names, entries);
        }

        fn describe(
            spec: &$crate::read::Spec<Self>,
            usual: Option<&Self>,
        ) -> Vec<$crate::read::Field> {
            let usual = spec.usual(usual);
            $record::record_over(usual.as_ref()).fields
        }
    };
}

pub(crate) use {flat, record};

/// The name in the file: the one that is given, or else that of the field.
pub const fn first(names: &[&'static str]) -> &'static str {
    names[0]
}

/// What a declaration gives, if it gives it.
pub fn last(given: &[&'static str]) -> Option<&'static str> {
    given.last().copied()
}

/// The same for a default.
pub fn none_or<T: Copy>(given: &[T]) -> Option<T> {
    given.first().copied()
}

/// The same for a range.
pub fn range<T, const N: usize>(given: [Range<T>; N]) -> Option<Range<T>> {
    given.into_iter().next()
}

/// Both ends of a range as they are written.
pub fn ends<B: Value>(least: &B, most: &B) -> (String, String) {
    let names = Names::default();
    (least.write(&names).to_string(), most.write(&names).to_string())
}
