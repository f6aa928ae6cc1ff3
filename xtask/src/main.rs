//! What the workspace does to itself: `cargo xtask <command>`, one module per command.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for people at a terminal")]

mod jono;
mod oracle;
mod sample;
mod table;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

/// What the workspace does to itself.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Command {
    /// Compare every figure of a log with those that awk counts.
    Oracle(oracle::Arguments),
    /// Write an Asterisk queue log of any size: the same seed, the same bytes.
    Sample(sample::Arguments),
    /// Check what compilers do not: who depends on whom, and what files may be called and contain.
    Tidy,
}

fn main() -> ExitCode {
    let result = match Command::parse() {
        Command::Oracle(arguments) => oracle::run(&arguments),
        Command::Sample(arguments) => sample::run(&arguments),
        Command::Tidy => tidy::run(),
    };
    match result {
        Ok(code) => code,
        Err(why) => {
            eprintln!("error: {why:#}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Command::command().debug_assert();
    }
}
