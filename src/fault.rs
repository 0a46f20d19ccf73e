//! Faults: what breaks, when, and for how long. A fault is a set of effects that begin together and
//! end together; effects of overlapping faults add up, so every interleaving ends exactly at base.

pub mod check_disabled;
pub mod check_inverted;
pub mod checkers_cut_off;
pub mod checkers_unheard;
pub mod clock_skew;
pub mod control_plane_impaired;
pub mod empty_answers;
pub mod front_door_outage;
pub mod gray_failure;
pub mod lag_spike;
pub mod link_cut;
pub mod name_servers_down;
pub mod region_outage;
pub mod replication_stalled;
pub mod targets_gone;
pub mod writer_instance_fails;

use crate::family::family;
use crate::health::Endpoint;
use crate::id::{CheckId, DoorId, LocationId, RegionId, StoreId};
use crate::law::Law;
use crate::places::{self, UserPlace};
use crate::read::{Fields, record, words};
use crate::units::{Duration, Instant, Share};

/// What a fault does to the world while it lasts.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Callers of a region meet this instead of an answer; of several, the worst: silence hides a refusal.
    Meets(RegionId, Endpoint),
    /// The region answers part of its requests with errors, or late.
    Gray(Gray),
    /// No traffic from the first region straight to the second.
    Cut(RegionId, RegionId),
    /// Checkers that run in this place do not reach the region.
    OutOfReach { checkers_in: LocationId, region: RegionId },
    /// Name servers for users in this place do not hear the checkers that stand there.
    Unheard { checkers_in: LocationId, by: &'static UserPlace },
    /// Name servers answer without an address, and caches keep that as they keep any answer.
    EmptyAnswers,
    /// Name servers do not answer at all.
    NameServersDown,
    /// Nothing can be changed over this control plane; what was configured before goes on working.
    ControlPlane(ControlPlane),
    /// The front door itself answers no request.
    DoorDown(DoorId),
    /// The instance that is a store's writer when this begins.
    WriterInstance(InstanceFails),
    /// An operator disables the check.
    CheckDisabled(CheckId),
    /// An operator inverts the check.
    CheckInverted(CheckId),
    /// Changes of a store do not travel from and to these regions; `None`: any.
    Stalled { store: StoreId, from: Option<RegionId>, to: Option<RegionId> },
    /// Changes of a store that are made meanwhile travel longer.
    Slower { store: StoreId, adds: Duration },
    /// A region's clock shows the time and so much more, and more with every hour since.
    Skew { region: RegionId, nanos: i64, nanos_per_hour: i64 },
    /// What a region stored is gone for good, with all that waited there.
    Destroyed(RegionId),
}

/// Where checkers stand, by names that were looked up when they were read.
fn locations(names: &[String]) -> impl Iterator<Item = LocationId> + '_ {
    names.iter().map(|name| places::location(name).expect("checkers run in AWS regions"))
}

/// A region that is neither up nor down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gray {
    pub region: RegionId,
    /// Share of requests that get an error at once.
    pub errors: Share,
    /// Share of the checkers that see nothing but errors, while the others see none; `None`: each probe fails as a request does.
    pub checkers: Option<Share>,
    /// What each answer takes beyond the usual.
    pub slow: Duration,
}

/// The instance that is a store's writer dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceFails {
    pub store: StoreId,
    pub restarts_readers: bool,
    pub reads_go_on: bool,
}

words! {
    /// Where changes are made.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
    pub enum ControlPlane {
        /// Records and health checks (Route 53: in us-east-1).
        Names,
    }
}

/// The behaviour of a fault.
pub trait Breaks {
    fn window(&self) -> &Window;
    fn effects(&self) -> Vec<Effect>;
    /// One sentence for the report, without the window.
    fn sentence(&self, region_name: &dyn Fn(RegionId) -> String) -> String;
}

record! {
    /// When a fault begins and how long it lasts: it acts from `at` on, for its duration.
    #[derive(Clone, Debug, PartialEq, serde::Serialize)]
    pub struct Window as "Window", flat true, check Window::judge {
        /// When it begins, since the start of the run.
        pub at: Duration,
        /// How long it lasts. Drawn anew in every run.
        #[written("duration", was "lasting")]
        pub lasting: Law,
        /// It begins again so long after each beginning; needs `times`.
        pub every: Duration = Duration::ZERO,
        /// How often it begins, with `every`.
        #[range(1, TIMES, "write 1 to 10_000: how often it begins")]
        pub times: u64 = 1,
    }
}

impl Window {
    fn judge(&mut self, fields: &mut Fields) {
        let (every, times) = (fields.is_written("every"), fields.is_written("times"));
        if every != times || every && self.every.is_zero() {
            let place = fields.place();
            let help = format!(
                "write both, such as every: \"2min\", times: 5 (1 to {TIMES}), or leave both out"
            );
            fields.reader().problem(place, "a fault that comes back needs every and times", help);
        }
        // What begins once does not come back.
        if self.times == 1 {
            self.every = Duration::ZERO;
        }
    }

    /// Each of its beginnings.
    pub fn beginnings(&self) -> impl Iterator<Item = Instant> + '_ {
        (0..self.times).map(|time| Instant::START + self.at + self.every.times(time))
    }
}

record! {
    /// The window of a fault that may leave its duration to others.
    #[derive(Clone, Debug, PartialEq)]
    pub struct OpenWindow as "Window", flat true, check OpenWindow::judge {
        /// When it begins, since the start of the run.
        pub at: Duration,
        /// How long it lasts. Drawn anew in every run.
        #[written("duration", was "lasting")]
        pub lasting: Option<Law>,
        /// It begins again so long after each beginning; needs `times`.
        pub every: Duration = Duration::ZERO,
        /// How often it begins, with `every`.
        #[range(1, TIMES, "write 1 to 10_000: how often it begins")]
        pub times: u64 = 1,
    }
}

impl OpenWindow {
    fn judge(&mut self, fields: &mut Fields) {
        let mut closed = self.closed();
        closed.judge(fields);
        self.every = closed.every;
    }

    /// A window that ends at once, unless it says how long it lasts.
    pub fn closed(&self) -> Window {
        let lasting = self.lasting.unwrap_or(Law::Constant(Duration::ZERO));
        Window { at: self.at, lasting, every: self.every, times: self.times }
    }

    pub fn of(window: &Window, is_known: bool) -> OpenWindow {
        let lasting = is_known.then_some(window.lasting);
        OpenWindow { at: window.at, lasting, every: window.every, times: window.times }
    }
}

/// Beginnings of one fault.
const TIMES: u64 = 10_000;

family! {
    /// A fault of the scenario.
    pub enum Fault as Breaks, "a fault" {
        RegionOutage in region_outage,
        GrayFailure in gray_failure,
        TargetsGone in targets_gone,
        LinkCut in link_cut,
        ReplicationStalled in replication_stalled,
        LagSpike in lag_spike,
        ClockSkew in clock_skew,
        CheckersCutOff in checkers_cut_off,
        CheckersUnheard in checkers_unheard,
        EmptyAnswers in empty_answers,
        NameServersDown in name_servers_down,
        ControlPlaneImpaired in control_plane_impaired,
        FrontDoorOutage in front_door_outage,
        CheckDisabled in check_disabled,
        CheckInverted in check_inverted,
        WriterInstanceFails in writer_instance_fails,
    }
}
