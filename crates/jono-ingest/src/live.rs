//! What is happening now: tells a [`LiveView`] of a stretch of a log.
//!
//! The view is rebuilt from the end of a log, and then follows it as it grows. Nothing is counted here and nothing
//! rejected: lines that mean nothing are passed over, since the reading that counts tells of them.

use std::{io::Read, ops::Range};

use hashbrown::HashMap;
use jono_domain::{LiveEvent, LiveView, Route, Series, document::BLOCK_BYTES};

use crate::{
    batches,
    blocks::{Blocks, Blockwise, Buffer, PADDING},
    fold::{Context, Unrouted},
    input::{Input, InputError},
    source::{Chunk, Format, RowTable, Split, Whole},
};

/// Tells the view of the lines in a range of an input's decompressed bytes; of a document that is understood as a
/// whole, of all of it.
///
/// A line that begins before the range is not in it, nor is one that ends beyond it or has no end yet. So stretches
/// that meet where a line ends tell of every line once.
pub fn replay(
    input: &Input,
    format: &dyn Format,
    context: &Context,
    range: Range<u64>,
    view: &mut LiveView,
) -> Result<(), InputError> {
    let format = match format.split() {
        Split::Lines(format) => format,
        Split::Rows(table) => return replay_rows(input, table, context, view),
        Split::Whole(format) => return replay_whole(input, format, context, view),
    };
    // With the byte before the range, the first line is always the end of one that began before it.
    let from = range.start.saturating_sub(1);
    let begin = from - from % BLOCK_BYTES as u64;
    let reader = input.reader(begin)?.take(range.end.saturating_sub(begin));
    let mut blocks = Blocks::new(Box::new(reader), BLOCK_BYTES, from, false);
    let mut buffer = Buffer::new(BLOCK_BYTES);
    let mut replay = Replay::new(context, view);
    while let Some(block) = blocks.next(&mut buffer) {
        let padded = buffer.padded(&block);
        let mut before = 0;
        if block.start < range.start {
            let text = &padded[..padded.len() - PADDING];
            before = memchr::memchr(b'\n', text).map_or(text.len(), |at| at + 1);
        }
        format.live(&Chunk::new(&padded[before..], block.start + before as u64), &mut replay);
    }
    blocks.take_failure().map_or(Ok(()), |source| Err(input.failed(source)))
}

/// Tells the view of all rows of a table.
fn replay_rows(
    input: &Input,
    table: RowTable<'_>,
    context: &Context,
    view: &mut LiveView,
) -> Result<(), InputError> {
    if !table.has_live() {
        return Ok(());
    }
    // A document that is refused was refused when it was counted.
    let Ok(heading) = batches::heading(input, table)? else { return Ok(()) };
    let Ok(mut reader) = table.reader(&heading, &context.log_zone, 0) else { return Ok(()) };
    let (mut replay, mut number) = (Replay::new(context, view), 0);
    batches::each_stretch(input, table, |rows| {
        reader.live(rows, &mut number, &mut replay);
        true
    })
}

/// Tells the view of a whole document.
fn replay_whole(
    input: &Input,
    format: &dyn Whole,
    context: &Context,
    view: &mut LiveView,
) -> Result<(), InputError> {
    let mut document = Vec::new();
    input
        .reader(0)?
        .take(batches::MAX_BYTES)
        .read_to_end(&mut document)
        .map_err(|source| input.failed(source))?;
    format.live(&document, &mut Replay::new(context, view));
    Ok(())
}

/// The longest name of a call, in bytes, that a format tells of: the view remembers it for as long as the call is open.
pub(crate) const MAX_NAME_BYTES: usize = 256;

/// What the format tells its events to.
pub struct Replay<'a> {
    context: &'a Context,
    names: HashMap<Box<[u8]>, Option<Series>, foldhash::fast::RandomState>,
    unrouted: Unrouted,
    view: &'a mut LiveView,
}

impl<'a> Replay<'a> {
    fn new(context: &'a Context, view: &'a mut LiveView) -> Self {
        let mut unrouted = context.unrouted.clone();
        // A queue that the view knows stays what it is, so that its calls end where they entered.
        let seen = view.queues().into_keys().filter(|series| series.is_unrouted());
        unrouted.known.extend(seen.map(|series| series.unit.clone()));
        Self { context, names: HashMap::default(), unrouted, view }
    }

    /// What a line alone does not say.
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// The series of the queue with that name; `None` if the name cannot be one.
    pub fn series(&mut self, queue: &[u8]) -> Option<Series> {
        if let Some(series) = self.names.get(queue) {
            return series.clone();
        }
        let text = std::str::from_utf8(queue).ok();
        let series = text.and_then(|text| self.context.router.route(text).ok()).map(|route| {
            let (Route::Routed(series) | Route::Unrouted(series)) = route;
            self.unrouted.admit(&series).unwrap_or(series)
        });
        self.names.insert(queue.into(), series.clone());
        series
    }

    /// Tells the view of an event.
    pub fn apply(&mut self, event: LiveEvent<'_>) {
        self.view.apply(event);
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use jono_domain::{Agents, LiveQueue, Router, UnixSeconds, Zone};

    use super::*;
    use crate::source::queue_log::QueueLog;

    fn context(limit: usize) -> Context {
        let zone = Zone::new("Europe/Helsinki").unwrap();
        let route = ("it-*".parse().unwrap(), Series::unrouted("it".parse().unwrap()));
        let unrouted = Unrouted { limit, ..Unrouted::default() };
        Context {
            log_zone: zone.clone(),
            zone,
            router: Router::new(vec![route]),
            unrouted,
            promises: std::collections::BTreeMap::new(),
            until: jono_domain::UnixSeconds::MAX,
        }
    }

    fn input(text: &[u8]) -> Input {
        Input::spool("test", text).unwrap()
    }

    fn view() -> LiveView {
        let mut view = LiveView::new(LiveView::LIMIT);
        view.rebuilt();
        view
    }

    fn tell(text: &[u8], range: Range<u64>, view: &mut LiveView) {
        replay(&input(text), &QueueLog, &context(9), range, view).unwrap();
    }

    fn told(view: &LiveView) -> String {
        let mut told = String::new();
        for (series, LiveQueue { waiting, oldest, lost }) in view.queues() {
            let since = oldest.map_or_else(|| "-".to_owned(), |at| at.get().to_string());
            write!(told, "{} {waiting} {since} {lost}, ", series.unit).unwrap();
        }
        let Agents { logged_in, paused, busy } = view.agents();
        write!(told, "{logged_in}/{paused}/{busy}").unwrap();
        told
    }

    /// Every event that changes something, some that do not, and lines that are none.
    const LOG: &str = "\
100|NONE|NONE|NONE|QUEUESTART|
101|MANAGER|it-1|Ann|ADDMEMBER|
101|MANAGER|it-2|Ann|ADDMEMBER|PAUSED
102|NONE|it-2|Ann|UNPAUSE|
103|1.5|NONE|Bo|AGENTLOGIN|SIP/bo
104|1.6|NONE|Cy|AGENTCALLBACKLOGIN|1002@pcm
105|NONE|NONE|Ann|PAUSEALL|lunch
105|NONE|it-1|Ann|PAUSE|lunch
105|NONE|it-2|Ann|PAUSE|lunch
106|NONE|it-1|Ann|UNPAUSE|
107|NONE|NONE|Ann|UNPAUSEALL|
107|NONE|it-2|Ann|UNPAUSE|
110|2.1|it-1|NONE|ENTERQUEUE||0401234567|1
111|2.2|it-2|NONE|ENTERQUEUE||0401234567|2
112|2.3|hr|NONE|ENTERQUEUE||0401234567|1
113|2.1|it-1|Ann|RINGNOANSWER|3000
114|2.1|it-1|Ann|CONNECT|4|2.9|1
115|2.2|it-2|NONE|ABANDON|1|2|4
116|2.3|hr|Bo|CONNECT|
117|2.1|it-1|Ann|COMPLETECALLER|4|3|1
118|2.3|it-1|NONE|ENTERQUEUE||0401234567|1
118|2.3|hr|Bo|BLINDTRANSFER|200|default|4|2|1
119|2.3|it-1|NONE|EXITWITHTIMEOUT|1|1|1
120|2.4|hr|NONE|ENTERQUEUE
121|2.4|hr|NONE|EXITWITHKEY|1|1|1|1
122|2.5|hr|NONE|ENTERQUEUE
123|2.5|hr|NONE|EXITEMPTY|1|1|1
124|2.6|hr|NONE|ENTERQUEUE
125|2.6|hr|NONE|WITHDRAW|1|1|1|
126|2.7|hr|Cy|CONNECT|1
127|2.7|hr|Cy|COMPLETEAGENT|1|1|1
128|2.8|hr|Cy|CONNECT|1
129|2.8|hr|Cy|TRANSFER|200|default
130|2.9|hr|Cy|CONNECT|1
131|2.9|hr|Cy|ATTENDEDTRANSFER|BRIDGE|b-1|1|1|1
132|3.1|hr|NONE|ENTERQUEUE
133|3.2|hr|Cy|CONNECT|1
134|NONE|hr|NONE|ENTERQUEUE
135|3.3|NONE|NONE|ENTERQUEUE
136|3.3|all|NONE|ENTERQUEUE
x|3.3|hr|NONE|ENTERQUEUE
137

138|NONE|NONE|NONE|CONFIGRELOAD|
139|NONE|hr|NONE|MY_EVENT|
140|NONE|NONE|NONE|QUEUESTART|
141|3.1|hr|NONE|ABANDON|1|1|9
142|1.5|NONE|Bo|AGENTLOGOFF|SIP/bo|39
143|1.6|NONE|Cy|AGENTCALLBACKLOGOFF|1002@pcm|39|
144|NONE|it-1|Ann|PAUSE|
145|MANAGER|it-1|Ann|REMOVEMEMBER|
146|MANAGER|it-2|Ann|REMOVEMEMBER|
";

    #[test]
    fn every_event_tells_what_it_means() {
        let (mut view, mut table, mut at) = (view(), String::new(), 0);
        for line in LOG.split_inclusive('\n') {
            tell(LOG.as_bytes(), at..at + line.len() as u64, &mut view);
            at += line.len() as u64;
            let fields: Vec<_> = line.trim_end().split('|').collect();
            let event = fields.get(4).copied().unwrap_or_default();
            writeln!(table, "{:3} {event:20} {}", fields[0], told(&view)).unwrap();
        }
        insta::assert_snapshot!(table, @r"
        100 QUEUESTART           0/0/0
        101 ADDMEMBER            1/0/0
        101 ADDMEMBER            1/1/0
        102 UNPAUSE              1/0/0
        103 AGENTLOGIN           1/0/0
        104 AGENTCALLBACKLOGIN   2/0/0
        105 PAUSEALL             2/1/0
        105 PAUSE                2/1/0
        105 PAUSE                2/1/0
        106 UNPAUSE              2/1/0
        107 UNPAUSEALL           2/0/0
        107 UNPAUSE              2/0/0
        110 ENTERQUEUE           it 1 110 0, 2/0/0
        111 ENTERQUEUE           it 2 110 0, 2/0/0
        112 ENTERQUEUE           hr 1 112 0, it 2 110 0, 2/0/0
        113 RINGNOANSWER         hr 1 112 0, it 2 110 0, 2/0/0
        114 CONNECT              hr 1 112 0, it 1 111 0, 2/0/1
        115 ABANDON              hr 1 112 0, it 0 - 0, 2/0/1
        116 CONNECT              hr 0 - 0, it 0 - 0, 2/0/2
        117 COMPLETECALLER       hr 0 - 0, it 0 - 0, 2/0/1
        118 ENTERQUEUE           hr 0 - 0, it 1 118 0, 2/0/0
        118 BLINDTRANSFER        hr 0 - 0, it 1 118 0, 2/0/0
        119 EXITWITHTIMEOUT      hr 0 - 0, it 0 - 0, 2/0/0
        120 ENTERQUEUE           hr 1 120 0, it 0 - 0, 2/0/0
        121 EXITWITHKEY          hr 0 - 0, it 0 - 0, 2/0/0
        122 ENTERQUEUE           hr 1 122 0, it 0 - 0, 2/0/0
        123 EXITEMPTY            hr 0 - 0, it 0 - 0, 2/0/0
        124 ENTERQUEUE           hr 1 124 0, it 0 - 0, 2/0/0
        125 WITHDRAW             hr 0 - 0, it 0 - 0, 2/0/0
        126 CONNECT              hr 0 - 0, it 0 - 0, 2/0/1
        127 COMPLETEAGENT        hr 0 - 0, it 0 - 0, 2/0/0
        128 CONNECT              hr 0 - 0, it 0 - 0, 2/0/1
        129 TRANSFER             hr 0 - 0, it 0 - 0, 2/0/0
        130 CONNECT              hr 0 - 0, it 0 - 0, 2/0/1
        131 ATTENDEDTRANSFER     hr 0 - 0, it 0 - 0, 2/0/0
        132 ENTERQUEUE           hr 1 132 0, it 0 - 0, 2/0/0
        133 CONNECT              hr 1 132 0, it 0 - 0, 2/0/1
        134 ENTERQUEUE           hr 1 132 0, it 0 - 0, 2/0/1
        135 ENTERQUEUE           hr 1 132 0, it 0 - 0, 2/0/1
        136 ENTERQUEUE           hr 1 132 0, it 0 - 0, 2/0/1
        x   ENTERQUEUE           hr 1 132 0, it 0 - 0, 2/0/1
        137                      hr 1 132 0, it 0 - 0, 2/0/1
                                 hr 1 132 0, it 0 - 0, 2/0/1
        138 CONFIGRELOAD         hr 1 132 0, it 0 - 0, 2/0/1
        139 MY_EVENT             hr 1 132 0, it 0 - 0, 2/0/1
        140 QUEUESTART           hr 0 - 1, it 0 - 0, 2/0/0
        141 ABANDON              hr 0 - 1, it 0 - 0, 2/0/0
        142 AGENTLOGOFF          hr 0 - 1, it 0 - 0, 1/0/0
        143 AGENTCALLBACKLOGOFF  hr 0 - 1, it 0 - 0, 1/0/0
        144 PAUSE                hr 0 - 1, it 0 - 0, 1/1/0
        145 REMOVEMEMBER         hr 0 - 1, it 0 - 0, 1/0/0
        146 REMOVEMEMBER         hr 0 - 1, it 0 - 0, 0/0/0
        ");
    }

    #[test]
    fn a_window_begins_with_its_first_whole_line() {
        let end = LOG.len() as u64;
        for cut in 0..LOG.len() {
            let begin = match cut {
                0 => 0,
                cut => cut - 1 + LOG[cut - 1..].find('\n').unwrap() + 1,
            };
            let (mut window, mut rest) = (view(), view());
            tell(LOG.as_bytes(), cut as u64..end, &mut window);
            tell(&LOG.as_bytes()[begin..], 0..end, &mut rest);
            assert_eq!(told(&window), told(&rest), "from byte {cut}");
        }
    }

    #[test]
    fn pieces_that_meet_at_line_ends_are_the_whole() {
        // A line too long for any block lies in between, and one at the end is still being written.
        let middle = LOG.find("120|").unwrap();
        let overlong = format!("{}\n", "z".repeat(3 << 20));
        let text = [&LOG[..middle], &overlong, &LOG[middle..], "150|9.9|hr|NONE|ENTERQUEUE"].concat();
        let end = text.len() as u64;
        let mut whole = view();
        tell(text.as_bytes(), 0..end, &mut whole);
        let mut small = view();
        tell(LOG.as_bytes(), 0..end, &mut small);
        assert_eq!(told(&whole), told(&small));
        let ends = text.match_indices('\n').map(|(at, _)| at as u64 + 1);
        for cut in ends.step_by(5) {
            let mut pieces = view();
            tell(text.as_bytes(), 0..cut, &mut pieces);
            tell(text.as_bytes(), cut..end, &mut pieces);
            assert_eq!(told(&pieces), told(&whole), "cut at byte {cut}");
        }
        // A window that begins in the overlong line begins behind it.
        let (mut window, mut rest) = (view(), view());
        tell(text.as_bytes(), middle as u64 + (2 << 20)..end, &mut window);
        tell(&LOG.as_bytes()[middle..], 0..end, &mut rest);
        assert_eq!(told(&window), told(&rest));
    }

    #[test]
    fn queues_without_end_are_seen_together_and_keep_their_place() {
        let entered = |n| format!("{n}|{n}|queue{n}|NONE|ENTERQUEUE\n");
        let left = |n| format!("9|{n}|queue{n}|NONE|ABANDON|1|1|1\n");
        let mut view = view();
        let text: String = (0..6).map(entered).chain([5, 4, 0].map(left)).collect();
        // Each line is told as if the log had grown by it.
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let range = at..at + line.len() as u64;
            at = range.end;
            replay(&input(text.as_bytes()), &QueueLog, &context(2), range, &mut view).unwrap();
        }
        insta::assert_snapshot!(told(&view), @"other_queues 2 2 0, queue0 0 - 0, queue1 1 1 0, 0/0/0");
    }

    /// Where that log is at hand beside the project.
    #[test]
    fn the_real_log_of_a_help_desk() {
        let path =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/asterisk_queue_log_2018/queue_log");
        let Ok(text) = std::fs::read(path) else { return };
        let mut view = view();
        tell(&text, 0..text.len() as u64, &mut view);
        view.expire(UnixSeconds::new(1_543_942_851).unwrap(), LiveView::MAX_WAIT);
        insta::assert_snapshot!(told(&view), @"IT 2 1543942799 0, 4/0/2");
    }
}
