//! One scrape, whole and reviewed, held against the catalogue.

use std::time::Duration;

use jono_domain::{
    Agents, Aspect, Basis, CallbackOutcome, CallbackStage, Channel, Event, Formula, LineCounts, LiveQueue,
    OpenState, Outcome, Poll, Reason, Score, Seconds, Seen, Series, SourceCounts, State, UnixSeconds,
    score::Interval,
};
use jono_exporter::{
    Bounds, Buckets, Build, CalendarNow, Exposition, Figure, Figures, OnlineShare, OpenNow, PendingCallbacks,
    PublicSite, SeriesSettings, Settings, SurveyRound, Telemetry, UnitInfo, catalogue,
};

use crate::sample::{EPOCH, check_with_promtool, counters, observed, series, settings, showing};

/// An exposition that shows every family, and what it tells beside them.
pub(crate) fn everything() -> Exposition {
    let bounds = |limits: [u32; 3]| Bounds::new(&limits.map(|limit| Seconds::new(limit).unwrap())).unwrap();
    let buckets = Buckets::default()
        .with_wait(Channel::Phone, bounds([10, 20, 60]))
        .with_handling(Channel::Phone, bounds([60, 120, 300]))
        .with_wait(Channel::ServicePoint, bounds([300, 600, 1200]))
        .with_handling(Channel::ServicePoint, bounds([60, 300, 600]))
        .with_delay(Channel::Callback, bounds([900, 3600, 14400]));
    let revision = Some("0123abc".to_owned());
    let build = Build { version: "1.0.0".to_owned(), revision, rust_version: Some("1.95.0".to_owned()) };
    let mut exposition = Exposition::new(Settings { buckets, max_series: 6, ..Settings::new(EPOCH, build) });

    let phone = series(Channel::Phone, "Keskinen \"yksikkö\"", "social_assistance");
    let visits = series(Channel::ServicePoint, "Kamppi", "housing");
    let others = beside_contacts();
    exposition.declare(&others.each_ref().map(|(settings, _)| settings.clone()));
    let beyond_the_cap = series(Channel::Online, "Kamppi", "housing");
    let refused = exposition.declare(&[
        settings(&visits, &[Formula::AnsweredOfOffered]),
        settings(&phone, &[Formula::AnswerRate, Formula::AnsweredOfOffered]),
        settings(&beyond_the_cap, &[]),
    ]);
    assert_eq!(refused, 1);
    let calls = [
        (Outcome::Answered, Some(0)),
        (Outcome::Answered, Some(20)),
        (Outcome::Answered, Some(61)),
        (Outcome::Answered, None),
        (Outcome::Abandoned, Some(3)),
        (Outcome::Callback, Some(90)),
    ];
    let mut called = counters(&calls);
    called.cell.unit_contacts = 5;
    exposition.apply(&[(phone.clone(), called), (beyond_the_cap, counters(&calls))]).unwrap();
    exposition.apply(&others.map(|(settings, events)| (settings.series, observed(&events)))).unwrap();
    let since = UnixSeconds::new(1_591_603_199).unwrap();
    exposition.live(&phone, &LiveQueue { waiting: 2, oldest: Some(since), lost: 1 }).unwrap();
    exposition.live(&visits, &LiveQueue::default()).unwrap();
    set_gauges(&mut exposition);

    let mut lines = LineCounts { events: 15, ignored: 2, ..LineCounts::default() };
    lines.rejected[Reason::BadTime.index()] = 1;
    let helpdesk = "helpdesk".parse().unwrap();
    exposition.source(&helpdesk, &SourceCounts { lines, late: 4, corrections: 3, overflow: 2, gaps: 1 });
    exposition.agents(&helpdesk, Agents { logged_in: 5, paused: 1, busy: 3 });
    let unit = |unit: &str, parent: Option<&str>, level: &str| UnitInfo {
        unit: unit.parse().unwrap(),
        parent: parent.map(|parent| parent.parse().unwrap()),
        level: level.to_owned(),
    };
    exposition.units(vec![
        unit("Kela", None, "organisation"),
        unit("Kamppi", Some("Kela"), "service_point"),
        unit("Keskinen \"yksikkö\"", Some("Kela"), "customer_service_unit"),
    ]);
    tell(&exposition.telemetry());
    exposition.publish();
    exposition
}

/// A series of each other aspect, and what happened there.
fn beside_contacts() -> [(SeriesSettings, Vec<Event>); 4] {
    let at = EPOCH.0;
    let seconds = |seconds| Seconds::new(seconds).unwrap();
    let score = |score| Event::Scored { at, score: Score::new(score).unwrap() };
    let callbacks = [
        CallbackStage::Offered,
        CallbackStage::Offered,
        CallbackStage::Offered,
        CallbackStage::Offered,
        CallbackStage::Accepted,
        CallbackStage::Accepted,
        CallbackStage::Accepted,
        CallbackStage::Called { delay: seconds(3600) },
        CallbackStage::Called { delay: seconds(20_000) },
        CallbackStage::Completed(CallbackOutcome::Reached),
        CallbackStage::Completed(CallbackOutcome::Failed),
        CallbackStage::Due,
        CallbackStage::Due,
        CallbackStage::Kept,
        CallbackStage::Late,
    ];
    let offices = [
        Seen::Office { waiting: Some(2), wait: None, desks: None },
        Seen::Office { waiting: None, wait: None, desks: None },
        Seen::Closed,
    ];
    let appointments = [Seen::Appointment { days: 3 }, Seen::NoAppointment, Seen::Appointment { days: 0 }];
    let polled = |seen| Event::Polled { at, seen };
    [
        (
            SeriesSettings { promise: Some(seconds(14_400)), ..showing(&calls_back(), &[Aspect::Callbacks]) },
            callbacks.into_iter().map(|stage| Event::Callback { at, stage }).collect(),
        ),
        (showing(&office(), &[Aspect::Polls]), offices.map(polled).to_vec()),
        (showing(&book(), &[Aspect::Appointments]), appointments.map(polled).to_vec()),
        (showing(&surveyed(), &[Aspect::Scores]), [0, 9, 10, 10].map(score).to_vec()),
    ]
}

fn calls_back() -> Series {
    series(Channel::Callback, "Keskinen \"yksikkö\"", "social_assistance")
}

fn office() -> Series {
    series(Channel::ServicePoint, "Lahti", "all_services")
}

fn book() -> Series {
    series(Channel::PhoneAppointment, "Lahti", "housing")
}

fn surveyed() -> Series {
    series(Channel::Online, "Kela", "all_services")
}

/// What is so now, or was so last.
fn set_gauges(exposition: &mut Exposition) {
    let hours_later = |hours: i64| UnixSeconds::new(EPOCH.0.get() + 3600 * hours).unwrap();
    let pending = PendingCallbacks { pending: 3, oldest: Some(hours_later(-2)), overdue: Some(1) };
    exposition.callbacks(&calls_back(), &pending).unwrap();
    let wait = Some(Seconds::new(660).unwrap());
    let serves = Seen::Office { waiting: Some(7), wait, desks: Some(2) };
    let polls = [
        Poll { series: office(), at: hours_later(1), seen: serves },
        Poll { series: book(), at: hours_later(2), seen: Seen::Appointment { days: 12 } },
    ];
    exposition.polls(polls.to_vec()).unwrap();
    let counted = SurveyRound {
        mean: 8.625,
        interval: Some(Interval { low: 8.5, high: 8.75 }),
        responses: Some(2085),
        provisional: true,
        start: hours_later(24),
    };
    let published =
        SurveyRound { mean: 8.6, interval: None, responses: None, provisional: false, start: hours_later(0) };
    let rounds = [(Basis::Counted, counted), (Basis::Published, published)];
    exposition.rounds(rounds.map(|(basis, round)| ((surveyed(), basis), round)).into());
    let told =
        |value: f64, state| Figure { value: Some(value), year_ago: Some(value * 0.5), state: Some(state) };
    let unknown = Figure { state: Some(State::Unavailable), ..Figure::default() };
    let week = [0.946, 93.0, 23.25, 31.0, 0.8125, 132.0].map(|value| told(value, State::Provisional));
    let month = [0.875, 400.0, 20.0, 25.0, 0.75, 128.0, 100.0].map(|value| told(value, State::Provisional));
    let counted =
        Figures { week: std::array::from_fn(|place| week.get(place).copied().unwrap_or_default()), month };
    let mut published = Figures { week: [unknown; 7], month: [unknown; 7] };
    published.week[0] = told(0.946, State::Final);
    exposition.figures(
        [(Basis::Published, published), (Basis::Counted, counted)]
            .map(|(basis, figures)| ((surveyed(), basis), figures))
            .into(),
    );
    let share = OnlineShare { ratio: 0.62, start: hours_later(0) };
    exposition.calendar(CalendarNow {
        workdays: [4, 5, 3],
        is_workday: false,
        is_holiday: true,
        last_week: hours_later(-168)..hours_later(0),
        last_month: hours_later(-720)..hours_later(0),
    });
    exposition.online([("Uusimaa".parse().unwrap(), share)].into());
    let openings = [
        ("Kamppi", OpenState::Open, Some(true)),
        ("Lahti", OpenState::Open, None),
        ("Utsjoki", OpenState::Closed, Some(false)),
    ];
    let open = |(unit, today, open): (&str, _, _)| {
        ((Channel::ServicePoint, unit.parse().unwrap()), OpenNow { today, open })
    };
    exposition.openings(openings.map(open).into());
}

/// Everything that a process can tell about its own work.
fn tell(telemetry: &Telemetry) {
    let source = telemetry.source(&"helpdesk".parse().unwrap());
    source.up(true);
    source.succeeded(EPOCH.0);
    source.position(1234);
    source.behind(0);
    source.max_age(Seconds::new(900).unwrap());
    telemetry.committed(Duration::from_millis(3));
    telemetry.reloaded(EPOCH.0);
    PublicSite::new(telemetry);
}

fn scrape() -> String {
    everything().published().load().text()
}

#[test]
fn whole() {
    insta::assert_snapshot!(scrape());
    check_with_promtool(&scrape());
}

/// The names of the labels of a line, without those that a type brings along.
fn labels(line: &str) -> Vec<&str> {
    let parts: Vec<_> = line.split("=\"").collect();
    let (_, names) = parts.split_last().unwrap();
    names.iter().map(|part| part.rsplit([',', '{']).next().unwrap()).filter(|name| *name != "le").collect()
}

/// What a server adds to a scrape, with what it has of its own.
const ADDED: &[&str] = &[
    "jono_bulletin_requests_total",
    "jono_config_last_reload_success_timestamp_seconds",
    "jono_config_last_reload_successful",
    "jono_http_requests_total",
    "jono_ledger_commit_errors_total",
    "jono_ledger_commit_seconds",
    "jono_source_behind_bytes",
    "jono_source_last_success_timestamp_seconds",
    "jono_source_max_age_seconds",
    "jono_source_position_bytes",
    "jono_source_up",
];

#[test]
fn names_types_and_labels_are_the_catalogues() {
    let text = scrape();
    let mut shown = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("# HELP")) {
        if let Some(heading) = line.strip_prefix("# TYPE ") {
            let (name, kind) = heading.split_once(' ').unwrap();
            shown.push((name, kind, &[][..]));
        } else {
            let (name, _, own) = shown.last_mut().unwrap();
            assert!(line.starts_with(*name), "{line} is below the heading of {name}");
            *own = labels(line).leak();
        }
    }
    let added = |name: &str| name.starts_with("process_") || ADDED.contains(&name);
    let told = catalogue().iter().filter(|family| !added(family.name));
    assert_eq!(
        shown,
        told.map(|family| (family.name, family.kind.as_str(), family.labels)).collect::<Vec<_>>()
    );
}
