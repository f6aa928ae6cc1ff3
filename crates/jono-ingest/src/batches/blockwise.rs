//! The batches of a document that is read block by block: all cores at work, results handed on in its order.
//!
//! Readers take turns at reading: whoever is free reads the next block into its own buffer, so that the bytes are still in its
//! cache when it understands them, and hands on what it folded. Whoever asks for the next batch ([`super::ahead`]) puts the
//! pieces in order and merges them; meanwhile the readers are already at the next.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use jono_domain::{Batch, CallWindow, Digest, Position, document::BLOCK_BYTES};

use super::{
    Options, Pending, ReadError, Resume,
    in_order::{InOrder, Maker},
};
use crate::{
    blocks::Blockwise,
    fold::{Context, Folded, Unrouted},
    identity::{Chain, digest, digests},
    input::{Input, InputError},
};

/// A batch is handed on once it has so many cells: a log of few calls a day would else fill the memory with years.
const BATCH_CELLS: usize = 1 << 15;

/// How many blocks later a batch may be handed on, for its end to be one that tells the document from others.
const MOST_OVERDUE: u64 = 4;

/// The batches of one document, in order.
pub(super) struct BlockBatches {
    pieces: InOrder<ReadBlock>,
    blocks: Arc<Mutex<dyn Blockwise>>,
    readers: Vec<JoinHandle<()>>,
    name: String,
    /// Whether nothing counts of a document that cannot be read to its end, but what is committed.
    is_whole: bool,
    /// How many blocks a batch covers at most.
    batch_blocks: u64,
    unrouted: Unrouted,
    calls: CallWindow,
    /// How many blocks were taken, of the whole document.
    taken: u64,
    chain: Chain,
    /// The last block's hash, if one was taken.
    last_block: Option<Digest>,
    /// The end of what was taken, and the hash of the last whole block before it.
    position: Option<(Position, Option<Digest>)>,
    pending: Pending,
    /// Whether all pieces have been taken that there are.
    has_ended: bool,
    failure: Option<ReadError>,
}

/// What one reader made of one block.
pub(super) struct ReadBlock {
    folded: Folded,
    /// Hash of the block.
    whole: Digest,
    end: Option<End>,
}

/// Where the last line or row ends that ends in a block, or began in it.
struct End {
    /// Bytes from the beginning of the block; they may lie behind it.
    at: usize,
    /// The hash of those bytes, or of those behind the block.
    tail: Digest,
    /// Whether nothing that follows could change what was read.
    terminated: bool,
}

impl ReadBlock {
    /// What was folded of a block, which is followed by some bytes of the next one. If a line or row ends, `ends` tells how many
    /// bytes behind the block's beginning, and whether nothing that follows could change what was read.
    pub(super) fn new(block: &[u8], ahead: &[u8], folded: Folded, ends: Option<(usize, bool)>) -> Self {
        let (first, whole) = digests(block, ends.map_or(0, |(at, _)| at.min(block.len())));
        let end = ends.map(|(at, terminated)| {
            let tail = at.checked_sub(BLOCK_BYTES).map_or(first, |behind| digest(&ahead[..behind]));
            End { at, tail, terminated }
        });
        Self { folded, whole, end }
    }
}

impl BlockBatches {
    /// Begins behind `from`, or at the beginning; nobody reads yet.
    pub(super) fn new(
        input: &Input,
        blocks: Arc<Mutex<dyn Blockwise>>,
        is_whole: bool,
        context: &Context,
        from: Option<Resume>,
        options: Options,
    ) -> Self {
        let (from, calls) = from.map(|Resume { position, calls }| (position, calls)).unzip();
        let first = from.as_ref().map_or(0, Position::blocks);
        Self {
            pieces: InOrder::from(first),
            blocks,
            readers: Vec::new(),
            name: input.name().to_owned(),
            is_whole,
            batch_blocks: (options.batch_bytes / BLOCK_BYTES as u64).max(1),
            unrouted: context.unrouted.clone(),
            calls: calls.unwrap_or_default(),
            taken: first,
            chain: from.map_or(Chain::EMPTY, |position| Chain(position.chain)),
            last_block: None,
            position: None,
            pending: Pending::default(),
            has_ended: false,
            failure: None,
        }
    }

    /// Has a thread read blocks as `work` does, which ends when there are none or when no more pieces are wanted.
    pub(super) fn read(&mut self, work: impl FnOnce(&Maker<ReadBlock>) + Send + 'static) -> io::Result<()> {
        let maker = self.pieces.maker();
        let reader = std::thread::Builder::new().name("jono-reader".to_owned());
        self.readers.push(reader.spawn(move || work(&maker))?);
        Ok(())
    }

    /// How many bytes of an unterminated last line were left; known once the last batch has been handed on.
    pub(super) fn pending_bytes(&self) -> u64 {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner).pending()
    }

    fn take(&mut self, block: ReadBlock) {
        let offset = self.taken * BLOCK_BYTES as u64;
        self.taken += 1;
        let mut behind = self.chain;
        behind.push(block.whole);
        if let Some(End { at, tail, terminated }) = block.end {
            let (chain, last) =
                if at < BLOCK_BYTES { (self.chain, self.last_block) } else { (behind, Some(block.whole)) };
            let position = Position { bytes: offset + at as u64, chain: chain.0, tail, terminated };
            self.position = Some((position, last));
        }
        (self.chain, self.last_block) = (behind, Some(block.whole));
        self.pending.merge(block.folded, &mut self.unrouted, &mut self.calls);
    }

    fn hand_on(&mut self) -> Option<Batch> {
        let (position, last_block) = self.position.take()?;
        Some(std::mem::take(&mut self.pending).into_batch(position, last_block))
    }

    /// What is left, then why there is not more. Of a whole, the reason alone.
    fn end(&mut self) -> Option<Result<Batch, ReadError>> {
        if !std::mem::replace(&mut self.has_ended, true) {
            let is_broken = self.readers.drain(..).map(JoinHandle::join).filter(Result::is_err).count() > 0;
            let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
            self.failure = match blocks.take_failure() {
                Some(source) => Some(InputError::Read { name: self.name.clone(), source }.into()),
                None => is_broken.then_some(ReadError::Worker),
            };
            if self.failure.is_some() && self.is_whole {
                self.position = None;
            }
        }
        self.hand_on().map(Ok).or_else(|| self.failure.take().map(Err))
    }
}

impl Iterator for BlockBatches {
    type Item = Result<Batch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (begun, mut overdue) = (self.taken, 0);
        while !self.has_ended
            && let Some(piece) = self.pieces.take()
        {
            self.take(piece);
            // Which blocks a batch covers depends on the document alone, not on which thread was faster.
            let is_full = self.taken - begun >= self.batch_blocks || self.pending.cells.len() >= BATCH_CELLS;
            overdue += u64::from(is_full);
            // Next to a block's start, telling after a restart whether a log is still the same would need all of it. Of lines as
            // long as a block's part, each ends there.
            let tells = self.is_whole
                || self.position.as_ref().is_some_and(|(position, _)| Input::tells(position))
                || overdue > MOST_OVERDUE;
            if is_full
                && tells
                && let Some(batch) = self.hand_on()
            {
                return Some(Ok(batch));
            }
        }
        self.end()
    }
}
