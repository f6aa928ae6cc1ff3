//! The files that a path with `*` and `?` names.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Whether a path may name several files.
pub(crate) fn is_pattern(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|byte| b"*?".contains(byte))
}

/// The files that a path names now, by name. Brackets are no pattern, so that every file can be named.
pub(crate) fn matching(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let pattern = path.to_str().with_context(|| format!("{} is no text", path.display()))?;
    let found = glob::glob(&pattern.replace('[', "[[]"))
        .with_context(|| format!("{pattern} is no pattern for files"))?;
    found.collect::<Result<_, _>>().with_context(|| format!("cannot look for {pattern}"))
}

/// A path that means the same wherever the process runs.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
