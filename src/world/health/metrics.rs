//! Metrics: periods of a metric become datapoints, and these an alarm that a check follows.

use crate::engine::random::{Stream, Streams};
use crate::health::alarm::{
    Datapoint, NEW_CHECK_IS_HEALTHY, State, evaluate, evaluation_range, health,
};
use crate::health::metric;
use crate::health::{Alarm, Endpoint, HealthCheck, Metric, Sensor};
use crate::id::{CheckId, RegionId};
use crate::trace::{FactId, Operation, What};
use crate::units::{Duration, Instant, Share};
use crate::world::{Event, Rank, World};

/// A metric and its alarm in action.
#[derive(Debug)]
pub(in crate::world) struct MetricState {
    /// What the open period holds so far: time that was bad, and time of which anything is known.
    bad: f64,
    known: f64,
    since: Instant,
    points: Vec<Datapoint>,
    /// Points that have been measured and not yet delivered, each with the end of its period and the last change by then.
    on_the_way: Vec<(Datapoint, Instant, Option<FactId>)>,
    state: State,
    last_healthy: bool,
    stream: Stream,
    /// The change after which the metric was bad: what the alarm is about. And the one after which it was good again.
    began: Option<FactId>,
    ended: Option<FactId>,
}

impl MetricState {
    pub(in crate::world) fn new(check: &HealthCheck, streams: &Streams) -> Option<MetricState> {
        let Sensor::Alarm(_) = &check.sensor else { return None };
        Some(MetricState {
            bad: 0.0,
            known: 0.0,
            since: Instant::START,
            points: Vec::new(),
            on_the_way: Vec::new(),
            state: State::Ok,
            last_healthy: NEW_CHECK_IS_HEALTHY,
            stream: streams.of(&format!("check/{}/metric", check.name), 0),
            began: None,
            ended: None,
        })
    }
}

/// The checks that follow a metric.
pub(in crate::world) fn alarms(checks: &[HealthCheck]) -> Vec<CheckId> {
    let follows = |index: &usize| matches!(checks[*index].sensor, Sensor::Alarm(_));
    (0..checks.len()).filter(follows).map(CheckId::at).collect()
}

/// What a metric says at an instant: the bad share, weighted; `None`: nothing.
type Reading = Option<f64>;

impl World<'_> {
    pub(in crate::world) fn start_periods(&mut self, check: CheckId) {
        let Some(alarm) = self.alarm(check).cloned() else { return };
        let Some(state) = &mut self.health.metrics[check.index()] else { return };
        // Periods follow the clock on the wall; the run begins at a random moment of one. Before it, all was well.
        let first = alarm.first_period.unwrap_or_else(|| {
            Duration::from_seconds_f64(alarm.period.seconds() * state.stream.share())
        });
        state.points = vec![Some(false); evaluation_range(alarm.periods as usize)];
        self.schedule(Instant::START + first, Rank::Probe, Event::PeriodEnds { check });
    }

    fn alarm(&self, check: CheckId) -> Option<&Alarm> {
        match &self.stage.scenario.health_checks[check.index()].sensor {
            Sensor::Alarm(alarm) => Some(alarm),
            _ => None,
        }
    }

    /// Books the time since the last look under what the metrics said during it. Called before anything changes.
    pub(in crate::world) fn count_periods(&mut self) {
        for index in 0..self.health.alarms.len() {
            self.count_period(self.health.alarms[index]);
        }
    }

    fn count_period(&mut self, check: CheckId) {
        let since = self.health.metrics[check.index()].as_ref().map(|state| state.since);
        if since.is_none_or(|since| since == self.now) {
            return;
        }
        let reading = self.alarm(check).and_then(|alarm| self.reading(&alarm.metric));
        let grown = self.grown_lag(check);
        let Some(state) = &mut self.health.metrics[check.index()] else { return };
        let time = self.now.since(state.since).seconds();
        state.since = self.now;
        if let Some(bad) = reading {
            state.known += time;
            // A lag that grew past its limit on the way was bad only since then.
            let bad_time =
                grown.map_or(time * bad, |reached| self.now.since(reached).seconds().min(time));
            state.bad += bad_time;
        }
    }

    /// When a lag that is growing passes the limit of an alarm on it.
    fn grown_lag(&self, check: CheckId) -> Option<Instant> {
        match &self.alarm(check)?.metric {
            Metric::ReplicaLag(metric::ReplicaLag { store, region, above }) => {
                self.stores[store.index()].lag_reaches(*region, *above)
            }
            _ => None,
        }
    }

    fn reading(&self, metric: &Metric) -> Reading {
        let as_share = |bad: bool| if bad { 1.0 } else { 0.0 };
        match metric {
            Metric::Canary(metric::Canary { region, .. }) => {
                let errors = self.regions.gray_share(*region).0.as_f64();
                Some(if self.regions.endpoint(*region) == Endpoint::Answers { errors } else { 1.0 })
            }
            Metric::Errors(metric::Errors { region, .. }) => self.error_share(*region),
            Metric::HealthyHosts(metric::HealthyHosts { region }) => {
                match self.regions.endpoint(*region) {
                    Endpoint::Silent => None,
                    endpoint => Some(as_share(endpoint != Endpoint::Answers)),
                }
            }
            Metric::ReplicaLag(metric::ReplicaLag { store, region, above }) => {
                Some(as_share(self.stores[store.index()].lag(*region, self.now) > *above))
            }
            Metric::CheckStatus(metric::CheckStatus { check }) => {
                Some(as_share(!self.health.checks[check.index()].sent[0].0))
            }
        }
    }

    /// Share of the requests that a region's load balancer answers with an error; `None` while it answers none.
    fn error_share(&self, region: RegionId) -> Reading {
        match self.regions.endpoint(region) {
            // Nothing is logged by what is dark, refuses connections or never answers.
            Endpoint::Silent | Endpoint::Refuses | Endpoint::Hangs(_) => return None,
            _ => {}
        }
        let (mut errors, mut all) = (0.0, 0.0);
        for seat in self.requests.seats() {
            let population = &self.stage.cast.populations[self.requests.population(seat).index()];
            let users = self.clients.users_at(seat) as f64;
            for operation in Operation::BOTH {
                let rate = population.rate(operation).per_second() * users;
                let parts = &self.requests.mix(seat, operation).parts;
                for (share, ending) in parts.iter().filter(|(_, ending)| ending.at == Some(region))
                {
                    all += rate * share.as_f64();
                    errors += if ending.outcome.is_served() { 0.0 } else { rate * share.as_f64() };
                }
            }
        }
        (all > 0.0).then(|| errors / all)
    }

    pub(in crate::world) fn period_ends(&mut self, check: CheckId) {
        self.count_period(check);
        let Some(alarm) = self.alarm(check).cloned() else { return };
        let (now, change) = (self.now, self.last_change());
        let Some(state) = &mut self.health.metrics[check.index()] else { return };
        let threshold = match &alarm.metric {
            Metric::Errors(metric::Errors { above, .. })
            | Metric::Canary(metric::Canary { above, .. }) => above.as_f64(),
            Metric::HealthyHosts(_) | Metric::ReplicaLag(_) | Metric::CheckStatus(_) => {
                Share::NONE.as_f64()
            }
        };
        let point = (state.known > 0.0).then(|| state.bad / state.known > threshold);
        (state.bad, state.known) = (0.0, 0.0);
        state.on_the_way.push((point, now, change));
        let judged = self.now + alarm.delay.at(state.stream.share());
        self.schedule(judged, Rank::Probe, Event::AlarmJudged { check });
        self.schedule(self.now + alarm.period, Rank::Probe, Event::PeriodEnds { check });
    }

    /// The last fault that began or ended: what a metric that has turned is about.
    fn last_change(&self) -> Option<FactId> {
        let is_fault =
            |what: &What| matches!(what, What::FaultBegan { .. } | What::FaultEnded { .. });
        self.trace.facts.iter().rposition(|fact| is_fault(&fact.what)).map(|at| FactId(at as u32))
    }

    /// The end, by an instant, of the fault that this fact began: another fault may have come since and changed nothing here.
    fn end_of(&self, began: FactId, by: Instant) -> Option<FactId> {
        let What::FaultBegan { fault } = self.trace.facts[began.0 as usize].what else {
            return None;
        };
        self.trace
            .facts
            .iter()
            .rposition(|fact| fact.at <= by && fact.what == What::FaultEnded { fault })
            .map(|at| FactId(at as u32))
    }

    pub(in crate::world) fn alarm_judged(&mut self, check: CheckId) {
        let Some(alarm) = self.alarm(check).cloned() else { return };
        let Some((point, measured, change)) = self.health.metrics[check.index()]
            .as_mut()
            .filter(|state| !state.on_the_way.is_empty())
            .map(|state| state.on_the_way.remove(0))
        else {
            return;
        };
        let is_good = point == Some(false);
        let began = self.health.metrics[check.index()].as_ref().and_then(|state| state.began);
        let end = began.and_then(|began| self.end_of(began, measured)).or(change);
        let Some(state) = &mut self.health.metrics[check.index()] else { return };
        (state.began, state.ended) =
            if is_good { (began, state.ended.or(end)) } else { (began.or(change), None) };
        state.points.remove(0);
        state.points.push(point);
        state.state = evaluate(
            &state.points,
            alarm.datapoints as usize,
            alarm.periods as usize,
            alarm.missing,
            state.state,
        );
        let healthy = health(state.state, alarm.insufficient, state.last_healthy);
        state.last_healthy = healthy;
        let cause = if healthy { state.ended.or(state.began) } else { state.began };
        if healthy && is_good {
            (state.began, state.ended) = (None, None);
        }
        for audience in self.stage.audiences() {
            self.believe(check, audience, healthy, cause);
        }
    }
}
