//! Health checks as they are written: probes, calculations over other checks, alarms on metrics.
//!
//! ```text
//!  HealthCheck(..) --> Probes       --+
//!  Calculated(..)  --> Calculated   --+--> health::HealthCheck { name, sensor, .. }, and back
//!  Alarm(..)       --> AlarmCheck   --+
//! ```

use super::presets;
use crate::health::alarm::{DataForHealth, Missing};
use crate::health::{Alarm, Depends, HealthCheck, KINDS, Metric, ProbeKind, Probing, Sensor};
use crate::id::{CheckId, DoorId, RegionId};
use crate::law::Law;
use crate::problem::instead;
use crate::read::{Choice, Fields, Names, Node, Reader, Shape, Value, record};
use crate::units::Duration;

record! {
    /// What every health check has.
    #[derive(Clone, Debug)]
    pub struct Belief as "Belief", flat true {
        /// The name by which others refer to it.
        pub name: String,
        /// A disabled check counts as healthy, whatever it senses: it moves no client.
        #[source("Route 53 Developer Guide, Values that you specify when you create or update health checks")]
        pub disabled: bool = false,
        /// Healthy and unhealthy change places; a new inverted check is unhealthy.
        pub inverted: bool = false,
        /// Nothing acts on it: it is there to be looked at.
        #[written("observed")]
        pub is_observed: bool = false,
    }
}

record! {
    /// When others hear of a change of status.
    #[derive(Clone, Debug)]
    pub struct Push as "Push", flat true {
        /// From a change of status to the answers of the name servers.
        #[source("assumption: Route 53 gives no number")]
        pub push: Law,
        /// The same for a return to health; as `push`, if it is not written.
        pub push_up: Option<Law>,
    }
}

record! {
    /// Checkers probe a region's endpoint: a row of equal results changes the opinion of a checker, a share of the checkers the status.
    #[derive(Clone, Debug)]
    pub struct Probes as "HealthCheck", preset presets::health_checks, check Probes::judge {
        /// Name, and whether anybody acts on it.
        pub belief: Belief,
        /// The region whose endpoint is probed.
        pub watches: RegionId,
        /// The front door that probes come in by, if any: they meet its silence too. A health path is neither cached nor failed over.
        pub through: Option<DoorId>,
        /// How it probes.
        pub probing: Probing,
        /// What the endpoint looks at before it answers; nothing: itself alone.
        pub deep: Vec<Depends> = Vec::new(),
        /// When others hear of it.
        pub push: Push,
    }
}

record! {
    /// Healthy while at least so many of other checks are.
    #[derive(Clone, Debug)]
    pub struct Calculated as "Calculated", check Calculated::judge {
        /// Name, and whether anybody acts on it.
        pub belief: Belief,
        /// The other checks, 1 to 255. They cannot be calculated themselves.
        #[source("Route 53 quotas: 255 children of a calculated health check")]
        pub of: Vec<CheckId>,
        /// How many of them have to be healthy.
        pub at_least: u64,
        /// When others hear of it.
        pub push: Push = PUSH,
    }
}

record! {
    /// Follows the data stream of a metric, judged like a CloudWatch alarm: M of N periods.
    #[derive(Clone, Debug)]
    pub struct AlarmCheck as "Alarm", check AlarmCheck::judge {
        /// Name, and whether anybody acts on it.
        pub belief: Belief,
        /// What is measured.
        pub metric: Metric,
        /// Length of a period of the metric.
        #[source("assumption: CloudWatch has no default, and standard metrics have a point a minute")]
        pub period: Duration = Duration::from_secs(60),
        /// How many of the last periods are looked at (N).
        #[range(1u64, 100u64, "an alarm looks at 1 to 100 periods")]
        #[source("assumption: CloudWatch has no default")]
        pub periods: u64 = 2,
        /// Breaching periods among them that raise the alarm (M); all of them, if it is not written.
        pub datapoints: Option<u64>,
        /// What takes the place of a period without data.
        #[source("CloudWatch User Guide (June 2023), Configuring how CloudWatch alarms treat missing data: the default")]
        pub missing: Missing = Missing::Missing,
        /// What insufficient data means for the check.
        #[source("Route 53 API reference (June 2023), InsufficientDataHealthStatus; that it stands where nothing is written is an assumption")]
        pub insufficient: DataForHealth = DataForHealth::LastKnown,
        /// From the end of a period to its judgement: delivery of data and evaluation.
        #[source("assumption: data arrive within about a minute, and alarms are looked at once a minute (CloudWatch User Guide, June 2023)")]
        pub delay: Law = DELAY,
        /// Periods begin at whole multiples of their length on this clock; without it the run begins at a random moment of a period.
        pub first_period: Option<Duration>,
        /// When others hear of it.
        pub push: Push = PUSH,
    }
}

/// As for checks that probe: Route 53 gives no number.
const PUSH: Push = Push {
    push: Law::Uniform { from: Duration::from_secs(1), to: Duration::from_secs(10) },
    push_up: None,
};

/// Data arrive within about a minute, and alarms are looked at once a minute (assumption).
const DELAY: Law = Law::Uniform { from: Duration::from_secs(10), to: Duration::from_secs(70) };

/// Route 53's time for a TCP connection.
const TCP_CONNECT: Duration = Duration::from_secs(10);

/// Route 53's limit of children of a calculated check.
const CHILDREN: usize = 255;

/// Fields of a probing check of which each has a number in every preset.
const PROBED: [&str; 11] = [
    "interval",
    "threshold",
    "checkers",
    "locations",
    "healthy_above",
    "cadence",
    "connect_timeout",
    "answer_timeout",
    "response_time",
    "kind",
    "push",
];

impl Probes {
    fn judge(&mut self, fields: &mut Fields) {
        let is_tcp = self.probing.kind == ProbeKind::Tcp && fields.is_own("kind");
        // A TCP probe waits longer for its connection (Route 53 Developer Guide: 10 s).
        if is_tcp && !fields.is_own("connect_timeout") {
            self.probing.connect_timeout = TCP_CONNECT;
        }
        if !fields.is_written("preset") && PROBED.iter().any(|field| !fields.is_own(field)) {
            let usual = &presets::health_checks().presets[0];
            let what = format!("health check that names no preset: {}", usual.name);
            fields.reader().sources.push((what, &usual.source.0, usual.assumption));
        }
        self.judge_locations(fields);
    }

    /// Route 53 asks for at least three regions when they are chosen by hand.
    fn judge_locations(&self, fields: &mut Fields) {
        let preset = fields.expr("preset").and_then(Node::as_text);
        let is_route53 = preset.is_some_and(|name| name.starts_with("route53"));
        let mut chosen: Vec<&str> = self.probing.locations.iter().map(|stand| stand.0).collect();
        chosen.sort_unstable();
        chosen.dedup();
        if is_route53 && (1..3).contains(&chosen.len()) {
            let what = format!("checkers in {} region(s) only", chosen.len());
            let help = "Route 53 asks for at least three: name more, or leave locations out";
            fields.reject("locations", what, help);
        }
    }
}

impl Calculated {
    fn judge(&mut self, fields: &mut Fields) {
        if self.of.is_empty() || self.of.len() > CHILDREN {
            let help = "name health checks of this scenario in of: [..]";
            fields.reject("of", "a calculated check looks at 1 to 255 others", help);
        }
        note_push(fields);
    }
}

impl AlarmCheck {
    fn judge(&mut self, fields: &mut Fields) {
        let datapoints = self.datapoints.unwrap_or(self.periods);
        if !(1..=self.periods.max(1)).contains(&datapoints) && fields.is_written("datapoints") {
            let help = "M of N: write 1 to as many datapoints as there are periods";
            fields.reject("datapoints", "datapoints is out of range", help);
        }
        if self.period < Duration::from_secs(1) {
            let help = "a period is at least 1s; CloudWatch offers 10s, 30s and multiples of 60s";
            fields.reject("period", "period is out of range", help);
        }
        self.note(fields);
        note_push(fields);
    }

    /// Names the defaults that its fields leave standing, each with its source. `datapoints` is as `periods` and so no number of
    /// its own, and where a period begins is drawn.
    fn note(&self, fields: &mut Fields) {
        let defaults: [(&str, String, &'static str, bool); 5] = [
            (
                "period",
                format!("alarm period: {}", self.period),
                "CloudWatch has no default, and standard metrics have a point a minute: only you can know it for your alarms; set period",
                true,
            ),
            (
                "periods",
                format!("alarm periods: {}", self.periods),
                "CloudWatch has no default: only you can know it for your alarms; set periods",
                true,
            ),
            (
                "missing",
                format!("alarm missing data: {:?}", self.missing),
                "CloudWatch User Guide (June 2023), Configuring how CloudWatch alarms treat missing data: the default",
                false,
            ),
            (
                "insufficient",
                format!("alarm insufficient data: {:?}", self.insufficient),
                "Route 53 API reference (June 2023), InsufficientDataHealthStatus: the health when data last sufficed, and healthy before that; that it stands where nothing is written is an assumption",
                true,
            ),
            (
                "delay",
                format!("alarm delay: {}", self.delay),
                "data arrive within about a minute, and alarms are looked at once a minute (CloudWatch User Guide, June 2023); AWS gives no distribution",
                true,
            ),
        ];
        for (field, what, source, assumption) in defaults {
            if !fields.is_written(field) {
                fields.reader().sources.push((what, source, assumption));
            }
        }
    }
}

/// Names the push of a check that is none of probes.
fn note_push(fields: &mut Fields) {
    if !fields.is_written("push") {
        let what = format!("push of a check's status to the name servers: {}", PUSH.push);
        let source = "Route 53 gives no number: as for its checks that probe";
        fields.reader().sources.push((what, source, true));
    }
}

/// Health checks as they are written.
pub fn choice() -> Choice {
    let records = [Probes::record, Calculated::record, AlarmCheck::record];
    Choice { what: "a health check", members: KINDS.iter().copied().zip(records).collect() }
}

fn check(belief: Belief, sensor: Sensor, push: Push) -> HealthCheck {
    let Belief { name, disabled, inverted, is_observed } = belief;
    let Push { push, push_up } = push;
    HealthCheck { name, sensor, disabled, inverted, is_observed, push, push_up }
}

impl From<Probes> for HealthCheck {
    fn from(written: Probes) -> HealthCheck {
        let Probes { belief, watches, through, probing, deep, push } = written;
        check(belief, Sensor::Probes { watches, through, probing, depends: deep }, push)
    }
}

impl From<Calculated> for HealthCheck {
    fn from(written: Calculated) -> HealthCheck {
        let Calculated { belief, of, at_least, push } = written;
        check(belief, Sensor::Calculated { of, at_least }, push)
    }
}

impl From<AlarmCheck> for HealthCheck {
    fn from(written: AlarmCheck) -> HealthCheck {
        let alarm = Alarm {
            metric: written.metric,
            period: written.period,
            datapoints: written.datapoints.unwrap_or(written.periods),
            periods: written.periods,
            missing: written.missing,
            insufficient: written.insufficient,
            delay: written.delay,
            first_period: written.first_period,
        };
        check(written.belief, Sensor::Alarm(alarm), written.push)
    }
}

impl Value for HealthCheck {
    const EXAMPLE: &'static str = KINDS[0].example;

    fn shape() -> Shape {
        Shape::Choice(choice)
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match node.name() {
            Some("HealthCheck") | None => Probes::read(node, reader).map(HealthCheck::from),
            Some("Calculated") => Calculated::read(node, reader).map(HealthCheck::from),
            Some("Alarm") => AlarmCheck::read(node, reader).map(HealthCheck::from),
            Some(other) => {
                let what = format!("{} is not a health check", node.describe());
                let help = instead(other, KINDS.iter().map(|kind| kind.name));
                reader.problem(node.place, what, help);
                None
            }
        }
    }

    fn write(&self, names: &Names) -> Node {
        let HealthCheck { name, sensor, disabled, inverted, is_observed, push, push_up } =
            self.clone();
        let belief = Belief { name, disabled, inverted, is_observed };
        let push = Push { push, push_up };
        match sensor {
            Sensor::Probes { watches, through, probing, depends: deep } => {
                Probes { belief, watches, through, probing, deep, push }.write(names)
            }
            Sensor::Calculated { of, at_least } => {
                Calculated { belief, of, at_least, push }.write(names)
            }
            Sensor::Alarm(alarm) => AlarmCheck {
                belief,
                metric: alarm.metric,
                period: alarm.period,
                periods: alarm.periods,
                datapoints: Some(alarm.datapoints).filter(|many| *many != alarm.periods),
                missing: alarm.missing,
                insufficient: alarm.insufficient,
                delay: alarm.delay,
                first_period: alarm.first_period,
                push,
            }
            .write(names),
        }
    }
}

#[cfg(test)]
mod tests;
