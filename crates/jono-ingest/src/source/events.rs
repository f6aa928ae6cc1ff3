//! `events`: jono's own format, for whoever has a system of which no other format is: a JSON object a line.
//!
//! ```text
//! {"event":"arrived","at":"2020-06-08T10:00:12+03:00","queue":"families","id":"4711"}
//! {"event":"concluded","at":"2020-06-08T10:00:57+03:00","queue":"families","id":"4711","outcome":"answered","wait":45,"desk":"3"}
//! {"event":"handled","at":"2020-06-08T10:06:07+03:00","queue":"families","id":"4711","seconds":310}
//! {"event":"arrived","at":1591599720,"channel":"service_point","unit":"kallio","service":"housing"}
//! {"event":"callback_offered","at":"2020-06-08T10:02:00+03:00","unit":"kallio","service":"housing","id":"b1"}
//! {"event":"callback_accepted","at":"2020-06-08T10:02:20+03:00","unit":"kallio","service":"housing","id":"b1"}
//! {"event":"callback_called","at":"2020-06-08T12:40:00+03:00","unit":"kallio","service":"housing","id":"b1","accepted_at":"2020-06-08T10:02:20+03:00"}
//! {"event":"callback_completed","at":"2020-06-08T12:44:00+03:00","unit":"kallio","service":"housing","id":"b1","outcome":"reached"}
//! {"event":"polled","at":"2020-06-08T10:05:00+03:00","channel":"service_point","unit":"kallio","service":"housing","waiting":7,"wait":1260,"desks":3}
//! {"event":"polled","at":"2020-06-08T16:00:00+03:00","channel":"service_point","unit":"kallio","service":"housing","open":false}
//! {"event":"appointment","at":"2020-06-08T10:05:00+03:00","channel":"visit_appointment","unit":"kallio","service":"housing","days":4}
//! {"event":"appointment","at":"2020-06-08T10:10:00+03:00","channel":"visit_appointment","unit":"kallio","service":"housing","days":null}
//! {"event":"scored","at":"2020-06-08T18:21:00+03:00","channel":"phone","unit":"kallio","service":"housing","score":9,"round":"2020-Q2"}
//! ```
//!
//! The specification is the types in `events/record.rs`, from which the JSON Schema is made. Whoever writes may add
//! fields, and does when a later jono knows more: a field that is not known is ignored, while an event that is not known
//! is refused, since it may be one to count.
//!
//! An event with an id tells what is happening now, too: `arrived`, `concluded` and `handled` of contacts,
//! `callback_accepted` and `callback_completed` of call backs. What is promised of these is the matter of
//! `callbacks/promise.rs`.

mod record;
mod scalar;
#[cfg(feature = "schema")]
mod schema;
mod whose;

use jono_domain::{
    CallbackStage, Change, Event, Grain, Keep, LiveEvent, Outcome, Period, Poll, Reason, Seconds, Seen,
};

use self::record::{At, Days, Record, What, parse};
#[cfg(feature = "schema")]
pub use self::schema::schema;
use super::{ByLine, Chunk, Format, Split, callbacks::promise, contacts::span};
use crate::{
    fold::Fold,
    live::{MAX_NAME_BYTES, Replay},
    mask,
    table::BLANK,
};

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct Events;

impl Format for Events {
    fn name(&self) -> &'static str {
        "events"
    }

    fn keep(&self) -> Keep {
        Keep::Append
    }

    fn split(&self) -> Split<'_> {
        Split::Lines(self)
    }

    fn has_live(&self) -> bool {
        true
    }

    fn has_callbacks(&self) -> bool {
        true
    }

    fn masked(&self, _header: &[u8], line: &[u8]) -> String {
        mask::object(line, &SHOWN.into())
    }
}

/// The fields that may be shown of a line that was refused: all that the schema names, but for ids and desks.
const SHOWN: [&str; 15] = [
    "event",
    "at",
    "queue",
    "channel",
    "unit",
    "service",
    "outcome",
    "wait",
    "seconds",
    "accepted_at",
    "open",
    "waiting",
    "desks",
    "days",
    "score",
];

impl ByLine for Events {
    fn read(&self, chunk: &Chunk<'_>, fold: &mut Fold<'_>) {
        for (position, line) in chunk.lines() {
            if line.bytes().trim_ascii().is_empty() {
                fold.ignore(BLANK);
                continue;
            }
            match parse(line.bytes()).and_then(|record| record.count(fold)) {
                Ok(()) => fold.row(),
                Err(reason) => fold.reject(reason, position, line.bytes()),
            }
        }
    }

    fn live(&self, chunk: &Chunk<'_>, replay: &mut Replay<'_>) {
        for (_, line) in chunk.lines() {
            if let Ok(record) = parse(line.bytes()) {
                record.live(replay);
            }
        }
    }
}

impl Record<'_> {
    /// Counts what it means. Nothing of it is counted before all of it is understood.
    fn count(self, fold: &mut Fold<'_>) -> Result<(), Reason> {
        let queue = self.queue(fold)?;
        let at = fold.context().happened(self.at.0)?;
        match self.what {
            What::Arrived => {
                fold.count(queue, Event::Arrived { at });
                if let Some(id) = self.id {
                    fold.enter(queue, at, Some(id.0.as_bytes()));
                }
            }
            What::Concluded { outcome, wait, desk: _ } => {
                fold.count(queue, Event::Concluded { at, outcome: outcome.0, wait: wait.map(|wait| wait.0) });
            }
            What::Handled { seconds } => {
                fold.count(queue, Event::Handled { at, seconds: seconds.map(|seconds| seconds.0) });
            }
            What::CallbackOffered => fold.count(queue, Event::Callback { at, stage: CallbackStage::Offered }),
            What::CallbackAccepted => {
                let due = promise::due(at, &fold.series_of(queue).service, fold.context())?;
                fold.count(queue, Event::Callback { at, stage: CallbackStage::Accepted });
                if let Some(at) = due {
                    fold.count(queue, Event::Callback { at, stage: CallbackStage::Due });
                }
            }
            What::CallbackCalled { accepted_at: At(accepted) } => {
                let accepted = fold.context().happened(accepted)?;
                let (_, delay) = span(accepted, Some(at), None, Seconds::ZERO)?;
                let due = promise::due(accepted, &fold.series_of(queue).service, fold.context())?;
                if let Some(due) = due {
                    fold.count(queue, Event::Callback { at: due, stage: promise::kept(due, at) });
                }
                let stage = CallbackStage::Called { delay: delay.unwrap_or(Seconds::ZERO) };
                fold.count(queue, Event::Callback { at, stage });
            }
            What::CallbackCompleted { outcome } => {
                fold.count(queue, Event::Callback { at, stage: CallbackStage::Completed(outcome.0) });
            }
            What::Polled { open, waiting, wait, desks } => {
                let (waiting, wait, desks) =
                    (waiting.map(|it| it.0), wait.map(|it| it.0), desks.map(|it| it.0));
                let is_empty = waiting.or(desks).is_none() && wait.is_none();
                let seen = match open.map(|open| open.0) {
                    Some(false) if !is_empty => return Err(Reason::Contradiction),
                    Some(false) => Seen::Closed,
                    None if is_empty => return Err(Reason::MissingValue),
                    Some(true) | None => Seen::Office { waiting, wait, desks },
                };
                let series = fold.series_of(queue).clone();
                fold.poll(Poll { series, at, seen });
            }
            What::Appointment { days: Days(days) } => {
                let seen = days.map_or(Seen::NoAppointment, |days| Seen::Appointment { days });
                let series = fold.series_of(queue).clone();
                fold.poll(Poll { series, at, seen });
            }
            What::Scored { score, round } => {
                let quarter = || Period::of(Grain::Quarter, fold.context().zone.date(at));
                let round = round.map_or_else(quarter, |round| round.0.period());
                let series = fold.series_of(queue).clone();
                fold.score(&series, round, score.0);
                fold.count(queue, Event::Scored { at, score: score.0 });
            }
        }
        Ok(())
    }

    /// Tells what it means for what is happening now.
    fn live(&self, replay: &mut Replay<'_>) {
        let Some(call) = self.id.as_ref().map(|id| id.0.as_bytes()) else { return };
        if call.len() > MAX_NAME_BYTES {
            return;
        }
        let Ok(at) = replay.context().happened(self.at.0) else { return };
        let Some(series) = self.live_series(replay) else { return };
        let series = &series;
        let change = match &self.what {
            What::Arrived | What::CallbackAccepted => Change::Entered { call, series },
            What::Concluded { outcome, desk, .. } if outcome.0 == Outcome::Answered => {
                // Whoever talks at a desk without a name talks with nobody else.
                let agent = desk.as_ref().map(|desk| desk.0.as_bytes());
                let agent = agent.filter(|agent| agent.len() <= MAX_NAME_BYTES).unwrap_or(call);
                Change::Connected { call, series, agent }
            }
            What::Concluded { .. } | What::Handled { .. } | What::CallbackCompleted { .. } => {
                Change::Ended { call, series }
            }
            What::CallbackOffered
            | What::CallbackCalled { .. }
            | What::Polled { .. }
            | What::Appointment { .. }
            | What::Scored { .. } => return,
        };
        replay.apply(LiveEvent { at, change });
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, sync::Arc};

    use jono_domain::{
        Agents, Batch, CallWindow, CallbackPromise, Cell, HourStart, Lines, LiveView, PollKind, Router,
        Scores, Series, UnixSeconds, Zone,
    };
    use proptest::prelude::*;

    use super::*;
    use crate::{
        Batches, Context, Input, Options, Resume, Unrouted,
        source::records::tests::{told, waiting},
    };

    /// The lines that the documentation of this format shows.
    pub(super) fn samples() -> Vec<&'static str> {
        let samples: Vec<_> = include_str!("events.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! "))
            .filter(|line| line.starts_with('{'))
            .collect();
        assert_eq!(samples.len(), 13);
        samples
    }

    fn context() -> Context {
        let zone = Zone::new("Europe/Helsinki").unwrap();
        let families = Series {
            channel: jono_domain::Channel::Phone,
            unit: "helsinki".parse().unwrap(),
            service: "families".parse().unwrap(),
        };
        let last_day = Some("2020-06-30".parse().unwrap());
        let promise = CallbackPromise { within: Seconds::new(7200).unwrap(), first_day: None, last_day };
        Context {
            log_zone: zone.clone(),
            zone,
            router: Router::new(vec![("families".parse().unwrap(), families)]),
            unrouted: Unrouted { limit: 9, ..Unrouted::default() },
            promises: ["housing", "families"].map(|service| (service.parse().unwrap(), promise)).into(),
            until: UnixSeconds::MAX,
        }
    }

    /// What becomes of one line.
    pub(super) fn counted(line: &str) -> Result<(), Reason> {
        parse(line.as_bytes())?.count(&mut Fold::new(&context()))
    }

    fn batch(text: &str, from: Option<Resume>) -> Option<Batch> {
        let input = Input::spool("test", text.as_bytes()).unwrap();
        let options = Options { threads: 1, ..Options::default() };
        let format: Arc<dyn Format> = Arc::new(Events);
        let mut batches = Batches::new(&input, &format, &Arc::new(context()), from, options).unwrap();
        batches.next().map(Result::unwrap)
    }

    fn check(lines: &str) -> String {
        told(&batch(&format!("{lines}\n"), None).unwrap(), &context().zone)
    }

    /// A line of the event, at 10 o'clock, of a unit and service.
    fn line(event: &str, more: &str) -> String {
        let whose = r#""channel":"service_point","unit":"kallio","service":"housing""#;
        format!(r#"{{"event":"{event}","at":"2020-06-08T10:00:00+03:00",{whose}{more}}}"#)
    }

    #[test]
    fn the_lines_that_are_documented_are_counted() {
        insta::assert_snapshot!(check(&samples().join("\n")), @"
        phone/helsinki/families 2020-06-08T10: arrived=1 unit_contacts=1 answered=1 handled=1 answered:45x1 handling:310x1
        service_point/kallio/housing 2020-06-08T10: arrived=1 PolledOpen=1 PolledWait:1260x1 PolledWaiting:7x1 PolledDesks:3x1
        visit_appointment/kallio/housing 2020-06-08T10: AppointmentsFree=1 AppointmentsNone=1 AppointmentDays:4x1
        callback/kallio/housing 2020-06-08T10: CallbacksOffered=1 CallbacksAccepted=1
        callback/kallio/housing 2020-06-08T12: CallbacksCalled=1 CallbacksReached=1 PromisesDue=1 PromisesLate=1 CallbackDelay:9460x1
        service_point/kallio/housing 2020-06-08T16: PolledClosed=1
        phone/kallio/housing 2020-06-08T18: Score:9x1
        phone/kallio/housing 2020-Q2: 1 scores of 9
        service_point/kallio/housing at 2020-06-08T16:00:00+03:00: Closed
        visit_appointment/kallio/housing at 2020-06-08T10:10:00+03:00: NoAppointment
        13 rows; ignored
        ");
    }

    #[test]
    fn fields_that_are_not_known_are_ignored_and_null_is_none() {
        insta::assert_snapshot!(check(&line("arrived", r#","floor":[2,{"a":"b"}],"id":null,"queue":null"#)), @"
        service_point/kallio/housing 2020-06-08T10: arrived=1
        1 rows; ignored
        ");
        insta::assert_snapshot!(check(&line("polled", r#","waiting":0,"wait":59.9,"desks":null"#)), @"
        service_point/kallio/housing 2020-06-08T10: PolledOpen=1 PolledWait:59x1 PolledWaiting:0x1
        service_point/kallio/housing at 2020-06-08T10:00:00+03:00: Office { waiting: Some(0), wait: Some(Seconds(59)), desks: None }
        1 rows; ignored
        ");
        insta::assert_snapshot!(check(&line("polled", r#","open":true"#)), @"
        service_point/kallio/housing 2020-06-08T10: PolledOpen=1
        service_point/kallio/housing at 2020-06-08T10:00:00+03:00: Office { waiting: None, wait: None, desks: None }
        1 rows; ignored
        ");
        insta::assert_snapshot!(check(&line("polled", r#","open":false,"waiting":null"#)), @"
        service_point/kallio/housing 2020-06-08T10: PolledClosed=1
        service_point/kallio/housing at 2020-06-08T10:00:00+03:00: Closed
        1 rows; ignored
        ");
        insta::assert_snapshot!(check(&format!("\n  \n {} \r", line("arrived", ""))), @"
        service_point/kallio/housing 2020-06-08T10: arrived=1
        1 rows; ignored 2 (blank)
        ");
    }

    #[test]
    fn a_contact_in_two_queues_is_one_of_the_unit() {
        let other = line("arrived", r#","id":7"#).replace("housing", "advice");
        insta::assert_snapshot!(check(&format!("{}\n{other}", line("arrived", r#","id":"7""#))), @"
        service_point/kallio/advice 2020-06-08T10: arrived=1
        service_point/kallio/housing 2020-06-08T10: arrived=1 unit_contacts=1
        2 rows; ignored
        ");
    }

    #[test]
    fn a_call_back_is_of_its_own_channel_and_promised_on_the_day_of_acceptance() {
        let called = |accepted: &str| line("callback_called", &format!(r#","accepted_at":"{accepted}""#));
        insta::assert_snapshot!(check(&line("callback_accepted", "")), @"
        callback/kallio/housing 2020-06-08T10: CallbacksAccepted=1
        callback/kallio/housing 2020-06-08T12: PromisesDue=1
        1 rows; ignored
        ");
        insta::assert_snapshot!(check(&called("2020-06-08T08:00:00+03:00")), @"
        callback/kallio/housing 2020-06-08T10: CallbacksCalled=1 PromisesKept=1 CallbackDelay:7200x1
        1 rows; ignored
        ");
        insta::assert_snapshot!(check(&called("2020-06-08T07:59:59+03:00")), @"
        callback/kallio/housing 2020-06-08T09: PromisesLate=1
        callback/kallio/housing 2020-06-08T10: CallbacksCalled=1 CallbackDelay:7201x1
        1 rows; ignored
        ");
        let july = line("callback_accepted", "").replace("06-08", "07-01");
        insta::assert_snapshot!(check(&july), @"
        callback/kallio/housing 2020-07-01T10: CallbacksAccepted=1
        1 rows; ignored
        ");
        insta::assert_snapshot!(check(r#"{"event":"callback_accepted","at":1591599600,"queue":"families"}"#), @"
        callback/helsinki/families 2020-06-08T10: CallbacksAccepted=1
        callback/helsinki/families 2020-06-08T12: PromisesDue=1
        1 rows; ignored
        ");
    }

    #[test]
    fn a_score_belongs_to_the_quarter_of_its_day_unless_it_names_a_round() {
        insta::assert_snapshot!(check(&line("scored", r#","score":9.0"#).replace("2020-06-08T10:00:00+03:00", "2020-06-30T21:00:00Z")), @"
        service_point/kallio/housing 2020-07-01T00: Score:9x1
        service_point/kallio/housing 2020-Q3: 1 scores of 9
        1 rows; ignored
        ");
        insta::assert_snapshot!(check(&line("scored", r#","score":0,"round":"2020-Q1""#)), @"
        service_point/kallio/housing 2020-06-08T10: Score:0x1
        service_point/kallio/housing 2020-Q1: 1 scores of 0
        1 rows; ignored
        ");
    }

    fn refused(line: &str) -> &'static str {
        counted(line).map_or_else(Reason::as_str, |()| "counted")
    }

    #[test]
    fn lines_that_are_no_event() {
        insta::assert_snapshot!(refused("no json"), @"not_json");
        insta::assert_snapshot!(refused("[1]"), @"not_json");
        insta::assert_snapshot!(refused("{} {}"), @"not_json");
        insta::assert_snapshot!(refused("{}"), @"missing_value");
        insta::assert_snapshot!(refused(&line("left", "")), @"bad_event");
        insta::assert_snapshot!(refused(&line("arrived", "").replace(r#""arrived""#, "0")), @"bad_event");
        insta::assert_snapshot!(refused(&line("arrived", r#","at":0"#)), @"bad_value");
        insta::assert_snapshot!(refused(&line("arrived", &format!(r#","more":"{}""#, "x".repeat(1 << 16)))), @"line_too_long");
        assert_eq!(parse(b"{\"at\":\"\xe4\"}").map(|_| ()), Err(Reason::BadEncoding));
    }

    #[test]
    fn lines_that_do_not_say_when_or_whose() {
        let with = |from: &str, to: &str| {
            let line = line("arrived", "");
            assert!(line.contains(from), "{from}");
            refused(&line.replace(from, to))
        };
        insta::assert_snapshot!(with("at", "when"), @"missing_value");
        insta::assert_snapshot!(with("+03:00", ""), @"bad_time");
        insta::assert_snapshot!(with("T10:00:00+03:00", ""), @"bad_time");
        insta::assert_snapshot!(with(r#""2020-06-08T10:00:00+03:00""#, "-1"), @"bad_time");
        insta::assert_snapshot!(with(r#""2020-06-08T10:00:00+03:00""#, "1591599600123"), @"bad_time");
        insta::assert_snapshot!(with(r#""unit""#, r#""office""#), @"unknown_name");
        insta::assert_snapshot!(with("service_point", "fax"), @"unknown_name");
        insta::assert_snapshot!(with(r#""channel""#, r#""by""#), @"unknown_name");
        insta::assert_snapshot!(with("kallio", "all"), @"unknown_name");
        insta::assert_snapshot!(with(r#""kallio""#, "7"), @"unknown_name");
        insta::assert_snapshot!(with(r#""channel":"#, r#""queue":"families","channel":"#), @"bad_queue");
        insta::assert_snapshot!(refused(r#"{"event":"arrived","at":0,"queue":7}"#), @"bad_queue");
        insta::assert_snapshot!(refused(r#"{"event":"arrived","at":0,"queue":""}"#), @"bad_queue");
    }

    #[test]
    fn values_that_cannot_be_meant() {
        let refused = |event: &str, more: &str| refused(&line(event, more));
        insta::assert_snapshot!(refused("concluded", ""), @"missing_value");
        insta::assert_snapshot!(refused("concluded", r#","outcome":"lost""#), @"bad_value");
        insta::assert_snapshot!(refused("concluded", r#","outcome":"answered","wait":-1"#), @"negative");
        insta::assert_snapshot!(refused("concluded", r#","outcome":"answered","wait":"0:45""#), @"not_a_number");
        insta::assert_snapshot!(refused("handled", r#","seconds":536870912"#), @"out_of_range");
        insta::assert_snapshot!(refused("handled", r#","seconds":1e300"#), @"out_of_range");
        insta::assert_snapshot!(refused("arrived", r#","id":"""#), @"bad_value");
        insta::assert_snapshot!(refused("callback_called", ""), @"missing_value");
        insta::assert_snapshot!(refused("callback_called", r#","accepted_at":"2020-06-08T10:00:01+03:00""#), @"wrong_order");
        insta::assert_snapshot!(refused("callback_completed", r#","outcome":"answered""#), @"bad_value");
        insta::assert_snapshot!(refused("polled", ""), @"missing_value");
        insta::assert_snapshot!(refused("polled", r#","waiting":2.5"#), @"not_a_number");
        insta::assert_snapshot!(refused("polled", r#","open":"no""#), @"bad_value");
        insta::assert_snapshot!(refused("polled", r#","open":false,"waiting":7"#), @"contradiction");
        insta::assert_snapshot!(refused("polled", r#","open":false,"wait":0"#), @"contradiction");
        insta::assert_snapshot!(refused("polled", r#","waiting":100000,"wait":604800,"desks":100000"#), @"counted");
        insta::assert_snapshot!(refused("polled", r#","waiting":100001"#), @"out_of_range");
        insta::assert_snapshot!(refused("polled", r#","wait":604801"#), @"out_of_range");
        insta::assert_snapshot!(refused("polled", r#","desks":100001"#), @"out_of_range");
        insta::assert_snapshot!(refused("appointment", r#","days":3660"#), @"counted");
        insta::assert_snapshot!(refused("appointment", r#","days":3661"#), @"out_of_range");
        insta::assert_snapshot!(refused("appointment", ""), @"missing_value");
        insta::assert_snapshot!(refused("appointment", r#","days":-1"#), @"in_the_past");
        insta::assert_snapshot!(refused("scored", r#","score":11"#), @"not_a_score");
        insta::assert_snapshot!(refused("scored", r#","score":"9""#), @"not_a_score");
        insta::assert_snapshot!(refused("scored", r#","score":9,"round":"2020-06""#), @"bad_period");
    }

    #[test]
    fn nothing_has_happened_later_than_now() {
        let until = "2020-06-08T07:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second();
        let context = Context { until: UnixSeconds::new(until).unwrap(), ..context() };
        let refused = |line: &str| {
            let counted = parse(line.as_bytes()).and_then(|record| record.count(&mut Fold::new(&context)));
            counted.map_or_else(Reason::as_str, |()| "counted")
        };
        let (now, later) = (line("arrived", ""), "2020-06-08T10:00:01+03:00");
        insta::assert_snapshot!(refused(&now), @"counted");
        insta::assert_snapshot!(refused(&now.replace("2020-06-08T10:00:00+03:00", later)), @"in_the_future");
        insta::assert_snapshot!(refused(&line("callback_called", &format!(r#","accepted_at":"{later}""#))), @"in_the_future");
        // What is promised is due when it is due.
        insta::assert_snapshot!(refused(&line("callback_accepted", "")), @"counted");
        let entered = line("arrived", r#","id":"a""#);
        let text =
            format!("{entered}\n{}\n", entered.replace("10:00:00", "10:00:01").replace("kallio", "oulu"));
        let (mut view, input) =
            (LiveView::new(LiveView::LIMIT), Input::spool("test", text.as_bytes()).unwrap());
        crate::replay(&input, &Events, &context, 0..text.len() as u64, &mut view).unwrap();
        insta::assert_snapshot!(waiting(&view, &context.zone), @"service_point/kallio/housing: 1 since 2020-06-08T10:00:00+03:00");
    }

    fn live(text: &str, cuts: &[usize]) -> LiveView {
        let mut view = LiveView::new(LiveView::LIMIT);
        view.rebuilt();
        let input = Input::spool("test", text.as_bytes()).unwrap();
        let mut from = 0;
        for &to in cuts.iter().chain([&text.len()]) {
            crate::replay(&input, &Events, &context(), from..to as u64, &mut view).unwrap();
            from = to as u64;
        }
        view
    }

    /// What is happening after each line, in one line each.
    fn happening(lines: &[String]) -> String {
        let after = (1..=lines.len()).map(|count| {
            let view = live(&format!("{}\n", lines[..count].join("\n")), &[]);
            let Agents { busy, .. } = view.agents();
            format!("{}, {busy} busy", waiting(&view, &context().zone).replace('\n', ", "))
        });
        after.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn events_with_an_id_tell_what_is_happening_now() {
        let lines = [
            line("arrived", r#","id":"a""#),
            line("arrived", r#","id":8"#),
            line("arrived", ""),
            line("concluded", r#","id":"a","outcome":"answered","desk":"3""#),
            line("concluded", r#","id":"b","outcome":"answered""#),
            line("concluded", r#","id":"8","outcome":"abandoned""#),
            line("handled", r#","id":"a""#),
            line("handled", r#","id":"b""#),
            line("callback_offered", r#","id":"c""#),
            line("callback_accepted", r#","id":"c""#),
            line("callback_called", r#","id":"c","accepted_at":1591599600"#),
            line("callback_completed", r#","id":"c","outcome":"failed""#),
            r#"{"event":"callback_accepted","at":1591599600,"queue":"families","id":"d"}"#.to_owned(),
        ];
        insta::assert_snapshot!(happening(&lines), @"
        service_point/kallio/housing: 1 since 2020-06-08T10:00:00+03:00, 0 busy
        service_point/kallio/housing: 2 since 2020-06-08T10:00:00+03:00, 0 busy
        service_point/kallio/housing: 2 since 2020-06-08T10:00:00+03:00, 0 busy
        service_point/kallio/housing: 1 since 2020-06-08T10:00:00+03:00, 1 busy
        service_point/kallio/housing: 1 since 2020-06-08T10:00:00+03:00, 2 busy
        service_point/kallio/housing: 0, 2 busy
        service_point/kallio/housing: 0, 1 busy
        service_point/kallio/housing: 0, 0 busy
        service_point/kallio/housing: 0, 0 busy
        service_point/kallio/housing: 0, callback/kallio/housing: 1 since 2020-06-08T10:00:00+03:00, 0 busy
        service_point/kallio/housing: 0, callback/kallio/housing: 1 since 2020-06-08T10:00:00+03:00, 0 busy
        service_point/kallio/housing: 0, callback/kallio/housing: 0, 0 busy
        service_point/kallio/housing: 0, callback/helsinki/families: 1 since 2020-06-08T10:00:00+03:00, callback/kallio/housing: 0, 0 busy
        ");
    }

    /// Lines of a few contacts and call backs in some hours, some of them bad.
    fn lines() -> impl Strategy<Value = Vec<String>> {
        let told = (0..samples().len() + 2, 0..4_u32, 0..30_000_i64, any::<bool>());
        let line = told.prop_map(|(sample, id, at, of_queue)| {
            let samples = samples();
            let Some(sample) = samples.get(sample) else {
                return if of_queue { String::new() } else { format!("no json {id}") };
            };
            let mut line: serde_json::Map<_, _> = serde_json::from_str(sample).unwrap();
            line.insert("at".to_owned(), (1_591_599_600 + at).into());
            line.insert("id".to_owned(), id.into());
            if of_queue {
                ["channel", "unit", "service"].iter().for_each(|name| _ = line.remove(*name));
                line.insert("queue".to_owned(), ["families", "other"][id as usize % 2].into());
            }
            serde_json::Value::Object(line).to_string()
        });
        prop::collection::vec(line, 0..40)
    }

    /// What is counted, whatever the order of its parts.
    #[derive(Debug, Default, PartialEq)]
    struct Counted {
        cells: BTreeMap<(Series, HourStart), Cell>,
        scores: BTreeMap<(Series, Period), Scores>,
        polls: BTreeMap<(Series, PollKind), Poll>,
        lines: Lines,
    }

    impl Counted {
        fn add(&mut self, batch: &Batch) {
            for (number, hour, cell) in &batch.cells {
                self.cells.entry((batch.series[*number].clone(), *hour)).or_default().merge(&cell.open());
            }
            for (series, round, scores) in &batch.scores {
                self.scores.entry((series.clone(), *round)).or_default().merge(scores);
            }
            for poll in &batch.polls {
                let newest =
                    self.polls.entry((poll.series.clone(), poll.seen.kind())).or_insert_with(|| poll.clone());
                if poll.at >= newest.at {
                    *newest = poll.clone();
                }
            }
            self.lines.merge(&batch.lines);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn two_parts_that_meet_at_a_line_end_are_the_whole(lines in lines(), cut in any::<prop::sample::Index>()) {
            let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
            let cut: usize = lines[..cut.index(lines.len() + 1)].iter().map(|line| line.len() + 1).sum();
            let (mut whole, mut parts) = (Counted::default(), Counted::default());
            if let Some(batch) = batch(&text, None) {
                whole.add(&batch);
            }
            let first = batch(&text[..cut], None);
            let from = first.map(|first| {
                parts.add(&first);
                Resume { position: first.position, calls: CallWindow::new(first.calls) }
            });
            if let Some(batch) = batch(&text, from) {
                parts.add(&batch);
            }
            prop_assert_eq!(parts, whole);
            let (parts, whole) = (live(&text, &[cut]), live(&text, &[]));
            prop_assert_eq!(parts.queues(), whole.queues());
            prop_assert_eq!(parts.agents(), whole.agents());
        }
    }
}
