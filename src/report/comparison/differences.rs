//! Every design against the first, in words: differences run by run, and which is better more often.

use super::{Comparison, Pair, Standing};
use crate::measure::metric::Scope;
use crate::report::numbers::{difference, plural, whole};
use crate::report::table::{Align, Table};
use crate::report::text::per_cent;

/// Every design against the first, measure by measure.
pub fn differences(comparison: &Comparison, names: &[String]) -> Option<Table> {
    let pairs = &comparison.pairs;
    let (undecided, neither) =
        (pairs.iter().any(|pair| pair.undecided > 0), pairs.iter().any(|pair| pair.neither > 0));
    let mut head = vec![
        format!("difference [{}]", per_cent(comparison.confidence)),
        "mean".into(),
        "better".into(),
        "equal".into(),
        "worse".into(),
    ];
    head.extend(undecided.then(|| "undecided".into()));
    head.extend(neither.then(|| "neither".into()));
    head.push("more often".into());
    let columns = head.len();
    let mut rows = Vec::new();
    let mut remarks = Vec::new();
    for (index, pair) in pairs.iter().enumerate() {
        if index == 0 || pairs[index - 1].key != pair.key {
            rows.push(
                [short(pair).to_string()].into_iter().chain(vec![String::new(); columns]).collect(),
            );
        }
        let mean = pair.mean_difference.as_ref().and_then(|mean| difference(mean, pair.unit, "?"));
        let mean = mean.and_then(|mean| mean.split_once(" [").map(|(mean, _)| mean.to_string()));
        let mut row = vec![
            format!("  {}", names[pair.design]),
            difference_words(pair),
            mean.unwrap_or_else(|| "-".into()),
        ];
        row.extend([pair.better, pair.equal, pair.worse].map(whole));
        row.extend(undecided.then(|| whole(pair.undecided)));
        row.extend(neither.then(|| whole(pair.neither)));
        row.push(standing_words(pair.standing).to_string());
        rows.push(row);
        remarks.extend(beyond_words(pair, comparison, names));
    }
    remarks
        .push("difference: median over runs with common random numbers; negative is better".into());
    if undecided {
        remarks.push("undecided: neither is back before the end (or one not, and its run is the shorter); such runs widen the interval to both sides".into());
    }
    if neither {
        remarks.push(
            "neither: such runs give no number in either design (no interruption, or no promotion)"
                .into(),
        );
    }
    Some(Table { title: "Against design 1".into(), head, rows, remarks, align: Align::Right })
}

/// What is compared, in few words.
fn short(pair: &Pair) -> &str {
    Scope::Service.metric(&pair.key).map_or(&pair.label, |metric| metric.head())
}

fn difference_words(pair: &Pair) -> String {
    let is_open = pair.undecided + pair.better_beyond + pair.worse_beyond > 0;
    let open = if is_open { "open" } else { "needs more runs" };
    match &pair.difference {
        Some(interval) => {
            difference(interval, pair.unit, open).unwrap_or_else(|| "infinite".into())
        }
        None if pair.undecided > 0 => "undecided".into(),
        None => "n/a".into(),
    }
}

pub fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Better => "better",
        Standing::Worse => "worse",
        Standing::Equal => "equal",
        Standing::NotShown => "not shown",
        Standing::NoOccasion => "n/a",
    }
}

/// Runs without a finite difference are said: only one of the two recovered, or was interrupted.
fn beyond_words(pair: &Pair, comparison: &Comparison, names: &[String]) -> Option<String> {
    let runs = comparison.runs_done;
    let part = |count: u64, word: &str| {
        (count > 0).then(|| format!("infinitely {word} in {}", whole(count)))
    };
    let parts: Vec<String> = [part(pair.better_beyond, "better"), part(pair.worse_beyond, "worse")]
        .into_iter()
        .flatten()
        .collect();
    let name = &names[pair.design];
    (!parts.is_empty()).then(|| {
        format!(
            "{name}: {} of {} (only one of the two is interrupted at all, or back before its end)",
            parts.join(" and "),
            plural(runs, "run")
        )
    })
}
