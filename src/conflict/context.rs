//! Causal contexts: exactly which writes somebody has seen, even where deliveries left gaps. A version
//! vector can only say "all up to the n-th"; a context can say "the first and the third".
//! Source: Preguiça, Baquero, Almeida, Fonte and Gonçalves 2010, "Dotted Version Vectors" (arXiv 1011.5808),
//! and the causal contexts of Almeida, Shoker and Baquero 2018, "Delta State Replicated Data Types".
//!
//! ```text
//!  region 0:  1-4        (a version vector would say 4)
//!  region 1:  1-2, 5-7   (the third and fourth write have not been seen)
//! ```

use super::clock::{Causality, Dot, VersionVector};
use crate::id::RegionId;
use serde::Serialize;

/// The `from`-th to the `to`-th write of a replica, both seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    pub replica: RegionId,
    pub from: u64,
    pub to: u64,
}

/// A set of dots as spans that neither overlap nor touch, in order: equal sets are equal values. Joins take time in
/// the number of spans, which is the number of replicas plus the number of gaps.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Context {
    spans: Vec<Span>,
}

impl Context {
    pub fn new() -> Self {
        Context::default()
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    pub fn contains(&self, dot: Dot) -> bool {
        let after = self
            .spans
            .partition_point(|span| (span.replica, span.from) <= (dot.replica, dot.counter));
        after > 0
            && self.spans[after - 1].replica == dot.replica
            && dot.counter <= self.spans[after - 1].to
    }

    /// True when everything in the other was seen here too.
    pub fn includes(&self, other: &Context) -> bool {
        other.without(self).is_empty()
    }

    pub fn insert(&mut self, dot: Dot) {
        self.insert_span(Span { replica: dot.replica, from: dot.counter, to: dot.counter });
    }

    /// Adds a span and melts it with those that it overlaps or touches.
    pub fn insert_span(&mut self, span: Span) {
        assert!(
            0 < span.from && span.from <= span.to,
            "counters start at 1 and a span holds at least one"
        );
        let first = self.spans.partition_point(|known| {
            (known.replica, known.to.saturating_add(1)) < (span.replica, span.from)
        });
        let last = self.spans.partition_point(|known| {
            (known.replica, known.from) <= (span.replica, span.to.saturating_add(1))
        });
        let melted = self.spans[first..last].iter().fold(span, |sum, known| Span {
            from: sum.from.min(known.from),
            to: sum.to.max(known.to),
            ..sum
        });
        self.spans.splice(first..last, [melted]);
    }

    pub fn join(&mut self, other: &Context) {
        for span in &other.spans {
            self.insert_span(*span);
        }
    }

    pub fn joined(&self, other: &Context) -> Context {
        let mut sum = self.clone();
        sum.join(other);
        sum
    }

    /// What was seen here and not there.
    pub fn without(&self, other: &Context) -> Context {
        let mut rest = Vec::new();
        for span in &self.spans {
            let mut from = span.from;
            let start = other
                .spans
                .partition_point(|known| (known.replica, known.to) < (span.replica, span.from));
            for known in other.spans[start..]
                .iter()
                .take_while(|known| known.replica == span.replica && known.from <= span.to)
            {
                if from < known.from {
                    rest.push(Span { from, to: known.from - 1, ..*span });
                }
                from = from.max(known.to.saturating_add(1));
            }
            if from <= span.to {
                rest.push(Span { from, ..*span });
            }
        }
        Context { spans: rest }
    }

    pub fn compare(&self, other: &Context) -> Causality {
        match (other.includes(self), self.includes(other)) {
            (true, true) => Causality::Equal,
            (true, false) => Causality::Before,
            (false, true) => Causality::After,
            (false, false) => Causality::Concurrent,
        }
    }

    /// All dots, in order.
    pub fn dots(&self) -> impl Iterator<Item = Dot> + '_ {
        self.spans.iter().flat_map(|span| {
            (span.from..=span.to).map(|counter| Dot { replica: span.replica, counter })
        })
    }

    /// The latest write that was seen of a replica; 0: none.
    pub fn latest(&self, replica: RegionId) -> u64 {
        let after = self.spans.partition_point(|span| span.replica <= replica);
        self.spans[..after].last().filter(|span| span.replica == replica).map_or(0, |span| span.to)
    }

    /// What a store without dots would keep: the latest write by replica, as if there were no gaps before it.
    pub fn version_vector(&self) -> VersionVector {
        self.spans.iter().map(|span| (span.replica, span.to)).collect()
    }
}

impl FromIterator<Dot> for Context {
    fn from_iter<I: IntoIterator<Item = Dot>>(dots: I) -> Self {
        let mut context = Context::new();
        for dot in dots {
            context.insert(dot);
        }
        context
    }
}

/// All writes up to each entry.
impl From<&VersionVector> for Context {
    fn from(vector: &VersionVector) -> Context {
        Context {
            spans: vector
                .entries()
                .iter()
                .map(|(replica, to)| Span { replica: *replica, from: 1, to: *to })
                .collect(),
        }
    }
}
