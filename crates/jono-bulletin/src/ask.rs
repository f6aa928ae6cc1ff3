//! What a bulletin wants to know, as questions that a ledger answers.

use jiff::civil::Date;
use jono_domain::{Channel, Grain, Measure, Period, Zone};

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

/// How many weeks before a period's end its charts begin.
const WEEKS_OF_CHARTS: usize = 26;

/// Everything that the bulletin of a week or a month asks, in the order of its sections.
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
    ask(Phone, Service, &spans.years, &["wait_mean"]);
    // Days to the first free appointment.
    for channel in [PhoneAppointment, VisitAppointment] {
        ask(channel, Organisation, &spans.this, &["appointment_lead"]);
        ask(channel, Unit, &spans.this, &["appointment_lead", "appointment_available_ratio"]);
    }
    // Visits.
    ask(ServicePoint, Organisation, &spans.all_years, &["contacts"]);
    ask(ServicePoint, Organisation, &spans.months, &["contacts_weekly_mean"]);
    ask(ServicePoint, Unit, &spans.this_and_last, &["contacts"]);
    ask(ServicePoint, Unit, &spans.last_month, &["contacts_weekly_mean"]);
    // Contacts and the answer rate over them.
    ask(Phone, Organisation, &spans.all_years, &["contacts", "answer_rate"]);
    ask(Phone, Organisation, &spans.all, &["contacts_per_workday"]);
    // Service level against the target.
    ask(Phone, Organisation, &spans.years, &["service_level"]);
    ask(Phone, Service, &spans.this, &["service_level", "answer_rate"]);
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
    asks
}

/// The periods that the sections speak of.
struct Spans {
    this: Vec<Period>,
    this_and_last: Vec<Period>,
    years: Vec<Period>,
    all: Vec<Period>,
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
        let all = last(grain, period.last(), WEEKS_OF_CHARTS);
        let mut all_years: Vec<_> = all.iter().filter_map(|one| one.year_ago()).chain(all.clone()).collect();
        all_years.sort();
        all_years.dedup();
        // Months whose last week is over by the period's end.
        let months = last(Grain::Month, period.last(), 7);
        let is_over = |month: &Period| {
            let weeks = month.split(Grain::Week, &Zone::utc()).unwrap_or_default();
            weeks.last().is_some_and(|week| week.last() <= period.last())
        };
        let months: Vec<_> = months.into_iter().filter(is_over).collect();
        let round = Period::of(Grain::Quarter, period.last());
        Self {
            this: vec![period],
            this_and_last: last(grain, period.last(), 2),
            years: period.year_ago().into_iter().chain([period]).collect(),
            last_month: months.last().copied().into_iter().collect(),
            month: last(Grain::Month, period.last(), 7),
            months,
            all,
            all_years,
            rounds: last(Grain::Quarter, period.last(), 13),
            round: vec![round],
        }
    }
}

/// So many periods of a grain, of which the last contains the day; the newest last.
fn last(grain: Grain, day: Date, count: usize) -> Vec<Period> {
    let before = |period: &Period| Some(Period::of(grain, period.first().yesterday().ok()?));
    let mut all: Vec<_> = std::iter::successors(Some(Period::of(grain, day)), before).take(count).collect();
    all.reverse();
    all
}
