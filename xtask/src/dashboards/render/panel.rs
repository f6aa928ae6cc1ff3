//! A panel as Grafana's JSON.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::datasource;
use crate::dashboards::{
    grid::Place,
    labels,
    model::{Column, From, Kind, Panel, Target, Unit, Word},
    words::Language,
};

/// The oldest Grafana that knows these panels; later options than its own it leaves alone.
const PLUGIN_VERSION: &str = "10.4.0";
/// Of a panel of weeks or days: Grafana would lengthen the step if ten years had more points.
const TEN_YEARS: u32 = 4000;
/// What a cell shows of which nothing is known.
const NOTHING: &str = "–";

/// A heading over panels.
pub(super) fn row(title: &str, id: usize, place: Place) -> Value {
    json!({ "collapsed": false, "gridPos": position(place), "id": id, "panels": [], "title": title, "type": "row" })
}

/// The panel, in a language.
pub(super) fn render(panel: &Panel, id: usize, place: Place, language: Language) -> Value {
    let mut json = json!({
        "datasource": datasource(),
        "description": panel.about.of(language),
        "fieldConfig": { "defaults": defaults(panel, language), "overrides": overrides(panel, language) },
        "gridPos": position(place),
        "id": id,
        "options": options(panel, language),
        "pluginVersion": PLUGIN_VERSION,
        "title": panel.title.of(language),
        "transparent": false,
        "type": panel.kind.plugin(),
    });
    let fields = json.as_object_mut().expect("it was made as an object");
    let targets = panel.targets.iter().enumerate();
    let targets = targets.map(|(index, target)| query(panel, target, index, language)).collect::<Vec<_>>();
    fields.insert("targets".to_owned(), targets.into());
    if let Some(interval) = panel.interval {
        fields.insert("interval".to_owned(), interval.into());
        if ["1w", "1d"].contains(&interval) {
            fields.insert("maxDataPoints".to_owned(), TEN_YEARS.into());
        }
    }
    if let Some(back) = panel.back {
        fields.insert("timeFrom".to_owned(), back.into());
    }
    let transformations = match &panel.kind {
        Kind::Table(columns) | Kind::BarChart(columns) => side_by_side(panel, columns, language),
        _ => renamed(panel, language),
    };
    if !transformations.is_empty() {
        fields.insert("transformations".to_owned(), transformations.into());
    }
    json
}

fn position(place: Place) -> Value {
    json!({ "x": place.x, "y": place.y, "w": place.width, "h": place.height })
}

/// The letter by which a query is called.
pub(crate) fn letter(index: usize) -> String {
    let letters: Vec<_> = ('A'..='Z').collect();
    letters[index % letters.len()].to_string()
}

fn query(panel: &Panel, target: &Target, index: usize, language: Language) -> Value {
    let format = match panel.kind {
        Kind::Table(_) | Kind::BarChart(_) => "table",
        Kind::Heatmap => "heatmap",
        _ => "time_series",
    };
    json!({
        "datasource": datasource(),
        "editorMode": "code",
        "exemplar": false,
        "expr": target.expr,
        "format": format,
        "instant": target.instant,
        "legendFormat": target.legend.of(language),
        "range": !target.instant,
        "refId": letter(index),
    })
}

fn defaults(panel: &Panel, language: Language) -> Value {
    let mut defaults = Map::new();
    let mut set = |name: &str, value: Value| defaults.insert(name.to_owned(), value);
    let mode = match panel.kind {
        Kind::States | Kind::Stat | Kind::Table(_) => "thresholds",
        _ => "palette-classic",
    };
    set("color", json!({ "mode": mode }));
    set("custom", custom(panel));
    set("mappings", mappings(&panel.words, language));
    set("noValue", panel.none.of(language).into());
    // No number here judges anything: targets are series, and judgements are words.
    set("thresholds", json!({ "mode": "absolute", "steps": [{ "color": "text", "value": null }] }));
    set("unit", panel.unit.id().into());
    if let Some(decimals) = panel.unit.decimals() {
        set("decimals", decimals.into());
    }
    for (name, value) in [("min", panel.min), ("max", panel.max)] {
        if let Some(value) = value {
            set(name, json!(value));
        }
    }
    defaults.into()
}

fn custom(panel: &Panel) -> Value {
    let hide = json!({ "legend": false, "tooltip": false, "viz": false });
    match &panel.kind {
        Kind::Lines | Kind::Bars => {
            let bars = matches!(panel.kind, Kind::Bars);
            json!({
                "axisBorderShow": false,
                "axisCenteredZero": false,
                "axisColorMode": "text",
                "axisLabel": "",
                "axisPlacement": "auto",
                "barAlignment": 0,
                "drawStyle": if bars { "bars" } else { "line" },
                "fillOpacity": if bars { 70 } else { 0 },
                "gradientMode": "none",
                "hideFrom": hide,
                "lineInterpolation": "linear",
                "lineWidth": if bars { 1 } else { 2 },
                "pointSize": 5,
                "scaleDistribution": { "type": "linear" },
                "showPoints": "auto",
                "spanNulls": false,
                "stacking": { "group": "A", "mode": if bars { "normal" } else { "none" } },
                "thresholdsStyle": { "mode": "off" },
            })
        }
        Kind::BarChart(_) => json!({
            "axisBorderShow": false,
            "axisCenteredZero": false,
            "axisColorMode": "text",
            "axisLabel": "",
            "axisPlacement": "auto",
            "fillOpacity": 80,
            "gradientMode": "none",
            "hideFrom": hide,
            "lineWidth": 1,
            "scaleDistribution": { "type": "linear" },
            "thresholdsStyle": { "mode": "off" },
        }),
        Kind::Heatmap => json!({ "hideFrom": hide, "scaleDistribution": { "type": "linear" } }),
        Kind::States => json!({ "fillOpacity": 70, "hideFrom": hide, "lineWidth": 0 }),
        Kind::Table(_) => {
            json!({ "align": "auto", "cellOptions": { "type": "auto" }, "filterable": true, "inspect": false })
        }
        Kind::Stat => json!({}),
    }
}

/// Values as words, each in its colour beside the word.
fn mappings(words: &[Word], language: Language) -> Value {
    if words.is_empty() {
        return json!([]);
    }
    let option = |(index, word): (usize, &Word)| {
        let mut result = json!({ "index": index, "text": word.text.of(language) });
        if let Some(color) = word.color {
            result["color"] = color.into();
        }
        (word.value.to_owned(), result)
    };
    json!([{ "type": "value", "options": words.iter().enumerate().map(option).collect::<Map<_, _>>() }])
}

fn overrides(panel: &Panel, language: Language) -> Value {
    let property = |(id, value): (&str, Value)| json!({ "id": id, "value": value });
    let mut all = Vec::new();
    if let Kind::Table(columns) | Kind::BarChart(columns) = &panel.kind {
        for column in columns {
            // Else Grafana writes into each empty cell what it means that the whole panel is empty.
            let mut properties = vec![property(("noValue", NOTHING.into()))];
            if matches!(column.from, From::Value(_)) {
                properties.push(property(("unit", column.unit.id().into())));
                if let Some(decimals) = column.unit.decimals() {
                    properties.push(property(("decimals", decimals.into())));
                }
            }
            let words = match column.from {
                From::Label(label) if column.words.is_empty() => labels::words(label),
                _ => &column.words,
            };
            if !words.is_empty() {
                properties.push(property(("mappings", mappings(words, language))));
                if matches!(panel.kind, Kind::Table(_)) && words.iter().any(|word| word.color.is_some()) {
                    properties.push(property(("custom.cellOptions", json!({ "type": "color-text" }))));
                }
            }
            let matcher = json!({ "id": "byName", "options": column.title.of(language) });
            all.push(json!({ "matcher": matcher, "properties": properties }));
        }
    }
    for (index, target) in panel.targets.iter().enumerate().filter(|(_, target)| !target.looks.is_empty()) {
        let matcher = json!({ "id": "byFrameRefID", "options": letter(index) });
        let properties: Vec<_> = looks(target).into_iter().map(property).collect();
        all.push(json!({ "matcher": matcher, "properties": properties }));
    }
    all.into()
}

/// What a target looks like; what was said last of anything holds.
fn looks(target: &Target) -> Vec<(&'static str, Value)> {
    let mut looks: Vec<(&'static str, Value)> = Vec::new();
    for (id, value) in &target.looks {
        match looks.iter_mut().find(|(other, _)| other == id) {
            Some((_, held)) => *held = value.clone(),
            None => looks.push((*id, value.clone())),
        }
    }
    looks
}

/// Values of labels under their words, in what series are called.
fn renamed(panel: &Panel, language: Language) -> Vec<Value> {
    let legends = panel.targets.iter().map(|target| target.legend.of(language));
    let shown: BTreeSet<_> = legends.flat_map(labels::of_legend).collect();
    let words =
        shown.into_iter().flat_map(|label| labels::words(label).iter().map(move |word| (label, word)));
    let words = words.map(|(label, word)| (label, word.value, word.text.of(language)));
    let renaming = |(label, value, word): (&str, &str, &str)| {
        let (regex, pattern) = labels::renaming(label, value, word);
        json!({ "id": "renameByRegex", "options": { "regex": regex, "renamePattern": pattern } })
    };
    words.filter(|(_, value, word)| value != word).map(renaming).collect()
}

/// Targets side by side, in the order of the columns and under their titles; all else is left out.
fn side_by_side(panel: &Panel, columns: &[Column], language: Language) -> Vec<Value> {
    let several = panel.targets.len() > 1;
    let value = |target: usize| {
        if several { format!("Value #{}", letter(target)) } else { "Value".to_owned() }
    };
    let name = |from: From| match from {
        From::Label(label) => label.to_owned(),
        From::Value(target) => value(target),
    };
    let shown = |name_of: &String| columns.iter().any(|column| name(column.from) == *name_of);
    let excluded = (0..panel.targets.len()).map(value).filter(|name| !shown(name));
    let excluded = excluded.chain(["Time".to_owned()]).map(|name| (name, true.into()));
    let renamed = columns.iter().map(|column| (name(column.from), column.title.of(language).into()));
    let placed = columns.iter().enumerate().map(|(index, column)| (name(column.from), index.into()));
    let mut all = Vec::new();
    if several {
        all.push(json!({ "id": "merge", "options": {} }));
    }
    all.push(json!({
        "id": "organize",
        "options": {
            "excludeByName": excluded.collect::<Map<_, _>>(),
            "indexByName": placed.collect::<Map<_, _>>(),
            "renameByName": renamed.collect::<Map<_, _>>(),
        },
    }));
    if let (Kind::BarChart(_), Some(first)) = (&panel.kind, columns.first()) {
        // No store promises an order.
        let sort = json!({ "desc": false, "field": first.title.of(language) });
        all.push(json!({ "id": "sortBy", "options": { "fields": {}, "sort": [sort] } }));
    }
    all
}

fn options(panel: &Panel, language: Language) -> Value {
    let legend = |show: bool, table: bool| {
        let mode = if table { "table" } else { "list" };
        let calcs: &[&str] = if table { &["lastNotNull", "max"] } else { &[] };
        json!({ "calcs": calcs, "displayMode": mode, "placement": "bottom", "showLegend": show })
    };
    match &panel.kind {
        Kind::Lines => {
            json!({ "legend": legend(true, true), "tooltip": { "mode": "multi", "sort": "desc" } })
        }
        Kind::Bars => {
            json!({ "legend": legend(true, false), "tooltip": { "mode": "multi", "sort": "none" } })
        }
        Kind::Stat => json!({
            "colorMode": "value",
            "graphMode": "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "percentChangeColorMode": "standard",
            "reduceOptions": { "calcs": ["lastNotNull"], "fields": "", "values": false },
            "showPercentChange": false,
            "textMode": if panel.targets.len() > 1 || panel.targets[0].legend.of(language).contains("{{") { "value_and_name" } else { "value" },
            "wideLayout": true,
        }),
        Kind::Table(columns) => json!({
            "cellHeight": "sm",
            "footer": { "countRows": false, "fields": [], "reducer": ["sum"], "show": false },
            "frameIndex": 0,
            "showHeader": true,
            "sortBy": panel.first.map(|(column, desc)| {
                json!({ "desc": desc, "displayName": columns[column].title.of(language) })
            }).into_iter().collect::<Vec<_>>(),
        }),
        Kind::BarChart(columns) => json!({
            "barRadius": 0,
            "barWidth": 0.9,
            "fullHighlight": false,
            "groupWidth": 0.7,
            "legend": legend(columns.len() > 2, false),
            "orientation": "auto",
            "showValue": "always",
            "stacking": "none",
            "tooltip": { "mode": "multi", "sort": "none" },
            "xField": columns.first().map_or("", |column| column.title.of(language)),
            "xTickLabelMaxLength": 0,
            "xTickLabelRotation": 0,
            "xTickLabelSpacing": 0,
        }),
        Kind::Heatmap => json!({
            "calculate": false,
            "cellGap": 1,
            "cellValues": { "decimals": 0, "unit": Unit::Count.id() },
            "color": {
                "exponent": 0.5, "fill": "dark-orange", "mode": "scheme", "reverse": false,
                "scale": "exponential", "scheme": "Oranges", "steps": 64,
            },
            "exemplars": { "color": "rgba(255,0,255,0.7)" },
            "filterValues": { "le": 1e-9 },
            "legend": { "show": true },
            "rowsFrame": { "layout": "auto" },
            "showValue": "auto",
            "tooltip": { "mode": "single", "showColorScale": true, "yHistogram": true },
            // One decimal: 90 seconds are not two minutes.
            "yAxis": { "axisPlacement": "left", "decimals": 1, "reverse": false, "unit": panel.unit.id() },
        }),
        Kind::States => json!({
            "alignValue": "left",
            "legend": legend(true, false),
            "mergeValues": true,
            "rowHeight": 0.8,
            "showValue": "always",
            "tooltip": { "mode": "single", "sort": "none" },
        }),
    }
}
