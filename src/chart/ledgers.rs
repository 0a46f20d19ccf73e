//! What became of the acknowledged writes, a bar for each store; enlarged below it what is gone or left to merge.
//!
//! ```text
//!  [ kept                 | late |##]     all acknowledged writes
//!                            /       \
//!  [ siblings       |   overwritten ]     what is gone or left to merge, so that 0.1% can be seen
//! ```

use crate::report::numbers::{percent, quantity};
use crate::report::{Ledger, Report, Unit};

use super::Chart;
use super::canvas::{Align, Canvas};
use super::clean;
use super::font::{self, Weight};
use super::theme::{self, Ink};

/// The chart.
pub struct Ledgers;

/// What may become of an acknowledged write that is not simply kept.
pub struct Fate {
    pub name: &'static str,
    pub ink: Ink,
    /// For somebody who has never heard the name.
    pub meaning: &'static str,
    pub key: &'static str,
    /// The write is not in effect, nor will it be.
    pub is_gone: bool,
}

/// From the mildest to the worst.
pub const FATES: [Fate; 5] = [
    Fate {
        name: "late",
        ink: theme::SKY_BLUE,
        meaning: "held up by a fault, then in effect everywhere",
        key: "late",
        is_gone: false,
    },
    Fate {
        name: "in sibling sets",
        ink: theme::ORANGE,
        meaning: "stand beside a concurrent write: the application has to merge them",
        key: "sibling",
        is_gone: false,
    },
    Fate {
        name: "overwritten",
        ink: theme::VERMILION,
        meaning: "gone: a write was kept whose writer had not seen them; no client got an error",
        key: "overwritten",
        is_gone: true,
    },
    Fate {
        name: "split-brain",
        ink: theme::PURPLE,
        meaning: "gone: their side was discarded",
        key: "forked",
        is_gone: true,
    },
    Fate {
        name: "lost",
        ink: theme::TEXT,
        meaning: "gone with the region that had taken them",
        key: "lost",
        is_gone: true,
    },
];

/// Writes that are simply kept.
const KEPT: Ink = theme::GREEN.fade(0.3);
/// Where the blocks begin, and the height of a line in a list.
const TOP: f64 = 84.0;
/// From there, the lower edges of the whole bar and of what is enlarged.
const WHOLE: f64 = 48.0;
const ZOOMED: f64 = 94.0;
const ROW: f64 = 21.0;
/// More stores than a picture has room for.
const MOST: usize = 12;

impl Fate {
    /// The share of the acknowledged writes; nothing where there are none.
    pub fn share(&self, ledger: &Ledger) -> f64 {
        clean::share(Some(ledger.numbers.number(self.key) / ledger.numbers.number("acknowledged")))
            .unwrap_or(0.0)
    }

    fn count(&self, ledger: &Ledger) -> f64 {
        clean::number(ledger.numbers.number(self.key)).unwrap_or(0.0).max(0.0)
    }
}

/// All that is not simply kept, as a share.
pub fn not_kept(ledger: &Ledger) -> f64 {
    FATES.iter().map(|fate| fate.share(ledger)).sum::<f64>().min(1.0)
}

/// What is gone or left to the application to merge, as a share: all that a zoom is for.
fn unsettled(ledger: &Ledger) -> f64 {
    FATES[1..].iter().map(|fate| fate.share(ledger)).sum::<f64>().min(1.0)
}

/// All that is gone, as a share.
fn gone(ledger: &Ledger) -> f64 {
    FATES.iter().filter(|fate| fate.is_gone).map(|fate| fate.share(ledger)).sum()
}

/// Ledgers of a report that has a store which several regions write: of other stores the histogram of losses says more.
fn shown(report: &Report) -> Vec<&Ledger> {
    if report.consistency.is_empty() {
        return Vec::new();
    }
    report
        .ledgers
        .iter()
        .filter(|ledger| ledger.numbers.number("acknowledged") > 0.0)
        .take(MOST)
        .collect()
}

impl Chart for Ledgers {
    fn name(&self) -> &'static str {
        "ledgers"
    }

    fn kind(&self) -> &'static str {
        "Stacked bars of what became of the acknowledged writes, one for each store"
    }

    fn has_data(&self, report: &Report) -> bool {
        shown(report).into_iter().any(|ledger| not_kept(ledger) > 0.0)
    }

    fn title(&self, report: &Report) -> String {
        let ledgers = shown(report);
        let worst = |of: fn(&Ledger) -> f64| {
            ledgers
                .iter()
                .copied()
                .max_by(|one, two| of(one).total_cmp(&of(two)))
                .filter(|ledger| of(ledger) > 0.0)
        };
        let words = |ledger: &Ledger, share: f64| {
            format!(
                "{} of the acknowledged writes to {}",
                percent(share, 2),
                clean::name(&ledger.store)
            )
        };
        let sibling: fn(&Ledger) -> f64 = |ledger| FATES[1].share(ledger);
        if let Some(ledger) = worst(gone) {
            return format!("{} are gone, without an error", words(ledger, gone(ledger)));
        }
        let updates =
            ledgers.iter().filter_map(|ledger| Some((updates_lost(report, ledger)?, *ledger)));
        if let Some((share, ledger)) = updates.max_by(|one, two| one.0.total_cmp(&two.0)) {
            return format!(
                "No acknowledged write to {} is gone, and still {} of its updates are lost",
                clean::name(&ledger.store),
                percent(share, 2)
            );
        }
        if let Some(ledger) = worst(sibling) {
            return format!(
                "{} stand beside a rival at the end; none is gone",
                words(ledger, sibling(ledger))
            );
        }
        worst(not_kept).map_or(String::new(), |ledger| {
            format!("{} are late; none is gone", words(ledger, not_kept(ledger)))
        })
    }

    fn draw(&self, report: &Report, canvas: &mut Canvas) {
        let mut top = TOP;
        for ledger in shown(report) {
            bars(canvas, ledger, top);
            let listed = top + if unsettled(ledger) > 0.0 { ZOOMED } else { WHOLE };
            top = list(canvas, ledger, updates_lost(report, ledger), listed + ROW);
        }
        canvas.height = top;
    }
}

/// Of the changes to values that were read, those that the values do not show in the end; where there are any.
fn updates_lost(report: &Report, ledger: &Ledger) -> Option<f64> {
    let store = report.consistency.iter().find(|store| store.store == ledger.store)?;
    let row = store.rows.iter().find(|row| row.key == "share_updates_lost")?;
    clean::share(row.value.estimate).filter(|share| *share > 0.0)
}

/// The whole of one store, and below it what is enlarged.
fn bars(canvas: &mut Canvas, ledger: &Ledger, top: f64) {
    let (left, right) = (theme::MARGIN, canvas.width - theme::MARGIN);
    let (rest, zoomed) = (not_kept(ledger), unsettled(ledger));
    let name = font::fit(&clean::name(&ledger.store), 13.0, Weight::Bold, 360.0);
    canvas.weighted(&name, (left, top + 14.0), 13.0, Weight::Bold, Align::Left, theme::TEXT);
    let after = left + font::width(&name, 13.0, Weight::Bold) + 12.0;
    let words = format!(
        "{} acknowledged writes in a run (mean over runs)",
        quantity(ledger.numbers.number("acknowledged"), Unit::Count, 3)
    );
    canvas.text(&words, (after, top + 14.0), theme::LABEL_SIZE, Align::Left, theme::QUIET);
    let (above, below) = (top + 24.0, top + WHOLE);
    let width = right - left;
    // Slivers are still seen.
    let unsettled_from =
        if zoomed > 0.0 { (right - width * zoomed).min(right - 3.0) } else { right };
    let late = rest - zoomed;
    let late_from = if late > 1e-12 {
        (unsettled_from - width * late).min(unsettled_from - 2.0).max(left)
    } else {
        unsettled_from
    };
    canvas.rectangle((left, above), (late_from, below), KEPT);
    canvas.rectangle((late_from, above), (unsettled_from, below), FATES[0].ink);
    stack(canvas, ledger, (unsettled_from, above), (right, below));
    let kept = if rest > 0.0 {
        format!("{} kept", percent((1.0 - rest).max(0.0), 2))
    } else {
        "all kept".to_string()
    };
    inside(canvas, &kept, (left, late_from), above, theme::TEXT);
    if late > 1e-12 {
        inside(
            canvas,
            &format!("{} late", percent(late, 2)),
            (late_from, unsettled_from),
            above,
            theme::TEXT,
        );
    }
    if zoomed > 0.0 {
        let (from, to) = (below + 20.0, top + ZOOMED);
        canvas.polygon(
            vec![(unsettled_from, below), (right, below), (right, from), (left, from)],
            theme::NEUTRAL.fade(0.25),
        );
        canvas.text(
            "enlarged",
            (right - 8.0, below + 14.0),
            theme::SMALL_SIZE,
            Align::Right,
            theme::QUIET,
        );
        stack(canvas, ledger, (left, from), (right, to));
    }
}

/// Words in a bar of the whole, where they fit.
fn inside(canvas: &mut Canvas, words: &str, (from, to): (f64, f64), top: f64, ink: Ink) {
    if font::width(words, theme::LABEL_SIZE, Weight::Regular) + 16.0 < to - from {
        canvas.text(words, (from + 8.0, top + 16.0), theme::LABEL_SIZE, Align::Left, ink);
    }
}

/// What is gone or left to merge, side by side, as wide as its part.
fn stack(canvas: &mut Canvas, ledger: &Ledger, from: (f64, f64), to: (f64, f64)) {
    let (width, whole) = (to.0 - from.0, unsettled(ledger));
    let mut x = from.0;
    for fate in FATES[1..].iter().filter(|fate| fate.share(ledger) > 0.0) {
        let end = (x + width * fate.share(ledger) / whole).max(x + 1.5).min(to.0);
        canvas.rectangle((x, from.1), (end, to.1), fate.ink);
        x = end;
    }
}

/// What each colour means, with its share and its number of writes; returns where the next store begins.
fn list(canvas: &mut Canvas, ledger: &Ledger, updates_lost: Option<f64>, top: f64) -> f64 {
    let mut y = top;
    let mut line = |ink: Option<Ink>, share: f64, name: &str, count: &str, meaning: &str| {
        let left = theme::MARGIN;
        if let Some(ink) = ink {
            canvas.rectangle((left, y - 10.0), (left + 12.0, y + 2.0), ink);
        }
        canvas.weighted(
            &percent(share, 2),
            (left + 74.0, y),
            theme::LABEL_SIZE,
            Weight::Bold,
            Align::Right,
            theme::TEXT,
        );
        canvas.weighted(
            name,
            (left + 88.0, y),
            theme::LABEL_SIZE,
            Weight::Bold,
            Align::Left,
            theme::TEXT,
        );
        canvas.text(count, (left + 244.0, y), theme::LABEL_SIZE, Align::Right, theme::TEXT);
        canvas.text(meaning, (left + 262.0, y), theme::LABEL_SIZE, Align::Left, theme::QUIET);
        y += ROW;
    };
    for fate in FATES.iter().filter(|fate| fate.share(ledger) > 0.0) {
        line(
            Some(fate.ink),
            fate.share(ledger),
            fate.name,
            &quantity(fate.count(ledger), Unit::Count, 3),
            fate.meaning,
        );
    }
    if let Some(share) = updates_lost {
        line(
            None,
            share,
            "of updates lost",
            "",
            "changes to a value that was read, which the value does not show in the end",
        );
    }
    y + 14.0
}
