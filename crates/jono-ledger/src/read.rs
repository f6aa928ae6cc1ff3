//! Reading back what does not depend on a period: the series, their totals, where they come from.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use jono_domain::{Cell, Series, UnixSeconds};

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

    /// The series that were ever counted; others have statements, or scores without a date, alone.
    pub fn counted_series(&self) -> Result<BTreeSet<SeriesKey>, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT DISTINCT series FROM feed")?;
        let rows = select.query_map([], |row| Ok(SeriesKey(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All that was ever counted, corrections included.
    pub fn totals(&self) -> Result<BTreeMap<SeriesKey, Cell>, LedgerError> {
        let mut select = self.db.prepare_cached("SELECT series, body FROM total")?;
        let rows = select.query_map([], |row| Ok((SeriesKey(row.get(0)?), stored::cell(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// From when to when each series is covered: the events of all current documents of the sources that ever
    /// delivered it. Inside, no cell means that nothing happened; outside, that nothing is known.
    pub fn coverage(&self) -> Result<BTreeMap<SeriesKey, Range<UnixSeconds>>, LedgerError> {
        let mut select = self.db.prepare_cached(
            "SELECT series, min(first_event), max(end_event) FROM feed JOIN document USING (source) \
             WHERE replaced_by IS NULL AND first_event IS NOT NULL GROUP BY series",
        )?;
        let rows = select.query_map([], |row| {
            Ok((SeriesKey(row.get(0)?), stored::time(row, 1)?..stored::time(row, 2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
