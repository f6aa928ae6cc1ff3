//! How many came to the service points, and which of them are open: for the service network.

use super::{
    BASES,
    model::{Dashboard, Kind, Panel, Row, Target, Unit, label, value, word},
    query::{last, month, of, week},
    short_weeks, variables,
    words::{same, text, word as words},
};

/// The channel of all its panels.
const POINTS: &str = r#"basis=~"counted|tallied",channel="service_point""#;
const BY: &str = "unit, basis";

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        name: "visit-counts",
        title: text("Käyntimäärät", "Antal besök", "Visit counts"),
        about: text(
            "Kuinka monta käyntiä palvelupisteissä on, ja mitkä niistä ovat auki? Palveluverkolle.",
            "Hur många besök görs på serviceställena, och vilka är öppna? För servicenätet.",
            "How many visits do service points have, and which of them are open? For the service network.",
        ),
        from: "now-1y",
        refresh: "5m",
        variables: variables(false),
        annotations: vec![short_weeks()],
        rows: vec![weeks(), units(), points()],
    }
}

fn sum(by: &str, read: fn(&str, &str) -> String, metric: &str) -> String {
    format!("sum by ({by}) ({})", read(metric, POINTS))
}

fn weeks() -> Row {
    let bars = text("viikko ({{basis}})", "vecka ({{basis}})", "week ({{basis}})");
    let ago = text("vuotta aiemmin ({{basis}})", "i fjol ({{basis}})", "a year ago ({{basis}})");
    Row {
        title: text("Viikot", "Veckor", "Weeks"),
        panels: vec![
            Panel::new(Kind::Bars, text("Käyntejä viikossa, kuukauden keskiarvo, ja vuotta aiemmin", "Besök per vecka, månadens medelvärde, och i fjol", "Visits a week, the month's mean of its weeks, and a year ago"), Unit::Count)
                .about(text(
                    "jono_week_contacts, kanava service_point, valitut yksiköt yhteensä; pylväs on viikon torstaissa. Viiva: niiden ISO-viikkojen keskiarvo, joiden torstai on kuukaudessa (jono_month_contacts_weekly_mean). Lasketut ja ilmoitetut ovat pylvään erillisiä osia.",
                    "jono_week_contacts, kanalen service_point, valda enheter tillsammans; stapeln står på veckans torsdag. Linje: medelvärdet av de ISO-veckor vars torsdag ligger i månaden (jono_month_contacts_weekly_mean). Räknade och uppgivna är skilda delar av stapeln.",
                    "jono_week_contacts of channel service_point, all chosen units together; a bar stands at the week's Thursday. Line: the mean of the ISO weeks whose Thursday lies in the month (jono_month_contacts_weekly_mean). Counted and tallied are parts of the bar, each with its own number.",
                ))
                .weekly(None)
                .size(24, 11)
                .target(sum("basis", week, "jono_week_contacts"), bars)
                .with(format!("sum by (basis) ({})", month("jono_month_contacts_weekly_mean", POINTS)), text("kuukauden viikkokeskiarvo ({{basis}})", "månadens veckomedelvärde ({{basis}})", "the month's mean week ({{basis}})"), |target| target.line().steps())
                .with(sum("basis", week, "jono_week_contacts_year_ago"), ago, Target::dashed),
            Panel::new(Kind::Bars, text("Käyntejä työpäivässä: lyhyet viikot vertailukelpoisina", "Besök per arbetsdag: korta veckor jämförbara", "Visits a working day: short weeks made comparable"), Unit::Count)
                .about(text(
                    "Viikon käynnit / viikon työpäivät kalenterin mukaan (jono_week_contacts_per_workday), yksiköt yhteensä.",
                    "Veckans besök / veckans arbetsdagar enligt kalendern (jono_week_contacts_per_workday), enheterna tillsammans.",
                    "Visits of the week / working days of the week by the calendar (jono_week_contacts_per_workday), all units together.",
                ))
                .weekly(None)
                .target(sum("basis", week, "jono_week_contacts_per_workday"), bars)
                .with(sum("basis", week, "jono_week_contacts_per_workday_year_ago"), ago, Target::dashed),
            Panel::new(Kind::Bars, text("Missä palvelupisteissä käynnit ovat?", "På vilka serviceställen görs besöken?", "At which service points are the visits?"), Unit::Count)
                .about(text(
                    "jono_week_contacts palvelupisteittäin, päällekkäin. Kiinni oleva palvelupiste puuttuu: se ei ole nolla.",
                    "jono_week_contacts per serviceställe, staplade. Ett stängt serviceställe saknas: det är inte noll.",
                    "jono_week_contacts by service point, stacked. A closed service point is missing: it is not zero.",
                ))
                .weekly(None)
                .target(sum(BY, week, "jono_week_contacts"), same("{{unit}} ({{basis}})")),
        ],
    }
}

fn units() -> Row {
    let columns = || vec![label("unit", words::UNIT), label("basis", words::BASIS).words(&BASES)];
    let mut of_week = columns();
    of_week.extend([
        value(0, words::VISITS, Unit::Count),
        value(1, words::YEAR_AGO, Unit::Count),
        value(2, text("Työpäivässä", "Per arbetsdag", "A working day"), Unit::Count),
        value(3, text("Aukiolopäivässä", "Per öppethållningsdag", "An open day"), Unit::Count),
    ]);
    let mut of_month = columns();
    of_month.extend([
        value(
            0,
            text(
                "Käyntejä viikossa, kuukauden keskiarvo",
                "Besök per vecka, månadens medelvärde",
                "Visits a week, mean of the month",
            ),
            Unit::Count,
        ),
        value(
            1,
            text("Sama kuukausi vuotta aiemmin", "Samma månad i fjol", "Same month a year ago"),
            Unit::Count,
        ),
        value(2, text("Kuukauden käynnit", "Månadens besök", "Visits of the month"), Unit::Count),
    ]);
    Row {
        title: text("Yksiköt", "Enheter", "Units"),
        panels: vec![
            Panel::new(Kind::Table(of_week), text("Viimeksi päättynyt viikko palvelupisteittäin", "Den senast avslutade veckan per serviceställe", "The week that ended last, by service point"), Unit::Count)
                .about(text(
                    "jono_week_contacts, sama vuotta aiemmin, työpäivää ja aukiolopäivää kohti. Aukiolopäivät ovat yksikön omat.",
                    "jono_week_contacts, samma i fjol, per arbetsdag och per öppethållningsdag. Öppethållningsdagarna är enhetens egna.",
                    "jono_week_contacts, the same a year ago, by working day and by open day. Open days are the unit's own.",
                ))
                .none(words::NO_WEEKS)
                .highest_first(2)
                .size(12, 11)
                .target(sum(BY, last, "jono_week_contacts"), same(""))
                .target(sum(BY, last, "jono_week_contacts_year_ago"), same(""))
                .target(sum(BY, last, "jono_week_contacts_per_workday"), same(""))
                .target(sum(BY, last, "jono_week_contacts_per_open_day"), same("")),
            Panel::new(Kind::Table(of_month), text("Viimeksi päättynyt kuukausi palvelupisteittäin", "Den senast avslutade månaden per serviceställe", "The month that ended last, by service point"), Unit::Count)
                .about(text(
                    "jono_month_contacts_weekly_mean: niiden ISO-viikkojen keskiarvo, joiden torstai on kuukaudessa; sama vuotta aiemmin.",
                    "jono_month_contacts_weekly_mean: medelvärdet av de ISO-veckor vars torsdag ligger i månaden; samma i fjol.",
                    "jono_month_contacts_weekly_mean: the mean of the ISO weeks whose Thursday lies in the month; the same a year ago.",
                ))
                .none(text("Ei kokonaista kuukautta tällä ajalla", "Ingen hel månad i tidsintervallet", "No whole month in this range"))
                .size(12, 11)
                .target(sum(BY, last, "jono_month_contacts_weekly_mean"), same(""))
                .target(sum(BY, last, "jono_month_contacts_weekly_mean_year_ago"), same(""))
                .target(sum(BY, last, "jono_month_contacts"), same("")),
            Panel::new(Kind::Lines, text("Käyntejä aukiolopäivässä: supistetut aukiolot vertailukelpoisina", "Besök per öppethållningsdag: inskränkta tider jämförbara", "Visits an open day: reduced opening made comparable"), Unit::Count)
                .about(text(
                    "Viikon käynnit / päivät, joina yksikkö oli auki (jono_week_contacts_per_open_day). Vain yksiköistä, joiden aukiolot tiedetään.",
                    "Veckans besök / dagar då enheten var öppen (jono_week_contacts_per_open_day). Bara för enheter vars öppettider är kända.",
                    "Visits of the week / days on which the unit was open (jono_week_contacts_per_open_day). Only of units whose hours are known.",
                ))
                .weekly(None)
                .size(24, 9)
                .target(sum(BY, week, "jono_week_contacts_per_open_day"), same("{{unit}} ({{basis}})")),
        ],
    }
}

fn points() -> Row {
    let states = [
        word("0", text("kiinni", "stängt", "closed"), "orange"),
        word("1", text("auki", "öppet", "open"), "green"),
    ];
    Row {
        title: text("Palvelupisteet nyt", "Serviceställena nu", "Service points now"),
        panels: vec![
            Panel::new(Kind::Stat, text("Moniko palvelupiste on tänään auki, supistetusti auki, kiinni?", "Hur många serviceställen är i dag öppna, öppna med inskränkta tider, stängda?", "How many service points are open, reduced, closed today?"), Unit::Count)
                .about(text(
                    "jono_service_points tiloittain: auki, supistetusti auki, kiinni. Koko verkko, ei valitut yksiköt.",
                    "jono_service_points per läge: öppna, inskränkt öppna, stängda. Hela nätet, inte valda enheter.",
                    "jono_service_points by state. Of the whole network, not of the chosen units.",
                ))
                .none(text("Aukioloja ei tiedetä", "Öppettiderna är inte kända", "Opening hours are not known"))
                .size(24, 4)
                .target(r#"sum by (state) (jono_service_points{channel="service_point"})"#, same("{{state}}")),
            Panel::new(Kind::States, text("Milloin kukin palvelupiste oli auki?", "När var respektive serviceställe öppet?", "When was each service point open?"), Unit::Word)
                .about(text(
                    "jono_open: 1 auki, 0 kiinni. Kahdelta viime päivältä, tai kiinteältä aikaväliltä. Ei historiassa: alkaa, kun jono käynnistettiin.",
                    "jono_open: 1 öppet, 0 stängt. De två senaste dagarna, eller ett fast tidsintervall. Inte i historiken: börjar när jono startades.",
                    "jono_open: 1 open, 0 closed. Of the last two days, or of a fixed time range. Not in history: it begins when jono was started.",
                ))
                .none(text("Aukioloja ei tiedetä", "Öppettiderna är inte kända", "Opening hours are not known"))
                .recent()
                .words(&states)
                .size(12, 12)
                .target(r#"max by (unit) (jono_open{channel="service_point",unit=~"$unit"})"#, same("{{unit}}")),
            Panel::new(Kind::Table(vec![
                label("unit", words::UNIT),
                value(0, words::STATE, Unit::Word).words(&states),
                value(1, text("Odottaa", "Väntar", "Waiting"), Unit::Count),
                value(2, text("Odotus", "Väntan", "Wait"), Unit::Seconds),
                value(3, text("Palvelutiskejä", "Diskar", "Desks"), Unit::Count),
                value(4, text("Katsottu", "Avläst", "Polled"), Unit::Time),
            ]), text("Kuinka kauan palvelupisteessä odotetaan nyt?", "Hur länge väntar man på serviceställena nu?", "How long does one wait at a service point now?"), Unit::Count)
                .about(text(
                    "Viimeisin kysely jonosta: jono_polled_open, _waiting, _wait_seconds, _desks_open. Kiinni olevalla ei ole jonoa, ei edes nollaa.",
                    "Senaste avläsning av kön: jono_polled_open, _waiting, _wait_seconds, _desks_open. Ett stängt ställe har ingen kö, inte ens noll.",
                    "The last poll of the queue: jono_polled_open, _waiting, _wait_seconds, _desks_open. A closed one has no queue, not even zero.",
                ))
                .none(text("Mitään jonoa ei ole katsottu viime aikoina", "Ingen kö har avlästs på sistone", "No queue was polled lately"))
                .highest_first(3)
                .size(12, 12)
                .target(polled("max", "jono_polled_open"), same(""))
                .target(polled("sum", "jono_polled_waiting"), same(""))
                .target(polled("max", "jono_polled_wait_seconds"), same(""))
                .target(polled("sum", "jono_polled_desks_open"), same(""))
                .target(format!("{} * 1000", polled("max", "jono_poll_timestamp_seconds")), same("")),
            Panel::new(Kind::Table(vec![
                label("unit", words::UNIT),
                label("basis", words::BASIS).words(&BASES),
                label("state", words::STATE).words(&super::STATES),
            ]), text("Mikä on viime viikon luvun tila palvelupisteittäin?", "Vilket läge har förra veckans siffra per serviceställe?", "What is the state of last week's figure, by service point?"), Unit::Word)
                .about(text(
                    "jono_figure_state, viimeksi päättynyt viikko: ennakkotieto, lopullinen, muuttunut, kiinni tai ei saatavilla. Kiinni ei ole nolla.",
                    "jono_figure_state, den senast avslutade veckan: preliminär, slutlig, ändrad, stängt eller saknas. Stängt är inte noll.",
                    "jono_figure_state of the week that ended last: preliminary, final, revised, closed or unavailable. Closed is not zero.",
                ))
                .none(words::NO_WEEKS)
                .size(24, 9)
                .target(format!("max by (unit, basis, state) ({})", last("jono_figure_state", r#"channel="service_point",measure="contacts",period="week""#)), same("")),
        ],
    }
}

fn polled(how: &str, metric: &str) -> String {
    format!("{how} by (unit) ({})", of(metric, ""))
}
