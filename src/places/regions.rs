//! The list of AWS regions the measured tables cover, with the words a report
//! uses for each.

use super::{Coordinates, Region};

/// Shortens the list below to one line per region.
const fn at(
    name: &'static str,
    city: &'static str,
    country: &'static str,
    continent: &'static str,
    coordinates: Coordinates,
) -> Region {
    Region { name, city, country, continent, coordinates }
}

/// Sorted by name: lookups search by halves, and the order is also that of the
/// rows and columns of the tables.
#[rustfmt::skip] // One region per line reads as the table it is.
pub(super) static REGIONS: [Region; 33] = [
    at("af-south-1", "Cape Town", "South Africa", "Africa", (-3392, 1842)),
    at("ap-east-1", "Hong Kong", "Hong Kong SAR", "Asia", (2232, 11417)),
    at("ap-east-2", "Taipei", "Taiwan", "Asia", (2503, 12157)),
    at("ap-northeast-1", "Tokyo", "Japan", "Asia", (3568, 13969)),
    at("ap-northeast-2", "Seoul", "South Korea", "Asia", (3757, 12698)),
    at("ap-northeast-3", "Osaka", "Japan", "Asia", (3469, 13550)),
    at("ap-south-1", "Mumbai", "India", "Asia", (1908, 7288)),
    at("ap-south-2", "Hyderabad", "India", "Asia", (1739, 7849)),
    at("ap-southeast-1", "Singapore", "Singapore", "Asia", (135, 10382)),
    at("ap-southeast-2", "Sydney", "Australia", "Oceania", (-3387, 15121)),
    at("ap-southeast-3", "Jakarta", "Indonesia", "Asia", (-621, 10685)),
    at("ap-southeast-4", "Melbourne", "Australia", "Oceania", (-3781, 14496)),
    at("ap-southeast-5", "Malaysia", "Malaysia", "Asia", (314, 10169)),
    at("ap-southeast-7", "Thailand", "Thailand", "Asia", (1376, 10050)),
    at("ca-central-1", "Montreal", "Canada", "North America", (4550, -7357)),
    at("ca-west-1", "Calgary", "Canada", "North America", (5105, -11407)),
    at("eu-central-1", "Frankfurt", "Germany", "Europe", (5011, 868)),
    at("eu-central-2", "Zurich", "Switzerland", "Europe", (4737, 854)),
    at("eu-north-1", "Stockholm", "Sweden", "Europe", (5933, 1807)),
    at("eu-south-1", "Milan", "Italy", "Europe", (4546, 919)),
    at("eu-south-2", "Spain", "Spain", "Europe", (4165, -88)),
    at("eu-west-1", "Ireland", "Ireland", "Europe", (5335, -626)),
    at("eu-west-2", "London", "United Kingdom", "Europe", (5151, -13)),
    at("eu-west-3", "Paris", "France", "Europe", (4886, 235)),
    at("il-central-1", "Tel Aviv", "Israel", "Asia", (3209, 3478)),
    at("me-central-1", "UAE", "United Arab Emirates", "Asia", (2520, 5527)),
    at("me-south-1", "Bahrain", "Bahrain", "Asia", (2623, 5058)),
    at("mx-central-1", "Central Mexico", "Mexico", "North America", (2059, -10039)),
    at("sa-east-1", "Sao Paulo", "Brazil", "South America", (-2355, -4663)),
    at("us-east-1", "N. Virginia", "United States", "North America", (3904, -7749)),
    at("us-east-2", "Ohio", "United States", "North America", (3996, -8300)),
    at("us-west-1", "N. California", "United States", "North America", (3734, -12189)),
    at("us-west-2", "Oregon", "United States", "North America", (4584, -11970)),
];
