//! A list of shapes in points. Charts fill it; `render` turns it into SVG or PNG.
//!
//! Charts draw on this list and not on a backend of plotters, because then they are plain trait
//! objects, and because every number and every name is cleaned at one place: here.

use super::clean;
use super::font::{self, Weight};
use super::theme::{self, Ink};

/// A place in points from the upper left corner.
pub type Place = (f64, f64);

/// Where a text stands relative to its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
}

/// One thing to draw.
#[derive(Clone, Debug)]
pub enum Shape {
    Polygon { corners: Vec<Place>, ink: Ink },
    Rectangle { from: Place, to: Place, ink: Ink },
    Line { places: Vec<Place>, width: f64, ink: Ink },
    Circle { centre: Place, radius: f64, ink: Ink },
    Text(Text),
}

/// A line of text; `place` is on its baseline.
#[derive(Clone, Debug)]
pub struct Text {
    pub words: String,
    pub place: Place,
    pub size: f64,
    pub weight: Weight,
    pub align: Align,
    pub ink: Ink,
}

/// The shapes of one picture, in the order in which they are painted.
#[derive(Clone, Debug)]
pub struct Canvas {
    pub width: f64,
    pub height: f64,
    pub shapes: Vec<Shape>,
}

impl Canvas {
    /// An empty canvas of the usual size.
    pub fn new() -> Canvas {
        Canvas { width: theme::WIDTH, height: theme::HEIGHT, shapes: Vec::new() }
    }

    /// Fills a polygon.
    pub fn polygon(&mut self, corners: Vec<Place>, ink: Ink) {
        if corners.len() > 2 && corners.iter().all(|place| drawable(*place)) {
            self.shapes.push(Shape::Polygon { corners, ink });
        }
    }

    /// Fills a rectangle between two opposite corners.
    pub fn rectangle(&mut self, from: Place, to: Place, ink: Ink) {
        if drawable(from) && drawable(to) {
            let upper_left = (from.0.min(to.0), from.1.min(to.1));
            let lower_right = (from.0.max(to.0), from.1.max(to.1));
            self.shapes.push(Shape::Rectangle { from: upper_left, to: lower_right, ink });
        }
    }

    /// Draws a line through all places; `ink` has to be solid where it bends.
    pub fn line(&mut self, places: Vec<Place>, width: f64, ink: Ink) {
        if places.len() > 1 && places.iter().all(|place| drawable(*place)) {
            self.shapes.push(Shape::Line { places, width, ink });
        }
    }

    /// A line of dashes, for what is asked in contrast to what is measured.
    pub fn dashed(&mut self, from: Place, to: Place, width: f64, ink: Ink) {
        const DASH: f64 = 6.0;
        const GAP: f64 = 4.0;
        let length = (to.0 - from.0).abs().max((to.1 - from.1).abs());
        if !length.is_finite() || length > 10_000.0 {
            return;
        }
        let point = |along: f64| {
            let share = (along / length).min(1.0);
            (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share)
        };
        let mut along = 0.0;
        while along < length {
            self.line(vec![point(along), point(along + DASH)], width, ink);
            along += DASH + GAP;
        }
    }

    /// Fills a circle.
    pub fn circle(&mut self, centre: Place, radius: f64, ink: Ink) {
        if drawable(centre) {
            self.shapes.push(Shape::Circle { centre, radius, ink });
        }
    }

    /// Writes cleaned words in regular weight.
    pub fn text(&mut self, words: &str, place: Place, size: f64, align: Align, ink: Ink) {
        self.weighted(words, place, size, Weight::Regular, align, ink);
    }

    /// Writes cleaned words.
    pub fn weighted(
        &mut self,
        words: &str,
        place: Place,
        size: f64,
        weight: Weight,
        align: Align,
        ink: Ink,
    ) {
        let words = clean::name(words);
        if !words.is_empty() && drawable(place) {
            self.shapes.push(Shape::Text(Text { words, place, size, weight, align, ink }));
        }
    }

    /// Title and subtitle; a long title shrinks a little before it is cut.
    pub fn heading(&mut self, title: &str, subtitle: &str) {
        let room = self.width - 2.0 * theme::MARGIN;
        let title = clean::name(title);
        let mut size = theme::TITLE_SIZE;
        while size > 14.0 && font::width(&title, size, Weight::Bold) > room {
            size -= 0.5;
        }
        let title = font::fit(&title, size, Weight::Bold, room);
        let place = (theme::MARGIN, 38.0);
        self.weighted(&title, place, size, Weight::Bold, Align::Left, theme::TEXT);
        let size = theme::SUBTITLE_SIZE;
        let subtitle = font::fit(&clean::name(subtitle), size, Weight::Regular, room);
        self.text(&subtitle, (theme::MARGIN, 60.0), size, Align::Left, theme::QUIET);
    }
}

/// Far-away places would make a backend loop for long; they are never meant to be seen.
fn drawable(place: Place) -> bool {
    place.0.abs() < 100_000.0 && place.1.abs() < 100_000.0
}
