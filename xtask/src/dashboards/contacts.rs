//! How many contacts came by which channel, and how many were answered: for the head of customer service.

use super::{
    BASES,
    model::{Dashboard, Kind, Panel, Row, Target, Unit, label, value},
    query::{ADDABLE, SERIES, hourly, last, week, week_answer_rate, week_wait},
    short_weeks, variables,
    words::{same, text, word as words},
};

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        name: "contacts",
        title: text("Yhteydenotot", "Kontakter", "Contacts"),
        about: text(
            "Kuinka paljon yhteydenottoja tulee mitäkin kanavaa pitkin, ja moneenko vastataan? Asiakaspalvelun johdolle.",
            "Hur många kontakter kommer via vilken kanal, och hur många besvaras? För kundservicens ledning.",
            "How many contacts come by which channel, and how many are answered? For the head of customer service.",
        ),
        from: "now-1y",
        refresh: "5m",
        variables: variables(false),
        annotations: vec![short_weeks()],
        rows: vec![weeks(), last_week(), hours(), online()],
    }
}

fn weeks() -> Row {
    let sum = |metric: &str, more: &str| format!("sum by (channel, basis) ({})", week(metric, more));
    Row {
        title: text("Viikot", "Veckor", "Weeks"),
        panels: vec![
            Panel::new(Kind::Bars, text("Yhteydenotot viikossa kanavittain, ja puhelujen vastausprosentti", "Kontakter per vecka och kanal, och andelen besvarade samtal", "Contacts a week by channel, and the share of calls answered"), Unit::Count)
                .about(text(
                    "Pylväät: jono_week_contacts, viikon torstaissa. Viiva, oikea asteikko: vastatut / päättyneet samoista puheluista (jono_week_answer_rate_ratio). Lyhyet viikot on merkitty. Pylvään osat ovat erikseen: sama yksikkö laskettuna ja ilmoitettuna on sama asia kahdesti.",
                    "Staplar: jono_week_contacts, på veckans torsdag. Linje, höger skala: besvarade / avslutade av samma samtal (jono_week_answer_rate_ratio). Korta veckor är utmärkta. Stapelns delar är skilda: samma enhet räknad och uppgiven är samma sak två gånger.",
                    "Bars: jono_week_contacts, at the week's Thursday. Line, right scale: answered / concluded of the same calls (jono_week_answer_rate_ratio). Short weeks are marked. The parts of a bar stand for themselves: one unit both counted and tallied is the same thing twice.",
                ))
                .weekly(None)
                .size(24, 12)
                .target(sum("jono_week_contacts", ADDABLE), same("{{channel}} ({{basis}})"))
                .with(
                    week_answer_rate("channel, basis", "", |metric, more| week(metric, &format!("{more},channel=\"phone\""))),
                    text("vastausprosentti, {{channel}} ({{basis}})", "andel besvarade, {{channel}} ({{basis}})", "share answered, {{channel}} ({{basis}})"),
                    |target| target.right(Unit::Share, "%"),
                ),
            Panel::new(Kind::Lines, text("Tuleeko enemmän kuin vuosi sitten?", "Kommer fler än för ett år sedan?", "Do more come than a year ago?"), Unit::Count)
                .about(text(
                    "Viikon yhteydenotot ja saman ISO-viikon vuotta aiemmin (jono_week_contacts_year_ago). Viikolla 53 ei ole vertailua.",
                    "Veckans kontakter och samma ISO-veckas i fjol (jono_week_contacts_year_ago). Vecka 53 saknar jämförelse.",
                    "Contacts of the week, and of the same ISO week a year ago (jono_week_contacts_year_ago). Week 53 has nothing to compare with.",
                ))
                .weekly(None)
                .target(sum("jono_week_contacts", ADDABLE), same("{{channel}} ({{basis}})"))
                .with(sum("jono_week_contacts_year_ago", ADDABLE), text("{{channel}} ({{basis}}), vuotta aiemmin", "{{channel}} ({{basis}}), i fjol", "{{channel}} ({{basis}}), a year ago"), Target::dashed),
            Panel::new(Kind::Lines, text("Yhteydenotot työpäivässä: lyhyet viikot vertailukelpoisina", "Kontakter per arbetsdag: korta veckor jämförbara", "Contacts a working day: short weeks made comparable"), Unit::Count)
                .about(text(
                    "Viikon yhteydenotot / viikon työpäivät kalenterin mukaan (jono_week_contacts_per_workday).",
                    "Veckans kontakter / veckans arbetsdagar enligt kalendern (jono_week_contacts_per_workday).",
                    "Contacts of the week / its working days by the calendar (jono_week_contacts_per_workday).",
                ))
                .weekly(None)
                .target(sum("jono_week_contacts_per_workday", ADDABLE), same("{{channel}} ({{basis}})"))
                .with(sum("jono_week_contacts_per_workday_year_ago", ADDABLE), text("{{channel}} ({{basis}}), vuotta aiemmin", "{{channel}} ({{basis}}), i fjol", "{{channel}} ({{basis}}), a year ago"), Target::dashed),
            Panel::new(Kind::Lines, text("Mihin osaan puheluista vastataan, palveluittain?", "Hur stor andel av samtalen besvaras, per tjänst?", "What share is answered, by service?"), Unit::Share)
                .about(text(
                    "Vastatut / päättyneet viikossa, palveluittain (jono_week_answer_rate_ratio, painotettuna yhteydenotoilla).",
                    "Besvarade / avslutade per vecka och tjänst (jono_week_answer_rate_ratio, vägd med kontakterna).",
                    "Answered / concluded in the week, by service (jono_week_answer_rate_ratio, weighed by contacts).",
                ))
                .weekly(None)
                .target(week_answer_rate("service, basis", "", week), same("{{service}} ({{basis}})")),
            Panel::new(Kind::Lines, text("Mitä muut ovat julkaisseet vastausprosentista?", "Vad har andra publicerat om andelen besvarade?", "What did others publish of the share answered?"), Unit::Share)
                .about(text(
                    "Julkaistut luvut sellaisinaan (basis=\"published\"); niitä ei lasketa yhteen.",
                    "Publicerade tal som de är (basis=\"published\"); de läggs inte ihop.",
                    "Published figures as they are (basis=\"published\"); they are never put together.",
                ))
                .weekly(None)
                .target(week("jono_week_answer_rate_ratio", r#"basis="published""#), words::SERIES),
        ],
    }
}

fn last_week() -> Row {
    let by = |metric: &str| format!("max by ({SERIES}, basis) ({})", last(metric, ADDABLE));
    Row {
        title: text("Viimeksi päättynyt viikko", "Den senast avslutade veckan", "The week that ended last"),
        panels: vec![
            Panel::new(Kind::Stat, text("Paljonko yhteydenottoja oli?", "Hur många kontakter var det?", "How many contacts were there?"), Unit::Count)
                .about(text(
                    "jono_week_contacts kanavittain, viimeksi päättynyt ISO-viikko.",
                    "jono_week_contacts per kanal, den senast avslutade ISO-veckan.",
                    "jono_week_contacts by channel, of the ISO week that ended last.",
                ))
                .none(words::NO_WEEKS)
                .size(12, 4)
                .target(format!("sum by (channel, basis) ({})", last("jono_week_contacts", ADDABLE)), same("{{channel}} ({{basis}})")),
            Panel::new(Kind::Stat, text("Mihin osaan puheluista vastattiin?", "Hur stor andel av samtalen besvarades?", "What share of calls was answered?"), Unit::Share)
                .about(text("Vastatut / päättyneet, puhelin.", "Besvarade / avslutade, telefon.", "Answered / concluded, phone."))
                .none(words::NO_WEEKS)
                .target(week_answer_rate("basis", "", |metric, more| last(metric, &format!("{more},channel=\"phone\""))), words::ANSWER_RATE_BY_BASIS)
                .target(week_answer_rate("basis", "_year_ago", |metric, more| last(metric, &format!("{more},channel=\"phone\""))), words::YEAR_AGO_BY_BASIS),
            Panel::new(Kind::Stat, text("Kuinka kauan jonotettiin?", "Hur länge köade man?", "How long did callers wait?"), Unit::Seconds)
                .about(text(
                    "Vastattujen jonotusajan keskiarvo, puhelin, sarjat painotettuina vastatuilla.",
                    "De besvarades genomsnittliga väntetid, telefon, serierna vägda med antalet besvarade.",
                    "Mean wait of answered calls, each series weighed by its answered calls.",
                ))
                .none(words::NO_WEEKS)
                .target(week_wait("basis", "", |metric, more| last(metric, &format!("{more},channel=\"phone\""))), words::MEAN_WAIT_BY_BASIS)
                .target(week_wait("basis", "_year_ago", |metric, more| last(metric, &format!("{more},channel=\"phone\""))), words::YEAR_AGO_BY_BASIS),
            Panel::new(Kind::Table(vec![
                label("channel", words::CHANNEL),
                label("unit", words::UNIT),
                label("service", words::SERVICE),
                label("basis", words::BASIS).words(&BASES),
                value(0, words::CONTACTS, Unit::Count),
                value(1, words::YEAR_AGO, Unit::Count),
                value(2, words::ANSWER_RATE, Unit::Share),
                value(3, text("Vastausprosentti vuotta aiemmin", "Andel besvarade i fjol", "Share answered a year ago"), Unit::Share),
                value(4, text("Palvelutaso", "Servicenivå", "Service level"), Unit::Share),
                value(5, words::MEAN_WAIT, Unit::Seconds),
            ]), text("Kuka sai yhteydenottoja, ja moneenko vastattiin?", "Vem fick kontakter, och hur många besvarades?", "Who was contacted, and how many were answered?"), Unit::Count)
                .about(text(
                    "jono_week_contacts, jono_week_answer_rate_ratio, jono_week_service_level_ratio (palvelun oma kaava) ja jono_week_wait_mean_seconds sarjoittain.",
                    "jono_week_contacts, jono_week_answer_rate_ratio, jono_week_service_level_ratio (tjänstens egen formel) och jono_week_wait_mean_seconds per serie.",
                    "jono_week_contacts, jono_week_answer_rate_ratio, jono_week_service_level_ratio (by the service's own formula) and jono_week_wait_mean_seconds, by series.",
                ))
                .none(words::NO_WEEKS)
                .target(by("jono_week_contacts"), same(""))
                .target(by("jono_week_contacts_year_ago"), same(""))
                .target(by("jono_week_answer_rate_ratio"), same(""))
                .target(by("jono_week_answer_rate_ratio_year_ago"), same(""))
                .target(by("jono_week_service_level_ratio"), same(""))
                .target(by("jono_week_wait_mean_seconds"), same("")),
        ],
    }
}

fn hours() -> Row {
    Row {
        title: text("Tunnit ja päivät", "Timmar och dagar", "Hours and days"),
        panels: vec![
            Panel::new(Kind::Lines, text("Miten yhteydenotot päättyivät?", "Hur slutade kontakterna?", "How did contacts end?"), Unit::Count)
                .about(text(
                    "Päättyneet tunnissa lopputuloksittain (jono_contacts_total); lopputulokset: docs/measures.md. Jonoon tuloja, ei henkilöitä. Kahden tunnin keskiarvo, pitkillä aikaväleillä pidemmän.",
                    "Avslutade per timme efter utfall (jono_contacts_total); utfallen: docs/measures.md. Köinträden, inte personer. Medelvärde över två timmar, längre i långa tidsintervall.",
                    "Concluded an hour by outcome (jono_contacts_total); outcomes: docs/measures.md. Entries of queues, not persons. The mean of two hours, longer in long ranges.",
                ))
                .every("1h")
                .target(format!("sum by (outcome) ({})", hourly("jono_contacts_total", "")), same("{{outcome}}")),
            Panel::new(Kind::Lines, text("Montako puhelua tuli yksikköön, ja montako kertaa tultiin jonoon?", "Hur många samtal kom till enheten, och hur många köinträden?", "How many calls came to the unit, and how many queue entries?"), Unit::Count)
                .about(text(
                    "Tunnissa: jono_unit_contacts_total laskee puhelun yksikössä kerran, jono_arrivals_total jokaisen jonon.",
                    "Per timme: jono_unit_contacts_total räknar ett samtal en gång per enhet, jono_arrivals_total varje kö.",
                    "An hour: jono_unit_contacts_total counts a call once in a unit, jono_arrivals_total each queue that it entered.",
                ))
                .every("1h")
                .target(format!("sum({})", hourly("jono_unit_contacts_total", "")), text("puhelut", "samtal", "calls"))
                .with(format!("sum({})", hourly("jono_arrivals_total", "")), text("jonoon tulot", "köinträden", "queue entries"), Target::dashed),
            Panel::new(Kind::Stat, text("Montako työpäivää viikossa on?", "Hur många arbetsdagar har veckan?", "How many working days does the week have?"), Unit::Count)
                .about(text(
                    "jono_calendar_workdays: viime viikko, tämä ja seuraava, määritetyn kalenterin mukaan.",
                    "jono_calendar_workdays: förra veckan, denna och nästa, enligt den inställda kalendern.",
                    "jono_calendar_workdays of the last week, this and the next, by the calendar that is configured.",
                ))
                .size(12, 4)
                .target("max by (week) (jono_calendar_workdays)", same("{{week}}")),
        ],
    }
}

fn online() -> Row {
    let none = text("Osuutta ei ole julkaistu", "Andelen har inte publicerats", "No share was published");
    Row {
        title: text("Verkkoasiointi", "E-tjänster", "Online"),
        panels: vec![
            Panel::new(
                Kind::Lines,
                text(
                    "Kuinka suuri osa hakemuksista tehdään verkossa?",
                    "Hur stor del av ansökningarna görs på nätet?",
                    "What share of applications is made online?",
                ),
                Unit::Share,
            )
            .about(text(
                "jono_online_ratio alueittain, sellaisena kuin se viimeksi julkaistiin. Ei historiassa.",
                "jono_online_ratio per område, som den senast publicerades. Inte i historiken.",
                "jono_online_ratio by area, as it was published last. Not in history.",
            ))
            .none(none)
            .target("max by (area) (jono_online_ratio)", same("{{area}}")),
            Panel::new(
                Kind::Table(vec![
                    label("area", text("Alue", "Område", "Area")),
                    value(
                        0,
                        text(
                            "Verkossa tehdyt hakemukset",
                            "Ansökningar på nätet",
                            "Applications made online",
                        ),
                        Unit::Share,
                    ),
                    value(1, text("Jakso alkoi", "Perioden började", "Period began"), Unit::Time),
                ]),
                text(
                    "Missä asioidaan verkossa, ja miltä jaksolta tieto on?",
                    "Var sköter man ärenden på nätet, och för vilken period?",
                    "Where is business done online, and of which period is that?",
                ),
                Unit::Share,
            )
            .about(text(
                "jono_online_ratio ja jono_online_ratio_start_timestamp_seconds: jakson alku.",
                "jono_online_ratio och jono_online_ratio_start_timestamp_seconds: periodens början.",
                "jono_online_ratio, and jono_online_ratio_start_timestamp_seconds: when its period began.",
            ))
            .none(none)
            .size(12, 9)
            .target("max by (area) (jono_online_ratio)", same(""))
            .target("max by (area) (jono_online_ratio_start_timestamp_seconds) * 1000", same("")),
        ],
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_channel_is_named_once() {
        let of = crate::dashboards::query::of("a", r#"channel="phone""#);
        assert_eq!(of.matches("channel").count(), 1, "{of}");
    }
}
