//! `cargo xtask dashboards`: Grafana's dashboards, made from the definitions in this folder; `--check` holds each panel
//! against what is exported, and against a real Prometheus.
//!
//! Reading order: [`model`] and [`words`] are what a dashboard is written in, one file each below [`LIST`]; [`render`]
//! makes Grafana's JSON of it. [`structure`] and [`lint`] judge that JSON, [`contract`] its expressions; [`stage`] is a
//! Prometheus with the demo's past and present, [`asked`] asks it everything as Grafana would, and [`compared`] holds
//! answers against `jono readings`.

mod appointments_and_callbacks;
mod asked;
mod compared;
mod contacts;
mod contract;
mod empty;
mod feeds;
mod grid;
mod labels;
mod lint;
mod model;
mod query;
mod render;
mod satisfaction;
mod stage;
mod structure;
mod visit_counts;
mod wait_times;
mod words;

use std::{fs, process::ExitCode};

use anyhow::Context;

use self::{
    model::{Annotation, Dashboard, Variable, Word, plain},
    words::{Language, text, word},
};
use crate::{system, table::table, wait, workspace};

/// What to do with the dashboards.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; fail if a file is stale, or a panel is not as it should be
    #[arg(long)]
    check: bool,
}

/// Every dashboard.
pub(crate) const LIST: &[fn() -> Dashboard] = &[
    wait_times::dashboard,
    visit_counts::dashboard,
    contacts::dashboard,
    appointments_and_callbacks::dashboard,
    satisfaction::dashboard,
    feeds::dashboard,
];

/// Writes, or checks.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let dashboards: Vec<_> = LIST.iter().map(|make| make()).collect();
    let mut remarks = write(&dashboards, arguments.check)?;
    if !arguments.check {
        return Ok(ExitCode::SUCCESS);
    }
    let mut jsons = Vec::new();
    for dashboard in &dashboards {
        for language in Language::ALL {
            let json: serde_json::Value = serde_json::from_str(&render::file(dashboard, language))?;
            remarks.extend(structure::check(&json));
            remarks.extend(lint::check(&json)?);
            jsons.push(json);
        }
        remarks.extend(contract::check(dashboard)?);
    }
    remarks.extend(structure::check_all(&dashboards)?);
    let (exceptions, idle) = lint::exceptions(&jsons)?;
    println!("{}\n", table(["rules of dashboard-linter that do not hold", "why", "times"], 2, exceptions));
    remarks.extend(idle);
    if remarks.is_empty() {
        wait::heed_interrupts()?;
        system::PROMETHEUS.ensure()?;
        let stage = stage::Stage::set()?;
        remarks.extend(asked::check(&stage, &dashboards)?);
        remarks.extend(compared::check(&stage, &dashboards)?);
        stage.end()?;
    }
    for remark in &remarks {
        println!("{remark}");
    }
    Ok(if remarks.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether there is a dashboard of that uid.
pub(crate) fn exists(uid: &str) -> bool {
    LIST.iter().any(|make| render::uid(make().name, Language::English) == uid)
}

/// Writes what has changed; or says what is stale.
fn write(dashboards: &[Dashboard], only_check: bool) -> anyhow::Result<Vec<String>> {
    let mut stale = Vec::new();
    for dashboard in dashboards {
        for language in Language::ALL {
            let path = render::path(dashboard.name, language);
            let file = workspace::root().join(&path);
            let made = render::file(dashboard, language);
            if fs::read_to_string(&file).is_ok_and(|written| written == made) {
                continue;
            }
            if only_check {
                stale.push(format!("{path} is stale; run: cargo xtask dashboards"));
                continue;
            }
            let folder = file.parent().context("a file without a folder")?;
            fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
            fs::write(&file, made).with_context(|| format!("cannot write {path}"))?;
            println!("{path} written");
        }
    }
    Ok(stale)
}

/// Which series the variables are about: whatever is counted, polled, surveyed or stated, now or in history.
const SHOWN: &str = "jono_(contacts_total|arrivals_total|week_contacts|week_wait_mean_seconds|polls_total|appointment_polls_total|callbacks_offered_total|survey_score_count|survey_round_score_mean)";

/// Channel, unit and service, each among those that the ones before it leave.
fn variables(hidden: bool) -> Vec<Variable> {
    let of = |more: &str| format!("{{__name__=~\"{SHOWN}\"{more}}}");
    vec![
        Variable { name: "channel", label: word::CHANNEL, of: of(""), hidden },
        Variable { name: "unit", label: word::UNIT, of: of(",channel=~\"$channel\""), hidden },
        Variable {
            name: "service",
            label: word::SERVICE,
            of: of(",channel=~\"$channel\",unit=~\"$unit\""),
            hidden,
        },
    ]
}

/// What a figure rests on.
const BASES: [Word; 3] = [
    plain("counted", text("laskettu tapahtumista", "räknad ur händelser", "counted from events")),
    plain("tallied", text("ilmoitettu määrä", "uppgivet antal", "tallied by others")),
    plain("published", text("julkaistu luku", "publicerad siffra", "published figure")),
];

/// The state of a figure.
const STATES: [Word; 7] = [
    plain("final", text("lopullinen", "slutlig", "final")),
    plain("provisional", text("ennakkotieto", "preliminär uppgift", "preliminary")),
    plain("revised", text("muuttunut", "ändrad", "revised")),
    plain("suppressed", text("salattu", "dold", "suppressed")),
    plain("stale", text("vanhentunut", "föråldrad", "stale")),
    plain("closed", text("kiinni", "stängt", "closed")),
    plain("unavailable", text("ei saatavilla", "saknas", "unavailable")),
];

/// Weeks of fewer working days than five: by the exported calendar, and in history by what it made of the counts.
fn short_weeks() -> Annotation {
    let divided =
        |metric: &str| format!("last_over_time({metric}{{basis=~\"counted|tallied\"}}[2d] offset -1w)");
    Annotation {
        name: text("Lyhyt viikko", "Kort vecka", "Short week"),
        text: text(
            "Viikossa on pyhäpäivä: alle viisi työpäivää",
            "Veckan har en helgdag: färre än fem arbetsdagar",
            "The week has a holiday: fewer than five working days",
        ),
        expr: format!(
            "max(last_over_time(jono_calendar_workdays{{week=\"last\"}}[2d] offset -1w)) < 5\nor\nmax(round({} / {})) < 5",
            divided("jono_week_contacts"),
            divided("jono_week_contacts_per_workday")
        ),
        step: "1w",
    }
}
