//! Mixtures of distributions, as they are written.

use super::node::Written;
use super::{Names, Node, Reader, Shape, Value, record};
use crate::law::Law;
use crate::law::mixture::{self, Mixture};
use crate::units::Share;

record! {
    /// A part of a mixture: a distribution, and the share of all lengths that follow it.
    #[derive(Clone, Debug)]
    struct Part as "Part" {
        /// The share; those of all parts sum to 100%.
        share: Share,
        /// The distribution.
        law: Law,
    }
}

/// A distribution, or a list of parts.
impl Value for Mixture {
    const EXAMPLE: &'static str = "\"1ms\"";

    fn shape() -> Shape {
        Shape::Either(vec![Law::shape(), Vec::<Part>::shape()])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if !matches!(node.written, Written::List(_)) {
            return Law::read(node, reader).map(Mixture::from);
        }
        let parts: Vec<Part> = Value::read(node, reader)?;
        let parts: Vec<mixture::Part> =
            parts.iter().map(|part| mixture::Part { share: part.share, law: part.law }).collect();
        Mixture::try_from(parts)
            .map_err(|what| {
                let help = "write [Part(share: \"38%\", law: ..), Part(share: \"62%\", law: ..)]";
                reader.problem(node.place, what, help);
            })
            .ok()
    }

    fn write(&self, names: &Names) -> Node {
        match self.parts() {
            [only] => only.law.write(names),
            parts => {
                let part = |part: &mixture::Part| Part { share: part.share, law: part.law };
                parts.iter().map(part).collect::<Vec<Part>>().write(names)
            }
        }
    }
}
