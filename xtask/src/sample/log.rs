//! The log as text: one line per event, fields joined by bars.

use super::damage::Damage;

/// Lines that wait to be written.
#[derive(Debug)]
pub(super) struct Log {
    bytes: Vec<u8>,
    lines: u64,
    /// Where the line in progress begins.
    line: usize,
    /// The digits of `second`: many lines share theirs.
    stamp: Vec<u8>,
    second: u64,
    damage: Option<Damage>,
}

/// An identifier that Asterisk gives a channel: the second it was made, and a serial number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CallId {
    pub(super) second: u64,
    pub(super) serial: u32,
}

impl Log {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), lines: 0, line: 0, stamp: Vec::new(), second: 0, damage: None }
    }

    pub(super) fn set_damage(&mut self, damage: Option<Damage>) {
        self.damage = damage;
    }

    pub(super) const fn lines(&self) -> u64 {
        self.lines
    }

    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Exchanges the finished lines for an empty buffer, so that neither is allocated again.
    pub(super) fn swap(&mut self, buffer: &mut Vec<u8>) {
        debug_assert!(buffer.is_empty(), "what was filled has been written");
        std::mem::swap(&mut self.bytes, buffer);
    }

    /// Begins a line; [`Line::end`] ends it.
    pub(super) fn line(&mut self, at: u64, id: Option<CallId>, queue: &[u8]) -> Line<'_> {
        if at != self.second {
            self.second = at;
            self.stamp.clear();
            push_number(&mut self.stamp, at);
        }
        self.line = self.bytes.len();
        self.bytes.extend_from_slice(&self.stamp);
        self.bytes.push(b'|');
        match id {
            Some(id) => push_id(&mut self.bytes, id),
            None => self.bytes.extend_from_slice(b"NONE"),
        }
        let line = Line { log: self };
        line.text(queue)
    }
}

/// A line in progress.
#[must_use = "a line needs its end"]
pub(super) struct Line<'log> {
    log: &'log mut Log,
}

impl Line<'_> {
    pub(super) fn text(self, text: &[u8]) -> Self {
        self.log.bytes.push(b'|');
        self.log.bytes.extend_from_slice(text);
        self
    }

    pub(super) fn number(self, number: impl Into<u64>) -> Self {
        self.log.bytes.push(b'|');
        push_number(&mut self.log.bytes, number.into());
        self
    }

    pub(super) fn id(self, id: CallId) -> Self {
        self.log.bytes.push(b'|');
        push_id(&mut self.log.bytes, id);
        self
    }

    /// A member of a queue, or nobody; then the event.
    pub(super) fn event(self, agent: Option<u32>, event: &[u8]) -> Self {
        let line = match agent {
            Some(agent) => {
                self.log.bytes.extend_from_slice(b"|Agent/");
                push_number(&mut self.log.bytes, u64::from(agent));
                self
            }
            None => self.text(b"NONE"),
        };
        line.text(event)
    }

    /// A telephone number of the range that belongs to nobody.
    pub(super) fn caller(self, caller: u32) -> Self {
        self.log.bytes.extend_from_slice(b"|555");
        let mut divisor = 1_000_000;
        while divisor > 0 {
            self.log.bytes.push(b'0' + (caller / divisor % 10) as u8);
            divisor /= 10;
        }
        self
    }

    pub(super) fn end(self) {
        let log = self.log;
        log.bytes.push(b'\n');
        log.lines += 1;
        if let Some(damage) = &mut log.damage {
            log.lines += u64::from(damage.after(log.line, &mut log.bytes));
        }
    }
}

fn push_id(bytes: &mut Vec<u8>, id: CallId) {
    push_number(bytes, id.second);
    bytes.push(b'.');
    push_number(bytes, u64::from(id.serial));
}

/// `write!` would take most of the time of a line.
pub(super) fn push_number(bytes: &mut Vec<u8>, mut number: u64) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    bytes.extend_from_slice(&digits[first..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_fields_and_bars() {
        let mut log = Log::new();
        let id = CallId { second: 1_543_602_660, serial: 197 };
        log.line(1_543_602_677, Some(id), b"IT")
            .event(None, b"ENTERQUEUE")
            .text(b"")
            .caller(42)
            .number(1_u32)
            .end();
        log.line(1_543_602_753, Some(id), b"IT").event(Some(1127), b"CONNECT").number(76_u32).id(id).end();
        let mut text = Vec::new();
        log.swap(&mut text);
        insta::assert_snapshot!(String::from_utf8(text).unwrap(), @r"
        1543602677|1543602660.197|IT|NONE|ENTERQUEUE||5550000042|1
        1543602753|1543602660.197|IT|Agent/1127|CONNECT|76|1543602660.197
        ");
        assert_eq!(log.lines(), 2);
    }

    #[test]
    fn numbers_are_decimal() {
        let check = |number: u64| {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number);
            assert_eq!(bytes, number.to_string().as_bytes());
        };
        [0, 9, 10, 1_603_584_000, u64::MAX].into_iter().for_each(check);
    }
}
