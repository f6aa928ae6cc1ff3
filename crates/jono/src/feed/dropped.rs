//! A table that somebody puts into a folder, and later writes anew.

use std::path::PathBuf;

use jono_ingest::{Input, InputError, Stamp};

use super::desk::Desk;
use crate::{clock, files::absolute, pipeline::DocumentError};

/// A file is taken once nobody has written to it for so many seconds: half a table is another table.
const SETTLED_SECONDS: i64 = 2;

/// One table.
pub(super) struct Dropped {
    path: PathBuf,
    /// How the file looked at the last look.
    seen: Option<Stamp>,
    /// How it looked when it was counted, or refused for what is in it.
    taken: Option<(Stamp, Result<u64, String>)>,
}

impl Dropped {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, seen: None, taken: None }
    }

    /// How many of its bytes are counted.
    pub(super) fn position(&self) -> u64 {
        self.taken.as_ref().and_then(|(_, taken)| taken.as_ref().ok()).copied().unwrap_or(0)
    }

    /// Counts it if it is another than before.
    pub(super) fn attend(&mut self, desk: &mut Desk) -> Result<(), DocumentError> {
        let stamp =
            Stamp::of(&self.path).map_err(|source| InputError::Open { path: self.path.clone(), source })?;
        if let Some((taken, result)) = &self.taken
            && *taken == stamp
        {
            return result.as_ref().map(|_| ()).map_err(|said| DocumentError::Before(said.clone()));
        }
        let unchanged = self.seen.replace(stamp) == Some(stamp);
        let idle = clock::now().get() - stamp.modified.0;
        // A file of the future tells nothing by its time: it is taken when two looks agree.
        if !(idle >= SETTLED_SECONDS || (unchanged && idle < 0)) {
            return Ok(());
        }
        let result = Input::open(&self.path)
            .map_err(DocumentError::from)
            .and_then(|input| desk.count(&input, &absolute(&self.path).display().to_string()));
        let result = result.and_then(|counted| counted.broke_off.map_or(Ok(counted.known), Err));
        match result {
            Ok(known) => {
                self.taken = Some((stamp, Ok(known.map_or(0, |known| known.position.bytes))));
                Ok(())
            }
            Err(error) => {
                if error.is_of_content() {
                    self.taken = Some((stamp, Err(crate::command::chain(&error))));
                }
                Err(error)
            }
        }
    }
}
