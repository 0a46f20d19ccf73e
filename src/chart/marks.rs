//! The facts that explain a timeline: numbered lines in the plot, and what the numbers mean below it.

use crate::report::{Mark, Report};

use super::canvas::{Align, Canvas, Place};
use super::clean;
use super::font::{self, Weight};
use super::frame::{self, Frame};
use super::theme;
use crate::report::numbers;

/// Marks that get a number; with more, the numbers would fill the picture.
const MOST_MARKS: usize = 24;
/// The height of a row below the plot.
const ROW: f64 = 20.0;
const BADGE: f64 = 8.5;
/// The height of a lane of whiskers, and how far two whiskers in it are apart.
const LANE: f64 = 7.0;
const LANE_GAP: f64 = 14.0;

/// A mark whose numbers are all finite.
pub struct Fact<'report> {
    /// Its words.
    pub mark: &'report Mark,
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Fact<'_> {
    /// Whether the low and the high end are told apart in words.
    fn is_spread(&self) -> bool {
        let write = |seconds| numbers::in_unit_of(self.high.abs().max(self.low.abs()), seconds);
        write(self.low) != write(self.high)
    }
}

/// The facts that get a number, in order of time.
pub fn facts(report: &Report) -> Vec<Fact<'_>> {
    let mut facts = all(report);
    facts.truncate(MOST_MARKS);
    facts
}

/// All facts in order of time.
pub fn all(report: &Report) -> Vec<Fact<'_>> {
    let facts = report.charts.marks.iter().filter_map(|mark| {
        let median = clean::number(mark.median_seconds)?;
        let low = clean::number(mark.low_seconds).unwrap_or(median).min(median);
        let high = clean::number(mark.high_seconds).unwrap_or(median).max(median);
        Some(Fact { mark, low, median, high })
    });
    let mut facts: Vec<Fact> = facts.collect();
    facts.sort_by(|one, two| one.median.total_cmp(&two.median));
    facts
}

/// The lane of each whisker: two in one lane never touch. Facts without a spread have none.
pub fn lanes(frame: &Frame, facts: &[Fact]) -> Vec<Option<usize>> {
    let mut ends: Vec<f64> = Vec::new();
    let lane = |fact: &Fact| {
        let (from, to) = (frame.x.at(fact.low), frame.x.at(fact.high));
        if !fact.is_spread() {
            return None;
        }
        let free = ends.iter().position(|end| end + LANE_GAP <= from);
        let lane = free.unwrap_or(ends.len());
        match ends.get_mut(lane) {
            Some(end) => *end = to,
            None => ends.push(to),
        }
        Some(lane)
    };
    facts.iter().map(lane).collect()
}

/// The height of so many lanes.
pub fn height(lanes: &[Option<usize>]) -> f64 {
    let count = lanes.iter().flatten().max().map_or(0, |last| last + 1);
    match count {
        0 => 0.0,
        count => count as f64 * LANE + 4.0,
    }
}

/// A thin whisker for each fact, from `top` downwards in its lane, with a dot on the fact's line.
pub fn whiskers(
    canvas: &mut Canvas,
    frame: &Frame,
    facts: &[Fact],
    lanes: &[Option<usize>],
    top: f64,
) {
    for (fact, lane) in facts.iter().zip(lanes) {
        if let Some(lane) = lane {
            let y = top + (*lane as f64 + 0.5) * LANE;
            let ends = (frame.x.at(fact.low), frame.x.at(fact.high));
            whisker(canvas, ends, frame.x.at(fact.median), y);
        }
    }
}

fn whisker(canvas: &mut Canvas, (from, to): (f64, f64), median: f64, y: f64) {
    canvas.line(vec![(from, y), (to, y)], 1.25, theme::TEXT);
    for x in [from, to] {
        canvas.line(vec![(x, y - 2.5), (x, y + 2.5)], 1.25, theme::TEXT);
    }
    canvas.circle((median, y), 2.5, theme::TEXT);
}

/// Numbers above the plot, moved apart where marks are close, with a leader to each line.
pub fn badges(canvas: &mut Canvas, frame: &Frame, facts: &[Fact]) {
    let wanted: Vec<f64> = facts.iter().map(|fact| frame.x.at(fact.median)).collect();
    let gap = 2.0 * BADGE + 3.0;
    // The word at the fault ends left of its line; the numbers keep to the right of it.
    let fault = match frame.x.contains(0.0) {
        true => frame.x.at(0.0) + 3.0,
        false => frame.left(),
    };
    let taken = gap * facts.len().saturating_sub(1) as f64;
    let high = frame.right() - BADGE;
    let low = fault.min(high - taken).max(frame.left()) + BADGE;
    let places = spaced(&wanted, gap, low, high);
    let height = frame.top() - 17.0;
    for (x, wanted) in places.iter().zip(wanted) {
        let leader = vec![(*x, height), (wanted, frame.top())];
        canvas.line(leader, 1.0, theme::DARK_NEUTRAL);
    }
    for (index, x) in places.into_iter().enumerate() {
        badge(canvas, index + 1, x, height);
    }
}

fn badge(canvas: &mut Canvas, number: usize, x: f64, y: f64) {
    canvas.circle((x, y), BADGE, theme::TEXT);
    let place = (x, y + 3.6);
    canvas.weighted(&number.to_string(), place, 10.0, Weight::Bold, Align::Centre, theme::PAPER);
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
    let starts = blocks.into_iter().flat_map(|(start, count)| std::iter::repeat_n(start, count));
    let starts = starts.map(|start| start.min(highest).max(low));
    starts.enumerate().map(|(index, start)| start + index as f64 * gap).collect()
}

/// The height of the table below the plot.
pub fn table_height(facts: &[Fact]) -> f64 {
    match facts.len() {
        0 => 0.0,
        count => (count.div_ceil(2) + 1) as f64 * ROW + 14.0,
    }
}

/// What the numbers mean, below the plot, in two columns read downwards. The first is as wide as
/// it needs to be, at most three fifths, and the second has the rest.
pub fn table(canvas: &mut Canvas, report: &Report, facts: &[Fact], top: f64) {
    if facts.is_empty() {
        return;
    }
    explain(canvas, report, facts, top);
    let top = top + ROW;
    let rows = facts.len().div_ceil(2);
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
    for (index, line) in lines.iter().enumerate() {
        let (x, room) = match index < rows {
            true => (theme::MARGIN, first - COLUMN_GAP),
            false => (theme::MARGIN + first, all - first),
        };
        let y = top + (index % rows) as f64 * ROW;
        badge(canvas, index + 1, x + BADGE, y - 4.0);
        entry(canvas, line, (x + BEFORE_LABEL, y), room - BEFORE_LABEL);
    }
}

/// Above the table: what the numbers in brackets and the whiskers are, and what is missing.
fn explain(canvas: &mut Canvas, report: &Report, facts: &[Fact], y: f64) {
    let mut words = "time from the fault".to_string();
    let mut x = theme::MARGIN;
    if facts.iter().any(Fact::is_spread) {
        whisker(canvas, (x, x + 18.0), x + 8.0, y - 4.0);
        x += BEFORE_LABEL;
        words += ": median (5th to 95th percentile of runs";
        if facts.iter().any(|fact| fact.mark.runs < report.runs_done) {
            words += " in which it happens";
        }
        words.push(')');
    }
    match all(report).len() - facts.len() {
        0 => {}
        1 => words += "; 1 later fact is left out",
        more => words += &format!("; {} later facts are left out", numbers::whole(more as u64)),
    }
    canvas.text(&frame::sentence(&words), (x, y), theme::LABEL_SIZE, Align::Left, theme::QUIET);
}

/// A label and its time in one line.
fn entry(canvas: &mut Canvas, (label, time): &(String, String), (x, y): Place, room: f64) {
    let size = theme::LABEL_SIZE;
    let room = room - BEFORE_TIME;
    let time = font::fit(time, size, Weight::Regular, room * 0.8);
    let label = font::fit(label, size, Weight::Regular, room - measured(&time));
    canvas.text(&label, (x, y), size, Align::Left, theme::TEXT);
    let after = x + measured(&label) + BEFORE_TIME;
    canvas.text(&time, (after, y), size, Align::Left, theme::QUIET);
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

/// Such as "92 s (88 to 101 s), in 81% of runs".
fn when(fact: &Fact, runs: u64) -> String {
    let mut words = numbers::spread(fact.low, fact.median, fact.high);
    if fact.mark.runs < runs {
        let share = fact.mark.runs as f64 / runs as f64;
        words += &format!(", in {} of runs", numbers::rare_percent(share));
    }
    words
}
