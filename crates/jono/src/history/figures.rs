//! What was known of each ISO week and month, as `jono readings` answers, shown through the week or month after it: then
//! it is the one that ended last. Beside each figure is the same a year before.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use jiff::{ToSpan as _, civil::Date};
use jono_domain::{Basis, Grain, Measure, Period, Reading, Series, UnixSeconds, Value};
use jono_exporter::{Figure, Figures, FiguresPast, MONTH_FIGURES, WEEK_FIGURES};
use jono_ledger::{Ledger, LedgerError};

use crate::{
    clock,
    config::Config,
    question::{Question, Who},
};

pub(super) const BASES: &[Basis] = &[Basis::Counted, Basis::Tallied, Basis::Published];

/// The figures of a ledger.
pub(super) struct KnownFigures<'a> {
    config: &'a Config,
    ledger: &'a Ledger,
    bases: &'a [Basis],
    /// In the order of [`MONTH_FIGURES`].
    questions: Vec<(Measure, Question<'a>)>,
}

impl<'a> KnownFigures<'a> {
    /// Asks at `now`: of what is not over by then nothing is known.
    pub(super) fn new(
        config: &'a Config,
        ledger: &'a Ledger,
        bases: &'a [Basis],
        now: UnixSeconds,
    ) -> anyhow::Result<Self> {
        // A row for each series.
        static EACH: Who = Who::each();
        let ask = |name: &str| {
            let measure: Measure = name.parse()?;
            let question = Question::new(config, ledger, &EACH, measure.clone(), now)?.of_whole_periods();
            anyhow::Ok((measure, question))
        };
        let mut questions = Vec::<(Measure, Question<'_>)>::new();
        for name in MONTH_FIGURES {
            let (measure, question) = ask(name)?;
            let question = match questions.first() {
                Some((_, first)) => question.beside(first),
                None => question,
            };
            questions.push((measure, question));
        }
        Ok(Self { config, ledger, bases, questions })
    }

    /// When the first of them can be shown that is tallied or published.
    pub(super) fn first(&self) -> Result<Option<UnixSeconds>, LedgerError> {
        let until = self.config.zone.date(clock::now());
        let Some(always) = Period::days(jiff::civil::date(1970, 1, 1), until) else { return Ok(None) };
        let mut first = None;
        for (measure, _) in &self.questions {
            let mut stated = self.ledger.stated(Basis::Tallied, &measure.tallied_by(), always)?;
            stated.extend(self.ledger.stated(Basis::Published, std::slice::from_ref(measure), always)?);
            let ends = stated.iter().map(|stated| stated.span.bounds(&self.config.zone).end);
            first = first.into_iter().chain(ends).min();
        }
        Ok(first)
    }

    /// What is shown in a span of time, by series and basis: of weeks first, then of months, each ascending.
    pub(super) fn shown_in(
        &self,
        span: &Range<UnixSeconds>,
    ) -> Result<BTreeMap<(Series, Basis), Vec<FiguresPast>>, LedgerError> {
        let mut shown = BTreeMap::<_, Vec<_>>::new();
        for grain in GRAINS {
            for ((series, basis, period), told) in self.of_grain(grain, span)? {
                let Some(after) = next(grain, period) else { continue };
                let mut figures = Figures::default();
                *of(grain, &mut figures) = told;
                let past = FiguresPast { shown: after.bounds(&self.config.zone), figures };
                shown.entry((series, basis)).or_default().push(past);
            }
        }
        Ok(shown)
    }

    fn of_grain(
        &self,
        grain: Grain,
        span: &Range<UnixSeconds>,
    ) -> Result<BTreeMap<(Series, Basis, Period), Told>, LedgerError> {
        let measures = if grain == Grain::Week { WEEK_FIGURES.len() } else { MONTH_FIGURES.len() };
        let periods = self.ended(grain, span);
        let a_year_later: BTreeMap<_, _> =
            periods.iter().filter_map(|period| Some((period.year_ago()?, *period))).collect();
        let asked: BTreeSet<_> = periods.iter().chain(a_year_later.keys()).copied().collect();
        let asked: Vec<_> = asked.into_iter().collect();
        let mut all = BTreeMap::<_, Told>::new();
        for (place, (_, question)) in self.questions.iter().take(measures).enumerate() {
            for &basis in self.bases {
                for reading in question.ask(self.ledger, basis, &asked)? {
                    let Some(series) = self.series(&reading) else { continue };
                    let value = reading.value.map(Value::as_f64);
                    if periods.contains(&reading.period) {
                        let told = all.entry((series.clone(), basis, reading.period)).or_default();
                        told[place].value = value;
                        told[place].state = Some(reading.state);
                    }
                    if let Some(period) = a_year_later.get(&reading.period) {
                        all.entry((series, basis, *period)).or_default()[place].year_ago = value;
                    }
                }
            }
        }
        Ok(all)
    }

    /// The series of a reading, if figures of it are shown.
    fn series(&self, reading: &Reading) -> Option<Series> {
        let Reading { channel, unit, service, .. } = reading;
        let series = Series { channel: (*channel)?, unit: unit.clone()?, service: service.clone()? };
        self.config.limits.figures.contains(&series.channel).then_some(series)
    }

    /// The periods that are the last one at some time of a span, ascending.
    fn ended(&self, grain: Grain, span: &Range<UnixSeconds>) -> Vec<Period> {
        let zone = &self.config.zone;
        let last = Period::of(grain, zone.date(span.start)).previous();
        std::iter::successors(last, |period| next(grain, *period))
            .take_while(|period| period.bounds(zone).end < span.end)
            .collect()
    }
}

/// The figures of one period.
type Told = [Figure; MONTH_FIGURES.len()];

/// What has figures.
const GRAINS: [Grain; 2] = [Grain::Week, Grain::Month];

/// Where the figures of a grain stand.
const fn of(grain: Grain, figures: &mut Figures) -> &mut Told {
    match grain {
        Grain::Week => &mut figures.week,
        _ => &mut figures.month,
    }
}

fn next(grain: Grain, period: Period) -> Option<Period> {
    period.last().tomorrow().map(|day| Period::of(grain, day)).ok()
}

/// Figures of the last week and month.
pub(crate) type LastFigures = BTreeMap<(Series, Basis), Figures>;

/// What is shown at an instant, of some bases: of the week and the month that ended last before it.
pub(crate) fn last_figures(
    config: &Config,
    ledger: &Ledger,
    bases: &[Basis],
    now: UnixSeconds,
) -> anyhow::Result<LastFigures> {
    let moment = now..UnixSeconds::saturating(now.get() + 1);
    // All of it is what one commit left, even if others commit meanwhile.
    ledger.at_one_instant(|ledger| {
        let known = KnownFigures::new(config, ledger, bases, now)?;
        let mut last = LastFigures::new();
        for grain in GRAINS {
            // At one instant, one period is the last.
            for ((series, basis, _), told) in known.of_grain(grain, &moment)? {
                *of(grain, last.entry((series, basis)).or_default()) = told;
            }
        }
        Ok(last)
    })
}

/// The days that [`last_figures`] asks about: as many years ago as it compares with.
pub(crate) fn days_of_figures(from: Date, until: Date) -> Option<Period> {
    let first = from.checked_sub(COMPARED.days()).unwrap_or(from).max(jiff::civil::date(1970, 1, 1));
    Period::days(first.min(until), until)
}

/// Days of a month, and of a year of 53 weeks before it.
const COMPARED: i64 = 31 + 53 * 7;
