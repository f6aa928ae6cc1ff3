//! The pages of `jono serve`, by real requests.

use std::time::Duration;

use anyhow::{Context, ensure};

use super::stage::{BULLETIN, Stage};
use crate::{http, wait};

/// How long what was published may take to be shown.
const PATIENCE: Duration = Duration::from_secs(30);

/// Looks at every page, and gives the scrape.
pub(super) fn check(stage: &Stage) -> anyhow::Result<String> {
    let landing = http::get(&stage.url("/"))?;
    ensure!(landing.text()?.contains("href=\"/metrics\""), "the landing page does not lead to /metrics");
    for page in ["/-/healthy", "/-/ready"] {
        http::get(&stage.url(page))?.text().with_context(|| format!("{page} is not well"))?;
    }
    let missing = http::get(&stage.url("/no-such-page"))?;
    ensure!(missing.status == 404, "a page that does not exist has the status {}", missing.status);

    for language in ["fi", "sv", "en"] {
        let url = stage.bulletin_url(&format!("/{language}/{BULLETIN}"));
        let page = wait::until("the bulletin is not served", PATIENCE, || {
            let page = http::get(&url)?;
            Ok(if page.status == 200 { Some(page.text()?.to_owned()) } else { None })
        })?;
        ensure!(page.contains(&format!("lang=\"{language}\"")), "the bulletin is not in {language}");
    }

    let plain = http::get(&stage.url("/metrics"))?;
    let form = plain.header("content-type").unwrap_or_default();
    ensure!(form.starts_with("text/plain; version=0.0.4"), "/metrics calls itself {form:?}");
    let compressed = http::get_gzip(&stage.url("/metrics"))?;
    let (plain, compressed) = (plain.text()?, compressed.text()?);
    ensure!(
        steady(plain).eq(steady(compressed)) && counted(plain).next().is_some(),
        "/metrics is another text when it is compressed"
    );
    Ok(plain.to_owned())
}

/// All lines but samples of the process and its requests, which change from one scrape to the next.
fn steady(scrape: &str) -> impl Iterator<Item = &str> {
    scrape.lines().filter(|line| !line.starts_with("process_") && !line.starts_with("jono_http_"))
}

/// What is kept in the ledger; the rest is found out anew by every process, when it looks.
const KEPT: [&str; 9] = [
    "jono_arrivals_total",
    "jono_contacts_total",
    "jono_wait_seconds",
    "jono_handling_seconds",
    "jono_service_level_",
    "jono_source_records_total",
    "jono_source_rejects_total",
    "jono_late_events_total",
    "jono_corrections_total",
];

/// The samples about what was counted.
pub(super) fn counted(scrape: &str) -> impl Iterator<Item = &str> {
    scrape.lines().filter(|line| KEPT.iter().any(|family| line.starts_with(family)))
}
