//! The command line: one file a subcommand; texts go in, an exit code and files come out.
