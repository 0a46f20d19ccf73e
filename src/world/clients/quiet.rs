//! How long connections stay open that close after a silence: the first gap among random requests that is as long as
//! the idle time, and what is known of one that is still open.
//!
//! ```text
//!  opened  x x   x  x      x |  silence  | closed
//!          requests at random   idle time
//! ```

use crate::engine::random::Stream;
use crate::units::Duration;
use std::sync::Arc;

/// The law of the time until the first silence, the silence included, of requests that come at random.
///
/// P(longer than t) is 1 up to the idle time I, where it falls by the chance exp(-q I) that no request comes at all, and then
/// S'(t) = -q exp(-q I) S(t - I): a silence ends now that began an idle time ago, at a request before which there was none. It is
/// tabulated once, and a draw is looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct Quiet {
    queries: f64,
    idle: f64,
    /// P(longer) at I, I + h, I + 2h, .., h being an idle time over `PER_IDLE`.
    longer: Arc<[f64]>,
    /// Beyond the table it falls at this rate per second.
    tail: f64,
}

/// Entries of the table to an idle time: interpolation between them misses less than 10^-6.
const PER_IDLE: usize = 256;
/// Idle times that the table covers: by then what is left falls exponentially.
const IDLE_TIMES: usize = 10;

impl Quiet {
    pub fn new(queries: f64, idle: Duration) -> Quiet {
        let idle = idle.seconds();
        let rate = queries * libm::exp(-queries * idle);
        let step = idle / PER_IDLE as f64;
        let mut longer = Vec::with_capacity(PER_IDLE * IDLE_TIMES + 1);
        longer.push(-libm::expm1(-queries * idle));
        for index in 1..=PER_IDLE * IDLE_TIMES {
            // S an idle time ago: certain before the first silence can have ended.
            let ago = |at: usize| if at < PER_IDLE { 1.0 } else { longer[at - PER_IDLE] };
            // Where the table begins S drops; the step that ends there still sees certainty on both sides.
            let (from, to) = (ago(index - 1), if index == PER_IDLE { 1.0 } else { ago(index) });
            let next = longer[index - 1] - rate * step * (from + to) / 2.0;
            longer.push(next.max(0.0));
        }
        Quiet { queries, idle, longer: longer.into(), tail: closing_rate(queries.max(1e-12), idle) }
    }

    /// A draw: how long a fresh connection stays open.
    pub fn first(&self, stream: &mut Stream) -> Duration {
        Duration::from_seconds_f64(self.at(stream.share()))
    }

    /// Seconds that so large a share of connections outlives.
    fn at(&self, longer: f64) -> f64 {
        let last = self.longer.len() - 1;
        let step = self.idle / PER_IDLE as f64;
        match self.longer.partition_point(|known| *known > longer) {
            0 => self.idle,
            above if above > last => {
                self.idle + step * last as f64 + libm::log(self.longer[last] / longer) / self.tail
            }
            above => {
                let (from, to) = (self.longer[above - 1], self.longer[above]);
                self.idle + step * ((above - 1) as f64 + (from - longer) / (from - to))
            }
        }
    }

    /// The same, from a random moment at which the last request was less than the idle time ago.
    pub fn met_open(&self, stream: &mut Stream) -> Duration {
        let left = self.left(stream);
        if self.queries <= 0.0 {
            return left;
        }
        let next = Duration::from_seconds_f64(stream.exponential() / self.queries);
        if next < left { next + self.first(stream) } else { left }
    }

    /// What is left of the idle time at such a moment, if no request comes.
    pub fn left(&self, stream: &mut Stream) -> Duration {
        if self.queries <= 0.0 {
            return Duration::from_seconds_f64(self.idle * stream.share());
        }
        let age =
            -libm::log1p(stream.share() * libm::expm1(-self.queries * self.idle)) / self.queries;
        Duration::from_seconds_f64(self.idle - age)
    }
}

/// After so many idle times an open connection has forgotten when it was opened.
pub const SETTLED: f64 = 2.0;
/// Tries to find requests that keep a connection open.
const TRIES: usize = 10_000;

/// Seconds since the last request of a connection that was opened so long ago and has not been silent for as long as `idle`.
pub fn since_last_use(stream: &mut Stream, queries: f64, idle: f64, open_for: f64) -> f64 {
    for _ in 0..TRIES {
        let mut last = 0.0;
        loop {
            let gap = stream.exponential() / queries;
            if last + gap > open_for {
                if open_for - last < idle {
                    return open_for - last;
                }
                break;
            }
            if gap >= idle {
                break;
            }
            last += gap;
        }
    }
    open_for.min(idle)
}

/// The rate at which connections that have long been open close: what is left of those met with open at any time decays by it.
/// It solves r = q exp(-(q - r) idle), the smaller of two solutions; the iteration rises to it.
pub fn closing_rate(queries: f64, idle: f64) -> f64 {
    let mut rate = 0.0;
    for _ in 0..60 {
        rate = queries * libm::exp(-(queries - rate) * idle);
    }
    rate
}

/// An open connection that is met at a random time. Its silence so far has a density that falls at `rate` up to `idle`; it is
/// given up `waits` after its next request, or ends before that comes.
#[derive(Clone, Copy, Debug)]
pub struct Met {
    pub queries: f64,
    pub rate: f64,
    pub idle: f64,
    pub waits: f64,
}

impl Met {
    /// Seconds to its next request or its end, and whether it is a request. The first share says when it is over, the longest
    /// for the largest: where many connections share out one draw, those that hold their users longest are as many as the law says.
    pub fn at(self, shares: [f64; 2]) -> (f64, bool) {
        let (mut low, mut high) = (0.0, self.idle + self.waits);
        // Halving down to a hundred-millionth.
        for _ in 0..27 {
            let middle = (low + high) / 2.0;
            if self.held(middle) > 1.0 - shares[0] { low = middle } else { high = middle }
        }
        let over = (low + high) / 2.0;
        let (asked, ends) = (over - self.waits, over);
        // The densities of both ways to be over at this time.
        let by_request = if asked > 0.0 && asked < self.idle {
            self.queries * libm::exp(-self.queries * asked) * self.is_left(asked)
        } else {
            0.0
        };
        let by_silence = if ends < self.idle {
            self.rate * libm::exp(-self.rate * self.idle - (self.queries - self.rate) * ends)
        } else {
            0.0
        };
        if shares[1] * (by_request + by_silence) < by_request {
            (asked, true)
        } else {
            (ends.min(self.idle), false)
        }
    }

    /// The share of connections, before scaling, whose silence so far leaves them more than m.
    fn is_left(self, m: f64) -> f64 {
        -libm::expm1(-self.rate * (self.idle - m))
    }

    /// P(not yet over at t): a request came less than `waits` ago or will come, or the end will.
    fn held(self, t: f64) -> f64 {
        let Met { queries, rate, idle, waits } = self;
        let slower = queries - rate;
        // The integral of exp(-slower y) from m to the idle time.
        let rest = |m: f64| {
            let m = m.clamp(0.0, idle);
            if slower * idle < 1e-9 {
                idle - m
            } else {
                -libm::exp(-slower * m) * libm::expm1(-slower * (idle - m)) / slower
            }
        };
        let asked = (t - waits).clamp(0.0, idle);
        let ends_at_all = libm::exp(-rate * idle);
        let by_request = libm::exp(-queries * asked)
            - libm::exp(-queries * idle)
            - queries * ends_at_all * rest(asked);
        let by_silence = rate * ends_at_all * rest(t);
        (by_request + by_silence) / self.is_left(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::random::Streams;

    /// Request by request.
    fn by_requests(stream: &mut Stream, queries: f64, idle: f64) -> f64 {
        let mut last = 0.0;
        loop {
            let gap = stream.exponential() / queries;
            if gap >= idle {
                return last + idle;
            }
            last += gap;
        }
    }

    /// At few and at many requests to an idle time: mean (exp(q I) - 1) / q, and the whole law against request by request.
    #[test]
    fn the_first_silence_has_the_law_of_single_requests() {
        const DRAWS: usize = 40_000;
        for demand in [0.05, 0.5, 1.0, 2.0, 4.0] {
            let (queries, idle) = (demand / 300.0, 300.0);
            let quiet = Quiet::new(queries, Duration::from_secs(300));
            let mut stream = Streams::new(1, 0).of("quiet", 0);
            let mut sorted = |draw: &mut dyn FnMut(&mut Stream) -> f64| {
                let mut all: Vec<f64> = (0..DRAWS).map(|_| draw(&mut stream)).collect();
                all.sort_unstable_by(f64::total_cmp);
                all
            };
            let table = sorted(&mut |stream| quiet.first(stream).seconds());
            let single = sorted(&mut |stream| by_requests(stream, queries, idle));
            let mean = table.iter().sum::<f64>() / DRAWS as f64;
            let variance =
                table.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / DRAWS as f64;
            let expected = libm::expm1(demand) / queries;
            assert!(
                (mean - expected).abs() < 4.0 * (variance / DRAWS as f64).sqrt(),
                "demand {demand}: mean {mean}, not {expected}"
            );
            let below = |sample: &[f64], x: f64| {
                sample.partition_point(|value| *value <= x) as f64 / DRAWS as f64
            };
            let distance = single
                .iter()
                .map(|x| (below(&table, *x) - below(&single, *x)).abs())
                .fold(0.0, f64::max);
            assert!(
                distance < 1.95 * (2.0 / DRAWS as f64).sqrt(),
                "demand {demand}: distance {distance}"
            );
        }
    }

    /// P(longer than t) of a random walk over requests has a closed form, by inclusion and exclusion over silences.
    #[test]
    fn the_table_is_the_closed_form() {
        for demand in [0.3, 1.0, 3.0, 6.0] {
            let quiet = Quiet::new(demand, Duration::from_secs(1));
            for at in [1.25, 2.0, 2.5, 4.0, 6.5] {
                let c = libm::exp(-demand);
                // (-q c)^k x^k / k!, x the time beyond k idle times: what k silences could have begun.
                let term = |k: i32, x: f64| {
                    (1..=k).fold(1.0, |product, n| -product * demand * c * x / f64::from(n))
                };
                let silences = 0..at as i32 + 1;
                let sum: f64 = silences
                    .map(|k| {
                        term(k, at - f64::from(k))
                            - if k > 0 { c * term(k - 1, at - f64::from(k)) } else { 0.0 }
                    })
                    .sum();
                let index = ((at - 1.0) * PER_IDLE as f64) as usize;
                assert!(
                    (quiet.longer[index] - sum).abs() < 2e-6,
                    "demand {demand} at {at}: {} and {sum}",
                    quiet.longer[index]
                );
            }
        }
    }

    /// What is left of a connection met at a random time, against drawing the silence so far and the next gap one by one.
    #[test]
    fn a_met_connection_is_over_when_its_request_or_its_end_comes() {
        const DRAWS: u32 = 40_000;
        for (queries, slower, idle, waits) in
            [(0.0122, 0.0, 340.0, 10.0), (0.05, 0.0, 20.0, 30.0), (0.01, 0.004, 150.0, 5.0)]
        {
            let met = Met { queries, rate: queries - slower, idle, waits };
            let mut stream = Streams::new(2, 0).of("met", 0);
            let rate = queries - slower;
            let (mut uses, mut held) = (0u32, [0u32; 4]);
            let times = [0.2, 0.5, 0.8, 0.95].map(|part| part * (idle + waits));
            for _ in 0..DRAWS {
                let silent = -libm::log1p(stream.share() * libm::expm1(-rate * idle)) / rate;
                let gap = stream.exponential() / queries;
                let over = if gap < idle - silent { gap + waits } else { idle - silent };
                uses += u32::from(gap < idle - silent);
                times
                    .iter()
                    .zip(&mut held)
                    .for_each(|(time, held)| *held += u32::from(over > *time));
            }
            let error = |p: f64| 4.0 * (p * (1.0 - p) / f64::from(DRAWS)).sqrt() + 1e-6;
            for (time, held) in times.iter().zip(held) {
                let (found, law) = (f64::from(held) / f64::from(DRAWS), met.held(*time));
                assert!((found - law).abs() < error(law), "{met:?} at {time}: {found}, not {law}");
            }
            let drawn: Vec<(f64, bool)> =
                (0..DRAWS).map(|_| met.at([stream.share(), stream.share()])).collect();
            let share = |is_it: &dyn Fn(&(f64, bool)) -> bool| {
                drawn.iter().filter(|drawn| is_it(drawn)).count() as f64 / f64::from(DRAWS)
            };
            let used = f64::from(uses) / f64::from(DRAWS);
            assert!(
                (share(&|(_, is_used)| *is_used) - used).abs() < 1.5 * error(used),
                "{met:?}: {used} find out by a request"
            );
            for time in times {
                let over =
                    |drawn: &(f64, bool)| if drawn.1 { drawn.0 + waits } else { drawn.0 } > time;
                assert!(
                    (share(&over) - met.held(time)).abs() < error(met.held(time)),
                    "{met:?} at {time}"
                );
            }
        }
    }

    /// Never used, never closed: nothing overflows at the ends of what can be written.
    #[test]
    fn extremes_have_an_answer() {
        let mut stream = Streams::new(1, 0).of("extremes", 0);
        assert_eq!(
            Quiet::new(0.0, Duration::from_secs(60)).first(&mut stream),
            Duration::from_secs(60)
        );
        let busy = Quiet::new(1e6, Duration::from_secs(60));
        assert!(busy.first(&mut stream) > Duration::from_secs(1_000_000_000));
        assert!(busy.met_open(&mut stream) > Duration::from_secs(1_000_000_000));
    }
}
