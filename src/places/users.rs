//! The places users can be, and which AWS region stands in for each.
//!
//! The thirteen narrow places are the rows of the derived user-to-region table.
//! The two broad ones take a single region in the middle as proxy, not a blend
//! of several: the average of two medians is the median of no user, and one
//! proxy keeps every cell traceable to one measured cell. The price is that
//! neither is as near to its nearest region as the narrow places are: use those
//! when the scenario knows where in the continent its users are.
//!
//! - `north-america` is Ohio. Of the eleven columns of the derived table it lies
//!   between the east and the west row in every one.
//! - `europe` is Paris. It lies between the west and the central row in nine of
//!   the eleven columns; to Sydney it is 24 ms or more above both, to Mumbai
//!   15 ms or more below both.
//!
//! A place has a country only when all of its users are taken to be in one. The others, which group parts of several
//! countries, have a continent alone: a geolocation record for a country matches none of their users. Continents and countries are
//! general knowledge, and those of the proxy in every case, so that users are routed by the map to where they are measured from:
//!
//! - `hong-kong` counts as Hong Kong alone (assumption), which has a country code of its own (HK) and where the measurement
//!   begins; its users in South China match no record for China.
//! - `middle-east` is in Asia as a whole (assumption); parts of it that are counted with Africa or Europe are not told apart.

use super::UserPlace;

/// The thirteen rows of the derived table in its order, then the broad places.
pub(super) static USER_PLACES: [UserPlace; 15] = [
    UserPlace {
        name: "japan",
        label: "Japan",
        country: Some("Japan"),
        continent: "Asia",
        proxy: "ap-northeast-1",
        basis: "Tokyo, the region in the country's largest metropolitan area",
        broad: false,
    },
    UserPlace {
        name: "korea",
        label: "Korea",
        country: Some("South Korea"),
        continent: "Asia",
        proxy: "ap-northeast-2",
        basis: "Seoul, the only region in the country",
        broad: false,
    },
    UserPlace {
        name: "hong-kong",
        label: "Hong Kong / South China",
        country: Some("Hong Kong SAR"),
        continent: "Asia",
        proxy: "ap-east-1",
        basis: "Hong Kong; users on the mainland cross a border the measurement does not include",
        broad: false,
    },
    UserPlace {
        name: "southeast-asia",
        label: "Southeast Asia",
        country: None,
        continent: "Asia",
        proxy: "ap-southeast-1",
        basis: "Singapore, the hub of the area; users far from it are slower",
        broad: false,
    },
    UserPlace {
        name: "india",
        label: "India",
        country: Some("India"),
        continent: "Asia",
        proxy: "ap-south-1",
        basis: "Mumbai, the older of the two regions in the country",
        broad: false,
    },
    UserPlace {
        name: "oceania",
        label: "Oceania",
        country: None,
        continent: "Oceania",
        proxy: "ap-southeast-2",
        basis: "Sydney, the region in the largest city; New Zealand is farther",
        broad: false,
    },
    UserPlace {
        name: "middle-east",
        label: "Middle East",
        country: None,
        continent: "Asia",
        proxy: "me-south-1",
        basis: "Bahrain, as in the derived table; the UAE and Israel have their own regions",
        broad: false,
    },
    UserPlace {
        name: "europe-west",
        label: "Western Europe",
        country: None,
        continent: "Europe",
        proxy: "eu-west-1",
        basis: "Ireland, as in the derived table",
        broad: false,
    },
    UserPlace {
        name: "europe-central",
        label: "Central Europe",
        country: None,
        continent: "Europe",
        proxy: "eu-central-1",
        basis: "Frankfurt, as in the derived table",
        broad: false,
    },
    UserPlace {
        name: "africa-south",
        label: "Southern Africa",
        country: None,
        continent: "Africa",
        proxy: "af-south-1",
        basis: "Cape Town, the only region on the continent",
        broad: false,
    },
    UserPlace {
        name: "north-america-east",
        label: "North America, east",
        country: None,
        continent: "North America",
        proxy: "us-east-1",
        basis: "N. Virginia, on the east coast",
        broad: false,
    },
    UserPlace {
        name: "north-america-west",
        label: "North America, west",
        country: None,
        continent: "North America",
        proxy: "us-west-2",
        basis: "Oregon, on the west coast",
        broad: false,
    },
    UserPlace {
        name: "south-america",
        label: "South America",
        country: None,
        continent: "South America",
        proxy: "sa-east-1",
        basis: "Sao Paulo, the only region on the continent",
        broad: false,
    },
    UserPlace {
        name: "north-america",
        label: "North America",
        country: None,
        continent: "North America",
        proxy: "us-east-2",
        basis: "Ohio, inland between the two coasts: it stands for a mix of both, nearer to the east",
        broad: true,
    },
    UserPlace {
        name: "europe",
        label: "Europe",
        country: None,
        continent: "Europe",
        proxy: "eu-west-3",
        basis: "Paris, between Ireland and Frankfurt: it stands for a mix of both",
        broad: true,
    },
];
