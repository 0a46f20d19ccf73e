//! Checks the measured and derived round-trip times against sanity bounds and
//! against a separately worked-out user-to-region table.

use mrsim::places::{
    LAST_MILE_P50_MICROS, LAST_MILE_P90_MICROS, ROUND_TRIP_SOURCE, RoundTrip,
    USER_ROUND_TRIP_SOURCE, region, regions, round_trip, user_place, user_places, user_round_trip,
};
use mrsim::units::Duration;

/// Microseconds, exactly: the tables hold whole microseconds.
fn micros(time: Duration) -> u64 {
    assert_eq!(time.as_nanos() % 1_000, 0);
    time.as_nanos() / 1_000
}

fn between(from: &str, to: &str) -> RoundTrip {
    round_trip(from, to).unwrap_or_else(|| panic!("no cell {from} -> {to}"))
}

fn from_users(place: &str, to: &str) -> RoundTrip {
    let place = user_place(place).unwrap_or_else(|| panic!("no place {place}"));
    user_round_trip(place, to).unwrap_or_else(|| panic!("no region {to}"))
}

#[test]
fn all_regions_are_present_and_sorted() {
    assert_eq!(regions().len(), 33);
    assert!(regions().is_sorted_by(|a, b| a.name < b.name));
    for entry in regions() {
        assert_eq!(region(entry.name), Some(entry));
        for text in [entry.city, entry.country, entry.continent] {
            assert!(!text.is_empty() && text.is_ascii(), "{}", entry.name);
        }
    }
    assert_eq!(region("ap-northeast-1").map(|r| r.city), Some("Tokyo"));
}

#[test]
fn unknown_names_have_no_answer() {
    assert_eq!(region("ap-southeast-6"), None);
    assert_eq!(round_trip("ap-northeast-1", "mars-1"), None);
    assert_eq!(round_trip("mars-1", "ap-northeast-1"), None);
    assert_eq!(user_place("mars"), None);
    assert_eq!(user_round_trip(&user_places()[0], ""), None);
}

#[test]
fn every_pair_is_plausible() {
    for a in regions() {
        for b in regions() {
            let there = between(a.name, b.name);
            let pair = format!("{} -> {}", a.name, b.name);
            assert!(there.p90 >= there.p50, "{pair}: P90 below P50");
            let (out, back) = (micros(there.p50), micros(between(b.name, a.name).p50));
            // At most 25% apart, relative to the shorter direction.
            assert!(out * 4 <= back * 5, "{pair}: {out} and {back} us");
            if a.name == b.name {
                assert!((1_000..10_000).contains(&out), "{pair}: {out} us");
            } else {
                assert!((5_000..450_000).contains(&out), "{pair}: {out} us");
            }
        }
    }
}

#[test]
fn known_cells_are_exact() {
    // Read by eye from the published tables, so that a swap of rows and
    // columns or of the two files shows.
    let tokyo = "ap-northeast-1";
    assert_eq!(micros(between(tokyo, "us-east-1").p50), 149_500);
    assert_eq!(micros(between("us-east-1", tokyo).p50), 149_700);
    assert_eq!(micros(between(tokyo, "ap-northeast-3").p50), 10_100);
    assert_eq!(micros(between("me-south-1", "us-west-2").p50), 262_900);
    assert_eq!(micros(between("us-west-2", "me-south-1").p50), 214_900);
    assert_eq!(micros(between("af-south-1", "af-south-1").p50), 4_500);
    assert_eq!(micros(between("af-south-1", "af-south-1").p90), 11_900);
    assert_eq!(micros(between("af-south-1", tokyo).p90), 390_600);
    assert_eq!(micros(between("us-west-2", "us-west-2").p50), 3_200);
}

#[test]
fn user_places_are_consistent() {
    assert_eq!(user_places().len(), 15);
    assert_eq!(user_places().iter().filter(|p| p.broad).count(), 2);
    for place in user_places() {
        assert_eq!(user_place(place.name), Some(place), "duplicate name");
        assert!(!place.label.is_empty() && !place.basis.is_empty());
        assert!(region(place.proxy).is_some(), "{}", place.name);
        for to in regions() {
            let (near, far) = (between(place.proxy, to.name), from_users(place.name, to.name));
            assert_eq!(micros(far.p50), micros(near.p50) + LAST_MILE_P50_MICROS);
            assert_eq!(micros(far.p90), micros(near.p90) + LAST_MILE_P90_MICROS);
            assert!(far.p90 >= far.p50);
        }
    }
}

/// Columns of [`USER_TABLE`].
const COLUMNS: [&str; 11] = [
    "ap-northeast-1",
    "ap-northeast-3",
    "ap-east-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-south-1",
    "us-west-2",
    "us-east-1",
    "eu-west-1",
    "eu-central-1",
    "sa-east-1",
];

/// User-to-region P50 in whole milliseconds, worked out from the same
/// measurement separately from this module.
#[rustfmt::skip]
const USER_TABLE: [(&str, [u64; 11]); 13] = [
    ("japan", [25, 32, 74, 93, 129, 156, 121, 172, 224, 250, 280]),
    ("korea", [58, 47, 61, 96, 167, 157, 146, 202, 255, 254, 311]),
    ("hong-kong", [74, 69, 25, 60, 150, 120, 168, 220, 282, 216, 338]),
    ("southeast-asia", [93, 99, 59, 25, 117, 86, 183, 241, 201, 183, 350]),
    ("india", [155, 160, 119, 86, 177, 25, 244, 212, 147, 151, 323]),
    ("oceania", [128, 143, 150, 117, 25, 177, 163, 222, 278, 274, 334]),
    ("middle-east", [198, 194, 154, 121, 211, 61, 285, 184, 121, 109, 295]),
    ("europe-west", [224, 231, 247, 201, 278, 148, 141, 92, 25, 49, 200]),
    ("europe-central", [249, 256, 215, 182, 273, 151, 164, 115, 49, 25, 226]),
    ("africa-south", [379, 395, 370, 336, 431, 294, 295, 248, 180, 177, 359]),
    ("north-america-east", [172, 178, 221, 242, 222, 215, 86, 25, 92, 115, 137]),
    ("north-america-west", [120, 122, 167, 182, 163, 244, 25, 86, 140, 165, 197]),
    ("south-america", [281, 287, 330, 350, 334, 324, 197, 137, 201, 227, 25]),
];

#[test]
fn user_table_matches_within_two_milliseconds() {
    let mut deviations = Vec::new();
    for (place, row) in USER_TABLE {
        for (to, expected_ms) in COLUMNS.into_iter().zip(row) {
            let got = micros(from_users(place, to).p50);
            if got.abs_diff(expected_ms * 1_000) > 2_000 {
                deviations.push((place, to, expected_ms, got));
            }
        }
    }
    // The table writes 25 ms for every region's own users. Virginia's own
    // endpoint answers in 5.5 ms, so its users are at 27.5 ms here.
    assert_eq!(deviations, [("north-america-east", "us-east-1", 25, 27_500)]);
}

/// Columns in which a broad place is not between the two narrow ones.
fn outside(broad: &str, narrow: [&str; 2]) -> Vec<&'static str> {
    let is_outside = |to: &&str| {
        let [a, b] = narrow.map(|place| from_users(place, to).p50);
        let middle = from_users(broad, to).p50;
        middle < a.min(b) || middle > a.max(b)
    };
    COLUMNS.into_iter().filter(is_outside).collect()
}

#[test]
fn broad_places_lie_between_their_parts() {
    let america = outside("north-america", ["north-america-east", "north-america-west"]);
    assert!(america.is_empty(), "{america:?}");
    // As documented with the place: Paris is farther from Sydney and nearer to
    // Mumbai than both.
    let europe = outside("europe", ["europe-west", "europe-central"]);
    assert_eq!(europe, ["ap-southeast-2", "ap-south-1"]);
}

#[test]
fn sources_say_what_kind_of_number_it_is() {
    assert!(ROUND_TRIP_SOURCE.contains("measured"));
    assert!(USER_ROUND_TRIP_SOURCE.contains("derived"));
    assert!(USER_ROUND_TRIP_SOURCE.contains("assumption"));
    for sentence in [ROUND_TRIP_SOURCE, USER_ROUND_TRIP_SOURCE] {
        assert!(!sentence.contains("  ") && sentence.ends_with('.'));
    }
}
