//! Failover inside a region and by hand: instances that fail, standbys, forwarded writes, headless regions.

use super::addresses::endpoint_moves;
use super::watch::{changed, law, part, promotion_laws, share};
use super::writers::roles;
use mrsim::id::StoreId;
use mrsim::law::Law;
use mrsim::measure::Replay;
use mrsim::measure::loss::Ledger;
use mrsim::scenario::presets;
use mrsim::trace::Operation::{self, Read, Write};
use mrsim::trace::{Outcome, What};

#[test]
fn an_instance_that_fails_takes_writes_and_the_reads_that_need_it() {
    let part = part("writer-instance-fails");
    let fail = |operation: Operation, from: u64, expected: [&str; 3]| {
        for (population, ending) in ["Japan", "America", "Europe"].into_iter().zip(expected) {
            part.all_end(population, operation, from, from + 30, &[ending]);
        }
    };
    let refused = ["refused at Tokyo", "refused at N. Virginia", "refused at Ireland"];
    for begins in [300, 900, 1_500] {
        fail(Write, begins, refused);
    }
    // Ireland has no replica and reads at the writer's region.
    fail(Read, 300, ["refused at Tokyo", "N. Virginia", "refused at Ireland"]);
    fail(Read, 900, refused);
    fail(Read, 1_500, ["Tokyo", "N. Virginia", "Ireland by Tokyo"]);
    for (from, to) in [(0, 300), (330, 900), (930, 1_500), (1_530, 1_800)] {
        part.all_end("Japan", Write, from, to, &["Tokyo"]);
        part.all_end("America", Read, from, to, &["N. Virginia"]);
    }
    for seen in part.runs() {
        assert_eq!(Ledger::of(&Replay::new(seen.trace), StoreId(0)).lost, 0);
    }
}

/// A switchover cannot start while the writer's instance is down, and one that is under way fails with it.
#[test]
fn a_switchover_needs_the_writers_instance() {
    let planned = "readers: [\"us-east-1\"],\n            switchovers: [Switchover(to: \"us-east-1\", at: \"310s\", duration: \"20s\"), Switchover(to: \"us-east-1\", at: \"890s\", duration: \"20s\")]";
    for seen in changed("writer-instance-fails", &[("readers: [\"us-east-1\"]", planned)]).runs() {
        assert_eq!(
            roles(&seen),
            [
                (310.0, "switchover refused"),
                (890.0, "switchover began"),
                (900.0, "switchover failed")
            ]
        );
    }
}

/// How long each standby takes is in its preset, and the fault that says no length lasts so long.
#[test]
fn each_standby_takes_over_as_its_preset_says() {
    let documented = [(5.0, 30.0), (60.0, 600.0), (60.0, 120.0), (10.0, 35.0)];
    for (index, (name, (least, most))) in
        ["aurora-reader", "aurora-alone", "rds-multi-az", "rds-multi-az-cluster"]
            .into_iter()
            .zip(documented)
            .enumerate()
    {
        let preset = presets::standbys().find(name).expect("it is shipped");
        let mut lengths = Vec::new();
        for seen in part("presets-standbys").runs() {
            let ended = seen.when(|what| {
                matches!(what, What::FaultEnded { fault } if fault.index() == index).then_some(())
            });
            lengths.push(ended[0].0 - 300.0);
        }
        assert!(
            lengths.iter().all(|length| (least..=most).contains(length)),
            "{name}: {lengths:?}"
        );
        let mean = lengths.iter().sum::<f64>() / lengths.len() as f64;
        let spread = lengths.iter().map(|length| (length - mean) * (length - mean)).sum::<f64>()
            / (lengths.len() - 1) as f64;
        let error = (spread / lengths.len() as f64).sqrt();
        assert!(
            (mean - law(preset.value.field("duration")).mean()).abs() < 4.0 * error,
            "{name}: {mean} against {}",
            law(preset.value.field("duration")).mean()
        );
    }
    let cluster = part("presets-standbys");
    cluster.all_end("cluster", Read, 300, 1_200, &["Tokyo"]);
    assert!(cluster.endings("multi-az", Read, 300, 1_200).contains_key("refused at Tokyo"));
}

const MODES: [&str; 4] = ["off", "eventual", "session", "global"];

#[test]
fn forwarded_writes_die_with_the_way_to_the_writer_and_find_a_new_one_at_once() {
    let part = part("write-forwarding");
    for mode in MODES {
        part.all_end(mode, Write, 0, 300, &["Ireland by Tokyo"]);
        part.all_end(mode, Write, 300, 600, &["timed out at Ireland"]);
        part.all_end(mode, Write, 600, 1_020, &["Ireland by Tokyo"]);
        part.all_end(mode, Write, 1_080, 1_500, &["Ireland by N. Virginia"]);
    }
    for forwarding in &MODES[1..] {
        part.all_end(forwarding, Write, 1_020, 1_080, &["Ireland by N. Virginia"]);
    }
    // Without forwarding the old address answers with an error until it expires, within a minute.
    part.all_end("off", Write, 1_020, 1_080, &["refused at Ireland", "Ireland by N. Virginia"]);
}

#[test]
fn reads_wait_as_the_mode_asks() {
    let part = part("write-forwarding");
    for mode in ["off", "eventual"] {
        part.all_end(mode, Read, 0, 1_500, &["Ireland"]);
    }
    // A user writes once a second: 1 - e^-0.5 of his reads come within the lag of a write, 39.3%.
    let session = part.endings("session", Read, 0, 1_500);
    let waits = share(&session, |words| words == "Ireland after 500ms");
    assert!((waits - 0.3935).abs() < 0.001, "{waits}");
    assert!((share(&session, |words| words == "Ireland") - 0.6065).abs() < 0.001, "{session:?}");
    // There and back to the writer, and the log; nothing while the writer is out of reach.
    part.all_end("global", Read, 0, 300, &["Ireland after 500ms"]);
    part.all_end("global", Read, 300, 600, &["timed out at Ireland"]);
    part.all_end("global", Read, 600, 1_500, &["Ireland after 500ms"]);
    for seen in part.runs() {
        let global = seen
            .trace
            .counts
            .iter()
            .filter(|count| count.population.index() == 3 && count.operation == Read);
        for count in global {
            let began = seen.trace.steps[count.step as usize].from.seconds();
            let Outcome::Served { hop, .. } = count.ending.outcome else { continue };
            let writer = if began < 1_020.0 { "ap-northeast-1" } else { "us-east-1" };
            let round_trip = mrsim::places::round_trip("eu-west-1", writer).expect("measured").p50;
            assert!(
                hop.seconds() > 0.9 * round_trip.seconds()
                    && hop.seconds() < 1.1 * round_trip.seconds(),
                "{hop} against {round_trip}"
            );
        }
    }
}

#[test]
fn a_region_without_an_instance_gets_one_before_it_is_promoted() {
    let part = part("headless");
    for seen in part.runs() {
        assert_eq!(roles(&seen), [(392.0, "ordered"), (1_052.0, "promoted")]);
    }
    part.all_end("America", Read, 0, 300, &["N. Virginia by Tokyo"]);
    part.all_end("America", Read, 300, 1_050, &["timed out at N. Virginia"]);
    part.all_end("America", Read, 1_055, 1_800, &["N. Virginia"]);
    part.all_end("America", Write, 1_055, 1_800, &["N. Virginia"]);
}

/// The shortest and the longest time of a law, near enough.
fn range(law: &Law) -> (f64, f64) {
    (law.at(1e-9).seconds(), law.at(1.0 - 1e-9).seconds())
}

/// Believed at 332 s; a person decides in 2 to 15 min, promotes within a minute, and applications follow within a minute.
#[test]
fn sessions_are_read_only_until_a_person_has_promoted() {
    let [decision, promotion] = promotion_laws("elasticache-global-datastore");
    for seen in part("global-datastore").runs() {
        let roles = roles(&seen);
        assert_eq!(
            roles.iter().map(|(_, what)| *what).collect::<Vec<_>>(),
            ["ordered", "promoted"]
        );
        let (decided, took) = (roles[0].0 - 332.0, roles[1].0 - roles[0].0);
        for (time, law) in [(decided, &decision), (took, &promotion)] {
            let (least, most) = range(law);
            assert!(time >= least && time <= most, "{time} is not within {least} and {most}");
        }
        assert!(took < 60.0, "less than a minute: {took}");
        assert!(
            endpoint_moves(&seen).iter().flatten().all(|(moved, _)| moved - roles[1].0 <= 60.0)
        );
    }
}
