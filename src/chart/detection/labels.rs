//! Names of dots that touch nothing: in lanes below the scale, or around the dot where there is room.

use super::super::canvas::{Align, Canvas, Place};
use super::super::font::{self, Weight};
use super::super::frame::Frame;
use super::super::theme::{self, Ink};

/// A name and its look.
#[derive(Clone, Copy, Debug)]
pub struct Label<'words> {
    pub words: &'words str,
    pub weight: Weight,
    pub ink: Ink,
}

/// Longer names are cut.
const WIDEST: f64 = 200.0;
/// From the line of a dot to its name in a lane, and between two names.
pub const BESIDE: f64 = 6.0;
const APART: f64 = 10.0;
/// The height of a lane, and of what is above the first and below the last one.
const LANE: f64 = 15.5;
const ABOVE: f64 = 18.0;
const UNDER: f64 = 8.0;
/// The baseline of the first lane, from the top of the lanes.
pub const FIRST: f64 = ABOVE + LANE - 4.0;
/// More lanes would be more picture than anybody looks at.
const MOST_LANES: usize = 16;

/// The name as it is written.
pub fn fit(label: &Label) -> String {
    font::fit(label.words, theme::LABEL_SIZE, label.weight, WIDEST)
}

pub fn width(label: &Label) -> f64 {
    font::width(&fit(label), theme::LABEL_SIZE, label.weight)
}

/// Names below the scale, each to the right of a line that comes down from its dot.
pub struct Lanes {
    lanes: Vec<Option<usize>>,
}

impl Lanes {
    /// `places` rise. A name lies below all names that begin above it, so that no line crosses a name.
    pub fn of(labels: &[Label], places: &[f64]) -> Lanes {
        let mut lanes: Vec<usize> = vec![0; labels.len()];
        for index in (0..labels.len()).rev() {
            let end = places[index] + BESIDE + width(&labels[index]) + APART;
            let above = (index + 1..labels.len())
                .take_while(|other| places[*other] < end)
                .map(|other| lanes[other] + 1)
                .max();
            lanes[index] = above.unwrap_or(0);
        }
        Lanes {
            lanes: lanes
                .into_iter()
                .map(|lane| Some(lane).filter(|lane| *lane < MOST_LANES))
                .collect(),
        }
    }

    /// What the lanes take below the scale; nothing without names.
    pub fn height(&self) -> f64 {
        let count = self.lanes.iter().flatten().max().map_or(0, |last| last + 1);
        if count == 0 { 0.0 } else { ABOVE + LANE * count as f64 + UNDER }
    }

    /// The baseline of a name; `None` where its lane would lie too deep.
    pub fn baseline(&self, index: usize, top: f64) -> Option<f64> {
        self.lanes[index].map(|lane| top + FIRST + LANE * lane as f64)
    }

    pub fn left_out(&self) -> usize {
        self.lanes.iter().filter(|lane| lane.is_none()).count()
    }
}

/// A rectangle: left, top, right, bottom.
type Area = [f64; 4];

/// What a name must not touch.
pub struct Obstacles {
    inside: Area,
    taken: Vec<Area>,
}

/// How far from its dot a name may stand; beyond the first a thin line leads to it.
const DISTANCES: [f64; 5] = [9.0, 22.0, 36.0, 52.0, 70.0];

impl Obstacles {
    pub fn within(frame: &Frame) -> Obstacles {
        Obstacles {
            inside: [frame.left() + 2.0, frame.top() - 12.0, frame.right(), frame.bottom() - 2.0],
            taken: Vec::new(),
        }
    }

    pub fn add(&mut self, upper_left: Place, lower_right: Place) {
        self.taken.push([upper_left.0, upper_left.1, lower_right.0, lower_right.1]);
    }

    /// Writes the name of a dot at the nearest free place; false where there is none.
    pub fn write(&mut self, canvas: &mut Canvas, label: &Label, dot: Place) -> bool {
        let (words, width) = (fit(label), width(label));
        let found = DISTANCES
            .iter()
            .flat_map(|distance| around(dot, *distance, width))
            .find(|area| self.is_free(*area) && self.is_clear(dot, *area));
        let Some(area) = found else { return false };
        let near = nearest(dot, area);
        if distance(dot, near) > 2.0 * DISTANCES[0] {
            canvas.line(vec![dot, near], 1.0, label.ink.fade(0.4));
        }
        canvas.weighted(
            &words,
            (area[0], area[3] - 3.5),
            theme::LABEL_SIZE,
            label.weight,
            Align::Left,
            label.ink,
        );
        self.taken.push(area);
        true
    }

    fn is_free(&self, area: Area) -> bool {
        let [left, top, right, bottom] = self.inside;
        let is_inside = area[0] >= left && area[1] >= top && area[2] <= right && area[3] <= bottom;
        is_inside
            && !self.taken.iter().any(|other| {
                area[0] < other[2] && other[0] < area[2] && area[1] < other[3] && other[1] < area[3]
            })
    }

    /// Nothing lies between a dot and its name.
    fn is_clear(&self, dot: Place, area: Area) -> bool {
        let near = nearest(dot, area);
        let point = |step: u32| {
            let along = f64::from(step) / 24.0;
            (dot.0 + (near.0 - dot.0) * along, dot.1 + (near.1 - dot.1) * along)
        };
        let is_own = |other: &Area| contains(*other, dot);
        !(0..=24)
            .map(point)
            .any(|place| self.taken.iter().any(|other| !is_own(other) && contains(*other, place)))
    }
}

fn contains(area: Area, (x, y): Place) -> bool {
    area[0] <= x && x <= area[2] && area[1] <= y && y <= area[3]
}

fn distance(one: Place, two: Place) -> f64 {
    ((one.0 - two.0) * (one.0 - two.0) + (one.1 - two.1) * (one.1 - two.1)).sqrt()
}

/// The place of a rectangle that is nearest to a dot.
fn nearest(dot: Place, area: Area) -> Place {
    (dot.0.clamp(area[0], area[2]), dot.1.clamp(area[1], area[3]))
}

/// Rectangles for a name around a dot, the best first.
fn around((x, y): Place, distance: f64, width: f64) -> [Area; 8] {
    const HALF: f64 = 7.5;
    let slant = distance * 0.8;
    let at = |left: f64, middle: f64| [left, middle - HALF, left + width, middle + HALF];
    let (right, left) = (x + distance, x - distance - width);
    [
        at(right, y),
        at(x + slant, y - slant - HALF / 2.0),
        at(x + slant, y + slant + HALF / 2.0),
        at(left, y),
        at(x - slant - width, y - slant - HALF / 2.0),
        at(x - slant - width, y + slant + HALF / 2.0),
        at(x - width / 2.0, y - distance - HALF),
        at(x - width / 2.0, y + distance + HALF),
    ]
}
