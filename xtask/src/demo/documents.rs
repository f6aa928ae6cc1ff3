//! The same counted in the demo's documents by nothing but their delimiters, so that it can hardly agree with jono but
//! by both being right. When service points are open is in a spreadsheet; of that, the generator's own list is taken.

use std::{fs, io::Read};

use anyhow::Context;
use flate2::read::GzDecoder;
use jiff::civil::{Date, DateTime};

use super::{
    channels::{CALLBACKS, Line, ONLINE, PENDING, POINTS, SCORES, SURVEYED, VISITS, written_score},
    stage::demo,
};
use crate::channels::service_points;

/// The promise of the trial, in seconds.
const PROMISE: i64 = 3600;

/// What the documents say, today being this day.
pub(super) fn counted(today: Date) -> anyhow::Result<Vec<Line>> {
    let mut lines = Vec::new();
    let visits = rows("visits.csv")?;
    for (what, weeks) in VISITS {
        let (first, last) = weeks.split_once("..").context("weeks from one to another")?;
        let of: Vec<_> = visits.iter().filter(|row| (first..=last).contains(&&*row[0])).collect();
        let mut names: Vec<_> = of.iter().map(|row| &row[0]).collect();
        names.dedup();
        let sum = of.iter().map(|row| row[2].parse::<f64>()).sum::<Result<f64, _>>()?;
        lines.push((what, format!("{:.0}", sum / names.len() as f64)));
    }
    let weekly = rows("appointments-weekly.csv")?;
    for (what, year) in
        [("phone appointment, week 24 of 2019", "2019"), ("phone appointment, week 24", "2020")]
    {
        let row = weekly.iter().find(|row| row[..4] == [year, "24", "phone_appointment", "kela"]);
        lines.push((what, format!("{} days", row.context("week 24 is missing")?[4])));
    }
    let is_none =
        |row: &&Vec<String>| row[1] == "visit_appointment" && row[2] == "north" && row[3].is_empty();
    let none = rows("appointments.csv")?.iter().filter(is_none).count();
    lines.push(("visits to the north, mornings with none free", none.to_string()));
    lines.extend(callbacks()?);
    lines.extend(scores()?);
    let [open, reduced, closed] = service_points(today);
    lines.push((POINTS, format!("{open} / {reduced} / {closed} on {today}")));
    let online = rows("online.csv")?;
    let share = online.iter().find(|row| row[..2] == ["2020-06", "country"]).context("June is missing")?;
    lines.push((ONLINE, format!("{} %", share[2].replace(',', "."))));
    Ok(lines)
}

fn callbacks() -> anyhow::Result<Vec<Line>> {
    let [mut offered, mut accepted, mut kept, mut late, mut reached, mut pending] = [0; 6];
    for row in rows("callbacks.csv")? {
        offered += 1;
        if row[2].is_empty() {
            continue;
        }
        accepted += 1;
        let at: DateTime = row[2].parse()?;
        // Nobody is called on another day, and no clock changes in June.
        let delay = match row[3].parse::<DateTime>() {
            Ok(called) => at.until(called)?.total(jiff::Unit::Second)? as i64,
            Err(_) => i64::MAX,
        };
        if delay <= PROMISE {
            kept += 1;
        } else {
            late += 1;
        }
        reached += u32::from(row[5] == "spoken");
        pending += u32::from(row[4].is_empty());
    }
    let counts = [offered, accepted, kept, late, reached];
    let lines =
        CALLBACKS.into_iter().zip(counts).map(|((what, _), count): (_, u32)| (what, count.to_string()));
    Ok(lines.chain([(PENDING, pending.to_string())]).collect())
}

fn scores() -> anyhow::Result<Vec<Line>> {
    let (answers, rounds) = (rows("survey-2020.csv.gz")?, rows("survey-rounds.csv")?);
    let mut lines = Vec::new();
    for (channel, [then, now]) in SURVEYED.into_iter().zip(SCORES) {
        let published = rounds.iter().find(|row| row[..3] == ["2019-Q2", channel, "kela"]);
        let published = published.context("a round is missing")?;
        // Two decimals are what it was printed with.
        lines.push((
            then,
            written_score(published[3].replace(',', ".").parse()?, None, Some(published[4].parse()?), false),
        ));
        let scores = answers.iter().filter(|row| row[1] == channel).map(|row| row[3].parse::<f64>());
        let scores: Vec<_> = scores.collect::<Result<_, _>>()?;
        let (mean, interval) = interval(&scores);
        lines.push((now, written_score(mean, Some(interval), Some(scores.len() as u64), true)));
    }
    Ok(lines)
}

/// A mean and its interval of 95 %: Student's quantile by its expansion around the normal one, which is exact to five
/// decimals for hundreds of scores (Abramowitz and Stegun, 26.7.5).
fn interval(scores: &[f64]) -> (f64, (f64, f64)) {
    const NORMAL: f64 = 1.959_963_985;
    let n = scores.len() as f64;
    let mean = scores.iter().sum::<f64>() / n;
    let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let quantile = NORMAL + (NORMAL.powi(3) + NORMAL) / (4.0 * (n - 1.0));
    let half = quantile * (variance / n).sqrt();
    (mean, (mean - half, (mean + half).min(10.0)))
}

/// The rows of a document of the demo, without its header.
fn rows(name: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let path = demo().join(name);
    let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut text = String::new();
    if path.extension().is_some_and(|extension| extension == "gz") {
        GzDecoder::new(&*bytes).read_to_string(&mut text)?;
    } else {
        text = String::from_utf8(bytes)?;
    }
    // Decimal commas are in tables whose fields a semicolon divides.
    let delimiter = if text.lines().next().is_some_and(|header| header.contains(';')) { ';' } else { ',' };
    Ok(text.lines().skip(1).map(|line| line.split(delimiter).map(str::to_owned).collect()).collect())
}
