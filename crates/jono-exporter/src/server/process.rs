//! What the process says about itself at the moment of a scrape: its own use of the machine, the requests it has
//! answered, and its [`Telemetry`]. These are kept by the `prometheus` crate and written by its encoder, after the
//! prepared text.

use bytes::Bytes;
use hyper::StatusCode;
use prometheus::{
    IntCounterVec, Opts, Registry, TextEncoder, core::Collector, process_collector::ProcessCollector,
};

use crate::{catalogue, telemetry::Telemetry};

/// A registry of its own, never the global one.
#[derive(Debug)]
pub(super) struct Process {
    registry: Registry,
    requests: IntCounterVec,
}

impl Process {
    /// Registers everything; the combinations of path and code in `shown` are there from the start.
    pub(super) fn new(shown: &[(&str, StatusCode)], telemetry: &Telemetry) -> Self {
        let family = catalogue::HTTP_REQUESTS;
        let requests = IntCounterVec::new(Opts::new(family.name, family.help), family.labels)
            .expect("the catalogue's names are valid");
        let registry = Registry::new();
        let collectors: [Box<dyn Collector>; 2] =
            [Box::new(ProcessCollector::for_self()), Box::new(requests.clone())];
        for collector in collectors.into_iter().chain(telemetry.collectors()) {
            registry.register(collector).expect("no name is registered twice");
        }
        let process = Self { registry, requests };
        shown.iter().for_each(|&(path, code)| process.requests(path, code, 0));
        process
    }

    /// Counts an answer.
    pub(super) fn answered(&self, path: &str, code: StatusCode) {
        self.requests(path, code, 1);
    }

    fn requests(&self, path: &str, code: StatusCode, count: u64) {
        self.requests.with_label_values(&[path, code.as_str()]).inc_by(count);
    }

    /// The text of all of it, as it is now.
    pub(super) fn text(&self) -> Bytes {
        match TextEncoder::new().encode_to_string(&self.registry.gather()) {
            Ok(text) => with_float_limits(&text).into(),
            Err(why) => {
                tracing::error!(%why, "the process's own metrics cannot be written");
                Bytes::new()
            }
        }
    }
}

/// The crate writes `le="1"`, which Prometheus 3 rewrites to `le="1.0"`; all of our histograms say so at once.
fn with_float_limits(text: &str) -> String {
    const LE: &str = "le=\"";
    let mut parts = text.split(LE);
    let mut with = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (limit, rest) = part.split_at(digits);
        with.extend([LE, limit, if digits > 0 && rest.starts_with('"') { ".0" } else { "" }, rest]);
    }
    with
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Family, catalogue};

    #[test]
    fn the_catalogue_has_what_is_gathered() {
        let telemetry = Telemetry::default();
        let process = Process::new(&[("/", StatusCode::OK)], &telemetry);
        process.answered("/", StatusCode::OK);
        crate::telemetry::tests::tell_everything(&telemetry);
        let told = telemetry.collectors();
        let told: Vec<_> = told.iter().flat_map(|told| told.desc()).map(|desc| &desc.fq_name).collect();
        let own = |family: &&&Family| {
            family.name.starts_with("process_")
                || **family == catalogue::HTTP_REQUESTS
                || told.iter().any(|name| *name == family.name)
        };
        // The crate's encoder sorts by name, as the catalogue does.
        let headings: Vec<_> = catalogue().iter().filter(own).map(|family| family.heading()).collect();
        let text = String::from_utf8(process.text().to_vec()).unwrap();
        let shown: Vec<_> = text.split_inclusive('\n').filter(|line| line.starts_with('#')).collect();
        assert_eq!(shown.concat(), headings.concat());
        assert!(text.contains("jono_http_requests_total{code=\"200\",path=\"/\"} 1\n"));
    }

    #[test]
    fn whole_limits_are_written_as_floats() {
        let text = "a{le=\"1\"} 1\na{le=\"0.5\"} 1\na{le=\"+Inf\"} 1\nb{source=\"le=\"} 1\nb{source=\"le=\\\"1\\\"\"} 1\n";
        insta::assert_snapshot!(with_float_limits(text), @r#"
        a{le="1.0"} 1
        a{le="0.5"} 1
        a{le="+Inf"} 1
        b{source="le="} 1
        b{source="le=\"1\""} 1
        "#);
    }
}
