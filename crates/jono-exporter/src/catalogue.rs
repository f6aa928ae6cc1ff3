//! Every metric, once: name, type, unit, help, labels. The exposition, its documentation and the contract tests
//! of dashboards and rules are all made from, or held against, this table.
//!
//! Which samples a family has, and their values, is left to `metrics`; the page of documentation to `page`.

mod page;

pub use page::markdown;

/// The type of a metric family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; a fall is a restart from zero.
    Counter,
    /// May go up and down.
    Gauge,
    /// Cumulative buckets, their sum and their count.
    Histogram,
}

impl Kind {
    /// The word of the text format.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// What all samples of one name have in common.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// The name in queries; a histogram's samples add `_bucket`, `_sum` and `_count`.
    pub name: &'static str,
    /// The type.
    pub kind: Kind,
    /// What one is of.
    pub unit: &'static str,
    /// A sentence that says what is counted.
    pub help: &'static str,
    /// The labels, in the order in which they are written; a histogram's buckets add `le`.
    pub labels: &'static [&'static str],
}

impl Family {
    /// The lines above its samples.
    pub(crate) fn heading(&self) -> String {
        let Self { name, kind, help, .. } = self;
        format!("# HELP {name} {help}\n# TYPE {name} {}\n", kind.as_str())
    }
}

macro_rules! families {
    ($($constant:ident = $kind:ident $name:literal [$unit:literal] {$($label:literal),*} $help:literal;)*) => {
        $(pub(crate) const $constant: &Family = &Family {
            name: $name,
            kind: Kind::$kind,
            unit: $unit,
            help: $help,
            labels: &[$($label),*],
        };)*

        const ALL: &[&Family] = &[$($constant),*];
    };
}

// Ascending by name: the order of the page.
families! {
    AGENTS = Gauge "jono_agents" ["agents"] {"source", "state"}
        "Agents now, by state: a paused or busy agent is logged in as well. Only of sources with a live view.";
    APPOINTMENT_AVAILABLE = Gauge "jono_appointment_available" ["1"] {"channel", "unit", "service"}
        "Whether any appointment was free when the appointment book was last polled: 1 or 0.";
    APPOINTMENT_LEAD = Gauge "jono_appointment_lead_seconds" ["seconds"] {"channel", "unit", "service"}
        "From the day of the last poll of the appointment book to the day of the first free appointment, as calendar days of 86400 seconds; the same day is 0. Absent when none was free.";
    APPOINTMENT_POLL_TIME = Gauge "jono_appointment_poll_timestamp_seconds" ["seconds"] {"channel", "unit", "service"}
        "When the appointment book was last polled, in seconds since 1970.";
    APPOINTMENT_POLLS = Counter "jono_appointment_polls_total" ["polls"] {"channel", "unit", "service", "result"}
        "Polls of the appointment book, by whether an appointment was free.";
    ARRIVALS = Counter "jono_arrivals_total" ["contacts"] {"channel", "unit", "service"}
        "Customers who entered a queue or took a ticket.";
    BUILD_INFO = Gauge "jono_build_info" ["1"] {"version", "revision", "rustversion"}
        "Which build this is: always 1, the labels tell. A label whose value is not known is left out.";
    BULLETIN_REQUESTS = Counter "jono_bulletin_requests_total" ["requests"] {"code"}
        "Requests answered where the bulletins are for everybody, by status code. Absent without such a place.";
    CALENDAR_HOLIDAY = Gauge "jono_calendar_holiday" ["1"] {}
        "Whether today is a holiday by the calendar that is configured: 1 or 0. A weekend as such is none.";
    CALENDAR_WORKDAY = Gauge "jono_calendar_workday" ["1"] {}
        "Whether today is a working day by the calendar that is configured: 1 or 0.";
    CALENDAR_WORKDAYS = Gauge "jono_calendar_workdays" ["days"] {"week"}
        "Working days of the last ISO week, of this one and of the next, by the calendar that is configured.";
    CALLBACK_DELAY = Histogram "jono_callback_delay_seconds" ["seconds"] {"channel", "unit", "service"}
        "From acceptance of a call back to the first attempt to call, of those that were attempted.";
    CALLBACK_PROMISE = Gauge "jono_callback_promise_seconds" ["seconds"] {"channel", "unit", "service"}
        "Within how long after acceptance the first attempt to call back is promised. Absent when nothing is promised, or not any more.";
    CALLBACKS_ACCEPTED = Counter "jono_callbacks_accepted_total" ["call backs"] {"channel", "unit", "service"}
        "Call backs that customers accepted.";
    CALLBACKS_CALLED = Counter "jono_callbacks_called_total" ["call backs"] {"channel", "unit", "service"}
        "Call backs of which the first attempt to call was made.";
    CALLBACKS_COMPLETED = Counter "jono_callbacks_completed_total" ["call backs"] {"channel", "unit", "service", "outcome"}
        "Call backs that are over, by whether the customer was reached. One that was reached is no second contact.";
    CALLBACKS_OFFERED = Counter "jono_callbacks_offered_total" ["call backs"] {"channel", "unit", "service"}
        "Call backs that were offered to customers.";
    CALLBACKS_OLDEST = Gauge "jono_callbacks_oldest_pending_timestamp_seconds" ["seconds"] {"channel", "unit", "service"}
        "When the customer accepted who has waited the longest of those waiting now to be called back, in seconds since 1970. Absent when nobody waits.";
    CALLBACKS_OVERDUE = Gauge "jono_callbacks_overdue" ["call backs"] {"channel", "unit", "service"}
        "Customers waiting now who were to be called back by now. Absent when that was not promised.";
    CALLBACKS_PENDING = Gauge "jono_callbacks_pending" ["call backs"] {"channel", "unit", "service"}
        "Customers waiting now to be called back. Only of series with a live view of call backs.";
    CALLBACKS_PROMISES = Counter "jono_callbacks_promises_total" ["call backs"] {"channel", "unit", "service", "result"}
        "Promises of a call back whose first attempt was made, by whether it was made in time, counted when it was told of. One that is overdue and was not attempted yet is in jono_callbacks_overdue.";
    RELOAD_TIME = Gauge "jono_config_last_reload_success_timestamp_seconds" ["seconds"] {}
        "When the configuration was last taken into use, in seconds since 1970.";
    RELOAD = Gauge "jono_config_last_reload_successful" ["1"] {}
        "Whether the configuration read last was taken into use: 1, or 0 when it has mistakes and the one before stays.";
    CONTACTS = Counter "jono_contacts_total" ["contacts"] {"channel", "unit", "service", "outcome"}
        "Contacts whose wait ended, by how it ended. All outcomes together are the contacts offered.";
    CORRECTIONS = Counter "jono_corrections_total" ["documents"] {"source"}
        "Documents that were replaced. What the old one had counted was taken back in the ledger; counters here never fall.";
    EPOCH = Gauge "jono_counters_epoch_timestamp_seconds" ["seconds"] {}
        "The hour from which the counters count, as its start in seconds since 1970. What happened earlier is not in them.";
    FIGURE_STATE = Gauge "jono_figure_state" ["1"] {"channel", "unit", "service", "basis", "period", "measure", "state"}
        "How far each figure of the last week and month can be relied on: always 1, the label tells. One that is unavailable or closed has no value, and is never zero.";
    HANDLING = Histogram "jono_handling_seconds" ["seconds"] {"channel", "unit", "service"}
        "From answer to end of the answered contacts that ended and whose log says how long they took.";
    HTTP_REQUESTS = Counter "jono_http_requests_total" ["requests"] {"path", "code"}
        "Requests answered, by page and status code; path is other for what is no page. Requests refused before their head was read are not counted.";
    LATE = Counter "jono_late_events_total" ["events"] {"source"}
        "Events that are in the ledger and not in the counters, because their hour was before the epoch or beyond the horizon when they were read.";
    COMMIT_ERRORS = Counter "jono_ledger_commit_errors_total" ["commits"] {}
        "Commits to the ledger that failed. Nothing of them was kept, and their lines are read again.";
    COMMIT = Histogram "jono_ledger_commit_seconds" ["seconds"] {}
        "How long the commits to the ledger took that this process made.";
    LONGEST_WAITING = Gauge "jono_longest_waiting_start_timestamp_seconds" ["seconds"] {"channel", "unit", "service"}
        "When the customer arrived who has waited the longest of those waiting now, in seconds since 1970. Absent when nobody waits.";
    LOST = Counter "jono_lost_total" ["contacts"] {"channel", "unit", "service"}
        "Contacts of the live view whose end was never seen: closed by a restart of the exchange, or by their age.";
    MONTH_ANSWER_RATE = Gauge "jono_month_answer_rate_ratio" ["ratio"] {"channel", "unit", "service", "basis"}
        "The share of contacts, 0-1, that was answered in the month that ended last: as it was counted, tallied or published.";
    MONTH_ANSWER_RATE_YEAR_AGO = Gauge "jono_month_answer_rate_ratio_year_ago" ["ratio"] {"channel", "unit", "service", "basis"}
        "The same as jono_month_answer_rate_ratio, of the same month of the year before.";
    MONTH_CONTACTS = Gauge "jono_month_contacts" ["contacts"] {"channel", "unit", "service", "basis"}
        "Contacts concluded in the month that ended last: as they were counted, tallied or published.";
    MONTH_CONTACTS_PER_OPEN_DAY = Gauge "jono_month_contacts_per_open_day" ["contacts"] {"channel", "unit", "service", "basis"}
        "Contacts concluded in the month that ended last per day on which the unit was open. Absent when its openings are not known.";
    MONTH_CONTACTS_PER_OPEN_DAY_YEAR_AGO = Gauge "jono_month_contacts_per_open_day_year_ago" ["contacts"] {"channel", "unit", "service", "basis"}
        "The same as jono_month_contacts_per_open_day, of the same month of the year before.";
    MONTH_CONTACTS_PER_WORKDAY = Gauge "jono_month_contacts_per_workday" ["contacts"] {"channel", "unit", "service", "basis"}
        "Contacts concluded in the month that ended last, weekends included, per working day by the calendar that is configured.";
    MONTH_CONTACTS_PER_WORKDAY_YEAR_AGO = Gauge "jono_month_contacts_per_workday_year_ago" ["contacts"] {"channel", "unit", "service", "basis"}
        "The same as jono_month_contacts_per_workday, of the same month of the year before.";
    MONTH_CONTACTS_WEEKLY_MEAN = Gauge "jono_month_contacts_weekly_mean" ["contacts"] {"channel", "unit", "service", "basis"}
        "The mean of the contacts of the ISO weeks whose Thursday lies in the month that ended last.";
    MONTH_CONTACTS_WEEKLY_MEAN_YEAR_AGO = Gauge "jono_month_contacts_weekly_mean_year_ago" ["contacts"] {"channel", "unit", "service", "basis"}
        "The same as jono_month_contacts_weekly_mean, of the same month of the year before.";
    MONTH_CONTACTS_YEAR_AGO = Gauge "jono_month_contacts_year_ago" ["contacts"] {"channel", "unit", "service", "basis"}
        "The same as jono_month_contacts, of the same month of the year before.";
    MONTH_SERVICE_LEVEL = Gauge "jono_month_service_level_ratio" ["ratio"] {"channel", "unit", "service", "basis"}
        "The share of contacts, 0-1, that met the promise in the month that ended last, by the formula and promise that the service has today.";
    MONTH_SERVICE_LEVEL_YEAR_AGO = Gauge "jono_month_service_level_ratio_year_ago" ["ratio"] {"channel", "unit", "service", "basis"}
        "The same as jono_month_service_level_ratio, of the same month of the year before.";
    MONTH_WAIT_MEAN = Gauge "jono_month_wait_mean_seconds" ["seconds"] {"channel", "unit", "service", "basis"}
        "The mean wait of answered contacts in the month that ended last: as it was counted or published.";
    MONTH_WAIT_MEAN_YEAR_AGO = Gauge "jono_month_wait_mean_seconds_year_ago" ["seconds"] {"channel", "unit", "service", "basis"}
        "The same as jono_month_wait_mean_seconds, of the same month of the year before.";
    ONLINE = Gauge "jono_online_ratio" ["ratio"] {"area"}
        "The share of applications, 0-1, that is made online, as it was published last.";
    ONLINE_START = Gauge "jono_online_ratio_start_timestamp_seconds" ["seconds"] {"area"}
        "When the period began that the share of applications made online speaks of, in seconds since 1970.";
    OPEN = Gauge "jono_open" ["1"] {"channel", "unit"}
        "Whether the channel of a unit is open now: 1 or 0. Absent when its hours are not known.";
    PERIOD_END = Gauge "jono_period_end_timestamp_seconds" ["seconds"] {"period"}
        "When the week and the month ended last of which the figures jono_week_... and jono_month_... speak, in seconds since 1970.";
    PERIOD_START = Gauge "jono_period_start_timestamp_seconds" ["seconds"] {"period"}
        "When the week and the month began of which the figures jono_week_... and jono_month_... speak, in seconds since 1970.";
    POLL_TIME = Gauge "jono_poll_timestamp_seconds" ["seconds"] {"channel", "unit", "service"}
        "When the queue of the service point was last polled, in seconds since 1970.";
    POLLED_DESKS = Gauge "jono_polled_desks_open" ["desks"] {"channel", "unit", "service"}
        "Desks that were open when the queue was last polled. Absent when it was closed or not told.";
    POLLED_OPEN = Gauge "jono_polled_open" ["1"] {"channel", "unit", "service"}
        "Whether the service point served when its queue was last polled: 1 or 0.";
    POLLED_WAIT = Gauge "jono_polled_wait_seconds" ["seconds"] {"channel", "unit", "service"}
        "How long one waited, or was told to wait, when the queue was last polled. Absent when it was closed or not told.";
    POLLED_WAITING = Gauge "jono_polled_waiting" ["contacts"] {"channel", "unit", "service"}
        "Customers who waited when the queue was last polled. Absent when it was closed or not told.";
    POLLS = Counter "jono_polls_total" ["polls"] {"channel", "unit", "service", "state"}
        "Polls of the queue of the service point, by whether it served.";
    SERIES = Gauge "jono_series" ["series"] {}
        "Series exposed now: one channel of one service of one unit each.";
    OVERFLOW = Counter "jono_series_overflow_total" ["events"] {"source"}
        "Events of queues without a route beyond the cap on such queues. They are counted together as other_queues.";
    REFUSED = Gauge "jono_series_refused" ["series"] {}
        "Series beyond the cap on exposed series. Their counts are in the ledger, and not here.";
    LEVEL = Counter "jono_service_level_contacts_total" ["contacts"] {"channel", "unit", "service", "formula", "result"}
        "Contacts that met or missed the promise, judged by the promise in force when they were counted. The formula says which contacts are counted at all.";
    TARGET = Gauge "jono_service_level_target_ratio" ["ratio"] {"channel", "unit", "service", "formula"}
        "The share of contacts, 0-1, that is to meet the promise.";
    SERVICE_POINTS = Gauge "jono_service_points" ["units"] {"channel", "state"}
        "Units by how far they serve today on a channel. Only of units whose openings are published.";
    SOURCE_BEHIND = Gauge "jono_source_behind_bytes" ["bytes"] {"source"}
        "What a source has that was not read yet.";
    GAPS = Counter "jono_source_gaps_total" ["gaps"] {"source"}
        "Times that the end of a document was not found any more: what was written to it last may be missing.";
    SOURCE_SUCCESS = Gauge "jono_source_last_success_timestamp_seconds" ["seconds"] {"source"}
        "When a source was last read without an error, in seconds since 1970, whether or not it had anything new.";
    SOURCE_MAX_AGE = Gauge "jono_source_max_age_seconds" ["seconds"] {"source"}
        "How old the last success may become before the source is late. Absent for a source without such a limit.";
    SOURCE_POSITION = Gauge "jono_source_position_bytes" ["bytes"] {"source"}
        "How far into its present document a source has been read and committed.";
    RECORDS = Counter "jono_source_records_total" ["lines"] {"source"}
        "Lines read from a source, whatever became of them.";
    REJECTS = Counter "jono_source_rejects_total" ["lines"] {"source", "reason"}
        "Lines that gave no event although they should have, by reason.";
    SOURCE_UP = Gauge "jono_source_up" ["1"] {"source"}
        "Whether the last attempt to read a source succeeded: 1 or 0.";
    ROUND_PROVISIONAL = Gauge "jono_survey_round_provisional" ["1"] {"channel", "unit", "service", "basis"}
        "Whether the last survey round may still change: 1 or 0.";
    ROUND_RESPONSES = Gauge "jono_survey_round_responses" ["answers"] {"channel", "unit", "service", "basis"}
        "Customers who gave a score in the last survey round. Absent when that was not published.";
    ROUND_HIGH = Gauge "jono_survey_round_score_high" ["score"] {"channel", "unit", "service", "basis"}
        "The upper end of the interval in which the mean score of all customers lies with 95 % confidence, by the last survey round. Absent when there are too few answers, or nothing but a mean was published.";
    ROUND_LOW = Gauge "jono_survey_round_score_low" ["score"] {"channel", "unit", "service", "basis"}
        "The lower end of the interval in which the mean score of all customers lies with 95 % confidence, by the last survey round. Absent when there are too few answers, or nothing but a mean was published.";
    ROUND_MEAN = Gauge "jono_survey_round_score_mean" ["score"] {"channel", "unit", "service", "basis"}
        "The mean score, 0-10, of the last survey round: as it was counted, or as it was published.";
    ROUND_START = Gauge "jono_survey_round_start_timestamp_seconds" ["seconds"] {"channel", "unit", "service", "basis"}
        "When the last survey round began, in seconds since 1970.";
    SCORE = Histogram "jono_survey_score" ["score"] {"channel", "unit", "service"}
        "Scores, 0-10, that customers gave, as they came in.";
    UNIT_CONTACTS = Counter "jono_unit_contacts_total" ["contacts"] {"channel", "unit", "service"}
        "Calls that came to the unit by a queue of this service, each counted once however many queues of the unit it passed.";
    UNIT_INFO = Gauge "jono_unit_info" ["1"] {"unit", "parent", "level"}
        "The tree of units as it is today: always 1, the labels tell. A unit at the top has no parent.";
    WAIT = Histogram "jono_wait_seconds" ["seconds"] {"channel", "unit", "service", "outcome"}
        "From arrival to answer, or to giving up, of contacts whose log says how long they waited; answered at once is 0 and included.";
    WAITING = Gauge "jono_waiting" ["contacts"] {"channel", "unit", "service"}
        "Customers waiting now. Only of series with a live view.";
    WEEK_ANSWER_RATE = Gauge "jono_week_answer_rate_ratio" ["ratio"] {"channel", "unit", "service", "basis"}
        "The share of contacts, 0-1, that was answered in the ISO week that ended last: as it was counted, tallied or published.";
    WEEK_ANSWER_RATE_YEAR_AGO = Gauge "jono_week_answer_rate_ratio_year_ago" ["ratio"] {"channel", "unit", "service", "basis"}
        "The same as jono_week_answer_rate_ratio, of the ISO week of the same number a year before; absent when the last one was a week 53.";
    WEEK_CONTACTS = Gauge "jono_week_contacts" ["contacts"] {"channel", "unit", "service", "basis"}
        "Contacts concluded in the ISO week that ended last: as they were counted, tallied or published.";
    WEEK_CONTACTS_PER_OPEN_DAY = Gauge "jono_week_contacts_per_open_day" ["contacts"] {"channel", "unit", "service", "basis"}
        "Contacts concluded in the ISO week that ended last per day on which the unit was open. Absent when its openings are not known.";
    WEEK_CONTACTS_PER_OPEN_DAY_YEAR_AGO = Gauge "jono_week_contacts_per_open_day_year_ago" ["contacts"] {"channel", "unit", "service", "basis"}
        "The same as jono_week_contacts_per_open_day, of the ISO week of the same number a year before; absent when the last one was a week 53.";
    WEEK_CONTACTS_PER_WORKDAY = Gauge "jono_week_contacts_per_workday" ["contacts"] {"channel", "unit", "service", "basis"}
        "Contacts concluded in the ISO week that ended last, weekends included, per working day by the calendar that is configured.";
    WEEK_CONTACTS_PER_WORKDAY_YEAR_AGO = Gauge "jono_week_contacts_per_workday_year_ago" ["contacts"] {"channel", "unit", "service", "basis"}
        "The same as jono_week_contacts_per_workday, of the ISO week of the same number a year before; absent when the last one was a week 53.";
    WEEK_CONTACTS_YEAR_AGO = Gauge "jono_week_contacts_year_ago" ["contacts"] {"channel", "unit", "service", "basis"}
        "The same as jono_week_contacts, of the ISO week of the same number a year before; absent when the last one was a week 53.";
    WEEK_SERVICE_LEVEL = Gauge "jono_week_service_level_ratio" ["ratio"] {"channel", "unit", "service", "basis"}
        "The share of contacts, 0-1, that met the promise in the ISO week that ended last, by the formula and promise that the service has today.";
    WEEK_SERVICE_LEVEL_YEAR_AGO = Gauge "jono_week_service_level_ratio_year_ago" ["ratio"] {"channel", "unit", "service", "basis"}
        "The same as jono_week_service_level_ratio, of the ISO week of the same number a year before; absent when the last one was a week 53.";
    WEEK_WAIT_MEAN = Gauge "jono_week_wait_mean_seconds" ["seconds"] {"channel", "unit", "service", "basis"}
        "The mean wait of answered contacts in the ISO week that ended last: as it was counted or published.";
    WEEK_WAIT_MEAN_YEAR_AGO = Gauge "jono_week_wait_mean_seconds_year_ago" ["seconds"] {"channel", "unit", "service", "basis"}
        "The same as jono_week_wait_mean_seconds, of the ISO week of the same number a year before; absent when the last one was a week 53.";
    PROCESS_CPU = Counter "process_cpu_seconds_total" ["seconds"] {}
        "Total user and system CPU time spent in seconds.";
    PROCESS_MAX_FDS = Gauge "process_max_fds" ["files"] {}
        "Maximum number of open file descriptors.";
    PROCESS_OPEN_FDS = Gauge "process_open_fds" ["files"] {}
        "Number of open file descriptors.";
    PROCESS_RESIDENT = Gauge "process_resident_memory_bytes" ["bytes"] {}
        "Resident memory size in bytes.";
    PROCESS_START = Gauge "process_start_time_seconds" ["seconds"] {}
        "Start time of the process since unix epoch in seconds.";
    PROCESS_THREADS = Gauge "process_threads" ["threads"] {}
        "Number of OS threads in the process.";
    PROCESS_VIRTUAL = Gauge "process_virtual_memory_bytes" ["bytes"] {}
        "Virtual memory size in bytes.";
}

/// Every family on `/metrics`, ascending by name. Those that begin with `process_` exist on Linux only.
pub const fn catalogue() -> &'static [&'static Family] {
    ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_ascend_by_name_and_none_repeats() {
        assert!(ALL.is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn names_follow_the_conventions() {
        for family in ALL {
            assert_eq!(family.kind == Kind::Counter, family.name.ends_with("_total"), "{}", family.name);
            assert!(family.help.ends_with('.'), "{} is explained by a sentence", family.name);
            assert!(!family.help.contains(['\\', '\n', '|']), "{} needs no escaping", family.name);
            for unit in ["seconds", "ratio", "bytes"] {
                // What is of another time says so behind its unit.
                let name = family.name.trim_end_matches("_total").trim_end_matches("_year_ago");
                let named = name.ends_with(unit);
                assert_eq!(named, family.unit == unit, "{} says its unit", family.name);
            }
        }
    }
}
