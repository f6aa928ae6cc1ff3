//! A dashboard as Grafana's JSON, in one language. Names of fields are those of Grafana 10.4's own schemas.

pub(crate) mod panel;

use serde_json::{Value, json};

use super::{
    grid,
    model::{Annotation, Dashboard, Panel, Variable},
    query,
    words::{Language, text},
};

/// The schema of Grafana 10.4; later ones migrate it by themselves.
pub(crate) const SCHEMA_VERSION: u32 = 39;
/// The data source that is chosen.
pub(crate) const DATASOURCE: &str = "${datasource}";
/// What the label values of a variable are asked for as.
const LABEL_VALUES: u32 = 1;
/// Look again when the time range changes.
const ON_TIME_RANGE: u32 = 2;
const HIDDEN: u32 = 2;
/// Into how many windows a range is divided: fewer than a panel has points, so that none passes over anything.
pub(crate) const WINDOWS: u32 = 300;

/// The uid, which is also the file's name.
pub(crate) fn uid(name: &str, language: Language) -> String {
    match language {
        Language::English => format!("jono-{name}"),
        other => format!("jono-{name}-{}", other.code()),
    }
}

/// Where the file is, from the root of the workspace.
pub(crate) fn path(name: &str, language: Language) -> String {
    format!("grafana/dashboards/{}/{}.json", language.code(), uid(name, language))
}

/// The whole file.
pub(crate) fn file(dashboard: &Dashboard, language: Language) -> String {
    format!("{:#}\n", dashboard_json(dashboard, language))
}

fn dashboard_json(dashboard: &Dashboard, language: Language) -> Value {
    let mut panels = Vec::new();
    let mut y = 0;
    for row in &dashboard.rows {
        let place = grid::Place { x: 0, y, width: grid::WIDTH, height: 1 };
        panels.push(panel::row(row.title.of(language), panels.len() + 1, place));
        let sizes: Vec<_> = row.panels.iter().map(|panel| panel.size).collect();
        let (places, below) = grid::flow(&sizes, y + 1);
        y = below;
        for (shown, place) in row.panels.iter().zip(places) {
            panels.push(panel::render(shown, panels.len() + 1, place, language));
        }
    }
    let mut annotations = vec![json!({
        "builtIn": 1,
        "datasource": { "type": "grafana", "uid": "-- Grafana --" },
        "enable": true,
        "hide": true,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    })];
    annotations.extend(dashboard.annotations.iter().map(|annotation| mark(annotation, language)));
    let mut variables = vec![datasource_variable(language)];
    variables.extend(dashboard.variables.iter().map(|variable| query_variable(variable, language)));
    if dashboard.rows.iter().flat_map(|row| &row.panels).any(is_over_windows) {
        variables.push(window_variable());
    }
    json!({
        "annotations": { "list": annotations },
        "description": dashboard.about.of(language),
        "editable": false,
        "fiscalYearStartMonth": 0,
        "graphTooltip": 1,
        "id": null,
        "links": links(dashboard.name, language),
        "liveNow": false,
        "panels": panels,
        "refresh": dashboard.refresh,
        "schemaVersion": SCHEMA_VERSION,
        "tags": ["jono", tag(language)],
        "templating": { "list": variables },
        "time": { "from": dashboard.from, "to": "now" },
        "timepicker": {},
        // The zone that Grafana, the organisation or the person has set: it has to be the service's own.
        "timezone": "",
        "title": dashboard.title.of(language),
        "uid": uid(dashboard.name, language),
        "version": 1,
        "weekStart": "monday",
    })
}

fn tag(language: Language) -> String {
    format!("jono-{}", language.code())
}

/// To the other dashboards of the language, and to the same in another; both keep what was chosen.
fn links(name: &str, language: Language) -> Vec<Value> {
    let link = |title: &str, kind: &str, tags: Value, url: &str| {
        json!({
            "asDropdown": kind == "dashboards",
            "icon": "external link",
            "includeVars": true,
            "keepTime": true,
            "tags": tags,
            "targetBlank": false,
            "title": title,
            "tooltip": "",
            "type": kind,
            "url": url,
        })
    };
    let others = text("Muut näkymät", "Andra vyer", "Other dashboards").of(language);
    let mut links = vec![link(others, "dashboards", json!([tag(language)]), "")];
    for other in Language::ALL.into_iter().filter(|other| *other != language) {
        links.push(link(other.own_name(), "link", json!([]), &format!("/d/{}", uid(name, other))));
    }
    links
}

/// How a panel, a query, a variable or a mark names its data source.
fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": DATASOURCE })
}

fn mark(annotation: &Annotation, language: Language) -> Value {
    json!({
        "datasource": datasource(),
        "enable": true,
        "expr": annotation.expr,
        "hide": false,
        "iconColor": "orange",
        "name": annotation.name.of(language),
        "step": annotation.step,
        "tagKeys": "",
        "textFormat": annotation.text.of(language),
        "titleFormat": annotation.name.of(language),
        "useValueForTime": false,
    })
}

fn datasource_variable(language: Language) -> Value {
    json!({
        "current": {},
        "hide": 0,
        "includeAll": false,
        "label": text("Tietolähde", "Datakälla", "Data source").of(language),
        "multi": false,
        "name": "datasource",
        "options": [],
        "query": "prometheus",
        "refresh": 1,
        "regex": "",
        "skipUrlSync": false,
        "type": "datasource",
    })
}

fn is_over_windows(panel: &Panel) -> bool {
    panel.targets.iter().any(|target| target.expr.contains(query::WINDOW))
}

/// Over how long rates are taken: two hours, or longer in a long range, since Grafana's own `$__rate_interval` is as short as
/// a scrape and history has one sample an hour. Nobody needs to choose it.
fn window_variable() -> Value {
    json!({
        "auto": true,
        "auto_count": WINDOWS,
        "auto_min": "2h",
        "current": { "selected": true, "text": "auto", "value": "$__auto_interval_window" },
        "hide": HIDDEN,
        "label": "",
        "name": "window",
        "options": [
            { "selected": true, "text": "auto", "value": "$__auto_interval_window" },
            { "selected": false, "text": "2h", "value": "2h" },
            { "selected": false, "text": "1d", "value": "1d" },
        ],
        "query": "2h,1d",
        "refresh": ON_TIME_RANGE,
        "skipUrlSync": true,
        "type": "interval",
    })
}

fn query_variable(variable: &Variable, language: Language) -> Value {
    let query = format!("label_values({}, {})", variable.of, variable.name);
    json!({
        // Whatever there is, also what is not there yet; a list of all names would be longer and slower.
        "allValue": ".*",
        "current": { "selected": true, "text": ["All"], "value": ["$__all"] },
        "datasource": datasource(),
        "definition": query,
        "hide": if variable.hidden { HIDDEN } else { 0 },
        "includeAll": true,
        "label": variable.label.of(language),
        "multi": true,
        "name": variable.name,
        "options": [],
        "query": {
            "qryType": LABEL_VALUES,
            "query": query,
            "refId": "PrometheusVariableQueryEditor-VariableQuery",
        },
        "refresh": ON_TIME_RANGE,
        "regex": "",
        "skipUrlSync": false,
        "sort": 1,
        "type": "query",
    })
}
