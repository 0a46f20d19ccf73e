//! The facts that explain a timeline: numbered lines in the plot, and what the numbers mean below it.

use crate::report::{Mark, Report};

use super::canvas::{Align, Canvas};
use super::clean;
use super::font::{self, Weight};
use super::frame::Frame;
use super::numbers;
use super::theme;

/// Marks that get a number; with more, the numbers would fill the picture.
const MOST_MARKS: usize = 24;
/// The height of a row below the plot.
pub const ROW: f64 = 20.0;
const BADGE: f64 = 8.5;
/// A mark whose numbers are all finite.
pub struct Fact<'report> {
    /// Its words.
    pub mark: &'report Mark,
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

/// The facts in order of time.
pub fn facts(report: &Report) -> Vec<Fact<'_>> {
    let facts = report.charts.marks.iter().filter_map(|mark| {
        let median = clean::number(mark.median_seconds)?;
        let low = clean::number(mark.low_seconds)
            .unwrap_or(median)
            .min(median);
        let high = clean::number(mark.high_seconds)
            .unwrap_or(median)
            .max(median);
        Some(Fact {
            mark,
            low,
            median,
            high,
        })
    });
    let mut facts: Vec<Fact> = facts.collect();
    facts.sort_by(|one, two| one.median.total_cmp(&two.median));
    facts.truncate(MOST_MARKS);
    facts
}

/// The light shading from the low to the high end of each mark. It is opaque and lies below all
/// else, so that overlapping spreads do not add up to a colour of their own.
pub fn spreads(canvas: &mut Canvas, frame: &Frame, facts: &[Fact]) {
    for fact in facts {
        let (from, to) = (frame.x.at(fact.low), frame.x.at(fact.high));
        if to - from >= 0.5 {
            canvas.rectangle((from, frame.top()), (to, frame.bottom()), theme::SPREAD);
        }
    }
}

/// Numbers above the plot, moved apart where marks are close, with a leader to each line.
pub fn badges(canvas: &mut Canvas, frame: &Frame, facts: &[Fact]) {
    let wanted: Vec<f64> = facts.iter().map(|fact| frame.x.at(fact.median)).collect();
    let places = spaced(
        &wanted,
        2.0 * BADGE + 3.0,
        frame.left() + BADGE,
        frame.right() - BADGE,
    );
    let height = frame.top() - 17.0;
    for (index, (x, wanted)) in places.into_iter().zip(wanted).enumerate() {
        canvas.line(
            vec![(x, height), (wanted, frame.top())],
            1.0,
            theme::DARK_NEUTRAL,
        );
        badge(canvas, index + 1, x, height);
    }
}

fn badge(canvas: &mut Canvas, number: usize, x: f64, y: f64) {
    canvas.circle((x, y), BADGE, theme::TEXT);
    let place = (x, y + 3.6);
    canvas.weighted(
        &number.to_string(),
        place,
        10.0,
        Weight::Bold,
        Align::Centre,
        theme::PAPER,
    );
}

/// Moves sorted places as little as possible (least squares) so that they are `gap` apart.
fn spaced(wanted: &[f64], gap: f64, low: f64, high: f64) -> Vec<f64> {
    // Without the gaps the places only have to rise: neighbours that do not share their mean.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (index, place) in wanted.iter().enumerate() {
        let mut block = (place - index as f64 * gap, 1);
        while let Some(before) = blocks.pop_if(|before| before.0 > block.0) {
            let count = before.1 + block.1;
            let sum = before.0 * before.1 as f64 + block.0 * block.1 as f64;
            block = (sum / count as f64, count);
        }
        blocks.push(block);
    }
    let highest = high - gap * wanted.len().saturating_sub(1) as f64;
    let starts = blocks
        .into_iter()
        .flat_map(|(start, count)| std::iter::repeat_n(start, count));
    let starts = starts.map(|start| start.min(highest).max(low));
    starts
        .enumerate()
        .map(|(index, start)| start + index as f64 * gap)
        .collect()
}

/// What the numbers mean, below the plot, in two columns read downwards. The first is as wide as
/// it needs to be, at most three fifths, and the second has the rest.
pub fn table(canvas: &mut Canvas, report: &Report, facts: &[Fact], top: f64) {
    let rows = facts.len().div_ceil(2).max(1);
    let all = canvas.width - 2.0 * theme::MARGIN;
    let lines: Vec<(String, String)> = facts
        .iter()
        .map(|fact| (clean::name(&fact.mark.label), when(fact, report.runs_done)))
        .collect();
    let needed = |lines: &[(String, String)]| lines.iter().map(line_width).fold(0.0, f64::max);
    let (one, two) = lines.split_at(rows.min(lines.len()));
    let (one, two) = (needed(one) + COLUMN_GAP, needed(two));
    let first = match () {
        () if one <= all / 2.0 && two <= all / 2.0 => all / 2.0,
        () if one + two <= all => one + (all - one - two) / 2.0,
        () => one.clamp(all * 0.4, all * 0.6).max((all - two).min(one)),
    };
    for (index, (label, time)) in lines.iter().enumerate() {
        let (x, room) = match index < rows {
            true => (theme::MARGIN, first - COLUMN_GAP),
            false => (theme::MARGIN + first, all - first),
        };
        let y = top + (index % rows) as f64 * ROW;
        badge(canvas, index + 1, x + BADGE, y - 4.0);
        let start = x + BEFORE_LABEL;
        let room = room - BEFORE_LABEL - BEFORE_TIME;
        let time = font::fit(time, theme::LABEL_SIZE, Weight::Regular, room * 0.8);
        let room = room - measured(&time);
        let label = font::fit(label, theme::LABEL_SIZE, Weight::Regular, room);
        canvas.text(
            &label,
            (start, y),
            theme::LABEL_SIZE,
            Align::Left,
            theme::TEXT,
        );
        let after = start + measured(&label) + BEFORE_TIME;
        canvas.text(
            &time,
            (after, y),
            theme::LABEL_SIZE,
            Align::Left,
            theme::QUIET,
        );
    }
}

const COLUMN_GAP: f64 = 24.0;
const BEFORE_LABEL: f64 = 24.0;
const BEFORE_TIME: f64 = 8.0;

fn line_width((label, time): &(String, String)) -> f64 {
    BEFORE_LABEL + measured(label) + BEFORE_TIME + measured(time)
}

fn measured(words: &str) -> f64 {
    font::width(words, theme::LABEL_SIZE, Weight::Regular)
}

/// Such as "1 min 32 s (−4 s, +9 s), 81% of runs".
fn when(fact: &Fact, runs: u64) -> String {
    let (below, above) = (fact.median - fact.low, fact.high - fact.median);
    let mut words = moment(fact.median);
    if below >= 0.05 || above >= 0.05 {
        words += &format!(" {}", around(below, above));
    }
    if fact.mark.runs < runs {
        let share = fact.mark.runs as f64 / runs as f64;
        words += &format!(", {} of runs", numbers::percent(share));
    }
    words
}

/// Such as "(−4 s, +2.5 min)", the unit only once where it is the same.
fn around(below: f64, above: f64) -> String {
    let (below, above) = (numbers::duration(below), numbers::duration(above));
    match (below.split_once(' '), above.split_once(' ')) {
        (Some((number, one)), Some((_, two))) if one == two => format!("(−{number}/+{above})"),
        _ => format!("(−{below}/+{above})"),
    }
}

/// A time exact to the second, as marks may be seconds apart an hour after the fault.
fn moment(seconds: f64) -> String {
    let whole = seconds.round();
    match seconds.abs() {
        size if !(120.0..7_200.0).contains(&size) => numbers::duration(seconds),
        _ => {
            let minutes = (whole / 60.0).trunc();
            let rest = (whole - minutes * 60.0).abs();
            format!("{} min {rest:02} s", numbers::decimals(minutes, 0))
        }
    }
}
