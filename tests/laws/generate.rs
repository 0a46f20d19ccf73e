//! Random designs: small enough to run in well under a millisecond, wide enough to reach every
//! branch: two to five regions, overlapping outages and link cuts, flapping checks, failed promotions.

use crate::design::{
    Breaks, Check, Class, Client, Connections, Design, Family, Fault, How, Keeps, MILLI, Policy, Population, Promotion, Region, SECOND, Span, Store,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

const REGIONS: [&str; 8] = ["ap-northeast-1", "us-east-1", "eu-west-1", "sa-east-1", "ap-southeast-2", "eu-central-1", "us-west-2", "ap-south-1"];
const PLACES: [&str; 6] = ["japan", "north-america-east", "europe-west", "south-america", "oceania", "india"];
/// Far beyond the end of every run.
pub const FOR_EVER: Span = Span::Constant(14_400 * SECOND);

/// Whole milliseconds between two numbers of them.
fn millis(from: u64, to: u64) -> impl Strategy<Value = u64> {
    (from..=to).prop_map(|millis| millis * MILLI)
}

fn seconds(from: u64, to: u64) -> impl Strategy<Value = u64> {
    millis(from * 1_000, to * 1_000)
}

/// A law of times around so many seconds.
fn span(from: u64, to: u64) -> impl Strategy<Value = Span> {
    prop_oneof![
        seconds(from, to).prop_map(Span::Constant),
        (seconds(from, to), seconds(0, to)).prop_map(|(from, more)| Span::Uniform(from, from + more)),
        (seconds(from.max(1), to), 1u32..=8).prop_map(|(median, tenths)| Span::Lognormal(median, f64::from(tenths) / 10.0)),
    ]
}

/// The order of `n` things, as a permutation.
fn orders(n: usize) -> impl Strategy<Value = Vec<usize>> {
    Just((0..n).collect::<Vec<_>>()).prop_shuffle()
}

fn check() -> impl Strategy<Value = Check> {
    let pace = (seconds(2, 30), seconds(1, 6), seconds(1, 4), millis(0, 500), any::<bool>());
    (pace, 1u64..=5, 1u64..=16, 0u64..=50, any::<bool>(), span(0, 10)).prop_map(|(pace, threshold, checkers, healthy_above_percent, reads_content, push)| {
        let (interval, timeout, answer_timeout, response, fixed) = pace;
        let name = String::new();
        Check {
            name,
            region: 0,
            routed: true,
            interval,
            threshold,
            checkers,
            healthy_above_percent,
            fixed,
            timeout,
            answer_timeout,
            response,
            reads_content,
            push,
        }
    })
}

/// A population without its name and store.
fn population() -> impl Strategy<Value = Population> {
    let rates = (0u64..=50_000_000, 0u64..=20_000_000).prop_map(|(reads, writes)| (reads / 1_000 * 1_000 + 1_000, writes / 1_000 * 1_000));
    let resolvers = (1u64..=12, option::weighted(0.4, 1_000_000u64..=500_000_000), classes());
    let client = option::weighted(0.3, client());
    (select(&PLACES[..]), 12u64..=5_000, rates, resolvers, client).prop_map(|(place, users, (reads, writes), (caches, queries, classes), client)| Population {
        name: String::new(),
        place,
        users,
        reads,
        writes,
        store: None,
        caches,
        queries: queries.map(|queries| queries / 1_000 * 1_000),
        classes,
        client,
    })
}

/// Most resolvers honour the time to live; some populations have a class of them that keep longer, shorter, or as long as they please.
fn classes() -> impl Strategy<Value = Vec<Class>> {
    let keeps = prop_oneof![seconds(1, 400).prop_map(Keeps::AtLeast), seconds(1, 60).prop_map(Keeps::AtMost), span(1, 300).prop_map(Keeps::For)];
    (option::weighted(0.4, keeps), prop_oneof![Just(100), 1u64..=99]).prop_map(|(keeps, percent)| {
        let honours = |percent| Class { percent, keeps: Keeps::Honours };
        match keeps {
            None => vec![honours(100)],
            Some(keeps) if percent == 100 => vec![Class { percent, keeps }],
            Some(keeps) => vec![honours(100 - percent), Class { percent, keeps }],
        }
    })
}

fn client() -> impl Strategy<Value = Client> {
    let pins = vec(prop_oneof![6 => seconds(1, 120).prop_map(Some), 1 => Just(None)], 0..=2);
    let connections = (seconds(1, 120), option::of(seconds(30, 600)), seconds(1, 30));
    (pins, option::of(connections), 1u64..=2, seconds(1, 30)).prop_map(|(pins, connections, attempts, timeout)| {
        let connections = connections.map(|(idle, at_most, timeout)| Connections { idle, at_most, timeout });
        Client { pins, connections, attempts, timeout }
    })
}

fn policy(regions: usize) -> impl Strategy<Value = Policy> {
    prop_oneof![
        Just(Policy::Failover { primary: 0, secondary: 1 }),
        subsequence((0..regions).collect::<Vec<_>>(), 1..=regions).prop_map(Policy::Latency),
        (subsequence((0..regions).collect::<Vec<_>>(), 1..=regions), vec(0u64..=100, regions))
            .prop_map(|(to, weights)| Policy::Weighted(to.into_iter().zip(weights).collect())),
    ]
}

/// A store, and which check its promotion watches (an index into whatever checks there are).
fn store(regions: usize) -> impl Strategy<Value = (Store, Index)> {
    let lag = prop_oneof![
        Just(Span::Constant(0)),
        (millis(10, 3_000), 1u32..=8).prop_map(|(median, tenths)| Span::Lognormal(median, f64::from(tenths) / 10.0)),
        millis(1, 5_000).prop_map(Span::Exponential)
    ];
    let promotion = option::weighted(0.8, (span(1, 60), span(1, 120)));
    (orders(regions), 1usize..regions, lag, any::<(bool, bool, Index)>(), millis(0, 30_000), promotion).prop_map(
        |(order, readers, lag, (each_write, unordered, watches), endpoint_ttl, promotion)| {
            let readers: Vec<usize> = order[1..=readers].to_vec();
            let promotion = promotion.map(|(decision, duration)| Promotion { to: readers[0], watches: String::new(), decision, duration, more: String::new() });
            (
                Store {
                    name: "orders".into(),
                    writer: order[0],
                    readers,
                    family: Family::Log,
                    lag,
                    each_write,
                    unordered,
                    endpoint_ttl,
                    promotion,
                    more: String::new(),
                },
                watches,
            )
        },
    )
}

/// What users and checkers both notice, and now and then something that checkers do not see.
fn how() -> impl Strategy<Value = How> {
    prop_oneof![
        4 => Just(How::BlackHole),
        4 => Just(How::FastFail),
        2 => Just(How::Errors),
        2 => millis(0, 4_000).prop_map(How::Hang),
        1 => Just(How::WrongContent),
    ]
}

fn fault(regions: usize) -> impl Strategy<Value = Fault> {
    let breaks = prop_oneof![
        2 => (0..regions, how()).prop_map(|(region, how)| Breaks::Outage { region, how }),
        1 => (orders(regions), 1usize..regions, any::<bool>()).prop_map(|(order, ends, both)| Breaks::Cut { from: order[0], to: order[1..=ends].to_vec(), both }),
    ];
    let lasting = prop_oneof![3 => span(5, 600), 1 => Just(FOR_EVER)];
    (breaks, seconds(60, 600), lasting).prop_map(|(breaks, at, lasting)| Fault { breaks, at, lasting })
}

/// Half of the designs measure links, the others have their own between every pair.
fn links(regions: usize) -> impl Strategy<Value = Vec<(usize, usize, u64)>> {
    let pairs: Vec<(usize, usize)> = (0..regions).flat_map(|from| (from + 1..regions).map(move |to| (from, to))).collect();
    option::of(vec(millis(0, 300), pairs.len())).prop_map(move |times| {
        let times = times.unwrap_or_default();
        pairs.iter().zip(times).map(|(&(from, to), time)| (from, to, time)).collect()
    })
}

/// Any design.
pub fn designs() -> impl Strategy<Value = Design> {
    (2usize..=5).prop_flat_map(|regions| {
        let places = (subsequence(&REGIONS[..], regions).prop_shuffle(), links(regions));
        let users = (vec(population(), 1..=3), prop_oneof![3 => seconds(1, 120), 1 => Just(0), 1 => seconds(120, 400)]);
        let routing = (vec(option::weighted(0.7, check()), regions), check(), policy(regions), option::weighted(0.8, store(regions)));
        let times = (seconds(1_200, 2_400), seconds(15, 60));
        let goals = (select(&[90u64, 99, 100][..]), select(&[10u64, 30, 60][..]));
        (places, users, routing, vec(fault(regions), 1..=3), times, goals).prop_map(
            |((near, links), (populations, ttl), (checks, first, policy, store), faults, (run, step), (threshold_percent, hold))| {
                let mut checks: Vec<Check> = checks.into_iter().enumerate().filter_map(|(region, check)| Some(Check { region, ..check? })).collect();
                if checks.first().is_none_or(|check| check.region != 0) {
                    checks.insert(0, first);
                }
                for check in &mut checks {
                    check.name = format!("check-{}", check.region);
                }
                assemble(near, links, populations, ttl, checks, policy, store, faults, run, step, threshold_percent, hold * SECOND)
            },
        )
    })
}

#[expect(clippy::too_many_arguments, reason = "the drawn parts of one design, put together once")]
fn assemble(
    near: Vec<&'static str>,
    links: Vec<(usize, usize, u64)>,
    mut populations: Vec<Population>,
    ttl: u64,
    checks: Vec<Check>,
    policy: Policy,
    store: Option<(Store, Index)>,
    faults: Vec<Fault>,
    run: u64,
    step: u64,
    threshold_percent: u64,
    hold: u64,
) -> Design {
    for (index, population) in populations.iter_mut().enumerate() {
        population.name = format!("population-{index}");
        match store {
            Some((ref store, _)) => population.store = Some(store.name.clone()),
            None => population.writes = 0,
        }
    }
    let store = store.map(|(mut store, watches)| {
        if let Some(promotion) = &mut store.promotion {
            promotion.watches = checks[watches.index(checks.len())].name.clone();
        }
        store
    });
    // Drawn answers are followed from the start: without a time to live every question is an event.
    let ttl = if matches!(policy, Policy::Weighted(_)) { ttl.max(SECOND) } else { ttl };
    let regions = near.into_iter().map(|near| Region { name: near.to_string(), near }).collect();
    let stores = store.into_iter().collect();
    Design { run, step, regions, links, populations, checks, ttl, policy, stores, faults, threshold_percent, hold }.without_idle_checks()
}

/// Designs with one fault: an outage of the region that everything starts in or of another one.
pub fn single_outages() -> impl Strategy<Value = Design> {
    (designs(), any::<Index>(), how(), 0u64..3).prop_map(|(mut design, at, how, elsewhere)| {
        let region = if elsewhere == 0 { at.index(design.regions.len()) } else { busy(&design) };
        design.faults.truncate(1);
        design.faults[0].breaks = Breaks::Outage { region, how };
        design
    })
}

/// A region that the first population is led to at the start; a drawn policy leads there if it has any weight.
pub fn busy(design: &Design) -> usize {
    let place = mrsim::places::user_place(design.populations[0].place).expect("a known place");
    let round_trip = |region: usize| mrsim::places::user_round_trip(place, design.regions[region].near).expect("a measured pair").p50;
    match &design.policy {
        Policy::Failover { primary, .. } => *primary,
        Policy::Latency(to) => *to.iter().min_by_key(|region| round_trip(**region)).expect("a policy has regions"),
        Policy::Weighted(to) => to[0].0,
    }
}

/// The first fault strikes where users are, if it is an outage.
pub fn struck(mut design: Design) -> Design {
    let busy = busy(&design);
    if let Breaks::Outage { region, .. } = &mut design.faults[0].breaks {
        *region = busy;
    }
    design
}
