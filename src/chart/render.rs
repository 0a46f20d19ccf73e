//! Turns a list of shapes into the bytes of an SVG or a PNG, by the backends of plotters.
//!
//! Backends know whole pixels only. SVG is therefore drawn on a ten times finer grid, which its
//! view box scales back; PNG is drawn four times as large and averaged down to twice the size.

use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBAColor, ShapeStyle, TextStyle};
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, FilterType};

use super::canvas::{Align, Canvas, Place, Shape, Text};
use super::font::{self, Weight};
use super::theme::{self, Ink};

/// Units of the SVG grid in a point.
const FINE: f64 = 10.0;
/// Pixels drawn in a point of a PNG, and how many of them make one pixel of the result.
const DRAWN: f64 = 4.0;
const AVERAGED: usize = 2;

/// Plotters sets the font size of an SVG to the text's size over this number.
const SVG_LINE: f64 = 1.24;
/// It also moves an SVG text that hangs from its top down by this share of its font size.
const SVG_TOP: f64 = 0.76;
/// The height from the lowest to the highest letter of DejaVu, which is how ab_glyph counts size.
const BITMAP_LINE: f64 = 2384.0 / 2048.0;

/// The picture as SVG; `alt` becomes its title for screen readers.
pub fn svg(canvas: &Canvas, alt: &str) -> Result<Vec<u8>, String> {
    let size = (grid(canvas.width * FINE), grid(canvas.height * FINE));
    let mut text = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut text, (size.0 as u32, size.1 as u32));
        paint(&mut backend, canvas, FINE, &svg_text)?;
        backend.present().map_err(|error| error.to_string())?;
    }
    let drawn = format!("<svg width=\"{}\" height=\"{}\"", size.0, size.1);
    let wanted = format!(
        "<svg role=\"img\" width=\"{}\" height=\"{}\" stroke-linejoin=\"round\"",
        canvas.width, canvas.height
    );
    let text = text.replacen(&drawn, &wanted, 1);
    let title = format!(">\n<title>{}</title>\n", escape(alt));
    Ok(text.replacen(">\n", &title, 1).into_bytes())
}

/// The picture as PNG.
pub fn png(canvas: &Canvas) -> Result<Vec<u8>, String> {
    let (width, height) = (grid(canvas.width * DRAWN), grid(canvas.height * DRAWN));
    let (width, height) = (width as usize, height as usize);
    let mut pixels = vec![255u8; width * height * 3];
    {
        let size = (width as u32, height as u32);
        let mut backend = BitMapBackend::with_buffer(&mut pixels, size);
        paint(&mut backend, canvas, DRAWN, &bitmap_text)?;
        backend.present().map_err(|error| error.to_string())?;
    }
    let small = average(&pixels, width, height);
    encode(&small, width / AVERAGED, height / AVERAGED).map_err(|error| error.to_string())
}

/// The bytes of a PNG file. The backend of plotters can only write PNG into a file of its own.
fn encode(pixels: &[u8], width: usize, height: usize) -> Result<Vec<u8>, EncodingError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    // Most rows of a chart repeat the row above.
    encoder.set_filter(FilterType::Up);
    encoder.set_compression(Compression::Best);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(file)
}

/// How one backend writes a text; they disagree on where a text stands and how large it is.
type Write<DB> = dyn Fn(&mut DB, &Text, f64) -> Result<(), String>;

fn paint<DB: DrawingBackend>(
    backend: &mut DB,
    canvas: &Canvas,
    scale: f64,
    write: &Write<DB>,
) -> Result<(), String> {
    let paper = (canvas.width, canvas.height);
    let background = Shape::Rectangle { from: (0.0, 0.0), to: paper, ink: theme::PAPER };
    for shape in std::iter::once(&background).chain(&canvas.shapes) {
        match shape {
            Shape::Text(text) => write(backend, text, scale)?,
            Shape::Line { places, width, ink } => stroke(backend, places, *width, *ink, scale)?,
            Shape::Polygon { corners, ink } => {
                let corners: Vec<(i32, i32)> = corners.iter().map(|at| pixel(*at, scale)).collect();
                backend.fill_polygon(corners, &filled(*ink)).map_err(|error| error.to_string())?;
            }
            Shape::Rectangle { from, to, ink } => backend
                .draw_rect(pixel(*from, scale), pixel(*to, scale), &filled(*ink), true)
                .map_err(|error| error.to_string())?,
            Shape::Circle { centre, radius, ink } => backend
                .draw_circle(
                    pixel(*centre, scale),
                    grid(radius * scale) as u32,
                    &filled(*ink),
                    true,
                )
                .map_err(|error| error.to_string())?,
        }
    }
    Ok(())
}

/// Draws a line. The bitmap backend leaves spikes at the corners of a wide path, so there a line
/// is made of one quadrangle a segment and a disc at every corner.
fn stroke<DB: DrawingBackend>(
    backend: &mut DB,
    places: &[Place],
    width: f64,
    ink: Ink,
    scale: f64,
) -> Result<(), String> {
    let pen = filled(ink).stroke_width(grid(width * scale).max(1) as u32);
    if scale == FINE {
        let path: Vec<(i32, i32)> = places.iter().map(|at| pixel(*at, scale)).collect();
        return backend.draw_path(path, &pen).map_err(|error| error.to_string());
    }
    let half = width / 2.0;
    for (index, pair) in places.windows(2).enumerate() {
        let &[from, to] = pair else { continue };
        if index > 0 {
            // A disc of radius r is 2r + 1 wide.
            let radius = grid((half * scale - 0.5).floor()).max(0) as u32;
            let centre = pixel(from, scale);
            backend.draw_circle(centre, radius, &pen, true).map_err(|error| error.to_string())?;
        }
        let (across, down) = (to.0 - from.0, to.1 - from.1);
        let length = (across * across + down * down).sqrt();
        if length == 0.0 {
            continue;
        }
        let aside = (down / length * half, -across / length * half);
        let corners = [
            (from.0 + aside.0, from.1 + aside.1),
            (to.0 + aside.0, to.1 + aside.1),
            (to.0 - aside.0, to.1 - aside.1),
            (from.0 - aside.0, from.1 - aside.1),
        ];
        if across == 0.0 || down == 0.0 {
            let (first, third) = (corners[0], corners[2]);
            let upper_left = pixel((first.0.min(third.0), first.1.min(third.1)), scale);
            let lower_right = pixel((first.0.max(third.0), first.1.max(third.1)), scale);
            backend
                .draw_rect(upper_left, lower_right, &pen, true)
                .map_err(|error| error.to_string())?;
        } else {
            let corners: Vec<(i32, i32)> = corners.iter().map(|at| pixel(*at, scale)).collect();
            backend.fill_polygon(corners, &pen).map_err(|error| error.to_string())?;
        }
    }
    Ok(())
}

/// Writes a text as one element, so that it stays selectable and any font can show it.
fn svg_text(backend: &mut SVGBackend, text: &Text, scale: f64) -> Result<(), String> {
    let size = text.size * scale;
    let anchor = match text.align {
        Align::Left => HPos::Left,
        Align::Centre => HPos::Center,
        Align::Right => HPos::Right,
    };
    let style = style(text, size * SVG_LINE).pos(Pos::new(anchor, VPos::Top));
    let (x, y) = pixel(text.place, scale);
    let at = (x, y - grid(size * SVG_TOP));
    backend.draw_text(&text.words, &style, at).map_err(|error| error.to_string())
}

/// Writes a text letter by letter, each where the font wants it.
fn bitmap_text(backend: &mut BitMapBackend, text: &Text, scale: f64) -> Result<(), String> {
    let em = text.size * scale;
    // An even size keeps all letters on one baseline: plotters adds half of it and truncates.
    let size = 2.0 * (em * BITMAP_LINE / 2.0).round();
    let style = style(text, size).pos(Pos::new(HPos::Left, VPos::Top));
    let width = font::width(&text.words, em, text.weight);
    let start = text.place.0 * scale;
    let mut pen = match text.align {
        Align::Left => start,
        Align::Centre => start - width / 2.0,
        Align::Right => start - width,
    };
    let top = grid(text.place.1 * scale - size / 2.0);
    for letter in text.words.chars() {
        let advance = font::advance(letter, text.weight);
        let at = (grid((pen + advance.bearing * em).floor()), top);
        let mut buffer = [0; 4];
        backend
            .draw_text(letter.encode_utf8(&mut buffer), &style, at)
            .map_err(|error| error.to_string())?;
        pen += advance.width * em;
    }
    Ok(())
}

fn style(text: &Text, size: f64) -> TextStyle<'static> {
    let weight = match text.weight {
        Weight::Regular => FontStyle::Normal,
        Weight::Bold => FontStyle::Bold,
    };
    let font = FontDesc::new(FontFamily::Name(theme::FAMILY), size, weight);
    let mut style = TextStyle::from(font);
    style.color = colour(text.ink).to_backend_color();
    style
}

fn filled(ink: Ink) -> ShapeStyle {
    ShapeStyle { color: colour(ink), filled: true, stroke_width: 1 }
}

fn colour(ink: Ink) -> RGBAColor {
    RGBAColor(ink.red, ink.green, ink.blue, ink.alpha)
}

fn pixel(place: Place, scale: f64) -> (i32, i32) {
    (grid(place.0 * scale), grid(place.1 * scale))
}

/// The nearest whole number; the canvas has made sure that it fits.
fn grid(value: f64) -> i32 {
    value.round() as i32
}

/// Each pixel of the result is the mean of a square of drawn ones, which smooths every edge.
fn average(pixels: &[u8], width: usize, height: usize) -> Vec<u8> {
    let mut small = Vec::with_capacity(pixels.len() / (AVERAGED * AVERAGED));
    let stride = width * 3;
    for row in 0..height / AVERAGED {
        let upper = &pixels[row * AVERAGED * stride..(row * AVERAGED + 1) * stride];
        let lower = &pixels[(row * AVERAGED + 1) * stride..(row * AVERAGED + 2) * stride];
        for (above, below) in upper.chunks_exact(6).zip(lower.chunks_exact(6)) {
            for channel in 0..3 {
                let sum = u16::from(above[channel])
                    + u16::from(above[channel + 3])
                    + u16::from(below[channel])
                    + u16::from(below[channel + 3]);
                small.push((sum.div_ceil(4)).min(255) as u8);
            }
        }
    }
    small
}

fn escape(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
