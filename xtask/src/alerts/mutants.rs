//! Runs the tests of an alert against each change of its rule; a change that no test notices has survived.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use anyhow::{Context, anyhow, bail, ensure};
use promql_parser::{
    parser,
    util::{display_duration, parse_duration},
};

use super::{
    contract::Violation,
    mutations,
    rules::{Group, Rule, Rules, Suite},
};
use crate::table::table;

/// A changed rule.
struct Mutant<'a> {
    rule: &'a Rule,
    what: String,
    changed: Rule,
}

/// Tries all mutants, prints how many each alert has, and tells those that survived.
pub(super) fn run(rules: &Rules, suites: &[Suite], only: Option<&str>) -> anyhow::Result<Vec<Violation>> {
    let chosen: Vec<_> = rules.alerts().filter(|rule| only.is_none_or(|only| only == rule.alert)).collect();
    ensure!(!chosen.is_empty(), "there is no alert {}", only.unwrap_or_default());
    let mut mutants = Vec::new();
    for rule in &chosen {
        mutants.extend(of_rule(rule)?);
    }
    let folder = tempfile::tempdir().context("no folder for mutants")?;
    for rule in &chosen {
        // As it is printed after a change, so that a mutant differs by that alone.
        let printed = Rule { expr: parse(rule)?.to_string(), ..(*rule).clone() };
        ensure!(
            survives(folder.path(), suites, &printed)?,
            "{} fails its tests when printed anew",
            rule.alert
        );
    }
    let survived = try_all(&mutants, folder.path(), suites)?;
    let mut rows = Vec::new();
    let mut violations = Vec::new();
    for rule in chosen {
        let of_rule = |mutant: &&Mutant<'_>| mutant.rule.alert == rule.alert;
        let all = mutants.iter().filter(of_rule).count();
        let before = violations.len();
        for mutant in survived.iter().map(|index| &mutants[*index]).filter(of_rule) {
            let sentence = format!("no test notices {}", mutant.what);
            println!("{}: {sentence}", rule.alert);
            violations.push(Violation { alert: rule.alert.clone(), sentence });
        }
        let left = violations.len() - before;
        rows.push([rule.alert.clone(), all.to_string(), (all - left).to_string(), left.to_string()]);
    }
    println!("\n{}", table(["alert", "mutants", "noticed", "survived"], 1, rows));
    let (all, left) = (mutants.len(), survived.len());
    println!("\n{all} mutants, {} noticed, {left} survived", all - left);
    Ok(violations)
}

fn parse(rule: &Rule) -> anyhow::Result<parser::Expr> {
    parser::parse(&rule.expr).map_err(|why| anyhow!("the expression of {} cannot be read: {why}", rule.alert))
}

fn of_rule(rule: &Rule) -> anyhow::Result<Vec<Mutant<'_>>> {
    let mut mutants = Vec::new();
    for mutation in mutations::all(&parse(rule)?) {
        let changed = Rule { expr: mutation.expr.to_string(), ..rule.clone() };
        mutants.push(Mutant { rule, what: mutation.what, changed });
    }
    if let Some(hold) = &rule.hold {
        let length: Duration = parse_duration(hold).map_err(|why| anyhow!("{hold} is no duration: {why}"))?;
        for other in mutations::of_hold(length) {
            let other = display_duration(&other);
            let other = if other.is_empty() { "0s".to_owned() } else { other };
            let changed = Rule { hold: Some(other.clone()), ..rule.clone() };
            mutants.push(Mutant { rule, what: format!("`for: {hold}` as `for: {other}`"), changed });
        }
    }
    Ok(mutants)
}

/// Tries the mutants side by side; which survived, in order.
fn try_all(mutants: &[Mutant<'_>], folder: &Path, suites: &[Suite]) -> anyhow::Result<Vec<usize>> {
    let next = AtomicUsize::new(0);
    let survived = Mutex::new(Ok(Vec::new()));
    thread::scope(|scope| {
        for worker in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (next, survived) = (&next, &survived);
            let folder = folder.join(worker.to_string());
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(mutant) = mutants.get(index) else { break };
                    let result = survives(&folder, suites, &mutant.changed);
                    let mut survived = survived.lock().expect("no worker panics");
                    match (&mut *survived, result) {
                        (Ok(list), Ok(true)) => list.push(index),
                        (Ok(_), Err(why)) => {
                            *survived = Err(why.context(format!("{}, {}", mutant.rule.alert, mutant.what)));
                        }
                        _ => {}
                    }
                }
            });
        }
    });
    let mut survived = survived.into_inner().expect("no worker panics")?;
    survived.sort_unstable();
    Ok(survived)
}

/// Whether a rule passes all tests of its alert. Both are written as JSON, which is YAML too.
fn survives(folder: &Path, suites: &[Suite], rule: &Rule) -> anyhow::Result<bool> {
    fs::create_dir_all(folder).context("no folder for a mutant")?;
    let rules = Rules { groups: vec![Group { name: "mutant".to_owned(), rules: vec![rule.clone()] }] };
    fs::write(folder.join("rules.json"), serde_json::to_vec(&rules)?).context("cannot write a mutant")?;
    for suite in suites {
        let mut suite = suite.clone();
        suite.rule_files = vec!["rules.json".to_owned()];
        suite.tests.iter_mut().for_each(|test| {
            test.expected.retain(|expected| expected.alertname == rule.alert);
        });
        suite.tests.retain(|test| !test.expected.is_empty());
        if suite.tests.is_empty() {
            continue;
        }
        fs::write(folder.join("test.json"), serde_json::to_vec(&suite)?).context("cannot write its tests")?;
        let promtool =
            Command::new("promtool").args(["test", "rules", "test.json"]).current_dir(folder).output();
        let output = promtool.context("cannot run promtool")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            // Refused as a rule, it would have been tested by nobody.
            if !said.contains("got:") {
                bail!("promtool does not take a mutant as a rule:\n{said}");
            }
            return Ok(false);
        }
    }
    Ok(true)
}
