//! The arguments of every subcommand, and the words of `--help`.

#![allow(rustdoc::invalid_html_tags, reason = "these comments are read in a terminal")]

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const AFTER_HELP: &str = "\
Start here:
  mrsim new > my.ron              a commented scenario to change
  mrsim run my.ron                the answer, with charts in reports/my/
  mrsim compare a.ron b.ron       which design is better, by how much, how sure
  mrsim trace my.ron --run 0      one run, fact by fact

Exit codes:
  0 done (check: every objective met)    4 refused: would exceed a limit
  1 check: an objective is not met;      5 a file cannot be read or written
    validate-model: a number is wrong;
    fmt --check: a file would change
  2 wrong arguments or scenario          6 a bug in mrsim
  3 check: undecided, run more         130 interrupted; what was done is kept";

/// How long without service, what data is gone, and how sure: multi-region failover, simulated.
#[derive(Clone, Debug, Parser)]
#[command(name = "mrsim", version, after_help = AFTER_HELP, max_term_width = 100, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Simulate a scenario many times: verdicts, RTO, RPO, where the time goes, charts
    Run(RunArgs),
    /// Compare designs with common random numbers: side by side, and the differences run by run
    Compare(CompareArgs),
    /// Judge the objectives of scenarios, for pipelines: exit code 1 when one is not met
    Check(CheckArgs),
    /// Check scenarios without running them: every problem with its place and how to fix it
    Validate(ValidateArgs),
    /// Validate the model itself: numbers derived by others, and planted mistakes that must be caught
    ValidateModel(ValidateModelArgs),
    /// Write a commented scenario to start from
    New(NewArgs),
    /// Lay scenarios out anew, or rewrite earlier names of fields; comments stay
    Fmt(FmtArgs),
    /// List what a scenario can be built from, and the fields of everything that can be written
    List(ListArgs),
    /// Print the JSON Schema of a scenario, or scenarios as JSON that it holds for
    Schema(SchemaArgs),
    /// Tell one run of a scenario, fact by fact
    Trace(TraceArgs),
    /// Regenerate the table of probabilistically bounded staleness (Bailis et al., VLDB 2012), beside the printed numbers
    Pbs(PbsArgs),
}

/// How many runs, on which seed, on how many threads. The same in `run`, `compare` and `check`.
#[derive(Clone, Copy, Debug, Args)]
pub struct Sampling {
    /// Runs; each draws its own probe phases, cache ages, lags, delays
    #[arg(long, default_value_t = crate::campaign::Settings::default().runs, value_parser = clap::value_parser!(u64).range(1..))]
    pub runs: u64,
    /// Seed of all draws; the same seed gives the same bytes
    #[arg(long, default_value_t = crate::campaign::Settings::default().seed)]
    pub seed: u64,
    /// Threads; 0 means one per core. They change the time, never the result
    #[arg(long, default_value_t = 0)]
    pub threads: u16,
    /// Only the verdicts (compare: only the differences), no progress bar
    #[arg(long, short)]
    pub quiet: bool,
}

/// Values that are not as the files say.
#[derive(Clone, Debug, Default, Args)]
pub struct Settings {
    /// Set a value in every scenario, such as routing.ttl=20s or stores[orders].promotion.decision=60s
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// The variant of this name, in every scenario; the same as FILE#NAME
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
}

/// What `run` and `compare` print on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A screen of text
    Text,
    /// The whole result, schema mrsim.result/1 (compare: mrsim.comparison/1)
    Json,
}

/// What `validate-model` prints on standard output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CaseFormat {
    /// A screen of text
    Text,
    /// An array with an object for each case: id, expected, measured, deviation, n, tolerance, verdict, reason
    Json,
    /// The same objects, one a line
    Jsonl,
}

#[derive(Clone, Debug, Args)]
pub struct RunArgs {
    /// The scenarios
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub sampling: Sampling,
    /// Directory for report.md, summary.json and charts, with a folder for each of several files [default: reports/<name of the file>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Write no charts
    #[arg(long)]
    pub no_charts: bool,
    /// Write charts as PNG beside the SVG
    #[arg(long, conflicts_with = "no_charts")]
    pub png: bool,
}

#[derive(Clone, Debug, Args)]
pub struct CompareArgs {
    /// Two scenarios or more, the others compared with the first; or one with variants, each compared with what is written
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub sampling: Sampling,
    /// Directory for comparison.md, comparison.json and the chart
    #[arg(long, value_name = "DIR", default_value = "reports/comparison")]
    pub out: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Write no chart
    #[arg(long)]
    pub no_charts: bool,
    /// Write the chart as PNG beside the SVG
    #[arg(long, conflicts_with = "no_charts")]
    pub png: bool,
}

#[derive(Clone, Debug, Args)]
pub struct CheckArgs {
    /// The scenarios
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub sampling: Sampling,
}

#[derive(Clone, Debug, Args)]
pub struct ValidateArgs {
    /// The scenarios
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub settings: Settings,
}

#[derive(Clone, Debug, Args)]
pub struct ValidateModelArgs {
    /// One family of cases only, such as detection
    #[arg(long, value_name = "FAMILY")]
    pub only: Option<String>,
    /// Cases of your own instead: JSON lines as in src/validation/vectors/ (docs/cases.md says what they may ask)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "out"])]
    pub cases: Option<PathBuf>,
    /// What is printed on standard output
    #[arg(long, value_enum, default_value_t = CaseFormat::Text)]
    pub format: CaseFormat,
    /// Of the runs of each case, so many: 1 is all, 0.1 a tenth
    #[arg(long, default_value_t = 1.0)]
    pub scale: f64,
    /// Threads; 0 means one per core. They change the time, never the result
    #[arg(long, default_value_t = 0)]
    pub threads: u16,
    /// Write the page, such as docs/validation.md, and beside it its chart (-z.svg)
    #[arg(long, value_name = "FILE", conflicts_with = "only")]
    pub out: Option<PathBuf>,
    /// Only what it comes to, no progress bar
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Clone, Debug, Args)]
pub struct NewArgs {
    /// Which start: see --list [default: failover]
    pub template: Option<String>,
    /// List the templates
    #[arg(long)]
    pub list: bool,
}

#[derive(Clone, Debug, Args)]
pub struct FmtArgs {
    /// The scenarios; - reads standard input and writes to standard output
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Rewrite earlier names of fields to the present ones, and nothing else
    #[arg(long)]
    pub upgrade: bool,
    /// Write nothing; name the files that would change, with exit code 1
    #[arg(long)]
    pub check: bool,
}

#[derive(Clone, Debug, Args)]
pub struct SchemaArgs {
    /// Scenarios to print as JSON, one a line, instead of the schema
    pub files: Vec<PathBuf>,
}

/// What `list` lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Topic {
    /// Settings under a name, for health checks, stores, resolvers and clients
    Presets,
    /// Routing policies: how users are sent to a region
    Policies,
    /// Addresses before all regions
    FrontDoors,
    /// What can break
    Faults,
    /// How a failure is noticed
    Checks,
    /// How data gets from region to region
    Replication,
    /// What becomes of writes that several regions took for one key
    Conflicts,
    /// How lengths of time vary, each with its fields
    Distributions,
    /// Numbers that a report gives
    Measures,
    /// Where users can be
    Places,
    /// Where the design can run
    Regions,
    /// What can be promised, and what counts as keeping a promise
    Objectives,
    /// How quantities are written
    Units,
    /// Every struct of a scenario; `mrsim list HealthCheck` shows the fields of one
    Structs,
}

#[derive(Clone, Debug, Args)]
pub struct ListArgs {
    #[arg(value_name = "TOPIC", help = topics())]
    pub topic: Option<String>,
}

/// What `list` lists, for its help.
fn topics() -> String {
    let names = Topic::value_variants().iter().filter_map(ValueEnum::to_possible_value);
    let names: Vec<String> = names.map(|name| name.get_name().to_string()).collect();
    format!(
        "One topic only ({}), or a struct of the scenario, such as HealthCheck: its fields",
        names.join(", ")
    )
}

#[derive(Clone, Debug, Args)]
pub struct PbsArgs {
    /// Writes with a read each, for every row; rounded up to whole runs of 10,000
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..=20_000_000))]
    pub trials: u64,
    /// Seed of all draws; the same seed gives the same bytes
    #[arg(long, default_value_t = crate::campaign::Settings::default().seed)]
    pub seed: u64,
    /// Threads; 0 means one per core. They change the time, never the result
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(..=1_024))]
    pub threads: u16,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// A file for the table as a page, such as docs/pbs.md
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Clone, Debug, Args)]
pub struct TraceArgs {
    /// The scenario
    pub file: PathBuf,
    #[command(flatten)]
    pub settings: Settings,
    /// Which run; the first is 0
    #[arg(long, default_value_t = 0)]
    pub run: u64,
    /// Seed of all draws, as in `run`
    #[arg(long, default_value_t = crate::campaign::Settings::default().seed)]
    pub seed: u64,
    /// Every move of every resolver cache on its own line
    #[arg(long)]
    pub all: bool,
}
