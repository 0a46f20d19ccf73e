//! A whole region stops serving. A black hole swallows connections, so clients and health checks
//! wait for their timeouts; a fast failure refuses at once. The two have different detection times.

use super::{Breaks, Effect, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::{Fields, Reader, word};
use ron2::ast::Expr;

/// `RegionOutage(region: "ap-northeast-1", at: "5min", lasting: "4h", how: BlackHole)`
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct RegionOutage {
    pub region: RegionId,
    pub window: Window,
    pub how: How,
}

/// What a caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum How {
    /// Nothing comes back: connections time out.
    BlackHole,
    /// Connections are refused or answered with an error at once.
    FastFail,
}

impl RegionOutage {
    pub const KIND: Kind = Kind {
        name: "RegionOutage",
        summary: "a whole region stops serving: BlackHole (time-outs, the default) or FastFail (refused at once)",
        example: "RegionOutage(region: \"ap-northeast-1\", at: \"5min\", lasting: \"4h\", how: BlackHole)",
    };

    pub fn read(expr: &Expr, reader: &mut Reader) -> Option<Self> {
        let mut fields = Fields::open(reader, expr, "RegionOutage")?;
        let region = fields.required("region");
        let window = Window::read(&mut fields);
        let known = [("BlackHole", How::BlackHole), ("FastFail", How::FastFail)];
        let how = fields.with("how", |expr, reader| word(expr, reader, &known)).unwrap_or(How::BlackHole);
        fields.close();
        Some(RegionOutage { region: region?, window: window?, how })
    }
}

impl Breaks for RegionOutage {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![match self.how {
            How::BlackHole => Effect::Dark(self.region),
            How::FastFail => Effect::Refusing(self.region),
        }]
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        let how = match self.how {
            How::BlackHole => "goes dark (black hole)",
            How::FastFail => "refuses everything (fast failure)",
        };
        format!("{} {how}", region_name(self.region))
    }
}
