//! The look of every chart: colours, sizes, type. Nothing else decides on a colour.

use crate::report::{PhaseName, Served};

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    pub red: u8,
    pub green: u8,
    pub blue: u8,
    /// 0 is invisible, 1 is solid.
    pub alpha: f64,
}

impl Ink {
    const fn solid(red: u8, green: u8, blue: u8) -> Ink {
        Ink { red, green, blue, alpha: 1.0 }
    }

    /// The same colour, see-through.
    pub const fn fade(self, alpha: f64) -> Ink {
        Ink { alpha, ..self }
    }
}

// The palette of Okabe and Ito, which people with any kind of colour blindness can tell apart.
/// The palette's orange.
pub const ORANGE: Ink = Ink::solid(230, 159, 0);
/// The palette's light blue.
pub const SKY_BLUE: Ink = Ink::solid(86, 180, 233);
/// The palette's green; also for runs without a loss.
pub const GREEN: Ink = Ink::solid(0, 158, 115);
/// The palette's yellow.
pub const YELLOW: Ink = Ink::solid(240, 228, 66);
/// The palette's blue.
pub const BLUE: Ink = Ink::solid(0, 114, 178);
/// The palette's red.
pub const VERMILION: Ink = Ink::solid(213, 94, 0);
/// The palette's purple.
pub const PURPLE: Ink = Ink::solid(204, 121, 167);

/// Titles and values.
pub const TEXT: Ink = Ink::solid(34, 40, 49);
/// Subtitles, axis labels, tick labels.
pub const QUIET: Ink = Ink::solid(92, 101, 112);
/// Grid lines.
pub const GRID: Ink = Ink::solid(229, 232, 236);
/// Axes and their ticks.
pub const AXIS: Ink = Ink::solid(150, 158, 168);
/// The background.
pub const PAPER: Ink = Ink::solid(255, 255, 255);
/// What belongs to no series: the remaining regions.
pub const NEUTRAL: Ink = Ink::solid(176, 182, 190);
/// Lines of facts, and all requests together.
pub const DARK_NEUTRAL: Ink = Ink::solid(112, 120, 130);

/// Whatever is about reads.
pub const READS: Ink = BLUE;
/// Whatever is about writes.
pub const WRITES: Ink = VERMILION;
/// All requests together, and the band around them.
pub const ALL: Ink = DARK_NEUTRAL;
/// The run-to-run band of all requests.
pub const BAND: Ink = ALL.fade(0.22);
/// A darker purple than the palette's, which is too pale for a thin line and its label.
pub const OBJECTIVE: Ink = Ink::solid(148, 58, 112);

/// Areas of regions, in order of the legend.
pub const AREAS: [Ink; 7] = [BLUE, ORANGE, GREEN, SKY_BLUE, VERMILION, PURPLE, YELLOW];

/// The size of a picture in points; charts with many rows grow downwards.
pub const WIDTH: f64 = 960.0;
/// The usual height.
pub const HEIGHT: f64 = 540.0;
/// Left and right edge of titles and legends.
pub const MARGIN: f64 = 32.0;

/// The width of curves.
pub const CURVE: f64 = 2.25;
/// The size of titles, before they shrink to fit.
pub const TITLE_SIZE: f64 = 19.0;
/// The size of the line below the title.
pub const SUBTITLE_SIZE: f64 = 13.0;
/// The size of axis labels, legends and numbers.
pub const LABEL_SIZE: f64 = 12.0;
/// The size of remarks.
pub const SMALL_SIZE: f64 = 11.0;

/// The family in SVG: a reader without DejaVu sees another sans-serif, most of which are narrower.
pub const FAMILY: &str = "DejaVu Sans, Verdana, sans-serif";

/// The colour of a curve, by the operation it is about.
pub fn operation(served: Served) -> Ink {
    match served {
        Served::Reads => READS,
        Served::Writes => WRITES,
        Served::All => ALL,
    }
}

/// The colour of a phase of recovery.
pub fn phase(phase: PhaseName) -> Ink {
    match phase {
        PhaseName::Detect => SKY_BLUE,
        PhaseName::Decide => BLUE,
        PhaseName::Act => GREEN,
        PhaseName::Propagate => ORANGE,
        PhaseName::Reconnect => VERMILION,
        PhaseName::Repair => PURPLE,
    }
}
