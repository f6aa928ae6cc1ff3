//! `openings.xlsx`: when service points were open, from 2019 on: closed or reduced from 18 March 2020, open again in
//! June, some with shorter hours, and all shorter in the week of midsummer. A spreadsheet, as people keep such lists.

use jiff::civil::{Date, date};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

use super::{
    Seed,
    points::{CLOSING, LATE_OPENING, OPENING, POINTS, Point, Spring, TICKETED},
};

const USUAL: &str = "Mo-Fr 09:00-15:00";
const SHORTER: &str = "Mo-Th 10:00-13:00";
/// Before it there is nothing.
const FIRST: Date = date(2019, 1, 1);
/// The week of midsummer: its Monday, and the one after it.
const MIDSUMMER: [Date; 2] = [LATE_OPENING, date(2020, 6, 22)];

/// What holds for some days.
struct Row {
    unit: &'static str,
    state: &'static str,
    first: Date,
    last: Option<Date>,
    hours: &'static str,
}

pub(super) fn document(_: Seed) -> anyhow::Result<Vec<u8>> {
    let mut book = Workbook::new();
    // A spreadsheet says when it was made; this one says when the list was.
    let made = ExcelDateTime::from_ymd(2020, 6, 1)?.and_hms(8, 0, 0)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet().set_name("openings")?;
    let day = Format::new().set_num_format("d.m.yyyy");
    for (column, name) in (0..).zip(["service point", "state", "from", "until", "hours"]) {
        sheet.write(0, column, name)?;
    }
    for (line, row) in (1..).zip(POINTS.iter().chain(&TICKETED).flat_map(|point| of(*point))) {
        sheet.write(line, 0, row.unit)?.write(line, 1, row.state)?.write(line, 4, row.hours)?;
        sheet.write_with_format(line, 2, excel(row.first)?, &day)?;
        if let Some(last) = row.last {
            sheet.write_with_format(line, 3, excel(last)?, &day)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// All that is said of a point, in the order of time.
fn of(point: Point) -> [Row; 5] {
    let unit = point.unit;
    let (spring, opens) = match point.spring {
        Spring::Reduced => (("reduced", SHORTER), OPENING),
        Spring::ClosedUntil(opens) => (("closed", ""), opens),
    };
    let june = if opens > OPENING {
        spring
    } else if point.is_reduced {
        ("reduced", SHORTER)
    } else {
        ("open", USUAL)
    };
    let summer = if point.is_reduced { ("reduced", SHORTER) } else { ("open", USUAL) };
    let [midsummer, after] = MIDSUMMER;
    let row = |(state, hours), first, last| Row { unit, state, first, last, hours };
    [
        row(("open", USUAL), FIRST, CLOSING.yesterday().ok()),
        row(spring, CLOSING, OPENING.yesterday().ok()),
        row(june, OPENING, midsummer.yesterday().ok()),
        row(("reduced", SHORTER), midsummer, after.yesterday().ok()),
        row(summer, after, None),
    ]
}

/// A day as spreadsheets count it.
fn excel(day: Date) -> anyhow::Result<ExcelDateTime> {
    let (year, month, day) = (day.year(), day.month(), day.day());
    Ok(ExcelDateTime::from_ymd(year.cast_unsigned(), month.cast_unsigned(), day.cast_unsigned())?)
}
