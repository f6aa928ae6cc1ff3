//! How long a line takes from the log to `/metrics`: what `cargo xtask follow` sees, of the optimised binary.

use super::{Arguments, Setting};
use crate::follow;

/// How long is written; rotations are among it.
const SECONDS: u64 = 30;
/// Lines a second.
const RATE: u64 = 50_000;

pub(crate) fn run(arguments: &Arguments, setting: &Setting) -> anyhow::Result<()> {
    for (name, binary) in &setting.binaries {
        eprintln!("{RATE} lines a second, followed for {SECONDS} s by {name}");
        println!("{name}:\n");
        println!("```text");
        let (seed, binary) = (arguments.seed, Some(binary.clone()));
        follow::run(&follow::Arguments { seconds: SECONDS, rate: RATE, kills: false, seed, binary })?;
        println!("```\n");
    }
    Ok(())
}
