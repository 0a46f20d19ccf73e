//! Presets: when resolvers, clients, checks and stores with their settings act.

use super::watch::{Seen, changed, endpoint_ttl, part, promotion_laws};
use mrsim::health::{HealthCheck, Sensor};
use mrsim::law::Law;
use mrsim::read::{Shape, Value};
use mrsim::trace::What;

/// The record changes at 320 s for every resolver; its TTL is 300 s. Each is asked 55 times a second.
const CHANGED: f64 = 320.0;

fn of_each(population: &str, test: impl Fn(&Seen, &[f64])) {
    for seen in part("presets-resolvers").runs() {
        test(&seen, &seen.last_moves(population));
    }
}

fn max(values: &[f64]) -> f64 {
    values.iter().copied().fold(0.0, f64::max)
}

#[test]
fn honest_and_capping_resolvers_keep_to_their_times() {
    // Uniform over the lifetime: with 150 resolvers the last is gone in its last tenth.
    for (population, longest) in [("honest", 300.0), ("serve-stale", 300.0), ("capping", 60.0)] {
        of_each(population, |_, moves| {
            assert!(
                max(moves) <= CHANGED + longest && max(moves) > CHANGED + 0.9 * longest,
                "{population}: {}",
                max(moves)
            );
        });
    }
}

/// 8.74% of the users are behind resolvers that keep for 600 s: of the 150 that are simulated of them half have at least 300 s
/// left, and none more than 600.
#[test]
fn some_resolvers_stretch_the_time_to_live() {
    of_each("bhowmick-2023", |_, moves| {
        let late = moves.iter().filter(|at| **at > CHANGED + 300.0).count();
        assert!(
            (74..=76).contains(&late) && max(moves) <= CHANGED + 600.0,
            "{late} of 150, the last {}",
            max(moves)
        );
    });
}

/// 11.22% of the users are behind resolvers that keep for 521.9 s on average, whatever the record says: by the law without memory
/// e^(-900/521.9) of them are left after 900 s, 2% of all.
#[test]
fn a_share_of_users_follows_with_a_tail() {
    let mut late = 0;
    for seen in part("presets-resolvers").runs() {
        late += seen.last_moves("flavel-2014").iter().filter(|at| **at > CHANGED + 900.0).count();
    }
    let share = 0.1122 * late as f64 / (150.0 * super::watch::RUNS as f64);
    assert!((share - 0.02).abs() < 0.0005, "{share}");
}

/// Tokyo is dark from 300 s, and the record has changed at 332 s; it lives 60 s. Each user makes a request a second, a browser two a minute.
#[test]
fn clients_follow_when_their_own_caches_let_them() {
    let part = part("presets-clients");
    let mut kept_by_one = 0;
    for seen in part.runs() {
        let last = |population: &str| max(&seen.last_moves(population));
        let resolved = 332.0 + 60.0;
        assert!(last("plain") <= resolved, "{}", last("plain"));
        // What a client keeps is asked for again at the next request, about 0.2 s later.
        assert!(last("jvm") <= resolved + 30.0 + 3.0, "{}", last("jvm"));
        assert!(last("address cache") <= resolved + 60.0 + 3.0, "{}", last("address cache"));
        // The upper cache asks the lower one 46 s and 92 s after both asked, so what it got the first time it has for 91 s.
        assert!(
            last("two address caches") <= resolved + 60.0 + 45.0 + 6.0,
            "{}",
            last("two address caches")
        );
        // An unused connection is closed after 300 s; a used one waits 30 s; then each try asks caches that are 452 s old at most.
        let browsers = seen.last_moves("browser");
        assert!(browsers.iter().all(|at| *at > 330.0 && *at < 330.0 + 600.0), "{browsers:?}");
        // Connections break 10 s after the first request that meets silence, before the record has changed; then each try asks.
        for population in ["alb-keep-alive", "accelerator"] {
            assert!(last(population) <= resolved + 3.0, "{population}: {}", last(population));
        }
        let after = |population: &str, at: f64| {
            seen.last_moves(population).iter().filter(|moved| **moved > at).count()
        };
        kept_by_one += after("jvm", resolved);
        assert!(seen.moves("jvm-forever").is_empty(), "never");
        let pool = seen.last_moves("pool");
        // Each connection is used at least once in 20 s (e^-100 against), and then waits 924.6 s.
        assert!(
            pool.iter().all(|at| (300.0 + 924.6..300.0 + 924.6 + 20.0).contains(at)),
            "{pool:?}"
        );
    }
    assert!(kept_by_one > 100, "a runtime adds to its resolver: {kept_by_one}");
}

/// Two caches in one client, 60 s below 45 s, behind a resolver with 60 s, at a random moment of their cycles: by simulation of just that
/// chain a quarter has moved 46 s after the change, half 66 s, 90 % 110 s.
#[test]
fn two_caches_in_one_client_are_met_at_any_phase() {
    let part = part("presets-clients");
    let moved: Vec<f64> =
        part.runs().flat_map(|seen| seen.last_moves("two address caches")).collect();
    for (after, expected) in [(46.0, 0.25), (66.0, 0.5), (110.0, 0.9)] {
        let share =
            moved.iter().filter(|at| **at <= 332.0 + after).count() as f64 / moved.len() as f64;
        assert!((share - expected).abs() < 0.05, "{share} after {after} s, expected {expected}");
    }
}

#[test]
fn a_browser_that_is_never_silent_for_five_minutes_can_be_followed() {
    let busy = changed("presets-clients", &[("reads: \"2 req/min\"", "reads: \"1 req/s\"")]);
    assert!(busy.runs().all(|seen| seen.last_moves("browser").iter().all(|at| at.is_finite())));
}

/// The shortest and the longest time of a law, near enough.
fn range(law: &Law) -> (f64, f64) {
    (law.at(1e-9).seconds(), law.at(1.0 - 1e-9).seconds())
}

/// A refusal from 300 s to 1,500 s: the status turns between K - 1 and K intervals later and back after as many successes, give or take
/// the length of a probe each time; name servers hear of it as the preset's law says.
#[test]
fn each_vendors_check_notices_within_its_threshold() {
    let part = part("presets-health-checks");
    for check in &part.scenario.health_checks {
        let Sensor::Probes { probing, .. } = &check.sensor else { panic!("it probes") };
        let (interval, probe) = (probing.interval.seconds(), probing.response_time.seconds());
        for seen in part.runs() {
            let beliefs = seen.beliefs(&check.name);
            let heard = seen.published(&check.name);
            assert_eq!(
                beliefs.iter().map(|(_, healthy)| *healthy).collect::<Vec<_>>(),
                [false, true],
                "{}: {beliefs:?}",
                check.name
            );
            let after = [
                (300.0, probing.threshold_to(false), &check.push),
                (
                    1_500.0,
                    probing.threshold_to(true),
                    check.push_up.as_ref().unwrap_or(&check.push),
                ),
            ];
            for (index, (changed, threshold, push)) in after.into_iter().enumerate() {
                let (at, name) = (beliefs[index].0 - changed, &check.name);
                let (least, most) = (
                    (threshold - 1) as f64 * interval,
                    threshold as f64 * (interval + probe) + probe,
                );
                assert!(
                    (least..=most).contains(&at),
                    "{name}: {at} s is not within {least} s and {most} s"
                );
                let (soonest, latest) = range(push);
                let pushed = heard[index].0 - beliefs[index].0;
                assert!(
                    pushed >= soonest - 1e-6 && pushed <= latest + 1e-6,
                    "{name}: heard {pushed} s later"
                );
            }
        }
    }
}

/// Believed at 332 s; then a decision and a promotion, each within its law; then the endpoint's TTL.
#[test]
fn each_store_takes_as_long_as_its_decision_and_promotion() {
    let part = part("presets-stores");
    for (index, (name, preset)) in
        [("aurora", "aurora-global"), ("rds", "rds-cross-region-replica")].into_iter().enumerate()
    {
        let [decision, promotion] = promotion_laws(preset).map(|law| range(&law));
        let endpoint_ttl = endpoint_ttl(preset);
        for seen in part.runs() {
            let ordered = seen.when(|what| {
                matches!(what, What::PromotionOrdered { store, .. } if store.index() == index)
                    .then_some(())
            });
            let promoted = seen.when(|what| {
                matches!(what, What::Promoted { store, .. } if store.index() == index).then_some(())
            });
            let moved = seen.when(|what| {
                matches!(what, What::EndpointMoved { store, .. } if store.index() == index)
                    .then_some(())
            });
            let (decided, took) = (ordered[0].0 - 332.0, promoted[0].0 - ordered[0].0);
            assert!(decided >= decision.0 && decided <= decision.1, "{name}: {decided}");
            assert!(took >= promotion.0 && took <= promotion.1, "{name}: {took}");
            assert!(
                moved.iter().all(|(at, ())| *at - promoted[0].0 <= endpoint_ttl.seconds()),
                "{name}"
            );
        }
    }
}

// ---- defaults are told ----

/// A scenario with this check, and the defaults that it names: what, and whether nobody has published it.
fn defaults(check: &str) -> Vec<(String, bool)> {
    let text = format!(
        r#"Scenario(
            question: "What acts?", run: "10min", regions: ["ap-northeast-1", "us-east-1"],
            users: [Population(name: "users", place: "japan", users: 10, reads: "1 req/s")],
            health_checks: [HealthCheck(name: "other", watches: "us-east-1", preset: "route53-fast", observed: true), {check}],
            routing: Routing(ttl: "60s", policy: Simple(to: ["ap-northeast-1"])),
        )"#
    );
    let scenario = mrsim::scenario::Scenario::parse(&text)
        .unwrap_or_else(|problems| panic!("{check}: {problems:#?}"));
    scenario
        .sources
        .iter()
        .map(|(what, source, assumption)| (format!("{what}: {source}"), *assumption))
        .collect()
}

/// Whether a default is among those that are told.
fn tells(check: &str, what: &str) -> bool {
    defaults(check).iter().any(|(told, _)| told.starts_with(what))
}

/// The fields of an alarm that have a default: written, and as it is told.
const TOLD: [(&str, &str, &str); 6] = [
    ("period", "period: \"60s\"", "alarm period: 1min"),
    ("periods", "periods: 2", "alarm periods: 2"),
    ("missing", "missing: Missing", "alarm missing data: Missing"),
    ("insufficient", "insufficient: LastKnown", "alarm insufficient data: LastKnown"),
    ("delay", "delay: \"30s\"", "alarm delay: 10s to 70s"),
    ("push", "push: \"1s\"", "push of a check's status to the name servers: 1s to 10s"),
];

/// Each number that acts without being written is in the report's list of defaults, and is gone from it once it is written.
#[test]
fn every_default_of_an_alarm_is_told() {
    let canary = |more: &str, fields: &str| {
        format!(
            "Alarm(name: \"alarm\", observed: true, metric: Canary(region: \"ap-northeast-1\"{more}), {fields})"
        )
    };
    let bare = canary("", "");
    for (field, written, told) in TOLD {
        assert!(tells(&bare, told), "{field}: {:#?}", defaults(&bare));
        assert!(!tells(&canary("", written), told), "{field} is written");
    }
    assert!(
        tells(&bare, "alarm canary above: 50%")
            && !tells(&canary(", above: \"40%\"", ""), "alarm canary above")
    );
    let errors =
        "Alarm(name: \"alarm\", observed: true, metric: Errors(region: \"ap-northeast-1\"))";
    assert!(tells(errors, "alarm errors above: 0%"));
    // What CloudWatch documents is no guess, and how late data are is one.
    let is_guess =
        |what: &str| defaults(&bare).iter().any(|(told, guess)| told.starts_with(what) && *guess);
    assert!(!is_guess("alarm missing data") && is_guess("alarm delay") && is_guess("alarm period"));
}

#[test]
fn the_defaults_of_other_checks_are_told() {
    let calculated = |push: &str| {
        format!("Calculated(name: \"both\", observed: true, of: [\"other\"], at_least: 1{push})")
    };
    assert!(
        tells(&calculated(""), "push of a check's status")
            && !tells(&calculated(", push: \"0s\""), "push of a check's status")
    );
    let probes = |more: &str| {
        format!("HealthCheck(name: \"tokyo\", observed: true, watches: \"ap-northeast-1\"{more})")
    };
    assert!(tells(
        &probes(""),
        "health check that names no preset: route53-fast: Route 53 Developer Guide"
    ));
    assert!(!tells(&probes(", preset: \"route53-standard\""), "health check that names no preset"));
}

/// Whoever gives an alarm another field with a default is reminded here to tell it. What is off needs no telling.
#[test]
fn no_field_of_an_alarm_has_a_default_that_is_not_told() {
    let Shape::Choice(checks) = HealthCheck::shape() else { panic!("several kinds") };
    let members = checks().members;
    let alarm = members.iter().find(|(kind, _)| kind.name == "Alarm").expect("it is one of them");
    let fields = (alarm.1)().fields;
    let has_default =
        |field: &&mrsim::read::Field| field.default.as_ref().is_some_and(|said| said != "false");
    let fields: Vec<&str> = fields.iter().filter(has_default).map(|field| field.name).collect();
    let mut told: Vec<&str> = TOLD.iter().map(|(field, ..)| *field).collect();
    told.sort_by_key(|name| fields.iter().position(|field| field == name));
    assert_eq!(fields, told);
}
