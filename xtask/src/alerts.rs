//! `cargo xtask alerts`: the rules of deploy/prometheus, their tests, their runbooks, and the metrics that they ask for.
//!
//! promtool judges rules and tests; [`contract`] what promtool cannot know. With `--mutants` each rule is changed in
//! every small way, and the tests have to notice.

mod contract;
mod mutants;
mod mutations;
pub(crate) mod rules;

use std::process::ExitCode;

use crate::{system, workspace};

/// How far to go.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Change every number, comparison, matcher, window, operand and `for` of each rule, and expect its tests to fail
    #[arg(long)]
    mutants: bool,
    /// Only the mutants of this alert
    #[arg(long, value_name = "ALERT", requires = "mutants")]
    alert: Option<String>,
}

/// Checks everything, and prints what was counted.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    system::PROMETHEUS.ensure()?;
    let rules = rules::read()?;
    let suites = rules::suites()?;
    let mut violations = contract::check(&rules, &suites)?;
    for violation in &violations {
        println!("{violation}");
    }
    workspace::output("promtool", &["check", "rules", rules::RULES])?;
    let names: Vec<_> = suites.iter().map(|suite| suite.path.as_str()).collect();
    workspace::output("promtool", &[&["test", "rules"], names.as_slice()].concat())?;
    let (firing, silent) = rules::counts(&suites);
    println!("{} alerts, {firing} tests in which one fires, {silent} in which it is silent", rules.count());
    if arguments.mutants {
        violations.extend(mutants::run(&rules, &suites, arguments.alert.as_deref())?);
    }
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
