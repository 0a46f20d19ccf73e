//! The laws. Each says that it held, or how it was broken.

use super::generate::{Asked, Case};
use super::oracle::{candidates, is_healthy, living, looks_at_health, turned, with_other_place};
use mrsim::routing::{Policy, Record, Stop, View};
use std::collections::BTreeMap;

/// What is answered with these draws, and how many were taken.
fn chosen<'p>(asked: &'p Asked, view: &View, draws: &[f64]) -> (Vec<&'p Record>, usize) {
    let mut taken = 0;
    let mut draw = || {
        taken += 1;
        draws[(taken - 1) % draws.len()]
    };
    let records = asked.behaviour().choose(view, &mut draw);
    (records, taken)
}

/// The answer as positions among the policy's records; a record of nobody's is a broken law.
fn positions(asked: &Asked, view: &View, draws: &[f64]) -> Result<Vec<usize>, String> {
    let records = asked.behaviour().records();
    let position = |record: &Record| records.iter().position(|known| std::ptr::eq(*known, record));
    let (chosen, _) = chosen(asked, view, draws);
    chosen
        .into_iter()
        .map(|record| position(record).ok_or_else(|| format!("{record:?} is none of its records")))
        .collect()
}

fn same<T: PartialEq + std::fmt::Debug>(one: T, other: T, what: &str) -> Result<(), String> {
    if one == other { Ok(()) } else { Err(format!("{what}: {one:?} and {other:?}")) }
}

fn healthy_candidates(case: &Case) -> Vec<usize> {
    let (records, view) = (case.asked.behaviour().records(), case.view(&case.healthy));
    candidates(case).into_iter().filter(|index| is_healthy(records[*index], &view)).collect()
}

/// Every answer is made of the policy's own records for this asker, each at most once, eight at most, and somebody answers whom anybody can.
pub fn answers_are_declared(case: &Case) -> Result<(), String> {
    let mut answer = positions(&case.asked, &case.view(&case.healthy), &case.draws)?;
    let candidates = candidates(case);
    if answer.is_empty() != candidates.is_empty() {
        return Err(format!("{answer:?} of {candidates:?}"));
    }
    if let Some(stranger) = answer.iter().find(|index| !candidates.contains(index)) {
        return Err(format!("record {stranger} is not for this asker"));
    }
    if matches!(case.asked, Asked::Real(Policy::Multivalue(_))) {
        let able = match healthy_candidates(case).len() {
            0 => candidates.len(),
            healthy => healthy,
        };
        same(answer.len(), able.min(8), "as many as are healthy, up to eight")?;
    }
    let all = answer.len();
    answer.sort_unstable();
    answer.dedup();
    same(answer.len(), all, "each record once")
}

pub fn healthy_records_first(case: &Case) -> Result<(), String> {
    let healthy = healthy_candidates(case);
    if healthy.is_empty() || !looks_at_health(&case.asked) {
        return Ok(());
    }
    let answer = positions(&case.asked, &case.view(&case.healthy), &case.draws)?;
    match answer.iter().find(|index| !healthy.contains(index)) {
        Some(dead) => Err(format!("record {dead} is unhealthy, and {healthy:?} are healthy")),
        None => Ok(()),
    }
}

/// Route 53, Traffic Manager and Cloud DNS alike: when nothing is healthy, everything counts as healthy. A trickle is left aside: Google does
/// not say whether it goes on then.
pub fn fails_open(case: &Case) -> Result<(), String> {
    let trickles =
        matches!(&case.asked, Asked::Real(Policy::Failover(policy)) if policy.trickle.is_some());
    if !healthy_candidates(case).is_empty() || trickles {
        return Ok(());
    }
    let everything = vec![true; case.healthy.len()];
    let open = positions(&case.asked, &case.view(&everything), &case.draws)?;
    same(
        positions(&case.asked, &case.view(&case.healthy), &case.draws)?,
        open,
        "nothing healthy, and everything",
    )
}

/// An unhealthy record may lead anywhere, as long as another one is healthy.
pub fn unhealthy_records_count_for_nothing(case: &Case) -> Result<(), String> {
    let healthy = healthy_candidates(case);
    if healthy.is_empty() || !looks_at_health(&case.asked) {
        return Ok(());
    }
    let view = case.view(&case.healthy);
    let answer = positions(&case.asked, &view, &case.draws)?;
    for index in candidates(case).into_iter().filter(|index| !healthy.contains(index)) {
        let changed = with_other_place(&case.asked, index, case.other);
        same(
            &answer,
            &positions(&changed, &view, &case.draws)?,
            &format!("before and after record {index}, which is unhealthy, was changed"),
        )?;
    }
    Ok(())
}

pub fn no_memory(case: &Case) -> Result<(), String> {
    let view = case.view(&case.healthy);
    same(
        positions(&case.asked, &view, &case.draws)?,
        positions(&case.asked, &view, &case.draws)?,
        "asked once and asked again",
    )
}

/// Just above 0 and just below 1: draws that take the first and the last of what chance can choose.
const ENDS: [f64; 2] = [1e-9, 1.0 - 1e-9];

/// Without a draw the answer is the same for all draws; with one, there are two that lead to different answers.
pub fn draws_where_answers_differ(case: &Case) -> Result<(), String> {
    let view = case.view(&case.healthy);
    let (_, taken) = chosen(&case.asked, &view, &case.draws);
    let answers =
        [positions(&case.asked, &view, &ENDS[..1])?, positions(&case.asked, &view, &ENDS[1..])?];
    same(
        taken > 0,
        answers[0] != answers[1],
        &format!("{taken} draws, {answers:?}: whether it draws, whether answers differ"),
    )
}

/// Turning the list over turns no answer: the same record where nothing is drawn, each as often as before over an even grid of draws where
/// one is drawn, the same set where the whole list is shuffled.
pub fn order_counts_where_it_is_said(case: &Case) -> Result<(), String> {
    let Some(turned) = turned(&case.asked, case.turn) else { return Ok(()) };
    let view = case.view(&case.healthy);
    // More than eight in random order: which of them are answered is chance.
    if matches!(&case.asked, Asked::Real(Policy::Multivalue(policy)) if policy.to.len() > 8) {
        return Ok(());
    }
    same(
        spread(&case.asked, &view),
        spread(&turned, &view),
        "before and after its records were reordered",
    )
}

/// How often each place is answered over a grid of draws that fits every sum of weights that can come up.
fn spread(asked: &Asked, view: &View) -> BTreeMap<String, u32> {
    let grid =
        if let Asked::Real(Policy::Weighted(policy)) = asked { grid(&policy.to, view) } else { 1 };
    let mut spread = BTreeMap::new();
    for point in 0..grid {
        let (records, _) = chosen(asked, view, &[(point as f64 + 0.5) / grid as f64]);
        for record in records {
            *spread.entry(format!("{:?}", record.leads)).or_default() += 1;
        }
    }
    spread
}

/// Points that fall evenly on the healthy weights; without any on all weights, and on any number of records that are answered alike.
fn grid(to: &[(Record, u64)], view: &View) -> u64 {
    let healthy: u64 =
        to.iter().filter(|(record, _)| is_healthy(record, view)).map(|(_, weight)| weight).sum();
    let all: u64 = to.iter().map(|(_, weight)| weight).sum();
    let alike: u64 = (1..=to.len() as u64).product();
    if healthy > 0 { healthy } else { all.max(1) * alike }
}

fn policy(case: &Case) -> Option<&Policy> {
    if let Asked::Real(policy) = &case.asked { Some(policy) } else { None }
}

fn answer(policy: &Policy, view: &View, draws: &[f64]) -> (Vec<Stop>, usize) {
    let mut taken = 0;
    let answer = policy.answer(view, &mut || {
        taken += 1;
        draws[(taken - 1) % draws.len()]
    });
    (answer.stops, taken)
}

pub fn stops_are_declared(case: &Case) -> Result<(), String> {
    let Some(policy) = policy(case) else { return Ok(()) };
    let declared: Vec<Stop> = policy
        .all_records()
        .iter()
        .filter_map(|record| {
            if let mrsim::routing::Leads::Stop(stop) = record.leads { Some(stop) } else { None }
        })
        .collect();
    let (stops, _) = answer(policy, &case.view(&case.healthy), &case.draws);
    match stops.iter().find(|stop| !declared.contains(stop)) {
        Some(stranger) => Err(format!("{stranger:?} is none of {declared:?}")),
        None => Ok(()),
    }
}

/// A settled answer is there just where no draw is made, and is then the answer to every draw.
pub fn settled_is_drawn_from_nothing(case: &Case) -> Result<(), String> {
    let Some(policy) = policy(case) else { return Ok(()) };
    let view = case.view(&case.healthy);
    let settled = policy.settled_answer(&view).map(|answer| answer.stops);
    let asked = [&case.draws[..], &ENDS[..1], &ENDS[1..]].map(|draws| answer(policy, &view, draws));
    match settled {
        Some(stops) => asked.iter().try_for_each(|(drawn, taken)| {
            same((drawn, *taken), (&stops, 0), "asked with draws, and settled")
        }),
        None if asked.iter().all(|(_, taken)| *taken > 0) => Ok(()),
        None => Err("nothing is drawn, and the answer is not settled".to_string()),
    }
}

pub fn ways_are_healthy(case: &Case) -> Result<(), String> {
    let Some(policy) = policy(case) else { return Ok(()) };
    let view = case.view(&case.healthy);
    let living = living(policy, &view);
    let (stops, _) = answer(policy, &view, &case.draws);
    match stops.iter().find(|stop| !living.is_empty() && !living.contains(stop)) {
        Some(dead) => {
            Err(format!("{dead:?} lies behind something unhealthy, and {living:?} do not"))
        }
        None => Ok(()),
    }
}
