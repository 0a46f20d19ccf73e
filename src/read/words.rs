//! Enums of plain words: one declaration gives the Rust enum, its reading, its writing and its description.

/// Declares an enum of plain words, each with its meaning: the Rust enum, its reading and writing. A word after `|` is read
/// as the one before it.
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        $(#[derive($($derive:path),* $(,)?)])?
        $visibility:vis enum $words:ident {
            $($(#[doc = $meaning:literal])* $word:ident $(| $alias:literal)?),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        $(#[derive($($derive),*)])?
        $visibility enum $words {
            $($(#[doc = $meaning])* $word),*
        }

        impl $crate::read::Value for $words {
            const EXAMPLE: &'static str = $crate::read::record::first(&[$(stringify!($word)),*]);

            fn shape() -> $crate::read::Shape {
                $crate::read::Shape::Words(|| {
                    vec![$((stringify!($word), concat!($($meaning, "\n"),*))),*]
                })
            }

            fn read(
                node: &$crate::read::Node,
                reader: &mut $crate::read::Reader,
            ) -> Option<Self> {
                let known = [
                    $((stringify!($word), $words::$word), $(($alias, $words::$word),)?)*
                ];
                $crate::read::word(node, reader, &known)
            }

            fn write(&self, _names: &$crate::read::Names) -> $crate::read::Node {
                match self {
                    $($words::$word => $crate::read::Node::word(stringify!($word))),*
                }
            }
        }
    };
}

pub(crate) use words;
