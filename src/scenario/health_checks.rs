//! Reading health checks: probes, calculations over other checks, alarms on metrics.

use super::presets::CheckSettings;
use super::{presets, read_preset, rules};
use crate::health::alarm::{DataForHealth, Missing};
use crate::health::{
    Alarm, Cadence, Depends, HealthCheck, KINDS, Metric, ProbeKind, Probing, Sensor,
};
use crate::id::{CheckId, DoorId, RegionId, StoreId};
use crate::law::Law;
use crate::problem::instead;
use crate::read::Node;
use crate::read::{Fields, Reader, Value, describe, only_value, place, variant, word};
use crate::units::{Duration, Share};

/// Reads `HealthCheck(..)`, `Calculated(..)` or `Alarm(..)`.
pub fn read(expr: &Node, reader: &mut Reader) -> Option<HealthCheck> {
    match variant(expr) {
        Some("HealthCheck") | None => read_probes(expr, reader),
        Some("Calculated") => read_calculated(expr, reader),
        Some("Alarm") => read_alarm(expr, reader),
        Some(other) => {
            reader.problem(
                place(expr),
                format!("{} is not a health check", describe(expr)),
                instead(other, KINDS.iter().map(|kind| kind.name)),
            );
            None
        }
    }
}

/// The fields that every check has.
fn read_common(
    fields: &mut Fields,
    name: Option<String>,
    sensor: Option<Sensor>,
    settings: &CheckSettings,
) -> Option<HealthCheck> {
    let disabled = fields.or("disabled", false);
    let inverted = fields.or("inverted", false);
    let is_observed = fields.or("observed", false);
    let push = fields.or("push", settings.push);
    let push_up = fields.optional("push_up").or(settings.push_up);
    Some(HealthCheck {
        name: name?,
        sensor: sensor?,
        disabled,
        inverted,
        is_observed,
        push,
        push_up,
    })
}

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

fn read_probes(expr: &Node, reader: &mut Reader) -> Option<HealthCheck> {
    let mut fields = Fields::open(reader, expr, "HealthCheck")?;
    let name = fields.required::<String>("name");
    let watches = fields.required::<RegionId>("watches");
    let through: Option<DoorId> = fields.optional("through");
    let preset = fields.with("preset", |expr, reader| {
        read_preset(expr, reader, "health check preset", &presets::all().health_checks)
    });
    if fields.expr("preset").is_none() && PROBED.iter().any(|field| fields.expr(field).is_none()) {
        let usual = &presets::all().health_checks[0];
        fields.reader().sources.push((
            format!("health check that names no preset: {}", usual.name),
            &usual.source,
            usual.assumption,
        ));
    }
    let settings = preset.unwrap_or_else(|| presets::all().health_checks[0].value.clone());
    let base = settings.probing.clone();
    let cadences = [("AfterResponse", Cadence::AfterResponse), ("Fixed", Cadence::Fixed)];
    let kinds = [
        ("Http", ProbeKind::Http),
        ("Https", ProbeKind::Http),
        ("StringMatch", ProbeKind::StringMatch),
        ("Tcp", ProbeKind::Tcp),
    ];
    let kind = fields.with("kind", |expr, reader| word(expr, reader, &kinds));
    // A TCP probe waits longer for its connection (Route 53 Developer Guide: 10 s).
    let connect = if kind == Some(ProbeKind::Tcp) { TCP_CONNECT } else { base.connect_timeout };
    let probing = Probing {
        kind: kind.unwrap_or(base.kind),
        interval: fields.or("interval", base.interval),
        threshold: fields.or("threshold", base.threshold),
        threshold_up: fields.optional("threshold_up").or(base.threshold_up),
        checkers: fields.or("checkers", base.checkers),
        locations: fields.with("locations", read_locations).unwrap_or(base.locations),
        healthy_above: fields.or("healthy_above", base.healthy_above),
        cadence: fields
            .with("cadence", |expr, reader| word(expr, reader, &cadences))
            .unwrap_or(base.cadence),
        connect_timeout: fields.or("connect_timeout", connect),
        answer_timeout: fields.or("answer_timeout", base.answer_timeout),
        response_time: fields.or("response_time", base.response_time),
        loss: fields.or("loss", base.loss),
        first_probe: fields.optional("first_probe").or(base.first_probe),
        empty_is_healthy: fields.or("empty_is_healthy", base.empty_is_healthy),
    };
    rules::check_probing(&probing, &mut fields);
    check_locations(&probing, &mut fields);
    let depends = fields.list("deep", read_depends);
    let sensor = watches.map(|watches| Sensor::Probes { watches, through, probing, depends });
    let check = read_common(&mut fields, name, sensor, &settings);
    fields.close();
    check
}

/// Route 53 asks for at least three regions when they are chosen by hand.
fn check_locations(probing: &Probing, fields: &mut Fields) {
    let is_route53 = fields
        .expr("preset")
        .and_then(Node::as_text)
        .is_some_and(|name| name.starts_with("route53"));
    let mut chosen = probing.locations.clone();
    chosen.sort();
    chosen.dedup();
    if is_route53 && (1..3).contains(&chosen.len()) {
        let at = fields.place_of("locations");
        fields.reader().problem(
            at,
            format!("checkers in {} region(s) only", chosen.len()),
            "Route 53 asks for at least three: name more, or leave locations out",
        );
    }
}

/// Route 53's time for a TCP connection.
const TCP_CONNECT: Duration = Duration::from_secs(10);

fn read_locations(expr: &Node, reader: &mut Reader) -> Option<Vec<String>> {
    let names: Vec<String> = Vec::read(expr, reader)?;
    for name in &names {
        if crate::places::region(name).is_none() {
            let mend = instead(name, crate::places::regions().iter().map(|region| region.name));
            reader.problem(place(expr), format!("\"{name}\" is not an AWS region"), mend);
            return None;
        }
    }
    Some(names)
}

/// Reads `Reads("orders")`, `Writes("orders")` or `Lag(store: "orders", at_most: "10s")`.
fn read_depends(expr: &Node, reader: &mut Reader) -> Option<Depends> {
    match (variant(expr), only_value(expr)) {
        (Some("Reads"), Some(value)) => StoreId::read(value, reader).map(Depends::Reads),
        (Some("Writes"), Some(value)) => StoreId::read(value, reader).map(Depends::Writes),
        (Some("Lag"), None) => {
            let mut fields = Fields::open(reader, expr, "Lag")?;
            let store = fields.required("store");
            let at_most = fields.required("at_most");
            fields.close();
            Some(Depends::Lag { store: store?, at_most: at_most? })
        }
        _ => {
            let mend = "write Reads(\"orders\"), Writes(\"orders\") or Lag(store: \"orders\", at_most: \"10s\")";
            reader.problem(
                place(expr),
                format!("{} is nothing that a deep health check looks at", describe(expr)),
                mend,
            );
            None
        }
    }
}

fn read_calculated(expr: &Node, reader: &mut Reader) -> Option<HealthCheck> {
    let mut fields = Fields::open(reader, expr, "Calculated")?;
    let name = fields.required::<String>("name");
    let of = fields.required::<Vec<CheckId>>("of");
    let at_least = fields.required("at_least");
    if of.as_ref().is_some_and(|of| of.is_empty() || of.len() > CHILDREN) {
        let at = fields.place_of("of");
        fields.reader().problem(
            at,
            "a calculated check looks at 1 to 255 others",
            "name health checks of this scenario in of: [..]",
        );
    }
    let sensor = of.zip(at_least).map(|(of, at_least)| Sensor::Calculated { of, at_least });
    note_push(&mut fields);
    let check = read_common(&mut fields, name, sensor, &presets::all().health_checks[0].value);
    fields.close();
    check
}

/// Route 53's limit of children of a calculated check.
const CHILDREN: usize = 255;

fn read_alarm(expr: &Node, reader: &mut Reader) -> Option<HealthCheck> {
    let mut fields = Fields::open(reader, expr, "Alarm")?;
    let name = fields.required::<String>("name");
    let metric =
        fields.required_with("metric", "Errors(region: \"..\", above: \"5%\")", read_metric);
    let periods = fields.or("periods", PERIODS);
    let missing = [
        ("Missing", Missing::Missing),
        ("Ignore", Missing::Ignore),
        ("Breaching", Missing::Breaching),
        ("NotBreaching", Missing::NotBreaching),
    ];
    let unknown = [
        ("Healthy", DataForHealth::Healthy),
        ("Unhealthy", DataForHealth::Unhealthy),
        ("LastKnown", DataForHealth::LastKnown),
    ];
    let alarm = metric.map(|metric| Alarm {
        metric,
        period: fields.or("period", PERIOD),
        periods,
        datapoints: fields.or("datapoints", periods),
        missing: fields
            .with("missing", |expr, reader| word(expr, reader, &missing))
            .unwrap_or(Missing::Missing),
        insufficient: fields
            .with("insufficient", |expr, reader| word(expr, reader, &unknown))
            .unwrap_or(DataForHealth::LastKnown),
        delay: fields.or("delay", DELAY),
        first_period: fields.optional("first_period"),
    });
    if let Some(alarm) = &alarm {
        check_alarm(alarm, &mut fields);
    }
    note_alarm(&mut fields);
    note_push(&mut fields);
    let check = read_common(
        &mut fields,
        name,
        alarm.map(Sensor::Alarm),
        &presets::all().health_checks[0].value,
    );
    fields.close();
    check
}

const PERIOD: Duration = Duration::from_secs(60);
const PERIODS: u64 = 2;

/// Names the defaults of an alarm that its fields leave standing, each with its source. `datapoints` is as `periods` and so no
/// number of its own, and where a period begins is drawn.
fn note_alarm(fields: &mut Fields) {
    let defaults: [(&'static str, String, &'static str, bool); 5] = [
        (
            "period",
            format!("alarm period: {PERIOD}"),
            "CloudWatch has no default, and standard metrics have a point a minute: nobody can know it for your alarms; set period",
            true,
        ),
        (
            "periods",
            format!("alarm periods: {PERIODS}"),
            "CloudWatch has no default: nobody can know it for your alarms; set periods",
            true,
        ),
        (
            "missing",
            "alarm missing data: Missing".into(),
            "CloudWatch User Guide (June 2023), Configuring how CloudWatch alarms treat missing data: the default",
            false,
        ),
        (
            "insufficient",
            "alarm insufficient data: LastKnown".into(),
            "Route 53 API reference (June 2023), InsufficientDataHealthStatus: the health when data last sufficed, and healthy before that; that it stands where nothing is written is an assumption",
            true,
        ),
        (
            "delay",
            format!("alarm delay: {DELAY}"),
            "data arrive within about a minute, and alarms are looked at once a minute (CloudWatch User Guide, June 2023); AWS gives no law",
            true,
        ),
    ];
    for (field, what, source, assumption) in defaults {
        if fields.expr(field).is_none() {
            fields.reader().sources.push((what, source, assumption));
        }
    }
}

/// Names the push of a check that is none of probes.
fn note_push(fields: &mut Fields) {
    if fields.expr("push").is_none() {
        let what = format!(
            "push of a check's status to the name servers: {}",
            presets::all().health_checks[0].value.push
        );
        fields.reader().sources.push((
            what,
            "Route 53 gives no number: as for its checks that probe",
            true,
        ));
    }
}

/// From the end of a period to its judgement: data arrive within about a minute, and alarms are looked at once a minute (assumption).
const DELAY: Law = Law::Uniform { from: Duration::from_secs(10), to: Duration::from_secs(70) };

fn check_alarm(alarm: &Alarm, fields: &mut Fields) {
    let rules = [
        ("periods", (1..=100).contains(&alarm.periods), "an alarm looks at 1 to 100 periods"),
        (
            "datapoints",
            (1..=alarm.periods.max(1)).contains(&alarm.datapoints),
            "M of N: write 1 to as many datapoints as there are periods",
        ),
        (
            "period",
            alarm.period >= Duration::from_secs(1),
            "a period is at least 1s; CloudWatch offers 10s, 30s and multiples of 60s",
        ),
    ];
    for (name, holds, mend) in rules {
        if !holds {
            let at = fields.place_of(name);
            fields.reader().problem(at, format!("{name} is out of range"), mend);
        }
    }
}

/// Names the share above which a metric breaches, where none is written.
fn note_above(fields: &mut Fields, what: &str, source: &'static str) {
    if fields.expr("above").is_none() {
        fields.reader().sources.push((what.into(), source, true));
    }
}

fn read_metric(expr: &Node, reader: &mut Reader) -> Option<Metric> {
    const KNOWN: [&str; 5] = ["Errors", "Canary", "HealthyHosts", "ReplicaLag", "CheckStatus"];
    let name = variant(expr).unwrap_or("");
    if !KNOWN.contains(&name) {
        reader.problem(
            place(expr),
            format!("{} is not a metric", describe(expr)),
            instead(name, KNOWN),
        );
        return None;
    }
    let mut fields = Fields::open(reader, expr, name)?;
    let metric = match name {
        "Errors" => {
            let (region, above) = (fields.required("region"), fields.or("above", Share::NONE));
            note_above(
                &mut fields,
                "alarm errors above: 0%",
                "any error breaches: nobody can know it for your alarms; set above",
            );
            region.map(|region| Metric::Errors { region, above })
        }
        "Canary" => {
            let (region, above) =
                (fields.required("region"), fields.or("above", Share::from_parts(500_000_000)));
            note_above(
                &mut fields,
                "alarm canary above: 50%",
                "a period breaches when the canary fails for more than half of it: nobody can know it for your alarms; set above",
            );
            region.map(|region| Metric::Canary { region, above })
        }
        "HealthyHosts" => fields.required("region").map(|region| Metric::HealthyHosts { region }),
        "ReplicaLag" => {
            let (store, region, above) =
                (fields.required("store"), fields.required("region"), fields.required("above"));
            store.zip(region).zip(above).map(|((store, region), above)| Metric::ReplicaLag {
                store,
                region,
                above,
            })
        }
        _ => fields.required("check").map(|check| Metric::CheckStatus { check }),
    };
    fields.close();
    metric
}
