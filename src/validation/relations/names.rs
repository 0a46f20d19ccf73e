//! Relations about names, order, bystanders and numbers of users.

use super::numbers::{
    changed, difference, equal, equal_but, interrupted, measures, recoveries, traces,
};
use super::{Outcome, Relation, Rule};
use crate::engine::random::Stream;
use crate::measure::{Replay, Scope, Served};
use crate::trace::Trace;
use crate::validation::designs::change::{
    even, halvable, move_regions, split, uncut, with_idle_region, with_users,
};
use crate::validation::designs::draw::{design, forwarding, struck};
use crate::validation::designs::{Class, Design, Keeps, Policy, Population, SECOND, Span};

pub const RELATIONS: &[Relation] = &[
    Relation {
        key: "names-of-regions",
        claim: "other names for the regions, near the same places, change no measure of any run",
        condition: "none",
        rule: Rule::Exact,
        least: 0.5,
        ask: |stream| renamed_regions(stream, |_| ()),
        mistake: "the first two names stand for one another",
        wrong: |stream| renamed_regions(stream, |other| other.regions.swap(0, 1)),
    },
    Relation {
        key: "names-of-the-rest",
        claim: "other names for populations, checks and the store change nothing",
        condition: "in the mean: a component draws from the stream of its name",
        rule: Rule::Mean,
        least: 0.4,
        ask: |stream| renamed(stream, |_| ()),
        mistake: "who is renamed gets a TTL of ten minutes",
        wrong: |stream| renamed(stream, |other| other.ttl = 600 * SECOND),
    },
    Relation {
        key: "order-of-lists",
        claim: "populations, checks and regions listed from last to first change no measure of any run but for the rounding of sums",
        condition: "a policy that is not drawn: its answers are drawn in the order of its records",
        rule: Rule::Exact,
        least: 0.4,
        ask: |stream| {
            let design = struck(design(stream));
            if design.is_drawn() {
                Outcome::Nothing
            } else {
                equal(&design.text(), &reversed(&design, true).text(), rounded)
            }
        },
        mistake: "faults go by the number of the region",
        wrong: |stream| {
            let design = struck(design(stream));
            if design.is_drawn() {
                Outcome::Nothing
            } else {
                equal(&design.text(), &reversed(&design, false).text(), rounded)
            }
        },
    },
    Relation {
        key: "idle-region",
        claim: "a region that no user is sent to, listed first, changes no measure of any run",
        condition: "none",
        rule: Rule::Exact,
        least: 0.7,
        ask: |stream| {
            let drawn = design(stream);
            let design = forwarding(drawn, stream);
            equal(&design.text(), &with_idle_region(&design, 0).text(), measures)
        },
        mistake: "the first record leads there",
        wrong: |stream| {
            let design = uncut(design(stream));
            let mut other = with_idle_region(&design, 0);
            match &mut other.policy {
                Policy::Failover { secondary, .. } => *secondary = 0,
                Policy::Latency(to) => to[0] = 0,
                Policy::Weighted(to) => to[0].0 = 0,
            }
            equal(&design.text(), &other.without_idle_checks().text(), measures)
        },
    },
    Relation {
        key: "idle-check",
        claim: "a health check that is only looked at, listed first, changes no recovery of any run",
        condition: "none",
        rule: Rule::Exact,
        least: 0.4,
        ask: |stream| with_check(stream, |_| ()),
        mistake: "the others need one failure more",
        wrong: |stream| {
            with_check(stream, |other| {
                other.checks.iter_mut().for_each(|check| check.threshold += 1)
            })
        },
    },
    Relation {
        key: "idle-store",
        claim: "a store that no user uses, with a promotion of its own, listed first, changes no recovery of any run",
        condition: "there is another store: an only one is that of everybody who names none",
        rule: Rule::Exact,
        least: 0.3,
        ask: |stream| with_store(stream, |_| ()),
        mistake: "it takes the others' writes",
        wrong: |stream| {
            with_store(stream, |other| {
                other
                    .populations
                    .iter_mut()
                    .for_each(|population| population.store = Some("idle".into()))
            })
        },
    },
    Relation {
        key: "another-population",
        claim: "one more population, listed first, changes no recovery of the others in any run",
        condition: "none",
        rule: Rule::Exact,
        least: 0.4,
        ask: |stream| with_population(stream, |trace| by_population(trace, 1)),
        mistake: "the newcomer counts as one of the others",
        wrong: |stream| with_population(stream, |trace| by_population(trace, 0)),
    },
    Relation {
        key: "split-population",
        claim: "a population in two halves at the same place is back as soon",
        condition: "in the mean: the twin draws anew; users and caches can be halved",
        rule: Rule::Mean,
        least: 0.4,
        ask: |stream| {
            let design = halvable(struck(design(stream)));
            difference(&design.text(), &split(&design).text(), interrupted)
        },
        mistake: "the twin's resolvers keep them ten minutes",
        wrong: |stream| {
            let design = halvable(struck(design(stream)));
            let mut other = split(&design);
            other
                .populations
                .iter_mut()
                .for_each(|population| population.classes = keeping(600 * SECOND));
            difference(&design.text(), &other.text(), interrupted)
        },
    },
    Relation {
        key: "twice-the-users",
        claim: "twice the users recover at the same instants in every run, and make twice the requests, within 5 standard errors",
        condition: "users are a multiple of caches, whose questions are given; clients keep nothing of their own",
        rule: Rule::Exact,
        least: 0.4,
        ask: |stream| doubled(stream, |_| ()),
        mistake: "each makes twice the requests as well",
        wrong: |stream| {
            doubled(stream, |other| {
                other.populations.iter_mut().for_each(|population| {
                    (population.reads, population.writes) =
                        (2 * population.reads, 2 * population.writes)
                });
            })
        },
    },
    Relation {
        key: "roles-of-regions",
        claim: "the first two regions change their roles, policy, checks, store and faults alike: everybody is back as soon in every run",
        condition: "failover; both stand at the same place, all links take the same time (checkers pace their probes by the way there); no link is cut; the writer's endpoint moves at once (how long regions keep the old one is drawn by their places)",
        rule: Rule::Exact,
        least: 0.15,
        ask: |stream| roles(stream, true),
        mistake: "only the policy changes them",
        wrong: |stream| roles(stream, false),
    },
];

fn renamed_regions(stream: &mut Stream, spoil: impl Fn(&mut Design)) -> Outcome {
    let design = struck(design(stream));
    let other = changed(&design, |other| {
        for (index, region) in other.regions.iter_mut().enumerate() {
            region.name = format!("house {}", 9 - index);
        }
        spoil(other);
    });
    equal(&design.text(), &other, measures)
}

fn renamed(stream: &mut Stream, spoil: impl Fn(&mut Design)) -> Outcome {
    let design = struck(design(stream));
    let other = changed(&design, |other| {
        for population in &mut other.populations {
            population.name += " by another name";
            population.store = population.store.as_ref().map(|_| "ledgers".into());
        }
        other.checks.iter_mut().for_each(|check| check.name += " again");
        for store in &mut other.stores {
            store.name = "ledgers".into();
            store.promotion.iter_mut().for_each(|promotion| promotion.watches += " again");
        }
        spoil(other);
    });
    difference(&design.text(), &other, interrupted)
}

/// All measures to 12 digits: means over populations are summed in the order of the list.
fn rounded(trace: &Trace) -> Vec<String> {
    let number = |bits: u64| format!("{:.11e}", f64::from_bits(bits));
    measures(trace)
        .into_iter()
        .map(|measure| {
            measure.map_or(String::new(), |(bits, is_censored)| {
                format!("{} {is_censored}", number(bits))
            })
        })
        .collect()
}

/// All lists from last to first; faults with them, or by the numbers that they had.
fn reversed(design: &Design, with_faults: bool) -> Design {
    let mut other = design.clone();
    let last = other.regions.len() - 1;
    other.regions.reverse();
    other.populations.reverse();
    other.checks.reverse();
    move_regions(&mut other, &|region| last - region, with_faults);
    other
}

fn with_check(stream: &mut Stream, spoil: impl Fn(&mut Design)) -> Outcome {
    let design = struck(design(stream));
    let watched = &design.regions[0].name;
    let check = format!(
        "health_checks: [HealthCheck(name: \"idle\", watches: \"{watched}\", preset: \"route53-fast\", observed: true), "
    );
    let other = changed(&design, |other| spoil(other)).replace("health_checks: [", &check);
    equal(&design.text(), &other, recoveries)
}

fn with_store(stream: &mut Stream, spoil: impl Fn(&mut Design)) -> Outcome {
    let design = struck(design(stream));
    let Some(check) = design.checks.first() else { return Outcome::Nothing };
    if design.stores.is_empty() {
        return Outcome::Nothing;
    }
    let [writer, reader] = [0, 1].map(|region| &design.regions[region].name);
    let store = format!(
        "stores: [Store(name: \"idle\", writer: \"{writer}\", readers: [\"{reader}\"], replication: AsyncLog(lag: \"1s\"),
            promotion: Promotion(to: \"{reader}\", watches: \"{}\", decision: \"7s\", duration: Uniform(from: \"5s\", to: \"50s\"))), ",
        check.name
    );
    let other = changed(&design, |other| spoil(other)).replace("stores: [", &store);
    equal(&design.text(), &other, recoveries)
}

/// Recoveries of all populations after the first few.
fn by_population(trace: &Trace, skipped: usize) -> Vec<(u8, u64)> {
    recoveries(trace).split_off(Served::EVERY.len() * (1 + skipped))
}

fn with_population(stream: &mut Stream, of_other: impl Fn(&Trace) -> Vec<(u8, u64)>) -> Outcome {
    let design = struck(design(stream));
    let newcomer = Population {
        name: "newcomer".into(),
        place: "africa-south",
        users: 700,
        reads: 20_000_000,
        writes: 0,
        store: design.populations[0].store.clone(),
        caches: 5,
        queries: None,
        classes: keeping(SECOND),
        client: None,
    };
    let other = changed(&design, |other| other.populations.insert(0, newcomer));
    equal_but(&design.text(), &other, |trace| by_population(trace, 0), of_other)
}

/// Resolvers that keep every answer at least so long.
fn keeping(least: u64) -> Vec<Class> {
    vec![Class { percent: 100, keeps: Keeps::AtLeast(least) }]
}

fn doubled(stream: &mut Stream, spoil: impl Fn(&mut Design)) -> Outcome {
    let one = even(struck(design(stream)));
    let mut two = with_users(&one, 2);
    spoil(&mut two);
    let requests = |text: &str| {
        traces(text, 1)
            .iter()
            .flat_map(|trace| &trace.counts)
            .map(|count| count.requests as f64)
            .sum::<f64>()
    };
    let [single, double] = [requests(&one.text()), requests(&two.text())];
    // A Poisson number has its mean as its variance, and twice it four times that.
    let error = (double + 4.0 * single).sqrt();
    if (double - 2.0 * single).abs() > 5.0 * error + 1.0 {
        return Outcome::Broken(format!("{single} requests became {double}"));
    }
    equal(&one.text(), &two.text(), recoveries)
}

fn roles(stream: &mut Stream, alike: bool) -> Outcome {
    let mut one = struck(uncut(design(stream)));
    if !matches!(one.policy, Policy::Failover { .. }) {
        return Outcome::Nothing;
    }
    one.regions[1].near = one.regions[0].near;
    let regions = one.regions.len();
    one.links = (0..regions)
        .flat_map(|from| (from + 1..regions).map(move |to| (from, to, 80_000_000)))
        .collect();
    one.stores
        .iter_mut()
        .for_each(|store| (store.lag, store.endpoint_ttl) = (Span::Constant(SECOND), 0));
    let mut other = one.clone();
    let swapped = |region: usize| [1, 0].get(region).copied().unwrap_or(region);
    match alike {
        true => move_regions(&mut other, &swapped, true),
        false => {
            // The checks go by the region, so that the policy may be written at all.
            other.policy = Policy::Failover { primary: 1, secondary: 0 };
            other.checks.iter_mut().for_each(|check| check.region = swapped(check.region));
        }
    }
    other.links.clone_from(&one.links);
    let service = |trace: &Trace| {
        let replay = Replay::new(trace);
        Served::EVERY
            .map(|served| super::numbers::length(replay.recovery(Scope::AllUsers, served)))
            .to_vec()
    };
    equal(&one.text(), &other.text(), service)
}
