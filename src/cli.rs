//! The command line: arguments in; words, files and an exit code out. One file a subcommand.
//!
//! ```text
//!  arguments --clap--> Command --execute--> stdout, files, Outcome --> exit code
//!                                       \-> Failure (what is wrong, how to fix it) --> stderr, exit code
//! ```
//!
//! Only this module and main.rs read files, arguments, the environment and the terminal.

mod args;
pub mod bug;
mod check;
mod compare;
mod diagnose;
mod facts;
mod files;
mod fmt;
mod list;
mod new;
mod pbs;
mod run;
mod schema;
mod simulate;
mod terminal;
mod trace;
mod validate;
mod validate_model;

pub use args::{Arguments, Command};
pub use terminal::{Output, Terminal};

use std::io::Write;

/// How a command ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// `check`: at least one objective is not met. `validate-model`: a number is wrong, or a mistake is not caught. `fmt --check`: a file would
    /// change.
    NotMet,
    /// `check`: none is not met, and at least one needs more runs or is n/a.
    Undecided,
    /// Ctrl-C: what was done is kept and marked partial.
    Interrupted,
}

impl Outcome {
    pub const fn exit_code(self) -> u8 {
        match self {
            Outcome::Done => 0,
            Outcome::NotMet => 1,
            Outcome::Undecided => 3,
            Outcome::Interrupted => 130,
        }
    }
}

/// Why a command could not do its work. The text is for people and says how to fix it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Arguments or a scenario are wrong.
    Invalid(String),
    /// It would exceed a limit.
    Limit(String),
    /// A file cannot be read or written.
    File(String),
    /// A bug of ours.
    Bug(String),
}

impl Failure {
    pub const fn exit_code(&self) -> u8 {
        match self {
            Failure::Invalid(_) => 2,
            Failure::Limit(_) => 4,
            Failure::File(_) => 5,
            Failure::Bug(_) => 6,
        }
    }

    fn limit(stopped: &crate::campaign::Stopped) -> Failure {
        Failure::Limit(format!("error: {stopped}\nhelp: {}", stopped.help()))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Failure::Invalid(text)
        | Failure::Limit(text)
        | Failure::File(text)
        | Failure::Bug(text)) = self;
        f.write_str(text)
    }
}

/// Only writing to standard output gives a bare error; files are named by those who write them.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::File(format!("error: cannot write to standard output: {error}"))
    }
}

/// Does what the arguments ask. `out` is standard output; `terminal` says what the screen can show.
pub fn execute(
    command: &Command,
    out: &mut dyn Write,
    terminal: &Terminal,
) -> Result<Outcome, Failure> {
    let outcome = match command {
        Command::Run(args) => run::execute(args, out, terminal),
        Command::Compare(args) => compare::execute(args, out, terminal),
        Command::Check(args) => check::execute(args, out, terminal),
        Command::Validate(args) => validate::execute(args, out, terminal),
        Command::ValidateModel(args) => validate_model::execute(args, out, terminal),
        Command::New(args) => new::execute(args, out),
        Command::Fmt(args) => fmt::execute(args, out, terminal),
        Command::List(args) => list::execute(args, out, terminal),
        Command::Schema(args) => schema::execute(args, out, terminal),
        Command::Trace(args) => trace::execute(args, out, terminal),
        Command::Pbs(args) => pbs::execute(args, out, terminal),
    }?;
    out.flush()?;
    Ok(outcome)
}
