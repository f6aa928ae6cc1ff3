//! Whether everything is read, counted and scraped: for whoever is on call.

use super::{
    model::{Dashboard, Kind, Panel, Row, Target, Unit, Variable, label, value, word},
    variables,
    words::{same, text, word as words},
};

const CHOSEN: &str = r#"{source=~"$source"}"#;

pub(super) fn dashboard() -> Dashboard {
    // What the other dashboards chose is carried along, so that the way back keeps it.
    let mut chosen = variables(true);
    chosen.push(Variable {
        name: "source",
        label: words::SOURCE,
        of: "jono_source_up".to_owned(),
        hidden: false,
    });
    Dashboard {
        name: "feeds",
        title: text("Syötteet", "Dataflöden", "Feeds"),
        about: text(
            "Luetaanko, lasketaanko ja haetaanko kaikki? Päivystäjälle; jokainen hälytys johtaa tänne.",
            "Läses, räknas och hämtas allt? För den som har jour; varje larm leder hit.",
            "Is everything read, counted and scraped? For whoever is on call; every alert leads here.",
        ),
        from: "now-6h",
        refresh: "30s",
        variables: chosen,
        annotations: Vec::new(),
        rows: vec![state(), sources(), reading(), ledger()],
    }
}

fn state() -> Row {
    Row {
        title: text("Toimiiko jono?", "Fungerar jono?", "Is jono well?"),
        panels: vec![
            Panel::new(Kind::Stat, text("Vastaako jono Prometheukselle?", "Svarar jono Prometheus?", "Does jono answer Prometheus?"), Unit::Word)
                .about(text(
                    "up: viimeisin haku onnistui tai ei. Hälytys: JonoDown.",
                    "up: om senaste hämtning lyckades. Larm: JonoDown.",
                    "up: whether the last scrape succeeded. Alert: JonoDown.",
                ))
                .none(text("Prometheus ei tunne jonoa", "Prometheus känner inte jono", "Prometheus does not know jono"))
                .words(&[word("1", text("▲ vastaa", "▲ svarar", "▲ answers"), "green"), word("0", text("▼ ei vastaa", "▼ svarar inte", "▼ does not answer"), "red")])
                .target(r#"up{job="jono"}"#, same("{{instance}}")),
            Panel::new(Kind::Stat, text("Onko asetuksissa virheitä?", "Finns det fel i inställningarna?", "Has the configuration mistakes?"), Unit::Word)
                .about(text(
                    "jono_config_last_reload_successful: viimeksi luetut asetukset otettiin käyttöön tai ei. Hälytys: JonoReloadFailed.",
                    "jono_config_last_reload_successful: om de senast lästa inställningarna togs i bruk. Larm: JonoReloadFailed.",
                    "jono_config_last_reload_successful: whether what was read last was taken into use. Alert: JonoReloadFailed.",
                ))
                .words(&[word("1", text("▲ ei virheitä", "▲ inga fel", "▲ none"), "green"), word("0", text("▼ virheitä, vanhat voimassa", "▼ fel, de gamla gäller", "▼ mistakes, the old ones hold"), "red")])
                .target("min(jono_config_last_reload_successful)", same("")),
            Panel::new(Kind::Stat, text("Montako sarjaa näkyy, montako ei mahdu?", "Hur många serier visas, och hur många ej?", "How many series are shown, or refused?"), Unit::Count)
                .about(text(
                    "jono_series ja jono_series_refused: sarjat, jotka ylittävät rajan limits.series; ne ovat kirjanpidossa mutta eivät täällä. Hälytys: JonoSeriesRefused.",
                    "jono_series och jono_series_refused: serier över gränsen limits.series; de finns i liggaren men inte här. Larm: JonoSeriesRefused.",
                    "jono_series, and jono_series_refused: series beyond limits.series, which are in the ledger and not here. Alert: JonoSeriesRefused.",
                ))
                .target("sum(jono_series)", text("näytetään", "visas", "shown"))
                .target("sum(jono_series_refused)", text("ei mahdu", "ryms inte", "refused")),
            Panel::new(Kind::Stat, text("Mistä tunnista alkaen laskurit laskevat?", "Från vilken timme räknar räknarna?", "From which hour on do the counters count?"), Unit::Time)
                .about(text(
                    "jono_counters_epoch_timestamp_seconds. Aiempi on historiassa (docs/history.md).",
                    "jono_counters_epoch_timestamp_seconds. Det tidigare finns i historiken (docs/history.md).",
                    "jono_counters_epoch_timestamp_seconds. What is earlier is history (docs/history.md).",
                ))
                .target("max(jono_counters_epoch_timestamp_seconds) * 1000", same("")),
        ],
    }
}

fn by_source(how: &str, metric: &str) -> String {
    format!("{how} by (source) ({metric}{CHOSEN})")
}

fn grown(metric: &str) -> String {
    format!("sum by (source) (increase({metric}{CHOSEN}[$__range]))")
}

fn sources() -> Row {
    let states = [
        word("1", text("▲ luettavissa", "▲ kan läsas", "▲ readable"), "green"),
        word("0", text("▼ ei luettavissa", "▼ kan inte läsas", "▼ unreadable"), "red"),
    ];
    let none = text("Lähteitä ei seurata", "Inga källor följs", "No source is followed");
    Row {
        title: text("Lähteet", "Källor", "Sources"),
        panels: vec![
            Panel::new(Kind::Table(vec![
                label("source", words::SOURCE),
                value(0, words::STATE, Unit::Word).words(&states),
                value(1, text("Luettu viimeksi", "Senast läst", "Last read"), Unit::Seconds),
                value(2, text("Sallittu ikä", "Tillåten ålder", "Allowed age"), Unit::Seconds),
                value(3, text("Lukematta", "Oläst", "Unread"), Unit::Bytes),
                value(4, text("Rivejä", "Rader", "Lines"), Unit::Count),
                value(5, text("Hylättyjä", "Avvisade", "Rejected"), Unit::Count),
                value(6, text("Aukkoja", "Luckor", "Gaps"), Unit::Count),
                value(7, text("Myöhästyneitä", "Sena", "Late"), Unit::Count),
                value(8, text("Korjauksia", "Rättelser", "Corrections"), Unit::Count),
            ]), text("Mikä lähde on jäljessä tai rikki?", "Vilken källa är efter eller trasig?", "Which source is behind or broken?"), Unit::Count)
                .about(text(
                    "Nyt: jono_source_up, aika viime onnistumisesta ja sen raja (jono_source_max_age_seconds), lukematta. Tällä ajalla: rivit, hylätyt, aukot, myöhästyneet, korjaukset. Hälytykset: JonoSourceDown, JonoSourceStale, JonoSourceGap.",
                    "Nu: jono_source_up, tid sedan senast lyckade läsning och dess gräns (jono_source_max_age_seconds), oläst. Under denna tid: rader, avvisade, luckor, sena, rättelser. Larm: JonoSourceDown, JonoSourceStale, JonoSourceGap.",
                    "Now: jono_source_up, the time since the last success and its limit (jono_source_max_age_seconds), what is unread. In this range: lines, rejects, gaps, late events, corrections. Alerts: JonoSourceDown, JonoSourceStale, JonoSourceGap.",
                ))
                .none(none)
                .lowest_first(1)
                .size(24, 11)
                .target(by_source("min", "jono_source_up"), same(""))
                .target(format!("time() - {}", by_source("max", "jono_source_last_success_timestamp_seconds")), same(""))
                .target(by_source("max", "jono_source_max_age_seconds"), same(""))
                .target(by_source("sum", "jono_source_behind_bytes"), same(""))
                .target(grown("jono_source_records_total"), same(""))
                .target(grown("jono_source_rejects_total"), same(""))
                .target(grown("jono_source_gaps_total"), same(""))
                .target(grown("jono_late_events_total"), same(""))
                .target(grown("jono_corrections_total"), same("")),
            Panel::new(Kind::States, text("Milloin lähdettä ei voitu lukea?", "När kunde en källa inte läsas?", "When could a source not be read?"), Unit::Word)
                .about(text("jono_source_up: 1 luettavissa, 0 ei.", "jono_source_up: 1 kan läsas, 0 inte.", "jono_source_up: 1 readable, 0 not."))
                .none(none)
                .words(&states)
                .size(24, 10)
                .target(by_source("min", "jono_source_up"), same("{{source}}")),
        ],
    }
}

fn reading() -> Row {
    let rate =
        |by: &str, metric: &str| format!("sum by ({by}) (rate({metric}{CHOSEN}[$__rate_interval])) * 60");
    Row {
        title: text("Lukeminen", "Läsning", "Reading"),
        panels: vec![
            Panel::new(Kind::Lines, text("Tuleeko rivejä?", "Kommer det rader?", "Do lines come?"), Unit::PerMinute)
                .about(text(
                    "Luetut rivit minuutissa (jono_source_records_total). Hiljainen lähde näyttää hiljaiselta päivältä: JonoSourceSilent.",
                    "Lästa rader per minut (jono_source_records_total). En tyst källa ser ut som en lugn dag: JonoSourceSilent.",
                    "Lines read a minute (jono_source_records_total). A silent source looks like a quiet day: JonoSourceSilent.",
                ))
                .target(rate("source", "jono_source_records_total"), same("{{source}}")),
            Panel::new(Kind::Bars, text("Miksi rivejä hylätään?", "Varför avvisas rader?", "Why are lines rejected?"), Unit::PerMinute)
                .about(text(
                    "Hylätyt rivit minuutissa syittäin (jono_source_rejects_total); syyt: docs/formats.md. Nolla on hyvä. Hälytykset: JonoRejectsRising, JonoLinesFromTheFuture.",
                    "Avvisade rader per minut efter orsak (jono_source_rejects_total); orsakerna: docs/formats.md. Noll är bra. Larm: JonoRejectsRising, JonoLinesFromTheFuture.",
                    "Rejected lines a minute, by reason (jono_source_rejects_total); reasons: docs/formats.md. Zero is good. Alerts: JonoRejectsRising, JonoLinesFromTheFuture.",
                ))
                .none(text("Mitään ei hylätty", "Inget avvisades", "Nothing was rejected"))
                .target(format!("{} > 0", rate("source, reason", "jono_source_rejects_total")), same("{{source}} · {{reason}}")),
            Panel::new(Kind::Lines, text("Kuinka vanha on viimeisin luku, ja mikä on raja?", "Hur gammal är senaste läsning, och var går gränsen?", "How old is the last reading, and what is the limit?"), Unit::Seconds)
                .about(text(
                    "Aika viimeisestä onnistuneesta lukemisesta. Katkoviiva: lähteen oma raja (jono_source_max_age_seconds), jos sellainen on.",
                    "Tid sedan senaste lyckade läsning. Streckad linje: källans egen gräns (jono_source_max_age_seconds), om den finns.",
                    "Time since the last reading that succeeded. Dashed: the source's own limit (jono_source_max_age_seconds), where it has one.",
                ))
                .target(format!("time() - {}", by_source("max", "jono_source_last_success_timestamp_seconds")), same("{{source}}"))
                .with(by_source("max", "jono_source_max_age_seconds"), text("raja, {{source}}", "gräns, {{source}}", "limit, {{source}}"), |target| target.dashed().steps()),
            Panel::new(Kind::Lines, text("Paljonko on lukematta?", "Hur mycket är oläst?", "How much is unread?"), Unit::Bytes)
                .about(text("jono_source_behind_bytes lähteittäin.", "jono_source_behind_bytes per källa.", "jono_source_behind_bytes by source."))
                .target(by_source("sum", "jono_source_behind_bytes"), same("{{source}}")),
        ],
    }
}

fn ledger() -> Row {
    let commits = |q: &str| {
        format!(
            "histogram_quantile({q}, sum by (le) (rate(jono_ledger_commit_seconds_bucket[$__rate_interval])))"
        )
    };
    Row {
        title: text("Kirjanpito, haku ja prosessi", "Liggare, hämtning och process", "Ledger, scrape and process"),
        panels: vec![
            Panel::new(Kind::Lines, text("Kauanko tallennus kestää?", "Hur länge tar en lagring?", "How long do commits take?"), Unit::Seconds)
                .about(text(
                    "Tallennusten kesto, prosenttipisteet 50 ja 95 (jono_ledger_commit_seconds). Tyhjä, kun mitään ei tallenneta.",
                    "Lagringarnas tid, percentilerna 50 och 95 (jono_ledger_commit_seconds). Tom när inget lagras.",
                    "Percentiles 50 and 95 of commits to the ledger (jono_ledger_commit_seconds). Empty while nothing is committed.",
                ))
                .target(commits("0.5"), same("50 %"))
                .with(commits("0.95"), same("95 %"), Target::dashed),
            Panel::new(Kind::Stat, text("Epäonnistuiko tallennuksia?", "Misslyckades någon lagring?", "Did any commit fail?"), Unit::Count)
                .about(text(
                    "jono_ledger_commit_errors_total tällä ajalla. Yksi ei haittaa: se yritetään uudelleen. Hälytys: JonoLedgerFailing.",
                    "jono_ledger_commit_errors_total under denna tid. En skadar inte: den försöks igen. Larm: JonoLedgerFailing.",
                    "jono_ledger_commit_errors_total in this range. One does no harm: it is tried again. Alert: JonoLedgerFailing.",
                ))
                .size(6, 9)
                .target("sum(increase(jono_ledger_commit_errors_total[$__range]))", same("")),
            Panel::new(Kind::Stat, text("Montako kertaa jono on käynnistynyt?", "Hur många gånger har jono startats?", "How often was jono started?"), Unit::Count)
                .about(text(
                    "process_start_time_seconds muuttui tällä ajalla. Hälytys: JonoRestarting.",
                    "process_start_time_seconds ändrades under denna tid. Larm: JonoRestarting.",
                    "Changes of process_start_time_seconds in this range. Alert: JonoRestarting.",
                ))
                .size(6, 9)
                .target(r#"sum(changes(process_start_time_seconds{job="jono"}[$__range]))"#, same("")),
            Panel::new(Kind::Lines, text("Kauanko haku kestää?", "Hur länge tar en hämtning?", "How long does a scrape take?"), Unit::Seconds)
                .about(text(
                    "scrape_duration_seconds: Prometheuksen mittaama.",
                    "scrape_duration_seconds: mätt av Prometheus.",
                    "scrape_duration_seconds, as Prometheus measures it.",
                ))
                .size(8, 9)
                .target(r#"scrape_duration_seconds{job="jono"}"#, same("{{instance}}")),
            Panel::new(Kind::Lines, text("Montako aikasarjaa haku tuo?", "Hur många tidsserier ger en hämtning?", "How many time series does a scrape bring?"), Unit::Count)
                .about(text(
                    "scrape_samples_scraped. jono check laskee, montako asetukset tekevät, ja vertaa budjettiin.",
                    "scrape_samples_scraped. jono check räknar hur många inställningarna ger, och jämför med budgeten.",
                    "scrape_samples_scraped. jono check computes how many a configuration makes, and holds that against a budget.",
                ))
                .size(8, 9)
                .target(r#"scrape_samples_scraped{job="jono"}"#, same("{{instance}}")),
            Panel::new(Kind::Lines, text("Paljonko muistia jono käyttää?", "Hur mycket minne använder jono?", "How much memory does jono use?"), Unit::Bytes)
                .about(text("process_resident_memory_bytes.", "process_resident_memory_bytes.", "process_resident_memory_bytes."))
                .size(8, 9)
                .target(r#"process_resident_memory_bytes{job="jono"}"#, same("{{instance}}")),
        ],
    }
}
