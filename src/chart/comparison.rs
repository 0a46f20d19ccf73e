//! Designs side by side, a row each: time without service over runs, where it goes, what share of requests fails.

use crate::report::comparison::{Comparison, Design, budget, failed_share, phase_names};
use crate::report::numbers::{Cells, estimate, plural, with_interval};
use crate::report::{Interval, Unit};

use super::canvas::{Align, Canvas};
use super::clean;
use super::font::{self, Weight};
use super::frame::{self, Entry, Frame};
use super::theme;
use super::ticks;
use crate::report::numbers;
use names::{name_in, names, names_room};

pub mod ledgers;
mod names;
#[cfg(test)]
mod tests;

/// What kind of picture it is, for those who cannot see it; the title follows it.
pub const KIND: &str = "Three panels with a row for each design: time without service over runs, mean time by phase, share of failed requests";

/// The gap between two columns: half a tick label of either fits into it.
const GAP: f64 = 30.0;
/// Shares of the room that panels get.
const PANELS: [f64; 3] = [0.44, 0.36, 0.20];
/// Height of a row, and where in it the middle of a bar and the baseline of its numbers are.
const ROW: f64 = 48.0;
const BAR: f64 = 17.0;
const NUMBERS: f64 = 38.0;
/// Where the rows begin, and the room of the axis and of the remark below them.
const TOP: f64 = 130.0;
const BELOW: f64 = 78.0;

/// The message, in the words that stand above the chart; without the names where they are too long.
pub fn title(comparison: &Comparison) -> String {
    let mut medians: Vec<(f64, String, &str)> =
        comparison.designs.iter().filter_map(median_words).collect();
    medians.sort_by(|one, two| one.0.total_cmp(&two.0));
    let is_untouched = |design: &&Design| {
        design.measure("rto_service").is_some_and(|measure| measure.occasions == 0)
    };
    let untouched = comparison.designs.iter().filter(is_untouched).count();
    let late = comparison.designs.len() - untouched - medians.len();
    let mut rest = String::new();
    for (count, words) in [(late, "not back in half the runs"), (untouched, "never interrupted")] {
        match comparison.designs.len() {
            all if count == all => rest += &format!("; all {words}"),
            _ if count > 0 => rest += &format!("; {count} {words}"),
            _ => {}
        }
    }
    let span = |with_names: bool| match (medians.first(), medians.last()) {
        (Some((_, least, _)), Some((_, most, _))) if least == most => {
            format!("Median time without service: {least}")
        }
        (Some((_, least, best)), Some((_, most, worst))) if with_names => {
            format!(
                "Median time without service: {least} ({}) to {most} ({})",
                clean::name(best),
                clean::name(worst)
            )
        }
        (Some((_, least, _)), Some((_, most, _))) => {
            format!("Median time without service: {least} to {most}")
        }
        _ => String::new(),
    };
    let whole = |with_names: bool| {
        let words = span(with_names) + &rest;
        frame::sentence(words.trim_start_matches("; "))
    };
    let fits = |words: &String| {
        font::width(words, theme::TITLE_SIZE - 3.0, Weight::Bold)
            < theme::WIDTH - 2.0 * theme::MARGIN
    };
    Some(whole(true)).filter(fits).unwrap_or_else(|| whole(false))
}

/// The median time without service, its words, and whose it is.
fn median_words(design: &Design) -> Option<(f64, String, &str)> {
    let median = design.measure("rto_service")?.p50?;
    Some((clean::maybe(median.estimate)?, estimate(&median, Unit::Seconds)?, &design.scenario))
}

/// The whole picture.
pub fn filled(comparison: &Comparison) -> Canvas {
    let mut canvas = Canvas::new();
    let bottom = TOP + ROW * comparison.designs.len() as f64;
    canvas.height = bottom + BELOW;
    canvas.heading(&title(comparison), &subtitle(comparison));
    legend(&mut canvas, comparison);
    let names = names(comparison);
    let panels = panels(comparison, names_room(&names), bottom);
    for (index, name) in names.iter().enumerate() {
        let top = TOP + ROW * index as f64;
        if index > 0 {
            canvas.line(
                vec![(theme::MARGIN, top), (canvas.width - theme::MARGIN, top)],
                1.0,
                theme::GRID,
            );
        }
        name_in(&mut canvas, name, names_room(&names), top);
    }
    axes(&mut canvas, &panels);
    for (index, design) in comparison.designs.iter().enumerate() {
        let top = TOP + ROW * index as f64;
        service(&mut canvas, &panels[0], design, comparison.runs_done, top);
        phases(&mut canvas, &panels[1], design, comparison.runs_done, top);
        failures(&mut canvas, &panels[2], design, top);
    }
    let remark = "Left: the dot is the median over runs, the dark band its interval, the bar reaches from 5% to 95% of the interrupted runs; dashes: beyond the end of the run.";
    let place = (theme::MARGIN, bottom + BELOW - 12.0);
    canvas.text(remark, place, theme::SMALL_SIZE, Align::Left, theme::QUIET);
    canvas
}

/// Such as "6 designs with common random numbers: 1,000 runs each, seed 1".
fn subtitle(comparison: &Comparison) -> String {
    let asked = if comparison.partial {
        format!(" of {} (interrupted)", numbers::whole(comparison.runs_asked))
    } else {
        String::new()
    };
    let runs = plural(comparison.runs_done, "run");
    let first = comparison.designs.first().map(|design| design.run_seconds);
    let is_one = comparison.designs.iter().all(|design| Some(design.run_seconds) == first);
    let lengths = if is_one { "" } else { "; runs are not equally long" };
    format!(
        "{} designs with common random numbers: {runs}{asked} each, seed {}{lengths}",
        comparison.designs.len(),
        comparison.seed
    )
}

fn legend(canvas: &mut Canvas, comparison: &Comparison) {
    let entries = phase_names(comparison)
        .into_iter()
        .map(|phase| Entry::area(phase.name(), theme::phase(phase)));
    let right = canvas.width - theme::MARGIN;
    frame::legend(canvas, &entries.collect::<Vec<_>>(), right, 86.0);
}

/// The three panels: two of time, one of shares.
fn panels(comparison: &Comparison, names: f64, bottom: f64) -> [Frame; 3] {
    let left = theme::MARGIN + names + GAP;
    let room = theme::WIDTH - theme::MARGIN - left - 2.0 * GAP;
    let longest = |ends: &mut dyn Iterator<Item = f64>| {
        ends.filter_map(clean::number).fold(0.0, f64::max).max(1e-3) * 1.04
    };
    let ends = [
        longest(&mut comparison.designs.iter().flat_map(times)),
        longest(&mut comparison.designs.iter().filter_map(|design| budget(design)?.total.estimate)),
        longest(
            &mut comparison
                .designs
                .iter()
                .filter_map(|design| failed_share(design)?.estimate)
                .map(|share| share * 100.0),
        ),
    ];
    let mut from = left;
    std::array::from_fn(|index| {
        let to = from + room * PANELS[index];
        let frame = Frame::new((from, TOP), (to, bottom), (0.0, ends[index]), (0.0, 1.0));
        from = to + GAP;
        frame
    })
}

/// All times without service that the first panel shows.
fn times(design: &Design) -> Vec<f64> {
    let Some(measure) = design.measure("rto_service") else { return Vec::new() };
    let quantiles = [measure.p50, measure.p95].into_iter().flatten();
    quantiles
        .flat_map(|quantile| [quantile.estimate, quantile.low])
        .flatten()
        .chain(design.rto_service_p05_seconds)
        .collect()
}

fn axes(canvas: &mut Canvas, panels: &[Frame; 3]) {
    let titles = ["Time without service (RTO)", "Mean time by phase", "Failed requests"];
    for (frame, title) in panels.iter().zip(titles) {
        let title =
            font::fit(title, theme::LABEL_SIZE, Weight::Bold, frame.right() - frame.left() + GAP);
        canvas.weighted(
            &title,
            (frame.left(), TOP - 14.0),
            theme::LABEL_SIZE,
            Weight::Bold,
            Align::Left,
            theme::TEXT,
        );
    }
    // One unit for both: their times are to be compared.
    let unit = ticks::time_unit(panels[0].x.high.max(panels[1].x.high));
    for frame in &panels[..2] {
        frame.axis_x(canvas, unit.sign, unit.seconds, true);
    }
    panels[2].axis_x(canvas, "% of requests", 1.0, true);
    for frame in panels {
        canvas.line(
            vec![(frame.left(), frame.top()), (frame.left(), frame.bottom())],
            1.0,
            theme::AXIS,
        );
    }
}

/// The numbers below a bar, or in its place; centred at `x` as far as the panel allows.
fn say(canvas: &mut Canvas, frame: &Frame, words: &str, x: f64, baseline: f64) {
    let room = frame.right() - frame.left() + GAP / 4.0;
    let words = font::fit(words, theme::SMALL_SIZE, Weight::Regular, room);
    let width = font::width(&words, theme::SMALL_SIZE, Weight::Regular);
    let least = frame.left() + 4.0;
    let from = (x - width / 2.0).clamp(least, (least + room - width).max(least));
    // Paper behind the words keeps them clear of grid lines.
    canvas.rectangle(
        (from - 1.0, baseline - 9.5),
        (from + width + 1.0, baseline + 3.0),
        theme::PAPER,
    );
    canvas.text(&words, (from, baseline), theme::SMALL_SIZE, Align::Left, theme::TEXT);
}

/// The distribution of the time without service over runs.
fn service(canvas: &mut Canvas, frame: &Frame, design: &Design, runs: u64, top: f64) {
    let Some(measure) = design.measure("rto_service") else { return };
    let (middle, baseline) = (top + BAR, top + NUMBERS);
    if measure.occasions == 0 {
        say(canvas, frame, "no interruption in any run", frame.left(), middle + 4.0);
        return;
    }
    let share = |count: u64| numbers::rare_percent(count as f64 / runs.max(1) as f64);
    let beyond = Cells::within(design.observed_seconds).beyond;
    let mut words = Vec::new();
    let median = measure.p50.unwrap_or(Interval { low: None, estimate: None, high: None });
    let is_bare = median.low.is_none() && median.high.is_none();
    words.extend(if is_bare {
        estimate(&median, Unit::Seconds)
    } else {
        with_interval(&median, Unit::Seconds, "open")
    });
    words.extend(
        (measure.occasions < runs)
            .then(|| format!("{} not interrupted", share(runs - measure.occasions))),
    );
    words.extend((measure.censored > 0).then(|| format!("{} {beyond}", share(measure.censored))));
    let Some(least) = clean::maybe(design.rto_service_p05_seconds) else {
        say(canvas, frame, &words.join(", "), frame.left(), middle + 4.0);
        return;
    };
    let is_open = measure.p95.is_none_or(|p95| p95.estimate.is_none());
    let at =
        |value: Option<f64>, open: f64| clean::maybe(value).map_or(open, |value| frame.x.at(value));
    let from = frame.x.at(least);
    let to = at(measure.p95.and_then(|p95| p95.estimate), frame.right() - 6.0).max(from + 1.5);
    // Beyond the end of the run nothing is known but that it goes on.
    let known = if is_open { at(design.observed_seconds, to).clamp(from, to) } else { to };
    canvas.rectangle((from, middle - 4.0), (known, middle + 4.0), theme::NEUTRAL.fade(0.75));
    if is_open {
        canvas.dashed((known, middle), (to, middle), 1.75, theme::NEUTRAL);
        canvas.polygon(
            vec![(to, middle - 6.0), (to + 7.0, middle), (to, middle + 6.0)],
            theme::NEUTRAL,
        );
    }
    if let (Some(low), true) =
        (clean::maybe(median.low), median.low.is_some() && (median.high.is_some() || is_open))
    {
        let (low, high) = (frame.x.at(low), at(median.high, to));
        canvas.rectangle(
            (low, middle - 8.0),
            (high.max(low + 1.5), middle + 8.0),
            theme::DARK_NEUTRAL,
        );
    }
    if let Some(estimate) = clean::maybe(median.estimate) {
        canvas.circle((frame.x.at(estimate), middle), 5.0, theme::PAPER);
        canvas.circle((frame.x.at(estimate), middle), 3.5, theme::TEXT);
    }
    let centre =
        clean::maybe(median.estimate).map_or((from + to) / 2.0, |median| frame.x.at(median));
    say(canvas, frame, &words.join(", "), centre, baseline);
}

/// Where the time goes, phases end to end.
fn phases(canvas: &mut Canvas, frame: &Frame, design: &Design, runs: u64, top: f64) {
    let middle = top + BAR;
    let Some(budget) = budget(design) else {
        let is_interrupted =
            design.measure("rto_service").is_some_and(|measure| measure.occasions > 0);
        say(
            canvas,
            frame,
            if is_interrupted { "no run recovered" } else { "no interruption" },
            frame.left(),
            middle + 4.0,
        );
        return;
    };
    let mut start = 0.0;
    for phase in &budget.phases {
        let Some(seconds) = clean::maybe(phase.seconds.estimate) else { continue };
        let end = start + seconds.max(0.0);
        let (from, to) = (frame.x.at(start), frame.x.at(end));
        canvas.rectangle(
            (from, middle - 8.0),
            (to.max(from + 1.0), middle + 8.0),
            theme::phase(phase.name),
        );
        start = end;
    }
    let total = estimate(&budget.total, Unit::Seconds).unwrap_or_default();
    let words = if budget.runs < runs {
        format!("{total}, over {}", plural(budget.runs, "run"))
    } else {
        total
    };
    say(canvas, frame, &words, frame.left(), top + NUMBERS);
}

/// The share of the run's requests that fail.
fn failures(canvas: &mut Canvas, frame: &Frame, design: &Design, top: f64) {
    let middle = top + BAR;
    let Some(share) = failed_share(design) else {
        say(canvas, frame, "no requests", frame.left(), middle + 4.0);
        return;
    };
    let value = clean::share(share.estimate).filter(|value| *value > 0.0);
    if let Some(value) = value {
        let to = frame.x.at(value * 100.0).max(frame.left() + 1.5);
        canvas.rectangle((frame.left(), middle - 8.0), (to, middle + 8.0), theme::ALL);
    }
    let words = estimate(&share, Unit::Share).unwrap_or_default();
    say(
        canvas,
        frame,
        &words,
        frame.left(),
        if value.is_some() { top + NUMBERS } else { middle + 4.0 },
    );
}
