//! Nothing names the machine it was made on: no absolute paths of people's machines, no mirrors of registries.

use super::{File, Tree, Violation};

/// Where people and their tools keep files; never part of what is delivered.
const PATHS: [&str; 9] =
    ["/home/", "/root/", "/work/", "/tmp/", "/Users/", "/mnt/", "/workspace/", "C:\\Users", "/private/var/"];

/// Settings and schemes that point a package manager somewhere else than its own registry.
const MIRRORS: [&str; 6] =
    ["sparse+http", "replace-with", "index-url", "GOPROXY", "artifactory", "npm_config_registry"];

/// The one source that a lock file may name.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Where such a word is harmless: what the path of the file begins with, the word, and why.
const HARMLESS: [(&str, &str, &str); 5] = [
    ("xtask/src/tidy/", "", "the words themselves stand here"),
    ("deploy/", "/tmp/", "inside a container, or a unit's private folder"),
    ("deploy/", "/home/", "systemd's ProtectHome and its like name it to hide it"),
    ("deploy/", "/root/", "inside a container"),
    ("docs/", "/tmp/", "examples that anyone can run"),
];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    tree.0.iter().flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Violation> {
    let harmless = |word: &str| {
        HARMLESS.iter().any(|(beginning, only, _)| {
            file.path.starts_with(beginning) && (only.is_empty() || *only == word)
        })
    };
    let mut violations = Vec::new();
    for (number, line) in file.lines() {
        for path in PATHS.into_iter().filter(|path| stands_alone(line, path) && !harmless(path)) {
            violations.push(file.violation(Some(number), format!("{path} is a place on somebody's machine")));
        }
        for word in MIRRORS.into_iter().filter(|word| line.contains(word) && !harmless(word)) {
            violations.push(file.violation(Some(number), format!("{word} leads to somebody's mirror")));
        }
        if file.path.ends_with("Cargo.lock")
            && let Some(source) = line.strip_prefix("source = ")
            && source.trim_matches('"') != CRATES_IO
        {
            violations.push(file.violation(Some(number), format!("{source} is not crates.io")));
        }
    }
    violations
}

/// Whether a path begins there, instead of going on as in `docs/home/` or in an address.
fn stands_alone(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !(c.is_alphanumeric() || "._-/}~".contains(c)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::listed;

    fn check(path: &str, text: &str) -> String {
        listed(&super::check(&Tree::of(&[(path, text)])))
    }

    #[test]
    fn places_on_a_machine() {
        insta::assert_snapshot!(check("README.md", "first\nrun `/home/me/jono`"), @"README.md:2: /home/ is a place on somebody's machine");
        insta::assert_snapshot!(check("crates/a/src/lib.rs", "let log = \"/tmp/queue_log\";"), @"crates/a/src/lib.rs:1: /tmp/ is a place on somebody's machine");
        assert_eq!(check("README.md", "see docs/home/ and https://example.org/home/ and $DIR/tmp/x"), "");
        assert_eq!(check("deploy/Containerfile", "RUN rm -rf /tmp/*"), "");
    }

    #[test]
    fn mirrors() {
        insta::assert_snapshot!(check(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"mirror\""), @".cargo/config.toml:2: replace-with leads to somebody's mirror");
        insta::assert_snapshot!(check("Cargo.lock", "source = \"registry+https://example.org/index\""), @r#"Cargo.lock:1: "registry+https://example.org/index" is not crates.io"#);
        assert_eq!(check("Cargo.lock", &format!("source = \"{CRATES_IO}\"")), "");
    }
}
