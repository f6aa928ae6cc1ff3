//! `online.csv`: the share of applications that were made online, by area and month. The areas are made up.

use jiff::{ToSpan, civil::date};

use super::{Seed, rows::Rows};

/// The areas of the demo's configuration, and the share in percent at the beginning.
const AREAS: [(&str, f64); 5] = [
    ("country", 68.0),
    ("coast_region", 72.0),
    ("inland_region", 63.0),
    ("tervaniemi", 75.0),
    ("korpilahdelma", 58.0),
];

pub(super) fn document(seed: Seed) -> anyhow::Result<Vec<u8>> {
    let mut draw = seed.draw("online");
    let mut rows = Rows::new(";", &["month", "area", "online_percent"]);
    let (first, closing) = (date(2019, 1, 1), date(2020, 4, 1));
    for passed in 0..18_i8 {
        let month = first.checked_add(i64::from(passed).months())?;
        // Whoever cannot come in applies online.
        let rise = f64::from(passed) * 0.25 + if month >= closing { 6.0 } else { 0.0 };
        for (area, share) in AREAS {
            let share = share + rise + (draw.unit() - 0.5) * 1.6;
            let share = format!("{share:.1}").replace('.', ",");
            rows.push(&[&month.strftime("%Y-%m").to_string(), area, &share])?;
        }
    }
    Ok(rows.bytes())
}
