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
