//! What clients keep between a name and a request: addresses, connections, patience.

use crate::read::{Fields, Names, Node, Reader, Shape, Value, record};
use crate::scenario::presets;
use crate::units::Duration;

record! {
    /// What clients do between a name and a request.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Client as "Client", short preset, preset presets::clients, check Client::judge {
        /// Caches in the client itself, from the one that asks the resolver upwards: browser, runtime, pool. At most 4, each by
        /// how long it keeps an address.
        pub pins: Vec<Pin> = Vec::new(),
        /// Connections that are kept open between requests; without any, each request goes by what the caches hold.
        pub connections: Option<Connections>,
        /// Tries of one request, the first included, over the addresses of the answer and round again.
        #[range(1u64, 5u64, "write 1 to 5")]
        pub attempts: u64,
        /// How long one try waits for a connection or an answer.
        pub timeout: Duration,
        /// A user gives up after so long; otherwise waits as long as it takes.
        pub gives_up: Option<Duration>,
    }
}

/// How long a client's own cache keeps an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pin {
    For(Duration),
    Forever,
}

record! {
    /// Connections that are kept open. A failure breaks them: a refusal at once, silence after the timeout.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Connections as "Connections", check Connections::judge {
        /// Closed after so long without a request.
        pub idle: Duration,
        /// Closed after so long in any case; otherwise never.
        pub at_most: Option<Duration>,
        /// How long a request on an open connection waits before the connection is given up.
        pub timeout: Duration,
    }
}

/// Beyond a day an address is kept for good as far as any run is concerned.
const LONGEST_PIN: Duration = Duration::from_secs(86_400);

impl Client {
    /// What a population has that does not say.
    pub fn usual() -> Client {
        let usual = Node::record("Client", Vec::new());
        Client::read(&usual, &mut Reader::default()).expect("a test reads every preset")
    }

    fn judge(&mut self, fields: &mut Fields) {
        if self.pins.len() > 4 {
            let what = format!("{} caches in one client", self.pins.len());
            fields.reject("pins", what, "write at most 4: browser, runtime, pool");
        }
        if self.pins.iter().any(|pin| matches!(pin, Pin::For(length) if *length > LONGEST_PIN)) {
            let what = format!("a client that keeps an address for more than {LONGEST_PIN}");
            fields.reject("pins", what, "write Forever");
        }
        if self.pins.contains(&Pin::For(Duration::ZERO)) {
            fields.reject("pins", "a cache that keeps for no time is none", "leave it out");
        }
    }
}

/// `"60s"` or `Forever`.
impl Value for Pin {
    const EXAMPLE: &'static str = "\"60s\" or Forever";

    fn shape() -> Shape {
        let forever = Shape::Words(|| vec![("Forever", "It never asks again.")]);
        Shape::Either(vec![Shape::Duration, forever])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Pin> {
        if node.name() == Some("Forever") {
            Some(Pin::Forever)
        } else {
            Duration::read(node, reader).map(Pin::For)
        }
    }

    fn write(&self, names: &Names) -> Node {
        match self {
            Pin::For(length) => length.write(names),
            Pin::Forever => Node::word("Forever"),
        }
    }
}

impl Connections {
    fn judge(&mut self, fields: &mut Fields) {
        if self.idle.is_zero() {
            let help = "leave connections out, or write how long they stay open";
            fields.reject("idle", "connections that close at once are none", help);
        }
    }
}
