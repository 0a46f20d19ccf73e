//! The program `mrsim`: arguments to [`mrsim::cli`], its outcome to an exit code. The only place
//! that prints errors.

use clap::Parser;
use mrsim::cli::{Arguments, Failure, Outcome, Output, Terminal, bug, execute};
use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let parsed = match Arguments::try_parse_from(&arguments) {
        Ok(parsed) => parsed,
        Err(error) => {
            // Help and version come this way too; a reader that left is no error.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let result = bug::caught(&arguments, || {
        let mut out = Output::new(io::BufWriter::new(io::stdout().lock()));
        execute(&parsed.command, &mut out, &Terminal::of_environment())
    });
    ExitCode::from(code(result))
}

fn code(result: Result<Outcome, Failure>) -> u8 {
    match result {
        Ok(outcome) => outcome.exit_code(),
        Err(failure) => {
            let _ = writeln!(io::stderr().lock(), "{failure}");
            failure.exit_code()
        }
    }
}
