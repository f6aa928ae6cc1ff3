//! `contacts`: a table with one row a contact, from a call centre's own log or any system that keeps one.
//!
//! ```text
//! taken;queue;waited;result;talked
//! 2020-06-08 10:00:12;families;45;answered;310
//! 2020-06-08 10:00:40;families;180;hung up;
//! ```
//!
//! There is no specification: the source says what the columns mean. Of a contact it is known when it arrived, how long
//! it waited or when the wait ended, how it ended, and how long it was handled or when that ended. What is missing of
//! these follows from the others; a row that says less is counted as far as it says.

use jono_domain::{Event, Outcome, Reason, Seconds, UnixSeconds, UnknownOutcome};

use super::records::Records;
use crate::{
    fold::Fold,
    table::{Amount, AmountIn, Columns, Fields, Found, Layout, Place, Time, Whose},
};

/// What is no contact, such as a row that a machine made by itself.
const NO_CONTACT: &str = "(no contact)";

/// Where everything is.
#[derive(Debug)]
struct Contacts {
    whose: Whose,
    /// The columns that tell a contact apart, for those that pass several queues.
    id: Vec<String>,
    arrived: Time,
    wait: Option<Amount>,
    /// When the wait ended.
    concluded: Option<Time>,
    outcome: Place<Ending>,
    handling: Option<Amount>,
    /// When it was over.
    ended: Option<Time>,
    skew: Seconds,
}

/// How a contact ended, or that it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Outcome(Outcome),
    NoContact,
}

/// A text that is no ending.
#[derive(Debug, thiserror::Error)]
#[error("{0}, and no_contact")]
struct NoEnding(UnknownOutcome);

impl std::str::FromStr for Ending {
    type Err = NoEnding;

    fn from_str(word: &str) -> Result<Self, NoEnding> {
        if word == "no_contact" {
            Ok(Self::NoContact)
        } else {
            word.parse().map(Self::Outcome).map_err(NoEnding)
        }
    }
}

pub(super) fn records(columns: &mut Columns<'_>, layout: &Layout) -> Option<Box<dyn Records>> {
    let whose = columns.whose(None);
    let id = columns.names("id");
    let arrived = columns.time("arrived");
    let wait = columns.amount("wait", AmountIn::SECONDS);
    let concluded = columns.time("concluded");
    let outcome = columns.word("outcome");
    let handling = columns.amount("handling", AmountIn::SECONDS);
    let ended = columns.time("ended");
    if arrived.is_none() {
        columns.missing("arrived", "the time of arrival");
    }
    if outcome.is_none() {
        columns.missing("outcome", "the outcome");
    }
    let (whose, arrived, outcome, skew) = (whose?, arrived?, outcome?, layout.max_skew);
    Some(Box::new(Contacts { whose, id, arrived, wait, concluded, outcome, handling, ended, skew }))
}

impl Records for Contacts {
    fn columns(&self) -> Vec<&str> {
        let times = [Some(&self.arrived), self.concluded.as_ref(), self.ended.as_ref()].into_iter().flatten();
        let amounts = [&self.wait, &self.handling].into_iter().flatten();
        let id = self.id.iter().map(String::as_str);
        let columns = self.whose.columns().chain(self.outcome.column()).chain(id);
        columns
            .chain(times.flat_map(Time::columns))
            .chain(amounts.map(|amount| amount.column.as_str()))
            .collect()
    }

    fn personal(&self) -> Vec<&str> {
        self.id.iter().map(String::as_str).collect()
    }

    fn read(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Found, Reason> {
        let outcome = match self.outcome.read(row).map_err(|_| Reason::BadValue)? {
            Some(Ending::Outcome(outcome)) => outcome,
            Some(Ending::NoContact) => return Ok(Found::Nothing(NO_CONTACT)),
            None => return Err(Reason::MissingValue),
        };
        let context = fold.context();
        let arrived = self.arrived.happened(row, context, None)?.ok_or(Reason::MissingValue)?;
        let later = |time: &Option<Time>| {
            time.as_ref()
                .map(|time| time.happened(row, context, Some(arrived)))
                .transpose()
                .map(Option::flatten)
        };
        let amount = |amount: &Option<Amount>| {
            amount.as_ref().map(|amount| amount.seconds(row)).transpose().map(Option::flatten)
        };
        let (concluded, wait) = span(arrived, later(&self.concluded)?, amount(&self.wait)?, self.skew)?;
        context.happened(concluded)?;
        // How long a contact was handled says something of those that were answered alone.
        let handled = if outcome == Outcome::Answered {
            let (ended, handling) = (later(&self.ended)?, amount(&self.handling)?);
            match (ended, handling) {
                (None, None) => None,
                (ended, handling) => Some(span(concluded, ended, handling, self.skew)?),
            }
        } else {
            None
        };
        handled.map(|(at, _)| context.happened(at)).transpose()?;
        let queue = self.whose.queue(row, fold)?;
        fold.count(queue, Event::Arrived { at: arrived });
        if !self.id.is_empty() {
            let id = row.id(&self.id);
            fold.enter(queue, arrived, id.as_deref().map(str::as_bytes));
        }
        fold.count(queue, Event::Concluded { at: concluded, outcome, wait });
        if let Some((at, seconds)) = handled {
            fold.count(queue, Event::Handled { at, seconds });
        }
        Ok(Found::Event)
    }
}

/// When something ended and how long it took, of which either may follow from the other. Without either it ended when
/// it began, and how long it took is not known. An end before the beginning is the clocks' skew if it is small.
pub(super) fn span(
    began: UnixSeconds,
    ended: Option<UnixSeconds>,
    seconds: Option<Seconds>,
    skew: Seconds,
) -> Result<(UnixSeconds, Option<Seconds>), Reason> {
    let took = ended.map(|ended| ended.get() - began.get());
    if took.is_some_and(|took| took < -i64::from(skew.get())) {
        return Err(Reason::WrongOrder);
    }
    match (ended, seconds) {
        (None, None) => Ok((began, None)),
        (None, Some(seconds)) => {
            let ended =
                UnixSeconds::new(began.get() + i64::from(seconds.get())).map_err(|_| Reason::OutOfRange)?;
            Ok((ended, Some(seconds)))
        }
        (Some(ended), Some(seconds)) => Ok((ended, Some(seconds))),
        (Some(ended), None) => {
            let took = u32::try_from(took.unwrap_or(0).max(0)).ok().and_then(|took| Seconds::new(took).ok());
            Ok((ended.max(began), Some(took.ok_or(Reason::OutOfRange)?)))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::source::records::tests::{Source, constant, given_in, values};

    fn source() -> Source {
        Source::new("contacts")
            .column("arrived", "taken")
            .column("queue", "queue")
            .column("wait", "waited")
            .with(
                "outcome",
                values(
                    "result",
                    &[("answered", "answered"), ("hung up", "abandoned"), ("test", "no_contact")],
                ),
            )
            .column("handling", "talked")
    }

    fn check(row: &str) -> String {
        source().read(format!("taken,queue,waited,result,talked\n{row}\n"))
    }

    #[test]
    fn a_row_gives_an_arrival_a_conclusion_and_a_handling() {
        insta::assert_snapshot!(check("2020-06-08 10:00:12,families,45,answered,310"), @"
        phone/families/unrouted 2020-06-08T10: arrived=1 answered=1 handled=1 answered:45x1 handling:310x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:59:50,families,180,hung up,"), @"
        phone/families/unrouted 2020-06-08T10: arrived=1
        phone/families/unrouted 2020-06-08T11: abandoned=1 abandoned:180x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,families,,answered,"), @"
        phone/families/unrouted 2020-06-08T10: arrived=1 answered=1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,families,45,test,310"), @"0 rows; ignored 1 (header), 1 (no contact)");
    }

    #[test]
    fn what_cannot_be_a_contact_is_refused() {
        insta::assert_snapshot!(check("2020-06-08,families,45,answered,310"), @"
        1 rejected bad_time at 33
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,,45,answered,310"), @"
        1 rejected bad_queue at 33
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,families,-4,answered,310"), @"
        1 rejected negative at 33
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,families,0:45,answered,310"), @"
        1 rejected mixed_scale at 33
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,families,45,lost,310"), @"
        1 rejected bad_value at 33
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,families,45,,310"), @"
        1 rejected missing_value at 33
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:12,families,45,answered,long"), @"
        1 rejected not_a_number at 33
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn what_is_missing_follows_from_the_rest() {
        let source = Source::new("contacts")
            .column("arrived", "taken")
            .column("concluded", "called")
            .column("ended", "closed")
            .with("outcome", constant("answered"))
            .with("channel", constant("phone"))
            .column("unit", "office")
            .with("service", constant("advice"));
        let check = |row: &str| source.read(format!("taken,called,closed,office\n{row}\n"));
        insta::assert_snapshot!(check("1591599612,1591599657,1591599967,espoo"), @"
        phone/espoo/advice 2020-06-08T10: arrived=1 answered=1 handled=1 answered:45x1 handling:310x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("1591599612,1591599611,1591599967,espoo"), @"
        1 rejected wrong_order at 27
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("1591599612,,,espoo"), @"
        phone/espoo/advice 2020-06-08T10: arrived=1 answered=1
        1 rows; ignored 1 (header)
        ");
    }

    /// Answered contacts of a unit and a service.
    fn in_queues() -> Source {
        Source::new("contacts")
            .column("arrived", "taken")
            .with("outcome", constant("answered"))
            .column("unit", "unit")
            .column("service", "service")
    }

    #[test]
    fn a_call_in_two_queues_is_one_contact_of_the_unit() {
        let source = in_queues().column("id", "id").with("channel", constant("phone"));
        let rows = [
            "2020-06-08 10:00:12,7,espoo,advice",
            "2020-06-08 10:07:00,7,espoo,housing",
            "2020-06-08 10:07:00,7,oulu,housing",
            "2020-06-08 14:00:12,7,espoo,advice",
            "2020-06-08 14:00:13,7,espoo,advice",
        ];
        insta::assert_snapshot!(source.read(format!("taken,id,unit,service\n{}\n", rows.join("\n"))), @"
        phone/espoo/advice 2020-06-08T10: arrived=1 unit_contacts=1 answered=1
        phone/espoo/housing 2020-06-08T10: arrived=1 answered=1
        phone/oulu/housing 2020-06-08T10: arrived=1 unit_contacts=1 answered=1
        phone/espoo/advice 2020-06-08T14: arrived=2 unit_contacts=1 answered=2
        5 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn whose_a_row_is_is_told_by_all_its_texts_together() {
        let source = in_queues().column("channel", "channel");
        // Shorter and longer than what a key holds of a name, with white space, and at the end of the text.
        let rows = [
            "phone,espoo,advice",
            "phone,advice,espoo",
            "phone,espoo ,advice",
            "phone,a-unit-with-a-name-that-is-long-a,advice",
            "phone,a-unit-with-a-name-that-is-long-b,advice",
            "phone,a-unit-with-a-name-that-is-long-a,advice",
            "online,espoo,advice",
            "phone,espoo,es",
            "phone, espoo,advice\r",
            "phone,espoo,advice",
        ];
        let rows = rows.map(|row| format!("2020-06-08 10:00:12,{row}\n")).concat();
        insta::assert_snapshot!(source.read(format!("taken,channel,unit,service\n{rows}")), @"
        phone/a-unit-with-a-name-that-is-long-a/advice 2020-06-08T10: arrived=2 answered=2
        phone/a-unit-with-a-name-that-is-long-b/advice 2020-06-08T10: arrived=1 answered=1
        phone/advice/espoo 2020-06-08T10: arrived=1 answered=1
        phone/espoo/advice 2020-06-08T10: arrived=4 answered=4
        phone/espoo/es 2020-06-08T10: arrived=1 answered=1
        online/espoo/advice 2020-06-08T10: arrived=1 answered=1
        10 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn a_row_without_an_id_is_a_contact_of_its_own() {
        let source = |keys: &[&str]| {
            let id = crate::table::WrittenPlace::Columns(keys.iter().map(|&key| key.to_owned()).collect());
            in_queues()
                .with("id", crate::table::Written { place: id, ..constant("") })
                .with("channel", constant("phone"))
                .no_value("NA")
        };
        let rows = "taken,day,id,unit,service\n\
            2020-06-08 10:00:12,,,espoo,advice\n\
            2020-06-08 10:00:13,,NA,espoo,advice\n\
            2020-06-08 10:00:14,,,espoo,advice\n";
        for keys in [["id"].as_slice(), &["day", "id"]] {
            insta::allow_duplicates! {
                insta::assert_snapshot!(source(keys).read(rows), @"
                phone/espoo/advice 2020-06-08T10: arrived=3 unit_contacts=3 answered=3
                3 rows; ignored 1 (header)
                ");
            }
        }
        // A part is enough.
        let rows = rows.replace(",,,", ",8,,").replace(",,NA,", ",8,NA,");
        insta::assert_snapshot!(source(&["day", "id"]).read(rows), @"
        phone/espoo/advice 2020-06-08T10: arrived=3 unit_contacts=1 answered=3
        3 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn nothing_has_happened_later_than_now() {
        let check = |row: &str| {
            let source = source().column("ended", "over").until("2020-06-08T10:05:00+03:00");
            source.read(format!("taken,queue,waited,result,talked,over\n{row}\n"))
        };
        insta::assert_snapshot!(check("2020-06-08 10:00:00,families,200,answered,100,"), @"
        phone/families/unrouted 2020-06-08T10: arrived=1 answered=1 handled=1 answered:200x1 handling:100x1
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:05:01,families,0,answered,,"), @"
        1 rejected in_the_future at 38
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:00,families,301,hung up,,"), @"
        1 rejected in_the_future at 38
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:00,families,200,answered,101,"), @"
        1 rejected in_the_future at 38
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:00,families,200,answered,,2020-06-08 10:05:01"), @"
        1 rejected in_the_future at 38
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn mistakes_in_the_columns_are_told_together() {
        let source = Source::new("contacts")
            .column("arived", "taken")
            .column("queue", "queue")
            .column("unit", "office")
            .with("wait", given_in("waited", "percent"))
            .with("handling", constant("310"))
            .with("outcome", values("result", &[("ok", "fine")]));
        insta::assert_snapshot!(source.mistakes(), @r#"
        queue: a row names a queue, or a unit and a service; write only one of them
        wait: it is not given in percent; write one of seconds, minutes, hours, days, clock
        outcome: "fine" is no outcome; the outcomes are answered, abandoned, timed_out, left_empty, left_by_key, withdrawn, callback, and no_contact
        handling: a number is not the same in every row; write the column that it is in, and no value
        -: where the time of arrival is, is missing; write arrived in [source.columns]
        arived: this format has no arived; it has arrived, channel, concluded, date, ended, handling, id, outcome, queue, service, unit, wait
        "#);
    }

    #[test]
    fn a_number_is_given_in_something_and_read_as_it_is() {
        let source = source()
            .with("wait", given_in("waited", "fortnights"))
            .with("handling", values("talked", &[("long", "310")]));
        insta::assert_snapshot!(source.mistakes(), @r#"
        wait: "fortnights" is nothing that numbers are given in; write one of seconds, minutes, hours, days, ratio, percent, count, mean, score, clock
        handling: a number is read as it is; leave out what its texts mean
        "#);
    }

    #[test]
    fn lines_of_json_are_the_same_rows() {
        let line = r#"{"taken":"2020-06-08T10:00:12+03:00","queue":"families","waited":45,"result":"answered","talked":null,"more":[1]}"#;
        insta::assert_snapshot!(source().file_type("jsonl").read(format!("{line}\nno json\n[1]\n{{}}\n")), @"
        phone/families/unrouted 2020-06-08T10: arrived=1 answered=1 answered:45x1
        1 rejected missing_value at 126
        2 rejected not_json at 114, 122
        1 rows; ignored
        ");
    }
}
