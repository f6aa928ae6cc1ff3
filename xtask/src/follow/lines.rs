//! What is written: the lines of a sample, over and over, each with the second in which it is written.

use std::num::NonZero;

use anyhow::ensure;
use jiff::Timestamp;

use crate::sample;

/// The digits of a second, for some centuries.
const SECOND: usize = 10;

/// Lines without end.
pub(super) struct Lines {
    sample: Vec<u8>,
    next: usize,
    probes: u64,
}

impl Lines {
    pub(super) fn new(seed: u64) -> anyhow::Result<Self> {
        let arguments = sample::Arguments {
            calls: 100_000,
            seed,
            days: NonZero::new(30),
            rejects: 0.0005,
            all_events: true,
            ..sample::Arguments::default()
        };
        let sample = sample::bytes(&arguments)?;
        ensure!(sample.ends_with(b"\n"), "the sample has no whole line");
        Ok(Self { sample, next: 0, probes: 0 })
    }

    /// Appends so many lines as they would be written now.
    pub(super) fn append(&mut self, count: u64, out: &mut Vec<u8>) {
        let now = now();
        for _ in 0..count {
            let rest = &self.sample[self.next..];
            let end = 1 + rest.iter().position(|&byte| byte == b'\n').expect("the sample ends with a line");
            let line = &rest[..end];
            // Malformed ones stay as they are.
            let timed = line.get(SECOND) == Some(&b'|') && line[..SECOND].iter().all(u8::is_ascii_digit);
            out.extend_from_slice(if timed { now.as_bytes() } else { b"" });
            out.extend_from_slice(&line[if timed { SECOND } else { 0 }..]);
            self.next = (self.next + end) % self.sample.len();
        }
    }

    /// Appends a call of the probe's own queue, which is over at once; says how many lines that are.
    ///
    /// There is no other line like the first one, so a file that begins with it is told from any other.
    pub(super) fn append_probe(&mut self, out: &mut Vec<u8>) -> u64 {
        let now = now();
        self.probes += 1;
        let call = format!("{now}|{now}.{}|probe|NONE", self.probes);
        let lines = format!("{call}|ENTERQUEUE||5550000000|1\n{call}|ABANDON|1|1|0\n");
        out.extend_from_slice(lines.as_bytes());
        2
    }
}

fn now() -> String {
    Timestamp::now().as_second().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_of_now_and_begin_anew_at_the_end() {
        let sample = b"1543602660|1.1|IT|NONE|ENTERQUEUE||5550000042|1\nspoilt\n".to_vec();
        let mut lines = Lines { sample, next: 0, probes: 0 };
        let mut written = Vec::new();
        lines.append(3, &mut written);
        assert_eq!(lines.append_probe(&mut written), 2);
        let written = String::from_utf8(written).unwrap();
        let (second, _) = written.split_once('|').unwrap();
        assert!(second > "1543602660");
        // The second may have changed between the lines.
        let timeless: Vec<_> =
            written.lines().map(|line| line.trim_start_matches(|c: char| c.is_ascii_digit())).collect();
        let second = |line: &str| line.split('.').next().unwrap_or_default().len();
        insta::assert_snapshot!(timeless[..3].join("\n"), @r"
        |1.1|IT|NONE|ENTERQUEUE||5550000042|1
        spoilt
        |1.1|IT|NONE|ENTERQUEUE||5550000042|1
        ");
        insta::assert_snapshot!(timeless[3..].iter().map(|line| &line[second(line)..]).collect::<Vec<_>>().join("\n"), @r"
        .1|probe|NONE|ENTERQUEUE||5550000000|1
        .1|probe|NONE|ABANDON|1|1|0
        ");
    }
}
