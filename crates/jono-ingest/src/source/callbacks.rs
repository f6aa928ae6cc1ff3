//! `callbacks`: a table with one row a call back, as far as it came.
//!
//! ```text
//! id;offered;accepted;first_call;closed;result;team;matter
//! 71;2020-06-08 09:01:12;2020-06-08 09:01:40;2020-06-08 11:30:00;2020-06-08 11:34:10;spoken;Kallio;housing
//! 72;2020-06-08 09:05:00;;;;;Kallio;housing
//! ```
//!
//! There is no specification: the source says what the columns mean. A row without an end may still go on, and counts as
//! far as it came; the next version of its table replaces it. Of lines of JSON none replaces another: one that was accepted
//! and has no outcome yet is open, and counts once a line tells of it again with its outcome. Call backs
//! are a queue of their own, whichever queue the customer came from, so the channel is always `callback`, and a
//! customer who is reached is no second contact. What is promised, and from when an attempt is late, is [`promise`].

pub(super) mod promise;

use jono_domain::{
    CallbackOutcome, CallbackStage, Change, Channel, Event, LiveEvent, Reason, Seconds, Series, UnixSeconds,
};

use super::{contacts::span, records::Records};
use crate::{
    fold::{Context, Fold},
    live::{MAX_NAME_BYTES, Replay},
    table::{Columns, Fields, FileType, Found, Layout, Place, Time, Whose},
};

/// What becomes of a line that tells of a call back before it is over: another one will tell all of it again.
const OPEN: &str = "(open)";

/// Where everything is.
#[derive(Debug)]
struct Callbacks {
    whose: Whose,
    /// The columns that tell a call back apart.
    id: Vec<String>,
    offered: Option<Time>,
    accepted: Option<Time>,
    /// When the customer was first called.
    called: Option<Time>,
    /// When it was over.
    completed: Option<Time>,
    outcome: Option<Place<CallbackOutcome>>,
    skew: Seconds,
    /// Whether a call back is told of again when it is over, and counts only then.
    counts_when_over: bool,
}

/// How far a call back came.
struct Callback {
    offered: Option<UnixSeconds>,
    accepted: Option<Accepted>,
}

/// One that was accepted, and what became of it.
struct Accepted {
    at: UnixSeconds,
    /// When the customer was first called, and how long after acceptance.
    called: Option<(UnixSeconds, Seconds)>,
    completed: Option<(UnixSeconds, CallbackOutcome)>,
}

pub(super) fn records(columns: &mut Columns<'_>, layout: &Layout) -> Option<Box<dyn Records>> {
    let whose = columns.whose(Some(Channel::Callback));
    if let Some(Whose::Series { channel, .. }) = &whose
        && *channel != Place::Constant(Channel::Callback)
    {
        columns.refuse(Some("channel"), "a call back is of the channel callback; leave it out");
    }
    let id = columns.names("id");
    let offered = columns.time("offered");
    let accepted = columns.time("accepted");
    let called = columns.time("called");
    let completed = columns.time("completed");
    let outcome = columns.word("outcome");
    if offered.is_none() && accepted.is_none() {
        columns.missing("accepted", "the time of acceptance");
    }
    if completed.is_some() && outcome.is_none() {
        columns.missing("outcome", "the outcome");
    }
    Some(Box::new(Callbacks {
        whose: whose?,
        id,
        offered,
        accepted,
        called,
        completed,
        // Without outcomes, no line would ever tell that one is over.
        counts_when_over: layout.file_type == FileType::JsonLines && outcome.is_some(),
        outcome,
        skew: layout.max_skew,
    }))
}

impl Records for Callbacks {
    fn columns(&self) -> Vec<&str> {
        let times = [&self.offered, &self.accepted, &self.called, &self.completed].into_iter().flatten();
        let outcome = self.outcome.as_ref().and_then(Place::column);
        let columns = self.whose.columns().chain(self.id.iter().map(String::as_str)).chain(outcome);
        columns.chain(times.flat_map(Time::columns)).collect()
    }

    fn read(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Found, Reason> {
        let context = fold.context();
        let Callback { offered, accepted } = self.callback(row, context)?;
        let series = Series { channel: Channel::Callback, ..self.whose.series(row, fold)? };
        let due = match &accepted {
            Some(accepted) => promise::due(accepted.at, &series.service, context)?,
            None => None,
        };
        if self.counts_when_over && accepted.as_ref().is_some_and(|accepted| accepted.completed.is_none()) {
            return Ok(Found::Nothing(OPEN));
        }
        let queue = fold.series(&series);
        let mut count = |at, stage| fold.count(queue, Event::Callback { at, stage });
        if let Some(at) = offered {
            count(at, CallbackStage::Offered);
        }
        let Some(Accepted { at, called, completed }) = accepted else { return Ok(Found::Event) };
        count(at, CallbackStage::Accepted);
        if let Some(due) = due {
            count(due, CallbackStage::Due);
        }
        if let Some((at, delay)) = called {
            if let Some(due) = due {
                count(due, promise::kept(due, at));
            }
            count(at, CallbackStage::Called { delay });
        }
        if let Some((at, outcome)) = completed {
            count(at, CallbackStage::Completed(outcome));
        }
        Ok(Found::Event)
    }

    fn personal(&self) -> Vec<&str> {
        self.id.iter().map(String::as_str).collect()
    }

    fn has_callbacks(&self) -> bool {
        true
    }

    fn has_live(&self) -> bool {
        self.accepted.is_some()
    }

    fn live(&self, row: &Fields<'_>, position: u64, replay: &mut Replay<'_>) {
        let called_back = self.callback(row, replay.context());
        let Ok(Callback { accepted: Some(accepted), .. }) = called_back else { return };
        let Some(series) = self.live_series(row, replay) else { return };
        let (id, position, series) = (row.id(&self.id), position.to_be_bytes(), &series);
        // Without an id, no other row is of the same call back.
        let call = id.as_ref().map_or(position.as_slice(), String::as_bytes);
        if call.len() > MAX_NAME_BYTES {
            return;
        }
        replay.apply(match accepted.completed {
            // Called once and not reached is not over yet.
            None => LiveEvent { at: accepted.at, change: Change::Entered { call, series } },
            Some((at, _)) => LiveEvent { at, change: Change::Ended { call, series } },
        });
    }
}

impl Callbacks {
    fn callback(&self, row: &Fields<'_>, context: &Context) -> Result<Callback, Reason> {
        let time = |time: &Option<Time>, after| {
            time.as_ref().map(|time| time.happened(row, context, after)).transpose().map(Option::flatten)
        };
        let offered = time(&self.offered, None)?;
        let accepted = time(&self.accepted, offered)?;
        let called = time(&self.called, accepted)?;
        let completed = time(&self.completed, called.or(accepted))?;
        let outcome = match &self.outcome {
            Some(place) => place.read(row).map_err(|_| Reason::BadValue)?,
            None => None,
        };
        let Some(accepted) = accepted else {
            // Who did not accept is not called.
            let is_offer = offered.is_some() && called.or(completed).is_none() && outcome.is_none();
            return if is_offer {
                Ok(Callback { offered, accepted: None })
            } else {
                Err(Reason::MissingValue)
            };
        };
        let after = |before, at| span(before, Some(at), None, self.skew);
        let (accepted, _) = after(offered.unwrap_or(accepted), accepted)?;
        let called = match called {
            Some(at) => match after(accepted, at)? {
                (at, Some(delay)) => Some((at, delay)),
                (_, None) => None,
            },
            None => None,
        };
        let begun = called.map_or(accepted, |(at, _)| at);
        let completed = match (outcome, completed, called) {
            (Some(outcome), Some(at), _) => Some((after(begun, at)?.0, outcome)),
            (Some(outcome), None, Some((at, _))) => Some((at, outcome)),
            // How it ended without when it did, or when without how.
            (Some(_), None, None) | (None, Some(_), _) => return Err(Reason::MissingValue),
            (None, None, _) => None,
        };
        Ok(Callback { offered, accepted: Some(Accepted { at: accepted, called, completed }) })
    }

    fn live_series(&self, row: &Fields<'_>, replay: &mut Replay<'_>) -> Option<Series> {
        let channel = Channel::Callback;
        match &self.whose {
            Whose::Queue(place) => {
                let queue = place.read(row).ok().flatten()?;
                replay.series(queue.as_bytes()).map(|series| Series { channel, ..series })
            }
            Whose::Series { unit, service, .. } => Some(Series {
                channel,
                unit: unit.read(row).ok().flatten()?,
                service: service.read(row).ok().flatten()?,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source::records::tests::{Source, constant, values};

    fn source() -> Source {
        Source::new("callbacks")
            .column("id", "id")
            .column("offered", "offered")
            .column("accepted", "accepted")
            .column("called", "called")
            .column("completed", "closed")
            .with("outcome", values("result", &[("spoken", "reached"), ("gave up", "failed")]))
            .with("unit", constant("kallio"))
            .with("service", constant("housing"))
            .promise("housing", 7200, "2020-06-08")
    }

    const HEADER: &str = "id,offered,accepted,called,closed,result";

    fn check(row: &str) -> String {
        source().read(format!("{HEADER}\n{row}\n"))
    }

    #[test]
    fn a_row_is_counted_as_far_as_it_tells() {
        insta::assert_snapshot!(check("7,2020-06-08 09:01:12,,,,"), @"
        callback/kallio/housing 2020-06-08T09: CallbacksOffered=1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,2020-06-08 09:01:12,2020-06-08 09:01:40,,,"), @"
        callback/kallio/housing 2020-06-08T09: CallbacksOffered=1 CallbacksAccepted=1
        callback/kallio/housing 2020-06-08T11: PromisesDue=1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08 09:01:40,2020-06-08 10:30:00,,"), @"
        callback/kallio/housing 2020-06-08T09: CallbacksAccepted=1
        callback/kallio/housing 2020-06-08T10: CallbacksCalled=1 CallbackDelay:5300x1
        callback/kallio/housing 2020-06-08T11: PromisesDue=1 PromisesKept=1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,2020-06-08 09:01:12,2020-06-08 09:01:40,2020-06-08 12:30:00,2020-06-08 13:34:10,spoken"), @"
        callback/kallio/housing 2020-06-08T09: CallbacksOffered=1 CallbacksAccepted=1
        callback/kallio/housing 2020-06-08T11: PromisesDue=1 PromisesLate=1
        callback/kallio/housing 2020-06-08T12: CallbacksCalled=1 CallbackDelay:12500x1
        callback/kallio/housing 2020-06-08T13: CallbacksReached=1
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn an_attempt_is_in_time_until_it_is_due() {
        insta::assert_snapshot!(check("7,,2020-06-08 09:00:00,2020-06-08 11:00:00,,"), @"
        callback/kallio/housing 2020-06-08T09: CallbacksAccepted=1
        callback/kallio/housing 2020-06-08T11: CallbacksCalled=1 PromisesDue=1 PromisesKept=1 CallbackDelay:7200x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08 09:00:00,2020-06-08 11:00:01,,"), @"
        callback/kallio/housing 2020-06-08T09: CallbacksAccepted=1
        callback/kallio/housing 2020-06-08T11: CallbacksCalled=1 PromisesDue=1 PromisesLate=1 CallbackDelay:7201x1
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn nothing_is_promised_after_the_last_day() {
        insta::assert_snapshot!(check("7,,2020-06-08 23:59:59,2020-06-09 00:30:00,,"), @"
        callback/kallio/housing 2020-06-08T23: CallbacksAccepted=1
        callback/kallio/housing 2020-06-09T00: CallbacksCalled=1 CallbackDelay:1801x1
        callback/kallio/housing 2020-06-09T01: PromisesDue=1 PromisesKept=1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-09 00:00:00,2020-06-09 00:30:00,,"), @"
        callback/kallio/housing 2020-06-09T00: CallbacksAccepted=1 CallbacksCalled=1 CallbackDelay:1800x1
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn it_is_over_when_it_was_called_if_nothing_else_is_said() {
        insta::assert_snapshot!(check("7,,2020-06-09 09:00:00,2020-06-09 10:00:00,,gave up"), @"
        callback/kallio/housing 2020-06-09T09: CallbacksAccepted=1
        callback/kallio/housing 2020-06-09T10: CallbacksCalled=1 CallbacksFailed=1 CallbackDelay:3600x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-09 09:00:00,,2020-06-09 17:00:00,gave up"), @"
        callback/kallio/housing 2020-06-09T09: CallbacksAccepted=1
        callback/kallio/housing 2020-06-09T17: CallbacksFailed=1
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn what_cannot_be_a_call_back_is_refused() {
        insta::assert_snapshot!(check("7,2020-06-08 09:02:00,2020-06-08 09:01:40,,,"), @"
        1 rejected wrong_order at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08 09:01:40,2020-06-08 09:01:39,,"), @"
        1 rejected wrong_order at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08 09:01:40,2020-06-08 10:30:00,2020-06-08 10:29:59,spoken"), @"
        1 rejected wrong_order at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08 09:01:40,,2020-06-08 09:01:39,gave up"), @"
        1 rejected wrong_order at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,2020-06-08 09:01:12,,2020-06-08 09:30:00,,"), @"
        1 rejected missing_value at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,2020-06-08 09:01:12,,,,spoken"), @"
        1 rejected missing_value at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,,,,"), @"
        1 rejected missing_value at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08 09:01:40,,,spoken"), @"
        1 rejected missing_value at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08 09:01:40,,2020-06-08 10:29:59,"), @"
        1 rejected missing_value at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08 09:01:40,2020-06-08 10:30:00,,shouted"), @"
        1 rejected bad_value at 41
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,,2020-06-08,,,"), @"
        1 rejected bad_time at 41
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn clocks_may_differ_by_as_much_as_the_source_says() {
        let check = |row: &str| source().max_skew(2).read(format!("{HEADER}\n{row}\n"));
        insta::assert_snapshot!(check("7,2020-06-08 09:00:01,2020-06-08 09:00:00,2020-06-08 08:59:59,2020-06-08 08:59:59,spoken"), @"
        callback/kallio/housing 2020-06-08T09: CallbacksOffered=1 CallbacksAccepted=1 CallbacksCalled=1 CallbacksReached=1 CallbackDelay:0x1
        callback/kallio/housing 2020-06-08T11: PromisesDue=1 PromisesKept=1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("7,2020-06-08 09:00:03,2020-06-08 09:00:00,,,"), @"
        1 rejected wrong_order at 41
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn a_queue_has_call_backs_of_its_own() {
        let source = Source::new("callbacks").column("accepted", "accepted").column("queue", "queue");
        insta::assert_snapshot!(source.read("accepted,queue\n2020-06-08 09:01:40,families\n2020-06-08 09:02:40,\n"), @"
        callback/families/unrouted 2020-06-08T09: CallbacksAccepted=1
        1 rejected bad_queue at 44
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(source.live("accepted,queue\n2020-06-08 09:01:40,families\n2020-06-08 09:00:40,families\n"), @"callback/families/unrouted: 2 since 2020-06-08T09:00:40+03:00");
    }

    #[test]
    fn mistakes_in_the_columns_are_told_together() {
        let source = Source::new("callbacks")
            .column("completed", "closed")
            .with("channel", constant("phone"))
            .with("unit", constant("kallio"))
            .with("service", constant("housing"));
        insta::assert_snapshot!(source.mistakes(), @"
        channel: a call back is of the channel callback; leave it out
        -: where the time of acceptance is, is missing; write accepted in [source.columns]
        -: where the outcome is, is missing; write outcome in [source.columns]
        ");
    }

    #[test]
    fn those_who_accepted_wait_until_it_is_over() {
        let rows = [
            "1,2020-06-08 09:01:12,,,,",
            "2,,2020-06-08 09:03:00,,,",
            "3,,2020-06-08 09:02:00,2020-06-08 09:30:00,,",
            "4,,2020-06-08 09:00:00,2020-06-08 09:30:00,,gave up",
            "5,,2020-06-08 09:00:00,,2020-06-08 17:00:00,gave up",
            "6,,2020-06-08,,,",
        ];
        insta::assert_snapshot!(source().live(&format!("{HEADER}\n{}\n", rows.join("\n"))), @"callback/kallio/housing: 2 since 2020-06-08T09:02:00+03:00");
    }

    #[test]
    fn a_line_counts_once_it_tells_that_it_is_over() {
        let offered = r#"{"id":"6","offered":"2020-06-08 08:59:00"}"#;
        let accepted = r#"{"id":"7","accepted":"2020-06-08 09:00:00"}"#;
        let called = r#"{"id":"7","accepted":"2020-06-08 09:00:00","called":"2020-06-08 09:30:00"}"#;
        let over =
            r#"{"id":"7","accepted":"2020-06-08 09:00:00","called":"2020-06-08 09:30:00","result":"spoken"}"#;
        let bad = r#"{"id":"8","accepted":"2020-06-08"}"#;
        let source = source().file_type("jsonl");
        insta::assert_snapshot!(source.read([offered, accepted, called, over, bad].join("\n")), @"
        callback/kallio/housing 2020-06-08T08: CallbacksOffered=1
        callback/kallio/housing 2020-06-08T09: CallbacksAccepted=1 CallbacksCalled=1 CallbacksReached=1 CallbackDelay:1800x1
        callback/kallio/housing 2020-06-08T11: PromisesDue=1 PromisesKept=1
        1 rejected bad_time at 255
        2 rows; ignored 2 (open)
        ");
        // Without outcomes, a line counts as far as it came.
        let source = Source::new("callbacks").column("accepted", "accepted").column("queue", "queue");
        insta::assert_snapshot!(source.file_type("jsonl").read(r#"{"accepted":"2020-06-08 09:00:00","queue":"families"}"#), @"
        callback/families/unrouted 2020-06-08T09: CallbacksAccepted=1
        1 rows; ignored
        ");
    }

    #[test]
    fn without_an_id_each_row_waits_for_itself() {
        let id = crate::table::WrittenPlace::Columns(vec!["id".to_owned(), "offered".to_owned()]);
        let source = source().with("id", crate::table::Written { place: id, ..constant("") }).no_value("NA");
        let rows = ["NA,,2020-06-08 09:03:00,,,", ",,2020-06-08 09:02:00,,,", "NA,,2020-06-08 09:04:00,,,"];
        insta::assert_snapshot!(source.live(&format!("{HEADER}\n{}\n", rows.join("\n"))), @"callback/kallio/housing: 3 since 2020-06-08T09:02:00+03:00");
    }

    #[test]
    fn nothing_has_happened_later_than_now() {
        let source = source().until("2020-06-08T10:00:00+03:00");
        let check = |row: &str| source.read(format!("{HEADER}\n{row}\n"));
        insta::assert_snapshot!(check("7,,2020-06-08 09:00:00,2020-06-08 10:00:01,,"), @"
        1 rejected in_the_future at 41
        0 rows; ignored 1 (header)
        ");
        // What is promised is due when it is due.
        insta::assert_snapshot!(check("7,,2020-06-08 09:00:00,2020-06-08 10:00:00,,"), @"
        callback/kallio/housing 2020-06-08T09: CallbacksAccepted=1
        callback/kallio/housing 2020-06-08T10: CallbacksCalled=1 CallbackDelay:3600x1
        callback/kallio/housing 2020-06-08T11: PromisesDue=1 PromisesKept=1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(source.live(&format!("{HEADER}\n7,,2020-06-08 10:00:01,,,\n8,,2020-06-08 10:00:00,,,\n")), @"callback/kallio/housing: 1 since 2020-06-08T10:00:00+03:00");
    }

    #[test]
    fn a_line_that_tells_of_it_again_ends_it() {
        let accepted = r#"{"id":"7","accepted":"2020-06-08 09:00:00"}"#;
        let other = r#"{"id":"8","accepted":"2020-06-08 09:10:00"}"#;
        let over =
            r#"{"id":"7","accepted":"2020-06-08 09:00:00","closed":"2020-06-08 09:30:00","result":"spoken"}"#;
        let source = source().file_type("jsonl");
        insta::assert_snapshot!(source.live(&format!("{accepted}\n{other}\n")), @"callback/kallio/housing: 2 since 2020-06-08T09:00:00+03:00");
        insta::assert_snapshot!(source.live(&format!("{accepted}\n{other}\n{over}\n")), @"callback/kallio/housing: 1 since 2020-06-08T09:10:00+03:00");
    }
}
