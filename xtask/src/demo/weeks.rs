//! The week that the statistics of June 2020 spoke of, beside the same ISO week of the year before.

use anyhow::Context;

use crate::{jono::Jono, table};

const WEEKS: [&str; 2] = ["2019-W24", "2020-W24"];

/// The tree of `deploy/demo/jono.toml` as it is read, and the roll-up across it. A unit that is not there is refused.
const UNITS: [(&str, &str); 12] = [
    ("kela", "Kela"),
    ("contact_centre", "  Contact centre"),
    ("south", "    Southern unit"),
    ("east", "    Eastern unit"),
    ("central", "    Central unit"),
    ("west", "    Western unit"),
    ("north", "    Northern unit"),
    ("capital", "    Capital region unit"),
    ("international_affairs", "  International affairs"),
    ("recovery", "  Recovery centre"),
    ("interpreting", "  Interpreting service centre"),
    ("customer_service_units", "The six customer service units"),
];

/// How many called, how many were answered, and how long those waited: by unit, in both years.
pub(super) fn table(jono: &Jono) -> anyhow::Result<String> {
    let row = |(unit, name): (&str, &str)| {
        let [calls_then, calls_now] = measured(jono, "arrivals", unit, |calls| format!("{calls:.0}"))?;
        let percent = |rate: f64| format!("{:.1} %", rate * 100.0);
        let [rate_then, rate_now] = measured(jono, "answer_rate", unit, percent)?;
        let [wait_then, wait_now] = measured(jono, "wait_mean", unit, |wait| format!("{wait:.0} s"))?;
        anyhow::Ok([name.to_owned(), calls_then, calls_now, rate_then, rate_now, wait_then, wait_now])
    };
    let rows = UNITS.into_iter().map(row).collect::<anyhow::Result<Vec<_>>>()?;
    let header = ["phone, week 24", "calls 2019", "2020", "answered 2019", "2020", "mean wait 2019", "2020"];
    Ok(table::table(header, 1, rows))
}

/// One measure of a unit and all beneath it, in both weeks.
fn measured(
    jono: &Jono,
    measure: &str,
    unit: &str,
    written: impl Fn(f64) -> String,
) -> anyhow::Result<[String; 2]> {
    let mut values = WEEKS.map(str::to_owned);
    for value in &mut values {
        let asked = ["--measure", measure, "--period", value, "--unit", unit, "--service", "all"];
        let rows = jono.readings(&[&asked[..], &["--channel", "phone", "--basis", "counted"]].concat())?;
        let row = rows.first().with_context(|| format!("nothing is said about {measure} of {unit}"))?;
        *value = row["value"].as_f64().map_or_else(|| "–".to_owned(), &written);
    }
    Ok(values)
}
