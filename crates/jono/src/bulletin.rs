//! From the ledger to the bulletin: what it asks is answered, and what stands against publishing it is told.

pub(crate) mod facts;
pub(crate) mod frozen;
pub(crate) mod gate;
pub(crate) mod publish;
pub(crate) mod shelf;
