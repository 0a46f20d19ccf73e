//! No fault does nothing: each fault of each scenario changes what happens, beyond being announced.
//!
//! ```text
//!  the scenario as it is          -->  what happened  --.
//!  one fault without its effects  -->  what happened  --+--> must differ
//! ```
//!
//! The other run is told of the same fault at the same time: steps are cut and facts are numbered alike, so a difference of one request
//! is the effect's own.

use mrsim::fault::checkers_cut_off::{CheckerLocations, CheckersCutOff};
use mrsim::fault::{Effect, Fault, Window};
use mrsim::id::AudienceId;
use mrsim::law::Law;
use mrsim::scenario::Scenario;
use mrsim::trace::{Trace, What};
use mrsim::units::Duration;
use mrsim::world::{Stage, run};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// Faults that nothing feels, and why that is what their scenarios show.
const UNFELT: &[(&str, usize, &str)] = &[];

/// Few runs are enough: an effect that a design feels by chance alone is felt in one of them.
const RUNS: u64 = 3;

/// Announced at the same times, and without any effect.
fn without_effects(fault: &Fault) -> Fault {
    let window = fault.behaviour().window().clone();
    Fault::CheckersCutOff(CheckersCutOff {
        checkers_in: CheckerLocations(Vec::new()),
        regions: Vec::new(),
        window,
    })
}

/// The same fault, of a length that both runs agree on: how it is drawn depends on what the fault is.
fn of_known_length(fault: &Fault) -> Fault {
    let of = fault.behaviour().window();
    let window = Window { lasting: Law::Constant(of.lasting.at(0.5)), ..of.clone() };
    let mut fault = fault.clone();
    *window_of(&mut fault) = window;
    fault
}

fn window_of(fault: &mut Fault) -> &mut Window {
    match fault {
        Fault::RegionOutage(fault) => &mut fault.window,
        Fault::GrayFailure(fault) => &mut fault.window,
        Fault::TargetsGone(fault) => &mut fault.window,
        Fault::LinkCut(fault) => &mut fault.window,
        Fault::ReplicationStalled(fault) => &mut fault.window,
        Fault::LagSpike(fault) => &mut fault.window,
        Fault::ClockSkew(fault) => &mut fault.window,
        Fault::CheckersCutOff(fault) => &mut fault.window,
        Fault::CheckersUnheard(fault) => &mut fault.window,
        Fault::EmptyAnswers(fault) => &mut fault.window,
        Fault::NameServersDown(fault) => &mut fault.window,
        Fault::ControlPlaneImpaired(fault) => &mut fault.window,
        Fault::FrontDoorOutage(fault) => &mut fault.window,
        Fault::CheckDisabled(fault) => &mut fault.window,
        Fault::CheckInverted(fault) => &mut fault.window,
        Fault::WriterInstanceFails(fault) => &mut fault.window,
    }
}

fn with(scenario: &Scenario, faults: Vec<Fault>) -> Scenario {
    Scenario { faults, ..scenario.clone() }
}

/// What happened, apart from numbers of facts: as text, for all of it counts.
fn happened(scenario: Scenario) -> String {
    let stage = Stage::new(Arc::new(scenario));
    let one = |index| run(&stage, 7, index).unwrap_or_else(|limit| panic!("{}", limit.what));
    (0..RUNS).map(|index| described(&one(index))).collect()
}

fn described(trace: &Trace) -> String {
    // A fault that sets some name servers apart makes an audience more. What that holds is told only if somebody acts on it.
    let is_of_all = |what: &What| !matches!(what, What::BeliefChanged { audience, .. } | What::Published { audience, .. } if *audience != AudienceId::EVERY);
    let facts: Vec<_> = trace
        .facts
        .iter()
        .filter(|fact| is_of_all(&fact.what))
        .map(|fact| (fact.at, fact.what))
        .collect();
    let counted = (&trace.steps, &trace.counts, &trace.presence);
    format!("{facts:?}{counted:?}{:?}{:?}{:?}", trace.items, trace.log_lag, trace.quorums)
}

/// Whether the fault at a position of the list makes a difference.
fn is_felt(scenario: &Scenario, index: usize, changed: &dyn Fn(&Fault) -> Fault) -> bool {
    let known: Vec<Fault> = scenario.faults.iter().map(of_known_length).collect();
    let mut other = known.clone();
    other[index] = changed(&known[index]);
    happened(with(scenario, known)) != happened(with(scenario, other))
}

fn scenarios() -> Vec<(String, Scenario)> {
    let all = [texts("scenarios"), texts("scenarios/parts")].concat();
    all.into_iter().map(|(name, text)| (name.clone(), read(&name, &text))).collect()
}

/// The files of a folder, by name.
fn texts(folder: &str) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).expect("part of the project");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "ron"));
    paths.sort();
    let named = |path: PathBuf| {
        let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("readable"))
    };
    paths.into_iter().map(named).collect()
}

fn read(name: &str, text: &str) -> Scenario {
    Scenario::parse(text).unwrap_or_else(|problems| panic!("{name}: {problems:#?}"))
}

#[test]
fn every_fault_changes_what_happens() {
    for (name, scenario) in scenarios() {
        for (index, fault) in scenario.faults.iter().enumerate() {
            let excused = UNFELT.iter().find(|(of, at, _)| *of == name && *at == index);
            let felt = is_felt(&scenario, index, &without_effects);
            match excused {
                None => assert!(felt, "{name}: {} changes nothing", fault.name()),
                Some((.., why)) => {
                    assert!(!felt, "{name}: {} is felt, so take it out: {why}", fault.name());
                }
            }
        }
    }
}

/// The control: a fault whose effects nobody acts on is announced as any other, and fails this test.
#[test]
fn a_fault_without_effects_is_found_out() {
    let (_, scenario) = scenarios()
        .into_iter()
        .find(|(name, _)| name == "region-outage")
        .expect("a part of every family");
    let dropped = without_effects(&scenario.faults[0]);
    assert_eq!(dropped.behaviour().effects(), Vec::<Effect>::new());
    let scenario = with(&scenario, vec![dropped]);
    assert!(!is_felt(&scenario, 0, &without_effects), "nothing but the announcement");
}

/// What is warned of as felt by nothing is felt by nothing: in every part, of every fault that can be written into it.
#[test]
fn a_fault_that_is_warned_of_changes_nothing() {
    let mut warned = 0;
    for (name, text) in texts("scenarios/parts") {
        let before = read(&name, &text).warnings.len();
        for candidate in candidates(&read(&name, &text)) {
            // Among the faults it comes first, and so does what is said of it.
            let with_it = with_fault(&text, &candidate);
            let Ok(scenario) = Scenario::parse(&with_it) else { continue };
            let is_warned = scenario.warnings.len() > before
                && scenario.warnings.iter().any(|warning| is_unfelt(&warning.what));
            if is_warned {
                warned += 1;
                assert!(
                    !is_felt(&scenario, 0, &without_effects),
                    "{name}: {candidate} is felt, and warned of: {:#?}",
                    scenario.warnings
                );
            }
        }
    }
    assert!(warned > 100, "only {warned} of all faults are warned of");
}

/// Warnings of faults that nothing feels, told from others by their words.
fn is_unfelt(what: &str) -> bool {
    [
        "nothing is in ",
        "no checker watches ",
        "nothing crosses the link ",
        "nothing is changed over ",
        "a disabled check counts as healthy",
        " is disabled for good",
        "no store that ",
        "no users use store ",
    ]
    .iter()
    .any(|words| what.contains(words))
}

fn with_fault(text: &str, fault: &str) -> String {
    if text.contains("faults: [") {
        return text.replace("faults: [", &format!("faults: [{fault}, "));
    }
    let end = text.rfind(')').expect("a scenario ends so");
    format!("{}    faults: [{fault}],\n)", &text[..end])
}

/// Faults that can be written into a scenario, by its names.
fn candidates(scenario: &Scenario) -> Vec<String> {
    let quarter = Duration::from_nanos(scenario.run.as_nanos() / 4);
    let at = format!("at: \"{quarter}\", duration: \"{quarter}\"");
    let regions: Vec<&str> = scenario.regions.iter().map(|region| region.name.as_str()).collect();
    let mut found = vec![format!("ControlPlaneImpaired(plane: Names, {at})")];
    for one in &regions {
        found.extend([
            format!("RegionOutage(region: \"{one}\", {at})"),
            format!("TargetsGone(region: \"{one}\", {at})"),
            format!("GrayFailure(region: \"{one}\", errors: \"50%\", {at})"),
            format!("GrayFailure(region: \"{one}\", checkers: \"50%\", {at})"),
            format!("ClockSkew(region: \"{one}\", ahead: \"10s\", {at})"),
        ]);
        let others = regions.iter().filter(|other| *other > one);
        found.extend(
            others.map(|other| format!("LinkCut(from: \"{one}\", to: [\"{other}\"], {at})")),
        );
    }
    for store in &scenario.stores {
        found.push(format!("WriterInstanceFails(store: \"{}\", {at})", store.name));
    }
    for check in &scenario.health_checks {
        found.push(format!("CheckDisabled(check: \"{}\", {at})", check.name));
        found.push(format!("CheckInverted(check: \"{}\", {at})", check.name));
    }
    found
}
