//! What is so now, or was so last: absent while it is not known, gone when it is told no more.

use std::{collections::BTreeMap, sync::Arc};

use bytes::Bytes;
use jono_domain::{Basis, Channel, OpenState, Poll, Seconds, Seen, Series, UnixSeconds, score::Interval};
use jono_exporter::{Exposition, OnlineShare, OpenNow, PendingCallbacks, Settings, SurveyRound};

use crate::sample::{EPOCH, exposition, lines, plain_settings, series, showing};

const LATER: UnixSeconds = UnixSeconds::saturating(EPOCH.0.get() + 60);

/// A published text, with what has to be so of every one.
fn published(exposition: &mut Exposition) -> String {
    let snapshot = exposition.publish();
    let samples = snapshot.text().lines().filter(|line| !line.starts_with('#')).count();
    assert_eq!((snapshot.samples(), exposition.samples()), (samples, samples));
    snapshot.text()
}

fn unit(unit: &str) -> Series {
    series(Channel::ServicePoint, unit, "x")
}

/// With series of which nothing is counted: what is told as it is needs no aspect.
fn declared() -> Exposition {
    let mut exposition = exposition();
    exposition.declare(&["a", "b"].map(|of| showing(&unit(of), &[])));
    exposition
}

fn poll(of: &str, at: UnixSeconds, seen: Seen) -> Poll {
    Poll { series: unit(of), at, seen }
}

#[test]
fn nobody_to_call_back_is_no_time() {
    let mut exposition = declared();
    let mut check = |pending: PendingCallbacks| {
        exposition.callbacks(&unit("a"), &pending).unwrap();
        lines(&published(&mut exposition), "jono_callbacks")
    };
    insta::assert_snapshot!(check(PendingCallbacks::default()), @r#"jono_callbacks_pending{channel="service_point",unit="a",service="x"} 0"#);
    insta::assert_snapshot!(check(PendingCallbacks { pending: 2, oldest: Some(LATER), overdue: Some(0) }), @r#"
    jono_callbacks_oldest_pending_timestamp_seconds{channel="service_point",unit="a",service="x"} 1591599660
    jono_callbacks_overdue{channel="service_point",unit="a",service="x"} 0
    jono_callbacks_pending{channel="service_point",unit="a",service="x"} 2
    "#);
    insta::assert_snapshot!(check(PendingCallbacks::default()), @r#"jono_callbacks_pending{channel="service_point",unit="a",service="x"} 0"#);
}

#[test]
fn a_closed_office_has_no_numbers() {
    let mut exposition = declared();
    let mut check = |seen: Seen| {
        exposition.polls(vec![poll("a", EPOCH.0, seen)]).unwrap();
        lines(&published(&mut exposition), "jono_poll").replace("{channel=\"service_point\",unit=", "{")
    };
    let wait = Some(Seconds::new(0).unwrap());
    insta::assert_snapshot!(check(Seen::Office { waiting: Some(0), wait, desks: Some(3) }), @r#"
    jono_poll_timestamp_seconds{"a",service="x"} 1591599600
    jono_polled_desks_open{"a",service="x"} 3
    jono_polled_open{"a",service="x"} 1
    jono_polled_wait_seconds{"a",service="x"} 0
    jono_polled_waiting{"a",service="x"} 0
    "#);
    insta::assert_snapshot!(check(Seen::Office { waiting: None, wait: None, desks: None }), @r#"
    jono_poll_timestamp_seconds{"a",service="x"} 1591599600
    jono_polled_open{"a",service="x"} 1
    "#);
    insta::assert_snapshot!(check(Seen::Closed), @r#"
    jono_poll_timestamp_seconds{"a",service="x"} 1591599600
    jono_polled_open{"a",service="x"} 0
    "#);
}

#[test]
fn no_free_appointment_is_no_number_of_days() {
    let mut exposition = declared();
    let mut check = |seen: Seen| {
        exposition.polls(vec![poll("a", EPOCH.0, seen)]).unwrap();
        let text = published(&mut exposition);
        // The office was not looked at.
        assert_eq!(lines(&text, "jono_poll"), "");
        lines(&text, "jono_appointment")
    };
    insta::assert_snapshot!(check(Seen::Appointment { days: 0 }), @r#"
    jono_appointment_available{channel="service_point",unit="a",service="x"} 1
    jono_appointment_lead_seconds{channel="service_point",unit="a",service="x"} 0
    jono_appointment_poll_timestamp_seconds{channel="service_point",unit="a",service="x"} 1591599600
    "#);
    insta::assert_snapshot!(check(Seen::NoAppointment), @r#"
    jono_appointment_available{channel="service_point",unit="a",service="x"} 0
    jono_appointment_poll_timestamp_seconds{channel="service_point",unit="a",service="x"} 1591599600
    "#);
    insta::assert_snapshot!(check(Seen::Appointment { days: 12 }), @r#"
    jono_appointment_available{channel="service_point",unit="a",service="x"} 1
    jono_appointment_lead_seconds{channel="service_point",unit="a",service="x"} 1036800
    jono_appointment_poll_timestamp_seconds{channel="service_point",unit="a",service="x"} 1591599600
    "#);
}

#[test]
fn the_newest_poll_of_each_kind_holds_and_one_that_is_told_no_more_is_gone() {
    let mut exposition = declared();
    let mut check = |polls: &[Poll]| {
        exposition.polls(polls.to_vec()).unwrap();
        let text = published(&mut exposition);
        [lines(&text, "jono_polled_open"), lines(&text, "jono_appointment_available")]
            .join("\n")
            .trim()
            .to_owned()
    };
    let serves = Seen::Office { waiting: None, wait: None, desks: None };
    let free = Seen::Appointment { days: 1 };
    insta::assert_snapshot!(check(&[poll("a", LATER, serves), poll("a", EPOCH.0, Seen::Closed), poll("a", EPOCH.0, free)]), @r#"
    jono_polled_open{channel="service_point",unit="a",service="x"} 1
    jono_appointment_available{channel="service_point",unit="a",service="x"} 1
    "#);
    insta::assert_snapshot!(check(&[poll("a", LATER, serves), poll("a", LATER, Seen::Closed), poll("b", LATER, Seen::NoAppointment)]), @r#"
    jono_polled_open{channel="service_point",unit="a",service="x"} 0
    jono_appointment_available{channel="service_point",unit="b",service="x"} 0
    "#);
    insta::assert_snapshot!(check(&[poll("b", LATER, serves)]), @r#"jono_polled_open{channel="service_point",unit="b",service="x"} 1"#);
    insta::assert_snapshot!(check(&[]), @"");
}

#[test]
fn a_poll_of_an_undeclared_series_changes_nothing_and_one_of_a_refused_series_is_not_shown() {
    let mut exposition = Exposition::new(Settings { max_series: 1, ..plain_settings() });
    exposition.declare(&["a", "b"].map(|of| showing(&unit(of), &[])));
    let polls = ["a", "b", "c"].map(|of| poll(of, EPOCH.0, Seen::Closed)).to_vec();
    insta::assert_snapshot!(exposition.polls(polls.clone()).unwrap_err(), @"series service_point/c/x was not declared");
    let pending = PendingCallbacks::default();
    insta::assert_snapshot!(exposition.callbacks(&unit("c"), &pending).unwrap_err(), @"series service_point/c/x was not declared");
    assert_eq!(lines(&published(&mut exposition), "jono_poll"), "");

    exposition.polls(polls[..2].to_vec()).unwrap();
    exposition.callbacks(&unit("b"), &pending).unwrap();
    exposition.rounds(["b", "c"].map(|of| ((unit(of), Basis::Published), round(8.0))).into());
    let text = published(&mut exposition);
    insta::assert_snapshot!(lines(&text, "jono_polled_open"), @r#"jono_polled_open{channel="service_point",unit="a",service="x"} 0"#);
    insta::assert_snapshot!(lines(&text, "jono_survey_round_score_mean"), @r#"jono_survey_round_score_mean{channel="service_point",unit="c",service="x",basis="published"} 8"#);
    assert_eq!(lines(&text, "jono_callbacks"), "");
}

/// One of which nothing but the mean was published.
fn round(mean: f64) -> SurveyRound {
    SurveyRound { mean, interval: None, responses: None, provisional: false, start: EPOCH.0 }
}

#[test]
fn rounds_are_replaced_as_a_whole() {
    let mut exposition = exposition();
    let mut check = |rounds: &[(Basis, SurveyRound)]| {
        exposition.rounds(rounds.iter().map(|&(basis, round)| ((unit("a"), basis), round)).collect());
        lines(&published(&mut exposition), "jono_survey").replace("{channel=\"service_point\",unit=", "{")
    };
    let interval = Some(Interval { low: 8.5, high: 9.25 });
    let counted = SurveyRound { interval, responses: Some(0), provisional: true, ..round(9.0) };
    insta::assert_snapshot!(check(&[(Basis::Counted, counted), (Basis::Published, round(8.6))]), @r#"
    jono_survey_round_provisional{"a",service="x",basis="counted"} 1
    jono_survey_round_provisional{"a",service="x",basis="published"} 0
    jono_survey_round_responses{"a",service="x",basis="counted"} 0
    jono_survey_round_score_high{"a",service="x",basis="counted"} 9.25
    jono_survey_round_score_low{"a",service="x",basis="counted"} 8.5
    jono_survey_round_score_mean{"a",service="x",basis="counted"} 9
    jono_survey_round_score_mean{"a",service="x",basis="published"} 8.6
    jono_survey_round_start_timestamp_seconds{"a",service="x",basis="counted"} 1591599600
    jono_survey_round_start_timestamp_seconds{"a",service="x",basis="published"} 1591599600
    "#);
    insta::assert_snapshot!(check(&[(Basis::Published, round(8.7))]), @r#"
    jono_survey_round_provisional{"a",service="x",basis="published"} 0
    jono_survey_round_score_mean{"a",service="x",basis="published"} 8.7
    jono_survey_round_start_timestamp_seconds{"a",service="x",basis="published"} 1591599600
    "#);
    insta::assert_snapshot!(check(&[]), @"");
}

#[test]
fn areas_are_replaced_as_a_whole() {
    let mut exposition = exposition();
    let mut check = |shares: &[(&str, f64)]| {
        let share =
            |&(area, ratio): &(&str, f64)| (area.parse().unwrap(), OnlineShare { ratio, start: LATER });
        exposition.online(shares.iter().map(share).collect());
        lines(&published(&mut exposition), "jono_online")
    };
    insta::assert_snapshot!(check(&[("Lappi", 0.5), ("Kainuu", 1.0)]), @r#"
    jono_online_ratio{area="Kainuu"} 1
    jono_online_ratio{area="Lappi"} 0.5
    jono_online_ratio_start_timestamp_seconds{area="Kainuu"} 1591599660
    jono_online_ratio_start_timestamp_seconds{area="Lappi"} 1591599660
    "#);
    insta::assert_snapshot!(check(&[("Lappi", 0.55)]), @r#"
    jono_online_ratio{area="Lappi"} 0.55
    jono_online_ratio_start_timestamp_seconds{area="Lappi"} 1591599660
    "#);
    insta::assert_snapshot!(check(&[]), @"");
}

#[test]
fn openings_are_counted_by_channel_and_unknown_hours_are_absent() {
    let mut exposition = exposition();
    let mut check = |openings: &[(Channel, &str, OpenState, Option<bool>)]| {
        let opening = |&(channel, unit, today, open): &(Channel, &str, _, _)| {
            ((channel, unit.parse().unwrap()), OpenNow { today, open })
        };
        exposition.openings(openings.iter().map(opening).collect());
        let text = published(&mut exposition);
        [lines(&text, "jono_open"), lines(&text, "jono_service_points")].join("\n").trim().to_owned()
    };
    insta::assert_snapshot!(check(&[
        (Channel::Phone, "a", OpenState::Open, Some(false)),
        (Channel::ServicePoint, "a", OpenState::Reduced, None),
        (Channel::ServicePoint, "b", OpenState::Closed, Some(false)),
        (Channel::ServicePoint, "c", OpenState::Reduced, Some(true)),
    ]), @r#"
    jono_open{channel="phone",unit="a"} 0
    jono_open{channel="service_point",unit="b"} 0
    jono_open{channel="service_point",unit="c"} 1
    jono_service_points{channel="phone",state="open"} 1
    jono_service_points{channel="phone",state="reduced"} 0
    jono_service_points{channel="phone",state="closed"} 0
    jono_service_points{channel="service_point",state="open"} 0
    jono_service_points{channel="service_point",state="reduced"} 2
    jono_service_points{channel="service_point",state="closed"} 1
    "#);
    insta::assert_snapshot!(check(&[(Channel::ServicePoint, "c", OpenState::Open, Some(true))]), @r#"
    jono_open{channel="service_point",unit="c"} 1
    jono_service_points{channel="service_point",state="open"} 1
    jono_service_points{channel="service_point",state="reduced"} 0
    jono_service_points{channel="service_point",state="closed"} 0
    "#);
    insta::assert_snapshot!(check(&[]), @"");
}

#[test]
fn what_is_told_again_is_not_published_again() {
    let mut exposition = declared();
    let mut tell = |mean: f64| {
        exposition.polls(vec![poll("a", EPOCH.0, Seen::Closed)]).unwrap();
        exposition.callbacks(&unit("a"), &PendingCallbacks::default()).unwrap();
        exposition.rounds([((unit("a"), Basis::Counted), round(mean))].into());
        exposition.online([("Lappi".parse().unwrap(), OnlineShare { ratio: 0.5, start: LATER })].into());
        let now = OpenNow { today: OpenState::Open, open: None };
        exposition.openings([((Channel::Phone, "a".parse().unwrap()), now)].into());
        exposition.publish()
    };
    let first = tell(8.0);
    assert!(Arc::ptr_eq(&first, &tell(8.0)));
    assert!(!Arc::ptr_eq(&first, &tell(8.5)));
}

#[test]
fn all_but_one_of_many_blocks_stays_as_it_was() {
    let mut exposition = exposition();
    let of_all = |changed: f64| {
        let area = |area: u32| {
            let ratio = if area == 500 { changed } else { 0.5 };
            (format!("area {area:04}").parse().unwrap(), OnlineShare { ratio, start: EPOCH.0 })
        };
        (0..1_000).map(area).collect::<BTreeMap<_, _>>()
    };
    exposition.online(of_all(0.25));
    let first = exposition.publish();
    exposition.online(of_all(0.75));
    let second = exposition.publish();
    let is_new = |block: &&Bytes| first.blocks().iter().all(|old| old.as_ptr() != block.as_ptr());
    let of_areas = |block: &&Bytes| block.starts_with(b"jono_online");
    assert!(second.blocks().iter().filter(of_areas).count() > 8);
    assert_eq!(second.blocks().iter().filter(of_areas).filter(is_new).count(), 2, "one of each family");
}

#[test]
fn a_list_that_shrinks_leaves_nothing_behind() {
    let areas = |step: usize| {
        let area = |area: usize| (format!("area {area:04}").parse().unwrap(), 1.0 / area as f64);
        let shares = (1..1_000).step_by(step).map(area);
        shares.map(|(area, ratio)| (area, OnlineShare { ratio, start: EPOCH.0 })).collect::<BTreeMap<_, _>>()
    };
    let mut exposition = exposition();
    for step in [1, 2, 300, 1, 7] {
        exposition.online(areas(step));
        let mut fresh = crate::sample::exposition();
        fresh.online(areas(step));
        assert_eq!(published(&mut exposition), published(&mut fresh));
    }
}
