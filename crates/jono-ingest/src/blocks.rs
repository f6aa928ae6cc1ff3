//! Cuts a document's bytes into blocks of equal size, and each block's text at its last line end.
//!
//! The line that a block's end cuts in two is carried to the front of the next. A line longer than
//! [`MAX_LINE_BYTES`] is no line of any log: its bytes are passed over, a sample of them is kept, and it is handed
//! on as overlong with the block in which it ends.

use std::{
    io::{self, Read},
    ops::Range,
};

use jono_domain::reject::{MAX_SAMPLE_BYTES, Reason, Reject};

/// The longest line that is read.
pub const MAX_LINE_BYTES: usize = 64 << 10;

/// How many bytes may be read beyond the end of a chunk's text, so that a line can be looked at in one window.
pub(crate) const PADDING: usize = 128;

/// The memory that one block is read into: room for a carried line, the block, and padding.
pub(crate) struct Buffer(Box<[u8]>);

impl Buffer {
    pub(crate) fn new(block_bytes: usize) -> Self {
        Self(vec![0; MAX_LINE_BYTES + block_bytes + PADDING].into())
    }

    /// The text of the lines, with padding behind it.
    pub(crate) fn padded(&self, block: &Block) -> &[u8] {
        &self.0[block.text.start..block.text.end + PADDING]
    }

    /// The block's own bytes, for hashing.
    pub(crate) fn raw(&self, block: &Block) -> &[u8] {
        &self.0[block.raw.clone()]
    }
}

/// What was read into a buffer.
#[derive(Debug)]
pub(crate) struct Block {
    /// Its number in the document.
    pub(crate) index: u64,
    /// Where the lines that end in this block lie in the buffer; each is terminated.
    text: Range<usize>,
    /// Where the block's own bytes lie in the buffer.
    raw: Range<usize>,
    /// Where the first line begins in the document.
    pub(crate) start: u64,
    /// Overlong lines that end in this block.
    pub(crate) overlong: Vec<Reject>,
    /// Where the last line that ends in this block ends, if one does: bytes into the block itself.
    pub(crate) ends: Option<usize>,
    /// Whether the document terminated that last line.
    pub(crate) terminated: bool,
}

/// A document being cut into blocks.
pub(crate) struct Blocks {
    reader: Box<dyn Read + Send>,
    block_bytes: usize,
    /// The number of the next block.
    index: u64,
    /// Bytes of the first block that were counted before.
    skip: usize,
    /// The beginning of the line that the last block's end cut in two.
    carry: Vec<u8>,
    /// The overlong line that the last block's end cut in two.
    overlong: Option<Reject>,
    take_last: bool,
    ended: bool,
    failed: Option<io::Error>,
    pending: u64,
}

impl Blocks {
    /// Goes on at byte `from`; the reader must begin at the block that `from` lies in.
    pub(crate) fn new(reader: Box<dyn Read + Send>, block_bytes: usize, from: u64, take_last: bool) -> Self {
        Self {
            reader,
            block_bytes,
            index: from / block_bytes as u64,
            skip: (from % block_bytes as u64) as usize,
            carry: Vec::new(),
            overlong: None,
            take_last,
            ended: false,
            failed: None,
            pending: 0,
        }
    }

    /// Reads the next block; `None` at the end of the document, and after a failure.
    pub(crate) fn next(&mut self, buffer: &mut Buffer) -> Option<Block> {
        if self.ended {
            return None;
        }
        let bytes = &mut buffer.0;
        let begin = self.carry.len();
        bytes[..begin].copy_from_slice(&self.carry);
        self.carry.clear();
        let end = begin + self.fill(&mut bytes[begin..begin + self.block_bytes]);
        if end == 0 && self.overlong.is_none() {
            return None;
        }
        let index = self.index;
        self.index += 1;
        let offset = index * self.block_bytes as u64;
        let in_document = |at: usize| offset + at as u64 - begin as u64;
        let (mut overlong, mut ends, mut terminated) = (Vec::new(), None, true);

        // What was counted before a continuation is hashed with its block, but is no text of this reading.
        let mut first = if begin == 0 { std::mem::take(&mut self.skip).min(end) } else { 0 };
        if self.overlong.is_some() {
            match memchr::memchr(b'\n', &bytes[first..end]) {
                None => first = end,
                Some(at) => {
                    first += at + 1;
                    ends = Some(first);
                    overlong.extend(self.overlong.take());
                }
            }
        }
        let mut last = first;
        if let Some(at) = memchr::memrchr(b'\n', &bytes[first..end]) {
            last += at + 1;
            ends = Some(last);
        }
        let rest = last..end;
        if rest.len() > MAX_LINE_BYTES {
            let line = bytes[last..last + MAX_SAMPLE_BYTES].to_vec();
            self.overlong = Some(Reject { reason: Reason::LineTooLong, position: in_document(last), line });
        } else if !self.ended {
            self.carry.extend_from_slice(&bytes[rest.clone()]);
        }
        if self.ended && (self.overlong.is_some() || !rest.is_empty()) {
            if self.take_last && self.failed.is_none() {
                (ends, terminated) = (Some(end), false);
                if let Some(reject) = self.overlong.take() {
                    overlong.push(reject);
                } else {
                    bytes[end] = b'\n';
                    last = end + 1;
                }
            } else {
                let from = self.overlong.as_ref().map_or(in_document(last), |reject| reject.position);
                self.pending = in_document(end) - from;
            }
        }
        Some(Block {
            index,
            text: first..last,
            raw: begin..end,
            start: in_document(first),
            overlong,
            // A line that was carried here and ends with the document ends where the block begins.
            ends: ends.map(|at| at.saturating_sub(begin)),
            terminated,
        })
    }

    fn fill(&mut self, space: &mut [u8]) -> usize {
        let mut filled = 0;
        while filled < space.len() && !self.ended {
            match self.reader.read(&mut space[filled..]) {
                Ok(0) => self.ended = true,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.failed = Some(error);
                }
            }
        }
        filled
    }
}

/// A document being cut into blocks.
pub(crate) trait Blockwise: Send {
    /// The failure that ended the reading, if one did.
    fn take_failure(&mut self) -> Option<io::Error>;

    /// How many bytes at its end were left, to be counted once there are more.
    fn pending(&self) -> u64 {
        0
    }
}

impl Blockwise for Blocks {
    fn take_failure(&mut self) -> Option<io::Error> {
        self.failed.take()
    }

    /// Those of an unterminated last line.
    fn pending(&self) -> u64 {
        self.pending
    }
}

/// Fills the buffer as far as there are bytes.
pub(crate) fn read_full(reader: &mut dyn Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn however_it_is_cut_every_line_comes_once_and_in_its_place(
            lines in prop::collection::vec(prop_oneof![
                8 => prop::collection::vec(any::<u8>(), 0..200),
                1 => (MAX_LINE_BYTES - 2..MAX_LINE_BYTES * 3).prop_map(|len| vec![b'z'; len]),
            ], 0..30),
            block_bytes in prop_oneof![1..64_usize, 64..4096_usize, 4096..100_000_usize],
            terminated: bool,
            take_last: bool,
        ) {
            let lines: Vec<Vec<u8>> =
                lines.into_iter().map(|line| line.into_iter().filter(|&b| b != b'\n').collect()).collect();
            let mut text = lines.join(&b'\n');
            if terminated && !lines.is_empty() {
                text.push(b'\n');
            }
            let mut blocks = Blocks::new(Box::new(io::Cursor::new(text.clone())), block_bytes, 0, take_last);
            let mut buffer = Buffer::new(block_bytes);
            let mut seen: Vec<(u64, Vec<u8>)> = Vec::new();
            let (mut raw, mut end) = (Vec::new(), 0);
            while let Some(block) = blocks.next(&mut buffer) {
                raw.extend_from_slice(buffer.raw(&block));
                if let Some(ends) = block.ends {
                    end = block.index * block_bytes as u64 + ends as u64;
                }
                seen.extend(block.overlong.iter().map(|reject| (reject.position, reject.line.clone())));
                let mut at = block.start;
                let padded = buffer.padded(&block);
                for line in padded[..padded.len() - PADDING].split_inclusive(|&b| b == b'\n') {
                    seen.push((at, line[..line.len() - 1].to_vec()));
                    at += line.len() as u64;
                }
            }
            // Within a block, overlong lines are told first.
            seen.sort();
            prop_assert_eq!(&raw, &text, "every byte is hashed once");

            let mut expected = Vec::new();
            let mut at = 0;
            for line in text.split_inclusive(|&b| b == b'\n') {
                if line.ends_with(b"\n") || take_last {
                    let line = line.strip_suffix(b"\n").unwrap_or(line);
                    let overlong = line.len() > MAX_LINE_BYTES && seen.iter().any(|(p, l)| *p == at && l.len() == MAX_SAMPLE_BYTES);
                    expected.push((at, if overlong { line[..MAX_SAMPLE_BYTES].to_vec() } else { line.to_vec() }));
                }
                at += line.len() as u64;
            }
            prop_assert!(seen == expected, "every line once, at its place");
            prop_assert_eq!(end + blocks.pending(), text.len() as u64);
        }
    }
}
