//! What is shown of a series: the families of what its sources tell of, and no others.

use jono_domain::{Aspect, CallbackStage, Channel, Event, Seconds, Series};
use jono_exporter::SeriesSettings;

use crate::sample::{EPOCH, exposition, lines, observed, series, showing};

fn callbacks() -> Series {
    series(Channel::Callback, "a", "x")
}

/// How many samples a series of this channel has that shows these aspects.
fn check(channel: Channel, aspects: &[Aspect]) -> usize {
    let mut exposition = exposition();
    let before = exposition.samples();
    exposition.declare(&[showing(&series(channel, "a", "x"), aspects)]);
    exposition.publish();
    exposition.samples() - before
}

#[test]
fn each_aspect_has_its_price() {
    // By outcome 7, arrivals, and calls once.
    assert_eq!(check(Channel::Phone, &[Aspect::Contacts]), 7 + 1 + 1);
    // Of visits nobody can tell which are one customer's.
    assert_eq!(check(Channel::ServicePoint, &[Aspect::Contacts]), 7 + 1);
    // 15 for each histogram of 12 limits; a formula would be 3 more.
    assert_eq!(check(Channel::Phone, &[Aspect::Waits]), 3 * 15);
    // Three stages, two outcomes, two results, and a histogram of 11 limits. No promise, so none is shown.
    assert_eq!(check(Channel::Callback, &[Aspect::Callbacks]), 3 + 2 + 2 + 14);
    assert_eq!(check(Channel::ServicePoint, &[Aspect::Polls]), 2);
    assert_eq!(check(Channel::PhoneAppointment, &[Aspect::Appointments]), 2);
    // A histogram of 11 limits.
    assert_eq!(check(Channel::Online, &[Aspect::Scores]), 14);
    assert_eq!(check(Channel::Online, &[]), 0);
    let all: usize = Aspect::ALL.iter().map(|&aspect| check(Channel::Phone, &[aspect])).sum();
    assert_eq!(check(Channel::Phone, &Aspect::ALL), all);
}

#[test]
fn a_series_shows_what_it_is_declared_with_and_no_more() {
    let (callbacks, at) = (callbacks(), EPOCH.0);
    let counters = observed(&[Event::Callback { at, stage: CallbackStage::Accepted }, Event::Arrived { at }]);
    let mut exposition = exposition();
    let mut shown = |aspects: &[Aspect]| {
        exposition.declare(&[showing(&callbacks, aspects)]);
        exposition.apply(&[(callbacks.clone(), counters.clone())]).unwrap();
        let text = exposition.publish().text();
        [lines(&text, "jono_arrivals_total"), lines(&text, "jono_callbacks_accepted_total")]
            .join("\n")
            .trim()
            .to_owned()
    };
    insta::assert_snapshot!(shown(&[Aspect::Contacts]), @r#"jono_arrivals_total{channel="callback",unit="a",service="x"} 1"#);
    insta::assert_snapshot!(shown(&[Aspect::Contacts, Aspect::Callbacks]), @r#"
    jono_arrivals_total{channel="callback",unit="a",service="x"} 1
    jono_callbacks_accepted_total{channel="callback",unit="a",service="x"} 1
    "#);
    insta::assert_snapshot!(shown(&[Aspect::Callbacks]), @r#"jono_callbacks_accepted_total{channel="callback",unit="a",service="x"} 1"#);
    insta::assert_snapshot!(shown(&[]), @"");
}

#[test]
fn what_is_shown_already_does_not_fall_when_more_becomes_known() {
    let (callbacks, at) = (callbacks(), EPOCH.0);
    let counters = observed(&[Event::Callback { at, stage: CallbackStage::Accepted }, Event::Arrived { at }]);
    let mut exposition = exposition();
    exposition.declare(&[showing(&callbacks, &[Aspect::Contacts])]);
    exposition.apply(&[(callbacks.clone(), counters)]).unwrap();
    exposition.declare(&[showing(&callbacks, &[Aspect::Contacts, Aspect::Callbacks])]);
    let text = exposition.publish().text();
    insta::assert_snapshot!(lines(&text, "jono_arrivals_total"), @r#"jono_arrivals_total{channel="callback",unit="a",service="x"} 1"#);
    insta::assert_snapshot!(lines(&text, "jono_callbacks_accepted_total"), @r#"jono_callbacks_accepted_total{channel="callback",unit="a",service="x"} 0"#);
}

#[test]
fn a_promise_is_shown_for_as_long_as_it_holds() {
    let mut exposition = exposition();
    let mut promised = |promise: Option<u32>| {
        let promise = promise.map(|seconds| Seconds::new(seconds).unwrap());
        exposition.declare(&[SeriesSettings { promise, ..showing(&callbacks(), &[Aspect::Callbacks]) }]);
        lines(&exposition.publish().text(), "jono_callback_promise_seconds")
    };
    insta::assert_snapshot!(promised(None), @"");
    insta::assert_snapshot!(promised(Some(14_400)), @r#"jono_callback_promise_seconds{channel="callback",unit="a",service="x"} 14400"#);
    insta::assert_snapshot!(promised(None), @"");
}
