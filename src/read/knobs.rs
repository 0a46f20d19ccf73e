//! Paths lead to what they say, and what is set there is the only change. The structs here are small ones of every shape.

use super::edit::{put, set, upgrade};
use super::path::{Path, PathProblem, Target};
use super::{Choice, Kind, Names, Node, Reader, Shape, Value, record, tree, words};
use crate::law::Law;
use crate::units::{Duration, Share};

record! {
    /// The root.
    #[derive(Clone, Debug)]
    struct Root as "Root" {
        /// How long.
        run: Duration,
        /// Regions.
        regions: Vec<Place>,
        /// Checks.
        checks: Vec<Check>,
        /// Stores.
        stores: Vec<Store>,
        /// The name.
        routing: Option<Routing>,
        /// What breaks.
        faults: Vec<Break>,
    }
}

record! {
    /// A region.
    #[derive(Clone, Debug)]
    struct Place as "Region", short name {
        /// Its name.
        name: String,
        /// Its zones.
        zones: u64 = 3,
    }
}

record! {
    /// A check.
    #[derive(Clone, Debug)]
    struct Check as "Check" {
        /// Its name.
        name: String,
        /// What it looks at.
        watches: Option<String>,
        /// How often.
        #[range(Duration::from_secs(5), Duration::from_secs(300), "5s to 5min")]
        interval: Duration = Duration::from_secs(30),
    }
}

record! {
    /// A store.
    #[derive(Clone, Debug)]
    struct Store as "Store" {
        /// Its name.
        name: String,
        /// Who takes over.
        promotion: Option<Promotion>,
        /// How many.
        usual: Promotion = Promotion { to: Some("b".into()), trigger: None, decision: Law::Constant(Duration::ZERO), ratio: Share::ALL },
    }
}

record! {
    /// Who takes over.
    #[derive(Clone, Debug)]
    struct Promotion as "Promotion" {
        /// Where.
        to: Option<String>,
        /// When.
        #[written("trigger", was "watches")]
        trigger: Option<String>,
        /// How long it takes to decide.
        decision: Law = Law::Constant(Duration::ZERO),
        /// A share.
        #[written("hit_ratio", was "hit_share")]
        ratio: Share = Share::ALL,
    }
}

record! {
    /// The name.
    #[derive(Clone, Debug)]
    struct Routing as "Routing" {
        /// How long it is kept.
        ttl: Duration,
        /// Who is asked.
        policy: Vec<Break>,
    }
}

record! {
    /// All of it is gone.
    #[derive(Clone, Debug)]
    struct Outage as "Outage", short region {
        /// Where.
        region: String,
        /// When.
        at: Duration = Duration::ZERO,
        /// How long.
        #[written("duration", was "lasting")]
        duration: Law = Law::Constant(Duration::ZERO),
        /// What is met.
        how: How = How::BlackHole,
    }
}

record! {
    /// Some of it is slow.
    #[derive(Clone, Debug)]
    struct Slow as "Slow" {
        /// When.
        at: Duration = Duration::ZERO,
        /// How much slower.
        factor: f64 = 2.0,
        /// What this kind calls so.
        lasting: u64 = 1,
    }
}

words! {
    /// What is met.
    #[derive(Clone, Copy, Debug)]
    enum How {
        /// Silence.
        BlackHole,
        /// A refusal.
        FastFail,
    }
}

/// One of two structs.
#[derive(Clone, Debug)]
struct Break(Node);

impl Value for Break {
    const EXAMPLE: &'static str = "Outage(..)";

    fn shape() -> Shape {
        Shape::Choice(|| {
            let kind = |name| Kind { name, summary: "", example: "" };
            let members = vec![
                (kind("Outage"), Outage::record as fn() -> super::Record),
                (kind("Slow"), Slow::record),
            ];
            Choice { what: "a fault", members }
        })
    }

    fn read(node: &Node, _reader: &mut Reader) -> Option<Self> {
        Some(Break(node.clone()))
    }

    fn write(&self, _names: &Names) -> Node {
        self.0.clone()
    }
}

const TEXT: &str = "// A story.
Root(
    run: \"1h\", // all of it
    regions: [\"a\", Region(name: \"b]c\", zones: 2)],
    checks: [
        Check(name: \"tokyo\", watches: \"a\"), // the first
        Check(name: \"osaka\", interval: \"10s\",),
    ],
    stores: [
        Store(
            name: \"orders\", /* a store */
            promotion: Promotion(
                to: \"b\", watches: \"tokyo\" // last
                // none behind it
            ),
        ),
        Store(name: \"carts\"),
    ],
    routing: Routing(
        ttl: \"60s\",
        policy: Outage(\"a\"),
    ),
    faults: [
        Outage(region: \"a\", at: \"1min\", lasting: Lognormal(median: \"1s\", sigma: 0.5)),
        Slow(lasting: 2),
        Slow(),
    ],
)
";

fn find(path: &str) -> Result<Vec<Target>, PathProblem> {
    Path::parse(path)?.find(&tree(TEXT, 0).expect("it is RON"), &Root::shape())
}

fn one(path: &str) -> Target {
    let mut found = find(path).unwrap_or_else(|problem| panic!("{path}: {problem}"));
    assert_eq!(found.len(), 1, "{path}");
    found.remove(0)
}

fn value(path: &str) -> String {
    one(path).value.map_or("-".into(), |value| value.to_string())
}

#[test]
fn paths_lead_to_what_they_say() {
    for (path, expected) in [
        ("run", "\"1h\""),
        ("routing.ttl", "\"60s\""),
        ("checks[osaka].interval", "\"10s\""),
        ("checks[tokyo].interval", "\"30s\""),
        ("regions[a].zones", "3"),
        ("regions[\"b]c\"].zones", "2"),
        ("regions[a].name", "\"a\""),
        ("stores[orders].promotion.trigger", "\"tokyo\""),
        ("stores[orders].promotion.watches", "\"tokyo\""),
        ("stores[carts].promotion.decision", "\"0s\""),
        ("stores[carts].usual.to", "\"b\""),
        ("stores[carts].promotion.to", "-"),
        ("routing.policy.region", "\"a\""),
        ("routing.policy.how", "BlackHole"),
        ("faults[Outage].at", "\"1min\""),
        ("faults[Outage].duration.p50", "\"1s\""),
        ("faults[Outage].duration.sigma", "0.5"),
    ] {
        assert_eq!(value(path), expected, "{path}");
    }
    let all = |path: &str| -> Vec<String> {
        find(path).expect("it leads somewhere").into_iter().map(|target| target.path).collect()
    };
    assert_eq!(all("checks[*].interval"), ["checks[tokyo].interval", "checks[osaka].interval"]);
    assert_eq!(all("faults[*].factor"), ["faults[Slow].factor", "faults[Slow].factor"]);
    let interval = one("checks[tokyo].interval");
    assert!(!interval.is_written() && matches!(interval.shape, Shape::Duration));
    assert_eq!(interval.default.as_deref(), Some("\"30s\""));
    assert_eq!(interval.range, Some(("\"5s\"".into(), "\"5min\"".into())));
}

#[test]
fn a_wrong_path_says_what_there_is() {
    for (path, expected) in [
        ("routing.tll", "routing has no field tll; did you mean ttl? routing has ttl, policy"),
        ("rooting.ttl", "did you mean routing?"),
        ("stores[order].name", "did you mean orders? there is orders, carts"),
        ("stores[1].name", "an item goes by its name; there is orders, carts"),
        ("stores.promotion", "stores has 2 items; say which: orders, carts"),
        ("faults[Slow].at", "2 items of faults are Slow"),
        ("run.p50", "run is a length of time and has no fields"),
        ("stores[carts].promotion.decision.p50.x", "has no fields"),
        ("stores[orders", "is not closed"),
        ("stores[]", "is not closed"),
        ("stores..x", "is not a path"),
        ("[a]", "is not a path"),
        ("", "a path is empty"),
    ] {
        let problem = find(path).expect_err(path).to_string();
        assert!(problem.contains(expected), "{path}: {problem}");
    }
}

/// What is set stands there, all else is as it was, and the text around it is the same byte for byte.
#[test]
fn what_is_set_is_the_only_change() {
    for (path, typed, piece) in [
        ("run", "2h", "run: \"2h\", // all"),
        ("routing.ttl", "\"20s\"", "ttl: \"20s\","),
        ("checks[tokyo].interval", "10s", "watches: \"a\", interval: \"10s\"), // the first"),
        ("checks[osaka].watches", "true", "interval: \"10s\", watches: \"true\",),"),
        ("regions[a].zones", "1", "[Region(name: \"a\", zones: 1), Region"),
        ("regions[a].name", "z", "regions: [\"z\", "),
        (
            "stores[orders].promotion.hit_ratio",
            "40%",
            "watches: \"tokyo\", // last\n                hit_ratio: \"40%\"\n                // none",
        ),
        ("stores[orders].promotion.trigger", "osaka", "watches: \"osaka\" // last"),
        (
            "stores[carts].promotion.decision",
            "60s",
            "Store(name: \"carts\", promotion: Promotion(decision: \"60s\")),",
        ),
        ("stores[carts].usual.hit_ratio", "1%", "usual: Promotion(to: \"b\", hit_ratio: \"1%\")),"),
        (
            "stores[orders].usual",
            "Promotion(to: \"b\")",
            "        ),\n            usual: Promotion(to: \"b\"),\n        ),\n        Store",
        ),
        ("stores[carts].promotion.decision.p95", "1s", "(decision: Lognormal(p95: \"1s\")))"),
        ("routing.policy.how", "FastFail", "Outage(region: \"a\", how: FastFail),\n"),
        ("routing.policy.region", "b", "policy: Outage(\"b\"),\n"),
        ("faults[Outage].duration", "5s", "at: \"1min\", lasting: \"5s\"),"),
        ("faults[Outage].duration.p50", "5s", "Lognormal(median: \"5s\", sigma: 0.5)),"),
    ] {
        let parsed = Path::parse(path).expect("it is a path");
        let text = set(TEXT, &parsed, typed, &Root::shape())
            .unwrap_or_else(|problem| panic!("{path}: {problem}"));
        assert!(text.contains(piece), "{path}\n{text}");
        // The same set in the tree is the same tree.
        let mut root = tree(TEXT, 0).expect("it is RON");
        put(&mut root, &parsed, typed, &Root::shape()).expect("it was set in the text");
        assert!(tree(&text, 0) == Ok(root), "{path}\n{text}");
        // The rest of the text is there, before and behind.
        let same = |(a, b): &(u8, u8)| a == b;
        let before = TEXT.bytes().zip(text.bytes()).take_while(same).count();
        let behind = TEXT.bytes().rev().zip(text.bytes().rev()).take_while(same).count();
        let changed = TEXT.len().saturating_sub(before + behind);
        assert!(changed <= 60, "{path}: {changed} bytes\n{text}");
    }
}

/// Wherever comments stand, what is set is read, and they stay.
#[test]
fn comments_stay_where_something_is_set() {
    let text = "Root(routing: Routing(ttl: \"1s\", policy: Outage(\"a\")), stores: [Store(name: \"s\",\n)], faults: [Slow(),\nOutage()])";
    let paths =
        ["routing.policy.how", "stores[s].usual", "faults[Slow].factor", "faults[Outage].at"];
    let values = ["FastFail", "(to: \"b\")", "3.5", "1s"];
    for at in (0..=text.len()).filter(|at| text[..*at].matches('"').count().is_multiple_of(2)) {
        for mark in ["/* , ) */", " // , )\n", "\r\n// c\r\n", "\n"] {
            let text = format!("{}{mark}{}", &text[..at], &text[at..]);
            let Ok(root) = tree(&text, 0) else { continue };
            for (path, typed) in paths.iter().zip(values) {
                let path = Path::parse(path).expect("it is a path");
                // A comment may have cut a name in two.
                let mut root = root.clone();
                if put(&mut root, &path, typed, &Root::shape()).is_err() {
                    continue;
                }
                let changed = set(&text, &path, typed, &Root::shape()).expect("it was set");
                assert!(tree(&changed, 0) == Ok(root), "{path}\n{text}\n--\n{changed}");
                assert!(changed.contains(mark.trim()), "{path}\n{text}\n--\n{changed}");
            }
        }
    }
}

#[test]
fn all_are_set_at_once() {
    let path = Path::parse("checks[*].interval").expect("it is a path");
    let text = set(TEXT, &path, "5s", &Root::shape()).expect("it is set");
    assert_eq!(text.matches("interval: \"5s\"").count(), 2, "{text}");
}

#[test]
fn what_cannot_stand_there_is_refused() {
    for (path, typed, expected) in [
        ("checks[tokyo].interval", "1s", "out of range; write \"5s\" to \"5min\""),
        ("checks[tokyo].interval", "60", "has no unit"),
        ("regions[a].zones", "many", "not a whole number"),
        ("routing.policy.how", "BlackHol", "did you mean BlackHole?"),
        ("faults[Outage]", "Outag(region: \"a\")", "did you mean Outage?"),
        ("stores[orders].promotion", "Store()", "write Promotion(..)"),
    ] {
        let path = Path::parse(path).expect("it is a path");
        let problem = set(TEXT, &path, typed, &Root::shape()).expect_err(typed).to_string();
        assert!(problem.contains(expected), "{path} = {typed}: {problem}");
    }
}

/// Only fields that have an earlier name, in the structs that have them: `watches` of a check and `lasting` of `Slow` stay.
#[test]
fn earlier_names_become_the_present_ones() {
    let text = upgrade(TEXT, &Root::shape()).expect("it is RON");
    let expected = TEXT
        .replace("watches: \"tokyo\"", "trigger: \"tokyo\"")
        .replace("lasting: Lognormal(median", "duration: Lognormal(p50");
    assert_eq!(text, expected);
    assert_eq!(upgrade(&text, &Root::shape()), Ok(text));
}

/// Several values that are set one after the other stand beside one another, and none of them counts as a preset's.
#[test]
fn what_is_set_in_a_tree_is_the_scenarios_own() {
    let mut root = tree(TEXT, 0).expect("it is RON");
    for (path, typed) in [
        ("stores[carts].promotion.decision", "60s"),
        ("stores[carts].promotion.to", "b"),
        ("stores[carts].promotion.decision", "70s"),
    ] {
        let path = Path::parse(path).expect("it is a path");
        put(&mut root, &path, typed, &Root::shape()).expect("it is set");
    }
    let store = &root.field("stores").expect("it is written").items()[1];
    let promotion = store.field("promotion").expect("it was set");
    assert_eq!(promotion.to_string(), "Promotion(decision: \"70s\", to: \"b\")");
    assert!(store.fields().iter().all(|field| field.at != store.place));
}
