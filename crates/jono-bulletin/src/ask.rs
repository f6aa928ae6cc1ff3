//! What a bulletin wants to know, as questions that a ledger answers.

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Aspect, Channel, Grain, Measure, Need, Per, Period, Zone};

/// One question about several periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// What is asked.
    pub measure: Measure,
    /// Of which channel.
    pub channel: Channel,
    /// Of whom there is to be a reading each.
    pub by: By,
    /// About when, the newest last.
    pub periods: Vec<Period>,
}

/// Of whom there is to be a reading each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Of the organisation as a whole, all services together.
    Organisation,
    /// Of each unit with all beneath it, all services together.
    Unit,
    /// Of each service, all of the organisation's units together.
    Service,
}

/// How many periods a chart shows: half a year of weeks, or a year of months.
pub(crate) fn periods_of_charts(period: Period) -> usize {
    if period.grain() == Some(Grain::Month) { 12 } else { 26 }
}
/// How many survey rounds are told of.
pub(crate) const ROUNDS: usize = 13;
/// Of how many months means and published values are told.
pub(crate) const MONTHS: usize = 7;

/// Everything that the bulletin of a week or a month asks, in the order of its sections.
///
/// A part is asked wherever a part beside it is, and the weeks of a month with the month: otherwise two bulletins could
/// give away together what each of them [withholds](mod@crate::disclosure).
///
/// Published values are not asked for by these periods: they have spans of their own. Of each measure and channel that is
/// asked, all that were published of spans which begin in the period or earlier belong to the [facts](crate::Facts), those
/// that can be shown.
#[expect(clippy::missing_panics_doc, reason = "all names are those of measures")]
pub fn asks(period: Period) -> Vec<Ask> {
    use By::{Organisation, Service, Unit};
    use Channel::{Callback, Phone, PhoneAppointment, ServicePoint, VisitAppointment};

    let spans = Spans::new(period);
    let mut asks = Vec::new();
    let mut ask = |channel, by, periods: &[Period], measures: &[&str]| {
        asks.extend(measures.iter().map(|name| Ask {
            measure: name.parse().expect("it is one of the measures"),
            channel,
            by,
            periods: periods.to_vec(),
        }));
    };
    // Waiting time, now and a year before.
    ask(Phone, Organisation, &spans.years, &["wait_mean", "wait_p50", "wait_p90"]);
    ask(Phone, Service, &spans.years, &["wait_mean", "service_level", "answer_rate"]);
    // Days to the first free appointment.
    for channel in [PhoneAppointment, VisitAppointment] {
        ask(channel, Organisation, &spans.this, &["appointment_lead"]);
        ask(channel, Unit, &spans.this, &["appointment_lead", "appointment_available_ratio"]);
    }
    // Visits.
    ask(ServicePoint, Organisation, &spans.all_years, &["contacts"]);
    ask(ServicePoint, Organisation, &spans.around, &["contacts_per_workday"]);
    ask(ServicePoint, Organisation, &spans.months, &["contacts_weekly_mean"]);
    ask(ServicePoint, Unit, &spans.this_and_last, &["contacts"]);
    ask(ServicePoint, Unit, &spans.last_month, &["contacts_weekly_mean"]);
    // Contacts and the answer rate over them.
    ask(Phone, Organisation, &spans.all_years, &["contacts", "answer_rate"]);
    ask(Phone, Organisation, &spans.all_and_ago, &["contacts_per_workday"]);
    // Service level against the target.
    ask(Phone, Organisation, &spans.years, &["service_level"]);
    // Callbacks and their promise.
    let callbacks = [
        "callbacks_offered",
        "callbacks_accepted",
        "callbacks_reached",
        "promises_due",
        "promises_kept",
        "promises_late",
        "promise_kept_ratio",
    ];
    ask(Callback, Organisation, &spans.this_and_last, &callbacks);
    // Applications made online.
    ask(Channel::Online, Unit, &spans.month, &["online_ratio"]);
    // Satisfaction.
    for channel in [ServicePoint, Phone, PhoneAppointment] {
        ask(channel, Organisation, &spans.rounds, &["score"]);
        ask(channel, Unit, &spans.round, &["score"]);
    }
    ask_weeks_of_months(&mut asks);
    asks
}

/// Asks the weeks of each month of which persons are counted, of the same measure and of whom the month is asked.
fn ask_weeks_of_months(asks: &mut Vec<Ask>) {
    let mut weekly: BTreeMap<(Channel, By, Measure), BTreeSet<Period>> = BTreeMap::new();
    for ask in asks.iter().filter(|ask| matches!(ask.measure.aspect(), Aspect::Contacts | Aspect::Callbacks))
    {
        let name = ask.measure.name();
        let measure = match ask.measure.per() {
            // The same count is asked of the same months, too.
            Some(Per::Workday | Per::OpenDay) => continue,
            Some(Per::Week) => {
                name.trim_end_matches("_weekly_mean").parse().expect("it is a mean of one of the measures")
            }
            None if ask.measure.need() == Need::Figures => continue,
            None => ask.measure.clone(),
        };
        let months = ask.periods.iter().filter(|period| period.grain() == Some(Grain::Month));
        let weeks = months.flat_map(|month| month.dates()).map(|day| Period::of(Grain::Week, day));
        weekly.entry((ask.channel, ask.by, measure)).or_default().extend(weeks);
    }
    for ask in &mut *asks {
        if let Some(weeks) = weekly.remove(&(ask.channel, ask.by, ask.measure.clone())) {
            let all: BTreeSet<_> = weeks.into_iter().chain(ask.periods.iter().copied()).collect();
            ask.periods = all.into_iter().collect();
            ask.periods.sort_by_key(|period| (period.grain(), *period));
        }
    }
    let rest = weekly.into_iter().filter(|(_, weeks)| !weeks.is_empty());
    asks.extend(rest.map(|((channel, by, measure), weeks)| {
        let periods = weeks.into_iter().collect();
        Ask { measure, channel, by, periods }
    }));
}

/// The periods that the sections speak of.
struct Spans {
    this: Vec<Period>,
    this_and_last: Vec<Period>,
    years: Vec<Period>,
    /// The period, the one before and the year before.
    around: Vec<Period>,
    all_and_ago: Vec<Period>,
    all_years: Vec<Period>,
    months: Vec<Period>,
    last_month: Vec<Period>,
    month: Vec<Period>,
    rounds: Vec<Period>,
    round: Vec<Period>,
}

impl Spans {
    fn new(period: Period) -> Self {
        let grain = period.grain().unwrap_or(Grain::Week);
        let this = Period::of(grain, period.last());
        let this_month = Period::of(Grain::Month, period.last());
        let all = up_to(this, periods_of_charts(this));
        let mut all_years: Vec<_> = all.iter().filter_map(|one| one.year_ago()).chain(all.clone()).collect();
        all_years.sort();
        all_years.dedup();
        // Months whose last week is over by the period's end.
        let months = up_to(this_month, MONTHS);
        let is_over = |month: &Period| {
            let weeks = month.split(Grain::Week, &Zone::utc()).unwrap_or_default();
            weeks.last().is_some_and(|week| week.last() <= period.last())
        };
        let months: Vec<_> = months.into_iter().filter(is_over).collect();
        let round = Period::of(Grain::Quarter, period.last());
        Self {
            this: vec![period],
            this_and_last: up_to(this, 2),
            years: period.year_ago().into_iter().chain([period]).collect(),
            last_month: months.last().copied().into_iter().collect(),
            month: up_to(this_month, MONTHS),
            months,
            around: period.year_ago().into_iter().chain(up_to(this, 2)).collect(),
            all_and_ago: period.year_ago().into_iter().chain(all).collect(),
            all_years,
            rounds: up_to(round, ROUNDS),
            round: vec![round],
        }
    }
}

/// So many periods, of which this is the newest and the last.
pub(crate) fn up_to(period: Period, count: usize) -> Vec<Period> {
    let mut all: Vec<_> =
        std::iter::successors(Some(period), |period| period.previous()).take(count).collect();
    all.reverse();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(period: &str, by: By, channel: Channel, measure: &str) -> BTreeSet<String> {
        let asks = asks(period.parse().unwrap());
        let asks = asks.iter().filter(|ask| (ask.by, ask.channel) == (by, channel));
        let asks = asks.filter(|ask| ask.measure.name() == measure);
        asks.flat_map(|ask| &ask.periods).map(Period::to_string).collect()
    }

    #[test]
    fn the_weeks_of_a_month_are_asked_with_it() {
        let weeks = asked("2020-W24", By::Unit, Channel::ServicePoint, "contacts");
        assert_eq!(
            weeks.iter().map(String::as_str).collect::<Vec<_>>(),
            ["2020-W18", "2020-W19", "2020-W20", "2020-W21", "2020-W22", "2020-W23", "2020-W24"]
        );
        let of_month = asked("2020-06", By::Service, Channel::Phone, "answer_rate");
        let weeks = ["2020-W23", "2020-W27", "2019-W22", "2019-W26", "2019-06", "2020-06"];
        assert!(weeks.iter().all(|week| of_month.contains(*week)), "{of_month:?}");
    }

    #[test]
    fn nothing_is_asked_twice() {
        for period in ["2020-W24", "2020-06"] {
            let asks = asks(period.parse().unwrap());
            let mut all: Vec<_> = asks.iter().map(|ask| (ask.channel, ask.by, ask.measure.clone())).collect();
            let count = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), count);
        }
    }
}
