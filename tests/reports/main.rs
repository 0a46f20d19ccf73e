//! What leaves the program: reports, digests, comparisons, the dossier of validation, and every command as its users meet it.

mod cases;
mod cli;
mod compare;
mod determinism;
mod examples;
mod golden;
mod keys;
mod pages;
mod validation;
mod warnings;
