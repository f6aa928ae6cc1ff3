//! The batches of a table in which each row stands for itself: all cores at work, results handed on in its order.
//!
//! Workers take turns at reading a block and cutting it into rows, and understand its rows side by side, as those of a
//! log do (`lines`). What names the columns is read before any of them begins.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use jono_domain::{Batch, CallWindow, Digest, Position, document::BLOCK_BYTES};

use super::{
    Options, Pending, ReadError, Resume,
    lines::BATCH_CELLS,
    stretches::{Stretch, Stretches, heading},
};
use crate::{
    fold::{Context, Fold, Folded, Unrouted},
    identity::{Chain, digest, digests},
    input::{Input, InputError},
    source::{Format, RowReader, Split},
    table::Refused,
};

/// The batches of one table, in order.
pub(super) struct RowBatches {
    results: mpsc::Receiver<Piece>,
    stretches: Arc<Mutex<Stretches>>,
    workers: Vec<JoinHandle<()>>,
    name: String,
    /// Why it is no table; told once.
    refused: Option<Refused>,
    batch_blocks: u64,
    unrouted: Unrouted,
    calls: CallWindow,
    /// Pieces that came before their turn.
    early: BTreeMap<u64, Piece>,
    next: u64,
    chain: Chain,
    position: Option<Position>,
    pending: Pending,
}

/// What one worker made of one block.
struct Piece {
    index: u64,
    folded: Folded,
    /// Hash of the block.
    whole: Digest,
    ends: Option<End>,
}

/// Where the last row ends that begins in a block or before.
struct End {
    /// Bytes from the beginning of the block; they may lie behind it.
    at: usize,
    /// The hash of those bytes, or of those behind the block.
    tail: Digest,
    /// Whether nothing that follows could change what was read.
    terminated: bool,
}

impl RowBatches {
    /// Starts reading after `from`, or at the beginning.
    pub(super) fn new(
        input: &Input,
        format: &Arc<dyn Format>,
        context: &Arc<Context>,
        from: Option<Resume>,
        options: Options,
    ) -> Result<Self, InputError> {
        let (from, calls) = from.map(|Resume { position, calls }| (position, calls)).unzip();
        let (first, bytes) = from.as_ref().map_or((0, 0), |position| (position.blocks(), position.bytes));
        let Split::Rows(table) = format.split() else { unreachable!("only tables of rows are read so") };
        let delimiter = table.layout().delimiter;
        let stretches = Arc::new(Mutex::new(Stretches::new(input.reader(0)?, BLOCK_BYTES, delimiter)));
        // A reader is made here only to know that each worker can make one.
        let heading = heading(input, table)?;
        let heading =
            heading.and_then(|heading| table.reader(&heading, &context.log_zone, bytes).map(|_| heading));
        let (sender, results) = mpsc::sync_channel(64 + options.threads);
        let mut workers = Vec::new();
        let refused = match heading {
            Err(refused) => Some(refused),
            Ok(heading) => {
                for _ in 0..options.threads.max(1) {
                    let (stretches, format, context) = (stretches.clone(), format.clone(), context.clone());
                    let (sender, heading) = (sender.clone(), heading.clone());
                    let worker = std::thread::Builder::new().name("jono-reader".to_owned());
                    let worker = worker.spawn(move || {
                        if let Split::Rows(table) = format.split()
                            && let Ok(mut reader) = table.reader(&heading, &context.log_zone, bytes)
                        {
                            work(&stretches, &mut reader, first, &context, &sender);
                        }
                    });
                    workers.push(worker.map_err(|source| input.failed(source))?);
                }
                None
            }
        };
        Ok(Self {
            results,
            stretches,
            workers,
            name: input.name().to_owned(),
            refused,
            batch_blocks: (options.batch_bytes / BLOCK_BYTES as u64).max(1),
            unrouted: context.unrouted.clone(),
            calls: calls.unwrap_or_default(),
            early: BTreeMap::new(),
            next: first,
            chain: from.map_or(Chain::EMPTY, |position| Chain(position.chain)),
            position: None,
            pending: Pending::default(),
        })
    }

    fn take(&mut self, piece: Piece) {
        let offset = piece.index * BLOCK_BYTES as u64;
        let mut behind = self.chain;
        behind.push(piece.whole);
        if let Some(End { at, tail, terminated }) = piece.ends {
            let chain = if at < BLOCK_BYTES { self.chain } else { behind };
            self.position = Some(Position { bytes: offset + at as u64, chain: chain.0, tail, terminated });
        }
        self.chain = behind;
        self.pending.merge(piece.folded, &mut self.unrouted, &mut self.calls);
    }

    fn hand_on(&mut self) -> Option<Batch> {
        let position = self.position.take()?;
        Some(std::mem::take(&mut self.pending).into_batch(position))
    }

    fn end(&mut self) -> Option<Result<Batch, ReadError>> {
        let broken = self.workers.drain(..).map(JoinHandle::join).filter(Result::is_err).count() > 0;
        let failure = self.stretches.lock().unwrap_or_else(PoisonError::into_inner).take_failure();
        // Of a table that cannot be read to its end nothing counts that is not committed yet.
        match failure {
            Some(source) => {
                self.position = None;
                Some(Err(InputError::Read { name: self.name.clone(), source }.into()))
            }
            None if broken => {
                self.position = None;
                Some(Err(ReadError::Worker))
            }
            None => self.hand_on().map(Ok),
        }
    }
}

impl Iterator for RowBatches {
    type Item = Result<Batch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(why) = self.refused.take() {
            return Some(Err(ReadError::Refused { name: self.name.clone(), why }));
        }
        let mut taken = 0;
        loop {
            while let Some(piece) = self.early.remove(&self.next) {
                self.next += 1;
                taken += 1;
                self.take(piece);
                // Which blocks a batch covers depends on the document alone, not on which thread was faster.
                let is_full = taken >= self.batch_blocks || self.pending.cells.len() >= BATCH_CELLS;
                if is_full && let Some(batch) = self.hand_on() {
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

fn work(
    stretches: &Mutex<Stretches>,
    reader: &mut RowReader<'_>,
    first: u64,
    context: &Context,
    results: &mpsc::SyncSender<Piece>,
) {
    let mut fold = Fold::new(context);
    let mut buffer = Vec::new();
    loop {
        let next = {
            let mut stretches = stretches.lock().unwrap_or_else(PoisonError::into_inner);
            // What was counted before is cut again, since a quote in it may still be open, and is not read.
            loop {
                match stretches.next(&mut buffer) {
                    Some(stretch) if stretch.offset < first * BLOCK_BYTES as u64 => {}
                    next => break next,
                }
            }
        };
        let Some(stretch) = next else { return };
        let piece = read(&stretch, &buffer, reader, &mut fold);
        if results.send(piece).is_err() {
            return;
        }
    }
}

fn read(stretch: &Stretch, text: &[u8], reader: &mut RowReader<'_>, fold: &mut Fold<'_>) -> Piece {
    reader.read(&stretch.rows(text, reader.layout()), fold);
    let block = &text[..stretch.block];
    let ends = stretch.cuts.end;
    let (first, whole) = digests(block, ends.unwrap_or_default().min(block.len()));
    let ends = ends.map(|at| {
        let tail = if at < BLOCK_BYTES { first } else { digest(&text[BLOCK_BYTES..at]) };
        End { at, tail, terminated: !stretch.is_open }
    });
    Piece { index: stretch.offset / BLOCK_BYTES as u64, folded: fold.finish(), whole, ends }
}
