//! The JSON itself: fields that Grafana has, a grid without overlaps, ids that are there once.

use std::{collections::BTreeSet, fs};

use anyhow::Context;
use serde_json::{Map, Value};

use super::{
    grid::{self, Place},
    model::Dashboard,
    render,
    words::Language,
};
use crate::workspace;

/// Where dashboards are.
const FOLDER: &str = "grafana/dashboards";
/// The longest uid that Grafana takes.
const LONGEST: usize = 40;

/// The fields of a dashboard, a panel, a query and so on that Grafana 10.4 knows and we use.
const DASHBOARD: &[&str] = &[
    "annotations",
    "description",
    "editable",
    "fiscalYearStartMonth",
    "graphTooltip",
    "id",
    "links",
    "liveNow",
    "panels",
    "refresh",
    "schemaVersion",
    "tags",
    "templating",
    "time",
    "timepicker",
    "timezone",
    "title",
    "uid",
    "version",
    "weekStart",
];
const PANEL: &[&str] = &[
    "datasource",
    "description",
    "fieldConfig",
    "gridPos",
    "id",
    "interval",
    "maxDataPoints",
    "options",
    "pluginVersion",
    "targets",
    "timeFrom",
    "title",
    "transformations",
    "transparent",
    "type",
];
const ROW: &[&str] = &["collapsed", "gridPos", "id", "panels", "title", "type"];
const QUERY: &[&str] =
    &["datasource", "editorMode", "expr", "format", "instant", "legendFormat", "range", "refId"];
const DEFAULTS: &[&str] =
    &["color", "custom", "decimals", "mappings", "max", "min", "noValue", "thresholds", "unit"];
const OPTIONS: &[(&str, &[&str])] = &[
    ("timeseries", &["legend", "tooltip"]),
    (
        "stat",
        &[
            "colorMode",
            "graphMode",
            "justifyMode",
            "orientation",
            "reduceOptions",
            "showPercentChange",
            "textMode",
            "wideLayout",
        ],
    ),
    ("table", &["cellHeight", "footer", "showHeader", "sortBy"]),
    (
        "barchart",
        &[
            "barRadius",
            "barWidth",
            "fullHighlight",
            "groupWidth",
            "legend",
            "orientation",
            "showValue",
            "stacking",
            "tooltip",
            "xField",
            "xTickLabelRotation",
            "xTickLabelSpacing",
        ],
    ),
    (
        "heatmap",
        &[
            "calculate",
            "cellGap",
            "cellValues",
            "color",
            "exemplars",
            "filterValues",
            "legend",
            "rowsFrame",
            "showValue",
            "tooltip",
            "yAxis",
        ],
    ),
    ("state-timeline", &["alignValue", "legend", "mergeValues", "rowHeight", "showValue", "tooltip"]),
];

/// Everything that is wrong with a file.
pub(super) fn check(json: &Value) -> Vec<String> {
    let uid = json["uid"].as_str().unwrap_or_default();
    let mut remarks = fields("the dashboard", json, DASHBOARD);
    if uid.is_empty() || uid.len() > LONGEST {
        remarks.push(format!("the uid has to have 1 to {LONGEST} characters"));
    }
    if json["schemaVersion"] != render::SCHEMA_VERSION {
        remarks.push(format!("the schema is not {}", render::SCHEMA_VERSION));
    }
    let none = Vec::new();
    let panels = json["panels"].as_array().unwrap_or(&none);
    if panels.first().is_none_or(|panel| panel["type"] != "row") {
        remarks.push("it does not begin with a row".to_owned());
    }
    let mut ids = BTreeSet::new();
    let mut places: Vec<Place> = Vec::new();
    for panel in panels {
        let title = panel["title"].as_str().unwrap_or_default();
        if !panel["id"].as_u64().is_some_and(|id| id > 0 && ids.insert(id)) {
            remarks.push(format!("{title}: its id is none, or another panel's"));
        }
        match place(&panel["gridPos"]) {
            Some(place) if place.width > 0 && place.height > 0 && place.x + place.width <= grid::WIDTH => {
                if places.iter().any(|other| other.overlaps(place)) {
                    remarks.push(format!("{title}: it covers another panel"));
                }
                places.push(place);
            }
            _ => remarks.push(format!("{title}: it has no place on the grid")),
        }
        remarks.extend(of_panel(title, panel));
    }
    remarks.into_iter().map(|remark| format!("{uid}: {remark}")).collect()
}

fn of_panel(title: &str, panel: &Value) -> Vec<String> {
    let kind = panel["type"].as_str().unwrap_or_default();
    if kind == "row" {
        return fields(title, panel, ROW);
    }
    let mut remarks = fields(title, panel, PANEL);
    remarks.extend(fields(title, &panel["fieldConfig"]["defaults"], DEFAULTS));
    match OPTIONS.iter().find(|(name, _)| *name == kind) {
        Some((_, known)) => {
            remarks.extend(fields(title, &panel["options"], known));
            let missing = known.iter().filter(|name| panel["options"][**name].is_null());
            remarks.extend(missing.map(|name| format!("{title}: the option {name} is missing")));
        }
        None => remarks.push(format!("{title}: {kind:?} is no panel that we use")),
    }
    let mut letters = BTreeSet::new();
    for query in panel["targets"].as_array().into_iter().flatten() {
        remarks.extend(fields(title, query, QUERY));
        if !query["refId"].as_str().is_some_and(|letter| letters.insert(letter)) {
            remarks.push(format!("{title}: two queries have the same letter"));
        }
        if query["instant"] == query["range"] {
            remarks.push(format!("{title}: a query is of an instant or of a range"));
        }
    }
    remarks
}

fn place(json: &Value) -> Option<Place> {
    let number = |name: &str| u32::try_from(json[name].as_u64()?).ok();
    Some(Place { x: number("x")?, y: number("y")?, width: number("w")?, height: number("h")? })
}

/// Fields that are not known.
fn fields(of: &str, json: &Value, known: &[&str]) -> Vec<String> {
    let none = Map::new();
    let unknown = json.as_object().unwrap_or(&none).keys().filter(|name| !known.contains(&name.as_str()));
    unknown.map(|name| format!("{of}: {name} is no field that we know")).collect()
}

/// What does not hold of all files together: names that are there twice, and files that nobody makes.
pub(super) fn check_all(dashboards: &[Dashboard]) -> anyhow::Result<Vec<String>> {
    let mut made = BTreeSet::new();
    let mut remarks = Vec::new();
    for dashboard in dashboards {
        for language in Language::ALL {
            if !made.insert(render::path(dashboard.name, language)) {
                remarks.push(format!("two dashboards are called {}", dashboard.name));
            }
        }
    }
    for language in Language::ALL {
        let folder = format!("{FOLDER}/{}", language.code());
        for entry in
            fs::read_dir(workspace::root().join(&folder)).with_context(|| format!("no folder {folder}"))?
        {
            let path = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            if !made.contains(&path) {
                remarks.push(format!("{path} is made by nothing; remove it"));
            }
        }
    }
    Ok(remarks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_is_sound() {
        for make in super::super::LIST {
            for language in Language::ALL {
                let json = serde_json::from_str(&render::file(&make(), language)).unwrap();
                assert_eq!(check(&json), Vec::<String>::new());
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        let place = serde_json::json!({ "x": 0, "y": 0, "w": 24, "h": 1 });
        let row = |id: u32| serde_json::json!({ "type": "row", "id": id, "title": "R", "gridPos": place, "repeated": 1 });
        let json = serde_json::json!({ "uid": "u", "schemaVersion": 39, "panels": [row(1), row(1)] });
        insta::assert_snapshot!(check(&json).join("\n"), @r"
        u: R: repeated is no field that we know
        u: R: its id is none, or another panel's
        u: R: it covers another panel
        u: R: repeated is no field that we know
        ");
    }
}
