//! What a reader with a solver can learn of the bulletins of a made-up town.

mod attack;
mod cases;
mod random;
mod revisions;
mod town;
