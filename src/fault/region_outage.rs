//! A whole region stops serving. A black hole swallows connections, so clients and health checks
//! wait for their timeouts; a fast failure refuses at once; a region that hangs accepts and then says nothing.
//! Each has its own detection time.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::health::Endpoint;
use crate::id::RegionId;
use crate::read::{Fields, Names, Node, Reader, Shape, Value, record, word};
use crate::units::Duration;

record! {
    /// A whole region stops serving.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct RegionOutage as "RegionOutage", check RegionOutage::judge {
        /// The region.
        pub region: RegionId,
        /// What a caller meets.
        pub how: How = How::BlackHole,
        /// Whether what the region stored is gone for good; otherwise it is all there when the region is back. A region whose data
        /// is destroyed has to stay away until the run ends: what an empty one would serve is not modelled.
        pub destroys_data: bool = false,
        /// When, and for how long.
        pub window: Window,
    }
}

/// What a caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum How {
    /// Nothing comes back: connections time out.
    BlackHole,
    /// Connections are refused at once.
    FastFail,
    /// Every request is answered with an error (5xx), those to its databases as well.
    Errors,
    /// Connections are accepted after so long, and nothing follows.
    Hang { accepts_after: Duration },
    /// Every answer is in time, well-formed and wrong: an error page with status 200; databases behind it go on.
    WrongContent,
}

/// The words of `how`, each with its meaning.
const WORDS: [(&str, &str, How); 5] = [
    ("BlackHole", "Nothing comes back: connections time out.", How::BlackHole),
    ("FastFail", "Connections are refused at once.", How::FastFail),
    (
        "Errors",
        "Every request is answered with an error (5xx), those to its databases as well.",
        How::Errors,
    ),
    (
        "Hang",
        "Connections are accepted, and nothing follows.",
        How::Hang { accepts_after: ACCEPTS_AFTER },
    ),
    (
        "WrongContent",
        "Every answer is in time, well-formed and wrong: an error page with status 200; databases behind it go on.",
        How::WrongContent,
    ),
];

record! {
    /// Connections are accepted, and nothing follows.
    #[derive(Clone, Debug)]
    struct Hang as "Hang" {
        /// How long it takes until a connection is accepted.
        #[source("a round trip (assumption)")]
        accepts_after: Duration = ACCEPTS_AFTER,
    }
}

impl Value for How {
    const EXAMPLE: &'static str = "BlackHole";

    fn shape() -> Shape {
        let words = || WORDS.iter().map(|(word, meaning, _)| (*word, *meaning)).collect();
        Shape::Either(vec![Shape::Words(words), Hang::shape()])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<How> {
        if node.name() == Some("Hang") {
            let Hang { accepts_after } = Hang::read(node, reader)?;
            return Some(How::Hang { accepts_after });
        }
        word(node, reader, &WORDS.map(|(word, _, how)| (word, how)))
    }

    fn write(&self, names: &Names) -> Node {
        if let How::Hang { accepts_after } = *self {
            return Hang { accepts_after }.write(names);
        }
        let word = WORDS.iter().find(|(_, _, how)| how == self).expect("each has its word");
        Node::word(word.0)
    }
}

/// How long a hanging process's kernel takes to accept: a round trip (assumption).
const ACCEPTS_AFTER: Duration = Duration::from_millis(100);

impl RegionOutage {
    pub const KIND: Kind = Kind {
        name: "RegionOutage",
        summary: "a whole region stops serving: BlackHole (timeouts, the default), FastFail (refused at once), Errors (5xx), Hang(accepts_after: ..), WrongContent",
        example: "RegionOutage(region: \"ap-northeast-1\", at: \"5min\", duration: \"4h\", how: BlackHole)",
    };

    fn judge(&mut self, fields: &mut Fields) {
        if self.destroys_data && self.how == How::WrongContent {
            fields.reject(
                "destroys_data",
                "the data is destroyed, and databases go on behind the wrong content",
                "write another how, such as BlackHole",
            );
        }
    }
}

impl Breaks for RegionOutage {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        let endpoint = match self.how {
            How::BlackHole => Endpoint::Silent,
            How::FastFail => Endpoint::Refuses,
            How::Errors => Endpoint::Errors,
            How::Hang { accepts_after } => Endpoint::Hangs(accepts_after),
            How::WrongContent => Endpoint::WrongContent,
        };
        let destroyed = self.destroys_data.then_some(Effect::Destroyed(self.region));
        std::iter::once(Effect::Meets(self.region, endpoint)).chain(destroyed).collect()
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        let how = match self.how {
            How::BlackHole => "goes dark (black hole)",
            How::FastFail => "refuses everything (fast failure)",
            How::Errors => "answers everything with errors",
            How::Hang { .. } => "accepts connections and hangs",
            How::WrongContent => "answers with the wrong content",
        };
        let destroyed = if self.destroys_data { " and its data is destroyed" } else { "" };
        format!("{} {how}{destroyed}", region_name(self.region))
    }
}
