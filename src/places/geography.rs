//! Where places lie on the globe: continents by Route 53's names, coordinates, and the distance along the
//! surface. Geolocation routing asks for the first, geoproximity routing for the rest.

/// Route 53's continents: code and name. Source: Route 53 API reference, `GeoLocation`, `ContinentCode`.
pub const CONTINENTS: [(&str, &str); 7] = [
    ("AF", "Africa"),
    ("AN", "Antarctica"),
    ("AS", "Asia"),
    ("EU", "Europe"),
    ("NA", "North America"),
    ("OC", "Oceania"),
    ("SA", "South America"),
];

/// Latitude (north is positive) and longitude (east is positive) in hundredths of degrees, the
/// resolution in which Route 53 takes them (API reference, `Coordinates`): about 1.1 km.
pub type Coordinates = (i32, i32);

/// The Earth's mean radius, (2a + b) / 3 of its ellipsoid. Source: IUGG; the sphere is within 0.6% of the ellipsoid.
const RADIUS_KM: f64 = 6_371.008_8;

/// The length of the great circle between two points, in kilometres (haversine formula).
///
/// That geoproximity routing goes by this distance is an **assumption**: Route 53 documents how a bias scales the
/// distance, not how the distance is measured.
#[must_use]
pub fn distance_km(a: Coordinates, b: Coordinates) -> f64 {
    let radians = |hundredths: i32| (f64::from(hundredths) / 100.0).to_radians();
    let half_chord = |from: i32, to: i32| libm::sin((radians(to) - radians(from)) / 2.0);
    let (north, east) = (half_chord(a.0, b.0), half_chord(a.1, b.1));
    let haversine =
        north * north + libm::cos(radians(a.0)) * libm::cos(radians(b.0)) * (east * east);
    // Rounding may lift the haversine of opposite points above 1.
    2.0 * RADIUS_KM * libm::asin(haversine.min(1.0).sqrt())
}

/// The code of a continent by its name, or `None`.
#[must_use]
pub fn continent_code(name: &str) -> Option<&'static str> {
    CONTINENTS.iter().find(|(_, continent)| *continent == name).map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::super::{region, regions, user_places};
    use super::*;

    fn between(from: &str, to: &str) -> f64 {
        let at = |name| region(name).expect("known").coordinates;
        distance_km(at(from), at(to))
    }

    /// Distances between cities as atlases give them (general knowledge).
    #[test]
    fn known_distances_are_met() {
        for (from, to, km, tolerance) in [
            ("ap-northeast-1", "us-east-1", 10_900.0, 0.015),
            ("eu-west-2", "eu-central-1", 640.0, 0.015),
            ("ap-northeast-1", "ap-northeast-3", 400.0, 0.03),
            ("eu-west-2", "eu-west-3", 344.0, 0.015),
            ("ap-southeast-1", "ap-southeast-2", 6_300.0, 0.015),
            ("sa-east-1", "af-south-1", 6_350.0, 0.02),
            ("us-east-1", "us-west-2", 3_500.0, 0.03),
        ] {
            let found = between(from, to);
            assert!((found / km - 1.0).abs() < tolerance, "{from} to {to}: {found} km");
        }
        let quarter = RADIUS_KM * std::f64::consts::FRAC_PI_2;
        assert!(
            (distance_km((9_000, 0), (0, 12_300)) - quarter).abs() < 1e-6,
            "from the pole to the equator"
        );
        assert!(
            (distance_km((0, 0), (0, 18_000)) - 2.0 * quarter).abs() < 1e-6,
            "half around the Earth"
        );
        assert!(
            (distance_km((0, 17_990), (0, -17_990)) - distance_km((0, 0), (0, 20))).abs() < 1e-6,
            "across the date line"
        );
    }

    #[test]
    fn distance_is_a_distance() {
        for a in regions() {
            assert_eq!(between(a.name, a.name), 0.0);
            for b in regions() {
                let direct = between(a.name, b.name);
                assert_eq!(
                    direct.to_bits(),
                    between(b.name, a.name).to_bits(),
                    "{} and {}",
                    a.name,
                    b.name
                );
                assert!(
                    a.name == b.name || direct > 100.0,
                    "{} and {} are two places",
                    a.name,
                    b.name
                );
                for c in regions() {
                    // A metre for rounding, which is worst between points that lie almost opposite.
                    let detour = between(a.name, c.name) + between(c.name, b.name);
                    assert!(direct <= detour + 0.001, "{} to {} over {}", a.name, b.name, c.name);
                }
            }
        }
    }

    #[test]
    fn coordinates_lie_on_the_globe_and_on_their_continent() {
        // Rough boxes: south, north, west, east in degrees. They catch a lost sign or two numbers exchanged.
        let boxes = [
            ("Africa", [-35, 38, -18, 52]),
            ("Asia", [-11, 78, 26, 180]),
            ("Europe", [35, 72, -25, 45]),
            ("North America", [7, 72, -168, -52]),
            ("Oceania", [-48, -1, 112, 180]),
            ("South America", [-56, 13, -82, -34]),
        ];
        for region in regions() {
            let (_, [south, north, west, east]) = boxes
                .into_iter()
                .find(|(name, _)| *name == region.continent)
                .expect("a box for every continent in use");
            let (latitude, longitude) = region.coordinates;
            let inside = (south * 100..north * 100).contains(&latitude)
                && (west * 100..east * 100).contains(&longitude);
            assert!(
                inside,
                "{} at {:?} is not in {}",
                region.name, region.coordinates, region.continent
            );
        }
    }

    #[test]
    fn continents_have_route_53s_names() {
        assert_eq!(continent_code("North America"), Some("NA"));
        assert_eq!(continent_code("Atlantis"), None);
        assert!(CONTINENTS.is_sorted());
        for continent in regions()
            .iter()
            .map(|region| region.continent)
            .chain(user_places().iter().map(|place| place.continent))
        {
            assert!(continent_code(continent).is_some(), "{continent}");
        }
    }

    /// Users are where the region that stands in for them is: a place with another country or continent would
    /// be routed by geolocation to one end of the world and measured from the other.
    #[test]
    fn places_lie_where_their_proxies_do() {
        for place in user_places() {
            let proxy = region(place.proxy).expect("known");
            assert_eq!(place.continent, proxy.continent, "{}", place.name);
            assert!(place.country.is_none_or(|country| country == proxy.country), "{}", place.name);
            assert!(place.country.is_none() || !place.broad, "{} is no country", place.name);
            assert_eq!(place.coordinates(), proxy.coordinates, "{}", place.name);
        }
    }
}
