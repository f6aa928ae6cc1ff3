//! What files are called, how they begin, and how large they may be.

use super::{File, Tree, Violation};

/// What is called so has no subject, and attracts whatever has none.
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "helper", "helpers", "common", "misc"];
const MAX_BYTES: usize = 1 << 20;

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    tree.0.iter().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut refuse = |sentence: String| violations.push(file.violation(None, sentence));
    for name in file.path.split('/').map(|part| part.split('.').next().unwrap_or(part)) {
        if EMPTY_NAMES.contains(&name) {
            refuse(format!("{name:?} says nothing; name it after what it holds"));
        }
    }
    if file.bytes.len() > MAX_BYTES {
        refuse(format!("the file has {} bytes, more than a mebibyte", file.bytes.len()));
    }
    if file.is("rs") {
        if !file.bytes.starts_with(b"//!") {
            refuse("the file does not open with //! and its purpose".to_owned());
        }
        // A module within a file has a name, too.
        for (number, line) in file.lines() {
            let item = line.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            if let Some(name) = item.strip_prefix("mod ").and_then(|rest| rest.strip_suffix(" {"))
                && EMPTY_NAMES.contains(&name)
            {
                violations.push(file.violation(Some(number), format!("the module {name:?} says nothing")));
            }
        }
    } else if is_manifest_of_a_crate(file) && !inherits_lints(file) {
        refuse("the crate lacks [lints] workspace = true".to_owned());
    }
    violations
}

fn is_manifest_of_a_crate(file: &File) -> bool {
    file.path.ends_with("Cargo.toml") && file.lines().any(|(_, line)| line == "[package]")
}

fn inherits_lints(file: &File) -> bool {
    let mut lines = file.lines().map(|(_, line)| line.trim());
    lines.any(|line| line == "[lints]") && lines.next() == Some("workspace = true")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::listed;

    fn check(path: &str, text: &str) -> String {
        listed(&super::check(&Tree::of(&[(path, text)])))
    }

    #[test]
    fn names_that_say_nothing() {
        insta::assert_snapshot!(check("crates/jono/src/utils.rs", "//! Odds and ends.\n"), @r#"crates/jono/src/utils.rs: "utils" says nothing; name it after what it holds"#);
        insta::assert_snapshot!(check("docs/common/notes.md", ""), @r#"docs/common/notes.md: "common" says nothing; name it after what it holds"#);
        insta::assert_snapshot!(check("a.rs", "//! A.\npub(crate) mod helpers {\n"), @r#"a.rs:2: the module "helpers" says nothing"#);
        assert_eq!(check("docs/commonly-asked.md", ""), "");
    }

    #[test]
    fn beginnings() {
        insta::assert_snapshot!(check("a.rs", "use std::fs;\n"), @"a.rs: the file does not open with //! and its purpose");
        assert_eq!(check("a.rs", "//! What it is for.\n"), "");
    }

    #[test]
    fn sizes() {
        insta::assert_snapshot!(check("sample.log", &" ".repeat(MAX_BYTES + 1)), @"sample.log: the file has 1048577 bytes, more than a mebibyte");
        assert_eq!(check("sample.log", &" ".repeat(MAX_BYTES)), "");
    }

    #[test]
    fn lints() {
        insta::assert_snapshot!(check("crates/a/Cargo.toml", "[package]\nname = \"a\"\n"), @"crates/a/Cargo.toml: the crate lacks [lints] workspace = true");
        insta::assert_snapshot!(check("crates/a/Cargo.toml", "[package]\n[lints]\n[features]\n"), @"crates/a/Cargo.toml: the crate lacks [lints] workspace = true");
        assert_eq!(check("crates/a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"), "");
        assert_eq!(check("Cargo.toml", "[workspace]\n"), "", "a virtual manifest has no package");
    }
}
