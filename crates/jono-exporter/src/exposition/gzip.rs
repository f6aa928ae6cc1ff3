//! A compressed beginning, kept, to which each scrape adds an ending of its own.
//!
//! The text of `/metrics` ends with what the process says about itself at that moment. Both parts go into one gzip
//! member, because some clients stop after the first: the beginning is flushed to a byte boundary, the ending is
//! compressed on its own, and the checksum of the whole is combined from those of its parts.

use std::io::Write;

use bytes::Bytes;
use flate2::{Compression, Crc, write::DeflateEncoder};

/// RFC 1952: magic, deflate, no flags, no time, no extra flags, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

/// The beginning of a gzip member.
#[derive(Debug)]
pub(crate) struct Gzip {
    beginning: Bytes,
    crc: Crc,
}

impl Gzip {
    /// Compresses fast: the result is small enough, and the work is done again after every change.
    pub(super) fn new(blocks: &[Bytes]) -> Self {
        let mut crc = Crc::new();
        let mut encoder = DeflateEncoder::new(HEADER.to_vec(), Compression::fast());
        for block in blocks {
            crc.update(block);
            encoder.write_all(block).expect(VEC);
        }
        encoder.flush().expect(VEC);
        Self { beginning: std::mem::take(encoder.get_mut()).into(), crc }
    }

    /// The whole member, in two pieces of which the first is shared.
    pub(crate) fn with(&self, ending: &[u8]) -> [Bytes; 2] {
        let mut ending_crc = Crc::new();
        ending_crc.update(ending);
        let mut crc = Crc::new();
        crc.combine(&self.crc);
        crc.combine(&ending_crc);

        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(ending).expect(VEC);
        let mut rest = encoder.finish().expect(VEC);
        rest.extend(crc.sum().to_le_bytes());
        rest.extend(crc.amount().to_le_bytes());
        [self.beginning.clone(), rest.into()]
    }
}

const VEC: &str = "a Vec takes all bytes";

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;
    use proptest::prelude::*;

    use super::*;

    fn check(blocks: &[Vec<u8>], ending: &[u8]) {
        let blocks: Vec<Bytes> = blocks.iter().cloned().map(Bytes::from).collect();
        let gzip = Gzip::new(&blocks);
        for ending in [ending, b"another"] {
            let member = gzip.with(ending).concat();
            let mut text = Vec::new();
            let mut decoder = GzDecoder::new(member.as_slice());
            decoder.read_to_end(&mut text).unwrap();
            assert_eq!(text, [blocks.concat().as_slice(), ending].concat());
            assert!(decoder.into_inner().is_empty(), "it is one member and nothing else");
        }
    }

    #[test]
    fn nothing_is_something_to_a_decoder() {
        check(&[], b"");
    }

    proptest! {
        #[test]
        fn a_member_of_two_parts_is_a_member(
            blocks in prop::collection::vec(prop::collection::vec(0..9_u8, 0..300), 0..9),
            ending: Vec<u8>,
        ) {
            check(&blocks, &ending);
        }
    }
}
