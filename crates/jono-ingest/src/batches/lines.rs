//! Reads the blocks of a log, line by line.

use std::sync::{Arc, Mutex};

use jono_domain::document::BLOCK_BYTES;

use super::{
    Options, Resume,
    blockwise::{BlockBatches, ReadBlock},
    in_order::Maker,
};
use crate::{
    blocks::{Block, Blocks, Buffer},
    fold::{Context, Fold},
    input::{Input, InputError},
    source::{ByLine, Chunk, Format, Split},
};

/// Starts reading after `from`, or at the beginning.
pub(super) fn batches(
    input: &Input,
    format: &Arc<dyn Format>,
    context: &Arc<Context>,
    from: Option<Resume>,
    options: Options,
) -> Result<BlockBatches, InputError> {
    let position = from.as_ref().map(|from| &from.position);
    let (first, bytes) = position.map_or((0, 0), |position| (position.blocks(), position.bytes));
    let reader = input.reader(first * BLOCK_BYTES as u64)?;
    let blocks = Arc::new(Mutex::new(Blocks::new(reader, BLOCK_BYTES, bytes, options.take_last)));
    let mut batches = BlockBatches::new(input, blocks.clone(), false, context, from, options);
    for _ in 0..options.threads.max(1) {
        let (blocks, format, context) = (blocks.clone(), format.clone(), context.clone());
        let work = move |maker: &Maker<ReadBlock>| match format.split() {
            Split::Lines(format) => work(&blocks, format, &context, maker),
            Split::Rows(_) | Split::Whole(_) => {}
        };
        batches.read(work).map_err(|source| input.failed(source))?;
    }
    Ok(batches)
}

fn work(blocks: &Mutex<Blocks>, format: &dyn ByLine, context: &Context, maker: &Maker<ReadBlock>) {
    let mut fold = Fold::new(context);
    let mut buffer = Buffer::new(BLOCK_BYTES);
    loop {
        // Where another reader failed in the midst of cutting, nobody knows what comes next.
        let Ok(mut cutting) = blocks.lock() else { return };
        let next = cutting.next(&mut buffer);
        drop(cutting);
        let Some(block) = next else { return };
        if !maker.put(block.index, read(&block, &buffer, format, &mut fold)) {
            return;
        }
    }
}

fn read(block: &Block, buffer: &Buffer, format: &dyn ByLine, fold: &mut Fold<'_>) -> ReadBlock {
    format.read(&Chunk::new(buffer.padded(block), block.start), fold);
    for reject in &block.overlong {
        fold.reject(reject.reason, reject.position, &reject.line);
    }
    let ends = block.ends.map(|at| (at, block.terminated));
    ReadBlock::new(buffer.raw(block), &[], fold.finish(), ends)
}
