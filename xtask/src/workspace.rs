//! Where the workspace is, and which files it has.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, bail};
use serde_json::Value;

/// The folder of the root manifest.
pub(crate) fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("xtask is a folder of the workspace").to_owned()
}

/// Where cargo puts what it builds: beside the root manifest, unless people said otherwise.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    let metadata = output("cargo", &["metadata", "--no-deps", "--format-version", "1"])?;
    let metadata: Value = serde_json::from_slice(&metadata).context("cargo metadata printed no JSON")?;
    let target = metadata["target_directory"].as_str();
    Ok(target.context("cargo metadata names no target_directory")?.into())
}

/// The standard output of a command run in the root, if it succeeds; if not, all that it said is in the error.
pub(crate) fn output(program: &str, arguments: &[&str]) -> anyhow::Result<Vec<u8>> {
    let said = || format!("{program} {}", arguments.join(" "));
    let output = Command::new(program).args(arguments).current_dir(root()).output();
    let output = output.with_context(|| format!("cannot run {}", said()))?;
    if !output.status.success() {
        let why = [output.stdout, output.stderr].concat();
        bail!("{} failed: {}", said(), String::from_utf8_lossy(&why).trim());
    }
    Ok(output.stdout)
}

/// The files that are tracked, or would be if everything were added; relative to the root.
pub(crate) fn files() -> anyhow::Result<Vec<String>> {
    let list = output("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"])?;
    let list = String::from_utf8(list).context("a file's name is no UTF-8")?;
    let mut files: Vec<_> = list.split_terminator('\0').map(str::to_owned).collect();
    // Removed, but not yet from the index.
    files.retain(|file| root().join(file).is_file());
    files.sort_unstable();
    files.dedup();
    Ok(files)
}
