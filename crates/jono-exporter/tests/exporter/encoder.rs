//! The prepared text and the `prometheus` crate's encoder give the same bytes, whatever was counted, and in
//! whatever order it came.

use jono_domain::{Channel, Counters, Formula, LiveQueue, Outcome};
use jono_exporter::{Exposition, PendingCallbacks, Settings, UnitInfo};
use proptest::prelude::*;

use crate::{
    reference::encoded,
    sample::{self, EPOCH, counters, exposition, lines, plain_settings, series, settings},
    shown::{at_once, counted, show, shown},
};

proptest! {
    #[test]
    fn the_bytes_are_those_of_the_encoder(shown in shown()) {
        let snapshot = at_once(&shown).publish();
        let text = snapshot.text();
        prop_assert_eq!(&text, &encoded(&shown));
        prop_assert_eq!(snapshot.bytes(), text.len());
        prop_assert_eq!(snapshot.samples(), text.lines().filter(|line| !line.starts_with('#')).count());
        prop_assert_eq!(snapshot.samples(), at_once(&shown).samples());
        prop_assert_eq!(snapshot.series(), shown.series.len());
    }

    #[test]
    fn order_and_repetition_do_not_matter(shown in shown(), seed in prop::collection::vec(any::<prop::sample::Index>(), 0..60)) {
        let mut exposition = exposition();
        let counted = counted(&shown);
        for index in seed.iter().filter(|_| !counted.is_empty()) {
            let (series, counters) = index.get(&counted);
            exposition.declare(&[shown.series[series].0.clone()]);
            exposition.publish();
            // Older counts come first, and newer ones twice.
            for counters in [&Counters::default(), counters, counters] {
                exposition.apply(&[(series.clone(), counters.clone())]).unwrap();
                exposition.publish();
            }
            if let Some(pending) = shown.pending.get(series) {
                exposition.callbacks(series, pending).unwrap();
                exposition.publish();
                exposition.callbacks(series, &PendingCallbacks::default()).unwrap();
            }
            // Somebody waits, and then nobody.
            if shown.live.contains_key(series) {
                exposition.live(series, &LiveQueue { waiting: 1, oldest: Some(EPOCH.0), lost: 0 }).unwrap();
                exposition.publish();
                exposition.live(series, &LiveQueue::default()).unwrap();
                exposition.publish();
            }
            // Some of what is told as a whole comes and goes.
            exposition.polls(shown.polls.values().skip(1).cloned().collect()).ok();
            exposition.rounds(shown.rounds.clone().into_iter().skip(1).collect());
            exposition.online(shown.online.clone().into_iter().take(2).collect());
            exposition.openings(shown.openings.clone().into_iter().step_by(2).collect());
            exposition.publish();
            exposition.polls(shown.polls.values().take(1).cloned().collect()).ok();
            exposition.online(shown.online.clone().into_iter().skip(1).collect());
            exposition.openings(shown.openings.clone().into_iter().take(1).collect());
            exposition.units(shown.units.values().take(1).cloned().collect());
            shown.sources.iter().rev().for_each(|(source, counts)| exposition.source(source, counts));
            for (source, agents) in &shown.agents {
                exposition.agents(source, *agents);
                exposition.publish();
            }
        }
        exposition.declare(&shown.series.values().rev().map(|(settings, _)| settings.clone()).collect::<Vec<_>>());
        show(&mut exposition, &shown);
        prop_assert_eq!(exposition.publish().text(), at_once(&shown).publish().text());
    }

    #[test]
    fn nothing_is_left_of_what_was_shown_before_a_rebuild(before in shown(), after in shown()) {
        let mut exposition = at_once(&before);
        let published = exposition.published();
        let old = exposition.publish();
        exposition.rebuild(plain_settings());
        show(&mut exposition, &after);
        prop_assert_eq!(published.load().text(), old.text());
        exposition.publish();
        prop_assert_eq!(published.load().text(), at_once(&after).publish().text());
    }
}

#[test]
fn what_did_not_change_is_not_published_again() {
    let phone = series(Channel::Phone, "helpdesk", "housing");
    let mut exposition = exposition();
    exposition.declare(&[settings(&phone, &[Formula::AnsweredOfOffered])]);
    let zeros = exposition.publish();
    assert!(zeros.text().contains("jono_contacts_total{channel=\"phone\",unit=\"helpdesk\",service=\"housing\",outcome=\"answered\"} 0\n"));

    let one = [(phone.clone(), counters(&[(Outcome::Answered, Some(7))]))];
    exposition.apply(&one).unwrap();
    let first = exposition.publish();
    assert_ne!(zeros.text(), first.text());
    exposition.apply(&one).unwrap();
    exposition.declare(&[settings(&phone, &[Formula::AnsweredOfOffered])]);
    assert!(std::sync::Arc::ptr_eq(&first, &exposition.publish()));

    let kept = zeros
        .blocks()
        .iter()
        .filter(|block| first.blocks().iter().any(|other| other.as_ptr() == block.as_ptr()));
    assert!(kept.count() > 0, "blocks without a change are shared by both");
}

#[test]
fn counters_of_an_undeclared_series_change_nothing() {
    let (known, unknown) = (series(Channel::Phone, "a", "x"), series(Channel::Phone, "b", "x"));
    let mut exposition = exposition();
    exposition.declare(&[settings(&known, &[])]);
    let before = exposition.publish();
    let counters = sample::counters(&[(Outcome::Answered, Some(7))]);
    let refused = exposition.apply(&[(known, counters.clone()), (unknown, counters)]).unwrap_err();
    insta::assert_snapshot!(refused, @"series phone/b/x was not declared");
    insta::assert_snapshot!(exposition.live(&refused.0, &LiveQueue::default()).unwrap_err(), @"series phone/b/x was not declared");
    assert!(std::sync::Arc::ptr_eq(&before, &exposition.publish()));
}

#[test]
fn a_series_beyond_the_cap_is_taken_and_not_shown() {
    let all = ["a", "b", "c"].map(|unit| series(Channel::Phone, unit, "x"));
    let mut exposition = Exposition::new(Settings { max_series: 2, ..plain_settings() });
    let declare =
        |exposition: &mut Exposition| exposition.declare(&all.each_ref().map(|series| settings(series, &[])));
    assert_eq!(declare(&mut exposition), 1);
    assert_eq!(declare(&mut exposition), 1, "refused again, and once in the gauge");
    let contacts = counters(&[(Outcome::Answered, Some(7))]);
    for series in &all {
        assert!(exposition.is_declared(series));
        exposition.apply(&[(series.clone(), contacts.clone())]).unwrap();
        exposition.live(series, &LiveQueue::default()).unwrap();
    }
    let snapshot = exposition.publish();
    assert_eq!(snapshot.series(), 2);
    insta::assert_snapshot!(lines(&snapshot.text(), "jono_series"), @r#"
    jono_series 2
    jono_series_refused 1
    "#);
    insta::assert_snapshot!(lines(&snapshot.text(), "jono_arrivals_total"), @r#"
    jono_arrivals_total{channel="phone",unit="a",service="x"} 1
    jono_arrivals_total{channel="phone",unit="b",service="x"} 1
    "#);
    insta::assert_snapshot!(lines(&snapshot.text(), "jono_waiting"), @r#"
    jono_waiting{channel="phone",unit="a",service="x"} 0
    jono_waiting{channel="phone",unit="b",service="x"} 0
    "#);

    assert_eq!(exposition.declare(&[settings(&all[0], &[Formula::AnswerRate])]), 0, "shown ones may change");
    exposition.rebuild(Settings { max_series: 3, ..plain_settings() });
    assert_eq!(declare(&mut exposition), 0);
    assert_eq!(exposition.publish().series(), 3);
}

#[test]
fn nobody_waiting_is_no_time() {
    let phone = series(Channel::Phone, "helpdesk", "housing");
    let mut exposition = exposition();
    exposition.declare(&[settings(&phone, &[])]);
    let mut longest = |live: LiveQueue| {
        exposition.live(&phone, &live).unwrap();
        let snapshot = exposition.publish();
        let (text, family) = (snapshot.text(), "jono_longest_waiting_start_timestamp_seconds");
        assert_eq!(text.contains(&format!("# TYPE {family}")), live.oldest.is_some());
        assert_eq!(snapshot.samples(), text.lines().filter(|line| !line.starts_with('#')).count());
        lines(&text, family)
    };
    insta::assert_snapshot!(longest(LiveQueue::default()), @"");
    insta::assert_snapshot!(longest(LiveQueue { waiting: 1, oldest: Some(EPOCH.0), lost: 0 }), @r#"jono_longest_waiting_start_timestamp_seconds{channel="phone",unit="helpdesk",service="housing"} 1591599600"#);
    insta::assert_snapshot!(longest(LiveQueue::default()), @"");

    let nobody = exposition.publish();
    exposition.live(&phone, &LiveQueue::default()).unwrap();
    assert!(std::sync::Arc::ptr_eq(&nobody, &exposition.publish()), "absent before and after is no change");
    exposition.rebuild(plain_settings());
    let text = exposition.publish().text();
    assert!(!text.contains("jono_waiting") && !text.contains("jono_lost_total"));
}

#[test]
fn units_are_replaced_as_a_whole() {
    let unit = |unit: &str, parent: Option<&str>| UnitInfo {
        unit: unit.parse().unwrap(),
        parent: parent.map(|parent| parent.parse().unwrap()),
        level: "centre".to_owned(),
    };
    let mut exposition = exposition();
    let mut units = |units: &[UnitInfo]| {
        exposition.units(units.to_vec());
        exposition.publish()
    };
    let first = units(&[unit("south", Some("kela")), unit("kela", None)]);
    insta::assert_snapshot!(lines(&first.text(), "jono_unit_info"), @r#"
    jono_unit_info{unit="kela",level="centre"} 1
    jono_unit_info{unit="south",parent="kela",level="centre"} 1
    "#);
    let same = units(&[unit("kela", None), unit("south", Some("kela"))]);
    assert!(std::sync::Arc::ptr_eq(&first, &same));
    let moved = units(&[unit("south", Some("centre")), unit("centre", None)]);
    insta::assert_snapshot!(lines(&moved.text(), "jono_unit_info"), @r#"
    jono_unit_info{unit="centre",level="centre"} 1
    jono_unit_info{unit="south",parent="centre",level="centre"} 1
    "#);
    assert!(!units(&[]).text().contains("jono_unit_info"));
}

#[test]
fn other_settings_start_a_series_anew() {
    let phone = series(Channel::Phone, "a", "x");
    let contacts = counters(&[(Outcome::Answered, Some(7))]);
    let mut exposition = exposition();
    for formulas in [&[Formula::AnswerRate][..], &[], &Formula::ALL] {
        exposition.declare(&[settings(&phone, formulas)]);
        exposition.apply(&[(phone.clone(), contacts.clone())]).unwrap();
        let text = exposition.publish().text();
        let met = text
            .lines()
            .filter(|line| line.starts_with("jono_service_level_contacts") && line.ends_with("\"met\"} 1"));
        assert_eq!(met.count(), formulas.len());
        assert_eq!(text.contains("# TYPE jono_service_level_contacts_total"), !formulas.is_empty());
    }
}
