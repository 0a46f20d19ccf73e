//! What is written reads back alike, and distributions are the ones that their quantiles say.

use super::{Names, Reader, Value, read_text};
use crate::law::Law;
use crate::units::{Duration, Rate, Share};

fn read<T: Value>(text: &str) -> Result<T, String> {
    read_text(text, |node, reader: &mut Reader| T::read(node, reader))
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn reads_back<T: Value + PartialEq + std::fmt::Debug>(value: T) {
    let text = value.write(&Names::default()).to_string();
    assert_eq!(read::<T>(&text).as_ref(), Ok(&value), "{text}");
}

#[test]
fn quantities_read_back_to_the_last_digit() {
    for nanos in
        [0, 1, 999, 1_000, 1_500, 98_000_000, 1_234_567_891, 30_000_000_000, 90_000_000_000]
    {
        reads_back(Duration::from_nanos(nanos));
    }
    for parts in [0, 1, 500_000_000, 999_000_001, 1_000_000_000] {
        reads_back(Share::from_parts(parts));
    }
    for nano_hertz in [0, 200, 11_111_111, 16_666_667, 250_000_000_000, 123_456_789_123] {
        reads_back(Rate::from_nano_hertz(nano_hertz));
    }
    for count in [0u64, 999, 1_000, 1_000_000_000_000, u64::MAX] {
        reads_back(count);
    }
    for number in [0.5, 1.0, 1e-9, 123_456.75] {
        reads_back(number);
    }
}

#[test]
fn distributions_read_back() {
    for text in [
        "\"1s\"",
        "Constant(\"90s\")",
        "Uniform(from: \"1s\", to: \"10s\")",
        "Exponential(mean: \"9min\")",
        "Lognormal(median: \"1s\", sigma: 0.5)",
        "Lognormal(mean: \"1s\", sigma: 0.5)",
        "Pareto(minimum: \"1s\", shape: 1.5, at_most: \"1h\")",
    ] {
        reads_back(read::<Law>(text).expect("it reads"));
    }
}

/// Any two numbers of a lognormal distribution make it: both are found again in it.
#[test]
fn a_lognormal_has_the_two_numbers_that_are_written() {
    let near = |law: &Law, share: f64, seconds: f64| {
        let ours = law.at(share).seconds();
        assert!((ours / seconds - 1.0).abs() < 1e-6, "{law}: {ours} at {share}, not {seconds}");
    };
    let law = read::<Law>("Lognormal(p50: \"8min\", p95: \"40min\")").expect("it reads");
    near(&law, 0.5, 480.0);
    near(&law, 0.95, 2_400.0);
    let law = read::<Law>("Lognormal(p90: \"10s\", p99: \"60s\")").expect("it reads");
    near(&law, 0.9, 10.0);
    near(&law, 0.99, 60.0);
    let law = read::<Law>("Lognormal(mean: \"10s\", p95: \"25s\")").expect("it reads");
    near(&law, 0.95, 25.0);
    assert!((law.mean() - 10.0).abs() < 1e-9);
    let law = read::<Law>("Lognormal(p50: \"8s\", mean: \"10s\")").expect("it reads");
    near(&law, 0.5, 8.0);
    assert!((law.mean() - 10.0).abs() < 1e-6);
    let law = read::<Law>("Lognormal(sigma: 0.5, p99: \"10s\")").expect("it reads");
    near(&law, 0.99, 10.0);
}

#[test]
fn what_is_no_distribution_is_refused() {
    for (text, expected) in [
        ("Lognormal(p50: \"40min\", p95: \"8min\")", "no lognormal distribution has both"),
        ("Lognormal(p50: \"8min\", mean: \"5min\")", "no lognormal distribution has both"),
        ("Lognormal(mean: \"1s\", p95: \"1h\")", "no lognormal distribution has both"),
        ("Lognormal(p50: \"1s\", p95: \"2s\", sigma: 0.5)", "just one of them"),
        ("Lognormal(p50: \"1s\")", "just one of them"),
        ("Lognormal(p50: \"1s\", median: \"1s\")", "are one field"),
        ("Uniform(from: \"2s\", to: \"1s\")", "down to"),
        // Without a mean there is nothing that a campaign could average.
        ("Pareto(minimum: \"2s\", shape: 1.0)", "no finite mean"),
        ("Pareto(minimum: \"2s\", shape: -3.0)", "no finite mean"),
        ("Pareto(minimum: \"2s\", shape: inf)", "not a plain number"),
        ("Pareto(minimum: \"2s\", shape: NaN)", "not a plain number"),
    ] {
        let problem = read::<Law>(text).expect_err(text);
        assert!(problem.contains(expected), "{text}: {problem}");
    }
}
