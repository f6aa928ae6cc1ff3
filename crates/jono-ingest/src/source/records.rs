//! What formats of records have in common: tables of which each row stands for itself, so that one that has grown is
//! gone on with, and lines of JSON are a log.

use std::{fmt, sync::Arc};

use jono_domain::{Keep, Reason, Zone};

use super::{ByLine, Chunk, Format, Split, Whole};
use crate::{
    fold::Fold,
    input::{Input, InputError},
    live::Replay,
    table::{
        self, Columns, Days, Fields, FileType, Found, JsonRow, Layout, Only, Reading, Refused,
        delimited::{Delimited, Rows},
        heading::Heading,
    },
};

/// What the rows of a format mean.
pub(crate) trait Records: fmt::Debug + Send + Sync {
    /// The columns that a row is made of.
    fn columns(&self) -> Vec<&str>;

    /// Understands a row. Nothing of it is counted before all of it is understood.
    fn read(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Found, Reason>;

    /// Those of them that may tell who a customer is, such as the id of a call.
    fn personal(&self) -> Vec<&str> {
        Vec::new()
    }

    /// Whether its documents state what holds and replace each other, so that none is gone on with and lines of JSON are
    /// no log.
    fn are_statements(&self) -> bool {
        false
    }

    /// Reads the rows of one document, in their order. What statements have said before decides what becomes of a row.
    fn reader(&self) -> ReadRow<'_> {
        Box::new(|row, fold| self.read(row, fold))
    }

    /// Whether it tells of call backs, and so of promises.
    fn has_callbacks(&self) -> bool {
        false
    }

    /// Whether it tells what is happening now.
    fn has_live(&self) -> bool {
        false
    }

    /// Tells what is happening now, if it does; `position` tells rows apart. A row that means nothing is passed over.
    fn live(&self, _row: &Fields<'_>, _position: u64, _replay: &mut Replay<'_>) {}
}

/// Reads one row after the other.
pub(crate) type ReadRow<'a> = Box<dyn FnMut(&Fields<'_>, &mut Fold<'_>) -> Result<Found, Reason> + 'a>;

/// Makes sense of the columns of a source; `None` if it cannot, which the columns then tell.
pub(crate) type MakeRecords = fn(&mut Columns<'_>, &Layout) -> Option<Box<dyn Records>>;

/// How a source of records is read.
#[derive(Debug)]
pub(super) struct RecordTable {
    name: &'static str,
    layout: Layout,
    only: Only,
    records: Box<dyn Records>,
}

impl RecordTable {
    pub(super) fn format(
        name: &'static str,
        layout: Layout,
        only: Only,
        records: Box<dyn Records>,
    ) -> Arc<dyn Format> {
        Arc::new(Self { name, layout, only, records })
    }

    /// Whether its lines stand for themselves and are only ever added to.
    fn is_log(&self) -> bool {
        self.layout.file_type == FileType::JsonLines && !self.records.are_statements()
    }

    fn all_columns(&self) -> impl Iterator<Item = &str> {
        self.records.columns().into_iter().chain(self.only.keys().map(String::as_str))
    }
}

impl Format for RecordTable {
    fn name(&self) -> &'static str {
        self.name
    }

    fn keep(&self) -> Keep {
        if self.is_log() { Keep::Append } else { Keep::Replace }
    }

    fn rules(&self) -> String {
        format!("{self:?}")
    }

    fn split(&self) -> Split<'_> {
        if self.is_log() {
            Split::Lines(self)
        } else if Whole::goes_on(self) && !self.layout.encoding.is_utf16() {
            Split::Rows(RowTable(self))
        } else {
            Split::Whole(self)
        }
    }

    fn has_live(&self) -> bool {
        self.records.has_live()
    }

    fn has_callbacks(&self) -> bool {
        self.records.has_callbacks()
    }

    fn has_rows(&self) -> bool {
        self.layout.file_type == FileType::Xlsx
    }

    fn header(&self, input: &Input) -> Result<Vec<u8>, InputError> {
        table::header(input, &self.layout)
    }

    fn masked(&self, header: &[u8], line: &[u8]) -> String {
        let personal = self.records.personal();
        let shown = self.all_columns().filter(|column| !personal.contains(column));
        self.layout.masked(header, line, &shown.collect())
    }
}

impl ByLine for RecordTable {
    fn read(&self, chunk: &Chunk<'_>, fold: &mut Fold<'_>) {
        let rows = JsonRow::new(self.all_columns(), &self.layout, &fold.context().log_zone);
        for (position, line) in chunk.lines() {
            if line.bytes().trim_ascii().is_empty() {
                fold.ignore(table::BLANK);
                continue;
            }
            let found = rows.read(line.bytes(), |row| {
                if row.pass(&self.only) {
                    self.records.read(row, fold)
                } else {
                    Ok(Found::Nothing(table::FILTERED))
                }
            });
            match found {
                Ok(Found::Event) => fold.row(),
                Ok(Found::Nothing(name)) => fold.ignore(name),
                Err(reason) => fold.reject(reason, position, line.bytes()),
            }
        }
    }

    fn live(&self, chunk: &Chunk<'_>, replay: &mut Replay<'_>) {
        let rows = JsonRow::new(self.all_columns(), &self.layout, &replay.context().log_zone);
        for (position, line) in chunk.lines() {
            // What means nothing is told of by the reading that counts.
            let _ = rows.read(line.bytes(), |row| {
                if row.pass(&self.only) {
                    self.records.live(row, position, replay);
                }
                Ok(())
            });
        }
    }
}

impl Whole for RecordTable {
    fn read(&self, document: &[u8], from: u64, fold: &mut Fold<'_>) -> Result<(), Refused> {
        let columns = self.records.columns().into_iter();
        table::read(document, from, &self.layout, &self.only, columns, fold, self.records.reader())
    }

    fn live(&self, document: &[u8], replay: &mut Replay<'_>) {
        if !self.records.has_live() {
            return;
        }
        let context = replay.context();
        // The rows are handed over as they are when they are counted; nothing is counted here.
        let mut fold = Fold::new(context);
        let (columns, mut row_number) = (self.records.columns().into_iter(), 0);
        let told = |row: &Fields<'_>, _: &mut Fold<'_>| {
            row_number += 1;
            self.records.live(row, row_number, replay);
            Ok(Found::Nothing(table::FILTERED))
        };
        // A document that is refused was refused when it was counted.
        let _ = table::read(document, 0, &self.layout, &self.only, columns, &mut fold, told);
    }

    fn goes_on(&self) -> bool {
        self.layout.file_type == FileType::Csv && !self.records.are_statements()
    }
}

/// A table in which each row stands for itself, and rows are cut at bytes.
#[derive(Clone, Copy)]
pub struct RowTable<'a>(&'a RecordTable);

impl<'a> RowTable<'a> {
    /// How it is written.
    pub(crate) fn layout(self) -> &'a Layout {
        &self.0.layout
    }

    /// Reads the rows of one document, stretch by stretch.
    pub(crate) fn reader(self, heading: &Heading, zone: &Zone, from: u64) -> Result<RowReader<'a>, Refused> {
        let Self(table) = self;
        let columns: Vec<_> = table.all_columns().collect();
        Ok(RowReader {
            table,
            rows: Delimited::new(&columns, heading, &table.layout, from)?,
            days: Days::new(zone),
            read: table.records.reader(),
        })
    }

    /// Whether it tells what is happening now.
    pub(crate) fn has_live(self) -> bool {
        self.0.records.has_live()
    }
}

/// Reads the rows of one document.
pub(crate) struct RowReader<'a> {
    table: &'a RecordTable,
    rows: Delimited<'a>,
    days: Days,
    read: ReadRow<'a>,
}

impl<'a> RowReader<'a> {
    /// How the table is written.
    pub(crate) fn layout(&self) -> &'a Layout {
        &self.table.layout
    }

    /// Understands the rows of the next stretch.
    pub(crate) fn read(&mut self, rows: &Rows<'_>, fold: &mut Fold<'_>) {
        let Self { table, days, read, .. } = self;
        self.rows
            .read(rows, &mut Reading { layout: &table.layout, only: &table.only, days, fold, meaning: read });
    }

    /// Tells what is happening now. Rows that mean nothing are passed over; `number` is that of the last row.
    pub(crate) fn live(&mut self, rows: &Rows<'_>, number: &mut u64, replay: &mut Replay<'_>) {
        let Self { table, days, .. } = self;
        // The rows are handed over as they are when they are counted; nothing is counted here.
        let fold = &mut Fold::new(replay.context());
        let meaning = |row: &Fields<'_>, _: &mut Fold<'_>| {
            *number += 1;
            table.records.live(row, *number, replay);
            Ok(Found::Nothing(table::FILTERED))
        };
        self.rows.read(rows, &mut Reading { layout: &table.layout, only: &table.only, days, fold, meaning });
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::{collections::BTreeMap, fmt::Write as _};

    use jono_domain::{
        Batch, CallbackPromise, Count, LiveView, Outcome, Router, Sample, Seconds, ServiceId, UnixSeconds,
        Zone,
    };

    use super::*;
    use crate::{
        Batches, Context, Input, Options, Unrouted,
        source::{Form, format},
        table::{Written, WrittenPlace},
    };

    /// A source of records, as a configuration would have it.
    #[derive(Clone)]
    pub(in crate::source) struct Source {
        name: &'static str,
        columns: BTreeMap<String, Written>,
        layout: Layout,
        promises: BTreeMap<ServiceId, CallbackPromise>,
        until: UnixSeconds,
    }

    fn written(place: WrittenPlace) -> Written {
        Written { place, format: None, given_in: None }
    }

    pub(in crate::source) fn constant(value: &str) -> Written {
        written(WrittenPlace::Constant(value.to_owned()))
    }

    pub(in crate::source) fn values(name: &str, values: &[(&str, &str)]) -> Written {
        let values = values.iter().map(|&(text, value)| (text.to_owned(), value.to_owned())).collect();
        written(WrittenPlace::Column { name: name.to_owned(), values: Some(values) })
    }

    pub(in crate::source) fn given_in(name: &str, unit: &str) -> Written {
        let column = WrittenPlace::Column { name: name.to_owned(), values: None };
        Written { given_in: Some(unit.to_owned()), ..written(column) }
    }

    pub(in crate::source) fn formatted(name: &str, format: &str) -> Written {
        let column = WrittenPlace::Column { name: name.to_owned(), values: None };
        Written { format: Some(format.to_owned()), ..written(column) }
    }

    impl Source {
        pub(in crate::source) fn new(name: &'static str) -> Self {
            Self {
                name,
                columns: BTreeMap::new(),
                layout: Layout::default(),
                promises: BTreeMap::new(),
                until: UnixSeconds::MAX,
            }
        }

        pub(in crate::source) fn column(self, key: &str, column: &str) -> Self {
            self.with(key, written(WrittenPlace::Column { name: column.to_owned(), values: None }))
        }

        pub(in crate::source) fn with(mut self, key: &str, written: Written) -> Self {
            self.columns.insert(key.to_owned(), written);
            self
        }

        pub(in crate::source) fn file_type(mut self, word: &str) -> Self {
            self.layout.file_type = word.parse().unwrap();
            self
        }

        /// With an empty field, this means that there is no value.
        pub(in crate::source) fn no_value(mut self, text: &str) -> Self {
            self.layout.no_value = [String::new(), text.to_owned()].into();
            self
        }

        pub(in crate::source) fn max_skew(mut self, seconds: u32) -> Self {
            self.layout.max_skew = Seconds::new(seconds).unwrap();
            self
        }

        /// Nothing can have happened after that time, which has an offset.
        pub(in crate::source) fn until(mut self, time: &str) -> Self {
            let time: jiff::Timestamp = time.parse().unwrap();
            self.until = UnixSeconds::new(time.as_second()).unwrap();
            self
        }

        /// Call backs of a service are promised within so many seconds, until a day.
        pub(in crate::source) fn promise(mut self, service: &str, within: u32, last_day: &str) -> Self {
            let (within, last_day) = (Seconds::new(within).unwrap(), Some(last_day.parse().unwrap()));
            self.promises
                .insert(service.parse().unwrap(), CallbackPromise { within, first_day: None, last_day });
            self
        }

        fn make(&self) -> Result<Arc<dyn Format>, String> {
            let Form::Records(recipe) = format(self.name).unwrap() else {
                panic!("{} has records", self.name)
            };
            let mut columns = Columns::new(&self.columns);
            let made = recipe.make(self.layout.clone(), Only::new(), &mut columns);
            let mistakes: Vec<_> = columns
                .mistakes()
                .into_iter()
                .map(|mistake| format!("{}: {}", mistake.key.as_deref().unwrap_or("-"), mistake.message))
                .collect();
            made.filter(|_| mistakes.is_empty()).ok_or_else(|| mistakes.join("\n"))
        }

        pub(in crate::source) fn mistakes(&self) -> String {
            self.make().map_or_else(|mistakes| mistakes, |_| "none".to_owned())
        }

        /// What becomes of its documents when there is more.
        pub(in crate::source) fn keeping(&self) -> String {
            let format = self.make().unwrap();
            format!("{:?}, goes on: {}", format.keep(), format.goes_on())
        }

        fn context(&self) -> Context {
            let zone = Zone::new("Europe/Helsinki").unwrap();
            Context {
                log_zone: zone.clone(),
                zone,
                router: Router::default(),
                unrouted: Unrouted { limit: 9, ..Unrouted::default() },
                promises: self.promises.clone(),
                until: self.until,
            }
        }

        /// Everything that comes of a document, in Helsinki.
        pub(in crate::source) fn read(&self, document: impl AsRef<[u8]>) -> String {
            let context = self.context();
            let zone = context.zone.clone();
            let input = Input::spool("test", document.as_ref()).unwrap();
            let options = Options { threads: 1, take_last: true, ..Options::default() };
            let batches =
                Batches::new(&input, &self.make().unwrap(), &Arc::new(context), None, options).unwrap();
            batches
                .map(|batch| batch.map_or_else(|error| format!("{error:?}"), |batch| told(&batch, &zone)))
                .collect()
        }
    }

    impl Source {
        /// What is happening now after a document.
        pub(in crate::source) fn live(&self, document: &str) -> String {
            let (format, context) = (self.make().unwrap(), self.context());
            let mut view = LiveView::new(LiveView::LIMIT);
            let input = Input::spool("test", document.as_bytes()).unwrap();
            crate::replay(&input, &*format, &context, 0..document.len() as u64, &mut view).unwrap();
            waiting(&view, &context.zone)
        }
    }

    /// Who waits, and since when.
    pub(in crate::source) fn waiting(view: &LiveView, zone: &Zone) -> String {
        let queues = view.queues().into_iter().map(|(series, queue)| {
            let since = queue.oldest.map_or_else(String::new, |at| format!(" since {}", zone.rfc3339(at)));
            format!("{series}: {}{since}", queue.waiting)
        });
        queues.collect::<Vec<_>>().join("\n")
    }

    /// What a batch holds, in one line a series and hour, and what became of the lines.
    pub(in crate::source) fn told(batch: &Batch, zone: &Zone) -> String {
        let mut text = String::new();
        for (number, hour, cell) in &batch.cells {
            let cell = cell.open();
            let start = zone.rfc3339(hour.0);
            write!(text, "{} {}:", batch.series[*number], &start[..13]).unwrap();
            let mut put = |name: &str, count: u64| {
                if count > 0 {
                    write!(text, " {name}={count}").unwrap();
                }
            };
            put("arrived", cell.arrived);
            put("unit_contacts", cell.unit_contacts);
            for outcome in Outcome::ALL {
                put(outcome.as_str(), cell.outcome(outcome));
            }
            put("handled", cell.handled);
            for &count in Count::ALL {
                put(&format!("{count:?}"), cell.count(count));
            }
            let waits = Outcome::ALL.map(|outcome| (outcome.as_str().to_owned(), cell.waits(outcome)));
            let samples = Sample::ALL.iter().map(|&sample| (format!("{sample:?}"), cell.sample(sample)));
            let others = [("handling".to_owned(), &cell.handling)];
            for (name, histogram) in waits.into_iter().chain(others).chain(samples) {
                for (value, count) in histogram.entries() {
                    write!(text, " {name}:{}x{count}", value.get()).unwrap();
                }
            }
            text.push('\n');
        }
        for (series, round, scores) in &batch.scores {
            writeln!(text, "{series} {round}: {} scores of {}", scores.count(), scores.sum()).unwrap();
        }
        for poll in &batch.polls {
            writeln!(text, "{} at {}: {:?}", poll.series, zone.rfc3339(poll.at), poll.seen).unwrap();
        }
        for opening in &batch.openings {
            writeln!(text, "{opening:?}").unwrap();
        }
        for (reason, count) in batch.lines.reasons() {
            let at = batch.rejects.iter().filter(|reject| reject.reason == reason);
            let at: Vec<_> = at.map(|reject| reject.position.to_string()).collect();
            writeln!(text, "{count} rejected {reason} at {}", at.join(", ")).unwrap();
        }
        let ignored: Vec<_> =
            batch.lines.ignored.iter().map(|(name, count)| format!("{count} {name}")).collect();
        write!(text, "{} rows; ignored {}", batch.lines.events, ignored.join(", ")).unwrap();
        text
    }
}
