//! What holds until it is told otherwise: what was seen last at offices and in appointment books, the last survey
//! rounds, shares that were published, who is open, the figures of the last week and month. All of it is in the ledger, so a restart shows the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use jiff::{Span, civil::Date};
use jono_domain::{
    Aspect, Basis, Channel, Grain, Measure, Openings, Period, Poll, PollKind, Seconds, Series, UnitId,
    UnixSeconds, Value, measure::Sum,
};
use jono_exporter::{CalendarNow, Exposition, OnlineShare, OpenNow, SurveyRound, Undeclared};
use jono_ledger::{Ledger, LedgerError, RoundScores, Stated};

use crate::{
    config::Config,
    history::{self, LastFigures},
};

/// How often it is looked at when others write, at most.
const REST: Duration = Duration::from_secs(1);

/// How old what was seen in an appointment book may be: a week. Some are looked at daily, and not on holidays.
const APPOINTMENT_AGE: i64 = 7 * 86_400;

/// What was looked at last.
#[derive(Debug, Default)]
pub(super) struct Present {
    /// The ledger's version at the last look, and when that was; `None` before the first.
    seen: Option<(i64, i64, Instant)>,
    /// What tables state, which changes seldom and takes long to ask for.
    stated: Option<(StatedMark, Published)>,
    /// Of the last week and month, and when they were asked for: what was counted, and what tables state.
    counted: Option<(FiguresMark, LastFigures)>,
    tabled: Option<((StatedMark, Date), LastFigures)>,
}

/// Changes whenever a table states something else.
type StatedMark = (i64, i64);

/// The ledger's version and the minute: there are many figures, and what is over changes seldom.
type FiguresMark = (i64, i64);

/// What is shown of published figures.
#[derive(Debug, Clone, Default)]
struct Published {
    rounds: BTreeMap<(Series, Basis), SurveyRound>,
    online: BTreeMap<UnitId, OnlineShare>,
}

/// What holds now.
pub(super) struct News {
    polls: Vec<Poll>,
    rounds: BTreeMap<(Series, Basis), SurveyRound>,
    online: BTreeMap<UnitId, OnlineShare>,
    openings: BTreeMap<(Channel, UnitId), OpenNow>,
    calendar: CalendarNow,
    /// `None` if they are the same as before.
    figures: Option<LastFigures>,
}

impl Present {
    /// What holds now; `None` if nothing can have changed since the last look. By itself it changes by the minute.
    pub(super) fn look(
        &mut self,
        config: &Config,
        ledger: &Ledger,
        version: i64,
        now: UnixSeconds,
    ) -> anyhow::Result<Option<News>> {
        let minute = now.get() / 60;
        if let Some((seen, at, since)) = self.seen
            && ((seen == version && at == minute) || since.elapsed() < REST)
        {
            return Ok(None);
        }
        let mark = ledger.stated_mark()?;
        if self.stated.as_ref().is_none_or(|(seen, _)| *seen != mark) {
            self.stated = Some((mark, published(config, ledger, now)?));
        }
        let published = self.stated.as_ref().map(|(_, published)| published.clone()).unwrap_or_default();
        let mut rounds = counted_rounds(config, ledger, now)?;
        rounds.extend(published.rounds);
        let figures = self.figures(config, ledger, (version, minute), (mark, config.zone.date(now)), now)?;
        let news = News {
            polls: polls(config, ledger, now)?,
            rounds,
            online: published.online,
            openings: openings(config, ledger, now)?,
            calendar: calendar(config, now),
            figures,
        };
        self.seen = Some((version, minute, Instant::now()));
        Ok(Some(news))
    }

    /// The figures of the last week and month, if they may be others than before. Counted ones are asked for once a minute
    /// at most; those of tables, of which there may be years, when a table states something else or a day begins.
    fn figures(
        &mut self,
        config: &Config,
        ledger: &Ledger,
        mark: FiguresMark,
        stated: (StatedMark, Date),
        now: UnixSeconds,
    ) -> anyhow::Result<Option<LastFigures>> {
        let (version, minute) = mark;
        let is_old = |(seen, at): &FiguresMark| {
            *at != minute && (*seen != version || day(config, *at) != day(config, minute))
        };
        let count = self.counted.as_ref().is_none_or(|(seen, _)| is_old(seen));
        let table = self.tabled.as_ref().is_none_or(|(seen, _)| *seen != stated);
        if count {
            let today = config.zone.date(now);
            history::days_of_figures(today, today).inspect(|days| ledger.remember(*days));
            self.counted = Some((mark, history::last_figures(config, ledger, &[Basis::Counted], now)?));
        }
        if table {
            let bases = [Basis::Tallied, Basis::Published];
            self.tabled = Some((stated, history::last_figures(config, ledger, &bases, now)?));
        }
        if !(count || table) {
            return Ok(None);
        }
        let counted = self.counted.iter().flat_map(|(_, figures)| figures);
        let tabled = self.tabled.iter().flat_map(|(_, figures)| figures);
        Ok(Some(counted.chain(tabled).map(|(key, figures)| (key.clone(), *figures)).collect()))
    }
}

impl News {
    /// The series that are to be declared before it is shown.
    pub(super) fn aspects(&self) -> impl Iterator<Item = (&Series, BTreeSet<Aspect>)> {
        self.polls.iter().map(|poll| {
            let aspect = match poll.seen.kind() {
                PollKind::Office => Aspect::Polls,
                PollKind::Appointment => Aspect::Appointments,
            };
            (&poll.series, BTreeSet::from([aspect]))
        })
    }

    /// Shows it, and nothing else of its kind.
    pub(super) fn show(self, exposition: &mut Exposition) -> Result<(), Undeclared> {
        exposition.polls(self.polls)?;
        exposition.rounds(self.rounds);
        exposition.online(self.online);
        exposition.openings(self.openings);
        exposition.calendar(self.calendar);
        if let Some(figures) = self.figures {
            exposition.figures(figures);
        }
        Ok(())
    }
}

/// The local day of a minute.
fn day(config: &Config, minute: i64) -> Date {
    config.zone.date(UnixSeconds::saturating(minute * 60))
}

/// What was seen lately: somebody who looked yesterday does not know who waits now.
fn polls(config: &Config, ledger: &Ledger, now: UnixSeconds) -> Result<Vec<Poll>, LedgerError> {
    let is_recent = |poll: &Poll| {
        let age = match poll.seen.kind() {
            PollKind::Office => i64::from(Seconds::get(config.live.max_wait)),
            PollKind::Appointment => APPOINTMENT_AGE,
        };
        poll.at.get() + age >= now.get()
    };
    Ok(ledger.polls()?.into_iter().filter(is_recent).collect())
}

/// Of each series the last round that has answers.
fn counted_rounds(
    config: &Config,
    ledger: &Ledger,
    now: UnixSeconds,
) -> Result<BTreeMap<(Series, Basis), SurveyRound>, LedgerError> {
    let today = config.zone.date(now);
    let score = measure("score");
    let mut rounds = BTreeMap::new();
    // Ascending by round: the last stays.
    for RoundScores { series, round, scores, .. } in ledger.scores(ever(config, now))? {
        let mut sum = Sum::default();
        score.add_scores(&scores, &mut sum);
        let Some(mean) = score.value(&sum).map(Value::as_f64) else { continue };
        let told = SurveyRound {
            mean,
            interval: scores.interval(),
            responses: Some(scores.count()),
            provisional: config.survey.is_provisional(round, today),
            start: config.zone.day_start(round.first()),
        };
        rounds.insert((series, Basis::Counted), told);
    }
    Ok(rounds)
}

/// What tables state last of each series, and of each area.
fn published(config: &Config, ledger: &Ledger, now: UnixSeconds) -> Result<Published, LedgerError> {
    let mut published = Published::default();
    // Ascending by span: the last stays.
    let rounds = ledger.stated(Basis::Published, &[measure("score")], ever(config, now))?;
    for Stated { series, span, value, of, provisional, .. } in rounds {
        if span.grain() == Some(Grain::Quarter) {
            let told = SurveyRound {
                mean: Value::Published { value, of }.as_f64(),
                interval: None,
                responses: of,
                provisional,
                start: config.zone.day_start(span.first()),
            };
            published.rounds.insert((series, Basis::Published), told);
        }
    }
    let shares = ledger.stated(Basis::Published, &[measure("online_ratio")], ever(config, now))?;
    for Stated { series, span, value, .. } in shares {
        let share = OnlineShare {
            ratio: Value::Published { value, of: None }.as_f64(),
            start: config.zone.day_start(span.first()),
        };
        let last = published.online.entry(series.unit).or_insert(share);
        if share.start >= last.start {
            *last = share;
        }
    }
    Ok(published)
}

/// Who serves today, and whether now.
fn openings(
    config: &Config,
    ledger: &Ledger,
    now: UnixSeconds,
) -> Result<BTreeMap<(Channel, UnitId), OpenNow>, LedgerError> {
    let openings = Openings::new(ledger.openings()?.into_iter().map(|(_, opening)| opening).collect());
    let today = openings.states(config.zone.date(now));
    let told = today.into_iter().map(|((channel, unit), today)| {
        let open = openings.is_open(channel, &unit, now, &config.zone);
        ((channel, unit), OpenNow { today, open })
    });
    Ok(told.collect())
}

/// What the calendar says of today.
fn calendar(config: &Config, now: UnixSeconds) -> CalendarNow {
    let today = config.zone.date(now);
    let week = |days: i64| Period::of(Grain::Week, today.saturating_add(Span::new().days(days)));
    let month = Period::of(Grain::Month, today);
    let last_month = month.previous().unwrap_or(month);
    CalendarNow {
        workdays: [-7, 0, 7].map(|days| config.calendar.workdays(week(days))),
        is_workday: config.calendar.is_workday(today),
        is_holiday: config.calendar.is_holiday(today),
        last_week: week(-7).bounds(&config.zone),
        last_month: last_month.bounds(&config.zone),
    }
}

/// All days until today.
fn ever(config: &Config, now: UnixSeconds) -> Period {
    let today = config.zone.date(now);
    Period::days(jiff::civil::date(1970, 1, 1).min(today), today).expect("it ends no earlier than it begins")
}

fn measure(name: &str) -> Measure {
    name.parse().expect("it is in the list of measures")
}
