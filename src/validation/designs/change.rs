//! Changes of a design of which something is known: relations and laws are about a design and a changed one.

use super::draw::{FOR_EVER, struck};
use super::{Breaks, Design, Family, How, Keeps, Policy, Population, Region, SECOND, Span};

/// All lengths `k` times as long, all rates by `k` smaller.
pub fn scaled(design: &Design, k: u64) -> Design {
    let mut slow = design.clone();
    for time in [&mut slow.run, &mut slow.step, &mut slow.ttl, &mut slow.hold] {
        *time *= k;
    }
    for (_, _, round_trip) in &mut slow.links {
        *round_trip *= k;
    }
    for population in &mut slow.populations {
        population.reads /= k;
        population.writes /= k;
        population.queries = population.queries.map(|queries| queries / k);
        for class in &mut population.classes {
            class.keeps = match class.keeps {
                Keeps::Honours => Keeps::Honours,
                Keeps::AtLeast(least) => Keeps::AtLeast(least * k),
                Keeps::AtMost(most) => Keeps::AtMost(most * k),
                Keeps::For(span) => Keeps::For(span.times(k)),
            };
        }
        if let Some(client) = &mut population.client {
            client.pins.iter_mut().flatten().for_each(|pin| *pin *= k);
            client.timeout *= k;
            if let Some(kept) = &mut client.connections {
                kept.idle *= k;
                kept.timeout *= k;
                kept.at_most = kept.at_most.map(|most| most * k);
            }
        }
    }
    for check in &mut slow.checks {
        check.interval *= k;
        check.timeout *= k;
        check.answer_timeout *= k;
        check.response *= k;
        check.push = check.push.times(k);
    }
    for store in &mut slow.stores {
        store.lag = store.lag.times(k);
        store.endpoint_ttl *= k;
        if let Some(promotion) = &mut store.promotion {
            promotion.decision = promotion.decision.times(k);
            promotion.duration = promotion.duration.times(k);
        }
    }
    for fault in &mut slow.faults {
        fault.at *= k;
        if let Breaks::Outage { how: How::Hang(accepts_after), .. } = &mut fault.breaks {
            *accepts_after *= k;
        }
        fault.lasting = fault.lasting.times(k);
    }
    slow
}

/// The design within the condition of the law.
pub fn scalable(mut design: Design) -> Design {
    for fault in &mut design.faults {
        fault.lasting = match fault.lasting {
            Span::Constant(length) => Span::Constant(length),
            Span::Uniform(from, _) => Span::Constant(from),
            Span::Exponential(centre) | Span::Lognormal(centre, _) => Span::Constant(centre),
        };
    }
    for promotion in design.stores.iter_mut().filter_map(|store| store.promotion.as_mut()) {
        if let Span::Lognormal(median, _) = promotion.decision {
            promotion.decision = Span::Uniform(median.max(SECOND), median * 3);
        }
    }
    design.without_connections()
}

/// Checks that need so many failures more.
pub fn with_threshold(design: &Design, more: u64) -> Design {
    let mut design = design.clone();
    design.checks.iter_mut().for_each(|check| check.threshold += more);
    design
}

/// Probes of one checker do not overlap.
pub fn one_probe_at_a_time(mut design: Design) -> Design {
    for check in design.checks.iter_mut().filter(|check| check.fixed) {
        check.timeout = check.timeout.min(check.interval / 2);
        check.answer_timeout = check.answer_timeout.min(check.interval / 2);
    }
    design
}

/// Checks that probe so many times more seldom.
pub fn with_interval(design: &Design, times: u64) -> Design {
    let mut design = design.clone();
    design.checks.iter_mut().for_each(|check| check.interval *= times);
    design
}

/// The outage outlasts the run.
pub fn lasting(mut design: Design) -> Design {
    design.faults[0].lasting = FOR_EVER;
    design
}

/// Answers that live so many times as long.
pub fn with_ttl(design: &Design, times: u64) -> Design {
    Design { ttl: design.ttl * times, ..design.clone() }
}

/// The policy answers everybody alike.
pub fn undrawn(mut design: Design) -> Design {
    if let Policy::Weighted(to) = &design.policy {
        design.policy = Policy::Latency(to.iter().map(|(region, _)| *region).collect());
    }
    lasting(design).without_own_caches()
}

/// The outage outlasts the run and strikes where users are, and answers live.
pub fn felt(design: Design) -> Design {
    let design = struck(lasting(design));
    Design { ttl: design.ttl.max(SECOND), ..design }
}

/// Users and caches of the first population come in pairs.
pub fn halvable(mut design: Design) -> Design {
    let first = &mut design.populations[0];
    first.caches *= 2;
    first.users = first.users / first.caches * first.caches + first.caches;
    design
}

/// The first population as two halves.
pub fn split(design: &Design) -> Design {
    let mut design = design.clone();
    let first = &mut design.populations[0];
    first.users /= 2;
    first.caches /= 2;
    let twin = Population { name: "twin".into(), ..first.clone() };
    design.populations.push(twin);
    design
}

/// All faults so much later, in a run as much longer.
pub fn shifted(design: &Design, by: u64) -> Design {
    let mut design = design.clone();
    design.run += by;
    design.faults.iter_mut().for_each(|fault| fault.at += by);
    design
}

/// Puts a region that nobody uses at this position.
pub fn with_idle_region(design: &Design, at: usize) -> Design {
    let mut design = design.clone();
    design.regions.insert(at, Region { name: "idle".into(), near: "ca-central-1" });
    move_regions(&mut design, &|region| region + usize::from(region >= at), true);
    design
}

/// No link is cut.
pub fn uncut(mut design: Design) -> Design {
    for fault in &mut design.faults {
        if let Breaks::Cut { from, both, .. } = fault.breaks {
            fault.breaks = Breaks::Outage {
                region: from,
                how: if both { How::BlackHole } else { How::FastFail },
            };
        }
    }
    design
}

/// Users come in multiples of their caches, the caches' questions do not depend on them, and clients keep nothing of their own:
/// how many of them are told apart follows from how many there are.
pub fn even(design: Design) -> Design {
    let mut design = design.without_own_caches();
    for population in &mut design.populations {
        population.users = population.users / population.caches * population.caches;
        population.queries = population.queries.or(Some(50_000_000));
    }
    design
}

/// So many times the users.
pub fn with_users(design: &Design, times: u64) -> Design {
    let mut design = design.clone();
    design.populations.iter_mut().for_each(|population| population.users *= times);
    design
}

/// Replicas apply at once, over links that take no time; only the writer's region breaks.
pub fn instant_replication(mut design: Design) -> Design {
    let regions = design.regions.len();
    design.links =
        (0..regions).flat_map(|from| (from + 1..regions).map(move |to| (from, to, 0))).collect();
    let writer = design.stores.first().map(|store| store.writer);
    design.stores.iter_mut().for_each(|store| store.lag = Span::Constant(0));
    for (index, fault) in design.faults.iter_mut().enumerate() {
        let how = match fault.breaks {
            Breaks::Outage { how, .. } => how,
            Breaks::Cut { .. } if index % 2 == 0 => How::BlackHole,
            Breaks::Cut { .. } => How::FastFail,
        };
        if let Some(region) = writer {
            fault.breaks = Breaks::Outage { region, how };
        }
    }
    design
}

/// The same design with a writer that waits for `acks` of its replicas, as far as there are so many.
pub fn waiting(mut design: Design, acks: u64, timeout: Option<u64>) -> Design {
    for store in &mut design.stores {
        store.family = Family::Confirmed { acks: acks.min(store.readers.len() as u64), timeout };
    }
    design
}

/// The first store's three regions agree on every write; the first of them leads, or nobody does.
pub fn agreeing(mut design: Design, leader: bool) -> Design {
    let regions = design.regions.len();
    for store in &mut design.stores {
        let others = (0..regions).filter(|region| *region != store.writer).take(2);
        store.readers = others.collect();
        store.promotion = None;
        if store.readers.len() == 2 {
            store.family = Family::Agreed { leader };
        }
    }
    design.without_idle_checks()
}

/// The same scenario with every list from last to first. What stands within one thing of a list stays in its order.
pub fn listed_backwards(design: &Design) -> Design {
    let mut other = design.clone();
    let last = other.regions.len() - 1;
    other.regions.reverse();
    other.links.reverse();
    other.populations.reverse();
    other.checks.reverse();
    other.stores.reverse();
    other.faults.reverse();
    move_regions(&mut other, &|region| last - region, true);
    other
}

/// Whatever stands at a region stands at another one.
pub fn move_regions(design: &mut Design, to: &dyn Fn(usize) -> usize, with_faults: bool) {
    let moved = |region: &mut usize| *region = to(*region);
    design.links.iter_mut().for_each(|(from, to, _)| [from, to].into_iter().for_each(moved));
    design.transit.iter_mut().for_each(moved);
    design.checks.iter_mut().for_each(|check| moved(&mut check.region));
    match &mut design.policy {
        Policy::Failover { primary, secondary } => [primary, secondary].into_iter().for_each(moved),
        Policy::Latency(to) => to.iter_mut().for_each(moved),
        Policy::Weighted(to) => to.iter_mut().for_each(|(region, _)| moved(region)),
    }
    for store in &mut design.stores {
        moved(&mut store.writer);
        store.readers.iter_mut().for_each(moved);
        store.promotion.iter_mut().for_each(|promotion| moved(&mut promotion.to));
    }
    for fault in design.faults.iter_mut().filter(|_| with_faults) {
        match &mut fault.breaks {
            Breaks::Outage { region, .. } => moved(region),
            Breaks::Cut { from, to, .. } => {
                moved(from);
                to.iter_mut().for_each(moved);
            }
        }
    }
}
