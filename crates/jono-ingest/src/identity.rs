//! The hashes by which a document is recognised: xxh3 over blocks and lines, chained by BLAKE3.
//!
//! xxh3 is fast enough to hash every byte in the pass that parses it; the chain makes the order of the blocks
//! count. Neither defends against somebody who forges logs, who could as well forge the calls in them.

use jono_domain::Digest;
use twox_hash::XxHash3_128;

/// The hash of some bytes.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest(XxHash3_128::oneshot(bytes))
}

/// The hashes of a block's first bytes and of the whole block, in one pass.
pub(crate) fn digests(block: &[u8], first: usize) -> (Digest, Digest) {
    if first == block.len() {
        let whole = digest(block);
        return (whole, whole);
    }
    let mut hasher = XxHash3_128::new();
    hasher.write(&block[..first]);
    let beginning = Digest(hasher.finish_128());
    hasher.write(&block[first..]);
    (beginning, Digest(hasher.finish_128()))
}

/// A hash over a sequence of block hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Chain(pub(crate) [u8; 32]);

impl Chain {
    pub(crate) const EMPTY: Self = Self([0; 32]);

    pub(crate) fn push(&mut self, block: Digest) {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0);
        hasher.update(&block.0.to_le_bytes());
        self.0 = *hasher.finalize().as_bytes();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Ledgers keep hashes: another library, or another release of it, must give the same ones. These are those of xxHash's own
    /// implementation, one of each way in which it takes so many bytes.
    #[test]
    fn hashes_stay_what_ledgers_have() {
        let bytes: Vec<u8> = (0..1000_u32).map(|at| (at * at % 251) as u8).collect();
        let hashes = [0, 1, 20, 200, 1000].map(|len| format!("{:032x}", digest(&bytes[..len]).0));
        insta::assert_snapshot!(hashes.join("\n"), @"
        99aa06d3014798d86001c324468d497f
        a6cd5e9392000f6ac44bdff4074eecdb
        8ee00fe83a0016366b54757e4032e339
        6e960a30b1c0c3d9dc85ddbbbb82a3b8
        3ab7ff4f164647186cefd16c7917b48d
        ");
    }

    proptest! {
        #[test]
        fn in_one_pass_they_are_what_they_are_alone(
            bytes in prop::collection::vec(any::<u8>(), 0..3000),
            first in any::<prop::sample::Index>(),
        ) {
            let first = first.index(bytes.len() + 1);
            prop_assert_eq!(digests(&bytes, first), (digest(&bytes[..first]), digest(&bytes)));
        }
    }
}
