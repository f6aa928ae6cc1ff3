//! A question about some series and some periods, and its answers: counted, tallied and published. No two of them
//! are ever added.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    str::FromStr,
};

use anyhow::bail;
use jiff::civil::Date;
use jono_domain::{
    Aspect, Basis, CallbackPromise, Cell, Channel, Decimal, Grain, Measure, Need, OpenState, Openings, Per,
    Period, Reading, Scope, Scores, Series, ServiceId, SourceName, State, Sum, UnitId, UnixSeconds, Value,
    id::ALL,
};
use jono_ledger::{Coverage, Ledger, LedgerError, RoundScores, SeriesKey, Stated};

use crate::config::Config;

/// Which series are asked about, and which of them are taken together.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Who {
    /// One channel, or `all` for their sum; without it, a row for each.
    #[arg(long, value_name = "CHANNEL")]
    channel: Option<Choice<Channel>>,
    /// One unit with all beneath it, or `all` for their sum; without it, a row for each. Of figures: one unit or area.
    #[arg(long, value_name = "UNIT")]
    unit: Option<Choice<UnitId>>,
    /// One service, or `all` for their sum; without it, a row for each.
    #[arg(long, value_name = "SERVICE")]
    service: Option<Choice<ServiceId>>,
}

/// One of some, or all together.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice<T> {
    All,
    One(T),
}

impl<T: FromStr> FromStr for Choice<T> {
    type Err = T::Err;
    fn from_str(name: &str) -> Result<Self, T::Err> {
        if name == ALL { Ok(Self::All) } else { name.parse().map(Self::One) }
    }
}

/// A grain as it is written on the command line.
pub(crate) fn grain(word: &str) -> Result<Grain, String> {
    Grain::ALL
        .into_iter()
        .find(|grain| grain.as_str() == word)
        .ok_or_else(|| format!("choose one of {}", Grain::ALL.map(Grain::as_str).join(", ")))
}

/// What a row speaks of; `None` is all together.
pub(crate) type Group = (Option<Channel>, Option<UnitId>, Option<ServiceId>);

impl Who {
    /// A row for each series.
    pub(crate) const fn each() -> Self {
        Self { channel: None, unit: None, service: None }
    }

    /// One row: a channel of a unit with all beneath it, all services together.
    pub(crate) fn all_of(channel: Channel, unit: &UnitId) -> Self {
        Self { service: Some(Choice::All), ..Self::services_of(channel, unit) }
    }

    /// A row for each service of a channel of a unit with all beneath it.
    pub(crate) fn services_of(channel: Channel, unit: &UnitId) -> Self {
        Self { channel: Some(Choice::One(channel)), unit: Some(Choice::One(unit.clone())), service: None }
    }

    /// A row for each unit of a channel by itself, all services together.
    pub(crate) fn units(channel: Channel) -> Self {
        Self { channel: Some(Choice::One(channel)), unit: None, service: Some(Choice::All) }
    }

    fn takes(&self, series: &Series, units: Option<&BTreeSet<UnitId>>) -> bool {
        !matches!(self.channel, Some(Choice::One(channel)) if channel != series.channel)
            && !matches!(&self.service, Some(Choice::One(service)) if *service != series.service)
            && units.is_none_or(|units| units.contains(&series.unit))
    }

    fn group(&self, series: &Series) -> Group {
        fn label<T: Clone>(choice: Option<&Choice<T>>, own: &T) -> Option<T> {
            match choice {
                None => Some(own.clone()),
                Some(Choice::All) => None,
                Some(Choice::One(named)) => Some(named.clone()),
            }
        }
        (
            label(self.channel.as_ref(), &series.channel),
            label(self.unit.as_ref(), &series.unit),
            label(self.service.as_ref(), &series.service),
        )
    }
}

/// A question about some series.
pub(crate) struct Question<'a> {
    config: &'a Config,
    who: &'a Who,
    measure: Measure,
    /// When it is asked: what is not over yet has no answer that lasts.
    now: UnixSeconds,
    /// When who is open.
    openings: Openings,
    /// The units of a channel of which calls are told apart.
    told_apart: BTreeSet<(Channel, UnitId)>,
    /// The leaf series that are counted, each with its number in the ledger if it has one.
    counted: BTreeMap<Series, Option<SeriesKey>>,
    /// When the sources that feed a series told of it.
    coverage: BTreeMap<SeriesKey, Coverage>,
    /// Whether a period that is partly known is not known.
    whole: bool,
    begun: Begun,
}

/// Since when each series has statements of some measures, of what was asked before: finding the first looks at many.
type Begun = Rc<RefCell<BTreeMap<(Basis, Vec<Measure>), Rc<BTreeMap<Series, Period>>>>>;

impl<'a> Question<'a> {
    /// Refuses names that neither the configuration nor the ledger has: those are a mistake, not an empty answer.
    pub(crate) fn new(
        config: &'a Config,
        ledger: &Ledger,
        who: &'a Who,
        measure: Measure,
        now: UnixSeconds,
    ) -> anyhow::Result<Self> {
        let known = ledger.series()?;
        let asked = measure.aspect();
        let mut counted: BTreeMap<_, _> = config
            .configured_series()
            .into_iter()
            .filter(|series| Aspect::usual(series.channel) == asked)
            .map(|series| (series, None))
            .collect();
        let totals = ledger.totals()?;
        // Of whom no call was ever told apart, nobody knows how many there were.
        let told_apart = |(key, series): &(SeriesKey, Series)| {
            let of_unit = (series.channel, series.unit.clone());
            totals.get(key).is_some_and(|total| total.unit_contacts > 0).then_some(of_unit)
        };
        let told_apart: BTreeSet<_> = known.iter().filter_map(told_apart).collect();
        let fed = known.iter().filter(|(key, series)| match totals.get(key) {
            Some(total) => total.aspects().contains(&asked),
            None => counted.contains_key(series),
        });
        let fed: Vec<_> = fed.map(|(key, series)| (series.clone(), Some(*key))).collect();
        counted.extend(fed);
        let openings = ledger.openings()?.into_iter().map(|(_, opening)| opening).collect();
        let (coverage, openings) = (ledger.coverage(asked)?, Openings::new(openings));
        let whole = measure.per().is_some();
        let begun = Begun::default();
        let question =
            Self { config, who, measure, now, openings, told_apart, counted, coverage, whole, begun };
        question.check_names(known.iter().map(|(_, series)| series))?;
        Ok(question)
    }

    /// The same question, of which only whole periods have an answer.
    pub(crate) fn of_whole_periods(self) -> Self {
        Self { whole: true, ..self }
    }

    /// The same question, asked at the same instant as another: what that one had to look for needs no looking again.
    pub(crate) fn beside(self, other: &Self) -> Self {
        Self { begun: other.begun.clone(), ..self }
    }

    fn check_names<'s>(&'s self, known: impl Iterator<Item = &'s Series>) -> anyhow::Result<()> {
        let known: BTreeSet<_> = known.chain(self.counted.keys()).collect();
        if let Some(Choice::One(unit)) = &self.who.unit
            && !self.config.units.contains(unit)
            && !self.config.areas.contains(unit)
            && known.iter().all(|series| series.unit != *unit)
        {
            let configured = self.config.units.entries().chain(self.config.areas.entries());
            let configured = configured.map(|entry| entry.id.as_str());
            let counted = known.iter().map(|series| series.unit.as_str());
            bail!("no unit is called {unit}; the units are: {}", list(configured.chain(counted)));
        }
        if let Some(Choice::One(service)) = &self.who.service
            && known.iter().all(|series| series.service != *service)
        {
            let known = known.iter().map(|series| series.service.as_str());
            bail!("no service is called {service}; the services are: {}", list(known));
        }
        Ok(())
    }

    /// The answers of one basis: a row for each group that the basis knows of, in each period.
    pub(crate) fn ask(
        &self,
        ledger: &Ledger,
        basis: Basis,
        periods: &[Period],
    ) -> Result<Vec<Reading>, LedgerError> {
        match self.measure.per() {
            Some(Per::Week) => self.weekly_means(ledger, basis, periods),
            _ => self.of_basis(ledger, basis, periods),
        }
    }

    fn of_basis(
        &self,
        ledger: &Ledger,
        basis: Basis,
        periods: &[Period],
    ) -> Result<Vec<Reading>, LedgerError> {
        match basis {
            Basis::Counted => self.counted(ledger, periods),
            Basis::Tallied => self.tallied(ledger, periods),
            Basis::Published => self.published(ledger, periods),
        }
    }

    fn counted(&self, ledger: &Ledger, periods: &[Period]) -> Result<Vec<Reading>, LedgerError> {
        match self.measure.need() {
            Need::Counts | Need::Histograms | Need::Due => self.of_cells(ledger, periods),
            Need::Scores => self.of_scores(ledger, periods),
            Need::Figures => Ok(Vec::new()),
        }
    }

    /// The mean of the ISO weeks whose Thursday lies in a period: of those that are over and were not closed, if all of
    /// them are known.
    fn weekly_means(
        &self,
        ledger: &Ledger,
        basis: Basis,
        periods: &[Period],
    ) -> Result<Vec<Reading>, LedgerError> {
        if basis == Basis::Published {
            return self.published(ledger, periods);
        }
        let zone = &self.config.zone;
        let weeks_of = |period: Period| {
            let is_long = !matches!(period.grain(), Some(Grain::Hour | Grain::Day));
            let weeks = is_long.then(|| period.split(Grain::Week, zone).unwrap_or_default());
            weeks.filter(|weeks| !weeks.is_empty())
        };
        // Of a period without a week it is asked who has no answer.
        let asked: BTreeSet<_> =
            periods.iter().flat_map(|period| weeks_of(*period).unwrap_or_else(|| vec![*period])).collect();
        let mut all = BTreeMap::<Period, BTreeMap<Group, Reading>>::new();
        for reading in self.of_basis(ledger, basis, &asked.into_iter().collect::<Vec<_>>())? {
            let group = (reading.channel, reading.unit.clone(), reading.service.clone());
            all.entry(reading.period).or_default().insert(group, reading);
        }
        let mut readings = Vec::new();
        for &period in periods {
            let weeks = weeks_of(period).unwrap_or_default();
            let of_weeks = if weeks.is_empty() { &[period] } else { weeks.as_slice() };
            let of_weeks: Vec<_> = of_weeks.iter().filter_map(|week| all.get(week)).collect();
            let is_over = weeks.last().is_some_and(|week| week.bounds(zone).end <= self.now);
            let groups: BTreeSet<_> = of_weeks.iter().flat_map(|week| week.keys()).collect();
            readings.extend(groups.into_iter().map(|group| {
                let known: Vec<_> = of_weeks.iter().filter_map(|week| week.get(group)).collect();
                let is_whole = is_over && known.len() == weeks.len();
                let open = || known.iter().filter(|reading| reading.state != State::Closed);
                let counts = open().map(|reading| reading.value?.numerator());
                let sum = counts.sum::<Option<u128>>().filter(|_| is_whole);
                let open_weeks = u32::try_from(open().count()).unwrap_or(u32::MAX);
                let value = sum.and_then(|sum| self.measure.shared_out(Value::Count(sum), open_weeks));
                let reading = self.reading(period, group.clone(), basis, value, State::Provisional);
                let is_closed = is_whole && open_weeks == 0;
                if is_closed { Reading { state: State::Closed, ..reading } } else { reading }
            }));
        }
        Ok(readings)
    }

    fn of_cells(&self, ledger: &Ledger, periods: &[Period]) -> Result<Vec<Reading>, LedgerError> {
        let mut readings = Vec::new();
        for &period in periods {
            let mut groups = BTreeMap::<Group, Gathered>::new();
            // Where the tree changes within the period, each part follows the tree of its own days.
            for part in self.parts(period) {
                let members = self.members(part.first());
                let wanted =
                    members.iter().filter_map(|(_, series)| self.counted[*series]).collect::<BTreeSet<_>>();
                let mut cells = BTreeMap::<SeriesKey, Cell>::new();
                for piece in self.over(part) {
                    for (key, cell) in ledger.cells(piece, &wanted)? {
                        cells.entry(key).or_default().merge(&cell);
                    }
                }
                for (group, series) in members {
                    let gathered = groups.entry(group).or_default();
                    gathered.servers.add(part, series);
                    self.gather(series, part, &cells, gathered);
                }
            }
            readings.extend(groups.into_iter().map(|(group, gathered)| {
                let value = gathered.value(&self.measure);
                let value = self.shared_out(value, period, &gathered.servers);
                let is_closed = gathered.is_closed && gathered.sum == Sum::default();
                let reading = self.reading(period, group, Basis::Counted, value, State::Provisional);
                if is_closed { Reading { value: None, state: State::Closed, ..reading } } else { reading }
            }));
        }
        Ok(readings)
    }

    /// The answer as the measure wants it: per day it is known of whole days that are over.
    fn shared_out(&self, value: Option<Value>, period: Period, servers: &Servers) -> Option<Value> {
        let Some(per) = self.measure.per() else { return value };
        let is_over = period.bounds(&self.config.zone).end <= self.now;
        let value = value.filter(|_| is_over && period.grain() != Some(Grain::Hour))?;
        let among = match per {
            Per::Workday => self.config.calendar.workdays(period),
            Per::OpenDay => servers.open_days(&self.openings)?,
            // Of one of its weeks: the mean is taken of all of them.
            Per::Week => return Some(value),
        };
        self.measure.shared_out(value, among)
    }

    /// Answers belong to their round, which is a quarter: of a part of one nothing is known, and longer periods pool
    /// the answers of theirs.
    fn of_scores(&self, ledger: &Ledger, periods: &[Period]) -> Result<Vec<Reading>, LedgerError> {
        let Some(until) = periods.iter().map(|period| period.last()).max() else { return Ok(Vec::new()) };
        let rounds = ledger.scores(up_to(until))?;
        let mut readings = Vec::new();
        for &period in periods {
            readings.extend(self.pooled(&rounds, period).into_iter().map(|(group, pool)| {
                let mut sum = Sum::default();
                self.measure.add_scores(&pool.scores, &mut sum);
                let value = self.measure.value(&sum).filter(|_| pool.scores.count() > 0);
                let state = if pool.is_provisional { State::Provisional } else { State::Final };
                let interval = value.and_then(|_| self.measure.interval(&sum));
                Reading { interval, ..self.reading(period, group, Basis::Counted, value, state) }
            }));
        }
        Ok(readings)
    }

    /// The answers of a period, by row.
    pub(crate) fn scores(
        &self,
        ledger: &Ledger,
        period: Period,
    ) -> Result<BTreeMap<Group, Pool>, LedgerError> {
        Ok(self.pooled(&ledger.scores(period)?, period))
    }

    fn pooled(&self, rounds: &[RoundScores], period: Period) -> BTreeMap<Group, Pool> {
        let today = self.config.zone.date(self.now);
        let is_whole = period.grain() != Some(Grain::Hour)
            && Period::of(Grain::Quarter, period.first()).first() == period.first()
            && Period::of(Grain::Quarter, period.last()).last() == period.last();
        let mut pools = BTreeMap::<Group, Pool>::new();
        for RoundScores { series, round, scores, .. } in rounds {
            // Each round follows the tree as it was when it began.
            if !self.who.takes(series, self.units(round.first()).as_ref()) {
                continue;
            }
            let pool = pools.entry(self.who.group(series)).or_default();
            // A year is provisional until the last of its rounds is closed, answers or not.
            pool.is_provisional =
                rounds_of(period).any(|round| self.config.survey.is_provisional(round, today));
            if is_whole && period.first() <= round.first() && round.last() <= period.last() {
                pool.scores.merge(scores);
            }
        }
        pools
    }

    /// What of a period is asked for: all of it, or of what is due only the hours that are over. What is due later
    /// today is no promise broken.
    fn over(&self, part: Period) -> Vec<Period> {
        let zone = &self.config.zone;
        let until = zone.hour(self.now).start().0;
        if self.measure.need() != Need::Due || part.bounds(zone).end <= until {
            return vec![part];
        }
        let today = zone.date(self.now);
        let before =
            today.yesterday().ok().and_then(|last| Period::days(part.first(), last.min(part.last())));
        let hours = Period::of(Grain::Day, today).split(Grain::Hour, zone).unwrap_or_default();
        let within = part.bounds(zone);
        let is_over = |hour: &Period| {
            let bounds = hour.bounds(zone);
            bounds.end <= until && within.start <= bounds.start && bounds.end <= within.end
        };
        before
            .filter(|_| part.grain() != Some(Grain::Hour))
            .into_iter()
            .chain(hours.into_iter().filter(is_over))
            .collect()
    }

    fn parts(&self, period: Period) -> Vec<Period> {
        let changes = match self.who.unit {
            Some(Choice::One(_)) => self.config.units.changes(period.first(), period.last()),
            Some(Choice::All) | None => BTreeSet::new(),
        };
        if changes.is_empty() {
            return vec![period];
        }
        let starts = std::iter::once(period.first()).chain(changes.iter().copied());
        let ends = changes.iter().filter_map(|day| day.yesterday().ok()).chain([period.last()]);
        starts.zip(ends).filter_map(|(first, last)| Period::days(first, last)).collect()
    }

    /// The units that the question names on a day, if it names one.
    fn units(&self, day: Date) -> Option<BTreeSet<UnitId>> {
        match &self.who.unit {
            Some(Choice::One(unit)) => Some(self.beneath(unit, day)),
            Some(Choice::All) | None => None,
        }
    }

    /// A unit, or an area, and all beneath it on a day.
    fn beneath(&self, unit: &UnitId, day: Date) -> BTreeSet<UnitId> {
        let tree = if self.config.areas.contains(unit) { &self.config.areas } else { &self.config.units };
        tree.parts(unit, Scope::Total, day)
    }

    /// The leaf series that the rows are made of on a day, each with its row.
    fn members(&self, day: Date) -> Vec<(Group, &Series)> {
        let units = self.units(day);
        let members = self.counted.keys().filter(|series| self.who.takes(series, units.as_ref()));
        members.map(|series| (self.who.group(series), series)).collect()
    }

    fn gather(
        &self,
        series: &Series,
        part: Period,
        cells: &BTreeMap<SeriesKey, Cell>,
        gathered: &mut Gathered,
    ) {
        let is_closed = self.is_closed(series, part);
        gathered.is_closed &= is_closed;
        let Some(key) = self.counted[series] else { return };
        gathered.series.insert(key);
        let bounds = part.bounds(&self.config.zone);
        let known = self.coverage.get(&key);
        let is_covered = known.is_some_and(|known| known.overlaps(&bounds));
        let cell = cells.get(&key);
        // Whoever is closed has nothing to report; what was counted all the same counts.
        gathered.covered |= is_covered && (!is_closed || cell.is_some());
        let not_told_apart = !self.told_apart.contains(&(series.channel, series.unit.clone()));
        gathered.unknown |= is_covered && self.measure.needs_ids() && not_told_apart;
        let has_begun =
            || known.and_then(|known| known.spans().first()).is_some_and(|first| first.start < bounds.end);
        gathered.unknown |= self.whole && has_begun() && self.is_missed(series, known, part);
        if let Some(cell) = cell {
            self.measure.add(cell, self.config.service(&series.service), &mut gathered.sum);
        }
    }

    /// Whether anything that a series may have counted is not known: a working day of a period that is over, on which it was
    /// not closed and its sources told of nothing.
    fn is_missed(&self, series: &Series, known: Option<&Coverage>, part: Period) -> bool {
        let zone = &self.config.zone;
        if part.grain() == Some(Grain::Hour) || part.bounds(zone).end > self.now {
            return false;
        }
        part.dates().any(|day| {
            self.config.calendar.is_workday(day)
                && !self.is_closed(series, Period::of(Grain::Day, day))
                && !known.is_some_and(|known| known.overlaps(&zone.days(day, day)))
        })
    }

    /// Whether a series serves nobody in a period: its unit is closed, or its call backs are a trial that is over or has
    /// not begun.
    fn is_closed(&self, series: &Series, period: Period) -> bool {
        let promise = self.config.service(&series.service).callback;
        let holds_never = |promise: CallbackPromise| !period.dates().any(|day| promise.holds(day));
        let is_no_trial = series.channel == Channel::Callback && promise.is_some_and(holds_never);
        is_no_trial || self.openings.is_closed(series.channel, &series.unit, period)
    }

    /// Tallies add up into a period that they cover day by day, for every series that has begun to be tallied by
    /// then; else the answer is not known.
    fn tallied(&self, ledger: &Ledger, periods: &[Period]) -> Result<Vec<Reading>, LedgerError> {
        let Some((above, below)) = self.measure.tallies() else { return Ok(Vec::new()) };
        let Some(until) = periods.iter().map(|period| period.last()).max() else { return Ok(Vec::new()) };
        let measures = self.measure.tallied_by();
        let begun = self.begun(ledger, Basis::Tallied, &measures)?;
        let begun = begun.iter().filter(|(_, since)| since.first() <= until);
        let stated = stated(ledger, Basis::Tallied, &measures, periods)?;
        let tallies = Tallied::new(begun, stated, &above, below.as_ref());
        let mut readings = Vec::new();
        for &period in periods {
            let mut groups = BTreeMap::<Group, (Option<(u128, u64)>, Servers)>::new();
            let mut closed = BTreeSet::new();
            // Where the tree changes within the period, each part follows the tree of its own days.
            for part in self.parts(period) {
                let units = self.units(part.first());
                let silent = (tallies.0.iter())
                    .filter(|(series, _)| self.who.takes(series, units.as_ref()))
                    .filter(|(series, tallied)| self.is_silent(series, &tallied.spans, part));
                closed.extend(silent.map(|(series, _)| self.who.group(series)));
                for (series, spans) in self.tallying(&tallies, part) {
                    let (sum, servers) = groups
                        .entry(self.who.group(series))
                        .or_insert_with(|| (Some((0, 0)), Servers::default()));
                    *sum = sum.zip(tile(spans, part)).map(|(a, b)| (a.0 + b.0, a.1 + b.1));
                    servers.add(part, series);
                }
            }
            readings.extend(groups.into_iter().map(|(group, (sum, servers))| {
                let value = sum.and_then(|(numerator, denominator)| match below {
                    None => Some(Value::Count(numerator)),
                    Some(_) if denominator == 0 => None,
                    Some(_) => Some(Value::Quotient { numerator, denominator }),
                });
                closed.remove(&group);
                let value = self.shared_out(value, period, &servers);
                self.reading(period, group, Basis::Tallied, value, State::Provisional)
            }));
            let closed = closed.into_iter().map(|group| Reading {
                state: State::Closed,
                ..self.reading(period, group, Basis::Tallied, None, State::Closed)
            });
            readings.extend(closed);
        }
        Ok(readings)
    }

    /// The series whose tallies make up the answer for a period. One beneath another that is tallied too is in that
    /// one's numbers; and areas are no units, so that all units together leave them out.
    fn tallying<'t>(&self, tallies: &'t Tallied, period: Period) -> Vec<(&'t Series, &'t Spans)> {
        let day = period.first();
        let named = self.units(day);
        let is_all = self.who.unit == Some(Choice::All);
        let asked: Vec<_> = (tallies.0.iter())
            .filter(|(series, _)| self.who.takes(series, named.as_ref()))
            .filter(|(series, tallied)| self.expects(series, tallied, period))
            .filter(|(series, _)| !(is_all && self.config.areas.contains(&series.unit)))
            .map(|(series, tallied)| (series, &tallied.spans, self.who.group(series)))
            .collect();
        let is_in_another = |series: &Series, group: &Group| {
            asked.iter().any(|(other, _, of_other)| {
                let alike = (other.channel, &other.service) == (series.channel, &series.service);
                alike
                    && other.unit != series.unit
                    && of_other == group
                    && self.beneath(&other.unit, day).contains(&series.unit)
            })
        };
        let own = asked.iter().filter(|(series, _, group)| !is_in_another(series, group));
        own.map(|(series, spans, _)| (*series, *spans)).collect()
    }

    /// Since when each series has statements of the measures: all of them, of one span and by one source.
    fn begun(
        &self,
        ledger: &Ledger,
        basis: Basis,
        measures: &[Measure],
    ) -> Result<Rc<BTreeMap<Series, Period>>, LedgerError> {
        let of = (basis, measures.to_vec());
        if let Some(begun) = self.begun.borrow().get(&of) {
            return Ok(begun.clone());
        }
        let begun = Rc::new(ledger.stated_since(basis, measures)?);
        self.begun.borrow_mut().insert(of, begun.clone());
        Ok(begun)
    }

    /// Whether a series has nothing to report in a period, and did not: its unit is closed.
    fn is_silent(&self, series: &Series, spans: &Spans, period: Period) -> bool {
        self.is_closed(series, period) && tile(spans, period).is_none()
    }

    /// Whether a series is to have tallies in a period: it had some before or in it, and its unit is still there and
    /// not closed.
    fn expects(&self, series: &Series, tallied: &TalliedSeries, period: Period) -> bool {
        let mut entries = self.config.units.entries().filter(|unit| unit.id == series.unit).peekable();
        let is_there = entries.peek().is_none()
            || entries.any(|unit| unit.last_day.is_none_or(|last| period.first() <= last));
        is_there && !self.is_silent(series, &tallied.spans, period) && tallied.since <= period.last()
    }

    /// A figure answers for its own series and span, and for nothing else.
    fn published(&self, ledger: &Ledger, periods: &[Period]) -> Result<Vec<Reading>, LedgerError> {
        let Some(until) = periods.iter().map(|period| period.last()).max() else { return Ok(Vec::new()) };
        let measures = std::slice::from_ref(&self.measure);
        let begun = self.begun(ledger, Basis::Published, measures)?;
        let stated = stated(ledger, Basis::Published, measures, periods)?;
        let units = match &self.who.unit {
            Some(Choice::One(unit)) => Some(BTreeSet::from([unit.clone()])),
            Some(Choice::All) | None => None,
        };
        let begun = begun
            .iter()
            .filter(|(series, since)| since.first() <= until && self.who.takes(series, units.as_ref()));
        let stated = stated.iter().filter(|stated| self.who.takes(&stated.series, units.as_ref()));
        // By their days: a week is the same span as its seven days.
        let days = |period: Period| (period.grain() == Some(Grain::Hour), period.first(), period.last());
        let mut groups: BTreeMap<Group, BTreeMap<_, &Stated>> =
            begun.map(|(series, _)| (self.who.group(series), BTreeMap::new())).collect();
        for stated in stated {
            groups.entry(self.who.group(&stated.series)).or_default().insert(days(stated.span), stated);
        }
        let mut readings = Vec::new();
        for &period in periods {
            for (group, figures) in &groups {
                // A row that takes several together would be a mean of means, even if it is of one today.
                let is_own = matches!(group, (Some(_), Some(_), Some(_)));
                let figure = figures.get(&days(period)).filter(|_| is_own);
                let value = figure.map(|figure| Value::Published { value: figure.value, of: figure.of });
                let state = figure.map_or(State::Final, |figure| published_state(figure));
                let label = figure.and_then(|figure| figure.label.clone());
                let reading = self.reading(period, group.clone(), Basis::Published, value, state);
                readings.push(Reading { label, ..reading });
            }
        }
        Ok(readings)
    }

    /// A reading; `state` is what it is in if there is a value.
    fn reading(
        &self,
        period: Period,
        (channel, unit, service): Group,
        basis: Basis,
        value: Option<Value>,
        state: State,
    ) -> Reading {
        let state = if value.is_some() { state } else { State::Unavailable };
        let measure = self.measure.clone();
        Reading { period, channel, unit, service, measure, value, interval: None, state, basis, label: None }
    }
}

/// How far a published value can be relied on.
pub(crate) const fn published_state(figure: &Stated) -> State {
    match (figure.provisional, figure.revised) {
        (true, _) => State::Provisional,
        (false, true) => State::Revised,
        (false, false) => State::Final,
    }
}

/// The answers of survey rounds that were put together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pool {
    pub(crate) scores: Scores,
    /// Whether answers may still come to any of the rounds.
    pub(crate) is_provisional: bool,
}

/// What was gathered for one row.
struct Gathered {
    sum: Sum,
    /// The series that have a part in it.
    series: BTreeSet<SeriesKey>,
    /// Whether any of its sources reported in the period.
    covered: bool,
    /// Whether something that has a part in it cannot be known.
    unknown: bool,
    /// Whether none of its series served anybody.
    is_closed: bool,
    servers: Servers,
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            sum: Sum::default(),
            series: BTreeSet::new(),
            covered: false,
            unknown: false,
            is_closed: true,
            servers: Servers::default(),
        }
    }
}

impl Gathered {
    fn value(&self, measure: &Measure) -> Option<Value> {
        let is_one_answer = self.series.len() <= 1 || measure.rolls_up();
        measure.value(&self.sum).filter(|_| self.covered && is_one_answer && !self.unknown)
    }
}

/// Who serves the customers of one row, in each part of its period.
#[derive(Default)]
struct Servers(BTreeMap<Period, BTreeSet<(Channel, UnitId)>>);

impl Servers {
    fn add(&mut self, part: Period, series: &Series) {
        self.0.entry(part).or_default().insert((series.channel, series.unit.clone()));
    }

    /// On how many days any of them is open; `None` if that is not known of a day.
    fn open_days(&self, openings: &Openings) -> Option<u32> {
        let is_open = |units: &BTreeSet<(Channel, UnitId)>, day| {
            let states: BTreeSet<_> =
                units.iter().map(|(channel, unit)| openings.state(*channel, unit, day)).collect();
            match states {
                _ if states.contains(&Some(OpenState::Open))
                    || states.contains(&Some(OpenState::Reduced)) =>
                {
                    Some(1)
                }
                _ if states.contains(&None) => None,
                _ => Some(0),
            }
        };
        self.0.iter().flat_map(|(part, units)| part.dates().map(move |day| is_open(units, day))).sum()
    }
}

/// The tallies of one series: by first and last day, what is above the line and what is below it.
type Spans = BTreeMap<(Date, Date), (u128, u64)>;

/// The tallies of one series that lie in the periods asked for, and since when it has any.
struct TalliedSeries {
    since: Date,
    spans: Spans,
}

/// The tallies that answer a question. Both sides of a line are from one source and span.
struct Tallied(BTreeMap<Series, TalliedSeries>);

impl Tallied {
    fn new<'b>(
        begun: impl Iterator<Item = (&'b Series, &'b Period)>,
        stated: Vec<Stated>,
        above: &Measure,
        below: Option<&Measure>,
    ) -> Self {
        let mut sides = BTreeMap::<(Series, Period, SourceName), [Option<Decimal>; 2]>::new();
        for Stated { series, span, source, measure, value, .. } in stated {
            let side = usize::from(measure != *above);
            sides.entry((series, span, source)).or_default()[side] = Some(value);
        }
        let begun = begun.map(|(series, since)| {
            (series.clone(), TalliedSeries { since: since.first(), spans: Spans::new() })
        });
        let mut all: BTreeMap<_, _> = begun.collect();
        for ((series, span, _), [upper, lower]) in sides {
            let whole = |value: Decimal| u64::try_from(value).ok();
            let upper = upper.and_then(whole);
            let lower = if below.is_some() { lower.and_then(whole) } else { Some(0) };
            if let (Some(upper), Some(lower), Some(tallied)) = (upper, lower, all.get_mut(&series)) {
                tallied.spans.insert((span.first(), span.last()), (upper.into(), lower));
            }
        }
        Self(all)
    }
}

/// The sum of spans that cover a period day by day, each day once; `None` if none do, as of an hour none can. Of several
/// ways the one of the longest spans is taken.
fn tile(spans: &Spans, period: Period) -> Option<(u128, u64)> {
    if period.grain() == Some(Grain::Hour) {
        return None;
    }
    let end = period.last().tomorrow().ok()?;
    // From the end backwards: what the days from this one on add up to, where they can be covered.
    let mut from = BTreeMap::from([(end, (0, 0))]);
    for ((first, last), (above, below)) in spans.range((period.first(), Date::MIN)..).rev() {
        if *first > period.last() || *last > period.last() {
            continue;
        }
        // Of one first day, the longest span comes first.
        if let Some(rest) = last.tomorrow().ok().and_then(|next| from.get(&next).copied()) {
            from.entry(*first).or_insert((rest.0 + above, rest.1 + below));
        }
    }
    from.get(&period.first()).copied()
}

/// The statements that hold of spans within the days of some periods.
fn stated(
    ledger: &Ledger,
    basis: Basis,
    measures: &[Measure],
    periods: &[Period],
) -> Result<Vec<Stated>, LedgerError> {
    let mut all = Vec::new();
    for days in joined(periods) {
        all.extend(ledger.stated_within(basis, measures, days)?);
    }
    Ok(all)
}

/// The days of periods, those that follow each other or overlap as one period.
fn joined(periods: &[Period]) -> Vec<Period> {
    let mut days: Vec<_> = periods.iter().map(|period| (period.first(), period.last())).collect();
    days.sort_unstable();
    let mut joined = Vec::<(Date, Date)>::new();
    for (first, last) in days {
        match joined.last_mut() {
            Some((_, end)) if end.tomorrow().is_ok_and(|next| first <= next) => *end = last.max(*end),
            _ => joined.push((first, last)),
        }
    }
    joined.into_iter().filter_map(|(first, last)| Period::days(first, last)).collect()
}

/// The quarters in which a period lies.
fn rounds_of(period: Period) -> impl Iterator<Item = Period> {
    let next = |round: &Period| Some(Period::of(Grain::Quarter, round.last().tomorrow().ok()?));
    std::iter::successors(Some(Period::of(Grain::Quarter, period.first())), next)
        .take_while(move |round| round.first() <= period.last())
}

/// All days until one.
fn up_to(last: Date) -> Period {
    let first = jiff::civil::date(1970, 1, 1).min(last);
    Period::days(first, last).expect("it ends no earlier than it begins")
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiled(spans: &[(&str, u64)], period: &str) -> Option<u128> {
        let spans = spans.iter().map(|(span, count)| {
            let span: Period = span.parse().unwrap();
            ((span.first(), span.last()), (u128::from(*count), 0))
        });
        tile(&spans.collect(), period.parse().unwrap()).map(|(above, _)| above)
    }

    #[test]
    fn spans_add_up_where_they_cover_every_day_once() {
        let spans = [
            ("2020-06", 1000),
            ("2020-W23", 1),
            ("2020-W24", 2),
            ("2020-W25", 4),
            ("2020-W26", 8),
            ("2020-W27", 16),
        ];
        assert_eq!(tiled(&spans, "2020-W23..2020-W27"), Some(31), "though June begins with week 23");
        assert_eq!(tiled(&spans, "2020-06"), Some(1000));
        assert_eq!(tiled(&spans[1..], "2020-06"), None);
        assert_eq!(tiled(&spans, "2020-06-03"), None, "a day of a week is not known");
    }

    #[test]
    fn days_are_joined_that_follow_each_other() {
        let joined = |periods: &[&str]| {
            let periods: Vec<_> = periods.iter().map(|period| period.parse().unwrap()).collect();
            super::joined(&periods).iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(
            joined(&["2020-W24", "2020-W25", "2020-06-27", "2020-W24"]),
            "2020-06-08..2020-06-21, 2020-06-27..2020-06-27"
        );
        assert_eq!(
            joined(&["2020-06", "2020-06-03", "2019"]),
            "2019-01-01..2019-12-31, 2020-06-01..2020-06-30"
        );
        assert_eq!(joined(&[]), "");
    }

    #[test]
    fn an_hour_of_a_tallied_day_is_not_known() {
        let zone = jono_domain::Zone::utc();
        let day: Period = "2020-06-08".parse().unwrap();
        let spans = BTreeMap::from([((day.first(), day.last()), (10, 0))]);
        assert_eq!(tile(&spans, day), Some((10, 0)));
        for hour in day.split(Grain::Hour, &zone).unwrap() {
            assert_eq!(tile(&spans, hour), None);
        }
    }
}
