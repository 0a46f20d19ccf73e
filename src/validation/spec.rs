//! The scenario that a case asks for, as text: two regions, one of which fails while users,
//! health checks and a store look on. Everything that a case does not name is switched off
//! (no push delay, no distance), so that its closed form has no other term.

/// What varies between cases. Times in seconds.
#[derive(Clone)]
pub struct Spec {
    pub run: f64,
    pub step: f64,
    pub ttl: f64,
    pub interval: f64,
    pub threshold: u64,
    pub checkers: u64,
    /// Per cent.
    pub healthy_above: f64,
    pub cadence: &'static str,
    pub connect_timeout: f64,
    pub response_time: f64,
    pub push: f64,
    pub first_probe: Option<f64>,
    /// Per cent of probes that are lost.
    pub probe_loss: Option<f64>,
    /// Stands in the place of the health check, by the name "primary".
    pub check: Option<String>,
    pub users: String,
    pub stores: String,
    pub fault_at: f64,
    pub lasting: String,
    pub how: String,
    /// Stands in the place of the outage.
    pub fault: Option<String>,
}

impl Default for Spec {
    fn default() -> Spec {
        Spec {
            run: 600.0,
            step: 600.0,
            ttl: 60.0,
            interval: 10.0,
            threshold: 3,
            checkers: 1,
            healthy_above: 18.0,
            cadence: "Fixed",
            connect_timeout: 4.0,
            response_time: 0.0,
            push: 0.0,
            first_probe: None,
            probe_loss: None,
            check: None,
            users: population("users", 1, 1.0, WARM),
            stores: String::new(),
            fault_at: 100.0,
            lasting: "\"30d\"".into(),
            how: "FastFail".into(),
            fault: None,
        }
    }
}

/// Resolver caches that are asked so often that they always hold an answer.
pub const WARM: Resolvers = Resolvers { queries: 1e6, minimum_ttl: 0.0 };

/// What a population's resolver caches are asked, per second and cache, and how long they keep an answer at least.
#[derive(Clone, Copy)]
pub struct Resolvers {
    pub queries: f64,
    pub minimum_ttl: f64,
}

/// As many users as resolver caches, so that every user is a client of their own.
pub fn population(name: &str, clients: u64, reads: f64, resolvers: Resolvers) -> String {
    population_of(name, clients, reads, resolvers, "")
}

/// The same with further fields of the population, each ending in a comma.
pub fn population_of(
    name: &str,
    clients: u64,
    reads: f64,
    resolvers: Resolvers,
    more: &str,
) -> String {
    let Resolvers { queries, minimum_ttl } = resolvers;
    format!(
        "Population(name: \"{name}\", place: \"japan\", users: {clients}, reads: \"{reads} req/s\", {more}
            resolvers: Resolvers(caches: {clients}, queries: \"{queries} req/s\", minimum_ttl: \"{minimum_ttl}s\")),"
    )
}

/// One user who only writes.
pub fn writer(rate: f64) -> String {
    format!("Population(name: \"users\", place: \"japan\", users: 1, writes: \"{rate} req/s\"),")
}

/// A store that is promoted the instant at which the failure is noticed, each write with a lag of its own.
pub fn store(lag: &str, order: &str) -> String {
    let log = format!("AsyncLog(lag: {lag}, lag_varies: EachWrite, order: {order})");
    store_of("readers: [\"us-east-1\"],", &log)
}

/// The same with any replication.
pub fn store_of(readers: &str, replication: &str) -> String {
    format!(
        "Store(name: \"orders\", writer: \"ap-northeast-1\", {readers}
            replication: {replication},
            promotion: Promotion(to: \"us-east-1\", watches: \"primary\", decision: \"0s\", duration: \"0s\")),"
    )
}

impl Spec {
    pub fn text(&self) -> String {
        let Spec { run, step, ttl, users, stores, .. } = self;
        format!(
            "Scenario(
    question: \"a case\",
    run: \"{run}s\",
    step: \"{step}s\",
    regions: [\"ap-northeast-1\", \"us-east-1\"],
    links: [Link(from: \"ap-northeast-1\", to: \"us-east-1\", round_trip: \"0s\")],
    users: [{users}],
    health_checks: [{}],
    routing: Routing(ttl: \"{ttl}s\", policy: Failover(
        primary: To(region: \"ap-northeast-1\", check: \"primary\"), secondary: To(region: \"us-east-1\"),
    )),
    stores: [{stores}],
    faults: [{}],
)",
            self.check(),
            self.fault()
        )
    }

    fn check(&self) -> String {
        if let Some(check) = &self.check {
            return check.clone();
        }
        let Spec {
            interval,
            threshold,
            checkers,
            healthy_above,
            cadence,
            connect_timeout,
            response_time,
            push,
            ..
        } = self;
        let first_probe =
            self.first_probe.map_or(String::new(), |at| format!("first_probe: \"{at}s\","));
        let loss =
            self.probe_loss.map_or(String::new(), |percent| format!("loss: \"{percent}%\","));
        format!(
            "HealthCheck(
        name: \"primary\", watches: \"ap-northeast-1\", preset: \"route53-fast\", {loss}
        interval: \"{interval}s\", threshold: {threshold}, checkers: {checkers}, healthy_above: \"{healthy_above}%\",
        cadence: {cadence}, connect_timeout: \"{connect_timeout}s\", response_time: \"{response_time}s\", push: \"{push}s\", {first_probe}
    )"
        )
    }

    fn fault(&self) -> String {
        let Spec { fault_at, lasting, how, .. } = self;
        let outage = || {
            format!(
                "RegionOutage(region: \"ap-northeast-1\", at: \"{fault_at}s\", lasting: {lasting}, how: {how})"
            )
        };
        self.fault.clone().unwrap_or_else(outage)
    }
}
