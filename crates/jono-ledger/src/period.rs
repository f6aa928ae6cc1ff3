//! Adding up the cells of a period. Which instants a period covers is the domain's to say; which of its days and weeks
//! are already added up is [`roll`]'s.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use jono_domain::{Cell, Grain, HourStart, Period, SourceName, UnixSeconds, Zone};
use rusqlite::{Connection, Row};

use crate::{error::LedgerError, gather::Gather, ledger::Ledger, read::SeriesKey, roll, stored};

impl Ledger {
    /// The sum of all cells of a period, for each of the wanted series that has any.
    ///
    /// Days and weeks that are over are remembered once they have been added up.
    pub fn cells(
        &self,
        period: Period,
        wanted: &BTreeSet<SeriesKey>,
    ) -> Result<BTreeMap<SeriesKey, Cell>, LedgerError> {
        self.remember(period);
        let _instant = self.instant()?;
        let mut sums = Sums { wanted: Some(wanted), gathered: BTreeMap::new() };
        for piece in pieces(period, &self.zone) {
            sums.add(&self.db, &self.zone, piece)?;
        }
        Ok(sums.finish())
    }

    /// What is counted of each series in each hour of a span of time: for those who go through it hour by hour. All of
    /// it is in memory at once, so ask for a month and not for years.
    pub fn hourly(
        &self,
        span: &Range<UnixSeconds>,
    ) -> Result<BTreeMap<SeriesKey, BTreeMap<HourStart, Cell>>, LedgerError> {
        let mut select =
            self.db.prepare_cached("SELECT hour, series, body FROM cell WHERE hour >= ?1 AND hour < ?2")?;
        let mut rows = select.query((span.start.get(), span.end.get()))?;
        let mut all = BTreeMap::<SeriesKey, BTreeMap<HourStart, Cell>>::new();
        while let Some(row) = rows.next()? {
            let hours = all.entry(SeriesKey(row.get(1)?)).or_default();
            hours.entry(HourStart(stored::time(row, 0)?)).or_default().merge(&stored::cell(row, 2)?);
        }
        Ok(all)
    }

    /// The hours of a span of time in which each source counted anything.
    pub fn hours_told(
        &self,
        span: &Range<UnixSeconds>,
    ) -> Result<BTreeMap<SourceName, BTreeSet<HourStart>>, LedgerError> {
        let mut select = self.db.prepare_cached(
            "SELECT DISTINCT source, hour FROM cell JOIN document ON document.id = cell.document \
             WHERE hour >= ?1 AND hour < ?2",
        )?;
        let rows = select.query_map((span.start.get(), span.end.get()), |row| {
            Ok((stored::word(row, 0)?, HourStart(stored::time(row, 1)?)))
        })?;
        let mut hours = BTreeMap::<_, BTreeSet<_>>::new();
        for row in rows {
            let (source, hour) = row?;
            hours.entry(source).or_default().insert(hour);
        }
        Ok(hours)
    }

    /// Adds up and remembers the days and weeks of a period that are over. That is best effort: if the ledger cannot
    /// be written just now, all answers are the same.
    pub fn remember(&self, period: Period) {
        // Whatever goes wrong with the cache either does not matter or comes up again when the sums are read.
        let _ = roll::fill(&self.db, &self.zone, &pieces(period, &self.zone));
    }
}

/// An hour as it is, every other period as the whole weeks in it and the days around them.
fn pieces(period: Period, zone: &Zone) -> Vec<Period> {
    if period.grain() == Some(Grain::Hour) {
        return vec![period];
    }
    let days = days(period, zone);
    let mut rest = days.as_slice();
    let mut pieces = Vec::new();
    while let Some(&day) = rest.first() {
        let week = Period::of(Grain::Week, day.first());
        let whole = week.first() == day.first() && week.last() <= period.last();
        pieces.push(if whole { week } else { day });
        rest = &rest[if whole { 7 } else { 1 }..];
    }
    pieces
}

/// The days of a period that has no hour cut off.
pub(crate) fn days(period: Period, zone: &Zone) -> Vec<Period> {
    period.split(Grain::Day, zone).expect("every period but an hour is made of whole days")
}

/// Cells being added up, per series.
#[derive(Debug)]
pub(crate) struct Sums<'w> {
    /// Which series to add up; `None` for all.
    pub(crate) wanted: Option<&'w BTreeSet<SeriesKey>>,
    pub(crate) gathered: BTreeMap<SeriesKey, Gather>,
}

impl Sums<'_> {
    /// Adds an hour, a day or a week, from the coarsest sums that are remembered.
    pub(crate) fn add(&mut self, db: &Connection, zone: &Zone, piece: Period) -> rusqlite::Result<()> {
        let bounds = piece.bounds(zone);
        let span = (bounds.start.get(), bounds.end.get());
        let days_of_week = piece.grain() == Some(Grain::Week);
        if piece.grain() != Some(Grain::Hour) && roll::is_rolled(db, &bounds)? {
            self.add_rows(db, "SELECT series, body FROM roll WHERE start = ?1 AND until = ?2", span)
        } else if days_of_week {
            days(piece, zone).into_iter().try_for_each(|day| self.add(db, zone, day))
        } else {
            self.add_rows(db, "SELECT series, body FROM cell WHERE hour >= ?1 AND hour < ?2", span)
        }
    }

    fn add_rows(&mut self, db: &Connection, select: &str, span: (i64, i64)) -> rusqlite::Result<()> {
        let mut select = db.prepare_cached(select)?;
        let mut rows = select.query(span)?;
        while let Some(row) = rows.next()? {
            self.add_row(row)?;
        }
        Ok(())
    }

    fn add_row(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let key = SeriesKey(row.get(0)?);
        if self.wanted.is_none_or(|wanted| wanted.contains(&key)) {
            self.gathered.entry(key).or_default().add(stored::cell(row, 1)?);
        }
        Ok(())
    }

    /// The sums.
    pub(crate) fn finish(self) -> BTreeMap<SeriesKey, Cell> {
        self.gathered.into_iter().map(|(key, gather)| (key, gather.sum())).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fixture::{Home, MONDAY, at, batch, helsinki};

    /// Around both changes of the clock, and a year's end in the middle of week 53.
    const PLACES: [&str; 3] = ["2020-03-28..2020-03-30", "2020-10-24..2020-10-26", "2020-12-27..2021-01-04"];

    const PERIODS: [&str; 14] = [
        "2020-03-28",
        "2020-03-29",
        "2020-10-25",
        "2020-12-31",
        "2020-W13",
        "2020-W43",
        "2020-W53",
        "2021-W01",
        "2020-03",
        "2020-12",
        "2020-Q4",
        "2020",
        "2021",
        "2020-03-29..2020-12-30",
    ];

    const UNITS: [&str; 3] = ["espoo", "oulu", "vaasa"];

    fn calls() -> impl Strategy<Value = Vec<(&'static str, i64, u32)>> {
        let time = (prop::sample::select(PLACES.to_vec()), 0.0..1.0_f64).prop_map(|(place, part)| {
            let bounds = place.parse::<Period>().unwrap().bounds(&helsinki());
            bounds.start.get() + (part * (bounds.end.get() - bounds.start.get()) as f64) as i64
        });
        prop::collection::vec((prop::sample::select(UNITS.to_vec()), time, 0..200_u32), 1..40)
    }

    fn naive(calls: &[(&'static str, i64, u32)], period: Period, unit: &str) -> Cell {
        let bounds = period.bounds(&helsinki());
        let inside = |call: &&(_, i64, _)| call.0 == unit && bounds.contains(&at(call.1));
        let inside: Vec<_> = calls.iter().filter(inside).copied().collect();
        let mut sum = Cell::default();
        batch(0, &inside).cells.iter().for_each(|(_, _, cell)| sum.merge(&cell.open()));
        sum
    }

    fn assert_all_agree(ledger: &Ledger, calls: &[(&'static str, i64, u32)]) {
        let zone = helsinki();
        let mut periods: Vec<Period> = PERIODS.iter().map(|period| period.parse().unwrap()).collect();
        periods.extend("2020-10-25".parse::<Period>().unwrap().split(Grain::Hour, &zone).unwrap());
        let series = ledger.series().unwrap();
        let wanted =
            series.iter().filter(|(_, of)| of.unit.as_str() != "vaasa").map(|(key, _)| *key).collect();
        for period in periods {
            let answer = ledger.cells(period, &wanted).unwrap();
            let hourly = ledger.hourly(&period.bounds(&zone)).unwrap();
            for (key, of) in &series {
                let expected = match of.unit.as_str() {
                    "vaasa" => Cell::default(),
                    unit => naive(calls, period, unit),
                };
                let told = answer.get(key).cloned().unwrap_or_default();
                assert_eq!(told, expected, "{period} of {of}");
                let mut by_hour = Cell::default();
                hourly.get(key).into_iter().flatten().for_each(|(_, cell)| by_hour.merge(cell));
                assert_eq!(by_hour, naive(calls, period, of.unit.as_str()), "the hours of {period} of {of}");
            }
        }
    }

    fn marks(ledger: &Ledger) -> i64 {
        ledger.db.query_row("SELECT count(*) FROM rolled", [], |row| row.get(0)).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

        #[test]
        fn a_period_is_the_sum_of_its_hours_whatever_was_remembered(commits in prop::collection::vec(calls(), 1..5)) {
            let home = Home::new();
            let mut ledger = home.ledger();
            let reader = home.ledger();
            let mut all = Vec::new();
            for (place, calls) in commits.iter().enumerate() {
                ledger.add(&place.to_string(), &[batch(1, calls)]);
                all.extend_from_slice(calls);
                assert_all_agree(&reader, &all);
                assert_all_agree(&ledger, &all);
            }
            assert_eq!(ledger.verify().unwrap(), Vec::<String>::new());
        }
    }

    #[test]
    fn only_what_is_over_is_remembered_and_only_while_it_is_true() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let week: Period = "2020-W24".parse().unwrap();
        let id =
            ledger.add("queue_log", &[batch(1, &[("espoo", MONDAY, 5), ("espoo", MONDAY + 3 * 86_400, 5)])]);
        let all: BTreeSet<_> = ledger.series().unwrap().into_iter().map(|(key, _)| key).collect();
        ledger.cells(week, &all).unwrap();
        assert_eq!(marks(&ledger), 3, "Thursday and the week are not over");
        let later = batch(2, &[("espoo", MONDAY + 7 * 86_400, 5)]);
        ledger.put(crate::Target::Grow { id, from: 1 }, &[later]).unwrap();
        ledger.cells(week, &all).unwrap();
        assert_eq!(marks(&ledger), 8);
        let late = batch(3, &[("espoo", MONDAY + 86_400, 5)]);
        ledger.put(crate::Target::Grow { id, from: 2 }, &[late]).unwrap();
        assert_eq!(marks(&ledger), 6, "Tuesday and the week are forgotten");
    }

    #[test]
    fn an_answer_does_not_wait_for_another_writer() {
        let home = Home::new();
        let mut ledger = home.ledger();
        let calls = [("espoo", MONDAY, 5), ("espoo", MONDAY + 9 * 86_400, 5)];
        ledger.add("queue_log", &[batch(1, &calls)]);
        let all: BTreeSet<_> = ledger.series().unwrap().into_iter().map(|(key, _)| key).collect();
        let writer = home.ledger();
        let held = writer.db.unchecked_transaction().unwrap();
        held.execute("UPDATE ledger SET epoch = NULL", []).unwrap();
        let answer = ledger.cells("2020-W24".parse().unwrap(), &all).unwrap();
        assert_eq!((answer.len(), marks(&ledger)), (1, 0));
        drop(held);
    }
}
