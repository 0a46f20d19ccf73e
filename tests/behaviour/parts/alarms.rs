//! Alarms on metrics: which fire, when, and what missing data do. Periods of 60 s end on the minute and are judged at once.

use super::watch::{changed, part};
use crate::tokyo::parsed;
use mrsim::trace::{Operation::Read, Operation::Write, What};
use mrsim::world::{self, Stage};

/// N = 2, and the range looked at has 4 periods: once all 4 are silent (300 s + 4 x 60 s), missing data decide.
#[test]
fn errors_of_a_dark_region_are_no_errors() {
    let part = part("alarm-dark-region");
    // Insufficient data, and the check keeps the last known status.
    part.beliefs("missing", &[]);
    part.beliefs("not breaching", &[]);
    for seen in part.runs() {
        assert_eq!(
            seen.beliefs("unhealthy")[0],
            (540.0, false),
            "insufficient data count as unhealthy"
        );
        assert_eq!(seen.beliefs("breaching")[0], (540.0, false));
    }
    // Without users there is nothing to measure: nobody ever comes back.
    part.journey("Japan", &[(0.0, "Tokyo"), (540.0, "N. Virginia")]);
}

/// The same alarms where the load balancer answers, with errors: data suffice, and all of them fire after two periods.
#[test]
fn errors_that_are_answered_are_seen_whatever_missing_data_mean() {
    let answered = changed("alarm-dark-region", &[("how: BlackHole", "how: Errors")]);
    for seen in answered.runs() {
        for alarm in ["missing", "unhealthy", "not breaching", "breaching"] {
            assert_eq!(seen.beliefs(alarm)[0], (420.0, false), "{alarm}");
        }
    }
}

#[test]
fn each_metric_fires_after_its_second_bad_period() {
    let part = part("alarm-metrics");
    // Errors from 300 s to 900 s: the periods to 360 s and 420 s are bad; the first good one ends at 960 s.
    for alarm in ["errors", "canary", "hosts"] {
        part.beliefs(alarm, &[(420.0, false), (960.0, true)]);
    }
    // The probes turn at 320 s, within the period to 360 s, and back at 920 s, within that to 960 s, which is still bad in part.
    part.beliefs("tokyo", &[(320.0, false), (920.0, true)]);
    part.beliefs("status", &[(420.0, false), (1_020.0, true)]);
    for seen in part.runs() {
        let lag = seen.beliefs("lag");
        let of_cut = lag.iter().filter(|(at, _)| *at > 1_400.0).copied().collect::<Vec<_>>();
        // The link is cut from 1,500 s to 1,800 s; 30 s later the replica is too old, in the period to 1,560 s.
        assert_eq!(of_cut, [(1_620.0, false), (1_860.0, true)]);
    }
}

/// Alarm after two periods (420 s), 60 s to decide, 90 s to promote.
#[test]
fn an_alarm_starts_the_promotion() {
    let part = part("alarm-promotion");
    for seen in part.runs() {
        assert_eq!(seen.beliefs("errors")[0], (420.0, false));
        assert_eq!(
            seen.when(|what| matches!(what, What::PromotionOrdered { .. }).then_some(())),
            [(480.0, ())]
        );
        assert_eq!(
            seen.when(|what| matches!(what, What::Promoted { .. }).then_some(())),
            [(570.0, ())]
        );
        assert_eq!(seen.only_place("Japan", 420.0), "N. Virginia");
    }
    part.all_end("Japan", Read, 300, 420, &["refused at Tokyo"]);
    part.all_end("Japan", Read, 420, 1_800, &["N. Virginia"]);
    part.all_end("Japan", Write, 300, 420, &["refused at Tokyo"]);
    // The names have moved, the writer has not.
    part.all_end("Japan", Write, 420, 570, &["refused at N. Virginia"]);
    part.all_end("Japan", Write, 570, 1_800, &["N. Virginia"]);
}

/// Nobody promotes a database by itself.
#[test]
fn without_a_promotion_writes_stay_lost() {
    let promotion = "    promotion: Promotion(to: \"us-east-1\", trigger: \"errors\", decision: \"60s\", duration: \"90s\"),\n";
    changed("alarm-promotion", &[(promotion, "")]).all_end(
        "Japan",
        Write,
        420,
        1_800,
        &["refused at N. Virginia"],
    );
}

/// What is told as the reason of a change of a check's status, by check and status: the kind and the instant of that fact.
fn reasons(seen: &super::watch::Seen, name: &str) -> Vec<(bool, f64, bool)> {
    let trace = seen.trace;
    let told = trace.facts.iter().filter_map(|fact| match fact.what {
        What::BeliefChanged { check, healthy, .. } if trace.cast.checks[check.index()] == name => {
            Some((healthy, fact.cause))
        }
        _ => None,
    });
    let reason = |(healthy, cause): (bool, Option<mrsim::trace::FactId>)| {
        let fact = &trace.facts[cause.unwrap_or_else(|| panic!("{name} has a reason")).0 as usize];
        (healthy, fact.at.seconds(), matches!(fact.what, What::FaultEnded { .. }))
    };
    told.map(reason).collect()
}

/// An alarm goes off because a fault began, and is over because it ended: from 300 s to 900 s, and the cut from 1,500 s to 1,800 s.
#[test]
fn an_alarm_is_over_because_the_fault_ended() {
    for seen in part("alarm-metrics").runs() {
        for alarm in ["errors", "canary", "hosts", "status"] {
            assert_eq!(
                reasons(&seen, alarm),
                [(false, 300.0, false), (true, 900.0, true)],
                "{alarm}"
            );
        }
        assert_eq!(reasons(&seen, "lag")[2..], [(false, 1_500.0, false), (true, 1_800.0, true)]);
    }
}

/// Another fault that begins meanwhile, and has nothing to do with it, is no reason.
#[test]
fn an_alarm_is_not_over_because_something_else_broke() {
    let another = "faults: [\n        LagSpike(store: \"orders\", adds: \"1s\", at: \"905s\", duration: \"5s\"),";
    for seen in changed("alarm-metrics", &[("faults: [", another)]).runs() {
        for alarm in ["errors", "canary", "hosts", "status"] {
            assert_eq!(
                reasons(&seen, alarm),
                [(false, 300.0, false), (true, 900.0, true)],
                "{alarm}"
            );
        }
    }
}

/// What changes a metric between its periods' ends counts from that moment on.
#[test]
fn a_metric_counts_what_held_before_a_change() {
    let text = r#"Scenario(
        question: "Does the alarm see the errors before the promotion?", run: "20min",
        regions: ["eu-west-1", "eu-central-1"],
        users: [Population(name: "users", place: "europe-west", users: 100, writes: "1 req/s", resolvers: Resolvers(caches: 10))],
        health_checks: [
            HealthCheck(name: "primary", watches: "eu-west-1", preset: "route53-fast", push: "0s", checkers: 1, first_probe: "0s"),
            Alarm(name: "errors", metric: Errors(region: "eu-central-1", above: "70%"), period: "60s", periods: 1, delay: "0s", first_period: "59s", observed: true),
        ],
        routing: Routing(ttl: "10s", policy: Simple(to: ["eu-central-1"])),
        stores: [Store(name: "orders", preset: "aurora-global", writer: "eu-west-1", readers: ["eu-central-1"], endpoint_ttl: "0s",
            promotion: Promotion(to: "eu-central-1", watches: "primary", decision: "0s", duration: "10s"))],
        faults: [RegionOutage(region: "eu-west-1", at: "10min", duration: "10h", how: BlackHole)],
    )"#;
    let trace = world::run(&Stage::new(parsed(text)), 1, 0).expect("no limit is reached");
    let at = |is_it: &dyn Fn(&What) -> bool| {
        trace.facts.iter().find(|fact| is_it(&fact.what)).map(|fact| fact.at.seconds())
    };
    let promoted =
        at(&|what| matches!(what, What::Promoted { .. })).expect("the replica is promoted");
    let alarm = at(
        &|what| matches!(what, What::BeliefChanged { check, healthy: false, .. } if check.index() == 1),
    );
    // Writes fail from 600 s to the promotion: most of the period from 599 s to 659 s.
    assert!((640.0..658.0).contains(&promoted), "promoted at {promoted} s");
    assert_eq!(alarm, Some(659.0), "the period ends with more than 70% of bad time");
}
