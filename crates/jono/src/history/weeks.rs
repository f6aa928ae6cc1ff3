//! What was known of each ISO week, as `jono readings` answers, shown through the week after it: then it is the week
//! that ended last.

use std::{collections::BTreeMap, ops::Range};

use jiff::ToSpan as _;
use jono_domain::{Basis, Grain, Measure, Period, Series, UnixSeconds};
use jono_exporter::{WeekFigures, WeekPast};
use jono_ledger::{Ledger, LedgerError};

use crate::{
    clock,
    config::Config,
    question::{Question, Who},
};

const BASES: [Basis; 3] = [Basis::Counted, Basis::Tallied, Basis::Published];

/// What is asked of a week.
const MEASURES: [&str; 3] = ["contacts", "answer_rate", "wait_mean"];

/// The weeks of a ledger.
pub(super) struct Weeks<'a> {
    config: &'a Config,
    ledger: &'a Ledger,
    questions: Vec<(&'static str, Question<'a>)>,
    first: Option<UnixSeconds>,
}

impl<'a> Weeks<'a> {
    pub(super) fn new(config: &'a Config, ledger: &'a Ledger) -> anyhow::Result<Self> {
        // A row for each series.
        static EACH: Who = Who::each();
        let mut questions = Vec::new();
        let mut first = None;
        for name in MEASURES {
            let measure: Measure = name.parse()?;
            first = first.into_iter().chain(first_stated(config, ledger, &measure)?).min();
            questions.push((name, Question::new(config, ledger, &EACH, measure, clock::now())?));
        }
        Ok(Self { config, ledger, questions, first })
    }

    /// When the first of them is shown that is tallied or published.
    pub(super) const fn first(&self) -> Option<UnixSeconds> {
        self.first
    }

    /// What is shown in a span of time, by series and basis; weeks ascend.
    pub(super) fn shown_in(
        &self,
        span: &Range<UnixSeconds>,
    ) -> Result<BTreeMap<(Series, Basis), Vec<WeekPast>>, LedgerError> {
        let zone = &self.config.zone;
        let week_of = |day| Period::of(Grain::Week, day);
        let next = |week: &Period| week.last().tomorrow().map(week_of).ok();
        let Ok(before) = zone.date(span.start).checked_sub(7.days()) else { return Ok(BTreeMap::new()) };
        let weeks: Vec<_> = std::iter::successors(Some(week_of(before)), next)
            .take_while(|week| week.bounds(zone).end < span.end)
            .collect();
        let mut figures = BTreeMap::<(Series, Basis), BTreeMap<Period, WeekFigures>>::new();
        for (name, question) in &self.questions {
            for basis in BASES {
                for reading in question.ask(self.ledger, basis, &weeks)? {
                    let (Some(value), Some(channel), Some(unit), Some(service)) =
                        (reading.value, reading.channel, reading.unit, reading.service)
                    else {
                        continue;
                    };
                    let series = Series { channel, unit, service };
                    let week = figures.entry((series, basis)).or_default().entry(reading.period).or_default();
                    let value = Some(value.as_f64());
                    match *name {
                        "contacts" => week.contacts = value,
                        "answer_rate" => week.answer_rate = value,
                        _ => week.wait_mean = value,
                    }
                }
            }
        }
        let shown = |(week, figures): (Period, WeekFigures)| {
            let after = next(&week).map_or(week, |after| after);
            WeekPast { shown: after.bounds(zone), figures }
        };
        Ok(figures.into_iter().map(|(key, weeks)| (key, weeks.into_iter().map(shown).collect())).collect())
    }
}

/// What is shown at an instant: of the week that ended last before it.
pub(crate) fn last_week(
    config: &Config,
    ledger: &Ledger,
    now: UnixSeconds,
) -> anyhow::Result<BTreeMap<(Series, Basis), WeekFigures>> {
    let moment = now..UnixSeconds::saturating(now.get() + 1);
    let known = Weeks::new(config, ledger)?.shown_in(&moment)?;
    let of_now = |weeks: Vec<WeekPast>| weeks.into_iter().find(|week| week.shown.contains(&now));
    Ok(known.into_iter().filter_map(|(key, weeks)| Some((key, of_now(weeks)?.figures))).collect())
}

/// When the first week ended of which a measure is stated.
fn first_stated(
    config: &Config,
    ledger: &Ledger,
    measure: &Measure,
) -> Result<Option<UnixSeconds>, LedgerError> {
    let until = config.zone.date(clock::now());
    let Some(always) = Period::days(jiff::civil::date(1970, 1, 1), until) else { return Ok(None) };
    let mut stated = ledger.stated(Basis::Tallied, &measure.tallied_by(), always)?;
    stated.extend(ledger.stated(Basis::Published, std::slice::from_ref(measure), always)?);
    let ends = stated.iter().filter(|stated| stated.span.grain() == Some(Grain::Week));
    Ok(ends.map(|stated| stated.span.bounds(&config.zone).end).min())
}
