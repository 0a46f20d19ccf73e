//! A region that is neither up nor down: some requests get errors, or every answer is late. What health checkers see
//! of it may differ from what users meet: that is what makes it gray.
//! Source: Huang et al., "Gray Failure: The Achilles' Heel of Cloud-Scale Systems", HotOS 2017 (differential observability).

use super::{Breaks, Effect, Gray, Window};
use crate::family::Kind;
use crate::id::RegionId;
use crate::read::{Fields, record};
use crate::units::{Duration, Share};

record! {
    /// A region answers a share of the requests with errors, or late.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct GrayFailure as "GrayFailure", check GrayFailure::judge {
        /// The region.
        pub region: RegionId,
        /// Share of requests that get an error at once.
        pub errors: Share = Share::NONE,
        /// Share of the checkers that see nothing but errors, while the others see none. Not written, each probe fares as a request does.
        pub checkers: Option<Share>,
        /// What each answer takes beyond the usual.
        pub slow: Duration = Duration::ZERO,
        /// When, and for how long.
        pub window: Window,
    }
}

impl GrayFailure {
    pub const KIND: Kind = Kind {
        name: "GrayFailure",
        summary: "a region answers a share of the requests with errors, or late; checkers may see more or less of it than users",
        example: "GrayFailure(region: \"ap-northeast-1\", errors: \"30%\", checkers: \"50%\", slow: \"3s\", at: \"5min\", duration: \"1h\")",
    };

    fn judge(&mut self, fields: &mut Fields) {
        let is_nothing = self.errors == Share::NONE
            && self.checkers.is_none_or(|share| share == Share::NONE)
            && self.slow.is_zero();
        if is_nothing {
            let at = fields.place();
            let help = "write errors: \"30%\", slow: \"3s\" or checkers: \"50%\"";
            fields.reader().problem(at, "this gray failure does nothing", help);
        }
    }
}

impl Breaks for GrayFailure {
    fn window(&self) -> &Window {
        &self.window
    }

    fn effects(&self) -> Vec<Effect> {
        vec![Effect::Gray(Gray {
            region: self.region,
            errors: self.errors,
            checkers: self.checkers,
            slow: self.slow,
        })]
    }

    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String {
        let errors = (self.errors > Share::NONE)
            .then(|| format!("answers {} of the requests with errors", self.errors));
        let slow = (!self.slow.is_zero()).then(|| format!("is {} slower", self.slow));
        let checkers = self.checkers.map(|share| format!("looks dead to {share} of the checkers"));
        let parts: Vec<String> = [errors, slow, checkers].into_iter().flatten().collect();
        format!("{} {}", region_name(self.region), parts.join(" and "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::Law;

    #[test]
    fn the_sentence_says_what_was_set_and_no_more() {
        let window = Window {
            at: Duration::ZERO,
            lasting: Law::Constant(Duration::from_secs(60)),
            every: Duration::ZERO,
            times: 1,
        };
        let percent = |percent: u64| Share::from_parts(Share::ALL.parts() / 100 * percent);
        let gray = |errors, checkers, slow| GrayFailure {
            region: RegionId(0),
            errors: percent(errors),
            checkers,
            slow: Duration::from_secs(slow),
            window: window.clone(),
        };
        let told = |fault: GrayFailure| fault.sentence(&|_| "Tokyo".to_string());
        assert_eq!(told(gray(30, None, 0)), "Tokyo answers 30% of the requests with errors");
        assert_eq!(
            told(gray(0, Some(percent(50)), 3)),
            "Tokyo is 3s slower and looks dead to 50% of the checkers"
        );
    }
}
