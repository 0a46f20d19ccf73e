//! What became of the acknowledged writes of each design, side by side: what came late, and what is gone or left to merge.
//!
//! ```text
//!              late       gone, or left to merge    updates lost
//!  1 design   [####   ]    [##|#      ]              [###   ]      each column has its own axis
//! ```

use crate::report::comparison::{Comparison, Design};
use crate::report::numbers::{estimate, percent};
use crate::report::{Interval, Ledger, Unit};

use super::super::canvas::{Align, Canvas};
use super::super::clean;
use super::super::font::{self, Weight};
use super::super::frame::{self, Entry, Frame};
use super::super::ledgers::{FATES, Fate};
use super::super::theme::{self, Ink};
use super::{BAR, BELOW, GAP, NUMBERS, ROW, TOP, name_in, names_room, say, subtitle};

/// What kind of picture it is, for those who cannot see it; the title follows it.
pub const KIND: &str =
    "Stacked bars of what became of the acknowledged writes, a row for each design";

/// More rows than a picture has room for.
const MOST: usize = 24;
/// Shares of the room that panels get.
const PANELS: [f64; 3] = [0.28, 0.42, 0.30];
const TITLES: [(&str, &str); 3] = [
    ("Late", "% of writes"),
    ("Gone, or left to merge", "% of writes"),
    ("Updates lost", "% of updates"),
];
const UPDATES: Ink = theme::DARK_NEUTRAL;

/// One store of one design.
struct Row<'c> {
    name: String,
    ledger: &'c Ledger,
    /// The row of lost updates, where several regions write and somebody changes what was read.
    updates: Option<Interval>,
}

/// Whether some design has a store that several regions write and whose ledger has something to show.
pub fn has_data(comparison: &Comparison) -> bool {
    comparison.designs.iter().any(|design| !design.consistency.is_empty())
        && rows(comparison).iter().any(|row| super::super::ledgers::not_kept(row.ledger) > 0.0)
}

/// All stores of all designs that acknowledged writes; the policy is named where several regions write.
fn rows<'c>(comparison: &'c Comparison) -> Vec<Row<'c>> {
    let row = |(index, design): (usize, &Design), ledger: &'c Ledger| {
        let own = design.consistency.iter().find(|store| store.store == ledger.store);
        let policy = own.map_or(String::new(), |store| format!(" ({})", store.policy));
        let store =
            if design.ledgers.len() > 1 { format!(": {}", ledger.store) } else { String::new() };
        let updates =
            own.and_then(|store| store.rows.iter().find(|row| row.key == "share_updates_lost"));
        Row {
            name: clean::name(&format!("{} {}{store}{policy}", index + 1, design.scenario)),
            ledger,
            updates: updates.map(|row| row.value),
        }
    };
    let all = comparison.designs.iter().enumerate().flat_map(|(index, design)| {
        design.ledgers.iter().map(move |ledger| ((index, design), ledger))
    });
    all.filter(|(_, ledger)| ledger.numbers.number("acknowledged") > 0.0)
        .take(MOST)
        .map(|(design, ledger)| row(design, ledger))
        .collect()
}

/// The fates of the first two panels: those of writes that come into effect, or the others.
fn fates(panel: usize) -> impl Iterator<Item = &'static Fate> {
    FATES.iter().filter(move |fate| (fate.key == "late") == (panel == 0))
}

fn share(row: &Row, panel: usize) -> f64 {
    match panel {
        2 => row.updates.and_then(|updates| clean::share(updates.estimate)).unwrap_or(0.0),
        _ => fates(panel).map(|fate| fate.share(row.ledger)).sum(),
    }
}

/// The message: from the least to the most that is gone or left to merge.
pub fn title(comparison: &Comparison) -> String {
    let mut shares: Vec<f64> = rows(comparison).iter().map(|row| share(row, 1)).collect();
    shares.sort_by(f64::total_cmp);
    match (shares.first(), shares.last()) {
        (Some(_), Some(most)) if *most <= 0.0 => {
            "No acknowledged write is gone or left to the application, in any design".to_string()
        }
        (Some(least), Some(most)) if percent(*least, 2) == percent(*most, 2) => {
            format!(
                "{} of the acknowledged writes are gone or left to the application to merge",
                percent(*most, 2)
            )
        }
        (Some(least), Some(most)) => {
            format!(
                "{} to {} of the acknowledged writes are gone or left to the application to merge",
                percent(*least, 2),
                percent(*most, 2)
            )
        }
        _ => "No write was acknowledged".to_string(),
    }
}

/// The whole picture.
pub fn filled(comparison: &Comparison) -> Canvas {
    let rows = rows(comparison);
    let mut canvas = Canvas::new();
    let bottom = TOP + ROW * rows.len() as f64;
    canvas.height = bottom + BELOW;
    canvas.heading(&title(comparison), &subtitle(comparison));
    legend(&mut canvas, &rows);
    let names: Vec<String> = rows.iter().map(|row| row.name.clone()).collect();
    let room = names_room(&names);
    let panels = panels(&rows, room, bottom);
    for (index, name) in names.iter().enumerate() {
        let top = TOP + ROW * index as f64;
        if index > 0 {
            canvas.line(
                vec![(theme::MARGIN, top), (canvas.width - theme::MARGIN, top)],
                1.0,
                theme::GRID,
            );
        }
        name_in(&mut canvas, name, room, top);
    }
    for (frame, (title, unit)) in panels.iter().zip(TITLES) {
        let title = font::fit(
            title,
            theme::LABEL_SIZE,
            Weight::Bold,
            frame.right() - frame.left() + GAP / 2.0,
        );
        canvas.weighted(
            &title,
            (frame.left(), TOP - 14.0),
            theme::LABEL_SIZE,
            Weight::Bold,
            Align::Left,
            theme::TEXT,
        );
        frame.axis_x(&mut canvas, unit, 1.0, true);
        canvas.line(
            vec![(frame.left(), frame.top()), (frame.left(), frame.bottom())],
            1.0,
            theme::AXIS,
        );
    }
    for (index, row) in rows.iter().enumerate() {
        let top = TOP + ROW * index as f64;
        bar(&mut canvas, &panels[0], row, 0, top);
        bar(&mut canvas, &panels[1], row, 1, top);
        updates(&mut canvas, &panels[2], row, top);
    }
    let remark = "Late: held up by a fault, then in effect. Gone: no client got an error. Updates lost: changes to a value that was read, which it does not show in the end.";
    let remark =
        font::fit(remark, theme::SMALL_SIZE, Weight::Regular, canvas.width - 2.0 * theme::MARGIN);
    canvas.text(
        &remark,
        (theme::MARGIN, bottom + BELOW - 12.0),
        theme::SMALL_SIZE,
        Align::Left,
        theme::QUIET,
    );
    canvas
}

fn panels(rows: &[Row], names: f64, bottom: f64) -> [Frame; 3] {
    let left = theme::MARGIN + names + GAP;
    let room = theme::WIDTH - theme::MARGIN - left - 2.0 * GAP;
    let mut from = left;
    std::array::from_fn(|panel| {
        let end =
            rows.iter().map(|row| share(row, panel) * 100.0).fold(0.0, f64::max).max(0.01) * 1.06;
        let to = from + room * PANELS[panel];
        let frame = Frame::new((from, TOP), (to, bottom), (0.0, end), (0.0, 1.0));
        from = to + GAP;
        frame
    })
}

fn bar(canvas: &mut Canvas, frame: &Frame, row: &Row, panel: usize, top: f64) {
    let middle = top + BAR;
    let seen: Vec<&Fate> = fates(panel).filter(|fate| fate.share(row.ledger) > 0.0).collect();
    if seen.is_empty() {
        say(canvas, frame, "none", frame.left(), middle + 4.0);
        return;
    }
    let (mut sum, mut x) = (0.0, frame.left());
    for fate in &seen {
        sum += fate.share(row.ledger);
        // A sliver is still seen.
        let to = frame.x.at(sum * 100.0).max(x + 1.5);
        canvas.rectangle((x, middle - 8.0), (to, middle + 8.0), fate.ink);
        x = to;
    }
    let words = |fate: &&Fate| match panel {
        0 => percent(fate.share(row.ledger), 2),
        _ => format!("{} {}", percent(fate.share(row.ledger), 2), fate.name),
    };
    say(
        canvas,
        frame,
        &seen.iter().map(words).collect::<Vec<_>>().join(", "),
        frame.left(),
        top + NUMBERS,
    );
}

/// The share of updates that the values do not show.
fn updates(canvas: &mut Canvas, frame: &Frame, row: &Row, top: f64) {
    let middle = top + BAR;
    let Some(words) = row.updates.and_then(|updates| estimate(&updates, Unit::Share)) else {
        say(canvas, frame, "no updates", frame.left(), middle + 4.0);
        return;
    };
    let lost = share(row, 2);
    if lost <= 0.0 {
        say(canvas, frame, "none", frame.left(), middle + 4.0);
        return;
    }
    let to = frame.x.at(lost * 100.0).max(frame.left() + 1.5);
    canvas.rectangle((frame.left(), middle - 8.0), (to, middle + 8.0), UPDATES);
    say(canvas, frame, &words, frame.left(), top + NUMBERS);
}

fn legend(canvas: &mut Canvas, rows: &[Row]) {
    let seen = FATES.iter().filter(|fate| rows.iter().any(|row| fate.share(row.ledger) > 0.0));
    let entries: Vec<Entry> = seen.map(|fate| Entry::area(fate.name, fate.ink)).collect();
    frame::legend(canvas, &entries, theme::WIDTH - theme::MARGIN, 86.0);
}
