//! The files that a web configuration is made of, and whether they are still the same.

use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

/// Every file that was read, or should have been.
#[derive(Debug, Clone, Default)]
pub(super) struct Files(Vec<(PathBuf, Mark)>);

/// What a change of a file changes. There is none for a file that is not there.
type Mark = Option<(u64, u64, u64, i64, i64)>;

impl Files {
    /// The whole of a file. It is marked before it is read: a change in between is seen as one.
    pub(super) fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.push((path.to_owned(), mark(path)));
        fs::read(path)
    }

    /// Whether one of them is another than it was.
    pub(super) fn changed(&self) -> bool {
        self.0.iter().any(|(path, then)| mark(path) != *then)
    }
}

fn mark(path: &Path) -> Mark {
    let file = fs::metadata(path).ok()?;
    Some((file.dev(), file.ino(), file.size(), file.mtime(), file.mtime_nsec()))
}
