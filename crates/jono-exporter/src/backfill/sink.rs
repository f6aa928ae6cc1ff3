//! Where samples of the past go, and the first such place: OpenMetrics text.

use std::io::{self, Write};

use jono_domain::UnixSeconds;

use crate::{
    catalogue::{Family, Kind},
    exposition::put_value,
};

/// What takes samples. Those of one series come in the order of time.
pub trait Sink {
    /// Why it could not.
    type Error;

    /// What follows is of this family.
    fn family(&mut self, family: &Family) -> Result<(), Self::Error>;

    /// One sample. `name` is the name with its labels as `/metrics` has it, and the space behind it.
    fn sample(&mut self, name: &str, value: f64, at: Moment);

    /// A counter, gauge or histogram is whole, for the span that is asked for.
    fn flush(&mut self) -> Result<(), Self::Error>;

    /// Nothing follows.
    fn finish(&mut self) -> Result<(), Self::Error>;
}

/// When a sample is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A second.
    At(UnixSeconds),
    /// One millisecond before it.
    Before(UnixSeconds),
}

impl Moment {
    /// Milliseconds since 1970.
    pub const fn millis(self) -> i64 {
        match self {
            Self::At(at) => at.get() * 1000,
            Self::Before(end) => end.get() * 1000 - 1,
        }
    }
}

/// A file of OpenMetrics text.
#[derive(Debug)]
pub struct OpenMetrics<W> {
    out: W,
    text: Vec<u8>,
}

impl<W> OpenMetrics<W> {
    /// An empty file.
    pub const fn new(out: W) -> Self {
        Self { out, text: Vec::new() }
    }
}

impl<W: Write> Sink for OpenMetrics<W> {
    type Error = io::Error;

    /// `OpenMetrics` names a counter without the end of its samples' names.
    fn family(&mut self, family: &Family) -> io::Result<()> {
        let name = match family.kind {
            Kind::Counter => family.name.trim_end_matches("_total"),
            Kind::Gauge | Kind::Histogram => family.name,
        };
        write!(self.out, "# HELP {name} {}\n# TYPE {name} {}\n", family.help, family.kind.as_str())
    }

    fn sample(&mut self, name: &str, value: f64, at: Moment) {
        self.text.extend_from_slice(name.as_bytes());
        put_value(&mut self.text, value);
        self.text.push(b' ');
        match at {
            Moment::At(at) => put_value(&mut self.text, at.get() as f64),
            Moment::Before(end) => {
                put_value(&mut self.text, (end.get() - 1) as f64);
                self.text.extend_from_slice(b".999");
            }
        }
        self.text.push(b'\n');
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.write_all(&self.text)?;
        self.text.clear();
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.write_all(b"# EOF\n")?;
        self.out.flush()
    }
}
