//! A page of text: headings, wrapped lines, and colour where the terminal shows it.

use crate::measure::metric::Shown;
use crate::report::numbers::Cells;
use crate::report::table::Things;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// How the page may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether colour and weight may be used.
    pub colour: bool,
    /// Columns of the page; lines are wrapped there.
    pub width: usize,
}

impl Look {
    /// No colour, 100 columns: files, pipes, tests.
    pub const PLAIN: Look = Look { colour: false, width: 100 };
}

/// What a piece of text says by its look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Bad,
    Unsure,
    Strong,
    Faint,
}

impl Tone {
    /// The parameters of the ANSI escape sequence.
    const fn code(self) -> &'static str {
        match self {
            Tone::Good => "1;32",
            Tone::Bad => "1;31",
            Tone::Unsure => "1;33",
            Tone::Strong => "1",
            Tone::Faint => "2",
        }
    }
}

/// Lines so far.
#[derive(Debug)]
pub struct Page {
    look: Look,
    text: String,
}

impl Page {
    pub fn new(look: Look) -> Page {
        Page { look, text: String::new() }
    }

    pub fn finish(self) -> String {
        self.text
    }

    /// The text in a tone, or as it is where there is no colour.
    pub fn paint(&self, tone: Tone, text: &str) -> String {
        if self.look.colour {
            format!("\u{1b}[{}m{text}\u{1b}[0m", tone.code())
        } else {
            text.to_string()
        }
    }

    pub fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// An empty line, unless the page has just begun.
    pub fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    pub fn heading(&mut self, text: &str) {
        self.gap();
        self.line(&self.paint(Tone::Strong, text));
    }

    /// Words behind `lead`; further lines are indented as far as the lead is wide.
    pub fn wrapped(&mut self, lead: &str, text: &str) {
        let indent = lead.chars().count();
        let mut line = lead.to_string();
        let mut width = indent;
        for word in text.split_whitespace() {
            let length = word.chars().count();
            if width > indent && width + 1 + length > self.look.width {
                self.line(&line);
                line = " ".repeat(indent);
                width = indent;
            }
            if width > indent {
                line.push(' ');
                width += 1;
            }
            line.push_str(word);
            width += length;
        }
        self.line(&line);
    }

    /// The numbers of some things that stand on the screen; nothing where there are no things.
    pub fn things(&mut self, things: &Things, title: &str, cells: &Cells) {
        if things.rows.is_empty() {
            return;
        }
        let table = things.by_thing(title, cells, Shown::Screen);
        let head: Vec<&str> =
            [title].into_iter().chain(table.head.iter().map(String::as_str)).collect();
        let mut rows = table.rows;
        rows.iter_mut().for_each(|row| row[0].insert_str(0, "  "));
        self.table(&head, rows, &(1..head.len()).collect::<Vec<_>>());
    }

    /// Rows under a bold head; the first column to the left, `right` others to the right.
    pub fn table(&mut self, head: &[&str], rows: Vec<Vec<String>>, right: &[usize]) {
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.add_row(head.to_vec());
        table.add_rows(rows);
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((if index == 0 { 0 } else { 2 }, 0));
            if right.contains(&index) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        self.gap();
        let text = table.to_string();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim_end();
            let line = if index == 0 { self.paint(Tone::Strong, line) } else { line.to_string() };
            self.line(&line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_wrap_under_their_lead() {
        let mut page = Page::new(Look { colour: false, width: 20 });
        page.wrapped("1. ", "look at the length of this line");
        assert_eq!(page.finish(), "1. look at the\n   length of this\n   line\n");
    }

    #[test]
    fn without_colour_there_are_no_escapes() {
        let plain = Page::new(Look::PLAIN);
        assert_eq!(plain.paint(Tone::Bad, "NOT MET"), "NOT MET");
        let colourful = Page::new(Look { colour: true, width: 100 });
        assert_eq!(colourful.paint(Tone::Bad, "NOT MET"), "\u{1b}[1;31mNOT MET\u{1b}[0m");
    }
}
