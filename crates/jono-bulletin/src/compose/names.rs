//! What a figure is called where it stands alone: what it measures, of whom, when, and where it comes from.

use jono_domain::Channel;

use super::rows::basis_name;
use crate::{
    block::{Arg, say},
    figure::Figure,
    known::Known,
};

/// A figure by its name.
pub(super) fn figure(known: &Known<'_>, figure: &Figure) -> Arg {
    let reading = &figure.reading;
    let Some(measure) = measure(reading.measure.name()) else { return Arg::Text(figure.id.to_string()) };
    let channel = reading.channel.map(|channel| Arg::from(say(self::channel(channel))));
    let unit = reading.unit.as_ref().map(|unit| known.unit_name(unit));
    let service = reading.service.as_ref().map(|service| known.service_name(service));
    let period = Some(Arg::Dated(reading.period));
    let of = [channel, unit, service, period].into_iter().flatten().collect();
    let name = say("figure-name").with("measure", say(measure)).with("of", Arg::Listed(of));
    name.with("basis", basis_name(reading.basis)).into()
}

/// What a channel is called.
const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Phone => "channel-phone",
        Channel::ServicePoint => "channel-service-point",
        Channel::PhoneAppointment => "channel-phone-appointment",
        Channel::VisitAppointment => "channel-visit-appointment",
        Channel::Callback => "channel-callback",
        Channel::Online => "channel-online",
    }
}

/// What a measure is called, of those that a bulletin [asks](crate::asks).
fn measure(name: &str) -> Option<&'static str> {
    Some(match name {
        "wait_mean" => "measure-wait-mean",
        "wait_p50" => "measure-wait-p50",
        "wait_p90" => "measure-wait-p90",
        "service_level" => "column-level",
        "answer_rate" => "panel-answer-rate",
        "appointment_lead" => "appointments-title",
        "appointment_available_ratio" => "column-available",
        "contacts" => "measure-contacts",
        "contacts_weekly_mean" => "measure-contacts-weekly-mean",
        "contacts_per_workday" => "measure-contacts-per-workday",
        "callbacks_offered" => "callbacks-offered",
        "callbacks_accepted" => "callbacks-accepted",
        "callbacks_reached" => "callbacks-reached",
        "promises_due" => "promises-due",
        "promises_kept" => "promises-kept",
        "promises_late" => "promises-late",
        "promise_kept_ratio" => "promise-kept-ratio",
        "online_ratio" => "measure-online-ratio",
        "score" => "column-score",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn whatever_is_asked_has_a_name() {
        for ask in ["2020-W24", "2020-06"].into_iter().flat_map(|period| crate::asks(period.parse().unwrap()))
        {
            assert!(super::measure(ask.measure.name()).is_some(), "{}", ask.measure.name());
        }
    }
}
