//! Relative links between the pages lead somewhere.

use super::{File, Tree, Violation};

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    tree.0.iter().filter(|file| file.is("md")).flat_map(|file| check_file(tree, file)).collect()
}

fn check_file(tree: &Tree, file: &File) -> Vec<Violation> {
    let mut violations = Vec::new();
    let mut in_code = false;
    for (number, line) in file.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            for target in targets(line).filter(|target| leads_nowhere(tree, &file.path, target)) {
                violations.push(file.violation(Some(number), format!("the link to {target} leads nowhere")));
            }
        }
    }
    violations
}

/// What a line links to, as `[text](target)`, `![text](target "title")` or `[label]: target`.
fn targets(line: &str) -> impl Iterator<Item = String> {
    let prose = without_code(line);
    let inline = prose.match_indices("](").map(|(at, _)| {
        let rest = &prose[at + 2..];
        // A target may have parentheses of its own, in pairs.
        let mut depth = 1;
        let end = rest.find(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth == 0
        });
        rest[..end.unwrap_or(rest.len())].to_owned()
    });
    let defined =
        prose.trim_start().strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, rest)| rest);
    let all: Vec<_> = inline.chain(defined.map(str::to_owned)).collect();
    let bare = |target: String| {
        let target = target.trim();
        match target.strip_prefix('<').and_then(|rest| rest.split_once('>')) {
            Some((target, _)) => target.to_owned(),
            None => target.split_whitespace().next().unwrap_or_default().to_owned(),
        }
    };
    all.into_iter().map(bare)
}

/// The line without its `code`, where brackets mean something else.
fn without_code(line: &str) -> String {
    // Only pairs of backticks enclose code.
    if line.matches('`').count() % 2 == 1 { line.to_owned() } else { line.split('`').step_by(2).collect() }
}

fn leads_nowhere(tree: &Tree, from: &str, target: &str) -> bool {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let elsewhere = path.contains("://") || path.starts_with("mailto:") || path.starts_with("//");
    !elsewhere && !path.is_empty() && resolve(from, path).is_none_or(|path| !tree.has(&path))
}

/// The path from the root; `None` where it leads out of it.
fn resolve(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => from.split('/').collect(),
    };
    // The page itself is no folder.
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::listed;

    fn check(text: &str) -> String {
        let others =
            [("README.md", ""), ("docs/metrics.md", ""), ("deploy/demo/compose.yaml", ""), ("a(1).md", "")];
        let mut tree = Tree::of(&others);
        tree.0.push(File { path: "docs/page.md".into(), bytes: text.into() });
        listed(&super::check(&tree))
    }

    #[test]
    fn links_that_lead_nowhere() {
        insta::assert_snapshot!(check("text\nsee [metrics](metric.md) and [x](metrics.md)"), @"docs/page.md:2: the link to metric.md leads nowhere");
        insta::assert_snapshot!(check("![panel](../grafana/panel.png \"A panel\")"), @"docs/page.md:1: the link to ../grafana/panel.png leads nowhere");
        insta::assert_snapshot!(check("[label]: ../deploy/nothing/"), @"docs/page.md:1: the link to ../deploy/nothing/ leads nowhere");
        insta::assert_snapshot!(check("[out](../../README.md)"), @"docs/page.md:1: the link to ../../README.md leads nowhere");
    }

    #[test]
    fn links_that_lead_somewhere() {
        let good = [
            "[a](metrics.md#jono_contacts_total) and [b](../README.md)",
            "[folder](../deploy/demo) and [folder](../deploy/demo/)",
            "[from the root](/docs/metrics.md), [the page](#here), [root](..)",
            "[web](https://example.org/nothing.md), [mail](mailto:a@example.org)",
            "[spaces](<metrics.md>), [pairs](../a(1).md)",
            "`[code](nothing.md)`",
            "```\n[code](nothing.md)\n```",
        ];
        for text in good {
            assert_eq!(check(text), "", "{text}");
        }
    }
}
