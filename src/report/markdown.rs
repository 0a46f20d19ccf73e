//! report.md: the complete report for people, the same bytes for the same result.
