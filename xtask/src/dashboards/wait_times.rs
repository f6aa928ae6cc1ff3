//! Who waits now, how long customers waited, and whether the promise is kept: for whoever leads the shift.

use super::{
    model::{Dashboard, Kind, Panel, Row, Unit, Variable, label, plain, value, word},
    query::{SERIES, WINDOW, grown, hourly, last, of, week, week_wait},
    variables,
    words::{same, text, word as words},
};

const MET: &str = "jono_service_level_contacts_total";
/// By what the promise is told apart.
const PROMISE: &str = "channel, unit, service, formula";

pub(super) fn dashboard() -> Dashboard {
    let mut chosen = variables(false);
    chosen.push(Variable {
        name: "formula",
        label: words::FORMULA,
        of: r#"jono_service_level_contacts_total{channel=~"$channel",unit=~"$unit",service=~"$service"}"#
            .to_owned(),
        hidden: false,
    });
    Dashboard {
        name: "wait-times",
        title: text("Jonotusajat", "Väntetider", "Wait times"),
        about: text(
            "Kuka odottaa nyt, kuinka kauan on odotettu, ja pidetäänkö lupaus? Vuoron vetäjälle.",
            "Vem väntar nu, hur länge har man väntat, och hålls löftet? För den som leder skiftet.",
            "Who waits now, how long did customers wait, and is the promise kept? For whoever leads the shift.",
        ),
        from: "now-6h",
        refresh: "30s",
        variables: chosen,
        annotations: Vec::new(),
        rows: vec![now(), today(), course(), compared()],
    }
}

fn now() -> Row {
    let nobody = text("Kukaan ei odota", "Ingen väntar", "Nobody waits");
    Row {
        title: text("Nyt", "Nu", "Now"),
        panels: vec![
            Panel::new(Kind::Stat, text("Kuinka moni odottaa nyt?", "Hur många väntar nu?", "How many wait now?"), Unit::Count)
                .about(text(
                    "Jonossa olevat asiakkaat: jono_waiting, valitut yksiköt yhteensä. Vain lähteistä, joiden jono näkyy.",
                    "Kunder i kö: jono_waiting, valda enheter tillsammans. Bara från källor vars kö syns.",
                    "Customers in a queue: jono_waiting, all chosen units together. Only of sources whose queue can be seen.",
                ))
                .none(text("Jonoa ei nähdä", "Kön syns inte", "The queue cannot be seen"))
                .target(format!("sum({})", of("jono_waiting", "")), words::CONTACTS),
            Panel::new(Kind::Stat, text("Kauanko pisimpään odottanut on odottanut?", "Hur länge har den längsta väntan varat?", "How long has the longest waiting waited?"), Unit::Seconds)
                .about(text(
                    "Nyt miinus jono_longest_waiting_start_timestamp_seconds, valituista aikaisin.",
                    "Nu minus jono_longest_waiting_start_timestamp_seconds, det tidigaste av de valda.",
                    "Now less jono_longest_waiting_start_timestamp_seconds, the earliest of all chosen.",
                ))
                .none(nobody)
                .target(format!("time() - min({})", of("jono_longest_waiting_start_timestamp_seconds", "")), words::CONTACTS),
            Panel::new(Kind::Stat, text("Montako asiakaspalvelijaa on kirjautuneena, tauolla, puhelussa?", "Hur många handläggare är inloggade, på paus, i samtal?", "How many agents are logged in, paused, busy?"), Unit::Count)
                .about(text(
                    "jono_agents tiloittain: kirjautunut, tauolla, puhelussa. Kaksi viimeistä sisältyvät ensimmäiseen. Koskee koko vaihdetta, ei valittua yksikköä.",
                    "jono_agents per läge: inloggade, på paus, i samtal. De två sista ingår i den första. Gäller hela växeln, inte vald enhet.",
                    "jono_agents by state; who is paused or busy is logged in as well. Of the whole exchange, not of the chosen unit.",
                ))
                .size(12, 4)
                .target("sum by (state) (jono_agents)", same("{{state}}")),
            Panel::new(Kind::Table(vec![
                label("channel", words::CHANNEL),
                label("unit", words::UNIT),
                label("service", words::SERVICE),
                value(0, text("Odottaa", "Väntar", "Waiting"), Unit::Count),
                value(1, text("Pisin odotus", "Längsta väntan", "Longest wait"), Unit::Seconds),
            ]), text("Missä odotetaan nyt?", "Var väntar man nu?", "Where do customers wait now?"), Unit::Count)
                .about(text(
                    "Jonot, joissa joku odottaa: jono_waiting, ja nyt miinus jono_longest_waiting_start_timestamp_seconds.",
                    "Köer där någon väntar: jono_waiting, och nu minus jono_longest_waiting_start_timestamp_seconds.",
                    "Queues in which somebody waits: jono_waiting, and now less jono_longest_waiting_start_timestamp_seconds.",
                ))
                .none(nobody)
                .highest_first(4)
                .size(12, 8)
                .target(format!("sum by ({SERIES}) ({}) > 0", of("jono_waiting", "")), same(""))
                .target(format!("time() - min by ({SERIES}) ({})", of("jono_longest_waiting_start_timestamp_seconds", "")), same("")),
            Panel::new(Kind::Lines, text("Miten jono on kehittynyt?", "Hur har kön utvecklats?", "How has the queue developed?"), Unit::Count)
                .about(text(
                    "Odottavat asiakkaat (jono_waiting) yksiköittäin ja palveluittain. Jonoa ei ole historiassa: se alkaa, kun jono käynnistettiin.",
                    "Väntande kunder (jono_waiting) per enhet och tjänst. Kön finns inte i historiken: den börjar när jono startades.",
                    "Customers waiting (jono_waiting) by unit and service. The queue is not in history: it begins when jono was started.",
                ))
                .size(12, 8)
                .target(format!("sum by (unit, service) ({})", of("jono_waiting", "")), same("{{unit}} · {{service}}")),
        ],
    }
}

/// The share of contacts that met the promise, over a range.
fn level(by: &str, read: fn(&str, &str) -> String) -> String {
    let met = read(MET, r#"formula=~"$formula",result="met""#);
    let all = read(MET, r#"formula=~"$formula""#);
    format!("sum by ({by}) ({met}) / (sum by ({by}) ({all}) > 0)")
}

fn target(by: &str) -> String {
    format!("max by ({by}) ({})", of("jono_service_level_target_ratio", r#"formula=~"$formula""#))
}

fn today() -> Row {
    let verdict = [
        word("1", text("▲ tavoitteessa", "▲ når målet", "▲ on target"), "green"),
        word("0", text("▼ alle tavoitteen", "▼ under målet", "▼ below target"), "orange"),
    ];
    let none =
        text("Tänään ei ole vielä yhteydenottoja", "Inga kontakter i dag ännu", "No contacts yet today");
    Row {
        title: text("Tänään ja lupaus", "I dag och löftet", "Today against the promise"),
        panels: vec![
            Panel::new(Kind::Stat, text("Kuinka suuri osa sai lupauksen mukaisen palvelun tänään?", "Hur stor andel fick service enligt löftet i dag?", "What share was served as promised today?"), Unit::Share)
                .about(text(
                    "Palvelutaso: täyttyneet / luetut, kaavoittain (jono_service_level_contacts_total). Puoliyöstä alkaen; jos aikaväli on kiinteä, sen ajalta. Kaavat: docs/metrics.md.",
                    "Servicenivå: uppfyllda / räknade, per formel (jono_service_level_contacts_total). Från midnatt; med ett fast tidsintervall för det. Formlerna: docs/metrics.md.",
                    "Service level: met / counted, by formula (jono_service_level_contacts_total). Since midnight; of a fixed time range, over that. Formulas: docs/metrics.md.",
                ))
                .none(none)
                .today()
                .size(12, 5)
                .target(level("formula", grown), same("{{formula}}")),
            Panel::new(Kind::Table(vec![
                label("channel", words::CHANNEL),
                label("unit", words::UNIT),
                label("service", words::SERVICE),
                label("formula", words::FORMULA),
                value(0, text("Täyttyi", "Uppfyllt", "Met"), Unit::Share),
                value(1, words::TARGET, Unit::Share),
                value(2, text("Arvio", "Bedömning", "Judgement"), Unit::Word).words(&verdict),
                value(3, words::CONTACTS, Unit::Count),
            ]), text("Missä lupaus pidetään tänään, ja missä ei?", "Var hålls löftet i dag, och var inte?", "Where is the promise kept today, and where is it not?"), Unit::Share)
                .about(text(
                    "Palvelutaso (täyttyneet / luetut) ja palvelun oma tavoite (jono_service_level_target_ratio). Tavoitteessa: palvelutaso on vähintään tavoite.",
                    "Servicenivån (uppfyllda / räknade) och tjänstens eget mål (jono_service_level_target_ratio). Når målet: servicenivån är minst målet.",
                    "Service level (met / counted) and the service's own target (jono_service_level_target_ratio). On target: the level is the target or above.",
                ))
                .none(none)
                .today()
                .lowest_first(6)
                .target(level(PROMISE, grown), same(""))
                .target(target(PROMISE), same(""))
                .target(format!("{} >= bool {}", level(PROMISE, grown), target(PROMISE)), same(""))
                .target(format!("sum by ({PROMISE}) ({})", grown(MET, r#"formula=~"$formula""#)), same("")),
        ],
    }
}

fn quantile(q: &str) -> String {
    format!(
        "histogram_quantile({q}, sum by (le) (rate({}[{WINDOW}])))",
        of("jono_wait_seconds_bucket", r#"outcome="answered""#)
    )
}

fn course() -> Row {
    Row {
        title: text("Miten odotettiin", "Hur man väntade", "How customers waited"),
        panels: vec![
            Panel::new(Kind::Lines, text("Missä ajassa puolet, neljä viidestä ja 19/20 sai vastauksen?", "Inom vilken tid fick hälften, fyra av fem och 19 av 20 svar?", "Within what time were half, four of five and 19 of 20 answered?"), Unit::Seconds)
                .about(text(
                    "Vastattujen odotusajan prosenttipisteet 50, 80 ja 95 kahden viime tunnin ajalta (pitkillä aikaväleillä pidemmältä), luokista interpoloituna (jono_wait_seconds). Tarkat: jono readings --measure wait_p80.",
                    "De besvarades väntetid, percentilerna 50, 80 och 95 över de två senaste timmarna (längre i långa tidsintervall), interpolerade ur klasser (jono_wait_seconds). Exakta: jono readings --measure wait_p80.",
                    "Percentiles 50, 80 and 95 of the waits of answered contacts over the last two hours (longer in long ranges), interpolated in buckets (jono_wait_seconds). Exact ones: jono readings --measure wait_p80.",
                ))
                .target(quantile("0.5"), same("50 %"))
                .target(quantile("0.8"), same("80 %"))
                .with(quantile("0.95"), same("95 %"), super::model::Target::dashed),
            Panel::new(Kind::Lines, text("Pidetäänkö lupaus?", "Hålls löftet?", "Is the promise kept?"), Unit::Share)
                .about(text(
                    "Palvelutaso kaavoittain kahden viime tunnin ajalta (pitkillä aikaväleillä pidemmältä): täyttyneet / luetut. Katkoviiva: suurin valittujen palvelujen tavoitteista (jono_service_level_target_ratio).",
                    "Servicenivån per formel över de två senaste timmarna (längre i långa tidsintervall): uppfyllda / räknade. Streckad linje: det högsta av de valda tjänsternas mål (jono_service_level_target_ratio).",
                    "Service level by formula over the last two hours (longer in long ranges): met / counted. Dashed: the highest target of the chosen services (jono_service_level_target_ratio).",
                ))
                .target(level("formula", hourly), same("{{formula}}"))
                .with(target("formula"), text("tavoite, {{formula}}", "mål, {{formula}}", "target, {{formula}}"), |target| target.dashed().steps()),
            Panel::new(Kind::Heatmap, text("Kuinka moni odotti kuinka kauan, tunneittain?", "Hur många väntade hur länge, timme för timme?", "How many waited how long, hour by hour?"), Unit::Seconds)
                .about(text(
                    "Vastatut tunnissa odotusajan luokittain (jono_wait_seconds, ylärajat). Tummempi on enemmän; määrä näkyy osoittamalla.",
                    "Besvarade per timme efter väntetidsklass (jono_wait_seconds, övre gränser). Mörkare är fler; antalet syns när man pekar.",
                    "Answered contacts an hour, by bucket of the wait (jono_wait_seconds, upper limits). Darker is more; point at a cell for the number.",
                ))
                .every("1h")
                .size(24, 9)
                .target(format!("sum by (le) ({})", hourly("jono_wait_seconds_bucket", r#"outcome="answered""#)), same("{{le}}")),
        ],
    }
}

fn mean(offset: &str) -> String {
    let part = |part: &str| {
        format!(
            "sum(rate({}[{WINDOW}]{offset}))",
            of(&format!("jono_wait_seconds_{part}"), r#"outcome="answered""#)
        )
    };
    format!("{} / ({} > 0)", part("sum"), part("count"))
}

fn compared() -> Row {
    let now = text("nyt", "nu", "now");
    let before = text("viikkoa aiemmin", "en vecka tidigare", "a week before");
    let arrivals =
        |offset: &str| format!("sum(rate({}[{WINDOW}]{offset})) * 3600", of("jono_arrivals_total", ""));
    Row {
        title: text("Verrattuna", "Jämfört", "Compared"),
        panels: vec![
            Panel::new(Kind::Lines, text("Tuleeko enemmän kuin viikko sitten?", "Kommer fler än för en vecka sedan?", "Do more come than a week ago?"), Unit::Count)
                .about(text(
                    "Saapuneet tunnissa (jono_arrivals_total, kahden viime tunnin keskiarvo, pitkillä aikaväleillä pidemmän) ja samaan aikaan viikkoa aiemmin.",
                    "Ankomna per timme (jono_arrivals_total, medelvärde över två timmar, längre i långa tidsintervall) och samma tid en vecka tidigare.",
                    "Arrivals an hour (jono_arrivals_total, mean of the last two hours, longer in long ranges), and at the same time a week before.",
                ))
                .target(arrivals(""), now)
                .with(arrivals(" offset 1w"), before, super::model::Target::dashed),
            Panel::new(Kind::Lines, text("Odotetaanko kauemmin kuin viikko sitten?", "Väntar man längre än för en vecka sedan?", "Do customers wait longer than a week ago?"), Unit::Seconds)
                .about(text(
                    "Vastattujen keskimääräinen jonotusaika kahden viime tunnin ajalta, pitkillä aikaväleillä pidemmältä (jono_wait_seconds, summa / määrä) ja samaan aikaan viikkoa aiemmin.",
                    "De besvarades genomsnittliga väntetid över två timmar, längre i långa tidsintervall (jono_wait_seconds, summa / antal) och samma tid en vecka tidigare.",
                    "Mean wait of answered contacts over the last two hours, longer in long ranges (jono_wait_seconds, sum / count), and at the same time a week before.",
                ))
                .target(mean(""), now)
                .with(mean(" offset 1w"), before, super::model::Target::dashed),
            Panel::new(Kind::Lines, text("Jonotusaika viikoittain, ja sama viikko vuotta aiemmin", "Väntetid per vecka, och samma vecka i fjol", "Waiting time by week, and the same ISO week a year ago"), Unit::Seconds)
                .about(text(
                    "Vastattujen jonotusajan keskiarvo päättyneeltä ISO-viikolta (jono_week_wait_mean_seconds), sarjat painotettuina vastatuilla. Piste on viikon torstaissa. Viikolla 53 ei ole vertailua.",
                    "De besvarades genomsnittliga väntetid för avslutade ISO-veckor (jono_week_wait_mean_seconds), serierna vägda med antalet besvarade. Punkten står på veckans torsdag. Vecka 53 saknar jämförelse.",
                    "Mean wait of answered contacts of finished ISO weeks (jono_week_wait_mean_seconds), each series weighed by its answered contacts. A point stands at the week's Thursday. Week 53 has nothing to compare with.",
                ))
                .weekly(Some("now-1y"))
                .target(week_wait("channel, basis", "", week), same("{{channel}} ({{basis}})"))
                .with(week_wait("channel, basis", "_year_ago", week), text("{{channel}} ({{basis}}), vuotta aiemmin", "{{channel}} ({{basis}}), i fjol", "{{channel}} ({{basis}}), a year ago"), super::model::Target::dashed),
            Panel::new(Kind::Lines, text("Julkaistu jonotusaika viikoittain, ja vuotta aiemmin", "Publicerad väntetid per vecka, och i fjol", "Published waiting time by week, and a year ago"), Unit::Seconds)
                .about(text(
                    "Jonotusajat, jotka joku muu on julkaissut, sellaisinaan (basis=\"published\"); niitä ei lasketa yhteen.",
                    "Väntetider som någon annan har publicerat, som de är (basis=\"published\"); de läggs inte ihop.",
                    "Waiting times that somebody else published, as they are (basis=\"published\"); they are never put together.",
                ))
                .weekly(Some("now-1y"))
                .target(week("jono_week_wait_mean_seconds", r#"basis="published""#), words::SERIES)
                .with(week("jono_week_wait_mean_seconds_year_ago", r#"basis="published""#), text("{{channel}} · {{unit}} · {{service}}, vuotta aiemmin", "{{channel}} · {{unit}} · {{service}}, i fjol", "{{channel}} · {{unit}} · {{service}}, a year ago"), super::model::Target::dashed),
            Panel::new(Kind::Table(vec![
                label("channel", words::CHANNEL),
                label("unit", words::UNIT),
                label("service", words::SERVICE),
                label("basis", words::BASIS).words(&super::BASES),
                value(0, words::MEAN_WAIT, Unit::Seconds),
                value(1, words::YEAR_AGO, Unit::Seconds),
                value(2, words::CONTACTS, Unit::Count),
                value(3, text("Muutos", "Förändring", "Change"), Unit::Word).words(&[
                    plain("1", text("▲ pidempi", "▲ längre", "▲ longer")),
                    plain("0", text("▬ sama", "▬ samma", "▬ the same")),
                    plain("-1", text("▼ lyhyempi", "▼ kortare", "▼ shorter")),
                ]),
            ]), text("Kenen jonotusaika oli viime viikolla eri kuin vuotta aiemmin?", "Vems väntetid var förra veckan en annan än i fjol?", "Whose waiting time was different last week than a year before?"), Unit::Seconds)
                .about(text(
                    "Viimeksi päättynyt ISO-viikko, sarjoittain: jono_week_wait_mean_seconds ja sama vuotta aiemmin. Mitä ei tiedetä, puuttuu.",
                    "Den senast avslutade ISO-veckan per serie: jono_week_wait_mean_seconds och samma i fjol. Det som inte är känt saknas.",
                    "The ISO week that ended last, by series: jono_week_wait_mean_seconds and the same a year ago. What is not known is missing.",
                ))
                .none(words::NO_WEEKS)
                .target(last_by("jono_week_wait_mean_seconds"), same(""))
                .target(last_by("jono_week_wait_mean_seconds_year_ago"), same(""))
                .target(format!("{} and {}", last_by("jono_week_contacts"), last_by("jono_week_wait_mean_seconds")), same(""))
                .target(format!("sgn(round({} - {}))", last_by("jono_week_wait_mean_seconds"), last_by("jono_week_wait_mean_seconds_year_ago")), same("")),
        ],
    }
}

/// The figure of each series, without what a scrape adds.
fn last_by(metric: &str) -> String {
    format!("max by ({SERIES}, basis) ({})", last(metric, ""))
}
