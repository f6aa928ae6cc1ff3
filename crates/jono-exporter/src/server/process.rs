//! What the process says about itself at the moment of a scrape: its own use of the machine, and the requests it
//! has answered. These are kept by the `prometheus` crate and written by its encoder, after the prepared text.

use bytes::Bytes;
use hyper::StatusCode;
use prometheus::{
    IntCounterVec, Opts, Registry, TextEncoder, core::Collector, process_collector::ProcessCollector,
};

use crate::catalogue;

/// A registry of its own, never the global one.
#[derive(Debug)]
pub(super) struct Process {
    registry: Registry,
    requests: IntCounterVec,
}

impl Process {
    /// Registers everything; the combinations of path and code in `shown` are there from the start.
    pub(super) fn new(shown: &[(&str, StatusCode)]) -> Self {
        let family = catalogue::HTTP_REQUESTS;
        let requests = IntCounterVec::new(Opts::new(family.name, family.help), family.labels)
            .expect("the catalogue's names are valid");
        let registry = Registry::new();
        let collectors: [Box<dyn Collector>; 2] =
            [Box::new(ProcessCollector::for_self()), Box::new(requests.clone())];
        for collector in collectors {
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
            Ok(text) => text.into(),
            Err(why) => {
                tracing::error!(%why, "the process's own metrics cannot be written");
                Bytes::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Family, catalogue};

    #[test]
    fn the_catalogue_has_what_is_gathered() {
        let process = Process::new(&[("/", StatusCode::OK)]);
        process.answered("/", StatusCode::OK);
        let own =
            |family: &&&Family| family.name.starts_with("process_") || **family == catalogue::HTTP_REQUESTS;
        let told: Vec<_> = catalogue().iter().filter(own).map(|family| family.heading()).collect();
        let text = String::from_utf8(process.text().to_vec()).unwrap();
        let shown: Vec<_> = text.split_inclusive('\n').filter(|line| line.starts_with('#')).collect();
        assert_eq!(shown.concat(), told.concat());
        assert!(text.contains("jono_http_requests_total{code=\"200\",path=\"/\"} 1\n"));
    }
}
