//! What clients keep between a name and a request: addresses, connections, patience.

use super::super::{presets, read_preset};
use crate::read::Node;
use crate::read::{Fields, Reader, Value, variant};
use crate::units::Duration;
use serde::Deserialize;

/// What clients do between a name and a request.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Caches in the client itself, from the one that asks the resolver upwards: browser, runtime, pool.
    #[serde(default)]
    pub pins: Vec<Pin>,
    /// Connections that are kept open between requests; `None`: each request goes by what the caches hold.
    #[serde(default)]
    pub connections: Option<Connections>,
    /// Tries of one request, over the addresses of the answer and round again. 1 to 5.
    pub attempts: u64,
    /// How long one try waits for a connection or an answer.
    pub timeout: Duration,
    /// A user gives up after so long; `None`: waits as long as it takes.
    #[serde(default)]
    pub gives_up: Option<Duration>,
}

/// How long a client's own cache keeps an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Pin {
    For(Duration),
    Forever,
}

/// Connections that are kept open. A failure breaks them: a refusal at once, silence after the time-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Connections {
    /// Closed after so long without a request.
    pub idle: Duration,
    /// Closed after so long in any case; `None`: never.
    #[serde(default)]
    pub at_most: Option<Duration>,
    /// How long a request on an open connection waits before the connection is given up.
    pub timeout: Duration,
}

impl Client {
    pub fn read(expr: &Node, reader: &mut Reader) -> Option<Client> {
        let mut fields = Fields::open(reader, expr, "Client")?;
        let preset = fields.with("preset", |expr, reader| {
            read_preset(expr, reader, "client preset", &presets::all().clients)
        });
        let base = preset.unwrap_or_else(|| presets::all().clients[0].value.clone());
        let pins = fields.expr("pins").is_some().then(|| fields.list("pins", Pin::read));
        let client = Client {
            pins: pins.unwrap_or(base.pins),
            connections: fields.with("connections", Connections::read).or(base.connections),
            attempts: fields.or("attempts", base.attempts),
            timeout: fields.or("timeout", base.timeout),
            gives_up: fields.optional("gives_up").or(base.gives_up),
        };
        if !(1..=5).contains(&client.attempts) {
            let at = fields.place_of("attempts");
            fields.reader().problem(
                at,
                format!("{} attempts of one request", client.attempts),
                "write 1 to 5",
            );
        }
        if client.pins.len() > 4 {
            let at = fields.place_of("pins");
            fields.reader().problem(
                at,
                format!("{} caches in one client", client.pins.len()),
                "write at most 4: browser, runtime, pool",
            );
        }
        if client.pins.iter().any(|pin| matches!(pin, Pin::For(length) if *length > LONGEST_PIN)) {
            let at = fields.place_of("pins");
            fields.reader().problem(
                at,
                format!("a client that keeps an address for more than {LONGEST_PIN}"),
                "write Forever",
            );
        }
        if client.pins.contains(&Pin::For(Duration::ZERO)) {
            let at = fields.place_of("pins");
            fields.reader().problem(at, "a cache that keeps for no time is none", "leave it out");
        }
        fields.close();
        Some(client)
    }
}

/// Beyond a day an address is kept for good as far as any run is concerned.
const LONGEST_PIN: Duration = Duration::from_secs(86_400);

impl Pin {
    /// Reads `"60s"` or `Forever`.
    fn read(expr: &Node, reader: &mut Reader) -> Option<Pin> {
        if variant(expr) == Some("Forever") {
            Some(Pin::Forever)
        } else {
            Duration::read(expr, reader).map(Pin::For)
        }
    }
}

impl Connections {
    fn read(expr: &Node, reader: &mut Reader) -> Option<Connections> {
        let mut fields = Fields::open(reader, expr, "Connections")?;
        let idle: Option<Duration> = fields.required("idle");
        let at_most = fields.optional("at_most");
        let timeout = fields.required("timeout");
        if idle.is_some_and(Duration::is_zero) {
            let at = fields.place_of("idle");
            fields.reader().problem(
                at,
                "connections that close at once are none",
                "leave connections out, or write how long they stay open",
            );
        }
        fields.close();
        Some(Connections { idle: idle?, at_most, timeout: timeout? })
    }
}
