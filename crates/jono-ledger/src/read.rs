//! Reading back what does not depend on a period: the series, their totals, where they come from.

use std::collections::BTreeMap;

use jono_domain::{Cell, DocumentId, HourStart, Series};

use crate::{error::LedgerError, ledger::Ledger, stored};

/// The ledger's number of a series. It never changes, and means nothing in another ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey(pub(crate) i64);

impl Ledger {
    /// A number that changes when another process, or another [`Ledger`] on the same file, has committed. That may have
    /// been sums of days and weeks only: [`shown_since`](Self::shown_since) tells whether anything was counted.
    pub fn version(&self) -> Result<i64, LedgerError> {
        Ok(self.db.pragma_query_value(None, "data_version", |row| row.get(0))?)
    }

    /// Every series that was ever counted, stated or scored, ordered by channel, unit and service.
    pub fn series(&self) -> Result<Vec<(SeriesKey, Series)>, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT id, channel, unit, service FROM series")?;
        let mut all = select
            .query_map([], |row| Ok((SeriesKey(row.get(0)?), stored::series(row, 1)?)))?
            .collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|(_, a), (_, b)| a.cmp(b));
        Ok(all)
    }

    /// All that was ever counted, corrections included.
    pub fn totals(&self) -> Result<BTreeMap<SeriesKey, Cell>, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT series, body FROM total")?;
        let rows = select.query_map([], |row| Ok((SeriesKey(row.get(0)?), stored::cell(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What a document has counted of each series in that hour and later ones.
    pub fn cells_since(
        &self,
        id: DocumentId,
        hour: HourStart,
    ) -> Result<BTreeMap<(Series, HourStart), Cell>, LedgerError> {
        let mut select = self.db.prepare_cached(
            "SELECT hour, channel, unit, service, body FROM cell JOIN series ON series.id = cell.series \
             WHERE hour >= ?1 AND document = ?2",
        )?;
        let rows = select.query_map((hour.0.get(), id.0), |row| {
            Ok(((stored::series(row, 1)?, HourStart(stored::time(row, 0)?)), stored::cell(row, 4)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
