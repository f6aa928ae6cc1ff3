//! What is sent: the messages of the protocol as they are defined there, and a request made of one.

use prost::Message;

/// `prometheus.WriteRequest`; its metadata is not sent.
#[derive(Clone, PartialEq, Message)]
pub(super) struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    pub(super) timeseries: Vec<TimeSeries>,
}

/// `prometheus.TimeSeries`: labels by name, samples by time.
#[derive(Clone, PartialEq, Message)]
pub(super) struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    pub(super) labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    pub(super) samples: Vec<Sample>,
}

/// `prometheus.Label`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Message)]
pub(super) struct Label {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
}

/// `prometheus.Sample`.
#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Sample {
    #[prost(double, tag = "1")]
    pub(super) value: f64,
    /// In milliseconds.
    #[prost(int64, tag = "2")]
    pub(super) timestamp: i64,
}

/// One request, before it is compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    message: Vec<u8>,
    samples: u64,
}

impl Request {
    pub(super) fn new(timeseries: Vec<TimeSeries>) -> Self {
        let samples = timeseries.iter().map(|series| series.samples.len() as u64).sum();
        Self { message: WriteRequest { timeseries }.encode_to_vec(), samples }
    }

    /// The message, as it is encoded.
    pub fn message(&self) -> &[u8] {
        &self.message
    }

    /// How many samples it has.
    pub const fn samples(&self) -> u64 {
        self.samples
    }

    /// What tells it from all others: the BLAKE3 hash of the message, in hexadecimal digits.
    pub fn digest(&self) -> String {
        blake3::hash(&self.message).to_hex().to_string()
    }
}

/// The labels of a sample that is named as in `/metrics`, the name among them, sorted. An empty label is none.
///
/// `name` is what we rendered ourselves: nothing is checked again.
pub(super) fn labels(name: &str) -> Vec<Label> {
    let name = name.trim_end();
    let (family, mut rest) = name.split_once('{').unwrap_or((name, ""));
    let mut labels = vec![Label { name: "__name__".to_owned(), value: family.to_owned() }];
    while let Some((label, quoted)) = rest.split_once("=\"") {
        let mut value = String::new();
        let mut chars = quoted.chars();
        while let Some(char) = chars.next() {
            match char {
                '"' => break,
                '\\' => match chars.next() {
                    Some('n') => value.push('\n'),
                    Some(escaped) => value.push(escaped),
                    None => break,
                },
                _ => value.push(char),
            }
        }
        rest = chars.as_str();
        rest = rest.strip_prefix(',').unwrap_or(rest);
        if !value.is_empty() {
            labels.push(Label { name: label.to_owned(), value });
        }
    }
    labels.sort_unstable();
    labels
}

/// Labels for a reader, sorted as they are sent.
impl std::fmt::Display for TimeSeries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for Label { name, value } in &self.labels {
            write!(f, "{name}={value:?} ")?;
        }
        self.samples.iter().try_for_each(|sample| write!(f, "{}@{} ", sample.value, sample.timestamp))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::exposition::labels as rendered;

    #[test]
    fn a_message_is_what_the_protocol_says_byte_by_byte() {
        let series = TimeSeries {
            labels: labels("up{job=\"a\"} "),
            samples: vec![Sample { value: 1.0, timestamp: 300 }],
        };
        let request = Request::new(vec![series.clone()]);
        // Field 1 of 40 bytes: two labels, then a sample; 300 is AC 02 as a varint, 1.0 is 3F F0 with its low byte first.
        let label = |name: &str, value: &str| {
            let (name, value) = (name.as_bytes(), value.as_bytes());
            let body = [&[0x0A, name.len() as u8], name, &[0x12, value.len() as u8], value].concat();
            [vec![0x0A, body.len() as u8], body].concat()
        };
        let sample = [0x12, 12, 0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 0xAC, 0x02];
        let body = [label("__name__", "up"), label("job", "a"), sample.to_vec()].concat();
        assert_eq!(body.len(), 40);
        assert_eq!(request.message(), [vec![0x0A, 40], body].concat());
        assert_eq!(request.samples(), 1);
        assert_eq!(WriteRequest::decode(request.message()).unwrap().timeseries, [series]);
        assert_eq!(request.digest().len(), 64);
    }

    #[test]
    fn labels_are_sorted_by_their_bytes_and_never_empty() {
        let check = |name: &str| TimeSeries { labels: labels(name), samples: Vec::new() }.to_string();
        insta::assert_snapshot!(check("up "), @r#"__name__="up" "#);
        insta::assert_snapshot!(check(r#"up{job="b",Zone="x",le="+Inf",a=""} "#), @r#"Zone="x" __name__="up" job="b" le="+Inf" "#);
        insta::assert_snapshot!(check(r#"up{a="q\"b\\n\n{},=\"",b="1"} "#), @r#"__name__="up" a="q\"b\\n\n{},=\"" b="1" "#);
    }

    proptest! {
        #[test]
        fn what_was_rendered_is_read_back(values in prop::collection::vec(".{1,12}", 1..5)) {
            let values: Vec<_> = values.into_iter().enumerate().map(|(at, value)| (format!("l{at}"), value)).collect();
            let pairs: Vec<_> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let found = labels(&format!("jono_x{{{}}} ", rendered(&pairs)));
            let found: Vec<_> = found.into_iter().skip(1).map(|label| (label.name, label.value)).collect();
            prop_assert_eq!(found, values);
        }
    }
}
