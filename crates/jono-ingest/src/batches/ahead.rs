//! Puts batches in order by a thread of its own while those before them are committed: neither waits for the other.

use std::{io, sync::mpsc, thread::JoinHandle};

use jono_domain::Batch;

use super::{Manner, ReadError};

/// Batches of which the next one is made while one is taken.
pub(super) struct Ahead {
    ready: mpsc::Receiver<Result<Batch, ReadError>>,
    /// Ends when there are no more batches, or when nobody takes them; with the bytes that were left pending.
    ordering: Option<JoinHandle<u64>>,
    pending: u64,
}

impl Ahead {
    pub(super) fn new(mut batches: Manner) -> io::Result<Self> {
        let (sender, ready) = mpsc::sync_channel(1);
        let order = move || {
            while let Some(batch) = batches.next() {
                if sender.send(batch).is_err() {
                    break;
                }
            }
            batches.pending_bytes()
        };
        let ordering = std::thread::Builder::new().name("jono-ordering".to_owned()).spawn(order)?;
        Ok(Self { ready, ordering: Some(ordering), pending: 0 })
    }

    /// How many bytes were left pending; known once the last batch has been taken.
    pub(super) const fn pending_bytes(&self) -> u64 {
        self.pending
    }
}

impl Iterator for Ahead {
    type Item = Result<Batch, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Ok(batch) = self.ready.recv() {
            return Some(batch);
        }
        // A thread that ended otherwise than at the end has told of less than there is.
        match self.ordering.take()?.join() {
            Ok(pending) => {
                self.pending = pending;
                None
            }
            Err(_) => Some(Err(ReadError::Worker)),
        }
    }
}
