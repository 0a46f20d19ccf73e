//! Limits of what a run does one by one: requests, and answers that are drawn.

use super::{FETCH_LIMIT, SINGLE_REQUEST_LIMIT};
use crate::read::Fields;
use crate::routing::View;
use crate::scenario::Scenario;
use crate::units::Duration;

/// Under `fidelity: Requests` every request is an event, and asks the caches on its way.
pub fn single_requests(scenario: &Scenario, requests: f64, fields: &mut Fields) {
    if scenario.fidelity != crate::scenario::Fidelity::Requests {
        return;
    }
    let at = fields.place_of("fidelity");
    if requests > SINGLE_REQUEST_LIMIT {
        let what = format!(
            "one run would go through {requests:.1e} requests one by one; the limit is {SINGLE_REQUEST_LIMIT:.0e}"
        );
        fields.reader().problem(
            at,
            what,
            "leave fidelity out: counts per cohort have the same distributions",
        );
    }
    for population in &scenario.populations {
        if population.resolvers.queries.is_some() {
            let what = format!(
                "\"{}\" says how often its resolvers are asked, and single requests do the asking",
                population.name
            );
            fields.reader().problem(at, what, "leave queries out of its resolvers");
        }
        if population.keeps()
            && population.users
                != population.simulated_caches().iter().sum::<u64>() * population.parts()
        {
            let what = format!(
                "users of \"{}\" have caches of their own, and not each of them is followed",
                population.name
            );
            fields.reader().problem(at, what, "in its resolvers, write caches and clients so that their product is the number of users");
        }
    }
}

/// Where answers are drawn every fetch of every cache is an event.
pub fn drawn_answers(scenario: &Scenario, fields: &mut Fields) {
    let healthy = vec![true; scenario.health_checks.len()];
    let (round_trip, distance_km) =
        (vec![Duration::ZERO; scenario.regions.len()], vec![0.0; scenario.regions.len()]);
    let all: f64 = scenario
        .populations
        .iter()
        .map(|population| {
            let view = View {
                believed_healthy: &healthy,
                round_trip: &round_trip,
                distance_km: &distance_km,
                asker: Some(population.place),
                rewritten: false,
            };
            // Records that are rewritten may be settled before and drawn from then on.
            if [false, true].into_iter().all(|rewritten| {
                scenario.policy.settled_answer(&View { rewritten, ..view }).is_some()
            }) {
                return 0.0;
            }
            let wait = 1.0
                / population
                    .queries_per_cache(
                        population.reads.per_second() + population.writes.per_second(),
                    )
                    .max(1e-12);
            let cycle = |class: &crate::scenario::ResolverClass| {
                class.keeps.lifetime(scenario.ttl).mean() + wait
            };
            let caches = population.simulated_caches();
            population
                .resolvers
                .classes
                .iter()
                .zip(caches)
                .map(|(class, caches)| caches as f64 * scenario.run.seconds() / cycle(class))
                .sum()
        })
        .sum();
    if all > FETCH_LIMIT {
        let at = fields.place_of("routing");
        let what = format!(
            "answers are drawn anew for each of {all:.1e} fetches in a run; the limit is {FETCH_LIMIT:.0e}"
        );
        fields.reader().problem(
            at,
            what,
            "write a longer ttl, a shorter run, or fewer caches per population",
        );
    }
}
