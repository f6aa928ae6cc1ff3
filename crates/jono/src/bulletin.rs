//! From the ledger to the bulletin: what it asks is answered, and what stands against publishing it is told.

pub(crate) mod facts;
