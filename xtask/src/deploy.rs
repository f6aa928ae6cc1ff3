//! `cargo xtask deploy`: writes what of deploy is made from something else; `--check` also gives each file to a parser.
//!
//! Units go to systemd-analyze, what Prometheus and Alertmanager read to promtool and amtool. Of Kubernetes and compose
//! [`kubernetes`] and [`compose`] know the fields that are in use, and refuse all others.

mod compose;
mod kubernetes;
mod systemd;

use std::{fs, process::ExitCode};

use anyhow::{Context, ensure};

use crate::{alerts::rules, system, workspace};

/// What to do with the files.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a file is stale, or a parser refuses one
    #[arg(long)]
    check: bool,
}

/// What the Prometheus operator reads: the rules as they are, under a heading.
const RULE: &str = "deploy/kubernetes/prometheusrule.yaml";
const HEADING: &str = "\
# Made from deploy/prometheus/alerts.yml by `cargo xtask deploy`; do not edit.

apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: jono
  labels: {app.kubernetes.io/name: jono}
spec:
";

/// Writes, or checks.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let made = prometheus_rule()?;
    let file = workspace::root().join(RULE);
    let current = fs::read_to_string(&file).is_ok_and(|written| written == made);
    if !arguments.check {
        if !current {
            fs::write(&file, made).with_context(|| format!("cannot write {RULE}"))?;
            println!("{RULE} written");
        }
        return Ok(ExitCode::SUCCESS);
    }
    ensure!(current, "{RULE} is stale; run: cargo xtask deploy");
    system::PROMETHEUS.ensure()?;
    system::ALERTMANAGER.ensure()?;
    system::SYSTEMD.ensure()?;
    workspace::output("promtool", &["check", "config", "deploy/prometheus/prometheus.yml"])?;
    workspace::output("amtool", &["check-config", "deploy/prometheus/alertmanager.yml"])?;
    compose::check()?;
    kubernetes::check()?;
    containerfile()?;
    let exposure = systemd::check()?;
    println!("every file of deploy is taken by its parser; {exposure}");
    Ok(ExitCode::SUCCESS)
}

fn prometheus_rule() -> anyhow::Result<String> {
    let path = workspace::root().join(rules::RULES);
    let text = fs::read_to_string(path).context("cannot read the rules")?;
    let (_, rest) = text.split_once("\ngroups:\n").context("the rules have no groups")?;
    let indented = format!("groups:\n{rest}").lines().map(indent).collect::<String>();
    Ok(format!("{HEADING}{indented}"))
}

fn indent(line: &str) -> String {
    if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }
}

/// It builds with the compiler that everyone builds with.
fn containerfile() -> anyhow::Result<()> {
    let read = |path: &str| {
        fs::read_to_string(workspace::root().join(path)).with_context(|| format!("cannot read {path}"))
    };
    let toolchain: toml_edit::DocumentMut = read("rust-toolchain.toml")?.parse().context("the toolchain")?;
    let channel = toolchain["toolchain"]["channel"].as_str().context("the toolchain has no channel")?;
    let minor = channel.rsplit_once('.').map_or(channel, |(minor, _)| minor);
    let text = read("deploy/Containerfile")?;
    ensure!(
        text.contains(&format!("/rust:{minor}-")),
        "deploy/Containerfile does not build with Rust {minor}"
    );
    ensure!(text.contains("\nUSER 10001:10001\n"), "deploy/Containerfile has to run as a user of its own");
    Ok(())
}
