//! A whole region stops serving. A black hole swallows connections, so clients and health checks
//! wait for their timeouts; a fast failure refuses at once; a region that hangs accepts and then says nothing.
//! Each has its own detection time.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::health::Endpoint;
use crate::id::RegionId;
use crate::read::Node;
use crate::read::{Fields, Reader, variant, word};
use crate::units::Duration;

/// `RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h", how: BlackHole)`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RegionOutage {
    pub region: RegionId,
    pub window: Window,
    pub how: How,
    /// Whether what the region stored is gone for good. Default false: it is all there when the region is back. A region whose data is
    /// destroyed has to stay away until the run ends: what an empty one would serve is not modelled.
    pub destroys_data: bool,
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

impl How {
    fn read(expr: &Node, reader: &mut Reader) -> Option<How> {
        if variant(expr) == Some("Hang") {
            let mut fields = Fields::open(reader, expr, "Hang")?;
            let accepts_after = fields.or("accepts_after", ACCEPTS_AFTER);
            fields.close();
            return Some(How::Hang { accepts_after });
        }
        let known = [
            ("BlackHole", How::BlackHole),
            ("FastFail", How::FastFail),
            ("Errors", How::Errors),
            ("Hang", How::Hang { accepts_after: ACCEPTS_AFTER }),
            ("WrongContent", How::WrongContent),
        ];
        word(expr, reader, &known)
    }
}

/// How long a hanging process's kernel takes to accept: a round trip (assumption).
const ACCEPTS_AFTER: Duration = Duration::from_millis(100);

impl RegionOutage {
    pub const KIND: Kind = Kind {
        name: "RegionOutage",
        summary: "a whole region stops serving: BlackHole (time-outs, the default), FastFail (refused at once), Errors (5xx), Hang(accepts_after: ..), WrongContent",
        example: "RegionOutage(region: \"ap-northeast-1\", at: \"5min\", lasting: \"4h\", how: BlackHole)",
    };

    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "RegionOutage")?;
        let region = fields.required("region");
        let window = Window::take_fields(&mut fields, None);
        let how = fields.with("how", How::read).unwrap_or(How::BlackHole);
        let destroys_data = fields.or("destroys_data", false);
        if destroys_data && how == How::WrongContent {
            let at = fields.place_of("destroys_data");
            fields.reader().problem(
                at,
                "the data is destroyed, and databases go on behind the wrong content",
                "write another how, such as BlackHole",
            );
        }
        fields.close();
        Some(RegionOutage { region: region?, window: window?, how, destroys_data })
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
