//! What the screen can show, and a standard output that may go away.

use crate::report::text::Look;
use std::io::{self, IsTerminal, Write};

/// Columns of all text output.
const WIDTH: usize = 100;

/// What standard output and standard error can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminal {
    /// Colour on standard output.
    pub colour: bool,
    /// Colour on standard error.
    pub error_colour: bool,
    /// A terminal shows standard error: a progress bar makes sense.
    pub progress: bool,
}

impl Terminal {
    /// Asks the environment: colour only on a terminal that has it, and not where NO_COLOR is set
    /// (<https://no-color.org>: present and not empty).
    #[allow(clippy::disallowed_methods, reason = "colour is of the terminal, never of the result")]
    pub fn of_environment() -> Terminal {
        let forbidden = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let colour = !forbidden && !dumb;
        let watched = io::stderr().is_terminal();
        Terminal {
            colour: colour && io::stdout().is_terminal(),
            error_colour: colour && watched,
            progress: watched && !dumb,
        }
    }

    /// How text for standard output may look.
    pub fn look(&self) -> Look {
        Look { colour: self.colour, width: WIDTH }
    }
}

/// Standard output. When its reader has gone (`mrsim list | head -1`) the rest is dropped in
/// silence: the reader has what it wanted, and the exit code still says what was found.
#[derive(Debug)]
pub struct Output<W: Write> {
    inner: W,
    is_closed: bool,
}

impl<W: Write> Output<W> {
    pub fn new(inner: W) -> Output<W> {
        Output { inner, is_closed: false }
    }

    fn forgive<T>(&mut self, result: io::Result<T>, instead: T) -> io::Result<T> {
        match result {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(instead)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_closed {
            return Ok(bytes.len());
        }
        let result = self.inner.write(bytes);
        self.forgive(result, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let result = self.inner.flush();
        self.forgive(result, ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(io::ErrorKind);

    impl Write for Broken {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_that_left_is_no_error_and_a_full_disk_is() {
        let mut out = Output::new(Broken(io::ErrorKind::BrokenPipe));
        assert!(writeln!(out, "words").is_ok() && out.flush().is_ok());
        let mut out = Output::new(Broken(io::ErrorKind::StorageFull));
        assert!(writeln!(out, "words").is_err());
    }
}
