//! The JSON itself: fields that Grafana has, a grid without overlaps, ids that are there once.

mod fields;

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

/// Everything that is wrong with a file.
pub(super) fn check(json: &Value) -> Vec<String> {
    let uid = json["uid"].as_str().unwrap_or_default();
    let mut remarks = unknown("the dashboard", json, fields::DASHBOARD);
    if uid.is_empty() || uid.len() > LONGEST {
        remarks.push(format!("the uid has to have 1 to {LONGEST} characters"));
    }
    if json["schemaVersion"] != render::SCHEMA_VERSION {
        remarks.push(format!("the schema is not {}", render::SCHEMA_VERSION));
    }
    for variable in list(&json["templating"]["list"]) {
        let kind = variable["type"].as_str().unwrap_or_default();
        remarks.extend(of_kind("a variable", variable, kind, fields::VARIABLES));
    }
    let marks = list(&json["annotations"]["list"]);
    remarks.extend(marks.iter().flat_map(|mark| unknown("a mark", mark, fields::ANNOTATION)));
    remarks.extend(list(&json["links"]).iter().flat_map(|link| unknown("a link", link, fields::LINK)));
    let panels = list(&json["panels"]);
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
        return unknown(title, panel, fields::ROW);
    }
    let mut remarks = unknown(title, panel, fields::PANEL);
    let values = &panel["fieldConfig"];
    remarks.extend(unknown(title, &values["defaults"], fields::DEFAULTS));
    remarks.extend(of_kind(title, &values["defaults"]["custom"], kind, fields::CUSTOM));
    remarks.extend(of_kind(title, &panel["options"], kind, fields::OPTIONS));
    let known = fields::of(fields::OPTIONS, kind).unwrap_or_default();
    let missing = known.iter().filter(|name| panel["options"][**name].is_null());
    remarks.extend(missing.map(|name| format!("{title}: the option {name} is missing")));
    for change in list(&values["overrides"]) {
        remarks.extend(of_override(title, change, kind));
    }
    for step in list(&panel["transformations"]) {
        let id = step["id"].as_str().unwrap_or_default();
        remarks.extend(of_kind(title, &step["options"], id, fields::TRANSFORMATIONS));
    }
    let mut letters = BTreeSet::new();
    for query in list(&panel["targets"]) {
        remarks.extend(unknown(title, query, fields::QUERY));
        if !query["refId"].as_str().is_some_and(|letter| letters.insert(letter)) {
            remarks.push(format!("{title}: two queries have the same letter"));
        }
        if query["instant"] == query["range"] {
            remarks.push(format!("{title}: a query is of an instant or of a range"));
        }
    }
    remarks
}

/// What differs for some values: how they are found, and whether there is such a thing to change.
fn of_override(title: &str, change: &Value, kind: &str) -> Vec<String> {
    let mut remarks = Vec::new();
    let matcher = change["matcher"]["id"].as_str().unwrap_or_default();
    if !fields::MATCHERS.contains(&matcher) {
        remarks.push(format!("{title}: {matcher:?} finds nothing"));
    }
    let custom = fields::of(fields::CUSTOM, kind).unwrap_or_default();
    for property in list(&change["properties"]) {
        let id = property["id"].as_str().unwrap_or_default();
        let known = match id.strip_prefix("custom.") {
            Some(name) => custom.contains(&name),
            None => fields::DEFAULTS.contains(&id),
        };
        if !known || property["value"].is_null() {
            remarks.push(format!("{title}: {id:?} cannot be changed, or is changed to nothing"));
        }
    }
    remarks
}

fn list(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}

/// Fields that are not known of a kind, or a kind that is not known.
fn of_kind(of: &str, json: &Value, kind: &str, table: &[(&str, &'static [&'static str])]) -> Vec<String> {
    match fields::of(table, kind) {
        Some(known) => unknown(of, json, known),
        None => vec![format!("{of}: {kind:?} is none that we know")],
    }
}

fn place(json: &Value) -> Option<Place> {
    let number = |name: &str| u32::try_from(json[name].as_u64()?).ok();
    Some(Place { x: number("x")?, y: number("y")?, width: number("w")?, height: number("h")? })
}

/// Fields that are not known.
fn unknown(of: &str, json: &Value, known: &[&str]) -> Vec<String> {
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
    fn fields_of_panels_are_known() {
        let json = serde_json::json!({
            "type": "stat", "title": "S", "options": {},
            "fieldConfig": {
                "defaults": { "custom": { "drawStyle": "line" } },
                "overrides": [{ "matcher": { "id": "byLetter" }, "properties": [{ "id": "custom.drawStyle", "value": 1 }, { "id": "unit" }] }],
            },
            "transformations": [{ "id": "merge", "options": { "by": "Time" } }, { "id": "join" }],
        });
        let remarks = of_panel("S", &json);
        let told: Vec<_> = remarks.iter().filter(|remark| !remark.contains("is missing")).cloned().collect();
        insta::assert_snapshot!(told.join("\n"), @r#"
        S: drawStyle is no field that we know
        S: "byLetter" finds nothing
        S: "custom.drawStyle" cannot be changed, or is changed to nothing
        S: "unit" cannot be changed, or is changed to nothing
        S: by is no field that we know
        S: "join" is none that we know
        "#);
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
