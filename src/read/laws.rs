//! Distributions of lengths of time, as they are written.

use super::node::Body;
use super::node::Written;
use super::{Choice, Fields, Kind, Names, Node, Reader, Shape, Value, describe, place, record};
use crate::law::{Centre, Law};
use crate::problem::instead;
use crate::units::Duration;

record! {
    /// Every length between two others alike.
    #[derive(Clone, Debug)]
    pub struct Uniform as "Uniform", check Uniform::judge {
        /// The shortest.
        pub from: Duration,
        /// The longest.
        pub to: Duration,
    }
}

record! {
    /// Memoryless: however long it has lasted, what is left is as long as a new one.
    #[derive(Clone, Debug)]
    pub struct Exponential as "Exponential", short mean {
        /// The mean.
        pub mean: Duration,
    }
}

record! {
    /// The logarithm is normal: most are short, a few are long. Its centre is given by the median or the mean, its width by
    /// `sigma` or by a second quantile: any two of the median, `p90`, `p95`, `p99` and the mean are enough.
    #[derive(Clone, Debug)]
    pub struct Lognormal as "Lognormal", check Lognormal::judge {
        /// Half of them are shorter.
        #[written("p50", was "median")]
        pub median: Option<Duration>,
        /// The mean: exp(sigma^2 / 2) times the median.
        pub mean: Option<Duration>,
        /// Standard deviation of the logarithm: 0.5 is moderate, 1 is wide.
        pub sigma: Option<f64>,
        /// Nine of ten are shorter.
        pub p90: Option<Duration>,
        /// 95 of 100 are shorter.
        pub p95: Option<Duration>,
        /// 99 of 100 are shorter.
        pub p99: Option<Duration>,
    }
}

record! {
    /// Never shorter than a minimum, with a tail that falls as a power: P(longer than x) = (minimum / x)^shape.
    #[derive(Clone, Debug)]
    pub struct Pareto as "Pareto", check Pareto::judge {
        /// The shortest.
        pub minimum: Duration,
        /// Above 1, or the mean would be infinite: 1.5 is very heavy-tailed, 3 is moderate.
        pub shape: f64,
        /// What would be longer takes just so long.
        pub at_most: Option<Duration>,
    }
}

record! {
    /// Always the same. A bare length of time is short for it.
    #[derive(Clone, Debug)]
    pub struct Constant as "Constant", short value {
        /// The length.
        pub value: Duration,
    }
}

const KINDS: [(Kind, fn() -> super::Record); 5] = [
    (
        Kind {
            name: "Constant",
            summary: "always the same; a bare length of time is short for it",
            example: "Constant(\"1s\")",
        },
        Constant::record,
    ),
    (
        Kind {
            name: "Uniform",
            summary: "every length between two others alike",
            example: "Uniform(from: \"1s\", to: \"10s\")",
        },
        Uniform::record,
    ),
    (
        Kind {
            name: "Exponential",
            summary: "memoryless, by its mean",
            example: "Exponential(mean: \"1s\")",
        },
        Exponential::record,
    ),
    (
        Kind {
            name: "Lognormal",
            summary: "most are short, a few are long; by two quantiles, or by median or mean and sigma",
            example: "Lognormal(p50: \"8min\", p95: \"40min\")",
        },
        Lognormal::record,
    ),
    (
        Kind {
            name: "Pareto",
            summary: "never shorter than a minimum, with a tail that falls as a power",
            example: "Pareto(minimum: \"1s\", shape: 2.0)",
        },
        Pareto::record,
    ),
];

/// Distributions that can be written.
pub fn distributions() -> Choice {
    Choice { what: "a distribution of a length of time", members: KINDS.to_vec() }
}

/// A plain duration is a constant; the others are named.
impl Value for Law {
    const EXAMPLE: &'static str = "\"1s\" or Uniform(from: \"1s\", to: \"10s\")";

    fn shape() -> Shape {
        Shape::Either(vec![Shape::Duration, Shape::Choice(distributions)])
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Some(name) = node.name() else {
            return Duration::read(node, reader).map(Law::Constant);
        };
        match name {
            "Constant" => read_constant(node, reader),
            "Uniform" => {
                let law = Uniform::read(node, reader)?;
                Some(Law::Uniform { from: law.from, to: law.to })
            }
            "Exponential" => {
                Exponential::read(node, reader).map(|law| Law::Exponential { mean: law.mean })
            }
            "Lognormal" => Lognormal::read(node, reader)?.law(),
            "Pareto" => {
                let Pareto { minimum, shape, at_most } = Pareto::read(node, reader)?;
                Some(Law::Pareto { minimum, shape, at_most })
            }
            _ => {
                let known = KINDS.iter().map(|(kind, _)| kind.name);
                let what = format!("{} is not a distribution", describe(node));
                reader.problem(place(node), what, instead(name, known));
                None
            }
        }
    }

    fn write(&self, names: &Names) -> Node {
        match *self {
            Law::Constant(length) => length.write(names),
            Law::Uniform { from, to } => Uniform { from, to }.write(names),
            Law::Exponential { mean } => Exponential { mean }.write(names),
            Law::Lognormal { centre, sigma } => Lognormal::of(centre, sigma).write(names),
            Law::Pareto { minimum, shape, at_most } => {
                Pareto { minimum, shape, at_most }.write(names)
            }
        }
    }
}

fn read_constant(node: &Node, reader: &mut Reader) -> Option<Law> {
    if let Written::Struct { body: Body::Values(values), .. } = &node.written
        && values.len() != 1
    {
        reader.problem(
            place(node),
            "Constant takes one length of time",
            "write Constant(\"1s\"), or just \"1s\"",
        );
        return None;
    }
    Constant::read(node, reader).map(|law| Law::Constant(law.value))
}

impl Uniform {
    fn judge(&mut self, fields: &mut Fields) {
        let Uniform { from, to } = self;
        if to < from {
            let what = format!("Uniform goes from {from} down to {to}");
            fields.reject("to", what, "put the shorter one first");
            // Rules of other parts may ask for its lengths before the problem is told.
            std::mem::swap(&mut self.from, &mut self.to);
        }
    }
}

impl Pareto {
    fn judge(&mut self, fields: &mut Fields) {
        // Without a mean there is no rate at which such intervals follow one another, nor anything that a campaign could average.
        if self.shape <= 1.0 {
            let what = format!("a Pareto distribution of shape {} has no finite mean", self.shape);
            let help = "write a shape above 1: 1.5 is very heavy-tailed, 3 is moderate";
            fields.reject("shape", what, help);
        }
        if self.at_most.is_some_and(|most| most <= self.minimum) {
            let help = "write the longest time that there is, or leave at_most out";
            fields.reject("at_most", "at_most is not above minimum", help);
        }
    }
}

impl Lognormal {
    fn of(centre: Centre, sigma: f64) -> Lognormal {
        let (median, mean) = match centre {
            Centre::Median(median) => (Some(median), None),
            Centre::Mean(mean) => (None, Some(mean)),
        };
        Lognormal { median, mean, sigma: Some(sigma), p90: None, p95: None, p99: None }
    }

    /// Quantiles other than the median, with the normal quantile of each.
    fn quantiles(&self) -> Vec<(&'static str, f64, Duration)> {
        let all = [("p90", 0.9, self.p90), ("p95", 0.95, self.p95), ("p99", 0.99, self.p99)];
        let normal = crate::law::normal_quantile;
        all.into_iter().filter_map(|(name, p, at)| Some((name, normal(p), at?))).collect()
    }

    fn judge(&mut self, fields: &mut Fields) {
        if self.median.is_some() && self.mean.is_some() && self.sigma.is_some()
            || self.written() != 2
        {
            let at = fields.place();
            fields.reader().problem(
                at,
                "Lognormal takes its median or its mean, just one of them, and its width: sigma, or a second quantile",
                "write Lognormal(p50: \"8min\", p95: \"40min\") or Lognormal(median: \"1s\", sigma: 0.5)",
            );
            return;
        }
        if let Some(wrong) = self.sigma.filter(|sigma| !(0.0..=5.0).contains(sigma)) {
            let help = "it is the standard deviation of the logarithm: 0.5 is moderate, 1 is wide";
            fields.reject("sigma", format!("sigma {wrong} is not between 0 and 5"), help);
        } else if self.law().is_none() {
            let at = fields.place();
            let help = "the higher quantile is the longer time, the mean at least the median and not far above the quantiles";
            fields.reader().problem(at, "no lognormal distribution has both", help);
        }
    }

    /// How many of its numbers are given: two make a distribution.
    fn written(&self) -> usize {
        let given = [
            self.median.is_some(),
            self.mean.is_some(),
            self.sigma.is_some(),
            self.p90.is_some(),
            self.p95.is_some(),
            self.p99.is_some(),
        ];
        given.into_iter().filter(|given| *given).count()
    }

    /// The distribution that two of its numbers make; `None`: none does.
    fn law(&self) -> Option<Law> {
        let sound = |sigma: f64| (0.0..=5.0).contains(&sigma).then_some(sigma);
        let log = |time: Duration| libm::log(time.seconds());
        let quantiles = self.quantiles();
        let (centre, sigma) = match (self.median, self.mean, self.sigma, &quantiles[..]) {
            (Some(median), None, Some(sigma), []) => (Centre::Median(median), sound(sigma)?),
            (None, Some(mean), Some(sigma), []) => (Centre::Mean(mean), sound(sigma)?),
            (Some(median), None, None, [(_, z, at)]) => {
                (Centre::Median(median), sound((log(*at) - log(median)) / z)?)
            }
            // mean = median x exp(sigma^2 / 2)
            (Some(median), Some(mean), None, []) => {
                (Centre::Median(median), sound((2.0 * (log(mean) - log(median))).max(-1.0).sqrt())?)
            }
            // ln at = ln mean - sigma^2 / 2 + z sigma: the narrower of both solutions.
            (None, Some(mean), None, [(_, z, at)]) => {
                let above = log(*at) - log(mean);
                (Centre::Mean(mean), sound(z - (z * z - 2.0 * above).sqrt())?)
            }
            (None, None, Some(sigma), [(_, z, at)]) => {
                let median = libm::exp(log(*at) - z * sigma);
                (Centre::Median(Duration::from_seconds_f64(median)), sound(sigma)?)
            }
            (None, None, None, [(_, low, short), (_, high, long)]) => {
                let sigma = sound((log(*long) - log(*short)) / (high - low))?;
                let median = libm::exp(log(*short) - low * sigma);
                (Centre::Median(Duration::from_seconds_f64(median)), sigma)
            }
            _ => return None,
        };
        Some(Law::Lognormal { centre, sigma })
    }
}
