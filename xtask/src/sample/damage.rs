//! Malformed lines of many kinds, each of which a reader must refuse and count.
//!
//! They are drawn apart from everything else, so taking them out again leaves the log as it would have been.

use crate::draw::Draw;

/// Spoils a copy of some lines.
#[derive(Debug)]
pub(super) struct Damage {
    draw: Draw,
    /// How likely a good line is followed by a malformed one.
    probability: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Cut before the event, as when a disk is full.
    Truncated,
    /// A block of NUL bytes, as after a loss of power.
    Nuls,
    NulInTime,
    InvalidUtf8Event,
    LowerCaseEvent,
    EmptyTime,
    /// Not as the database variant writes it, which is a good time.
    DateAsTime,
    NegativeTime,
    LongTime,
    NegativeWait,
    OverflowingWait,
    VeryLongWait,
    WordAsWait,
    MissingWait,
    NoQueue,
    EmptyQueue,
}

impl Kind {
    const ALL: [Self; 16] = [
        Self::Truncated,
        Self::Nuls,
        Self::NulInTime,
        Self::InvalidUtf8Event,
        Self::LowerCaseEvent,
        Self::EmptyTime,
        Self::DateAsTime,
        Self::NegativeTime,
        Self::LongTime,
        Self::NegativeWait,
        Self::OverflowingWait,
        Self::VeryLongWait,
        Self::WordAsWait,
        Self::MissingWait,
        Self::NoQueue,
        Self::EmptyQueue,
    ];
}

impl Damage {
    /// Malformed lines as a share of all lines, at most a half.
    pub(super) fn new(share: f64, seed: u64) -> Self {
        Self { draw: Draw::new(!seed), probability: share / (1.0 - share) }
    }

    /// Perhaps adds a malformed line after the good one that starts at `line`; whether it did.
    pub(super) fn after(&mut self, line: usize, bytes: &mut Vec<u8>) -> bool {
        let damaged = self.draw.chance(self.probability);
        if damaged {
            let good = bytes[line..].to_vec();
            let kind = self.draw.pick(&Kind::ALL);
            self.spoil(&good, kind, bytes);
            bytes.push(b'\n');
        }
        damaged
    }

    fn spoil(&mut self, good: &[u8], kind: Kind, bytes: &mut Vec<u8>) {
        let good = good.strip_suffix(b"\n").unwrap_or(good);
        let bar = |nth: usize| {
            good.iter()
                .enumerate()
                .filter(|(_, byte)| **byte == b'|')
                .nth(nth)
                .expect("a line has four bars")
                .0
        };
        let (time, head, queue) = (&good[..bar(0)], &good[..bar(1)], &good[..bar(2)]);
        let after_time = &good[bar(0)..];
        let join = |bytes: &mut Vec<u8>, parts: &[&[u8]]| {
            parts.iter().for_each(|part| bytes.extend_from_slice(part));
        };
        match kind {
            Kind::Truncated => bytes.extend_from_slice(&good[..self.draw.between(1, bar(3) as u32) as usize]),
            Kind::Nuls => bytes.resize(bytes.len() + self.draw.between(8, 64) as usize, 0),
            Kind::NulInTime => join(bytes, &[&time[..time.len() - 1], b"\0", after_time]),
            Kind::InvalidUtf8Event => join(bytes, &[queue, b"|NONE|ENTERQUEUE\xc4||5550000001|1"]),
            Kind::LowerCaseEvent => join(bytes, &[queue, b"|NONE|enterqueue||5550000001|1"]),
            Kind::EmptyTime => bytes.extend_from_slice(after_time),
            Kind::DateAsTime => join(bytes, &[b"08.06.2020 10:00:00", after_time]),
            Kind::NegativeTime => join(bytes, &[b"-", good]),
            Kind::LongTime => join(bytes, &[time, b"0", after_time]),
            Kind::NegativeWait => join(bytes, &[queue, b"|NONE|ABANDON|1|1|-5"]),
            Kind::OverflowingWait => join(bytes, &[queue, b"|Agent/1127|CONNECT|536870912|1.1|4"]),
            Kind::VeryLongWait => join(bytes, &[queue, b"|NONE|EXITEMPTY|1|1|18446744073709551617"]),
            Kind::WordAsWait => join(bytes, &[queue, b"|Agent/1127|COMPLETEAGENT|3|1e2|1"]),
            Kind::MissingWait => join(bytes, &[queue, b"|Agent/1127|CONNECT|"]),
            Kind::NoQueue => join(bytes, &[head, b"|NONE|NONE|ENTERQUEUE||5550000001|1"]),
            Kind::EmptyQueue => join(bytes, &[head, b"||NONE|ABANDON|1|1|12"]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_damage() {
        let good = b"1543602753|1543602660.197|IT|Agent/1127|CONNECT|76|1543602746.232|6\n";
        let mut damage = Damage::new(0.5, 1);
        let lines = Kind::ALL.map(|kind| {
            let mut bytes = Vec::new();
            damage.spoil(good, kind, &mut bytes);
            format!("{kind:?}: {}", bytes.escape_ascii())
        });
        insta::assert_snapshot!(lines.join("\n"), @r"
        Truncated: 1543602753|1543602660.19
        Nuls: \x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00
        NulInTime: 154360275\x00|1543602660.197|IT|Agent/1127|CONNECT|76|1543602746.232|6
        InvalidUtf8Event: 1543602753|1543602660.197|IT|NONE|ENTERQUEUE\xc4||5550000001|1
        LowerCaseEvent: 1543602753|1543602660.197|IT|NONE|enterqueue||5550000001|1
        EmptyTime: |1543602660.197|IT|Agent/1127|CONNECT|76|1543602746.232|6
        DateAsTime: 08.06.2020 10:00:00|1543602660.197|IT|Agent/1127|CONNECT|76|1543602746.232|6
        NegativeTime: -1543602753|1543602660.197|IT|Agent/1127|CONNECT|76|1543602746.232|6
        LongTime: 15436027530|1543602660.197|IT|Agent/1127|CONNECT|76|1543602746.232|6
        NegativeWait: 1543602753|1543602660.197|IT|NONE|ABANDON|1|1|-5
        OverflowingWait: 1543602753|1543602660.197|IT|Agent/1127|CONNECT|536870912|1.1|4
        VeryLongWait: 1543602753|1543602660.197|IT|NONE|EXITEMPTY|1|1|18446744073709551617
        WordAsWait: 1543602753|1543602660.197|IT|Agent/1127|COMPLETEAGENT|3|1e2|1
        MissingWait: 1543602753|1543602660.197|IT|Agent/1127|CONNECT|
        NoQueue: 1543602753|1543602660.197|NONE|NONE|ENTERQUEUE||5550000001|1
        EmptyQueue: 1543602753|1543602660.197||NONE|ABANDON|1|1|12
        ");
    }
}
