//! Who may depend on whom: the arrows between the crates, read from their manifests.

use anyhow::Context;
use serde_json::Value;

use super::Violation;
use crate::workspace;

/// Who may depend on something directly.
struct Rule {
    /// A package, or with a star at its end all packages whose names begin so.
    dependency: &'static str,
    /// The crates whose code may.
    code: &'static [&'static str],
    /// Whether the tests of every crate may, too.
    tests: bool,
    why: &'static str,
}

const BINARIES: &[&str] = &["jono", "xtask"];

/// The first rule that fits a dependency decides. What no rule names, anyone may use.
#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule { dependency: "jono-domain",    code: &["jono", "jono-bulletin", "jono-exporter", "jono-ingest", "jono-ledger", "xtask"],
                                                                         tests: false, why: "everyone but itself knows the domain" },
    Rule { dependency: "jono*",          code: BINARIES,                 tests: false, why: "only the binary joins the stages" },
    Rule { dependency: "prometheus*",    code: &["jono-exporter", "xtask"], tests: false, why: "only the exporter knows Prometheus" },
    Rule { dependency: "hyper*",         code: &["jono-exporter", "xtask"], tests: false, why: "only the exporter knows HTTP" },
    Rule { dependency: "http*",          code: &["jono-exporter", "xtask"], tests: false, why: "only the exporter knows HTTP" },
    Rule { dependency: "ureq",           code: &["jono-exporter", "xtask"], tests: false, why: "only the exporter knows HTTP" },
    Rule { dependency: "prost*",         code: &["jono-exporter"],       tests: true,  why: "only the exporter knows Prometheus" },
    Rule { dependency: "snap",           code: &["jono-exporter"],       tests: true,  why: "only the exporter knows Prometheus" },
    Rule { dependency: "rusqlite",       code: &["jono-ledger"],         tests: false, why: "only the ledger knows SQL" },
    Rule { dependency: "libsqlite3-sys", code: &["jono-ledger"],         tests: false, why: "only the ledger knows SQL" },
    Rule { dependency: "tokio*",         code: &["jono", "jono-exporter"], tests: false, why: "only what serves is asynchronous" },
    Rule { dependency: "anyhow",         code: BINARIES,                 tests: false, why: "below main, errors have types" },
    Rule { dependency: "clap*",          code: BINARIES,                 tests: false, why: "only binaries have a command line" },
    Rule { dependency: "indicatif",      code: BINARIES,                 tests: false, why: "only binaries talk to a terminal" },
    Rule { dependency: "insta",          code: &[],                      tests: true,  why: "it is for tests" },
    Rule { dependency: "proptest",       code: &[],                      tests: true,  why: "it is for tests" },
    Rule { dependency: "tungstenite",    code: &["xtask"],               tests: false, why: "only checks lead a browser" },
    Rule { dependency: "criterion",      code: &["xtask"],               tests: true,  why: "it is for measurements" },
    Rule { dependency: "rand*",          code: &["xtask"],               tests: true,  why: "what is counted is not left to chance" },
];

/// A line under `[dependencies]`, `[build-dependencies]` or `[dev-dependencies]`.
#[derive(Debug)]
pub(super) struct Dependency {
    package: String,
    on: String,
    in_tests: bool,
}

/// The direct dependencies of every crate of the workspace, features and targets included.
pub(super) fn read() -> anyhow::Result<Vec<Dependency>> {
    let json = workspace::output("cargo", &["metadata", "--no-deps", "--format-version", "1"])?;
    let metadata = serde_json::from_slice(&json).context("cargo metadata printed no JSON")?;
    parse(&metadata).context("cargo metadata has another form than expected")
}

fn parse(metadata: &Value) -> Option<Vec<Dependency>> {
    let mut dependencies = Vec::new();
    for package in metadata["packages"].as_array()? {
        for dependency in package["dependencies"].as_array()? {
            dependencies.push(Dependency {
                package: package["name"].as_str()?.to_owned(),
                on: dependency["name"].as_str()?.to_owned(),
                in_tests: dependency["kind"].as_str() == Some("dev"),
            });
        }
    }
    Some(dependencies)
}

impl Rule {
    fn fits(&self, dependency: &str) -> bool {
        match self.dependency.strip_suffix('*') {
            Some(beginning) => dependency.starts_with(beginning),
            None => dependency == self.dependency,
        }
    }

    fn allows(&self, dependency: &Dependency) -> bool {
        (dependency.in_tests && self.tests) || self.code.contains(&dependency.package.as_str())
    }
}

pub(super) fn check(dependencies: &[Dependency]) -> Vec<Violation> {
    let refused = |dependency: &Dependency| {
        let rule = RULES.iter().find(|rule| rule.fits(&dependency.on))?;
        let folder = if dependency.package == "xtask" { "" } else { "crates/" };
        (!rule.allows(dependency)).then(|| Violation {
            path: format!("{folder}{}/Cargo.toml", dependency.package),
            line: None,
            sentence: format!("{} may not depend on {}: {}", dependency.package, dependency.on, rule.why),
        })
    };
    dependencies.iter().filter_map(refused).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::listed;

    fn check(package: &str, on: &str, kind: &str) -> String {
        let metadata = serde_json::json!({
            "packages": [{ "name": package, "dependencies": [{ "name": on, "kind": Value::from(kind) }] }]
        });
        listed(&super::check(&parse(&metadata).unwrap()))
    }

    #[test]
    fn arrows_that_point_the_wrong_way() {
        insta::assert_snapshot!(check("jono-domain", "tokio", ""), @"crates/jono-domain/Cargo.toml: jono-domain may not depend on tokio: only what serves is asynchronous");
        insta::assert_snapshot!(check("jono-domain", "jono-ingest", ""), @"crates/jono-domain/Cargo.toml: jono-domain may not depend on jono-ingest: only the binary joins the stages");
        insta::assert_snapshot!(check("jono-ledger", "jono-ingest", "dev"), @"crates/jono-ledger/Cargo.toml: jono-ledger may not depend on jono-ingest: only the binary joins the stages");
        insta::assert_snapshot!(check("jono-ingest", "prometheus", "build"), @"crates/jono-ingest/Cargo.toml: jono-ingest may not depend on prometheus: only the exporter knows Prometheus");
        insta::assert_snapshot!(check("jono", "hyper-util", ""), @"crates/jono/Cargo.toml: jono may not depend on hyper-util: only the exporter knows HTTP");
        insta::assert_snapshot!(check("jono", "rusqlite", ""), @"crates/jono/Cargo.toml: jono may not depend on rusqlite: only the ledger knows SQL");
        insta::assert_snapshot!(check("jono-exporter", "insta", ""), @"crates/jono-exporter/Cargo.toml: jono-exporter may not depend on insta: it is for tests");
    }

    #[test]
    fn arrows_that_point_the_right_way() {
        let allowed = [
            ("jono", "jono-ledger", ""),
            ("jono-ledger", "jono-domain", ""),
            ("jono-ledger", "rusqlite", ""),
            ("jono-exporter", "tokio", ""),
            ("jono-domain", "insta", "dev"),
            ("jono-domain", "serde", ""),
        ];
        for (package, on, kind) in allowed {
            assert_eq!(check(package, on, kind), "");
        }
    }

    #[test]
    fn other_forms_of_metadata_are_noticed() {
        assert!(parse(&serde_json::json!({ "packages": [{ "name": "jono" }] })).is_none());
    }
}
