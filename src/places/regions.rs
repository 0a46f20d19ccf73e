//! The list of AWS regions the measured tables cover, with the words a report
//! uses for each.

use super::Region;

/// Shortens the list below to one line per region.
const fn at(name: &'static str, city: &'static str, country: &'static str, continent: &'static str) -> Region {
    Region { name, city, country, continent }
}

/// Sorted by name: lookups search by halves, and the order is also that of the
/// rows and columns of the tables.
#[rustfmt::skip] // One region per line reads as the table it is.
pub(super) static REGIONS: [Region; 33] = [
    at("af-south-1", "Cape Town", "South Africa", "Africa"),
    at("ap-east-1", "Hong Kong", "Hong Kong SAR", "Asia"),
    at("ap-east-2", "Taipei", "Taiwan", "Asia"),
    at("ap-northeast-1", "Tokyo", "Japan", "Asia"),
    at("ap-northeast-2", "Seoul", "South Korea", "Asia"),
    at("ap-northeast-3", "Osaka", "Japan", "Asia"),
    at("ap-south-1", "Mumbai", "India", "Asia"),
    at("ap-south-2", "Hyderabad", "India", "Asia"),
    at("ap-southeast-1", "Singapore", "Singapore", "Asia"),
    at("ap-southeast-2", "Sydney", "Australia", "Oceania"),
    at("ap-southeast-3", "Jakarta", "Indonesia", "Asia"),
    at("ap-southeast-4", "Melbourne", "Australia", "Oceania"),
    at("ap-southeast-5", "Malaysia", "Malaysia", "Asia"),
    at("ap-southeast-7", "Thailand", "Thailand", "Asia"),
    at("ca-central-1", "Montreal", "Canada", "North America"),
    at("ca-west-1", "Calgary", "Canada", "North America"),
    at("eu-central-1", "Frankfurt", "Germany", "Europe"),
    at("eu-central-2", "Zurich", "Switzerland", "Europe"),
    at("eu-north-1", "Stockholm", "Sweden", "Europe"),
    at("eu-south-1", "Milan", "Italy", "Europe"),
    at("eu-south-2", "Spain", "Spain", "Europe"),
    at("eu-west-1", "Ireland", "Ireland", "Europe"),
    at("eu-west-2", "London", "United Kingdom", "Europe"),
    at("eu-west-3", "Paris", "France", "Europe"),
    at("il-central-1", "Tel Aviv", "Israel", "Asia"),
    at("me-central-1", "UAE", "United Arab Emirates", "Asia"),
    at("me-south-1", "Bahrain", "Bahrain", "Asia"),
    at("mx-central-1", "Central Mexico", "Mexico", "North America"),
    at("sa-east-1", "Sao Paulo", "Brazil", "South America"),
    at("us-east-1", "N. Virginia", "United States", "North America"),
    at("us-east-2", "Ohio", "United States", "North America"),
    at("us-west-1", "N. California", "United States", "North America"),
    at("us-west-2", "Oregon", "United States", "North America"),
];
