//! Negative controls: each law is asked about designs for which it does not hold, and has to say so.
//! A law that cannot fail shows nothing.

use crate::design::{Breaks, Client, Connections, Design, How, Policy, SECOND, Span};
use crate::generate::{FOR_EVER, designs, single_outages};
use crate::running::{SEED, Verdict};
use crate::{in_law, losses, names, scale, scopes, slower};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Of this many random designs, in how many the law is broken.
pub fn broken(
    count: usize,
    designs: impl Strategy<Value = Design>,
    law: impl Fn(&Design) -> Verdict,
) -> usize {
    let mut runner = TestRunner::new(Config {
        rng_seed: RngSeed::Fixed(SEED),
        failure_persistence: None,
        ..Config::default()
    });
    let drawn = (0..count).map(|_| designs.new_tree(&mut runner).expect("a design").current());
    drawn.filter(|design| law(design).is_err()).count()
}

#[test]
fn a_wrong_factor_of_time_is_found() {
    let found =
        broken(20, designs().prop_map(scale::scalable), |design| scale::scales(design, 10, 11));
    assert!(found >= 18, "{found} of 20");
}

/// Why the law about lengths asks for clients without connections.
#[test]
fn a_lost_connection_is_tried_again_after_a_time_of_its_own() {
    let connected = |design: Design| {
        let mut design = crate::generate::struck(scale::scalable(design));
        let kept = Connections { idle: 10 * SECOND, at_most: None, timeout: SECOND };
        design.populations.iter_mut().for_each(|population| {
            population.client = Some(Client {
                pins: Vec::new(),
                connections: Some(kept),
                attempts: 1,
                timeout: SECOND,
            });
        });
        design
    };
    let found =
        broken(40, single_outages().prop_map(connected), |design| scale::scales(design, 10, 10));
    assert!(found >= 5, "{found} of 40");
}

#[test]
fn a_lower_threshold_is_not_slower() {
    let found = broken(40, single_outages(), |design| {
        slower::never_detects_earlier(&slower::with_threshold(design, 1), design)
    });
    assert!(found >= 10, "{found} of 40");
}

/// Why the law about intervals is one of means: run by run a longer interval may detect earlier.
#[test]
fn a_longer_interval_may_detect_earlier_in_a_run() {
    let found = broken(400, single_outages(), |design| {
        slower::never_detects_earlier(design, &slower::with_interval(design, 2))
    });
    assert!(found >= 1, "{found} of 400");
}

#[test]
fn a_shorter_ttl_is_not_slower() {
    let dying = |mut design: Design| {
        design.policy = Policy::Failover { primary: 0, secondary: 1 };
        design.checks.retain(|check| {
            check.region == 0
                || !check.routed
                || design.stores.iter().any(|store| {
                    store
                        .promotion
                        .as_ref()
                        .is_some_and(|promotion| promotion.watches == check.name)
                })
        });
        design.faults[0].breaks = Breaks::Outage { region: 0, how: How::BlackHole };
        design.faults[0].lasting = FOR_EVER;
        design.ttl = design.ttl.max(20 * SECOND);
        design
    };
    let with_check = |design: &Design| design.routing_check(0).is_some();
    let found =
        broken(40, single_outages().prop_filter("a check", with_check).prop_map(dying), |design| {
            slower::never_recovers_earlier(&slower::with_ttl(design, 3), design)
        });
    assert!(found >= 8, "{found} of 40");
}

/// A lag of seconds loses writes where a lag of zero loses none.
#[test]
fn a_lag_loses_something() {
    let found = broken(100, designs().prop_map(losses::instant_replication), |design| {
        let mut slow = design.clone();
        slow.stores.iter_mut().for_each(|store| store.lag = Span::Constant(20 * SECOND));
        losses::loses_nothing(&slow)
    });
    assert!(found >= 10, "{found} of 100");
}

/// Another name for a check draws other phases: names of components label their streams.
#[test]
fn a_renamed_check_draws_anew() {
    let found = broken(40, single_outages(), |design| {
        let mut other = design.clone();
        other.checks.iter_mut().for_each(|check| check.name.push('x'));
        let promotions = other.stores.iter_mut().filter_map(|store| store.promotion.as_mut());
        promotions.for_each(|promotion| promotion.watches.push('x'));
        names::same_runs(design, &other)
    });
    assert!(found >= 10, "{found} of 40");
}

/// A region that is idle but forwards traffic is a way around a cut: the law about idle regions would see it.
#[test]
fn an_idle_region_that_forwards_is_a_way_around() {
    let cut = |mut design: Design| {
        let everywhere_else: Vec<usize> = (1..design.regions.len()).collect();
        design.faults.truncate(1);
        design.faults[0].breaks = Breaks::Cut { from: 0, to: everywhere_else, both: true };
        design
    };
    let found = broken(40, designs().prop_map(cut), |design| {
        let idle = design.regions.len();
        names::same_but_for(
            design,
            &Design { transit: vec![idle], ..names::with_idle_region(design, idle) },
            idle,
        )
    });
    assert!(found >= 10, "{found} of 40");
}

#[test]
fn questions_that_grow_with_users_change_facts() {
    let counted = |design: Design| {
        let mut design = names::even(design);
        design.populations.iter_mut().for_each(|population| population.queries = None);
        design.without_own_caches()
    };
    let found = broken(100, designs().prop_map(counted), |design| {
        names::same_facts(design, &names::with_users(design, 50))
    });
    assert!(found >= 5, "{found} of 100");
}

/// Faults that last twice as long are not the same in law.
#[test]
fn other_means_are_found() {
    let slower = |design: &Design| {
        let mut slow = design.clone();
        slow.faults.iter_mut().for_each(|fault| fault.lasting = fault.lasting.times(2));
        slow
    };
    let found = broken(20, designs(), |design| in_law::same_means(design, &slower(design)));
    assert!(found >= 5, "{found} of 20");
}

/// One row more than the checkers need, and the outage is noticed.
#[test]
fn an_outage_longer_than_its_detection_is_noticed() {
    let found = broken(40, single_outages(), |design| crate::ends::nobody_notices(design, 1));
    assert!(found >= 15, "{found} of 40");
}

/// Why the law about the whole asks for a threshold of 100%.
#[test]
fn below_a_threshold_of_all_the_whole_may_be_back_first() {
    let lenient = |mut design: Design| {
        design.threshold_percent = 60;
        design
    };
    let found = broken(200, designs().prop_map(lenient), scopes::all_wait_for_the_last);
    assert!(found >= 1, "{found} of 200");
}
