//! The fields that Grafana knows and we use, as its own types of 10.4 to 11.6 have them (`@grafana/schema`).

/// Of a dashboard.
pub(super) const DASHBOARD: &[&str] = &[
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
/// Of a panel.
pub(super) const PANEL: &[&str] = &[
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
/// Of a heading.
pub(super) const ROW: &[&str] = &["collapsed", "gridPos", "id", "panels", "title", "type"];
/// Of a query.
pub(super) const QUERY: &[&str] =
    &["datasource", "editorMode", "exemplar", "expr", "format", "instant", "legendFormat", "range", "refId"];
/// Of what holds for all values of a panel.
pub(super) const DEFAULTS: &[&str] =
    &["color", "custom", "decimals", "mappings", "max", "min", "noValue", "thresholds", "unit"];
/// Of the options of each kind of panel; each of them has to be there.
pub(super) const OPTIONS: &[(&str, &[&str])] = &[
    ("timeseries", &["legend", "tooltip"]),
    (
        "stat",
        &[
            "colorMode",
            "graphMode",
            "justifyMode",
            "orientation",
            "percentChangeColorMode",
            "reduceOptions",
            "showPercentChange",
            "textMode",
            "wideLayout",
        ],
    ),
    ("table", &["cellHeight", "footer", "frameIndex", "showHeader", "sortBy"]),
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
            "xTickLabelMaxLength",
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
/// Of what each kind of panel adds to the values, in `custom`.
pub(super) const CUSTOM: &[(&str, &[&str])] = &[
    (
        "timeseries",
        &[
            "axisBorderShow",
            "axisCenteredZero",
            "axisColorMode",
            "axisLabel",
            "axisPlacement",
            "barAlignment",
            "drawStyle",
            "fillOpacity",
            "gradientMode",
            "hideFrom",
            "lineInterpolation",
            "lineStyle",
            "lineWidth",
            "pointSize",
            "scaleDistribution",
            "showPoints",
            "spanNulls",
            "stacking",
            "thresholdsStyle",
        ],
    ),
    ("stat", &[]),
    ("table", &["align", "cellOptions", "filterable", "inspect"]),
    (
        "barchart",
        &[
            "axisBorderShow",
            "axisCenteredZero",
            "axisColorMode",
            "axisLabel",
            "axisPlacement",
            "fillOpacity",
            "gradientMode",
            "hideFrom",
            "lineWidth",
            "scaleDistribution",
            "thresholdsStyle",
        ],
    ),
    ("heatmap", &["hideFrom", "scaleDistribution"]),
    ("state-timeline", &["fillOpacity", "hideFrom", "lineWidth"]),
];
/// By what an override finds its values.
pub(super) const MATCHERS: &[&str] = &["byFrameRefID", "byName"];
/// Of the options of each transformation.
pub(super) const TRANSFORMATIONS: &[(&str, &[&str])] = &[
    ("merge", &[]),
    ("organize", &["excludeByName", "indexByName", "renameByName"]),
    ("renameByRegex", &["regex", "renamePattern"]),
    ("sortBy", &["fields", "sort"]),
];
/// Of a variable, by its type.
pub(super) const VARIABLES: &[(&str, &[&str])] = &[
    (
        "datasource",
        &[
            "current",
            "hide",
            "includeAll",
            "label",
            "multi",
            "name",
            "options",
            "query",
            "refresh",
            "regex",
            "skipUrlSync",
            "type",
        ],
    ),
    (
        "interval",
        &[
            "auto",
            "auto_count",
            "auto_min",
            "current",
            "hide",
            "label",
            "name",
            "options",
            "query",
            "refresh",
            "skipUrlSync",
            "type",
        ],
    ),
    (
        "query",
        &[
            "allValue",
            "current",
            "datasource",
            "definition",
            "hide",
            "includeAll",
            "label",
            "multi",
            "name",
            "options",
            "query",
            "refresh",
            "regex",
            "skipUrlSync",
            "sort",
            "type",
        ],
    ),
];
/// Of a mark over all panels: those of Grafana itself, and what its Prometheus makes a query of.
pub(super) const ANNOTATION: &[&str] = &[
    "builtIn",
    "datasource",
    "enable",
    "expr",
    "hide",
    "iconColor",
    "name",
    "step",
    "tagKeys",
    "textFormat",
    "titleFormat",
    "type",
    "useValueForTime",
];
/// Of a link.
pub(super) const LINK: &[&str] = &[
    "asDropdown",
    "icon",
    "includeVars",
    "keepTime",
    "tags",
    "targetBlank",
    "title",
    "tooltip",
    "type",
    "url",
];

/// The fields of a kind.
pub(super) fn of(table: &[(&str, &'static [&'static str])], kind: &str) -> Option<&'static [&'static str]> {
    table.iter().find(|(name, _)| *name == kind).map(|(_, fields)| *fields)
}
