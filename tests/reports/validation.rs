//! The validation dossier at a tenth of its runs: every number that others derived is reproduced, deviations look like
//! chance, and every mistake that was planted is caught by far. `mrsim validate-model` runs it whole.
//!
//! The rule itself has to be able to fail: it is asked about numbers that are off, mistakes that are none, and sets of
//! deviations that chance does not make.

use mrsim::campaign::{Observer, Quiet};
use mrsim::report::dossier::Dossier;
use mrsim::validation::{
    Case, Effort, FAMILIES, Family, Measured, Samples, control, family, judged, run,
};
use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Worked out once, by whichever test asks first.
static DOSSIER: LazyLock<Dossier> = LazyLock::new(|| {
    let all: Vec<&Family> = FAMILIES.iter().collect();
    run(&all, Effort { scale: 0.1, threads: 0 }, &Quiet).expect("no limit is reached")
});

/// Cases with a number, by family; the others have a reason.
const COUNTS: [(&str, usize, usize); 12] = [
    ("detection", 36, 0),
    ("caching", 55, 0),
    ("losses", 60, 0),
    ("end-to-end", 35, 0),
    ("statistics", 24, 20),
    ("timelines", 27, 0),
    ("histories", 68, 0),
    ("vendors", 42, 0),
    ("concurrent", 35, 0),
    ("quorums", 379, 0),
    ("queues", 0, 30),
    ("availability", 0, 24),
];

#[test]
fn every_number_is_reproduced() {
    let rejected: Vec<_> = DOSSIER.rows().filter(|row| !row.passes).collect();
    assert!(rejected.is_empty(), "{rejected:#?}");
    for (key, count, _) in COUNTS {
        let family =
            DOSSIER.families.iter().find(|family| family.key == key).expect("it is in the dossier");
        assert_eq!(family.rows.len(), count, "{key}: every case is judged");
    }
}

#[test]
fn no_case_is_forgotten() {
    assert_eq!(COUNTS.len(), FAMILIES.len());
    for (key, judged, unexpressed) in COUNTS {
        let family = family(key).expect("it is registered");
        let cases = family.read();
        assert_eq!(cases.len(), judged + unexpressed, "{key}");
        for case in &cases {
            let reasons = family
                .unexpressed
                .iter()
                .filter(|(beginning, _)| case.id.starts_with(beginning))
                .count();
            assert_eq!(
                reasons,
                usize::from((family.plan)(case).is_none()),
                "{} has either a plan or one reason why not",
                case.id
            );
        }
        for (beginning, reason) in family.unexpressed {
            assert!(
                reason.len() > 20 && cases.iter().any(|case| case.id.starts_with(beginning)),
                "{beginning} ({reason}) is in the data"
            );
        }
    }
}

#[test]
fn every_case_has_its_source_and_its_own_id() {
    let cases: Vec<Case> = FAMILIES.iter().flat_map(Family::read).collect();
    let ids: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    assert_eq!(ids.len(), cases.len(), "ids are unique over all families");
    for case in &cases {
        assert!(
            case.source.len() > 15 && case.what.len() > 3,
            "{} says what it is and where it comes from",
            case.id
        );
    }
    for family in FAMILIES {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(family.file);
        assert_eq!(
            std::fs::read_to_string(path).expect("the file is there"),
            family.cases,
            "{} names its file",
            family.key
        );
    }
}

#[test]
fn over_the_set_deviations_look_like_chance() {
    assert_eq!(DOSSIER.pattern(), Vec::<String>::new());
    assert!(DOSSIER.z().len() > 200, "{} deviations are judged", DOSSIER.z().len());
}

#[test]
fn every_planted_mistake_is_caught_by_far() {
    assert!(DOSSIER.controls.len() >= 45, "{} mistakes", DOSSIER.controls.len());
    let missed: Vec<_> = DOSSIER.controls.iter().filter(|control| !control.caught).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    let mistakes: BTreeSet<&str> = DOSSIER.controls.iter().map(|control| control.mistake).collect();
    assert_eq!(mistakes.len(), DOSSIER.controls.len(), "each mistake is another");
    assert_eq!(DOSSIER.failures(), Vec::<String>::new());
}

/// A narrow terminal shows the table of mistakes without wrapping.
#[test]
fn mistakes_are_named_in_a_few_words() {
    for control in &DOSSIER.controls {
        assert!(control.mistake.chars().count() <= 43, "{}", control.mistake);
    }
}

/// The page was written by the whole pass, which takes minutes; here is that it is about these cases and mistakes.
#[test]
fn the_committed_page_is_about_these_cases() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/validation.md"))
        .expect("the page is there");
    let regenerate = "mrsim validate-model --out docs/validation.md";
    assert!(
        page.contains(regenerate) && page.contains("with all runs") && !page.contains("REJECTED"),
        "regenerate it: {regenerate}"
    );
    for row in DOSSIER.rows() {
        let line = page.lines().find(|line| line.starts_with(&format!("| {} |", row.id)));
        assert!(
            line.is_some() && page.contains(&row.source),
            "{} is not on the page: {regenerate}",
            row.id
        );
    }
    for (name, source) in &DOSSIER.assumptions {
        assert!(
            page.contains(&format!(
                "- **{name}**: {}",
                source.chars().take(12).collect::<String>()
            )),
            "the assumption {name} is not on the page: {regenerate}"
        );
    }
    for control in &DOSSIER.controls {
        let is_it = |line: &str| {
            line.contains(control.mistake)
                && line.contains(&control.case)
                && line.ends_with("| yes |")
        };
        assert!(
            page.lines().any(is_it),
            "\"{}\" is not on the page: {regenerate}",
            control.mistake
        );
    }
}

// ---- the rule can fail ----

fn case(line: &str) -> Case {
    Case::read(line).remove(0)
}

const DRAWN: &str = r#"{"id": "X.mean", "inputs": {}, "expected": 25, "sd_per_sample": 3, "what": "a test", "source": "made up for a test"}"#;

fn measured(ours: f64) -> Measured {
    Measured { ours, n: 900, spread: 3.0 }
}

#[test]
fn the_rule_allows_four_standard_errors_and_no_more() {
    let case = case(DRAWN);
    for (ours, z, passes) in [
        (25.0, 0.0, true),
        (25.39, 3.9, true),
        (25.41, 4.1, false),
        (24.59, -4.1, false),
        (f64::NAN, f64::NAN, false),
    ] {
        let row = judged(&case, measured(ours));
        assert_eq!(row.passes, passes, "{ours}");
        assert!(ours.is_nan() || (row.z.expect("it varies") - z).abs() < 1e-9, "{ours}: {row:?}");
    }
}

#[test]
fn what_does_not_vary_has_to_be_exact() {
    let line = r#"{"id": "X", "inputs": {}, "expected": "never", "abs_tol": 0, "what": "a test", "source": "made up for a test"}"#;
    let told = |line: &str, ours| judged(&case(line), Measured { ours, n: 1, spread: 0.0 });
    assert!(told(line, f64::INFINITY).passes);
    assert!(!told(line, 1e300).passes && !told(line, f64::NAN).passes);
    let line = &line.replace("\"never\"", "3");
    assert!(
        told(line, 3.0).passes && !told(line, 3.000_000_001).passes && told(line, 3.0).z.is_none()
    );
}

#[test]
fn a_rounded_number_is_allowed_its_rounding_and_has_no_z() {
    let case = case(&DRAWN.replace("\"sd_per_sample\": 3", "\"uncertain_by\": 0.1"));
    let row = judged(&case, measured(25.45));
    assert!(
        row.passes && row.z.is_none() && row.deviation.is_some_and(|deviation| deviation > 4.0),
        "{row:?}"
    );
    assert!(!judged(&case, measured(25.51)).passes);
}

#[test]
fn a_number_that_errs_to_one_side_is_allowed_less_on_the_other() {
    let case = case(
        &DRAWN.replace("\"sd_per_sample\": 3", "\"uncertain_by\": 3, \"uncertain_below\": 0.1"),
    );
    let passes = |ours| judged(&case, measured(ours)).passes;
    assert!(passes(28.3) && !passes(28.5), "3 above, and 4 standard errors of 0.1");
    assert!(passes(24.55) && !passes(24.4), "0.1 below");
}

#[test]
fn a_mistake_that_is_none_or_hardly_shows_is_not_caught() {
    let case = case(DRAWN);
    assert!(!control(&case, "none", measured(25.0)).caught);
    assert!(
        !control(&case, "it hardly shows", measured(25.5)).caught,
        "five standard errors are not far"
    );
    assert!(control(&case, "it shows", measured(26.1)).caught);
}

/// A dossier with these deviations and nothing else.
fn dossier(deviations: impl Iterator<Item = f64>) -> Dossier {
    let case = case(DRAWN);
    let mut dossier = Dossier {
        families: DOSSIER.families[..1].to_vec(),
        controls: Vec::new(),
        ..DOSSIER.clone()
    };
    dossier.families[0].rows =
        deviations.map(|z| judged(&case, measured(25.0 + 0.1 * z))).collect();
    dossier
}

#[test]
fn sets_that_chance_does_not_make_are_failures() {
    let fair =
        || (0..200).map(|index| mrsim::law::normal_quantile((f64::from(index) + 0.5) / 200.0));
    assert_eq!(dossier(fair()).failures(), Vec::<String>::new());
    assert_eq!(dossier(fair().map(|z| 0.3 * z)).pattern().len(), 1, "none beyond 1 is suspicious");
    assert!(
        dossier(fair().map(|z| 1.4 * z)).pattern()[0].contains("beyond 2"),
        "too many beyond 2"
    );
    assert!(
        dossier(fair().map(|z| z + 1.0)).pattern().iter().any(|words| words.contains("positive")),
        "all a little high"
    );
    assert!(dossier([0.0, 5.0].into_iter()).failures()[0].contains("X.mean: 25.5 instead of 25"));
}

// ---- determinism and interruption ----

#[test]
fn threads_and_the_choice_of_families_change_nothing() {
    let detection = family("detection").expect("it is registered");
    let alone = |threads| {
        run(&[detection], Effort { scale: 0.1, threads }, &Quiet).expect("no limit is reached")
    };
    let (one, two) = (alone(1), alone(2));
    assert_eq!(one.families[0].rows, two.families[0].rows);
    assert_eq!(one.families[0].rows, DOSSIER.families[0].rows, "alone or among others");
    assert_eq!(one.controls[..], DOSSIER.controls[..one.controls.len()]);
}

/// Wants to stop after so many looks.
struct Impatient(AtomicU64);

impl Observer for Impatient {
    fn runs_done(&self, _done: u64, _asked: u64) {}
    fn wants_stop(&self) -> bool {
        self.0.fetch_add(1, Ordering::SeqCst) > 40
    }
}

#[test]
fn an_interrupted_dossier_says_so() {
    let all: Vec<&Family> = FAMILIES.iter().collect();
    let dossier = run(&all, Effort { scale: 0.1, threads: 1 }, &Impatient(AtomicU64::new(0)))
        .expect("no limit is reached");
    assert!(dossier.partial && dossier.rows().count() < 30, "{} rows", dossier.rows().count());
}

/// Samples of one scenario are drawn once, on a seed of the first case that asks.
#[test]
fn cases_of_one_scenario_share_its_runs() {
    let detection = family("detection").expect("it is registered");
    let cases = detection.read();
    let plan = |id: &str| {
        (detection.plan)(cases.iter().find(|case| case.id == id).expect("a case"))
            .expect("it has a plan")
    };
    let effort = Effort { scale: 0.02, threads: 1 };
    let mut samples = Samples::new(effort, &Quiet);
    let [mean, shared] = ["A1.mean.10.3.0", "A1.sd.10.3.0"]
        .map(|id| samples.measure(id, &plan(id)).expect("no limit").expect("not interrupted"));
    let own = Samples::new(effort, &Quiet)
        .measure("A1.sd.10.3.0", &plan("A1.sd.10.3.0"))
        .expect("no limit")
        .expect("not interrupted");
    assert_eq!((mean.n, mean.spread), (shared.n, shared.spread));
    assert_ne!(shared.spread, own.spread, "on its own it has draws of its own");
}
