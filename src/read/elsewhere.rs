//! Words of others: what AWS, Terraform, Kubernetes and chaos tools call a field, and where a field is at home that does not
//! belong to the struct it was written in. Such words are answered with ours, and never accepted beside them.

/// A field of others: in which struct (any, if empty), which of ours it means, if it is one, and what to write.
pub struct Foreign {
    owner: &'static str,
    word: &'static str,
    pub field: &'static str,
    help: &'static str,
}

impl Foreign {
    pub fn help(&self) -> String {
        if self.help.is_empty() { format!("write {}", self.field) } else { self.help.to_string() }
    }
}

const fn is(owner: &'static str, word: &'static str, field: &'static str) -> Foreign {
    Foreign { owner, word, field, help: "" }
}

/// One that is no field of ours, or takes more than another name.
const fn says(
    owner: &'static str,
    word: &'static str,
    field: &'static str,
    help: &'static str,
) -> Foreign {
    Foreign { owner, word, field, help }
}

const NO_PATH: &str =
    "leave it out: a check asks the whole endpoint; deep: [Writes(\"a store\")] looks further";
const ABOVE: &str =
    "the limit belongs to the metric: metric: Errors(region: \"..\", above: \"5%\")";
const READERS: &str = "list the regions of the replicas in readers: [..], or all in regions: [..] where each takes writes";
const RATES: &str = "write reads: \"20 req/h\" and writes: \"2 req/h\", of one user";
const BY_INSTANT: &str =
    "write at: the instant at which it begins; how often a year is not modelled yet";
const LOSES: &str = "leave it out: a promotion gives up what the replica has not applied";
const NO_LIMITS: &str = "leave it out: limits of a store are not modelled yet";
const PROMISES: &str =
    "that cannot be promised yet; what can: rto, rpo, availability, read_latency_p99";

/// The first that fits the struct, and whose field it has, is the answer.
#[rustfmt::skip] // One word per line reads as the table it is.
static FOREIGN: &[Foreign] = &[
    is("", "failure_threshold", "threshold"), is("", "failureThreshold", "threshold"),
    is("", "unhealthy_threshold", "threshold"), is("", "threshold_count", "threshold"),
    is("", "healthy_threshold", "threshold_up"), is("", "success_threshold", "threshold_up"),
    is("", "successThreshold", "threshold_up"),
    is("", "request_interval", "interval"), is("", "periodSeconds", "interval"), is("", "check_interval", "interval"),
    says("HealthCheck", "timeout", "", "which one? connect_timeout (for a connection) or answer_timeout (for an answer)"),
    says("HealthCheck", "timeoutSeconds", "", "which one? connect_timeout (for a connection) or answer_timeout (for an answer)"),
    is("HealthCheck", "region", "watches"), is("HealthCheck", "target", "watches"), is("HealthCheck", "type", "kind"),
    is("HealthCheck", "protocol", "kind"), is("HealthCheck", "regions", "locations"),
    is("HealthCheck", "health_check_regions", "locations"), is("HealthCheck", "quorum", "healthy_above"),
    is("HealthCheck", "initialDelaySeconds", "first_probe"),
    says("HealthCheck", "path", "", NO_PATH), says("HealthCheck", "port", "", NO_PATH), says("HealthCheck", "fqdn", "", NO_PATH),
    says("HealthCheck", "resource_path", "", NO_PATH), says("HealthCheck", "url", "", NO_PATH),
    is("", "invert_healthcheck", "inverted"), is("", "propagation", "push"), is("", "measure_latency", "observed"),
    is("Calculated", "child_health_threshold", "at_least"), is("Calculated", "child_healthchecks", "of"),
    is("Calculated", "children", "of"), is("Calculated", "checks", "of"),
    is("", "evaluation_periods", "periods"), is("", "datapoints_to_alarm", "datapoints"), is("", "treat_missing_data", "missing"),
    is("", "insufficient_data_health_status", "insufficient"), is("Alarm", "metric_name", "metric"),
    says("Alarm", "threshold", "", ABOVE), says("Alarm", "above", "", ABOVE),
    says("Alarm", "comparison_operator", "", ABOVE), says("Alarm", "region", "", ABOVE),
    is("", "health_check_id", "check"), is("", "health_check", "check"), is("", "healthcheck", "check"),
    is("", "traffic_dial_percentage", "dial"), is("", "traffic_dial", "dial"), is("Group", "target_health", "check"),
    is("Group", "endpoint_group_region", "region"), is("", "client_affinity", "affinity"),
    says("Store", "replica_regions", "readers", READERS), says("Store", "replicas", "readers", READERS),
    says("Store", "read_replicas", "readers", READERS), says("Store", "secondaries", "readers", READERS),
    says("Store", "secondary_regions", "readers", READERS), says("Store", "followers", "readers", READERS),
    is("Store", "primary", "writer"), is("Store", "leader", "writer"), is("Store", "primary_region", "writer"),
    is("Store", "master", "writer"), is("Store", "region", "writer"), is("Store", "failover", "promotion"),
    says("Store", "engine", "", "leave it out: the preset says how the database replicates (mrsim list presets)"),
    says("Store", "lag", "", "it belongs to the replication: replication: AsyncLog(lag: ..)"),
    says("Store", "replication_lag", "", "it belongs to the replication: replication: AsyncLog(lag: ..)"),
    says("Store", "conflicts", "", "it belongs to the replication: replication: MultiWriter(conflicts: ..)"),
    says("Store", "multi_az", "", "write standby: Standby(preset: \"rds-multi-az\")"),
    says("Store", "max_connections", "", NO_LIMITS), says("Store", "capacity", "", NO_LIMITS), says("Store", "limits", "", NO_LIMITS),
    says("Promotion", "allow_data_loss", "", LOSES), says("Promotion", "forced", "", LOSES), says("Promotion", "mode", "", LOSES),
    says("Promotion", "max_lag", "", "leave it out: a promotion goes ahead whatever the lag; a limit is not modelled yet"),
    says("Promotion", "maximum_lag_on_failover", "", "leave it out: a promotion goes ahead whatever the lag; a limit is not modelled yet"),
    is("Promotion", "region", "to"), is("Promotion", "target", "to"), is("Promotion", "delay", "decision"),
    is("", "trigger", "watches"), is("", "watches", "trigger"), is("Promotion", "check", "watches"), is("Promotion", "check", "trigger"),
    says("Population", "requests", "reads", RATES), says("Population", "rate", "reads", RATES), says("Population", "rps", "reads", RATES),
    is("Population", "count", "users"), is("Population", "size", "users"), is("Population", "region", "place"),
    is("Population", "location", "place"), is("Population", "country", "place"), is("Population", "from", "place"),
    says("", "mtbf", "at", BY_INSTANT), says("", "rate", "at", BY_INSTANT),
    is("", "start", "at"), is("", "startAfter", "at"), is("", "start_after", "at"), is("", "begins", "at"),
    is("", "length", "duration"), is("", "length", "lasting"), is("", "lasts", "duration"), is("", "lasts", "lasting"),
    is("", "duration", "lasting"), is("", "duration", "takes"), is("", "mode", "how"), is("", "kind", "how"), is("", "type", "how"),
    is("", "hit_ratio", "hit_share"), is("", "hit_rate", "hit_ratio"), is("", "hit_rate", "hit_share"),
    is("Scenario", "populations", "users"), is("Scenario", "duration", "run"), is("Scenario", "checks", "health_checks"),
    is("Scenario", "dns", "routing"), is("Scenario", "databases", "stores"), is("Scenario", "slo", "objectives"),
    is("Scenario", "slos", "objectives"), is("Scenario", "thresholds", "objectives"), is("Scenario", "failures", "faults"),
    is("Scenario", "latencies", "links"), is("Scenario", "records", "routing"), is("Scenario", "alarms", "health_checks"),
    is("Objectives", "latency_p99", "read_latency_p99"), is("Objectives", "p99", "read_latency_p99"),
    is("Objectives", "uptime", "availability"), is("Objectives", "slo", "availability"), is("Objectives", "sla", "availability"),
    is("Objectives", "error_budget", "availability"),
    says("Objectives", "rto_reads", "", PROMISES), says("Objectives", "rto_writes", "", PROMISES),
    says("Objectives", "rpo_writes", "", PROMISES), says("Objectives", "write_latency_p99", "", PROMISES),
    says("Objectives", "stale_reads", "", PROMISES), says("Objectives", "overwritten", "", PROMISES),
    says("Objectives", "users_p99", "", PROMISES), says("Objectives", "moved_p99", "", PROMISES),
    says("Objectives", "interruption", "", PROMISES), says("Objectives", "longest_interruption", "", PROMISES),
    says("Objectives", "updates_lost", "", PROMISES), says("Objectives", "replication_lag", "", PROMISES),
    says("Objectives", "replication_lag_p99", "", PROMISES), says("Objectives", "degraded", "", PROMISES),
    says("Objectives", "latency_p50", "", PROMISES), says("Objectives", "latency_p95", "", PROMISES),
    says("Objectives", "cost", "", PROMISES), says("Objectives", "yearly_downtime", "", PROMISES),
    says("Objectives", "mtd", "", PROMISES), says("Objectives", "failover_cost", "", PROMISES),
];

/// What a struct with the known fields has instead of a word of others.
pub fn foreign(owner: &str, word: &str, known: &[&str]) -> Option<&'static Foreign> {
    FOREIGN.iter().find(|foreign| {
        foreign.word == word
            && (foreign.owner.is_empty() || foreign.owner == owner)
            && (foreign.field.is_empty() || known.contains(&foreign.field))
    })
}

#[cfg(test)]
mod tests {
    use crate::read::{Node, Reader, Value, read_text};
    use crate::units::Duration;

    crate::read::record! {
        /// Holds others, and itself.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Outer as "Outer" {
            /// Below.
            pub inner: Option<Inner>,
            /// Itself.
            pub within: Vec<Outer> = Vec::new(),
            /// A limit.
            pub threshold: u64,
            /// Between.
            pub interval: Duration = Duration::from_secs(10),
        }
    }

    crate::read::record! {
        /// Held.
        #[derive(Clone, Debug, PartialEq)]
        pub struct Inner as "Inner" {
            /// Of its own.
            pub cache: u64 = 1,
            /// A limit too.
            pub threshold: u64 = 1,
        }
    }

    #[test]
    fn a_field_is_found_where_it_is_at_home_and_cycles_end() {
        let homes = |field: &str| crate::read::Catalogue::of(Outer::record).homes(field);
        assert_eq!(homes("cache"), ["Inner"]);
        assert_eq!(homes("threshold"), ["Outer", "Inner"]);
        assert_eq!(homes("nothing"), [""; 0]);
    }

    fn told(text: &str) -> Vec<String> {
        let read = |node: &Node, reader: &mut Reader| {
            reader.root = Some(Outer::record);
            Outer::read(node, reader)
        };
        let problems = read_text(text, read).err().unwrap_or_default();
        problems.iter().map(|problem| format!("{}; {}", problem.what, problem.help)).collect()
    }

    #[test]
    fn another_name_of_a_field_is_one_problem_and_leads_to_ours() {
        let cases = [
            (
                "Outer(failure_threshold: 3)",
                "Outer has no field failure_threshold; write threshold. Outer has ",
            ),
            (
                "Outer(treshold: 3)",
                "Outer has no field treshold; did you mean threshold? Outer has ",
            ),
            (
                "Outer(threshold: 3, cache: 2)",
                "Outer has no field cache; it belongs to Inner. Outer has ",
            ),
            (
                "Outer(limit: 3)",
                "Outer has no field limit; is it threshold, which is missing? Outer has ",
            ),
            ("Outer(limit: \"3s\")", "Outer lacks the field threshold; add threshold: 1_000"),
        ];
        for (text, expected) in cases {
            assert!(
                told(text).iter().any(|told| told.starts_with(expected)),
                "{text}: {:#?}",
                told(text)
            );
        }
        assert_eq!(cases.map(|(text, _)| told(text).len()), [1, 1, 1, 1, 2]);
    }
}
