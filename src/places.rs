//! Where regions and users are, and how far apart in round-trip time: the
//! measured region-to-region tables and the derived user-to-region distances.
//!
//! Every number is one of three kinds, and the two `*_SOURCE` sentences say so
//! in a form a report can print:
//! - region to region: **measured** by a third party ([`ROUND_TRIP_SOURCE`]);
//! - user to region at P50: **derived** from that measurement plus a published
//!   last-mile median ([`USER_ROUND_TRIP_SOURCE`]);
//! - the last-mile P90, and the choice of proxy region for each group of
//!   users: **assumption** ([`LAST_MILE_P90_MICROS`], [`UserPlace::basis`]).
//!
//! Where places lie on the map, which some routing policies ask for, is general
//! knowledge ([`Region::coordinates`], [`UserPlace::coordinates`]).

mod geography;
mod regions;
mod table;
mod users;

pub use geography::{CONTINENTS, Coordinates, continent_code, distance_km};

use crate::id::LocationId;
use crate::units::Duration;

/// One sentence naming where [`round_trip`] values come from (measured).
pub const ROUND_TRIP_SOURCE: &str = "Region-to-region round trips are measured by a third party, \
     cloudping.co (TCP connect from a Lambda function in each region to the DynamoDB endpoint of \
     each region, 5 connects every 6 h; 1-year P50 and P90 as published 2025-07).";

/// One sentence naming where [`user_round_trip`] values come from (derived,
/// with an assumed last-mile P90).
pub const USER_ROUND_TRIP_SOURCE: &str = "User-to-region round trips are derived: the measured \
     round trip from the AWS region that represents the users (assumption) plus a last mile of \
     22 ms at P50 (Dang et al., IMC 2021: median about 20-25 ms wireless, about 10 ms wired) and \
     40 ms at P90 (assumption); paths over the public internet can add 0-30% more.";

/// Last-mile round trip at P50, in microseconds.
///
/// Source: Dang et al., IMC 2021, third-party measurement: median about
/// 20-25 ms wireless and about 10 ms wired. 22 ms lies in the wireless range,
/// on the assumption that most users are on wireless; it is high for wired ones.
pub const LAST_MILE_P50_MICROS: u64 = 22_000;

/// Last-mile round trip at P90, in microseconds. **Assumption**, not measured.
///
/// Chosen so that it lies clearly above the 4G/5G first hop of about 27 ms
/// (Corneo et al., WWW 2021), as a P90 over mostly wireless users must, and
/// below twice the P50.
pub const LAST_MILE_P90_MICROS: u64 = 40_000;

/// An AWS region in the measured tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The region's code, such as `ap-northeast-1`. Source: the header of the
    /// measured tables.
    pub name: &'static str,
    /// The place in words, such as `Tokyo`: the city, or the area AWS names
    /// instead of one (`N. Virginia`, `Ireland`). Written in ASCII so that any
    /// chart font can draw it. Source: AWS region names; general knowledge.
    pub city: &'static str,
    /// Country or territory in English, such as `Japan`. Source: general
    /// knowledge.
    pub country: &'static str,
    /// Geographic continent in English, one of [`CONTINENTS`]; the Middle East
    /// counts as `Asia` and Mexico as `North America`. Source: general knowledge.
    pub continent: &'static str,
    /// Of the centre of the city. Where AWS names an area instead, of a city in
    /// it (assumption): Ashburn, Columbus, San Jose, Boardman, Dublin, Zaragoza,
    /// Dubai, Manama, Kuala Lumpur, Bangkok, Queretaro. Source: general knowledge.
    pub coordinates: Coordinates,
}

/// A round-trip time at two percentiles of its distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundTrip {
    /// Median round-trip time. Resolution of the source: 0.1 ms.
    pub p50: Duration,
    /// 90th-percentile round-trip time, never below `p50`. Resolution of the
    /// source: 0.1 ms.
    pub p90: Duration,
}

/// A group of users, placed by the AWS region that stands in for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserPlace {
    /// Short name for scenarios, such as `japan`.
    pub name: &'static str,
    /// Name for people to read, such as `Japan`.
    pub label: &'static str,
    /// Country or territory, in the words of [`Region::country`]; `None` for a
    /// place that takes in parts of several. Source: general knowledge.
    pub country: Option<&'static str>,
    /// Continent, one of [`CONTINENTS`]. Source: general knowledge.
    pub continent: &'static str,
    /// Name of the region whose measured distances stand in for the users'
    /// own. Always one of `regions`.
    pub proxy: &'static str,
    /// Why that proxy, in a phrase a report can print. The choice is an
    /// assumption for every place.
    pub basis: &'static str,
    /// True for a place that covers others in the list (`europe` covers
    /// `europe-west` and `europe-central`), so that a scenario does not count
    /// the same users twice.
    pub broad: bool,
}

impl UserPlace {
    /// Where its users are on the map: where their proxy region is.
    ///
    /// **Assumption**, the same one that places them in the network: by any
    /// other centre the map could hold another region the nearest than the
    /// measurement does. The price: users of a place whose proxy is a
    /// region of the scenario are at distance zero from it, and no bias of
    /// geoproximity routing, which scales distances, takes them away from it.
    #[must_use]
    pub fn coordinates(&self) -> Coordinates {
        region(self.proxy).expect("a proxy is one of the regions").coordinates
    }
}

/// All 33 regions of the measured tables, sorted by name.
#[must_use]
pub fn regions() -> &'static [Region] {
    &regions::REGIONS
}

/// Where health checkers in the region of that name stand; `None` when the tables do not have it.
#[must_use]
pub fn location(name: &str) -> Option<LocationId> {
    index_of(name).map(LocationId::at)
}

/// The region at a place of checkers.
#[must_use]
pub fn at(location: LocationId) -> &'static Region {
    &regions::REGIONS[location.index()]
}

/// The region of that name, or `None` when the tables do not have it.
#[must_use]
pub fn region(name: &str) -> Option<&'static Region> {
    index_of(name).map(|at| &regions::REGIONS[at])
}

/// Measured round trip of TCP connects opened in `from` towards `to`; `None`
/// when either is unknown.
///
/// Directed, as measured: the two directions of a pair are separate
/// measurements, each with its own route and endpoint, and differ by up to 22%
/// at P50. For `from == to` it is the round trip to the region's own
/// endpoint, 1.5-8.3 ms at P50. Source: [`ROUND_TRIP_SOURCE`].
#[must_use]
pub fn round_trip(from: &str, to: &str) -> Option<RoundTrip> {
    round_trip_plus(from, to, 0, 0)
}

/// The places users can be: the thirteen narrow ones first, in the order of
/// the derived table, then the broad ones.
#[must_use]
pub fn user_places() -> &'static [UserPlace] {
    &users::USER_PLACES
}

/// The user place of that name, or `None`.
#[must_use]
pub fn user_place(name: &str) -> Option<&'static UserPlace> {
    // Fifteen entries in an order meant for readers: a scan is enough.
    users::USER_PLACES.iter().find(|place| place.name == name)
}

/// Round trip between users at `place` and `region`; `None` when the region is
/// unknown.
///
/// P50 is the measured P50 from the place's proxy region plus
/// [`LAST_MILE_P50_MICROS`]. P90 is the measured P90 plus
/// [`LAST_MILE_P90_MICROS`]; adding two P90s overstates the P90 of the sum a
/// little when the two are independent, which errs on the side of slow users.
/// Source: [`USER_ROUND_TRIP_SOURCE`].
#[must_use]
pub fn user_round_trip(place: &UserPlace, region: &str) -> Option<RoundTrip> {
    round_trip_plus(place.proxy, region, LAST_MILE_P50_MICROS, LAST_MILE_P90_MICROS)
}

/// The measured cell with some microseconds added to each percentile. Adding
/// before the conversion keeps the arithmetic in whole microseconds.
fn round_trip_plus(from: &str, to: &str, p50_more: u64, p90_more: u64) -> Option<RoundTrip> {
    let (from, to) = (index_of(from)?, index_of(to)?);
    let (p50, p90) = table::cell_micros(from, to);
    Some(RoundTrip {
        p50: Duration::from_micros(p50 + p50_more),
        p90: Duration::from_micros(p90 + p90_more),
    })
}

/// Position of a region in the sorted list, which is also its row and column
/// in the tables.
fn index_of(name: &str) -> Option<usize> {
    regions::REGIONS.binary_search_by(|region| region.name.cmp(name)).ok()
}
