//! `cargo xtask check`: everything that must hold, one step after another; all that fails is told.
//!
//! Every step is a command that a person can run alone, and is printed as such.

use std::{
    collections::VecDeque,
    env,
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::Instant,
};

use anyhow::{Context, ensure};

use crate::{system, table::table, workspace};

/// Which steps to run.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Leave a step out; may be repeated
    #[arg(long, value_name = "STEP", conflicts_with = "only")]
    skip: Vec<String>,
    /// Run these steps alone; may be repeated
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
}

/// The version of cargo-deny that is installed when there is none.
const DENY_VERSION: &str = "0.20.2";

/// How much of what a failed step said is told again at the end.
const LAST_LINES: usize = 40;

/// A step and the command that it is.
struct Step {
    name: &'static str,
    command: Run,
}

enum Run {
    /// Cargo with these arguments, and with warnings of these tools as errors.
    Cargo(&'static [&'static str]),
    /// One of our own commands.
    Xtask(&'static [&'static str]),
    /// cargo-deny, installed if need be.
    Deny,
    /// What the steps after it need from the system.
    System,
}

/// All steps. What fails fast comes first.
const STEPS: &[Step] = &[
    Step { name: "system", command: Run::System },
    Step { name: "fmt", command: Run::Cargo(&["fmt", "--all", "--check"]) },
    Step { name: "tidy", command: Run::Xtask(&["tidy"]) },
    Step {
        name: "clippy",
        command: Run::Cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--",
            "-D",
            "warnings",
        ]),
    },
    Step { name: "test", command: Run::Cargo(&["test", "--workspace", "--no-fail-fast"]) },
    Step { name: "test-faults", command: Run::Cargo(&["test", "-p", "jono-ledger", "--features", "faults"]) },
    Step {
        name: "doc",
        command: Run::Cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]),
    },
    Step { name: "deny", command: Run::Deny },
    Step { name: "docs", command: Run::Xtask(&["docs", "--check"]) },
    Step { name: "alerts", command: Run::Xtask(&["alerts", "--mutants"]) },
    Step { name: "dashboards", command: Run::Xtask(&["dashboards", "--check"]) },
    Step { name: "bulletin", command: Run::Xtask(&["bulletin"]) },
    Step { name: "deploy", command: Run::Xtask(&["deploy", "--check"]) },
    Step { name: "channels", command: Run::Xtask(&["channels", "--check"]) },
    Step { name: "oracle", command: Run::Xtask(&["oracle"]) },
    Step { name: "documents", command: Run::Xtask(&["documents"]) },
    Step { name: "crash", command: Run::Xtask(&["crash"]) },
    Step {
        name: "follow",
        command: Run::Xtask(&["follow", "--seconds", "20", "--rate", "20000", "--kills"]),
    },
    Step { name: "history", command: Run::Xtask(&["history"]) },
    Step { name: "serving", command: Run::Xtask(&["serving"]) },
    Step { name: "demo", command: Run::Xtask(&["demo", "--once"]) },
];

/// Runs the steps, and prints what became of each.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    for name in arguments.skip.iter().chain(&arguments.only) {
        let known = STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
        ensure!(
            STEPS.iter().any(|step| step.name == name),
            "no step is called {name}; the steps are: {known}"
        );
    }
    let chosen = STEPS.iter().filter(|step| {
        let named = |names: &[String]| names.iter().any(|name| name == step.name);
        !named(&arguments.skip) && (arguments.only.is_empty() || named(&arguments.only))
    });
    let mut rows = Vec::new();
    let mut errors = Vec::new();
    // Found now: after a step that builds it anew, its own file would be another one.
    let xtask = env::current_exe().context("xtask cannot find itself")?;
    for step in chosen {
        let started = Instant::now();
        let result = step.run(&xtask);
        let seconds = format!("{:.1}", started.elapsed().as_secs_f64());
        rows.push([
            step.name.to_owned(),
            if result.is_ok() { "passed" } else { "FAILED" }.to_owned(),
            seconds,
        ]);
        if let Err(error) = result {
            println!("{} FAILED", step.name);
            errors.push(format!("{}: {error:#}", step.name));
        }
    }
    for error in &errors {
        println!("\n{error}");
    }
    let failed = errors.len();
    let passed = rows.len() - failed;
    println!("\n{}\n\n{passed} passed, {failed} failed", table(["step", "", "seconds"], 2, rows));
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Step {
    fn run(&self, xtask: &Path) -> anyhow::Result<()> {
        let mut command = match self.command {
            Run::Cargo(arguments) => cargo(arguments),
            Run::Xtask(arguments) => {
                let mut command = Command::new(xtask);
                command.args(arguments);
                command
            }
            Run::Deny => {
                let mut command = Command::new(cargo_deny()?);
                command.args(["check", "licenses", "bans", "sources"]);
                command
            }
            Run::System => return system::ensure_all(),
        };
        // The same flags everywhere but where they belong, so that nothing is built twice.
        if self.name == "doc" {
            command.env("RUSTDOCFLAGS", "-D warnings");
        }
        run_command(&mut command)
    }
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments);
    command
}

/// Runs a command whose words are shown first; if it fails, the end of what it said is part of the error, so that the
/// reason can be read beside the table.
fn run_command(command: &mut Command) -> anyhow::Result<()> {
    let words: Vec<_> = std::iter::once(command.get_program())
        .map(|program| Path::new(program).file_name().unwrap_or(program))
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let said = words.join(" ");
    println!("\n$ {said}");
    let (reader, writer) = io::pipe().context("there is no pipe for what is said")?;
    command.current_dir(workspace::root()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| format!("cannot run {said}"))?;
    // The pipe ends when nobody holds its other end; the command still does.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let last = pass_on(reader).context("what it says cannot be passed on")?;
    let status = child.wait()?;
    ensure!(status.success(), "{said} ended with {status}; it said last:\n{last}");
    Ok(())
}

/// Prints all lines as they come, and keeps the last ones.
fn pass_on(reader: impl Read) -> io::Result<String> {
    let mut reader = BufReader::new(reader);
    let mut last = VecDeque::with_capacity(LAST_LINES);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        io::stdout().write_all(&line)?;
        if last.len() == LAST_LINES {
            last.pop_front();
        }
        last.push_back(format!("  | {}", String::from_utf8_lossy(&line)));
        line.clear();
    }
    Ok(last.into_iter().collect())
}

/// Where cargo-deny is; it is no part of a Rust installation.
fn cargo_deny() -> anyhow::Result<PathBuf> {
    let tools = workspace::target()?.join("tools");
    let installed = tools.join("bin/cargo-deny");
    if !installed.exists() {
        let root = tools.to_str().context("the target directory's path is no text")?;
        let install =
            ["install", "cargo-deny", "--locked", "--version", DENY_VERSION, "--root", root, "--quiet"];
        run_command(&mut cargo(&install))?;
    }
    Ok(installed)
}
