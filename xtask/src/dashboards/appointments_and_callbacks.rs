//! How soon there is an appointment, and whether customers are called back in time.

use super::{
    model::{Dashboard, Kind, Panel, Row, Target, Unit, label, plain, value, word},
    query::{SERIES, grown, of, rows},
    variables,
    words::{same, text, word as words},
};

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        name: "appointments-and-callbacks",
        title: text(
            "Ajanvaraukset ja takaisinsoitot",
            "Tidsbokning och återuppringning",
            "Appointments and callbacks",
        ),
        about: text(
            "Kuinka pian saa ajan, ja soitetaanko takaisin luvatussa ajassa? Ajanvarauksen ja takaisinsoittojen vastuuhenkilöille.",
            "Hur snart får man en tid, och rings kunden upp i tid? För dem som ansvarar för tidsbokning och återuppringning.",
            "How soon is there an appointment, and are customers called back in time? For those who run both.",
        ),
        from: "now-30d",
        refresh: "1m",
        variables: variables(false),
        annotations: Vec::new(),
        rows: vec![appointments(), callbacks(), course()],
    }
}

/// Days, of what is exported in seconds.
fn days(by: &str) -> String {
    format!("min by ({by}) ({}) / 86400", of("jono_appointment_lead_seconds", ""))
}

fn appointments() -> Row {
    let none = text(
        "Ajanvarauskirjaa ei ole katsottu viime aikoina",
        "Tidsboken har inte avlästs på sistone",
        "No appointment book was polled lately",
    );
    let available = [
        word("1", text("aikoja on", "tider finns", "free"), "green"),
        word("0", text("ei yhtään aikaa", "inga tider", "none free"), "orange"),
    ];
    Row {
        title: text("Ajanvaraus", "Tidsbokning", "Appointments"),
        panels: vec![
            Panel::new(Kind::Table(vec![
                label("channel", words::CHANNEL),
                label("unit", words::UNIT),
                label("service", words::SERVICE),
                value(0, text("Aikoja", "Tider", "Appointments"), Unit::Word).words(&available),
                value(1, text("Päiviä ensimmäiseen vapaaseen", "Dagar till första lediga", "Days to the first free one"), Unit::Days),
                value(2, text("Katsottu", "Avläst", "Polled"), Unit::Time),
            ]), text("Montako päivää on ensimmäiseen vapaaseen aikaan?", "Hur många dagar är det till första lediga tid?", "How many days are there to the first free appointment?"), Unit::Days)
                .about(text(
                    "Kalenteripäivät viimeisestä katsomisesta ensimmäiseen vapaaseen aikaan (jono_appointment_lead_seconds / 86400). Jos aikoja ei ole, päiviä ei ole: se ei ole nolla.",
                    "Kalenderdagar från senaste avläsning till första lediga tid (jono_appointment_lead_seconds / 86400). Finns inga tider finns inga dagar: det är inte noll.",
                    "Calendar days from the last poll to the first free appointment (jono_appointment_lead_seconds / 86400). Where none is free there are no days: that is not zero.",
                ))
                .none(none)
                .target(format!("max by ({SERIES}) ({})", of("jono_appointment_available", "")), same(""))
                .target(days(SERIES), same(""))
                .target(format!("max by ({SERIES}) ({}) * 1000", of("jono_appointment_poll_timestamp_seconds", "")), same("")),
            Panel::new(Kind::Lines, text("Miten päivät ensimmäiseen vapaaseen aikaan ovat muuttuneet?", "Hur har dagarna till första lediga tid ändrats?", "How did the days to the first free appointment change?"), Unit::Days)
                .about(text(
                    "jono_appointment_lead_seconds / 86400. Aukko: yhtään aikaa ei ollut. Ei historiassa.",
                    "jono_appointment_lead_seconds / 86400. Lucka: ingen tid fanns. Inte i historiken.",
                    "jono_appointment_lead_seconds / 86400. A gap: none was free. Not in history.",
                ))
                .none(none)
                .target(days(SERIES), words::SERIES),
            Panel::new(Kind::States, text("Milloin aikoja ei ollut?", "När fanns det inga tider?", "When was no appointment free?"), Unit::Word)
                .about(text(
                    "jono_appointment_available viimeisimmästä katsomisesta: 1 aikoja on, 0 ei yhtään. Ei historiassa.",
                    "jono_appointment_available vid senaste avläsning: 1 tider finns, 0 inga. Inte i historiken.",
                    "jono_appointment_available by the last poll: 1 free, 0 none. Not in history.",
                ))
                .none(none)
                .words(&available)
                .target(format!("max by ({SERIES}) ({})", of("jono_appointment_available", "")), words::SERIES),
            Panel::new(Kind::Table(vec![
                label("channel", words::CHANNEL),
                label("unit", words::UNIT),
                label("service", words::SERVICE),
                value(0, text("Aikoja oli", "Tider fanns", "Free when polled"), Unit::Share),
                value(1, text("Katsomisia", "Avläsningar", "Polls"), Unit::Count),
            ]), text("Kuinka usein aikoja oli, tällä ajalla?", "Hur ofta fanns det tider, under denna tid?", "How often was an appointment free, in this range?"), Unit::Share)
                .about(text(
                    "Katsomiset, joilla aikoja oli / kaikki katsomiset (jono_appointment_polls_total).",
                    "Avläsningar då tider fanns / alla avläsningar (jono_appointment_polls_total).",
                    "Polls that found one free / all polls (jono_appointment_polls_total).",
                ))
                .target(format!("sum by ({SERIES}) ({}) / (sum by ({SERIES}) ({}) > 0)", grown("jono_appointment_polls_total", r#"result="free""#), grown("jono_appointment_polls_total", "")), same(""))
                .target(format!("sum by ({SERIES}) ({})", grown("jono_appointment_polls_total", "")), same("")),
        ],
    }
}

fn callbacks() -> Row {
    let nobody = text("Kukaan ei odota soittoa", "Ingen väntar på uppringning", "Nobody waits to be called");
    let total = |metric: &str| format!("sum({})", of(metric, r#"channel="callback""#));
    Row {
        title: text("Takaisinsoitot nyt", "Återuppringning nu", "Callbacks now"),
        panels: vec![
            Panel::new(Kind::Stat, text("Kuinka moni odottaa takaisinsoittoa?", "Hur många väntar på återuppringning?", "How many wait to be called back?"), Unit::Count)
                .about(text("jono_callbacks_pending, valitut yhteensä.", "jono_callbacks_pending, alla valda.", "jono_callbacks_pending, all chosen."))
                .none(nobody)
                .size(6, 4)
                .target(total("jono_callbacks_pending"), same("")),
            Panel::new(Kind::Stat, text("Kuinka moni on myöhässä?", "Hur många är försenade?", "How many are overdue?"), Unit::Count)
                .about(text(
                    "Joille piti soittaa tähän mennessä (jono_callbacks_overdue). Puuttuu, jos mitään ei ole luvattu.",
                    "De som skulle ha ringts upp vid det här laget (jono_callbacks_overdue). Saknas om inget är utlovat.",
                    "Those who were to be called by now (jono_callbacks_overdue). Absent where nothing is promised.",
                ))
                .none(text("Mitään ei ole luvattu", "Inget är utlovat", "Nothing is promised"))
                .size(6, 4)
                .target(total("jono_callbacks_overdue"), same("")),
            Panel::new(Kind::Stat, text("Kuinka kauan vanhin on odottanut?", "Hur länge har den äldsta väntat?", "How long has the oldest waited?"), Unit::Seconds)
                .about(text(
                    "Nyt miinus jono_callbacks_oldest_pending_timestamp_seconds, valituista aikaisin.",
                    "Nu minus jono_callbacks_oldest_pending_timestamp_seconds, det tidigaste av de valda.",
                    "Now less jono_callbacks_oldest_pending_timestamp_seconds, the earliest of all chosen.",
                ))
                .none(nobody)
                .size(6, 4)
                .target(format!("time() - min({})", of("jono_callbacks_oldest_pending_timestamp_seconds", r#"channel="callback""#)), same("")),
            Panel::new(Kind::Stat, text("Missä ajassa on luvattu soittaa?", "Inom vilken tid har samtal utlovats?", "Within what time is a call promised?"), Unit::Seconds)
                .about(text(
                    "jono_callback_promise_seconds palveluittain. Puuttuu, kun lupaus on päättynyt.",
                    "jono_callback_promise_seconds per tjänst. Saknas när löftet har upphört.",
                    "jono_callback_promise_seconds by service. Absent when the promise has ended.",
                ))
                .none(text("Mitään ei ole luvattu nyt", "Inget är utlovat nu", "Nothing is promised now"))
                .size(6, 4)
                .target(format!("max by (service) ({})", of("jono_callback_promise_seconds", r#"channel="callback""#)), same("{{service}}")),
        ],
    }
}

fn course() -> Row {
    let stage =
        |metric: &str, more: &str| format!("sum({})", grown(metric, &format!("{more}channel=\"callback\"")));
    let stages = rows(
        "stage",
        [
            ("1", stage("jono_callbacks_offered_total", "")),
            ("2", stage("jono_callbacks_accepted_total", "")),
            ("3", stage("jono_callbacks_called_total", "")),
            ("4", stage("jono_callbacks_completed_total", "outcome=\"reached\",")),
        ],
    );
    let kept = |read: &dyn Fn(&str) -> String, by: &str| {
        let (kept, all) = (read("result=\"kept\","), read(""));
        format!("sum{by} ({kept}) / (sum{by} ({all}) > 0)")
    };
    let over = |more: &str| grown("jono_callbacks_promises_total", &format!("{more}channel=\"callback\""));
    let daily = |more: &str| {
        format!(
            "increase({}[1d])",
            of("jono_callbacks_promises_total", &format!("{more}channel=\"callback\""))
        )
    };
    let delay = |q: &str| {
        format!(
            "histogram_quantile({q}, sum by (le) (increase({}[1d])))",
            of("jono_callback_delay_seconds_bucket", "")
        )
    };
    let none = text(
        "Takaisinsoittoja ei ole tällä ajalla",
        "Inga återuppringningar under denna tid",
        "No callbacks in this range",
    );
    Row {
        title: text("Takaisinsoitot tällä ajalla", "Återuppringning under denna tid", "Callbacks in this range"),
        panels: vec![
            Panel::new(Kind::Stat, text("Kuinka suuri osa lupauksista pidettiin?", "Hur stor andel av löftena hölls?", "What share of promises was kept?"), Unit::Share)
                .about(text(
                    "Pidetyt / kaikki lupaukset (jono_callbacks_promises_total). Pidetty: ensimmäinen yritys luvatussa ajassa; tavoittaminen on eri asia.",
                    "Hållna / alla löften (jono_callbacks_promises_total). Hållet: första försöket inom utlovad tid; att nå kunden är en annan sak.",
                    "Kept / all promises (jono_callbacks_promises_total). Kept: the first attempt was in time; whether the customer was reached is another matter.",
                ))
                .none(none)
                .size(6, 9)
                .target(kept(&over, ""), same("")),
            Panel::new(Kind::BarChart(vec![
                label("stage", text("Vaihe", "Skede", "Stage")).words(&[
                    plain("1", text("tarjottu", "erbjudna", "offered")),
                    plain("2", text("hyväksytty", "accepterade", "accepted")),
                    plain("3", text("soitettu", "uppringda", "called")),
                    plain("4", text("tavoitettu", "nådda", "reached")),
                ]),
                value(0, text("Takaisinsoitot", "Återuppringningar", "Callbacks"), Unit::Count),
            ]), text("Mihin vaiheeseen takaisinsoitot pääsivät?", "Hur långt kom återuppringningarna?", "How far did callbacks get?"), Unit::Count)
                .about(text(
                    "Tarjotut, hyväksytyt, soitetut ja tavoitetut (jono_callbacks_offered_total, _accepted_total, _called_total, _completed_total).",
                    "Erbjudna, accepterade, uppringda och nådda (jono_callbacks_offered_total, _accepted_total, _called_total, _completed_total).",
                    "Offered, accepted, called and reached (jono_callbacks_offered_total, _accepted_total, _called_total, _completed_total).",
                ))
                .none(none)
                .size(9, 9)
                .target(stages, same("")),
            Panel::new(Kind::Lines, text("Pidetäänkö lupaus, päivittäin?", "Hålls löftet, dag för dag?", "Is the promise kept, day by day?"), Unit::Share)
                .about(text(
                    "Pidetyt / kaikki lupaukset vuorokauden ajalta (jono_callbacks_promises_total).",
                    "Hållna / alla löften över ett dygn (jono_callbacks_promises_total).",
                    "Kept / all promises over a day (jono_callbacks_promises_total).",
                ))
                .none(none)
                .every("1h")
                .size(9, 9)
                .target(kept(&daily, " by (service)"), same("{{service}}")),
            Panel::new(Kind::Lines, text("Missä ajassa soitettiin takaisin?", "Inom vilken tid ringdes kunden upp?", "Within what time were customers called back?"), Unit::Seconds)
                .about(text(
                    "Hyväksymisestä ensimmäiseen yritykseen, prosenttipisteet 50 ja 90 vuorokauden ajalta, luokista interpoloituna (jono_callback_delay_seconds). Katkoviiva: lupaus.",
                    "Från accepterad återuppringning till första försök, percentilerna 50 och 90 över ett dygn, interpolerade ur klasser (jono_callback_delay_seconds). Streckad linje: löftet.",
                    "From acceptance to the first attempt, percentiles 50 and 90 over a day, interpolated in buckets (jono_callback_delay_seconds). Dashed: the promise.",
                ))
                .none(none)
                .every("1h")
                .size(24, 9)
                .target(delay("0.5"), same("50 %"))
                .target(delay("0.9"), same("90 %"))
                .with(format!("max({})", of("jono_callback_promise_seconds", r#"channel="callback""#)), text("lupaus", "löfte", "promise"), |target| Target::steps(target.dashed())),
        ],
    }
}
