//! Round trips that a request pays for, and the books of those that get no answer.

use super::watch::{Part, runs_of_text};
use mrsim::campaign::{Quiet, Settings, run};
use mrsim::id::StoreId;
use mrsim::measure::Replay;
use mrsim::measure::latency::{Tally, Window};
use mrsim::measure::loss::Ledger;
use mrsim::places::{user_place, user_round_trip};
use mrsim::report::Report;
use mrsim::trace::Operation;

const SERVICE_MILLISECONDS: f64 = 10.0;

/// Users at the coast of Virginia, whose application writes to a database in Tokyo, a round trip of 150 ms away.
fn coast(client: &str, faults: &str) -> String {
    format!(
        r#"Scenario(
        question: "What does a request pay for?", run: "20min", service_time: "{SERVICE_MILLISECONDS}ms",
        regions: ["us-east-1", "ap-northeast-1"],
        links: [Link(from: "us-east-1", to: "ap-northeast-1", round_trip: "150ms")],
        users: [Population(name: "Coast", place: "north-america-east", users: 100_000, reads: "1 req/min", writes: "1 req/min", client: {client})],
        routing: Routing(ttl: "60s", policy: Simple(to: ["us-east-1"])),
        stores: [Store(name: "orders", writer: "ap-northeast-1", readers: ["us-east-1"], replication: AsyncLog(lag: "1s"))],
        faults: [{faults}],
    )"#
    )
}

fn report(text: &str) -> Report {
    let scenario =
        mrsim::scenario::Scenario::parse(text).unwrap_or_else(|problems| panic!("{problems:#?}"));
    run(
        "trips",
        &std::sync::Arc::new(scenario),
        &Settings { runs: 2, ..Settings::default() },
        &Quiet,
    )
    .expect("no limit is reached")
}

/// Half of the requests are answered within so many milliseconds.
fn median(report: &Report, operation: &str) -> f64 {
    let row = report
        .latencies
        .iter()
        .find(|row| row.population.label() == "Coast" && row.operation.label() == operation);
    row.and_then(|row| row.numbers.maybe("p50_milliseconds")).expect("requests are served")
}

/// Half of the users are within so many milliseconds of their region, there and back.
fn users_trip() -> f64 {
    user_round_trip(user_place("north-america-east").expect("known"), "us-east-1")
        .expect("known")
        .p50
        .seconds()
        * 1_000.0
}

fn close(found: f64, expected: f64, what: &str) {
    assert!(
        (found / expected - 1.0).abs() < 0.006,
        "{what}: {found:.2} ms, expected {expected:.2} ms"
    );
}

/// An acknowledged write has gone to Tokyo and its answer has come back: a whole round trip more than a read of the local replica.
#[test]
fn a_write_to_another_region_takes_a_whole_round_trip_longer() {
    let report = report(&coast("Client(attempts: 1)", ""));
    close(median(&report, "reads"), SERVICE_MILLISECONDS + users_trip(), "a read");
    close(median(&report, "writes"), SERVICE_MILLISECONDS + users_trip() + 150.0, "a write");
}

/// TCP takes a round trip, TLS 1.3 another, and then comes the request's own: three where an open connection takes one. The address is
/// known for good, so nothing is asked of a resolver; a connection that closes after 1 ms is never there for the next request
/// (30 s on average).
#[test]
fn a_new_connection_costs_two_round_trips_before_the_request() {
    let anew = r#"Client(pins: [Forever], connections: Connections(idle: "1ms", timeout: "10s"))"#;
    close(
        median(&report(&coast(anew, "")), "reads"),
        SERVICE_MILLISECONDS + 3.0 * users_trip(),
        "a read on a new connection",
    );
    let kept = anew.replace("1ms", "4h");
    close(
        median(&report(&coast(&kept, "")), "reads"),
        SERVICE_MILLISECONDS + users_trip(),
        "a read on a connection that is open",
    );
}

/// Writes by when they were made: served, and failed, in a window of the report of latencies.
fn writes_in(tally: &Tally, window: Window) -> [f64; 2] {
    let served = tally
        .served
        .iter()
        .filter(|((operation, known, _), _)| (*operation, *known) == (Operation::Write, window));
    let failed = tally
        .failed
        .iter()
        .filter(|((operation, known, _), _)| (*operation, *known) == (Operation::Write, window));
    [
        served.map(|(_, requests)| *requests as f64).sum(),
        failed.map(|(_, requests)| *requests as f64).sum(),
    ]
}

/// Refused from 6 min to 8 min: 6 min of writes before, 2 min during, which all fail, and 12 min of 20 after, 100,000 each minute.
#[test]
fn requests_are_told_apart_by_before_during_and_after_the_interruption() {
    let faults =
        r#"RegionOutage(region: "us-east-1", at: "6min", duration: "2min", how: FastFail)"#;
    let part = runs_of_text("windows", &coast("Client(attempts: 1)", faults), 2);
    for seen in part.runs() {
        let tally = Tally::of(&Replay::new(seen.trace));
        for (window, expected) in Window::ALL.into_iter().zip([[6.0, 0.0], [0.0, 2.0], [12.0, 0.0]])
        {
            for (found, minutes) in writes_in(&tally, window).into_iter().zip(expected) {
                let expected: f64 = 100_000.0 * minutes;
                assert!(
                    (found - expected).abs() <= 5.0 * expected.sqrt(),
                    "{}: {found} writes, expected {expected}",
                    window.name()
                );
            }
        }
    }
}

/// Of all writes of the population, in the mean over runs: offered, acknowledged, refused and timed out.
fn ledger(part: &Part) -> [f64; 4] {
    let books: Vec<Ledger> =
        part.runs().map(|seen| Ledger::of(&Replay::new(seen.trace), StoreId(0))).collect();
    let mean = |entry: fn(&Ledger) -> u64| {
        books.iter().map(|ledger| entry(ledger) as f64).sum::<f64>() / books.len() as f64
    };
    [
        mean(|ledger| ledger.offered),
        mean(|ledger| ledger.acknowledged),
        mean(|ledger| ledger.refused),
        mean(|ledger| ledger.timed_out),
    ]
}

/// A region that refuses says that nothing was done; one that is silent leaves it open. 100,000 writes a minute: 2 min of refusals,
/// 5 min of silence, and 13 min of 20 served.
#[test]
fn a_refusal_is_booked_as_refused_and_silence_as_timed_out() {
    let faults = r#"RegionOutage(region: "us-east-1", at: "3min", duration: "2min", how: FastFail),
        RegionOutage(region: "us-east-1", at: "10min", duration: "5min", how: BlackHole)"#;
    let found = ledger(&runs_of_text("ledger", &coast("Client(attempts: 1)", faults), 4));
    for (found, minutes) in found.into_iter().zip([20.0, 13.0, 2.0, 5.0]) {
        // A Poisson count over 4 runs.
        let expected = 100_000.0 * minutes;
        assert!(
            (found - expected).abs() < 5.0 * f64::sqrt(expected / 4.0),
            "{found} writes, expected {expected}"
        );
    }
}
