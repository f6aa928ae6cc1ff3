//! A store of samples on the loopback: it takes remote write, by its own reading of the protocol, and answers as it is
//! told to.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

use prost::Message;

/// `prometheus.WriteRequest`.
#[derive(Clone, PartialEq, Message)]
struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    timeseries: Vec<TimeSeries>,
}

/// `prometheus.TimeSeries`.
#[derive(Clone, PartialEq, Message)]
struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    samples: Vec<Sample>,
}

/// `prometheus.Label`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Message)]
struct Label {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    value: String,
}

/// `prometheus.Sample`.
#[derive(Clone, PartialEq, Message)]
struct Sample {
    #[prost(double, tag = "1")]
    value: f64,
    #[prost(int64, tag = "2")]
    timestamp: i64,
}

/// Name, value; sorted.
pub(crate) type Labels = Vec<(String, String)>;
/// By series and milliseconds, the bits of the value.
pub(crate) type Samples = BTreeMap<(Labels, i64), u64>;

/// What is answered.
pub(crate) enum Reply {
    /// A status with headers, each with its line end, and a body.
    Status(u16, &'static str, &'static str),
    /// Nothing: the connection ends.
    HangUp,
    /// Nothing, and the connection stays.
    Silence,
}

/// All is well.
pub(crate) const TAKEN: Reply = Reply::Status(204, "", "");

/// What came.
#[derive(Default)]
pub(crate) struct Seen {
    /// The headers of each request, in lower case.
    pub(crate) heads: Vec<String>,
    /// The messages that were taken.
    pub(crate) taken: Vec<Vec<u8>>,
}

/// A store that listens until the test ends.
pub(crate) struct Store {
    pub(crate) url: String,
    seen: Arc<Mutex<Seen>>,
}

impl Store {
    /// `answer` is asked for each request by its number, from 0.
    pub(crate) fn start(answer: impl Fn(usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let url = format!("http://{}/api/v1/write", listener.local_addr().expect("an address"));
        let seen = Arc::new(Mutex::new(Seen::default()));
        let (theirs, answer) = (seen.clone(), Arc::new(answer));
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let (seen, answer) = (theirs.clone(), answer.clone());
                thread::spawn(move || serve(&connection, &seen, &*answer));
            }
        });
        Self { url, seen }
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("nobody panicked")
    }

    /// All samples that were taken. Fails unless requests are bounded, labels sorted and each series in the order of
    /// time.
    pub(crate) fn samples(&self) -> Samples {
        let mut samples = Samples::new();
        let mut last = BTreeMap::<Labels, i64>::new();
        for message in &self.seen().taken {
            let request = WriteRequest::decode(message.as_slice()).expect("a message");
            assert!(request.timeseries.iter().map(|series| series.samples.len()).sum::<usize>() <= 10_000);
            for series in request.timeseries {
                assert!(series.labels.is_sorted());
                let labels: Labels =
                    series.labels.into_iter().map(|label| (label.name, label.value)).collect();
                for Sample { value, timestamp } in series.samples {
                    let before = last.insert(labels.clone(), timestamp);
                    assert!(before.is_none_or(|before| before < timestamp), "{labels:?} at {timestamp}");
                    samples.insert((labels.clone(), timestamp), value.to_bits());
                }
            }
        }
        samples
    }
}

fn serve(mut connection: &TcpStream, seen: &Mutex<Seen>, answer: &dyn Fn(usize) -> Reply) -> Option<()> {
    let mut reader = BufReader::new(connection);
    loop {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if line == "\r\n" {
                break;
            }
            // Names are in lower case, values as they are.
            let line = match line.split_once(": ") {
                Some((name, value)) => format!("{}: {value}", name.to_lowercase()),
                None => line,
            };
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().ok()?;
            }
            head.push_str(&line);
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let number = {
            let mut seen = seen.lock().ok()?;
            seen.heads.push(head);
            seen.heads.len() - 1
        };
        match answer(number) {
            Reply::HangUp => return connection.shutdown(std::net::Shutdown::Both).ok(),
            Reply::Silence => {}
            Reply::Status(status, headers, said) => {
                if status < 300 {
                    let message = snap::raw::Decoder::new().decompress_vec(&body).expect("snappy");
                    seen.lock().ok()?.taken.push(message);
                }
                let length =
                    if status == 204 { String::new() } else { format!("Content-Length: {}\r\n", said.len()) };
                write!(connection, "HTTP/1.1 {status} Status\r\n{length}{headers}\r\n{said}").ok()?;
            }
        }
    }
}
