//! Reads the blocks of a table in which each row stands for itself.
//!
//! A block is cut into rows when it is read, and its rows are understood side by side with those of others. What names the
//! columns is read before any of them.

use std::sync::{Arc, Mutex};

use jono_domain::document::BLOCK_BYTES;

use super::{
    Options, Resume,
    blockwise::{BlockBatches, ReadBlock},
    in_order::Maker,
    stretches::{Stretch, Stretches, heading},
};
use crate::{
    fold::{Context, Fold},
    input::{Input, InputError},
    source::{Format, RowReader, RowTable, Split},
    table::Refused,
};

/// Starts reading after `from`, or at the beginning; refuses what is no such table.
pub(super) fn batches(
    input: &Input,
    format: &Arc<dyn Format>,
    table: RowTable<'_>,
    context: &Arc<Context>,
    from: Option<Resume>,
    options: Options,
) -> Result<Result<BlockBatches, Refused>, InputError> {
    let position = from.as_ref().map(|from| &from.position);
    let (first, bytes) = position.map_or((0, 0), |position| (position.blocks(), position.bytes));
    let heading = match heading(input, table)? {
        Ok(heading) => heading,
        Err(refused) => return Ok(Err(refused)),
    };
    // A reader is made here only to know that each thread can make one.
    if let Err(refused) = table.reader(&heading, &context.log_zone, bytes) {
        return Ok(Err(refused));
    }
    let stretches = Stretches::new(input.reader(0)?, BLOCK_BYTES, table.layout().delimiter);
    let stretches = Arc::new(Mutex::new(stretches));
    let mut batches = BlockBatches::new(input, stretches.clone(), true, context, from, options);
    for _ in 0..options.threads.max(1) {
        let (stretches, format, context) = (stretches.clone(), format.clone(), context.clone());
        let heading = heading.clone();
        let work = move |maker: &Maker<ReadBlock>| {
            if let Split::Rows(table) = format.split()
                && let Ok(mut reader) = table.reader(&heading, &context.log_zone, bytes)
            {
                work(&stretches, &mut reader, first, &context, maker);
            }
        };
        batches.read(work).map_err(|source| input.failed(source))?;
    }
    Ok(Ok(batches))
}

fn work(
    stretches: &Mutex<Stretches>,
    reader: &mut RowReader<'_>,
    first: u64,
    context: &Context,
    maker: &Maker<ReadBlock>,
) {
    let mut fold = Fold::new(context);
    let mut buffer = Vec::new();
    loop {
        let next = {
            // Where another reader failed in the midst of cutting, nobody knows what comes next.
            let Ok(mut stretches) = stretches.lock() else { return };
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
        if !maker.put(stretch.offset / BLOCK_BYTES as u64, piece) {
            return;
        }
    }
}

fn read(stretch: &Stretch, text: &[u8], reader: &mut RowReader<'_>, fold: &mut Fold<'_>) -> ReadBlock {
    reader.read(&stretch.rows(text, reader.layout()), fold);
    let (block, ahead) = text.split_at(stretch.block);
    ReadBlock::new(block, ahead, fold.finish(), stretch.cuts.end.map(|at| (at, !stretch.is_open)))
}
