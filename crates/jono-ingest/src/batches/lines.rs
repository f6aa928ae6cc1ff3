//! The batches of a log: all cores at work, results handed on in its order.
//!
//! Workers take turns at reading: whoever is free reads the next block into its own buffer, so that the bytes are
//! still in its cache when it parses them, and sends what it folded. Whoever asks for the next batch ([`super::ahead`]) puts
//! the pieces in order and merges them; meanwhile the workers are already at the next.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use jono_domain::{Batch, CallWindow, Digest, Position, document::BLOCK_BYTES};

use super::{Options, Pending, ReadError, Resume};
use crate::{
    blocks::{Block, Blocks, Buffer},
    fold::{Context, Fold, Folded, Unrouted},
    identity::{Chain, digest, digests},
    input::{Input, InputError},
    source::{ByLine, Chunk, Format, Split},
};

/// A batch is handed on once it has so many cells: a log of few calls a day would else fill the memory with years.
pub(super) const BATCH_CELLS: usize = 1 << 15;

/// How many blocks later a batch may be handed on, for its end to be one that tells the log from others.
const MOST_OVERDUE: u64 = 4;

/// The batches of one log, in order.
pub(super) struct LineBatches {
    results: mpsc::Receiver<Piece>,
    blocks: Arc<Mutex<Blocks>>,
    workers: Vec<JoinHandle<()>>,
    name: String,
    batch_blocks: u64,
    unrouted: Unrouted,
    calls: CallWindow,
    /// Pieces that came before their turn.
    early: BTreeMap<u64, Piece>,
    next: u64,
    chain: Chain,
    position: Option<Position>,
    pending: Pending,
    ended: bool,
}

/// What one worker made of one block.
struct Piece {
    index: u64,
    folded: Folded,
    /// Hash of the block.
    whole: Digest,
    /// Where the last line that ends in it ends, the hash up to there, and whether the line was terminated.
    ends: Option<(usize, Digest, bool)>,
}

impl LineBatches {
    /// Starts reading after `from`, or at the beginning.
    pub(super) fn new(
        input: &Input,
        format: &Arc<dyn Format>,
        context: &Arc<Context>,
        from: Option<Resume>,
        options: Options,
    ) -> Result<Self, InputError> {
        let (from, calls) = from.map(|Resume { position, calls }| (position, calls)).unzip();
        let first = from.as_ref().map_or(0, Position::blocks);
        let reader = input.reader(first * BLOCK_BYTES as u64)?;
        let from_bytes = from.as_ref().map_or(0, |position| position.bytes);
        let blocks = Arc::new(Mutex::new(Blocks::new(reader, BLOCK_BYTES, from_bytes, options.take_last)));
        let threads = options.threads.max(1);
        let (sender, results) = mpsc::sync_channel(64 + threads);
        let workers = (0..threads)
            .map(|_| {
                let (blocks, format, context) = (blocks.clone(), format.clone(), context.clone());
                let sender = sender.clone();
                let worker = std::thread::Builder::new().name("jono-reader".to_owned());
                worker.spawn(move || match format.split() {
                    Split::Lines(format) => work(&blocks, format, &context, &sender),
                    Split::Rows(_) | Split::Whole(_) => {}
                })
            })
            .collect::<Result<_, _>>()
            .map_err(|source| input.failed(source))?;
        Ok(Self {
            results,
            blocks,
            workers,
            name: input.name().to_owned(),
            batch_blocks: (options.batch_bytes / BLOCK_BYTES as u64).max(1),
            unrouted: context.unrouted.clone(),
            calls: calls.unwrap_or_default(),
            early: BTreeMap::new(),
            next: first,
            chain: from.map_or(Chain::EMPTY, |position| Chain(position.chain)),
            position: None,
            pending: Pending::default(),
            ended: false,
        })
    }

    /// How many bytes of an unterminated last line were left; known once the last batch has been handed on.
    pub(super) fn pending_bytes(&self) -> u64 {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner).pending()
    }

    fn take(&mut self, piece: Piece) {
        let offset = piece.index * BLOCK_BYTES as u64;
        if let Some((at, tail, terminated)) = piece.ends {
            let whole = at == BLOCK_BYTES;
            let mut chain = self.chain;
            if whole {
                chain.push(piece.whole);
            }
            let tail = if whole { digest(b"") } else { tail };
            self.position = Some(Position { bytes: offset + at as u64, chain: chain.0, tail, terminated });
        }
        self.chain.push(piece.whole);
        self.pending.merge(piece.folded, &mut self.unrouted, &mut self.calls);
    }

    fn hand_on(&mut self) -> Option<Batch> {
        let position = self.position.take()?;
        Some(std::mem::take(&mut self.pending).into_batch(position))
    }

    fn end(&mut self) -> Option<Result<Batch, ReadError>> {
        if let Some(batch) = self.hand_on() {
            return Some(Ok(batch));
        }
        if std::mem::replace(&mut self.ended, true) {
            return None;
        }
        let broken = self.workers.drain(..).map(JoinHandle::join).filter(Result::is_err).count() > 0;
        let failure = self.blocks.lock().unwrap_or_else(PoisonError::into_inner).take_failure();
        match failure {
            Some(source) => Some(Err(InputError::Read { name: self.name.clone(), source }.into())),
            None if broken => Some(Err(ReadError::Worker)),
            None => None,
        }
    }
}

impl Iterator for LineBatches {
    type Item = Result<Batch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (mut taken, mut overdue) = (0, 0);
        loop {
            while let Some(piece) = self.early.remove(&self.next) {
                self.next += 1;
                taken += 1;
                self.take(piece);
                // Which blocks a batch covers depends on the document alone, not on which thread was faster.
                let is_full = taken >= self.batch_blocks || self.pending.cells.len() >= BATCH_CELLS;
                overdue += u64::from(is_full);
                // Next to a block's start, telling whether the log is still the same would need all of it. Of lines as long as
                // a block's part, each ends there.
                let tells = self.position.as_ref().is_some_and(Input::tells) || overdue > MOST_OVERDUE;
                if is_full
                    && tells
                    && let Some(batch) = self.hand_on()
                {
                    return Some(Ok(batch));
                }
            }
            match self.results.recv() {
                Ok(piece) => {
                    self.early.insert(piece.index, piece);
                }
                Err(mpsc::RecvError) => return self.end(),
            }
        }
    }
}

fn work(blocks: &Mutex<Blocks>, format: &dyn ByLine, context: &Context, results: &mpsc::SyncSender<Piece>) {
    let mut fold = Fold::new(context);
    let mut buffer = Buffer::new(BLOCK_BYTES);
    loop {
        let next = blocks.lock().unwrap_or_else(PoisonError::into_inner).next(&mut buffer);
        let Some(block) = next else { return };
        let piece = read(&block, &buffer, format, &mut fold);
        if results.send(piece).is_err() {
            return;
        }
    }
}

fn read(block: &Block, buffer: &Buffer, format: &dyn ByLine, fold: &mut Fold<'_>) -> Piece {
    format.read(&Chunk::new(buffer.padded(block), block.start), fold);
    for reject in &block.overlong {
        fold.reject(reject.reason, reject.position, &reject.line);
    }
    let raw = buffer.raw(block);
    let (tail, whole) = digests(raw, block.ends.unwrap_or_default());
    Piece {
        index: block.index,
        folded: fold.finish(),
        whole,
        ends: block.ends.map(|at| (at, tail, block.terminated)),
    }
}
