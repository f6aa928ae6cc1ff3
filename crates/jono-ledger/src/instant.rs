//! One instant for several reads: what is read together was committed together.

use rusqlite::Transaction;

use crate::{error::LedgerError, ledger::Ledger};

impl Ledger {
    /// Reads as of one instant: all that `read` reads of this ledger is what one commit left, even if others commit
    /// meanwhile.
    ///
    /// Sums of days and weeks are not remembered in it, for that would be writing: a caller that wants them to be
    /// asks [`remember`](Self::remember) before.
    pub fn at_one_instant<T, E: From<LedgerError>>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let _instant = self.instant().map_err(LedgerError::from)?;
        read(self)
    }

    /// The transaction of several reads, until it is dropped; `None` inside another, whose instant holds.
    pub(crate) fn instant(&self) -> rusqlite::Result<Option<Transaction<'_>>> {
        self.db.is_autocommit().then(|| self.db.unchecked_transaction()).transpose()
    }
}

#[cfg(test)]
mod tests {
    use jono_domain::Cell;

    use super::*;
    use crate::{
        Extent, Seq,
        fixture::{Home, MONDAY, batch},
    };

    #[test]
    fn what_others_commit_meanwhile_is_not_seen() {
        let home = Home::new();
        let (mut writer, reader) = (home.ledger(), home.ledger());
        let calls = [("espoo", MONDAY, 5), ("espoo", MONDAY + 9 * 86_400, 5)];
        writer.add("june", &[batch(1, &calls)]);
        let all = reader.series().unwrap().into_iter().map(|(key, _)| key).collect();
        let read = |ledger: &Ledger| -> Result<_, LedgerError> {
            let june = ledger.cells("2020-06".parse().unwrap(), &all)?;
            let contacts: u64 = june.values().map(Cell::contacts).sum();
            let events = ledger.shown_since(Seq(0))?.sources[0].1.lines.events;
            ledger.at_one_instant(|ledger| Ok((contacts, events, ledger.dumped(Extent::All))))
        };
        let seen = reader.at_one_instant(|ledger| {
            let before = read(ledger)?;
            writer.add("july", &[batch(2, &calls)]);
            assert_eq!(read(ledger)?, before);
            Ok::<_, LedgerError>(before)
        });
        assert_eq!((seen.as_ref().unwrap().0, seen.as_ref().unwrap().1), (2, 2));
        let after = read(&reader).unwrap();
        assert_eq!((after.0, after.1), (4, 4), "the next instant is another");
    }
}
