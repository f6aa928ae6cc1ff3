//! `survey`: a table with one row an answer, which is a score from 0 to 10.
//!
//! ```text
//! answered;unit;matter;score;comment
//! 2020-06-08 10:00:12;Kallio;housing;9;
//! 2020-06-08 10:02:40;Kallio;housing;;rang twice
//! ```
//!
//! There is no specification: the source says what the columns mean. An answer belongs to the survey round that its row
//! names, else to the quarter of its day in the service's zone. One with a day is also counted in an hour, so that
//! those who watch see it come in: that of its time, or without a time the first of its day. What customers wrote in
//! their own words is never read, since nothing asks for its column.

use std::str::FromStr;

use jono_domain::{Event, Grain, Period, Reason, UnixSeconds};

use super::records::Records;
use crate::{
    fold::{Context, Fold},
    table::{Amount, AmountIn, Columns, DayOrTime, Fields, Found, Layout, Place, Whose},
};

/// What becomes of a row without a score.
const NO_ANSWER: &str = "(no answer)";

/// Where everything is.
#[derive(Debug)]
struct Survey {
    whose: Whose,
    score: Amount,
    at: Option<DayOrTime>,
    round: Option<Place<Round>>,
}

/// A survey round.
///
/// Invariant: a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Round(Period);

/// A text that is no survey round.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no survey round; a round is a quarter, such as 2020-Q2")]
pub(super) struct NoRound(String);

impl FromStr for Round {
    type Err = NoRound;

    fn from_str(text: &str) -> Result<Self, NoRound> {
        let period = text.parse().ok().filter(|period: &Period| period.grain() == Some(Grain::Quarter));
        period.map(Self).ok_or_else(|| NoRound(text.to_owned()))
    }
}

impl Round {
    /// The quarter.
    pub(super) fn period(self) -> Period {
        self.0
    }
}

pub(super) fn records(columns: &mut Columns<'_>, _layout: &Layout) -> Option<Box<dyn Records>> {
    let whose = columns.whose(None);
    let score = columns.amount("score", AmountIn::COUNT);
    let at = columns.day_or_time("at");
    let round = columns.word("round");
    if score.is_none() {
        columns.missing("score", "the score");
    }
    if at.is_none() && round.is_none() {
        columns.missing("at", "the time or day of an answer, or its round,");
    }
    Some(Box::new(Survey { whose: whose?, score: score?, at, round }))
}

impl Records for Survey {
    fn columns(&self) -> Vec<&str> {
        let times = self.at.iter().flat_map(DayOrTime::columns);
        let round = self.round.as_ref().and_then(Place::column);
        self.whose.columns().chain([self.score.column.as_str()]).chain(times).chain(round).collect()
    }

    fn read(&self, row: &Fields<'_>, fold: &mut Fold<'_>) -> Result<Found, Reason> {
        let Some(score) = self.score.score(row)? else { return Ok(Found::Nothing(NO_ANSWER)) };
        let context = fold.context();
        let at = self.at(row, context)?;
        let round = match &self.round {
            Some(round) => round.read(row).map_err(|_| Reason::BadPeriod)?.map(Round::period),
            None => None,
        };
        let quarter = |at| Period::of(Grain::Quarter, context.zone.date(at));
        let round = round.or_else(|| at.map(quarter)).ok_or(Reason::MissingValue)?;
        let queue = self.whose.queue(row, fold)?;
        let series = fold.series_of(queue).clone();
        fold.score(&series, round, score);
        if let Some(at) = at {
            fold.count(queue, Event::Scored { at, score });
        }
        Ok(Found::Event)
    }
}

impl Survey {
    /// When an answer was given; without a time, when its day began.
    fn at(&self, row: &Fields<'_>, context: &Context) -> Result<Option<UnixSeconds>, Reason> {
        let Some(at) = &self.at else { return Ok(None) };
        let Some((day, time)) = at.read(row, &context.zone)? else { return Ok(None) };
        // A day has begun when its first instant has.
        context.happened(time.unwrap_or_else(|| context.zone.day_start(day))).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use crate::source::records::tests::{Source, constant, given_in, values};

    fn source() -> Source {
        Source::new("survey")
            .column("at", "answered")
            .with("round", values("round", &[("spring", "2020-Q2"), ("autumn", "2020-Q4")]))
            .column("score", "score")
            .with("channel", constant("phone"))
            .column("unit", "unit")
            .with("service", constant("housing"))
    }

    fn check(rows: &str) -> String {
        source().read(format!("answered,round,score,unit,comment\n{rows}\n"))
    }

    #[test]
    fn an_answer_belongs_to_the_round_that_it_names_else_to_its_quarter() {
        insta::assert_snapshot!(check("2020-07-01 00:00:00,spring,9,kallio,"), @"
        phone/kallio/housing 2020-07-01T00: Score:9x1
        phone/kallio/housing 2020-Q2: 1 scores of 9
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-07-01 00:00:00,,9,kallio,"), @"
        phone/kallio/housing 2020-07-01T00: Score:9x1
        phone/kallio/housing 2020-Q3: 1 scores of 9
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-30T21:30:00Z,,9,kallio,"), @"
        phone/kallio/housing 2020-07-01T00: Score:9x1
        phone/kallio/housing 2020-Q3: 1 scores of 9
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",spring,9,kallio,"), @"
        phone/kallio/housing 2020-Q2: 1 scores of 9
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn a_day_is_enough() {
        insta::assert_snapshot!(check("2020-06-30,,9,kallio,"), @"
        phone/kallio/housing 2020-06-30T00: Score:9x1
        phone/kallio/housing 2020-Q2: 1 scores of 9
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-30 12:30:00,,9,kallio,"), @"
        phone/kallio/housing 2020-06-30T12: Score:9x1
        phone/kallio/housing 2020-Q2: 1 scores of 9
        1 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn nobody_has_answered_later_than_now() {
        let source = source().until("2020-06-08T10:00:00+03:00");
        let check = |row: &str| source.read(format!("answered,round,score,unit,comment\n{row}\n"));
        insta::assert_snapshot!(check("2020-06-08,,9,kallio,"), @"
        phone/kallio/housing 2020-06-08T00: Score:9x1
        phone/kallio/housing 2020-Q2: 1 scores of 9
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-09,,9,kallio,"), @"
        1 rejected in_the_future at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-08 10:00:01,spring,9,kallio,"), @"
        1 rejected in_the_future at 34
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn answers_of_a_round_are_added() {
        insta::assert_snapshot!(check(",spring,9,kallio,\n,spring,10,kallio,\n,autumn,1,kallio,\n,spring,,kallio,rang twice"), @"
        phone/kallio/housing 2020-Q2: 2 scores of 19
        phone/kallio/housing 2020-Q4: 1 scores of 1
        3 rows; ignored 1 (header), 1 (no answer)
        ");
    }

    #[test]
    fn what_cannot_be_an_answer_is_refused() {
        insta::assert_snapshot!(check(",,9,kallio,"), @"
        1 rejected missing_value at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",summer,9,kallio,"), @"
        1 rejected bad_period at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",spring,11,kallio,"), @"
        1 rejected not_a_score at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",spring,8.5,kallio,"), @"
        1 rejected not_a_score at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",spring,85 %,kallio,"), @"
        1 rejected mixed_scale at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",spring,good,kallio,"), @"
        1 rejected not_a_score at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check(",spring,9,,"), @"
        1 rejected unknown_name at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06-31,spring,9,kallio,"), @"
        1 rejected bad_time at 34
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("8.6.2020,spring,9,kallio,"), @"
        1 rejected bad_time at 34
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn a_round_as_it_is_written_is_a_quarter() {
        let source =
            Source::new("survey").column("round", "round").column("score", "score").column("queue", "queue");
        let check = |rows: &str| source.read(format!("round,score,queue\n{rows}\n"));
        insta::assert_snapshot!(check("2020-Q2,9,families"), @"
        phone/families/unrouted 2020-Q2: 1 scores of 9
        1 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-06,9,families"), @"
        1 rejected bad_period at 18
        0 rows; ignored 1 (header)
        ");
        insta::assert_snapshot!(check("2020-Q5,9,families"), @"
        1 rejected bad_period at 18
        0 rows; ignored 1 (header)
        ");
    }

    #[test]
    fn mistakes_in_the_columns_are_told_together() {
        let source = Source::new("survey")
            .with("score", given_in("score", "seconds"))
            .with("round", values("round", &[("spring", "2020-05")]))
            .column("unit", "unit")
            .with("service", constant("housing"));
        insta::assert_snapshot!(source.mistakes(), @r#"
        -: where the channel is, is missing; write channel in [source.columns]
        score: it is not given in seconds; write one of count
        round: "2020-05" is no survey round; a round is a quarter, such as 2020-Q2
        -: where the time or day of an answer, or its round, is, is missing; write at in [source.columns]
        "#);
        insta::assert_snapshot!(Source::new("survey").column("queue", "queue").mistakes(), @"
        -: where the score is, is missing; write score in [source.columns]
        -: where the time or day of an answer, or its round, is, is missing; write at in [source.columns]
        ");
    }
}
