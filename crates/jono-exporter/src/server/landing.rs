//! The page for people who followed a port number: what this is, where to go, and why counters may be zero.

use super::{
    page::{HEALTHY, READY, TelemetryPath},
    status::Facts,
};

/// The page has one style sheet, inside it, and nothing else.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const STYLE: &str = "\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0 0 .75rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }";

/// The page, as HTML.
pub(super) fn page(facts: &Facts, series: usize, metrics: &TelemetryPath) -> String {
    let Facts { version, epoch, horizon, last_commit } = facts;
    let [version, epoch] = [version, epoch].map(|fact| escape(fact));
    let horizon = match horizon {
        Some(horizon) => format!("calls that are at most {} old when they are read", escape(horizon)),
        None => "calls of any age from that hour on".to_owned(),
    };
    let last_commit =
        last_commit.as_ref().map_or_else(|| "none since the start".to_owned(), |commit| escape(commit));
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>jono {version}</title>
<style>
{STYLE}
</style>
</head>
<body>
<main>
<h1>jono</h1>
<p>Exact customer-service statistics for Prometheus.</p>
<nav aria-label="Pages">
<ul>
<li><a href="{metrics}">Metrics</a></li>
<li><a href="{HEALTHY}">Healthy</a>: is the process alive?</li>
<li><a href="{READY}">Ready</a>: does it show everything it knows?</li>
</ul>
</nav>
<h2>State</h2>
<dl>
<dt>Version</dt><dd>{version}</dd>
<dt>Counters count from</dt><dd>{epoch}</dd>
<dt>Counters take</dt><dd>{horizon}</dd>
<dt>Series</dt><dd>{series}</dd>
<dt>Last commit seen</dt><dd>{last_commit}</dd>
</dl>
<h2>Why is a counter zero?</h2>
<p>Counters show what has been counted since {epoch}, and are zero until a call comes that belongs there. Older calls
are not lost: they are in the ledger. Ask for them with</p>
<p><code>jono readings --measure arrivals --period 2020 --by week</code></p>
</main>
</body>
</html>
"#
    )
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page() {
        let facts = Facts {
            version: "1.0.0".to_owned(),
            epoch: "2020-06-08T10:00:00+03:00".to_owned(),
            horizon: Some("24 hours".to_owned()),
            last_commit: None,
        };
        insta::assert_snapshot!(page(&facts, 12, &TelemetryPath::default()));
    }

    #[test]
    fn facts_cannot_write_html() {
        insta::assert_snapshot!(escape(r#"<b title="it's">&"#), @"&lt;b title=&quot;it&#39;s&quot;&gt;&amp;");
    }
}
