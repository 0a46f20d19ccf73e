//! Random designs: small enough to run in well under a millisecond, wide enough to reach every branch: two to five regions,
//! overlapping outages and link cuts, flapping checks, failed promotions.
//!
//! Whatever is drawn is drawn from shares of chance, one after the other. They come from a named stream, or from a tape: a
//! test that finds a broken law makes the shares on its tape smaller until the law holds, and so the design simpler.

use super::{
    Breaks, Check, Class, Client, Connections, Design, Family, Fault, How, Keeps, MILLI, Policy,
    Population, Promotion, Region, SECOND, Span, Store,
};
use crate::engine::random::{Stream, Streams};
use crate::places::{user_place, user_round_trip};

const REGIONS: [&str; 8] = [
    "ap-northeast-1",
    "us-east-1",
    "eu-west-1",
    "sa-east-1",
    "ap-southeast-2",
    "eu-central-1",
    "us-west-2",
    "ap-south-1",
];
const PLACES: [&str; 6] =
    ["japan", "north-america-east", "europe-west", "south-america", "oceania", "india"];
/// Far beyond the end of every run.
pub const FOR_EVER: Span = Span::Constant(14_400 * SECOND);

/// Where shares come from, each at least 0 and below 1.
pub trait Chance {
    fn share(&mut self) -> f64;

    /// A whole number between two, both included.
    fn whole(&mut self, from: u64, to: u64) -> u64 {
        (from + (self.share() * (to - from + 1) as f64) as u64).min(to)
    }

    /// Whole milliseconds between two numbers of them.
    fn millis(&mut self, from: u64, to: u64) -> u64 {
        self.whole(from, to) * MILLI
    }

    fn seconds(&mut self, from: u64, to: u64) -> u64 {
        self.millis(from * 1_000, to * 1_000)
    }

    /// True this often.
    fn happens(&mut self, per_cent: u64) -> bool {
        // The simpler case is the one without: it stands at the small shares.
        self.share() >= 1.0 - per_cent as f64 / 100.0
    }

    /// The order of `n` things.
    fn order(&mut self, n: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..n).collect();
        for place in 0..n.saturating_sub(1) {
            let with = self.whole(place as u64, n as u64 - 1) as usize;
            order.swap(place, with);
        }
        order
    }

    /// So many of the first `n` numbers, in ascending order: at least one.
    fn some_of(&mut self, n: usize) -> Vec<usize> {
        let count = self.whole(1, n as u64) as usize;
        let mut some = self.order(n);
        some.truncate(count);
        some.sort_unstable();
        some
    }
}

impl Chance for Stream {
    fn share(&mut self) -> f64 {
        Stream::share(self)
    }
}

/// Shares that were drawn elsewhere; zeros when they are used up.
pub struct Tape<'t>(pub std::slice::Iter<'t, f64>);

impl Chance for Tape<'_> {
    fn share(&mut self) -> f64 {
        self.0.next().copied().unwrap_or(0.0)
    }
}

/// The stream of the design with this number among those of one relation.
pub fn stream(label: &str, number: u64) -> Stream {
    Streams::new(DESIGNS, number).of(&format!("design/{label}"), 0)
}

/// The seed of all designs of the dossier.
const DESIGNS: u64 = 20_260_101;

/// A law of times around so many seconds.
fn span(chance: &mut dyn Chance, from: u64, to: u64) -> Span {
    match chance.whole(0, 2) {
        0 => Span::Constant(chance.seconds(from, to)),
        1 => {
            let from = chance.seconds(from, to);
            Span::Uniform(from, from + chance.seconds(0, to))
        }
        _ => Span::Lognormal(chance.seconds(from.max(1), to), chance.whole(1, 8) as f64 / 10.0),
    }
}

fn check(chance: &mut dyn Chance, region: usize) -> Check {
    Check {
        name: format!("check-{region}"),
        region,
        routed: true,
        interval: chance.seconds(2, 30),
        threshold: chance.whole(1, 5),
        checkers: chance.whole(1, 16),
        healthy_above_percent: chance.whole(0, 50),
        fixed: chance.happens(50),
        timeout: chance.seconds(1, 6),
        answer_timeout: chance.seconds(1, 4),
        response: chance.millis(0, 500),
        reads_content: chance.happens(50),
        push: span(chance, 0, 10),
    }
}

fn population(chance: &mut dyn Chance, index: usize) -> Population {
    let reads = chance.whole(0, 50_000) * 1_000 + 1_000;
    Population {
        name: format!("population-{index}"),
        place: PLACES[chance.whole(0, PLACES.len() as u64 - 1) as usize],
        users: chance.whole(12, 5_000),
        reads,
        writes: chance.whole(0, 20_000) * 1_000,
        store: None,
        caches: chance.whole(1, 12),
        queries: chance.happens(40).then(|| chance.whole(1_000, 500_000) * 1_000),
        classes: classes(chance),
        client: chance.happens(30).then(|| client(chance)),
    }
}

/// Most resolvers honour the TTL; some populations have a class of them that keep longer, shorter, or as long as they please.
fn classes(chance: &mut dyn Chance) -> Vec<Class> {
    let honours = |percent| Class { percent, keeps: Keeps::Honours };
    if !chance.happens(40) {
        return vec![honours(100)];
    }
    let keeps = match chance.whole(0, 2) {
        0 => Keeps::AtLeast(chance.seconds(1, 400)),
        1 => Keeps::AtMost(chance.seconds(1, 60)),
        _ => Keeps::For(span(chance, 1, 300)),
    };
    if chance.happens(50) {
        return vec![Class { percent: 100, keeps }];
    }
    let percent = chance.whole(1, 99);
    vec![honours(100 - percent), Class { percent, keeps }]
}

fn client(chance: &mut dyn Chance) -> Client {
    let pins = (0..chance.whole(0, 2))
        .map(|_| if chance.whole(0, 6) < 6 { Some(chance.seconds(1, 120)) } else { None })
        .collect();
    let connections = chance.happens(50).then(|| Connections {
        idle: chance.seconds(1, 120),
        at_most: chance.happens(50).then(|| chance.seconds(30, 600)),
        timeout: chance.seconds(1, 30),
    });
    Client { pins, connections, attempts: chance.whole(1, 2), timeout: chance.seconds(1, 30) }
}

fn policy(chance: &mut dyn Chance, regions: usize) -> Policy {
    match chance.whole(0, 2) {
        0 => Policy::Failover { primary: 0, secondary: 1 },
        1 => Policy::Latency(chance.some_of(regions)),
        _ => Policy::Weighted(
            chance
                .some_of(regions)
                .into_iter()
                .map(|region| (region, chance.whole(0, 100)))
                .collect(),
        ),
    }
}

/// A store whose promotion watches one of these checks.
fn store(chance: &mut dyn Chance, regions: usize, checks: &[Check]) -> Store {
    let lag = match chance.whole(0, 2) {
        0 => Span::Constant(0),
        1 => Span::Lognormal(chance.millis(10, 3_000), chance.whole(1, 8) as f64 / 10.0),
        _ => Span::Exponential(chance.millis(1, 5_000)),
    };
    let order = chance.order(regions);
    let readers = order[1..=chance.whole(1, regions as u64 - 1) as usize].to_vec();
    let watched = &checks[chance.whole(0, checks.len() as u64 - 1) as usize];
    let promotion = chance.happens(80).then(|| Promotion {
        to: readers[0],
        watches: watched.name.clone(),
        decision: span(chance, 1, 60),
        duration: span(chance, 1, 120),
        more: String::new(),
    });
    Store {
        name: "orders".into(),
        writer: order[0],
        readers,
        family: Family::Log,
        lag,
        each_write: chance.happens(50),
        unordered: chance.happens(50),
        endpoint_ttl: chance.millis(0, 30_000),
        promotion,
        more: String::new(),
    }
}

/// What users and checkers both notice, and now and then something that checkers do not see.
fn how(chance: &mut dyn Chance) -> How {
    match chance.whole(0, 12) {
        0..=3 => How::BlackHole,
        4..=7 => How::FastFail,
        8..=9 => How::Errors,
        10..=11 => How::Hang(chance.millis(0, 4_000)),
        _ => How::WrongContent,
    }
}

fn fault(chance: &mut dyn Chance, regions: usize) -> Fault {
    let breaks = match chance.whole(0, 2) {
        0..=1 => Breaks::Outage {
            region: chance.whole(0, regions as u64 - 1) as usize,
            how: how(chance),
        },
        _ => {
            let order = chance.order(regions);
            let ends = chance.whole(1, regions as u64 - 1) as usize;
            Breaks::Cut { from: order[0], to: order[1..=ends].to_vec(), both: chance.happens(50) }
        }
    };
    let at = chance.seconds(60, 600);
    let lasting = if chance.whole(0, 3) < 3 { span(chance, 5, 600) } else { FOR_EVER };
    Fault { breaks, at, lasting }
}

/// Half of the designs measure links, the others have their own between every pair.
fn links(chance: &mut dyn Chance, regions: usize) -> Vec<(usize, usize, u64)> {
    if chance.happens(50) {
        return Vec::new();
    }
    let pairs = (0..regions).flat_map(|from| (from + 1..regions).map(move |to| (from, to)));
    pairs.map(|(from, to)| (from, to, chance.millis(0, 300))).collect()
}

fn ttl(chance: &mut dyn Chance) -> u64 {
    match chance.whole(0, 4) {
        0..=2 => chance.seconds(1, 120),
        3 => 0,
        _ => chance.seconds(120, 400),
    }
}

/// Any design.
pub fn design(chance: &mut dyn Chance) -> Design {
    let regions = chance.whole(2, 5) as usize;
    let near: Vec<&str> =
        chance.order(REGIONS.len()).into_iter().take(regions).map(|at| REGIONS[at]).collect();
    let links = links(chance, regions);
    let mut populations: Vec<Population> =
        (0..chance.whole(1, 3) as usize).map(|index| population(chance, index)).collect();
    let ttl = ttl(chance);
    let mut checks = Vec::new();
    for region in 0..regions {
        if region == 0 || chance.happens(70) {
            checks.push(check(chance, region));
        }
    }
    let policy = policy(chance, regions);
    let store = chance.happens(80).then(|| store(chance, regions, &checks));
    for population in &mut populations {
        match &store {
            Some(store) => population.store = Some(store.name.clone()),
            None => population.writes = 0,
        }
    }
    let faults = (0..chance.whole(1, 3)).map(|_| fault(chance, regions)).collect();
    let design = Design {
        run: chance.seconds(1_200, 2_400),
        step: chance.seconds(15, 60),
        regions: near.into_iter().map(|near| Region { name: near.to_string(), near }).collect(),
        links,
        transit: Vec::new(),
        populations,
        checks,
        // Drawn answers are followed from the start: without a TTL every question is an event.
        ttl: if matches!(policy, Policy::Weighted(_)) { ttl.max(SECOND) } else { ttl },
        policy,
        stores: store.into_iter().collect(),
        faults,
        threshold_percent: [90, 99, 100][chance.whole(0, 2) as usize],
        hold: [10, 30, 60][chance.whole(0, 2) as usize] * SECOND,
        more: String::new(),
    };
    design.without_idle_checks()
}

/// The design with, now and then, regions that forward traffic of others.
pub fn forwarding(mut design: Design, chance: &mut dyn Chance) -> Design {
    if design.regions.len() > 2 && chance.happens(40) {
        design.transit = chance.some_of(design.regions.len());
    }
    design
}

/// A design with one fault: an outage of the region that everything starts in or, now and then, of any.
pub fn single_outage(chance: &mut dyn Chance) -> Design {
    let mut design = design(chance);
    let region = if chance.happens(33) {
        chance.whole(0, design.regions.len() as u64 - 1) as usize
    } else {
        busy(&design)
    };
    design.faults.truncate(1);
    design.faults[0].breaks = Breaks::Outage { region, how: how(chance) };
    design
}

/// A region that the first population is led to at the start; a drawn policy leads there if it has any weight.
pub fn busy(design: &Design) -> usize {
    let place = user_place(design.populations[0].place).expect("a known place");
    let round_trip = |region: usize| {
        user_round_trip(place, design.regions[region].near).expect("a measured pair").p50
    };
    match &design.policy {
        Policy::Failover { primary, .. } => *primary,
        Policy::Latency(to) => {
            *to.iter().min_by_key(|region| round_trip(**region)).expect("a policy has regions")
        }
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
