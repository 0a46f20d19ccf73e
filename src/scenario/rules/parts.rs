//! Rules for one health check.

use crate::health::Probing;
use crate::read::Fields;
use crate::units::Duration;

/// Checks the numbers of a health check.
pub fn check_probing(probing: &Probing, fields: &mut Fields) {
    let rules = [
        (
            "threshold",
            (1..=10).contains(&probing.threshold),
            "the threshold is 1 to 10 results in a row (Route 53's own range)",
        ),
        (
            "threshold_up",
            probing.threshold_up.is_none_or(|up| (1..=10).contains(&up)),
            "the threshold is 1 to 10 results in a row",
        ),
        (
            "loss",
            probing.loss < crate::units::Share::ALL,
            "a check that loses every probe sees nothing: write a share below 100%",
        ),
        (
            "checkers",
            (1..=1_000).contains(&probing.checkers),
            "a check has 1 to 1,000 checkers; Route 53 uses about 16",
        ),
        (
            "interval",
            probing.interval >= Duration::from_millis(1),
            "the interval is at least 1ms; Route 53 offers 10s and 30s",
        ),
        (
            "healthy_above",
            probing.healthy_above < crate::units::Share::ALL,
            "more than 100% of the checkers can never say healthy; Route 53 asks for more than 18%",
        ),
    ];
    for (name, holds, mend) in rules {
        if !holds {
            let at = fields.place_of(name);
            fields.reader().problem(at, format!("{name} is out of range"), mend);
        }
    }
}
