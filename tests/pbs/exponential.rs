//! Exponential messages and R = W = 1, where the curve is exact: P(consistent at t) = 1 - C e^(-w t), w the rate of writes.

use super::sample::{KEYS, is_quantile, is_share, pooled, share, text};

/// Rate of writes, of the other messages (per ms), replicas: P at 0, P at 1/w, ms until 99.9 %.
const TABLE: [(f64, f64, u64, f64, f64, f64); 7] = [
    (4.0, 1.0, 3, 0.94294673, 0.97901127, 1.0110),
    (2.0, 1.0, 3, 0.86654815, 0.95090581, 2.4469),
    (1.0, 1.0, 3, 0.75180041, 0.90869247, 5.5142),
    (0.5, 1.0, 3, 0.62479214, 0.86196874, 11.8550),
    (0.2, 1.0, 3, 0.48690542, 0.81124305, 31.2023),
    (0.1, 1.0, 3, 0.41955904, 0.78646771, 63.6379),
    (0.1, 1.0, 2, 0.57225314, 0.84264073, 60.5853),
];

#[test]
fn exponential_messages_give_the_exact_curve() {
    for (writes, others, copies, at_once, after_one, seen) in TABLE {
        let law = |rate: f64| format!("Exponential(mean: \"{}us\")", 1_000.0 / rate);
        let (write, other) = (law(writes), law(others));
        let replication = format!(
            "Quorum(copies: {copies}, write_quorum: 1, read_quorum: 1, level: All, write: {write}, ack: {other}, read: {other}, response: {other},
                sample: Sample(keys: {KEYS}))"
        );
        let pooled = pooled(&text("", false, &replication), 20);
        let n = pooled.thresholds.len();
        assert!(is_share(share(&pooled, 0.0), n, at_once, 0.0), "{writes}, {copies}: {} at once", share(&pooled, 0.0));
        assert!(is_share(share(&pooled, 1.0 / writes), n, after_one, 0.0), "{writes}, {copies}: {} after 1/w", share(&pooled, 1.0 / writes));
        assert!(is_quantile(&pooled.thresholds, 0.999, seen, 0.0), "{writes}, {copies}: 99.9 % not after {seen} ms");
        // Memoryless: whoever has not seen it yet waits anew.
        for times in [2.0, 4.0] {
            let expected = 1.0 - (1.0 - at_once) * libm::exp(-times);
            assert!(is_share(share(&pooled, times / writes), n, expected, 0.0), "{writes}, {copies}: {} after {times}/w", share(&pooled, times / writes));
        }
    }
}
