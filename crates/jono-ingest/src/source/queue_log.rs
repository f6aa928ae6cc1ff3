//! `queue_log`: the log that Asterisk's `app_queue` writes, and whatever else is written into it.
//!
//! ```text
//! 1543602677|1543602660.197|IT|NONE|ENTERQUEUE||0401234567|1
//! 1543602687|1543602660.197|IT|Agent/1141|RINGNOANSWER|10000
//! 1543602753|1543602660.197|IT|Agent/1127|CONNECT|76|1543602746.232|6
//! 1543603600|1543602660.197|IT|Agent/1127|COMPLETECALLER|76|847|1
//! ```
//!
//! Fields: time, call, queue, agent, event, and what the event adds. The time is in seconds since 1970 (UTC), or
//! `YYYY-MM-DD HH:MM:SS[.ffffff]` in the log's zone, as the realtime (database) variant has it. Specification:
//! <https://docs.asterisk.org/Operation/Logging/Queue-Logs/>, and `apps/app_queue.c` for what that page leaves out.
//!
//! | event | adds | counts as |
//! |---|---|---|
//! | ENTERQUEUE | url, caller, position, name | arrival |
//! | CONNECT | hold, channel, ring time | answered, wait = hold |
//! | ABANDON, EXITEMPTY | position, first position, wait | abandoned, left empty |
//! | EXITWITHTIMEOUT | position \[, first position, wait\] | timed out |
//! | EXITWITHKEY | key, position \[, first position, wait\] | left by key |
//! | WITHDRAW | position, first position, wait, info | withdrawn |
//! | COMPLETEAGENT, COMPLETECALLER | hold, call, first position | handled, for call seconds |
//! | BLINDTRANSFER | extension, context, hold, call, first position | handled |
//! | TRANSFER (until Asterisk 11) | extension, context \[, hold, call, first position\] | handled |
//! | ATTENDEDTRANSFER | method, one or two more, hold, call \[, first position\] | handled |
//!
//! Values in brackets are missing in old versions; then the outcome is counted without its wait. All other events,
//! and those that dialplans write by `QueueLog()`, carry nothing to count and are ignored by name. Callers' numbers,
//! names and free text are passed over, and never kept.
//!
//! What is happening now is told by the same events, and by those of agents:
//!
//! | event | adds | means |
//! |---|---|---|
//! | QUEUESTART | | no call is open |
//! | ADDMEMBER | PAUSED, or nothing | serves the queue |
//! | REMOVEMEMBER | | serves the queue no more |
//! | PAUSE, UNPAUSE | reason | takes no calls of the queue, takes them again |
//! | PAUSEALL, UNPAUSEALL | reason | the same of all queues; those of each queue follow |
//! | AGENTLOGIN, AGENTCALLBACKLOGIN | channel | logged in |
//! | AGENTLOGOFF, AGENTCALLBACKLOGOFF | channel, seconds, reason | logged off |

use jiff::civil::DateTime;
use jono_domain::{Change, Keep, LiveEvent, Outcome, Reason, Seconds, Step, UnixSeconds, Zone};

use super::{ByLine, Chunk, Format, Split};
use crate::{
    blocks::MAX_LINE_BYTES,
    field::Field,
    fold::{Context, Fold},
    lines::{Fields, Line},
    live::{MAX_NAME_BYTES, Replay},
    mask,
    names::Names,
    table::local_time,
};

/// The format.
#[derive(Debug, Clone, Copy)]
pub struct QueueLog;

impl Format for QueueLog {
    fn name(&self) -> &'static str {
        "queue_log"
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

    fn masked(&self, _header: &[u8], line: &[u8]) -> String {
        let text = String::from_utf8_lossy(line);
        let fields: Vec<_> = text.split('|').collect();
        // A bar in somebody's name moves what follows: without an event in its place, no field is certain.
        if fields.get(4).is_none_or(|event| ignorable(event.as_bytes()).is_err()) {
            return mask::shape(&text);
        }
        // An agent's name is the fourth field; a caller's number is longer than any wait or position.
        let is_count = |field: &str| field.len() <= 6 && field.bytes().all(|byte| byte.is_ascii_digit());
        let fields = fields.into_iter().enumerate();
        mask::fields(
            fields.map(|(at, field)| (field.into(), matches!(at, 0 | 2 | 4) || is_count(field))),
            '|',
        )
    }
}

impl ByLine for QueueLog {
    fn read(&self, chunk: &Chunk<'_>, fold: &mut Fold<'_>) {
        let mut clock = Clock::new(fold.context());
        let mut events = Events::new();
        for (position, line) in chunk.lines() {
            if let Err(reason) = read(line, &mut clock, &mut events, fold) {
                fold.reject(reason, position, line.bytes());
            }
        }
        events.ignored().for_each(|(name, lines)| fold.ignore_several(name, lines));
    }

    fn live(&self, chunk: &Chunk<'_>, replay: &mut Replay<'_>) {
        let mut clock = Clock::new(replay.context());
        for (_, line) in chunk.lines() {
            if let Ok(record) = parse(line, &mut clock) {
                live(record, replay);
            }
        }
    }
}

/// The line as it is written.
struct Record<'a> {
    at: UnixSeconds,
    call: Field<'a>,
    queue: Field<'a>,
    agent: Field<'a>,
    event: Field<'a>,
    values: Fields<'a>,
}

/// What an empty line is called among the ignored.
const BLANK: &str = "(blank)";

/// Counts what a line means, or tells why it means nothing.
#[inline(always)]
fn read<'a>(
    line: Line<'a>,
    clock: &mut Clock<'_>,
    events: &mut Events<'a>,
    fold: &mut Fold<'_>,
) -> Result<(), Reason> {
    let mut values = line.fields();
    match values.five_at_once() {
        Some(five) if line.len <= MAX_LINE_BYTES => count(Record::new(five, values, clock)?, events, fold),
        _ => read_odd(line.padded(), line.len, clock, events, fold),
    }
}

/// The same of a line whose fields are long or few, or that is too long itself. It is seen anew: to hand it over as it was seen,
/// every line would have to be put into memory.
#[cold]
fn read_odd<'a>(
    padded: &'a [u8],
    len: usize,
    clock: &mut Clock<'_>,
    events: &mut Events<'a>,
    fold: &mut Fold<'_>,
) -> Result<(), Reason> {
    if len == 0 {
        events.ignore_blank();
        return Ok(());
    }
    count(parse(Line::leading(padded, len), clock)?, events, fold)
}

fn parse<'a>(line: Line<'a>, clock: &mut Clock<'_>) -> Result<Record<'a>, Reason> {
    if line.len > MAX_LINE_BYTES {
        return Err(Reason::LineTooLong);
    }
    let mut values = line.fields();
    let five = values.five().ok_or(Reason::TooFewFields)?;
    Record::new(five, values, clock)
}

impl<'a> Record<'a> {
    #[inline(always)]
    fn new(five: [Field<'a>; 5], values: Fields<'a>, clock: &mut Clock<'_>) -> Result<Self, Reason> {
        let [time, call, queue, agent, event] = five;
        Ok(Self { at: clock.read(time.bytes())?, call, queue, agent, event, values })
    }
}

#[inline(always)]
fn count<'a>(record: Record<'a>, events: &mut Events<'a>, fold: &mut Fold<'_>) -> Result<(), Reason> {
    let Record { at, call, queue, event, values, .. } = record;
    let Some(Counted { step, value }) = events.meaning(event)? else { return Ok(()) };
    let seconds = value.seconds(&values)?;
    let queue = match fold.known(queue.key(), || queue.bytes()) {
        Some(queue) => queue,
        None => fold.new_queue(named(queue.bytes()).ok_or(Reason::BadQueue)?)?,
    };
    fold.step(queue, at, step, seconds);
    if step == Step::ARRIVED
        && let Some(call) = named(call.bytes())
    {
        fold.enter(queue, at, Some(call));
    }
    Ok(())
}

/// What an event counts as.
#[derive(Debug, Clone, Copy)]
struct Counted {
    step: Step,
    value: Value,
}

/// Which of the values that an event adds is its duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    /// It has none.
    None,
    /// That one.
    Always(u8),
    /// That one, which old versions do not write.
    IfThere(u8),
    /// That of an attended transfer.
    Attended,
}

impl Value {
    /// What it says, of the values of a line. Nearly always it is a number of few digits or there is none, which is known
    /// before it is asked which of the two.
    #[inline(always)]
    fn seconds(self, values: &Fields<'_>) -> Result<Option<Seconds>, Reason> {
        let (Self::Always(place) | Self::IfThere(place)) = self else {
            return if self == Self::None { Ok(None) } else { attended(&values.clone()).map(Some) };
        };
        let value = values.place(place);
        match value.and_then(Field::digits).map(Seconds::new) {
            Some(Ok(seconds)) => Ok(Some(seconds)),
            _ => self.other(value.map(Field::bytes)),
        }
    }

    /// The same of anything else.
    #[cold]
    fn other(self, value: Option<&[u8]>) -> Result<Option<Seconds>, Reason> {
        match value.filter(|value| !value.is_empty()) {
            Some(digits) => number(digits).map(Some),
            None if matches!(self, Self::IfThere(_)) => Ok(None),
            None => Err(Reason::MissingValue),
        }
    }
}

/// What the definition of the format says: every event that is counted.
const COUNTED: [(&[u8], Step, Value); 12] = [
    (b"ENTERQUEUE", Step::ARRIVED, Value::None),
    (b"CONNECT", Step::concluded(Outcome::Answered), Value::Always(0)),
    (b"COMPLETEAGENT", Step::HANDLED, Value::Always(1)),
    (b"COMPLETECALLER", Step::HANDLED, Value::Always(1)),
    (b"ABANDON", Step::concluded(Outcome::Abandoned), Value::Always(2)),
    (b"EXITWITHTIMEOUT", Step::concluded(Outcome::TimedOut), Value::IfThere(2)),
    (b"EXITEMPTY", Step::concluded(Outcome::LeftEmpty), Value::Always(2)),
    (b"EXITWITHKEY", Step::concluded(Outcome::LeftByKey), Value::IfThere(3)),
    (b"WITHDRAW", Step::concluded(Outcome::Withdrawn), Value::Always(2)),
    (b"BLINDTRANSFER", Step::HANDLED, Value::Always(3)),
    (b"TRANSFER", Step::HANDLED, Value::IfThere(3)),
    (b"ATTENDEDTRANSFER", Step::HANDLED, Value::Attended),
];

/// What the events of a chunk mean, each name understood once.
struct Events<'a> {
    /// No event that is counted has a name of more than two words of eight bytes.
    meanings: Names<Meaning, 2>,
    /// Names with nothing to count, in the order in which they were first seen, and how many lines there were of each.
    ignored: Vec<(&'a str, u64)>,
    /// The place of empty lines among them, whose name no event has.
    blank: Option<usize>,
}

#[derive(Clone, Copy)]
enum Meaning {
    Counted(Counted),
    /// Its place among the ignored.
    Ignored(usize),
}

impl<'a> Events<'a> {
    fn new() -> Self {
        let mut meanings = Names::with_room_for(32);
        for (name, step, value) in COUNTED {
            meanings.insert(name, Meaning::Counted(Counted { step, value }));
        }
        Self { meanings, ignored: Vec::new(), blank: None }
    }

    /// What an event counts as; one with nothing to count is counted among the ignored.
    #[inline(always)]
    fn meaning(&mut self, event: Field<'a>) -> Result<Option<Counted>, Reason> {
        match self.meanings.get(event.key(), || event.bytes()) {
            Some(Meaning::Counted(counted)) => return Ok(Some(counted)),
            Some(Meaning::Ignored(place)) => self.ignored[place].1 += 1,
            None => self.new_name(event.bytes())?,
        }
        Ok(None)
    }

    #[cold]
    fn new_name(&mut self, name: &'a [u8]) -> Result<(), Reason> {
        let place = self.ignore(ignorable(name)?);
        self.meanings.insert(name, Meaning::Ignored(place));
        Ok(())
    }

    #[cold]
    fn ignore_blank(&mut self) {
        match self.blank {
            Some(place) => self.ignored[place].1 += 1,
            None => self.blank = Some(self.ignore(BLANK)),
        }
    }

    /// Counts a line under a name that is new; says its place.
    fn ignore(&mut self, name: &'a str) -> usize {
        self.ignored.push((name, 1));
        self.ignored.len() - 1
    }

    fn ignored(self) -> impl Iterator<Item = (&'a str, u64)> {
        self.ignored.into_iter()
    }
}

/// A field that names something.
#[inline]
fn named(field: &[u8]) -> Option<&[u8]> {
    if field.is_empty() || field == b"NONE" { None } else { Some(field) }
}

/// Tells what a line says of calls and agents.
fn live(record: Record<'_>, replay: &mut Replay<'_>) {
    let Record { at, call, queue, agent, event, mut values } = record;
    let [call, queue, agent, event] = [call, queue, agent, event].map(Field::bytes);
    if [call, queue, agent].iter().any(|name| name.len() > MAX_NAME_BYTES) {
        return;
    }
    match event {
        b"ENTERQUEUE" | b"CONNECT" | b"ABANDON" | b"EXITWITHTIMEOUT" | b"EXITEMPTY" | b"EXITWITHKEY"
        | b"WITHDRAW" | b"COMPLETEAGENT" | b"COMPLETECALLER" | b"BLINDTRANSFER" | b"TRANSFER"
        | b"ATTENDEDTRANSFER" => {
            let series = named(queue).and_then(|queue| replay.series(queue));
            if let (Some(call), Some(series)) = (named(call), &series) {
                let change = match event {
                    b"ENTERQUEUE" => Change::Entered { call, series },
                    b"CONNECT" => Change::Connected { call, series, agent },
                    _ => Change::Ended { call, series },
                };
                replay.apply(LiveEvent { at, change });
            }
        }
        b"QUEUESTART" => replay.apply(LiveEvent { at, change: Change::Restarted }),
        _ => {
            let Some(agent) = named(agent) else { return };
            let change = match event {
                b"ADDMEMBER" => Change::Added { agent, queue },
                b"REMOVEMEMBER" => Change::Removed { agent, queue },
                b"PAUSE" | b"PAUSEALL" => Change::Paused { agent, queue: named(queue) },
                b"UNPAUSE" | b"UNPAUSEALL" => Change::Unpaused { agent, queue: named(queue) },
                b"AGENTLOGIN" | b"AGENTCALLBACKLOGIN" => Change::LoggedIn { agent },
                b"AGENTLOGOFF" | b"AGENTCALLBACKLOGOFF" => Change::LoggedOff { agent },
                _ => return,
            };
            replay.apply(LiveEvent { at, change });
            if event == b"ADDMEMBER" && values.next().is_some_and(|value| value.bytes() == b"PAUSED") {
                replay.apply(LiveEvent { at, change: Change::Paused { agent, queue: Some(queue) } });
            }
        }
    }
}

/// The name of an event that carries nothing to count, if it is one.
fn ignorable(name: &[u8]) -> Result<&str, Reason> {
    let (first, rest) = name.split_first().ok_or(Reason::BadEvent)?;
    let rest_is_good = rest.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_');
    match std::str::from_utf8(name) {
        Ok(name) if first.is_ascii_uppercase() && rest_is_good => Ok(name),
        _ => Err(Reason::BadEvent),
    }
}

/// The call's seconds of an attended transfer. One of its methods, LINK, adds a value more than the others, so they
/// are counted from the right, where empty values are none; some logs leave the first position out.
fn attended(values: &Fields<'_>) -> Result<Seconds, Reason> {
    let mut rest = values.rest();
    while let Some(without) = rest.strip_suffix(b"|") {
        rest = without;
    }
    let mut from_right = rest.rsplit(|&b| b == b'|');
    match from_right.clone().count() {
        0..4 => Err(Reason::MissingValue),
        4 => from_right.next().map_or(Err(Reason::MissingValue), number),
        5.. => from_right.nth(1).map_or(Err(Reason::MissingValue), number),
    }
}

/// A duration of any number of digits.
#[cold]
fn number(digits: &[u8]) -> Result<Seconds, Reason> {
    let value = digits.iter().try_fold(0_u32, |value, byte| {
        let digit = byte.is_ascii_digit().then(|| u32::from(byte - b'0'))?;
        Some(value.saturating_mul(10).saturating_add(digit))
    });
    match value {
        None => Err(not_a_number(digits)),
        Some(_) if digits.is_empty() => Err(Reason::MissingValue),
        Some(value) => Seconds::new(value).map_err(|_| Reason::OutOfRange),
    }
}

#[cold]
fn not_a_number(text: &[u8]) -> Reason {
    match text {
        [b'-', digits @ ..] if !digits.is_empty() && digits.iter().all(u8::is_ascii_digit) => {
            Reason::Negative
        }
        _ => Reason::NotANumber,
    }
}

/// Reads times. Those of neighbouring lines share their first eight digits, which are read once.
struct Clock<'a> {
    context: &'a Context,
    eight: [u8; 8],
    hundreds: i64,
}

impl<'a> Clock<'a> {
    fn new(context: &'a Context) -> Self {
        Self { context, eight: *b"00000000", hundreds: 0 }
    }

    #[inline(always)]
    fn read(&mut self, text: &[u8]) -> Result<UnixSeconds, Reason> {
        if let [eight @ .., tens, ones] = text
            && let Ok(eight) = <[u8; 8]>::try_from(eight)
            && let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'))
            && tens.max(ones) <= 9
        {
            if eight != self.eight {
                self.hundreds = digits(&eight).ok_or(Reason::BadTime)? * 100;
                self.eight = eight;
            }
            let seconds = self.hundreds + i64::from(10 * tens + ones);
            let at = UnixSeconds::new(seconds).map_err(|_| Reason::BadTime)?;
            return self.context.happened(at);
        }
        self.read_other(text)
    }

    #[cold]
    fn read_other(&self, text: &[u8]) -> Result<UnixSeconds, Reason> {
        let at = match text.len() {
            1..=9 => digits(text).and_then(|seconds| UnixSeconds::new(seconds).ok()).ok_or(Reason::BadTime),
            19.. => local(text, &self.context.log_zone),
            _ => Err(Reason::BadTime),
        };
        self.context.happened(at?)
    }
}

fn digits(text: &[u8]) -> Option<i64> {
    text.iter().try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))
}

/// `YYYY-MM-DD HH:MM:SS`, and a fraction that is cut off.
fn local(text: &[u8], zone: &Zone) -> Result<UnixSeconds, Reason> {
    let text = std::str::from_utf8(text).map_err(|_| Reason::BadTime)?;
    let local = DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", text).map_err(|_| Reason::BadTime)?;
    local_time(local, zone)
}

#[cfg(test)]
mod tests {
    use jono_domain::{Cell, Histogram};

    use super::*;
    use crate::lines::Lines;

    fn check(line: &str) -> String {
        check_until(UnixSeconds::MAX, line)
    }

    fn check_until(until: UnixSeconds, line: &str) -> String {
        let padded = [line.as_bytes(), b"\n", &[0; 128]].concat();
        let log_zone = Zone::new("Europe/Helsinki").unwrap();
        let context = Context { log_zone, until, ..crate::fold::tests::context() };
        let line = Lines::new(&padded).next().unwrap();
        let mut events = Events::new();
        let mut fold = Fold::new(&context);
        if let Err(reason) = read(line, &mut Clock::new(&context), &mut events, &mut fold) {
            return format!("rejected {reason}");
        }
        if let Some((name, _)) = events.ignored().next() {
            return format!("ignored {name}");
        }
        let folded = fold.finish();
        let [piece] = folded.cells.as_slice() else { panic!("one event has one cell") };
        let cell = Cell::decode(&folded.bodies).unwrap();
        let (queue, at) = (&folded.series[piece.series as usize].unit, folded.events.unwrap().start.get());
        let only = |histogram: &Histogram| histogram.entries().next().map(|(seconds, _)| seconds.get());
        let ended = Outcome::ALL.into_iter().find(|&outcome| cell.outcome(outcome) > 0);
        match ended {
            Some(outcome) => format!("{queue} {at} {outcome} {:?}", only(cell.waits(outcome))),
            None if cell.handled > 0 => format!("{queue} {at} handled {:?}", only(&cell.handling)),
            None => format!("{queue} {at} arrived"),
        }
    }

    #[test]
    fn a_call_that_is_answered() {
        insta::assert_snapshot!(check("1543602677|1543602660.197|IT|NONE|ENTERQUEUE||0401234567|1"), @"IT 1543602677 arrived");
        insta::assert_snapshot!(check("1543602753|1543602660.197|IT|Agent/1127|CONNECT|76|1543602746.232|6"), @"IT 1543602753 answered Some(76)");
        insta::assert_snapshot!(check("1543602753|1543602660.197|IT|Agent/1127|CONNECT|76"), @"IT 1543602753 answered Some(76)");
        insta::assert_snapshot!(check("1543603600|1543602660.197|IT|Agent/1127|COMPLETECALLER|76|847|1"), @"IT 1543603600 handled Some(847)");
        insta::assert_snapshot!(check("1543603600|1543602660.197|IT|Agent/1127|COMPLETEAGENT|76|847|1"), @"IT 1543603600 handled Some(847)");
    }

    #[test]
    fn waits_that_end_otherwise() {
        insta::assert_snapshot!(check("1543602677|1.1|IT|NONE|ABANDON|1|1|45"), @"IT 1543602677 abandoned Some(45)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|SIP/100|ABANDON|1|1|45"), @"IT 1543602677 abandoned Some(45)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|NONE|EXITWITHTIMEOUT|1|2|300"), @"IT 1543602677 timed_out Some(300)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|NONE|EXITWITHTIMEOUT|1"), @"IT 1543602677 timed_out None");
        insta::assert_snapshot!(check("1543602677|1.1|IT|NONE|EXITEMPTY|1|1|20"), @"IT 1543602677 left_empty Some(20)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|NONE|EXITWITHKEY|9|1|3|12"), @"IT 1543602677 left_by_key Some(12)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|NONE|EXITWITHKEY|9|1"), @"IT 1543602677 left_by_key None");
        insta::assert_snapshot!(check("1543602677|1.1|IT|NONE|WITHDRAW|1|1|33|moved|elsewhere"), @"IT 1543602677 withdrawn Some(33)");
    }

    #[test]
    fn calls_that_are_passed_on() {
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|BLINDTRANSFER|100|default|5|60|1"), @"IT 1543602677 handled Some(60)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|TRANSFER|100|default|5|61|1"), @"IT 1543602677 handled Some(61)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|TRANSFER|100|default"), @"IT 1543602677 handled None");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|ATTENDEDTRANSFER|BRIDGE|b-1|5|62|1"), @"IT 1543602677 handled Some(62)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|ATTENDEDTRANSFER|LINK|SIP/1|SIP/2|5|63|1"), @"IT 1543602677 handled Some(63)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|ATTENDEDTRANSFER|APP|Queue|5|64|1||"), @"IT 1543602677 handled Some(64)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|ATTENDEDTRANSFER|5550100||6|65"), @"IT 1543602677 handled Some(65)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|ATTENDEDTRANSFER|5|64|1"), @"rejected missing_value");
    }

    #[test]
    fn events_with_nothing_to_count() {
        insta::assert_snapshot!(check("1543527289|NONE|NONE|NONE|QUEUESTART|"), @"ignored QUEUESTART");
        insta::assert_snapshot!(check("1543602687|1.1|IT|A|RINGNOANSWER|10000"), @"ignored RINGNOANSWER");
        insta::assert_snapshot!(check("1543602687|1.1|IT|A|MY_EVENT2|whatever|-5"), @"ignored MY_EVENT2");
        insta::assert_snapshot!(check(""), @"ignored (blank)");
    }

    #[test]
    fn times_of_every_variant() {
        insta::assert_snapshot!(check("2020-06-08 10:00:00.123456|1.1|IT|NONE|ABANDON|1|1|4||"), @"IT 1591599600 abandoned Some(4)");
        insta::assert_snapshot!(check("2020-06-08 10:00:00|1.1|IT|NONE|ENTERQUEUE||0401234567|1||"), @"IT 1591599600 arrived");
        insta::assert_snapshot!(check("2020-03-29 03:30:00|1.1|IT|NONE|ENTERQUEUE"), @"rejected nonexistent_time");
        insta::assert_snapshot!(check("2020-10-25 03:30:00|1.1|IT|NONE|ENTERQUEUE"), @"rejected ambiguous_time");
        insta::assert_snapshot!(check("2020-13-25 03:30:00|1.1|IT|NONE|ENTERQUEUE"), @"rejected bad_time");
        insta::assert_snapshot!(check("7|1.1|IT|NONE|ENTERQUEUE"), @"IT 7 arrived");
        insta::assert_snapshot!(check("9999999999|1.1|IT|NONE|ENTERQUEUE"), @"IT 9999999999 arrived");
        insta::assert_snapshot!(check("10000000000|1.1|IT|NONE|ENTERQUEUE"), @"rejected bad_time");
        insta::assert_snapshot!(check("-543602677|1.1|IT|NONE|ENTERQUEUE"), @"rejected bad_time");
        insta::assert_snapshot!(check("15436026x7|1.1|IT|NONE|ENTERQUEUE"), @"rejected bad_time");
        insta::assert_snapshot!(check("x543602677|1.1|IT|NONE|ENTERQUEUE"), @"rejected bad_time");
    }

    #[test]
    fn nothing_has_happened_later_than_now() {
        let check = |line| check_until(UnixSeconds::new(1_591_599_600).unwrap(), line);
        insta::assert_snapshot!(check("1591599600|1.1|IT|NONE|ENTERQUEUE"), @"IT 1591599600 arrived");
        insta::assert_snapshot!(check("1591599601|1.1|IT|NONE|ENTERQUEUE"), @"rejected in_the_future");
        insta::assert_snapshot!(check("1591599601|1.1|IT|A|RINGNOANSWER|10000"), @"rejected in_the_future");
        insta::assert_snapshot!(check("2020-06-08 10:00:00|1.1|IT|NONE|ENTERQUEUE"), @"IT 1591599600 arrived");
        insta::assert_snapshot!(check("2020-06-08 10:00:01|1.1|IT|NONE|ENTERQUEUE"), @"rejected in_the_future");
    }

    #[test]
    fn lines_that_give_no_event() {
        insta::assert_snapshot!(check("1543602677|1.1|IT"), @"rejected too_few_fields");
        insta::assert_snapshot!(check("1543602677|1.1|IT|Agent|x|CONNECT|7"), @"rejected bad_event");
        insta::assert_snapshot!(check("1543602677|1.1|IT|NONE||"), @"rejected bad_event");
        insta::assert_snapshot!(check("1543602677|1.1|NONE|NONE|ENTERQUEUE"), @"rejected bad_queue");
        insta::assert_snapshot!(check("1543602677|1.1||NONE|CONNECT|5"), @"rejected bad_queue");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|CONNECT|"), @"rejected missing_value");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|CONNECT|-3"), @"rejected negative");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|CONNECT|3s"), @"rejected not_a_number");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|CONNECT|-"), @"rejected not_a_number");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|CONNECT|536870911"), @"IT 1543602677 answered Some(536870911)");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|CONNECT|536870912"), @"rejected out_of_range");
        insta::assert_snapshot!(check("1543602677|1.1|IT|A|CONNECT|99999999999999999999"), @"rejected out_of_range");
    }
}
