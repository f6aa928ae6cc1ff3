//! Anything that can be shown, and how it is told.

use std::collections::BTreeMap;

use jono_domain::{
    Agents, Aspect, Basis, CallbackOutcome, CallbackStage, Channel, Counters, Event, Formula, LineCounts,
    LiveQueue, OpenState, Outcome, Poll, PollKind, Reason, Score, Seconds, Seen, Series, SourceCounts,
    SourceName, UnitId, UnixSeconds, score::Interval,
};
use jono_exporter::{
    Exposition, OnlineShare, OpenNow, PendingCallbacks, SeriesSettings, SurveyRound, UnitInfo,
};
use proptest::prelude::*;

use crate::sample::{EPOCH, counters, exposition, observed, series};

/// Everything that is told to an exposition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shown {
    pub(crate) series: BTreeMap<Series, (SeriesSettings, Counters)>,
    /// Some of the series, in their order.
    pub(crate) live: BTreeMap<Series, LiveQueue>,
    /// Some of the series too.
    pub(crate) pending: BTreeMap<Series, PendingCallbacks>,
    /// Of some of the series, what holds.
    pub(crate) polls: BTreeMap<(Series, PollKind), Poll>,
    pub(crate) rounds: BTreeMap<(Series, Basis), SurveyRound>,
    pub(crate) online: BTreeMap<UnitId, OnlineShare>,
    pub(crate) openings: BTreeMap<(Channel, UnitId), OpenNow>,
    pub(crate) sources: BTreeMap<SourceName, SourceCounts>,
    pub(crate) agents: BTreeMap<SourceName, Agents>,
    pub(crate) units: BTreeMap<UnitId, UnitInfo>,
}

/// Everything at once, into an empty exposition.
pub(crate) fn at_once(shown: &Shown) -> Exposition {
    let mut exposition = exposition();
    show(&mut exposition, shown);
    exposition
}

pub(crate) fn show(exposition: &mut Exposition, shown: &Shown) {
    exposition.declare(&shown.series.values().map(|(settings, _)| settings.clone()).collect::<Vec<_>>());
    exposition.apply(&counted(shown)).unwrap();
    shown.live.iter().for_each(|(series, live)| exposition.live(series, live).unwrap());
    shown.pending.iter().for_each(|(series, pending)| exposition.callbacks(series, pending).unwrap());
    exposition.polls(shown.polls.values().cloned().collect()).unwrap();
    exposition.rounds(shown.rounds.clone());
    exposition.online(shown.online.clone());
    exposition.openings(shown.openings.clone());
    shown.sources.iter().for_each(|(source, counts)| exposition.source(source, counts));
    shown.agents.iter().for_each(|(source, agents)| exposition.agents(source, *agents));
    exposition.units(shown.units.values().cloned().collect());
}

pub(crate) fn counted(shown: &Shown) -> Vec<(Series, Counters)> {
    shown.series.iter().map(|(series, (_, counters))| (series.clone(), counters.clone())).collect()
}

/// Names of anything that a name may have, and what the format has to escape above all.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![r#"[a-c"\\{},= ]{1,6}"#, r"\PC{1,12}", "[a-z]{1,3}"]
        .prop_filter("a name", |name| name.parse::<SourceName>().is_ok())
}

fn any_series() -> impl Strategy<Value = Series> {
    (prop::sample::select(&Channel::ALL[..]), name(), name())
        .prop_map(|(channel, unit, service)| series(channel, &unit, &service))
}

fn any_event() -> impl Strategy<Value = Event> {
    let seconds = (0..=Seconds::MAX.get()).prop_map(|seconds| Seconds::new(seconds).unwrap());
    let stage = prop_oneof![
        Just(CallbackStage::Offered),
        Just(CallbackStage::Accepted),
        prop_oneof![0..90_000_u32, Just(Seconds::MAX.get())]
            .prop_map(|delay| CallbackStage::Called { delay: Seconds::new(delay).unwrap() }),
        prop::sample::select(&CallbackOutcome::ALL[..]).prop_map(CallbackStage::Completed),
        Just(CallbackStage::Due),
        Just(CallbackStage::Kept),
        Just(CallbackStage::Late),
    ];
    let score = (0..=Score::MAX).prop_map(|score| Score::new(score).unwrap());
    let at = EPOCH.0;
    prop_oneof![
        stage.prop_map(move |stage| Event::Callback { at, stage }),
        any_seen(seconds).prop_map(move |seen| Event::Polled { at, seen }),
        score.prop_map(move |score| Event::Scored { at, score }),
    ]
}

fn any_seen(seconds: impl Strategy<Value = Seconds>) -> impl Strategy<Value = Seen> {
    let number = || prop::option::of(prop_oneof![0..9_u32, any::<u32>()]);
    let office = (number(), prop::option::of(seconds), number());
    prop_oneof![
        office.prop_map(|(waiting, wait, desks)| Seen::Office { waiting, wait, desks }),
        Just(Seen::Closed),
        any::<u32>().prop_map(|days| Seen::Appointment { days }),
        Just(Seen::NoAppointment),
    ]
}

fn any_counters() -> impl Strategy<Value = Counters> {
    let wait = prop::option::of(prop_oneof![0..40_u32, 0..4_000_u32, 0..Seconds::MAX.get() / 5]);
    let contacts = prop::collection::vec((prop::sample::select(&Outcome::ALL[..]), wait), 0..30);
    let events = prop::collection::vec(any_event(), 0..12);
    (contacts, events, 0..u64::MAX).prop_map(|(contacts, events, many)| {
        let mut counters = counters(&contacts);
        counters.merge(&observed(&events));
        counters.cell.arrived = many;
        counters.cell.unit_contacts = many / 3;
        counters
    })
}

fn any_time() -> impl Strategy<Value = UnixSeconds> {
    (0..=UnixSeconds::MAX.get()).prop_map(UnixSeconds::saturating)
}

fn any_live() -> impl Strategy<Value = LiveQueue> {
    (0..9_u64, prop::option::of(any_time()), 0..9_u64).prop_map(|(waiting, oldest, lost)| LiveQueue {
        waiting,
        oldest,
        lost,
    })
}

fn any_pending() -> impl Strategy<Value = PendingCallbacks> {
    (0..9_u64, prop::option::of(any_time()), prop::option::of(0..9_u64))
        .prop_map(|(pending, oldest, overdue)| PendingCallbacks { pending, oldest, overdue })
}

/// When, and what was seen.
fn any_look() -> impl Strategy<Value = (UnixSeconds, Seen)> {
    let seconds = (0..=Seconds::MAX.get()).prop_map(|seconds| Seconds::new(seconds).unwrap());
    (any_time(), any_seen(seconds))
}

fn any_round() -> impl Strategy<Value = ((Series, Basis), SurveyRound)> {
    let basis = prop::sample::select(&[Basis::Counted, Basis::Published][..]);
    let interval = prop::option::of((0.0..=10.0_f64, 0.0..=10.0_f64));
    let interval = interval.prop_map(|ends| ends.map(|(low, high)| Interval { low, high }));
    let round = (0.0..=10.0_f64, interval, prop::option::of(any::<u64>()), any::<bool>(), any_time());
    (any_series(), basis, round).prop_map(
        |(series, basis, (mean, interval, responses, provisional, start))| {
            ((series, basis), SurveyRound { mean, interval, responses, provisional, start })
        },
    )
}

fn any_share() -> impl Strategy<Value = (UnitId, OnlineShare)> {
    (name(), 0.0..=1.0_f64, any_time())
        .prop_map(|(area, ratio, start)| (area.parse().unwrap(), OnlineShare { ratio, start }))
}

fn any_opening() -> impl Strategy<Value = ((Channel, UnitId), OpenNow)> {
    let channel = prop::sample::select(&Channel::ALL[..]);
    let now = (prop::sample::select(&OpenState::ALL[..]), any::<Option<bool>>());
    (channel, name(), now).prop_map(|(channel, unit, (today, open))| {
        ((channel, unit.parse().unwrap()), OpenNow { today, open })
    })
}

fn any_source() -> impl Strategy<Value = (SourceName, SourceCounts)> {
    let counts = (0..u64::MAX / 2, 0..Reason::ALL.len(), 0..9_u64, 0..9_u64, 0..9_u64, 0..9_u64);
    (name(), counts).prop_map(|(source, (events, reason, late, corrections, overflow, gaps))| {
        let mut lines = LineCounts { events, ..LineCounts::default() };
        lines.rejected[reason] = events / 3;
        (source.parse().unwrap(), SourceCounts { lines, late, corrections, overflow, gaps })
    })
}

fn any_agents() -> impl Strategy<Value = (SourceName, Agents)> {
    (name(), 0..99_u64, 0..9_u64, 0..9_u64).prop_map(|(source, logged_in, paused, busy)| {
        (source.parse().unwrap(), Agents { logged_in, paused, busy })
    })
}

fn any_unit() -> impl Strategy<Value = (UnitId, UnitInfo)> {
    (name(), prop::option::of(name()), "[a-z_]{1,9}").prop_map(|(unit, parent, level)| {
        let unit: UnitId = unit.parse().unwrap();
        (unit.clone(), UnitInfo { unit, parent: parent.map(|parent| parent.parse().unwrap()), level })
    })
}

/// One series, with all that is told of it.
type Told =
    ((SeriesSettings, Counters), Option<LiveQueue>, Option<PendingCallbacks>, Vec<(UnixSeconds, Seen)>);

fn any_told() -> impl Strategy<Value = Told> {
    let aspects = prop::sample::subsequence(&Aspect::ALL[..], 0..=Aspect::ALL.len());
    let formulas = prop::collection::vec(prop::sample::select(&Formula::ALL[..]), 0..4);
    let promise = prop::option::of((0..90_000_u32).prop_map(|seconds| Seconds::new(seconds).unwrap()));
    let settings = (any_series(), aspects, formulas, 0.0..=1.0_f64, promise);
    let settings = settings.prop_map(|(series, aspects, formulas, target, promise)| SeriesSettings {
        series,
        aspects: aspects.into_iter().collect(),
        formulas,
        target,
        promise,
    });
    let told = (prop::option::of(any_live()), prop::option::of(any_pending()));
    let looks = prop::collection::vec(any_look(), 0..3);
    (settings, any_counters(), told, looks)
        .prop_map(|(settings, counters, (live, pending), looks)| ((settings, counters), live, pending, looks))
}

pub(crate) fn shown() -> impl Strategy<Value = Shown> {
    let series = prop::collection::vec(any_told(), 0..24);
    let rounds = prop::collection::vec(any_round(), 0..5);
    let online = prop::collection::vec(any_share(), 0..5);
    let openings = prop::collection::vec(any_opening(), 0..9);
    let sources = prop::collection::vec(any_source(), 0..3);
    let agents = prop::collection::vec(any_agents(), 0..3);
    let units = prop::collection::vec(any_unit(), 0..5);
    (series, (rounds, online, openings), sources, agents, units).prop_map(
        |(series, (rounds, online, openings), sources, agents, units)| {
            let mut shown = Shown {
                rounds: rounds.into_iter().collect(),
                online: online.into_iter().collect(),
                openings: openings.into_iter().collect(),
                sources: sources.into_iter().collect(),
                agents: agents.into_iter().collect(),
                units: units.into_iter().collect(),
                ..Shown::default()
            };
            for ((settings, counters), live, pending, looks) in series {
                let series = settings.series.clone();
                shown.live.extend(live.map(|live| (series.clone(), live)));
                shown.pending.extend(pending.map(|pending| (series.clone(), pending)));
                let poll = |(at, seen): (UnixSeconds, Seen)| {
                    ((series.clone(), seen.kind()), Poll { series: series.clone(), at, seen })
                };
                shown.polls.extend(looks.into_iter().map(poll));
                shown.series.insert(series, (settings, counters));
            }
            shown
        },
    )
}
