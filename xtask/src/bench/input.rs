//! Generated inputs beneath the target directory: what is named by its seed and size is made once.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::workspace;

/// The input of that name; made by `write` unless it is there. One that broke off is made anew.
pub(crate) fn reused(name: &str, write: impl FnOnce(&Path) -> anyhow::Result<()>) -> anyhow::Result<PathBuf> {
    let folder = workspace::target()?.join("bench/input");
    fs::create_dir_all(&folder).context("there is no room for inputs")?;
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("making {}", path.display());
        let unfinished = folder.join(format!("{name}.unfinished"));
        write(&unfinished)?;
        fs::rename(&unfinished, &path).context("cannot name an input")?;
    }
    Ok(path)
}

/// How many bytes and lines it has. Reads it, so that every candidate finds it in memory.
pub(crate) fn measured(path: &Path) -> anyhow::Result<(u64, u64)> {
    let bytes = fs::metadata(path).context("an input is gone")?.len();
    let mut lines = 0;
    super::floor::each_block(path, |block| lines += memchr::memchr_iter(b'\n', block).count() as u64)?;
    Ok((bytes, lines))
}
