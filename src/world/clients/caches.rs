//! The caches between a name and one cohort's next request: the resolver's, then whatever the client
//! itself keeps (browser, runtime, connection pool), each asking the one below when it is empty.
//!
//! ```text
//!  name servers --> resolver --> browser 60 s --> connection --> next request
//! ```
//!
//! Between changes of what the name servers answer nothing about a cache can be seen, so caches are moved
//! forward only when the answer changes, from their stationary law or from where they were left.

use super::quiet::{self, Quiet};
use crate::engine::random::Stream;
use crate::id::AnswerId;
use crate::law::Law;
use crate::units::{Duration, Instant};

/// Cycles of a cache that are followed one by one; after more, the phase is drawn anew: by then the
/// random waits between expiry and question have spread it out, or it was uniform to begin with.
const CYCLES_FOLLOWED: u64 = 64;

/// How long what a cache holds lasts.
#[derive(Clone, Debug, PartialEq)]
pub enum Lifetime {
    Law(Law),
    /// For ever: a runtime that never asks again.
    Forever,
    /// A connection: it ends after so long without a request, and at the latest after `at_most`.
    Connection {
        idle: Duration,
        at_most: Option<Duration>,
        quiet: Quiet,
    },
}

/// Questions and lifetimes at one cache.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheLaw {
    pub lifetime: Lifetime,
    /// Questions per second, all together.
    pub queries: f64,
    /// Of these, questions of others than the cohorts that are followed: theirs are events.
    pub others: f64,
}

/// What a cache holds, or will hold from its next question on.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    pub answer: AnswerId,
    /// The question that fetched it, or will: in the future while the cache is empty.
    pub fetched: Instant,
    pub expires: Instant,
    /// When it is over in any case: connections may live only so long, however busy they are.
    pub cut: Instant,
}

impl Entry {
    pub fn holds(&self, now: Instant) -> bool {
        self.fetched <= now && now < self.expires
    }
}

impl CacheLaw {
    pub fn is_connection(&self) -> bool {
        matches!(self.lifetime, Lifetime::Connection { .. })
    }

    /// A memoryless wait for the next question.
    pub fn wait(&self, stream: &mut Stream) -> Duration {
        memoryless(stream, self.queries)
    }

    /// The same for the next question of somebody who is not followed.
    pub fn wait_for_others(&self, stream: &mut Stream) -> Duration {
        memoryless(stream, self.others)
    }

    /// Questions per second that the cache below gets from this one: a fetch per lifetime and wait.
    pub fn fetches(&self) -> f64 {
        self.queries / (1.0 + self.queries * self.mean_lifetime())
    }

    /// The end of a connection opened at `fetched` that is never silent.
    fn cut(&self, fetched: Instant) -> Instant {
        match self.lifetime {
            Lifetime::Connection { at_most: Some(most), .. } => fetched + most,
            _ => Instant::NEVER,
        }
    }

    /// How long a fresh answer lasts.
    pub fn lasts(&self, stream: &mut Stream) -> Duration {
        match &self.lifetime {
            Lifetime::Law(Law::Constant(length)) => *length,
            Lifetime::Law(law) => law.at(stream.share()),
            Lifetime::Forever => Duration::MAX,
            Lifetime::Connection { quiet, at_most, .. } => {
                let quiet = quiet.first(stream);
                at_most.map_or(quiet, |most| quiet.min(most))
            }
        }
    }

    /// A connection that is open at `now` and leads to silence: when the request comes that finds out, after which the client
    /// waits for so long (`None`: none comes before the connection ends), and its entry with the end that goes with that.
    ///
    /// Requests come at random. The last one was less than the idle time ago, so the connection stays open only if the next
    /// comes before what is left of it is over. The first of `shares` says when it is given up, the second after which of the two.
    pub fn met(
        &self,
        stream: &mut Stream,
        shares: [f64; 2],
        entry: Entry,
        now: Instant,
        waits: Duration,
    ) -> (Option<Instant>, Entry) {
        let Lifetime::Connection { idle, quiet, .. } = &self.lifetime else { return (None, entry) };
        let (silence, queries) = (idle.seconds(), self.queries.max(1e-12));
        let open_for = if entry.fetched == Instant::START {
            f64::INFINITY
        } else {
            now.since(entry.fetched).seconds()
        };
        let (after, is_used) = if open_for < quiet::SETTLED * silence {
            let left = silence - quiet::since_last_use(stream, queries, silence, open_for);
            let gap = -libm::log1p(-shares[0]) / queries;
            (gap.min(left), gap < left)
        } else {
            // Met at a random time, what is past of a gap is exponential up to the idle time. Known to be open for long, a
            // connection has by that had its chances to close, and short silences are a little less likely.
            let rate = if open_for.is_infinite() {
                queries
            } else {
                queries - quiet::closing_rate(queries, silence)
            };
            quiet::Met { queries, rate, idle: silence, waits: waits.seconds() }.at(shares)
        };
        let then = now + Duration::from_seconds_f64(after);
        if !is_used || then >= entry.cut {
            return (None, Entry { expires: then.min(entry.cut), ..entry });
        }
        (Some(then), Entry { expires: (then + quiet.first(stream)).min(entry.cut), ..entry })
    }

    /// An answer fetched by a question at `fetched`.
    pub fn fetch(&self, stream: &mut Stream, answer: AnswerId, fetched: Instant) -> Entry {
        Entry { answer, fetched, expires: fetched + self.lasts(stream), cut: self.cut(fetched) }
    }

    /// What the cache holds at `now`, given that every question up to now got `answer`.
    pub fn caught_up(
        &self,
        entry: Option<Entry>,
        stream: &mut Stream,
        now: Instant,
        answer: AnswerId,
    ) -> Entry {
        let cycle = self.mean_lifetime().max(1e-9);
        let mut entry = match entry {
            Some(entry) if now.since(entry.expires).seconds() <= cycle * CYCLES_FOLLOWED as f64 => {
                entry
            }
            _ => self.stationary(stream, now, answer),
        };
        while entry.expires <= now {
            let fetched = entry.expires + self.wait(stream);
            if self.lasts_nothing() && fetched <= now {
                let asked = now + self.wait(stream);
                return self.fetch(stream, answer, asked);
            }
            entry = self.fetch(stream, answer, fetched);
        }
        entry
    }

    fn lasts_nothing(&self) -> bool {
        self.lifetime == Lifetime::Law(Law::Constant(Duration::ZERO))
    }

    pub fn mean_lifetime(&self) -> f64 {
        match &self.lifetime {
            Lifetime::Law(law) => law.mean(),
            Lifetime::Forever => f64::INFINITY,
            Lifetime::Connection { idle, at_most, .. } => {
                let quiet = (libm::expm1(self.queries * idle.seconds())) / self.queries.max(1e-12);
                at_most.map_or(quiet, |most| quiet.min(most.seconds()))
            }
        }
    }

    /// A cache met at a random time: holding with probability qT/(1+qT), T its mean lifetime; what is left
    /// of a lifetime follows its equilibrium law.
    fn stationary(&self, stream: &mut Stream, now: Instant, answer: AnswerId) -> Entry {
        let demand = self.queries * self.mean_lifetime();
        let holds = demand.is_infinite() || stream.share() * (1.0 + demand) < demand;
        if !holds {
            let fetched = now + Duration::from_nanos(self.wait(stream).as_nanos().max(1));
            return self.fetch(stream, answer, fetched);
        }
        let mut cut = Instant::NEVER;
        let left = match &self.lifetime {
            Lifetime::Law(Law::Constant(length)) => {
                Duration::from_seconds_f64(length.seconds() * stream.share())
            }
            Lifetime::Law(law) => law.residual(stream.share(), stream.share()),
            Lifetime::Forever => Duration::MAX,
            Lifetime::Connection { quiet, at_most, .. } => {
                // A cut at the longest life is met at a random age; silence ends it sooner or not at all.
                let quiet = quiet.met_open(stream);
                cut = at_most.map_or(cut, |most| {
                    now + Duration::from_seconds_f64(most.seconds() * stream.share())
                });
                quiet.min(cut.since(now))
            }
        };
        Entry {
            answer,
            fetched: Instant::START,
            expires: now + Duration::from_nanos(left.as_nanos().max(1)),
            cut,
        }
    }
}

fn memoryless(stream: &mut Stream, rate: f64) -> Duration {
    if rate <= 0.0 {
        Duration::MAX
    } else {
        Duration::from_seconds_f64(stream.exponential() / rate)
    }
}

/// Longest lifetimes that the caches of one client are followed for before a look at them: what they held at first is forgotten.
const WARM_UP: f64 = 8.0;

/// The caches of one client, lowest first, brought up to `now`: only the uppermost is asked by requests, each
/// of the others by the one above it, so they are followed together.
pub fn caught_up(
    laws: &[CacheLaw],
    old: &[Option<Entry>],
    stream: &mut Stream,
    now: Instant,
    answer: AnswerId,
) -> Vec<Entry> {
    match (laws, old) {
        // Connections that are cut have no simple law of what is left of them: they are followed as well.
        ([law], [entry])
            if !matches!(law.lifetime, Lifetime::Connection { at_most: Some(_), .. }) =>
        {
            vec![law.caught_up(*entry, stream, now, answer)]
        }
        _ => together(laws, old, stream, now, answer),
    }
}

/// A connection that lives longer than this on average counts as open since long ago.
const AGES: f64 = 30.0 * 86_400.0;

fn together(
    laws: &[CacheLaw],
    old: &[Option<Entry>],
    stream: &mut Stream,
    now: Instant,
    answer: AnswerId,
) -> Vec<Entry> {
    let top = laws.len() - 1;
    let longest =
        laws.iter().map(CacheLaw::mean_lifetime).filter(|mean| *mean < AGES).fold(0.0, f64::max);
    let waits = 1.0 / laws[top].queries.max(1e-12);
    let warm_up = WARM_UP * (longest + waits);
    let known = old[top]
        .filter(|last| now.since(last.expires).seconds() <= warm_up)
        .and_then(|_| old.iter().copied().collect::<Option<Vec<Entry>>>());
    let Some(mut entries) = known else {
        // Long ago, empty but for what is never forgotten.
        let empty =
            Entry { answer, fetched: Instant::NEVER, expires: Instant::NEVER, cut: Instant::NEVER };
        let held = Entry { fetched: Instant::START, ..empty };
        let mut entries: Vec<Entry> = laws
            .iter()
            .map(|law| if law.lifetime == Lifetime::Forever { held } else { empty })
            .collect();
        if laws[top].mean_lifetime() >= AGES {
            // Nobody below has been asked for ages.
            entries[top] = laws[top].stationary(stream, now, answer);
            return entries;
        }
        return from_before(laws, entries, stream, now, warm_up);
    };
    while entries[top].expires <= now {
        let asked = entries[top].expires + laws[top].wait(stream);
        if asked > now {
            entries[top] = laws[top].fetch(stream, answer, asked);
            break;
        }
        cascade(laws, &mut entries, stream, asked, answer);
    }
    entries
}

/// The same from a time before the run, on a clock of its own.
fn from_before(
    laws: &[CacheLaw],
    mut entries: Vec<Entry>,
    stream: &mut Stream,
    now: Instant,
    warm_up: f64,
) -> Vec<Entry> {
    let top = laws.len() - 1;
    let answer = entries[top].answer;
    // Caches with fixed lifetimes stay in step with one another: they are met at a random time after the beginning.
    let span = Duration::from_seconds_f64(warm_up * (1.0 + stream.share()));
    let shifted = now + span;
    let mut asked = now + laws[top].wait(stream);
    while asked <= shifted {
        cascade(laws, &mut entries, stream, asked, answer);
        asked = entries[top].expires + laws[top].wait(stream);
    }
    if entries[top].expires <= shifted || entries[top].fetched == Instant::NEVER {
        entries[top] = laws[top].fetch(stream, answer, asked);
    }
    let back = |at: Instant| if at == Instant::NEVER { at } else { at - span };
    entries
        .iter()
        .map(|entry| Entry {
            fetched: back(entry.fetched),
            expires: back(entry.expires),
            cut: back(entry.cut),
            ..*entry
        })
        .collect()
}

/// The uppermost cache asks, and those below it that hold nothing ask on.
fn cascade(
    laws: &[CacheLaw],
    entries: &mut [Entry],
    stream: &mut Stream,
    asked: Instant,
    answer: AnswerId,
) {
    for layer in (0..laws.len()).rev() {
        if layer + 1 < laws.len() && entries[layer].holds(asked) {
            break;
        }
        entries[layer] = laws[layer].fetch(stream, answer, asked);
    }
}
