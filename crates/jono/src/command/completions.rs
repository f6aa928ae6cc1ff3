//! `jono completions` and `jono man`: what a shell and a reader need to know, made from the command line's own
//! definition.

use std::{io::Write, path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

/// Arguments of `jono completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// For which shell.
    shell: Shell,
}

/// Arguments of `jono man`.
#[derive(Debug, clap::Args)]
pub(crate) struct ManArguments {
    /// Where to write a page for each command; without it, the page of `jono` itself is printed.
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::Arguments::command(), "jono", &mut script);
    std::io::stdout().lock().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn man(arguments: &ManArguments) -> anyhow::Result<ExitCode> {
    let command = crate::Arguments::command();
    if let Some(directory) = &arguments.output {
        std::fs::create_dir_all(directory)
            .and_then(|()| clap_mangen::generate_to(command, directory))
            .with_context(|| format!("cannot write the pages to {}", directory.display()))?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command).render(&mut page)?;
        std::io::stdout().lock().write_all(&page)?;
    }
    Ok(ExitCode::SUCCESS)
}
