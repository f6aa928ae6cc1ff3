//! The families that are made of what was counted or told, one file for each question. A family is its line here, its
//! entry in the [`mod@catalogue`], and one function that names and values all samples of one subject: the names
//! are kept the first time, the values are taken whenever they may have changed.

mod agents;
mod appointments;
mod arrivals;
mod calendar;
mod callbacks;
mod contacts;
mod exporter;
mod figures;
mod handling;
mod live;
mod online;
mod openings;
mod polls;
mod score;
mod service_level;
mod source;
mod units;
mod wait;

pub use self::figures::{MONTH_FIGURES, WEEK_FIGURES};

use jono_domain::{Agents, Aspect, Counters, LiveQueue, OpenState, Poll, SourceCounts};

use crate::{
    buckets::Buckets,
    catalogue::{self, Family},
    exposition::{
        Build, CalendarNow, Figures, OnlineShare, OpenNow, PendingCallbacks, SeriesSettings, Slots,
        SurveyRound, UnitInfo,
    },
};

/// A family with samples for each subject.
pub(crate) type Metric<Samples> = (&'static Family, Samples);

/// Puts the samples of one series.
pub(crate) type OfSeries = fn(&Configured<'_>, &Counters, &mut Slots<'_>);
/// Puts the samples of one series with a live view.
pub(crate) type OfLive = fn(&LiveQueue, &mut Slots<'_>);
/// Puts the samples of one series with a live view of call backs.
pub(crate) type OfPending = fn(&PendingCallbacks, &mut Slots<'_>);
/// Puts the samples of one source.
pub(crate) type OfSource = fn(&SourceCounts, &mut Slots<'_>);
/// Puts the samples of one source with a live view.
pub(crate) type OfAgents = fn(&Agents, &mut Slots<'_>);
/// Puts the samples of the exporter itself.
pub(crate) type OfExporter = fn(&State<'_>, &mut Slots<'_>);
/// Puts the samples of one subject of which this is all that is told.
pub(crate) type OfTold<Told> = fn(&Told, &mut Slots<'_>);

/// What the configuration says about a series.
pub(crate) struct Configured<'a> {
    pub(crate) settings: &'a SeriesSettings,
    pub(crate) buckets: &'a Buckets,
}

/// What the exporter says about itself.
pub(crate) struct State<'a> {
    pub(crate) build: &'a Build,
    pub(crate) epoch: i64,
    pub(crate) series: usize,
    pub(crate) refused: usize,
}

/// How many units of one channel are in each [`OpenState`].
pub(crate) type ServicePoints = [u32; OpenState::ALL.len()];

/// The families of a series, by what is shown of it.
pub(crate) const fn of_series(aspect: Aspect) -> &'static [Metric<OfSeries>] {
    match aspect {
        Aspect::Contacts => &[
            (catalogue::ARRIVALS, arrivals::samples),
            (catalogue::CONTACTS, contacts::samples),
            (catalogue::UNIT_CONTACTS, contacts::of_unit),
        ],
        Aspect::Waits => &[
            (catalogue::HANDLING, handling::samples),
            (catalogue::LEVEL, service_level::samples),
            (catalogue::TARGET, service_level::target),
            (catalogue::WAIT, wait::samples),
        ],
        Aspect::Callbacks => &[
            (catalogue::CALLBACK_DELAY, callbacks::delay),
            (catalogue::CALLBACK_PROMISE, callbacks::promise),
            (catalogue::CALLBACKS_ACCEPTED, callbacks::accepted),
            (catalogue::CALLBACKS_CALLED, callbacks::called),
            (catalogue::CALLBACKS_COMPLETED, callbacks::completed),
            (catalogue::CALLBACKS_OFFERED, callbacks::offered),
            (catalogue::CALLBACKS_PROMISES, callbacks::promises),
        ],
        Aspect::Polls => &[(catalogue::POLLS, polls::samples)],
        Aspect::Appointments => &[(catalogue::APPOINTMENT_POLLS, appointments::samples)],
        Aspect::Scores => &[(catalogue::SCORE, score::samples)],
    }
}

/// The families of a series with a live view.
pub(crate) const OF_LIVE: &[Metric<OfLive>] = &[
    (catalogue::LONGEST_WAITING, live::longest),
    (catalogue::LOST, live::lost),
    (catalogue::WAITING, live::waiting),
];

/// The families of a series with a live view of call backs.
pub(crate) const OF_PENDING: &[Metric<OfPending>] = &[
    (catalogue::CALLBACKS_OLDEST, callbacks::oldest),
    (catalogue::CALLBACKS_OVERDUE, callbacks::overdue),
    (catalogue::CALLBACKS_PENDING, callbacks::pending),
];

/// The families of a series whose office was polled.
pub(crate) const OF_OFFICE: &[Metric<OfTold<Poll>>] = &[
    (catalogue::POLL_TIME, polls::time),
    (catalogue::POLLED_DESKS, polls::desks),
    (catalogue::POLLED_OPEN, polls::open),
    (catalogue::POLLED_WAIT, polls::wait),
    (catalogue::POLLED_WAITING, polls::waiting),
];

/// The families of a series whose appointment book was polled.
pub(crate) const OF_APPOINTMENT: &[Metric<OfTold<Poll>>] = &[
    (catalogue::APPOINTMENT_AVAILABLE, appointments::available),
    (catalogue::APPOINTMENT_LEAD, appointments::lead),
    (catalogue::APPOINTMENT_POLL_TIME, appointments::time),
];

/// The families of a series with a survey round.
pub(crate) const OF_ROUND: &[Metric<OfTold<SurveyRound>>] = &[
    (catalogue::ROUND_HIGH, score::high),
    (catalogue::ROUND_LOW, score::low),
    (catalogue::ROUND_MEAN, score::mean),
    (catalogue::ROUND_PROVISIONAL, score::provisional),
    (catalogue::ROUND_RESPONSES, score::responses),
    (catalogue::ROUND_START, score::start),
];

/// The families of an area.
pub(crate) const OF_ONLINE: &[Metric<OfTold<OnlineShare>>] =
    &[(catalogue::ONLINE, online::ratio), (catalogue::ONLINE_START, online::start)];

/// The families of a channel on which units are open or closed.
pub(crate) const OF_POINTS: &[Metric<OfTold<ServicePoints>>] =
    &[(catalogue::SERVICE_POINTS, openings::points)];

/// The families of one unit's channel.
pub(crate) const OF_OPEN: &[Metric<OfTold<OpenNow>>] = &[(catalogue::OPEN, openings::open)];

/// The families of the calendar.
pub(crate) const OF_CALENDAR: &[Metric<OfTold<CalendarNow>>] = &[
    (catalogue::CALENDAR_HOLIDAY, calendar::holiday),
    (catalogue::CALENDAR_WORKDAY, calendar::workday),
    (catalogue::CALENDAR_WORKDAYS, calendar::workdays),
    (catalogue::PERIOD_END, calendar::period_end),
    (catalogue::PERIOD_START, calendar::period_start),
];

/// The families of a unit.
pub(crate) const OF_UNIT: &[Metric<OfTold<UnitInfo>>] = &[(catalogue::UNIT_INFO, units::samples)];

/// The families of a series of which figures are known.
pub(crate) const OF_FIGURES: &[Metric<OfTold<Figures>>] = &[
    (catalogue::MONTH_ANSWER_RATE, figures::month::<{ figures::ANSWER_RATE }>),
    (catalogue::MONTH_ANSWER_RATE_YEAR_AGO, figures::month_year_ago::<{ figures::ANSWER_RATE }>),
    (catalogue::MONTH_CONTACTS, figures::month::<{ figures::CONTACTS }>),
    (catalogue::MONTH_CONTACTS_YEAR_AGO, figures::month_year_ago::<{ figures::CONTACTS }>),
    (catalogue::MONTH_CONTACTS_PER_OPEN_DAY, figures::month::<{ figures::CONTACTS_PER_OPEN_DAY }>),
    (
        catalogue::MONTH_CONTACTS_PER_OPEN_DAY_YEAR_AGO,
        figures::month_year_ago::<{ figures::CONTACTS_PER_OPEN_DAY }>,
    ),
    (catalogue::MONTH_CONTACTS_PER_WORKDAY, figures::month::<{ figures::CONTACTS_PER_WORKDAY }>),
    (
        catalogue::MONTH_CONTACTS_PER_WORKDAY_YEAR_AGO,
        figures::month_year_ago::<{ figures::CONTACTS_PER_WORKDAY }>,
    ),
    (catalogue::MONTH_CONTACTS_WEEKLY_MEAN, figures::month::<{ figures::CONTACTS_WEEKLY_MEAN }>),
    (
        catalogue::MONTH_CONTACTS_WEEKLY_MEAN_YEAR_AGO,
        figures::month_year_ago::<{ figures::CONTACTS_WEEKLY_MEAN }>,
    ),
    (catalogue::MONTH_SERVICE_LEVEL, figures::month::<{ figures::SERVICE_LEVEL }>),
    (catalogue::MONTH_SERVICE_LEVEL_YEAR_AGO, figures::month_year_ago::<{ figures::SERVICE_LEVEL }>),
    (catalogue::MONTH_WAIT_MEAN, figures::month::<{ figures::WAIT_MEAN }>),
    (catalogue::MONTH_WAIT_MEAN_YEAR_AGO, figures::month_year_ago::<{ figures::WAIT_MEAN }>),
    (catalogue::WEEK_ANSWER_RATE, figures::week::<{ figures::ANSWER_RATE }>),
    (catalogue::WEEK_ANSWER_RATE_YEAR_AGO, figures::week_year_ago::<{ figures::ANSWER_RATE }>),
    (catalogue::WEEK_CONTACTS, figures::week::<{ figures::CONTACTS }>),
    (catalogue::WEEK_CONTACTS_YEAR_AGO, figures::week_year_ago::<{ figures::CONTACTS }>),
    (catalogue::WEEK_CONTACTS_PER_OPEN_DAY, figures::week::<{ figures::CONTACTS_PER_OPEN_DAY }>),
    (
        catalogue::WEEK_CONTACTS_PER_OPEN_DAY_YEAR_AGO,
        figures::week_year_ago::<{ figures::CONTACTS_PER_OPEN_DAY }>,
    ),
    (catalogue::WEEK_CONTACTS_PER_WORKDAY, figures::week::<{ figures::CONTACTS_PER_WORKDAY }>),
    (
        catalogue::WEEK_CONTACTS_PER_WORKDAY_YEAR_AGO,
        figures::week_year_ago::<{ figures::CONTACTS_PER_WORKDAY }>,
    ),
    (catalogue::WEEK_SERVICE_LEVEL, figures::week::<{ figures::SERVICE_LEVEL }>),
    (catalogue::WEEK_SERVICE_LEVEL_YEAR_AGO, figures::week_year_ago::<{ figures::SERVICE_LEVEL }>),
    (catalogue::WEEK_WAIT_MEAN, figures::week::<{ figures::WAIT_MEAN }>),
    (catalogue::WEEK_WAIT_MEAN_YEAR_AGO, figures::week_year_ago::<{ figures::WAIT_MEAN }>),
];

/// How far they can be relied on.
pub(crate) const OF_FIGURE_STATES: &[Metric<OfTold<Figures>>] = &[(catalogue::FIGURE_STATE, figures::states)];

/// The families of a source.
pub(crate) const OF_SOURCE: &[Metric<OfSource>] = &[
    (catalogue::CORRECTIONS, source::corrections),
    (catalogue::GAPS, source::gaps),
    (catalogue::LATE, source::late),
    (catalogue::OVERFLOW, source::overflow),
    (catalogue::RECORDS, source::records),
    (catalogue::REJECTS, source::rejects),
];

/// The families of a source with a live view.
pub(crate) const OF_AGENTS: &[Metric<OfAgents>] = &[(catalogue::AGENTS, agents::samples)];

/// The families of the exporter itself.
pub(crate) const OF_EXPORTER: &[Metric<OfExporter>] = &[
    (catalogue::BUILD_INFO, exporter::build_info),
    (catalogue::EPOCH, exporter::epoch),
    (catalogue::REFUSED, exporter::refused),
    (catalogue::SERIES, exporter::series),
];
