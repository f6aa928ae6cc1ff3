//! A small organisation and one week of it, by hand.

use jiff::civil::date;
use jono_domain::{
    Basis, CallbackPromise, Channel, Names, OpenState, Opening, Reading, Seconds, Service, State, Unit,
    UnitKind, Value, score::Interval,
};

use crate::facts::{Edition, Facts, Notice, ShortWeek};

pub(super) fn names(fi: &str, sv: &str, en: &str) -> Names {
    Names { fi: Some(fi.into()), sv: Some(sv.into()), en: Some(en.into()) }
}

fn unit(id: &str, kind: UnitKind, parent: Option<&str>, name: &str) -> Unit {
    let unit = Unit::new(id.parse().unwrap(), kind);
    Unit { names: names(name, name, name), parent: parent.map(|parent| parent.parse().unwrap()), ..unit }
}

/// What is counted of a unit, or of a service of it (`unit/service`).
pub(super) fn counted(
    channel: Channel,
    of: &str,
    measure: &str,
    period: &str,
    value: Option<Value>,
) -> Reading {
    let (unit, service) = of.split_once('/').map_or((of, None), |(unit, service)| (unit, Some(service)));
    Reading {
        period: period.parse().unwrap(),
        channel: Some(channel),
        unit: Some(unit.parse().unwrap()),
        service: service.map(|service| service.parse().unwrap()),
        measure: measure.parse().unwrap(),
        value,
        interval: None,
        state: if value.is_some() { State::Provisional } else { State::Unavailable },
        basis: Basis::Counted,
        label: None,
    }
}

fn published(channel: Channel, measure: &str, span: &str, value: &str, label: Option<&str>) -> Reading {
    let value = Value::Published { value: value.parse().unwrap(), of: None };
    Reading {
        state: State::Final,
        basis: Basis::Published,
        label: label.map(|label| label.parse().unwrap()),
        ..counted(channel, "office/benefits", measure, span, Some(value))
    }
}

#[expect(clippy::unnecessary_wraps, reason = "readings have a value or none")]
pub(super) fn mean(numerator: u128, denominator: u64) -> Option<Value> {
    Some(Value::Quotient { numerator, denominator })
}

#[expect(clippy::unnecessary_wraps, reason = "readings have a value or none")]
pub(super) fn count(count: u128) -> Option<Value> {
    Some(Value::Count(count))
}

fn opening(
    unit: &str,
    state: OpenState,
    first: jiff::civil::Date,
    last: Option<jiff::civil::Date>,
) -> Opening {
    let hours = (state != OpenState::Closed).then(|| "Mo-Fr 09:00-15:00".parse().unwrap());
    Opening {
        channel: Channel::ServicePoint,
        unit: unit.parse().unwrap(),
        first_day: first,
        last_day: last,
        state,
        hours,
    }
}

/// The week 24 of 2020.
pub(super) fn facts() -> Facts {
    use Channel::{Callback, Online, Phone, PhoneAppointment, ServicePoint};
    let interval = Some(Interval { low: 8.497_7, high: 8.771 });
    let benefits = Service {
        names: names("Etuudet", "Förmåner", "Benefits"),
        callback: Some(CallbackPromise {
            within: Seconds::new(3_600).unwrap(),
            first_day: None,
            last_day: Some(date(2020, 8, 31)),
        }),
        ..Service::default()
    };
    let closed =
        Reading { state: State::Closed, ..counted(ServicePoint, "north", "contacts", "2020-W24", None) };
    let readings = vec![
        published(Phone, "wait_mean", "2020-05-11..2020-06-07", "120", Some("2 min")),
        published(Phone, "wait_mean", "2019-05-13..2019-06-09", "360", None),
        counted(Phone, "office", "wait_mean", "2020-W24", mean(10_587, 650)),
        counted(Phone, "office", "wait_mean", "2019-W24", mean(20_570, 755)),
        counted(Phone, "office/benefits", "wait_mean", "2020-W24", mean(80, 1)),
        published(PhoneAppointment, "appointment_lead", "2020-W24", "86400", Some("1 päivän päähän")),
        counted(PhoneAppointment, "south", "appointment_lead", "2020-W24", mean(1_382_400, 7)),
        counted(PhoneAppointment, "south", "appointment_available_ratio", "2020-W24", mean(7, 7)),
        counted(PhoneAppointment, "north", "appointment_lead", "2020-W24", None),
        counted(PhoneAppointment, "north", "appointment_available_ratio", "2020-W24", mean(0, 7)),
        published(ServicePoint, "contacts_weekly_mean", "2020-04", "7400", Some("Huhtikuu")),
        published(ServicePoint, "contacts", "2020-W24", "12500", Some("vko 24, kesäkuu")),
        counted(ServicePoint, "office", "contacts", "2020-W24", count(12_500)),
        counted(ServicePoint, "office", "contacts", "2020-W23", count(10_700)),
        counted(ServicePoint, "south", "contacts", "2020-W24", count(12_500)),
        closed,
        counted(Phone, "office", "contacts", "2020-W24", count(709)),
        counted(Phone, "office", "contacts", "2020-W23", count(926)),
        counted(Phone, "office", "answer_rate", "2020-W24", mean(650, 709)),
        counted(Phone, "office", "answer_rate", "2019-W24", mean(755, 913)),
        counted(Phone, "office", "service_level", "2020-W24", mean(618, 709)),
        counted(Phone, "office/benefits", "service_level", "2020-W24", mean(35, 40)),
        counted(Callback, "office", "callbacks_offered", "2020-W24", count(227)),
        counted(Callback, "office", "promise_kept_ratio", "2020-W24", mean(168, 176)),
        Reading {
            basis: Basis::Published,
            ..counted(
                Online,
                "country",
                "online_ratio",
                "2020-05",
                Some(Value::Published { value: "0.772".parse().unwrap(), of: None }),
            )
        },
        Reading { interval, ..counted(ServicePoint, "office", "score", "2020-Q2", mean(6_778, 785)) },
        counted(ServicePoint, "south", "score", "2020-Q2", mean(163, 20)),
    ];
    Facts {
        version: Facts::VERSION,
        organisation: "office".parse().unwrap(),
        period: "2020-W24".parse().unwrap(),
        edition: Edition::Draft,
        compiled: date(2020, 6, 15).at(9, 5, 0, 0),
        time_zone: "Europe/Helsinki".into(),
        generated: false,
        units: vec![
            unit("office", UnitKind::Organisation, None, "Office"),
            unit("south", UnitKind::ServicePoint, Some("office"), "South"),
            unit("north", UnitKind::ServicePoint, Some("office"), "North"),
        ],
        areas: vec![unit("country", UnitKind::Country, None, "Country")],
        services: [("benefits".parse().unwrap(), benefits)].into(),
        readings,
        notices: vec![Notice {
            text: names("Soita ensin.", "Ring först.", "Call first."),
            last_day: Some(date(2020, 8, 31)),
        }],
        openings: vec![
            opening("south", OpenState::Open, date(2020, 6, 1), None),
            opening("north", OpenState::Closed, date(2020, 6, 1), Some(date(2020, 6, 21))),
            opening("north", OpenState::Reduced, date(2020, 6, 22), None),
        ],
        short_weeks: vec![ShortWeek {
            week: "2019-W22".parse().unwrap(),
            workdays: 4,
            holidays: vec![(date(2019, 5, 30), Some("Ascension Day".into()))],
        }],
        elsewhere: vec![],
    }
}
