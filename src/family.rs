//! The one idiom by which a scenario's families grow: an enum for the file, a trait for the
//! behaviour, one file a member. This macro joins them, so that a new member is its file and one line.
//!
//! ```text
//!  scenario.ron: Failover(primary: ..)  --read-->  Policy::Failover(Failover { .. })  --behaviour()-->  &dyn Routing
//! ```

pub use crate::read::Kind;

/// Declares the enum of a family. Each member is a struct of the same name in its own module, described by
/// `record!`, with `KIND: Kind`, and implements the family's trait.
macro_rules! family {
    ($(#[$doc:meta])* pub enum $family:ident as $behaviour:ident, $what:literal { $($member:ident in $module:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        pub enum $family {
            $(#[doc = concat!("See [`", stringify!($module), "`].")] $member($module::$member)),+
        }

        impl $family {
            /// Every member, in the order of registration.
            pub const KINDS: &'static [$crate::family::Kind] = &[$($module::$member::KIND),+];

            /// What the member does.
            pub fn behaviour(&self) -> &dyn $behaviour {
                match self {
                    $($family::$member(member) => member),+
                }
            }

            /// The member's name, as it is written.
            pub fn name(&self) -> &'static str {
                match self {
                    $($family::$member(_) => stringify!($member)),+
                }
            }

            /// Every member as it is written.
            pub fn choice() -> $crate::read::Choice {
                $crate::read::Choice {
                    what: $what,
                    members: vec![$(($module::$member::KIND, $module::$member::record)),+],
                }
            }
        }

        impl $crate::read::Value for $family {
            const EXAMPLE: &'static str = $crate::read::record::first(&[$($module::$member::KIND.example),+]);

            fn shape() -> $crate::read::Shape {
                $crate::read::Shape::Choice($family::choice)
            }

            fn read(
                node: &$crate::read::Node,
                reader: &mut $crate::read::Reader,
            ) -> Option<Self> {
                match node.name() {
                    $(Some(stringify!($member)) => {
                        <$module::$member as $crate::read::Value>::read(node, reader)
                            .map($family::$member)
                    })+
                    other => {
                        let known = Self::KINDS.iter().map(|kind| kind.name);
                        let what = format!("{} is not {}", node.describe(), $what);
                        let help = $crate::problem::instead(other.unwrap_or(""), known);
                        reader.problem(node.place, what, help);
                        None
                    }
                }
            }

            fn write(&self, names: &$crate::read::Names) -> $crate::read::Node {
                match self {
                    $($family::$member(member) => $crate::read::Value::write(member, names)),+
                }
            }
        }
    };
}

pub(crate) use family;
