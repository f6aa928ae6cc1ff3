//! What is happening now: who waits, since when, and how many agents are there.
//!
//! The only part of jono that remembers calls. It counts nothing: cells and counters come from single lines, never
//! from here, and the view of a source is rebuilt from the end of its log. One view is of one source, since a
//! restart of its telephone exchange ends its calls and nobody else's. Ids of calls and names of agents stay in the
//! view while a call is open or an agent is there; neither is ever handed out.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::{
    event::{Seconds, UnixSeconds},
    id::{Channel, Series},
};

/// Something changed. Ids and names are as the log has them, which need not be text.
#[derive(Clone, Copy)]
pub struct LiveEvent<'a> {
    /// When.
    pub at: UnixSeconds,
    /// What.
    pub change: Change<'a>,
}

/// What changed.
#[derive(Clone, Copy)]
pub enum Change<'a> {
    /// A call began to wait. One that is open already has moved here.
    Entered {
        /// The call's id.
        call: &'a [u8],
        /// Where it waits.
        series: &'a Series,
    },
    /// An agent answered a call, whether or not its entry was seen.
    Connected {
        /// The call's id.
        call: &'a [u8],
        /// Where it waited.
        series: &'a Series,
        /// Who answered.
        agent: &'a [u8],
    },
    /// A call left: unanswered, ended, or passed on. Means nothing if the call is by now open in another series,
    /// since a call that is passed on to another queue may enter there before it is told to have left here.
    Ended {
        /// The call's id.
        call: &'a [u8],
        /// Where it waited.
        series: &'a Series,
    },
    /// The exchange started anew: it knows nothing of the calls that were open. What it knows of agents depends on
    /// how it is set up, so they are kept, and it tells of those that it does not know by adding them again.
    Restarted,
    /// An agent began to serve a queue, and is not paused there.
    Added {
        /// The agent's name.
        agent: &'a [u8],
        /// The queue's name.
        queue: &'a [u8],
    },
    /// An agent serves a queue no more.
    Removed {
        /// The agent's name.
        agent: &'a [u8],
        /// The queue's name.
        queue: &'a [u8],
    },
    /// An agent came to work, whatever the queues.
    LoggedIn {
        /// The agent's name.
        agent: &'a [u8],
    },
    /// An agent left work; no pause outlasts it.
    LoggedOff {
        /// The agent's name.
        agent: &'a [u8],
    },
    /// An agent takes no calls.
    Paused {
        /// The agent's name.
        agent: &'a [u8],
        /// Of which queue; `None` is of all.
        queue: Option<&'a [u8]>,
    },
    /// An agent takes calls again.
    Unpaused {
        /// The agent's name.
        agent: &'a [u8],
        /// Of which queue; `None` is of all.
        queue: Option<&'a [u8]>,
    },
}

/// What is known of one series now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LiveQueue {
    /// How many calls wait.
    pub waiting: u64,
    /// Since when the oldest of them waits.
    pub oldest: Option<UnixSeconds>,
    /// How many calls were seen to enter, but will not be seen to end: see [`LiveView`].
    pub lost: u64,
}

impl LiveQueue {
    /// Two queues of one series, told of apart: those who wait, wait together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            waiting: self.waiting + other.waiting,
            oldest: self.oldest.into_iter().chain(other.oldest).min(),
            lost: self.lost + other.lost,
        }
    }
}

/// How many agents there are. One who serves several queues is one agent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Agents {
    /// Those who serve a queue, or those who logged in, whichever are more. An exchange may tell of both for one
    /// person, under two names, so they are not added.
    pub logged_in: u64,
    /// Those who are paused in a queue.
    pub paused: u64,
    /// Those who talk with a caller from a queue.
    pub busy: u64,
}

/// The open calls and the agents of one source.
///
/// A call that was seen to enter is lost if it is closed unseen: by a restart of the exchange, by its age, or
/// because too many are open. An entry is lost once at most: what is still told of the call makes an agent busy or
/// means nothing. While the view is being rebuilt, calls are closed in the same way but not counted as lost.
///
/// It has no `Debug`, so that ids and names cannot reach a log.
pub struct LiveView {
    limit: usize,
    /// The calls, the oldest first.
    calls: BTreeMap<Since, Call>,
    /// Where each call's id is among them.
    since: HashMap<Arc<[u8]>, Since>,
    /// How many calls were opened.
    opened: u64,
    /// Calls lost, for each series seen.
    lost: BTreeMap<Series, u64>,
    rebuilt: bool,
    members: BTreeSet<(Name, Name)>,
    logins: BTreeSet<Name>,
    /// `None` is a pause in all queues.
    pauses: BTreeSet<(Name, Option<Name>)>,
}

/// When a call began to wait or to talk, and a number that keeps calls of one second apart.
type Since = (UnixSeconds, u64);

type Name = Box<[u8]>;

struct Call {
    id: Arc<[u8]>,
    series: Series,
    /// Whether its entry was seen.
    entered: bool,
    /// Whom it talks with; `None` while it waits.
    agent: Option<Name>,
}

impl LiveView {
    /// How many calls may be open, unless told otherwise. More are not a queue but a log without ends.
    pub const LIMIT: usize = 100_000;
    /// How long a call may wait, unless told otherwise: 4 hours.
    pub const MAX_WAIT: Seconds = hours(4);
    /// How long a call may talk: 24 hours.
    pub const MAX_TALK: Seconds = hours(24);
    /// How long somebody may wait for a call back: 14 days. Whoever was not called by then will not be.
    pub const MAX_CALLBACK: Seconds = hours(14 * 24);

    /// An empty view, about to be rebuilt. At most `limit` calls are open at a time, the oldest are closed; no more
    /// agents than that are remembered.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            calls: BTreeMap::new(),
            since: HashMap::new(),
            opened: 0,
            lost: BTreeMap::new(),
            rebuilt: false,
            members: BTreeSet::new(),
            logins: BTreeSet::new(),
            pauses: BTreeSet::new(),
        }
    }

    /// What came before has been told: from now on, lost calls are counted.
    pub fn rebuilt(&mut self) {
        self.rebuilt = true;
    }

    /// Takes notice of an event. Events come in the order of the log; their times may go back.
    pub fn apply(&mut self, event: LiveEvent<'_>) {
        match event.change {
            Change::Entered { call, series } => self.open(event.at, call, series, None),
            Change::Connected { call, series, agent } => self.open(event.at, call, series, Some(agent)),
            Change::Ended { call, series } => {
                self.see(series);
                if self.since.get(call).is_some_and(|since| self.calls[since].series == *series) {
                    self.close(call);
                }
            }
            Change::Restarted => {
                while let Some((&since, _)) = self.calls.first_key_value() {
                    self.lose(since);
                }
            }
            Change::Added { agent, queue } => {
                self.unpause(agent, queue);
                remember(&mut self.members, (agent.into(), queue.into()), self.limit);
            }
            Change::Removed { agent, queue } => {
                self.unpause(agent, queue);
                self.members.remove(&(agent.into(), queue.into()));
            }
            Change::LoggedIn { agent } => remember(&mut self.logins, agent.into(), self.limit),
            Change::LoggedOff { agent } => {
                self.logins.remove(agent);
                self.unpause_all(agent);
            }
            Change::Paused { agent, queue } => {
                remember(&mut self.pauses, (agent.into(), queue.map(Into::into)), self.limit);
            }
            Change::Unpaused { agent, queue: Some(queue) } => self.unpause(agent, queue),
            Change::Unpaused { agent, queue: None } => self.unpause_all(agent),
        }
    }

    /// Closes the calls that wait for longer than `max_wait`, or for a call back for longer than
    /// [`Self::MAX_CALLBACK`], or talk for longer than [`Self::MAX_TALK`]: their ends were missed.
    pub fn expire(&mut self, now: UnixSeconds, max_wait: Seconds) {
        let shortest = max_wait.min(Self::MAX_CALLBACK).min(Self::MAX_TALK);
        let before = |age: Seconds| UnixSeconds::saturating(now.get() - i64::from(age.get()));
        let is_old = |since: UnixSeconds, call: &Call| {
            let age = match (&call.agent, call.series.channel) {
                (Some(_), _) => Self::MAX_TALK,
                (None, Channel::Callback) => Self::MAX_CALLBACK,
                (
                    None,
                    Channel::Phone
                    | Channel::ServicePoint
                    | Channel::PhoneAppointment
                    | Channel::VisitAppointment
                    | Channel::Online,
                ) => max_wait,
            };
            since < before(age)
        };
        let old = self.calls.range(..(before(shortest), 0)).filter(|((since, _), call)| is_old(*since, call));
        for since in old.map(|(&since, _)| since).collect::<Vec<_>>() {
            self.lose(since);
        }
    }

    /// Every series seen, and what is known of it.
    pub fn queues(&self) -> BTreeMap<&Series, LiveQueue> {
        let seen = self.lost.iter();
        let mut queues: BTreeMap<_, _> =
            seen.map(|(series, &lost)| (series, LiveQueue { lost, ..LiveQueue::default() })).collect();
        for (&(since, _), call) in self.calls.iter().filter(|(_, call)| call.agent.is_none()) {
            let queue = queues.entry(&call.series).or_default();
            queue.waiting += 1;
            queue.oldest.get_or_insert(since);
        }
        queues
    }

    /// How many wait in a series since before that time.
    pub fn waiting_since_before(&self, series: &Series, time: UnixSeconds) -> u64 {
        let old = self.calls.range(..(time, 0)).map(|(_, call)| call);
        old.filter(|call| call.agent.is_none() && call.series == *series).count() as u64
    }

    /// How many agents there are.
    pub fn agents(&self) -> Agents {
        let members = distinct(self.members.iter().map(|(agent, _)| agent));
        Agents {
            logged_in: members.max(self.logins.len() as u64),
            paused: distinct(self.pauses.iter().map(|(agent, _)| agent)),
            busy: distinct(self.calls.values().filter_map(|call| call.agent.as_ref())),
        }
    }

    fn open(&mut self, at: UnixSeconds, call: &[u8], series: &Series, agent: Option<&[u8]>) {
        self.see(series);
        let (id, entered) =
            self.close(call).map_or_else(|| (call.into(), false), |before| (before.id, before.entered));
        let since = (at, self.opened);
        self.opened += 1;
        self.since.insert(Arc::clone(&id), since);
        let agent = agent.map(Into::into);
        let call = Call { id, series: series.clone(), entered: entered || agent.is_none(), agent };
        self.calls.insert(since, call);
        if self.calls.len() > self.limit
            && let Some((&oldest, _)) = self.calls.first_key_value()
        {
            self.lose(oldest);
        }
    }

    fn close(&mut self, call: &[u8]) -> Option<Call> {
        self.since.remove(call).and_then(|since| self.calls.remove(&since))
    }

    fn lose(&mut self, since: Since) {
        let Some(call) = self.calls.remove(&since) else { return };
        self.since.remove(&call.id);
        if self.rebuilt && call.entered {
            *self.lost.entry(call.series).or_default() += 1;
        }
    }

    fn see(&mut self, series: &Series) {
        if !self.lost.contains_key(series) {
            self.lost.insert(series.clone(), 0);
        }
    }

    /// Who takes calls of one queue is no longer paused in all; in which others is told one by one.
    fn unpause(&mut self, agent: &[u8], queue: &[u8]) {
        let agent: Name = agent.into();
        self.pauses.remove(&(agent.clone(), Some(queue.into())));
        self.pauses.remove(&(agent, None));
    }

    fn unpause_all(&mut self, agent: &[u8]) {
        self.pauses.retain(|(paused, _)| **paused != *agent);
    }
}

/// Names that appear without end are not remembered without end.
fn remember<T: Ord>(set: &mut BTreeSet<T>, entry: T, limit: usize) {
    if set.len() < limit {
        set.insert(entry);
    }
}

fn distinct<'a>(agents: impl Iterator<Item = &'a Name>) -> u64 {
    agents.collect::<BTreeSet<_>>().len() as u64
}

const fn hours(hours: u32) -> Seconds {
    match Seconds::new(hours * 3600) {
        Ok(seconds) => seconds,
        Err(_) => Seconds::MAX,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static SERIES: LazyLock<[Series; 2]> =
        LazyLock::new(|| ["it", "hr"].map(|unit| Series::unrouted(unit.parse().unwrap())));
    const CALLS: [&[u8]; 4] = [b"a", b"b", b"c", b"d"];
    const AGENTS: [&[u8]; 3] = [b"Ann", b"Bo", b"Cy"];
    const QUEUES: [&[u8]; 2] = [b"it", b"hr"];

    /// What happened, as numbers: when, what, and to whom.
    type Told = (i64, u8, usize, usize, usize);

    /// Between events, time passes.
    enum Step {
        Event(LiveEvent<'static>),
        Expire(UnixSeconds),
    }

    const MAX_WAIT: u32 = 100;

    fn step(&(at, what, call, place, agent): &Told) -> Step {
        let at = UnixSeconds::new(at).unwrap();
        let (call, series, queue, agent) = (CALLS[call], &SERIES[place], QUEUES[place], AGENTS[agent]);
        let change = match what {
            0..6 => Change::Entered { call, series },
            6..10 => Change::Connected { call, series, agent },
            10..14 => Change::Ended { call, series },
            14 => Change::Restarted,
            15 | 16 => Change::Added { agent, queue },
            17 => Change::Removed { agent, queue },
            18 => Change::LoggedIn { agent },
            19 => Change::LoggedOff { agent },
            20 | 21 => Change::Paused { agent, queue: Some(queue) },
            22 => Change::Paused { agent, queue: None },
            23 => Change::Unpaused { agent, queue: Some(queue) },
            24 => Change::Unpaused { agent, queue: None },
            _ => return Step::Expire(at),
        };
        Step::Event(LiveEvent { at, change })
    }

    fn told() -> impl Strategy<Value = Vec<Told>> {
        let told = (0..40_i64, 0..26_u8, 0..CALLS.len(), 0..SERIES.len(), 0..AGENTS.len());
        prop::collection::vec(told, 0..80).prop_map(|mut told| {
            // Time goes on, and sometimes back a little; once in a while a day passes.
            for (at, told) in (0..).zip(&mut told) {
                told.0 += 100_000 + at * 20 + if at >= 60 { 86_400 } else { 0 };
            }
            told
        })
    }

    fn tell(view: &mut LiveView, told: &[Told]) {
        for told in told {
            match step(told) {
                Step::Event(event) => view.apply(event),
                Step::Expire(now) => view.expire(now, Seconds::new(MAX_WAIT).unwrap()),
            }
        }
    }

    fn replayed(told: &[Told]) -> LiveView {
        let mut view = LiveView::new(LiveView::LIMIT);
        tell(&mut view, told);
        view
    }

    /// A call that is open: where, since when and since which step, whether it entered, and whom it talks with.
    type Open = (usize, i64, usize, bool, Option<usize>);

    /// Follows one call from the beginning: how it is in the end, and how often each series lost it after a step.
    fn follow(told: &[Told], call: usize, rebuilt: usize) -> (Option<Open>, [u64; 2]) {
        let (mut open, mut lost): (Option<Open>, _) = (None, [0; 2]);
        for (number, &(at, what, told_call, place, agent)) in told.iter().enumerate() {
            let mine = told_call == call;
            let entered = open.is_some_and(|open| open.3);
            let closed = match what {
                14 => true,
                25 => open.is_some_and(|(_, since, _, _, agent)| {
                    at - since > if agent.is_some() { 86_400 } else { i64::from(MAX_WAIT) }
                }),
                _ => false,
            };
            if closed {
                if let Some((place, _, _, true, _)) = open.take()
                    && number >= rebuilt
                {
                    lost[place] += 1;
                }
            } else if mine && what < 6 {
                open = Some((place, at, number, true, None));
            } else if mine && what < 10 {
                open = Some((place, at, number, entered, Some(agent)));
            } else if mine && what < 14 && open.is_some_and(|open| open.0 == place) {
                open = None;
            }
        }
        (open, lost)
    }

    fn naive_queues(told: &[Told], rebuilt: usize) -> BTreeMap<&'static Series, LiveQueue> {
        let mut queues = BTreeMap::new();
        for (place, series) in SERIES.iter().enumerate() {
            if !told.iter().any(|told| told.1 < 14 && told.3 == place) {
                continue;
            }
            let calls = (0..CALLS.len()).map(|call| follow(told, call, rebuilt));
            let mut queue = LiveQueue::default();
            for (open, lost) in calls {
                queue.lost += lost[place];
                if let Some((at, since, _, _, None)) = open
                    && at == place
                {
                    let since = UnixSeconds::new(since).unwrap();
                    queue.waiting += 1;
                    queue.oldest = Some(queue.oldest.map_or(since, |oldest| oldest.min(since)));
                }
            }
            queues.insert(series, queue);
        }
        queues
    }

    /// Whether the last of these events that was told is one that begins something.
    fn holds(told: &[Told], begins: impl Fn(&Told) -> bool, ends: impl Fn(&Told) -> bool) -> bool {
        told.iter().rev().find(|told| begins(told) || ends(told)).is_some_and(begins)
    }

    fn naive_agents(told: &[Told]) -> Agents {
        let count = |is: &dyn Fn(usize) -> bool| (0..AGENTS.len()).filter(|&agent| is(agent)).count() as u64;
        let is = |what: &'static [u8], agent| move |told: &Told| what.contains(&told.1) && told.4 == agent;
        let at = |what: &'static [u8], agent, place| {
            move |told: &Told| what.contains(&told.1) && told.4 == agent && told.3 == place
        };
        let members = count(&|agent| {
            (0..2).any(|place| holds(told, at(&[15, 16], agent, place), at(&[17], agent, place)))
        });
        let logins = count(&|agent| holds(told, is(&[18], agent), is(&[19], agent)));
        let paused = count(&|agent| {
            let everywhere = holds(told, is(&[22], agent), is(&[15, 16, 17, 19, 23, 24], agent));
            everywhere
                || (0..2).any(|place| {
                    holds(told, at(&[20, 21], agent, place), |told| {
                        at(&[15, 16, 17, 23], agent, place)(told) || is(&[19, 24], agent)(told)
                    })
                })
        });
        let talks: Vec<_> = (0..CALLS.len()).filter_map(|call| follow(told, call, 0).0?.4).collect();
        Agents { logged_in: members.max(logins), paused, busy: count(&|agent| talks.contains(&agent)) }
    }

    proptest! {
        #[test]
        fn it_is_what_following_every_call_alone_gives(told in told(), rebuilt in any::<prop::sample::Index>()) {
            let (before, after) = told.split_at(rebuilt.index(told.len() + 1));
            let mut view = replayed(before);
            prop_assert!(view.queues().values().all(|queue| queue.lost == 0));
            view.rebuilt();
            tell(&mut view, after);
            prop_assert_eq!(view.queues(), naive_queues(&told, before.len()));
            prop_assert_eq!(view.agents(), naive_agents(&told));
        }

        #[test]
        fn a_window_that_holds_how_every_open_call_began_gives_all_of_them(
            told in told(), cut in any::<prop::sample::Index>(),
        ) {
            let open = (0..CALLS.len()).filter_map(|call| follow(&told, call, 0).0);
            let begun = open.map(|(_, _, number, _, _)| number).min().unwrap_or(told.len());
            let (all, window) = (replayed(&told), replayed(&told[cut.index(told.len() + 1).min(begun)..]));
            let waiting = |view: &LiveView| {
                let queues = view.queues().into_iter().filter(|(_, queue)| queue.waiting > 0);
                queues.map(|(series, queue)| (series.clone(), queue)).collect::<Vec<_>>()
            };
            prop_assert_eq!(waiting(&window), waiting(&all));
            prop_assert_eq!(window.agents().busy, all.agents().busy);
        }

        #[test]
        fn its_memory_is_bounded(told in told(), limit in 0..4_usize) {
            let mut view = LiveView::new(limit);
            view.rebuilt();
            for told in &told {
                let lost = |view: &LiveView| view.queues().values().map(|queue| queue.lost).sum::<u64>();
                let before = lost(&view);
                tell(&mut view, std::slice::from_ref(told));
                prop_assert!(lost(&view) >= before);
                prop_assert!(view.calls.len() <= limit && view.since.len() == view.calls.len());
                prop_assert!(view.members.len().max(view.logins.len()).max(view.pauses.len()) <= limit);
            }
        }
    }

    /// The view after events at seconds 0, 1, 2 …, once it was rebuilt; of at most two calls.
    fn check(events: &[Change<'_>]) -> String {
        let mut view = LiveView::new(2);
        view.rebuilt();
        for (at, &change) in (0..).zip(events) {
            view.apply(LiveEvent { at: UnixSeconds::new(at).unwrap(), change });
        }
        let queues = view.queues().into_iter().map(|(series, queue)| {
            let oldest = queue.oldest.map(UnixSeconds::get);
            format!("{} {} waiting since {oldest:?}, {} lost; ", series.unit, queue.waiting, queue.lost)
        });
        let Agents { logged_in, paused, busy } = view.agents();
        format!("{}agents {logged_in} in, {paused} paused, {busy} busy", queues.collect::<String>())
    }

    fn entered(call: &[u8], at: usize) -> Change<'_> {
        Change::Entered { call, series: &SERIES[at] }
    }

    fn connected(call: &[u8], at: usize) -> Change<'_> {
        Change::Connected { call, series: &SERIES[at], agent: b"Ann" }
    }

    fn ended(call: &[u8], at: usize) -> Change<'_> {
        Change::Ended { call, series: &SERIES[at] }
    }

    #[test]
    fn calls_wait_talk_and_end() {
        insta::assert_snapshot!(check(&[entered(b"a", 0), entered(b"b", 0)]), @"it 2 waiting since Some(0), 0 lost; agents 0 in, 0 paused, 0 busy");
        insta::assert_snapshot!(check(&[entered(b"a", 0), connected(b"a", 0)]), @"it 0 waiting since None, 0 lost; agents 0 in, 0 paused, 1 busy");
        insta::assert_snapshot!(check(&[connected(b"a", 0), connected(b"b", 0)]), @"it 0 waiting since None, 0 lost; agents 0 in, 0 paused, 1 busy");
        insta::assert_snapshot!(check(&[entered(b"a", 0), ended(b"a", 0), ended(b"a", 0)]), @"it 0 waiting since None, 0 lost; agents 0 in, 0 paused, 0 busy");
    }

    #[test]
    fn a_call_moves_to_another_queue() {
        insta::assert_snapshot!(check(&[entered(b"a", 0), entered(b"a", 1)]), @"hr 1 waiting since Some(1), 0 lost; it 0 waiting since None, 0 lost; agents 0 in, 0 paused, 0 busy");
        insta::assert_snapshot!(check(&[connected(b"a", 0), entered(b"a", 1), ended(b"a", 0)]), @"hr 1 waiting since Some(1), 0 lost; it 0 waiting since None, 0 lost; agents 0 in, 0 paused, 0 busy");
    }

    #[test]
    fn an_entry_is_lost_once() {
        let restarted = Change::Restarted;
        insta::assert_snapshot!(check(&[entered(b"a", 0), connected(b"b", 0), restarted]), @"it 0 waiting since None, 1 lost; agents 0 in, 0 paused, 0 busy");
        insta::assert_snapshot!(check(&[entered(b"a", 0), restarted, connected(b"a", 0), restarted]), @"it 0 waiting since None, 1 lost; agents 0 in, 0 paused, 0 busy");
        insta::assert_snapshot!(check(&[entered(b"a", 0), restarted, ended(b"a", 0)]), @"it 0 waiting since None, 1 lost; agents 0 in, 0 paused, 0 busy");
        insta::assert_snapshot!(check(&[entered(b"a", 0), entered(b"b", 1), entered(b"c", 1)]), @"hr 2 waiting since Some(1), 0 lost; it 0 waiting since None, 1 lost; agents 0 in, 0 paused, 0 busy");
    }

    #[test]
    fn agents_are_counted_once() {
        let (agent, queue) = (b"Ann".as_slice(), b"it".as_slice());
        let added = Change::Added { agent, queue };
        let other = Change::Added { agent, queue: b"hr" };
        insta::assert_snapshot!(check(&[added, other, Change::LoggedIn { agent: b"Agent/1" }]), @"agents 1 in, 0 paused, 0 busy");
        insta::assert_snapshot!(check(&[added, Change::Paused { agent, queue: None }, Change::Restarted]), @"agents 1 in, 1 paused, 0 busy");
        insta::assert_snapshot!(check(&[added, Change::Paused { agent, queue: None }, Change::Removed { agent, queue }]), @"agents 0 in, 0 paused, 0 busy");
        insta::assert_snapshot!(check(&[added, Change::Paused { agent, queue: Some(queue) }, Change::Unpaused { agent, queue: Some(b"hr") }]), @"agents 1 in, 1 paused, 0 busy");
    }
}
