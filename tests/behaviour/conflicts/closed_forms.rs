//! Closed forms for two regions that write one key, replayed through the policies: independent Poisson writes at
//! rates a and b per second, constant lag L. The expected numbers were checked by a second route, most by Monte Carlo.

use mrsim::conflict::{
    Conflict, Content, History, Op, Policy, Replica, Request, Update, Write, WriteId,
};
use mrsim::id::RegionId;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Exp};
use std::sync::Arc;

use super::cluster::policy;

/// Enough that chance moves a share by less than 0.002.
const WRITES: usize = 120_000;
/// Nanoseconds in a second.
const SECOND: f64 = 1e9;
/// Writes that are still asked about; far more than one lag holds.
const KEPT: u64 = 64;

struct Setting {
    rates: [f64; 2],
    lag: f64,
    /// How far the second region's clock is ahead.
    ahead: f64,
    /// Whether writers go by what had arrived at their region, or by what they read there.
    sees_arrivals: bool,
}

/// What happens at an instant: a write in a region, or the arrival of an update at the other.
enum Event {
    Write(usize),
    Arrival(usize, Update),
}

/// All instants of writes, in order, with their regions.
fn instants(setting: &Setting, seed: u64) -> Vec<(i64, usize)> {
    let (mut all, mut end) = (Vec::new(), i64::MAX);
    for (region, rate) in setting.rates.into_iter().enumerate() {
        let mut chance = ChaCha8Rng::seed_from_u64(seed * 2 + region as u64);
        let gaps = Exp::new(rate).expect("a positive rate");
        let count = WRITES as f64 * rate / (setting.rates[0] + setting.rates[1]);
        let mut at = 0.0;
        for _ in 0..count as usize {
            at += gaps.sample(&mut chance);
            all.push(((at * SECOND) as i64, region));
        }
        end = end.min((at * SECOND) as i64);
    }
    // Both write to the end: a region alone has no rivals.
    all.retain(|(at, _)| *at <= end);
    all.sort_unstable();
    all
}

/// Replays a setting; `op` makes each write from what its region reads, `look` sees both replicas before each.
fn replay(
    setting: &Setting,
    policy: &Policy,
    op: impl Fn(u64, Content) -> Op,
    mut look: impl FnMut(usize, &Replica),
) -> (Vec<Arc<Write>>, [Replica; 2]) {
    let rules: &dyn Conflict = policy.behaviour();
    let mut replicas = [0, 1].map(|region| Replica::new(rules, RegionId(region)));
    let (mut history, mut writes) = (History::new(), Vec::new());
    let mut under_way: std::collections::VecDeque<(i64, Event)> = Default::default();
    let mut next = instants(setting, 5).into_iter().peekable();
    loop {
        // A constant lag keeps arrivals in order: the queue's front is the next of them.
        let is_arrival = match (under_way.front(), next.peek()) {
            (None, None) => break,
            (Some((arrival, _)), Some((write, _))) => arrival <= write,
            (arrival, _) => arrival.is_some(),
        };
        let (now, event) = if is_arrival {
            under_way.pop_front().unwrap()
        } else {
            next.next().map(|(at, region)| (at, Event::Write(region))).unwrap()
        };
        match event {
            Event::Arrival(to, update) => drop(replicas[to].receive(rules, &history, &update)),
            Event::Write(at) => {
                look(at, &replicas[at]);
                let id = WriteId(writes.len() as u64 + 1);
                let reading = replicas[at].read(rules);
                let seen = if setting.sees_arrivals {
                    replicas[at].applied().clone()
                } else {
                    reading.context
                };
                let wall = now + if at == 1 { (setting.ahead * SECOND) as i64 } else { 0 };
                let request = Request { id, op: op(id.0, reading.content), wall, seen };
                let (update, _) =
                    replicas[at].write(rules, &mut history, request).expect("nothing is refused");
                under_way.push_back((
                    now + (setting.lag * SECOND) as i64,
                    Event::Arrival(1 - at, update),
                ));
                writes.push(history.write(id).expect("it was just made").clone());
                if id.0 > KEPT {
                    history.forget(WriteId(id.0 - KEPT));
                }
            }
        }
    }
    (writes, replicas)
}

fn near(name: &str, measured: f64, expected: f64, tolerance: f64) {
    println!("{name}: {measured:.4}, expected {expected:.4}");
    assert!((measured - expected).abs() < tolerance, "{name}: {measured} is not {expected}");
}

/// For each write of the first region, whether some write of the second nearby satisfies the condition.
fn share_with(writes: &[Arc<Write>], rival: impl Fn(&Write, &Write) -> bool) -> f64 {
    let from_second = |write: &&Arc<Write>| write.dot.replica == RegionId(1);
    let nearby = |index: usize| {
        writes[index.saturating_sub(32)..(index + 32).min(writes.len())].iter().filter(from_second)
    };
    let firsts = || writes.iter().enumerate().filter(|(_, write)| write.dot.replica == RegionId(0));
    firsts().filter(|(index, write)| nearby(*index).any(|other| rival(write, other))).count() as f64
        / firsts().count() as f64
}

fn are_concurrent(a: &Write, b: &Write) -> bool {
    !a.seen.contains(b.dot) && !b.seen.contains(a.dot)
}

/// P(a write has a concurrent rival) = 1 - e^(-2 b L): a = b = 1/s, L = 100 ms.
#[test]
fn concurrent_rivals() {
    let setting = Setting { rates: [1.0, 1.0], lag: 0.1, ahead: 0.0, sees_arrivals: true };
    let (writes, _) = replay(&setting, &policy("LastWriterWins()"), |id, _| Op::Put(id), |_, _| ());
    near("rivals", share_with(&writes, are_concurrent), 0.181_269, 0.006);
}

/// Last writer wins, the second region's clock ahead by d: P(lost to a concurrent write) = 1 - e^(-b (L + clip(d, -L, L)));
/// when d > L also P(lost although it had seen the winner) = 1 - e^(-b (d - L)). A hybrid clock takes that last one away.
#[test]
fn losses_to_a_clock_that_is_ahead() {
    for (ahead, lost, dead) in [
        (0.0, 0.181_269, 0.0),
        (0.05, 0.221_199, 0.0),
        (-0.05, 0.139_292, 0.0),
        (0.5, 0.329_680, 0.259_182),
    ] {
        let setting = Setting { rates: [1.0, 1.0], lag: 0.2, ahead, sees_arrivals: true };
        let policy = policy("LastWriterWins()");
        let (writes, _) = replay(&setting, &policy, |id, _| Op::Put(id), |_, _| ());
        let beats = |loser: &Write, winner: &Write| policy.behaviour().overrides(winner, loser);
        near(
            "lost",
            share_with(&writes, |write, other| are_concurrent(write, other) && beats(write, other)),
            lost,
            0.007,
        );
        near(
            "dead on arrival",
            share_with(&writes, |write, other| {
                write.seen.contains(other.dot) && beats(write, other)
            }),
            dead,
            0.007,
        );
    }
    let hybrid = policy("LastWriterWins(clock: Hybrid)");
    let setting = Setting { rates: [1.0, 1.0], lag: 0.2, ahead: 0.5, sees_arrivals: true };
    let (writes, _) = replay(&setting, &hybrid, |id, _| Op::Put(id), |_, _| ());
    let dead = share_with(&writes, |write, other| {
        write.seen.contains(other.dot) && hybrid.behaviour().overrides(other, write)
    });
    assert_eq!(dead, 0.0, "whoever has met a stamp stamps later");
}

/// Siblings that a write of the first region meets and reconciles: 1 + b/(a+b) (1 - e^(-2 a L)).
#[test]
fn siblings_with_contexts() {
    for (rates, lag, expected) in [([1.0, 1.0], 0.2, 1.164_840), ([3.0, 1.0], 0.1, 1.112_797)] {
        let setting = Setting { rates, lag, ahead: 0.0, sees_arrivals: false };
        let vectors = policy("VectorClock()");
        let (mut siblings, mut looks) = (0, 0);
        let look = |at: usize, replica: &Replica| {
            let Content::Values(values) = replica.read(vectors.behaviour()).content else {
                panic!("registers have values")
            };
            // Poisson writes see time averages.
            if at == 0 && !values.is_empty() {
                (siblings, looks) = (siblings + values.len(), looks + 1);
            }
        };
        replay(&setting, &vectors, |id, _| Op::Put(id), look);
        near("siblings", siblings as f64 / f64::from(looks), expected, 0.01);
    }
}

/// A counter kept by reading, adding one and writing back under last-writer-wins: the lost share is
/// 1 - 1/(2 - e^(-a L)) when both regions write at the same rate. The counters of the family lose nothing.
#[test]
fn increments_by_read_modify_write() {
    for (rate, lag, expected) in [(1.0, 0.2, 0.153_453), (5.0, 0.1, 0.282_367)] {
        let setting = Setting { rates: [rate, rate], lag, ahead: 0.0, sees_arrivals: false };
        let add_one = |_, content| match content {
            Content::Values(values) => Op::Put(values.first().copied().unwrap_or(0) + 1),
            other => panic!("{other:?} is no register"),
        };
        let (writes, replicas) = replay(&setting, &policy("LastWriterWins()"), add_one, |_, _| ());
        let Content::Values(end) = replicas[0].read(policy("LastWriterWins()").behaviour()).content
        else {
            panic!("a register")
        };
        near("increments lost", 1.0 - end[0] as f64 / writes.len() as f64, expected, 0.006);
        let counter = policy("PnCounter()");
        let (writes, replicas) = replay(&setting, &counter, |_, _| Op::Increment(1), |_, _| ());
        assert_eq!(
            replicas[1].read(counter.behaviour()).content,
            Content::Count(writes.len() as i128)
        );
    }
}
