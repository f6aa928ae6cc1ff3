//! Asking the program to read its configuration again: `POST /-/reload`, as for Prometheus itself.

use tokio::sync::{mpsc, oneshot};

/// Passes the question on to whoever reloads. Clones are the same.
#[derive(Debug, Clone)]
pub struct Reload(mpsc::Sender<oneshot::Sender<Result<(), String>>>);

impl Reload {
    /// The asking end, and the one that is asked. Each question is answered with `Ok` after everything was reloaded,
    /// or with the reason, as a sentence, why all is as it was.
    pub fn new() -> (Self, mpsc::Receiver<oneshot::Sender<Result<(), String>>>) {
        let (ask, asked) = mpsc::channel(1);
        (Self(ask), asked)
    }

    pub(super) async fn ask(&self) -> Result<(), String> {
        let (answer, answered) = oneshot::channel();
        let nobody = || "nobody reloads any more, the program is about to stop".to_owned();
        self.0.send(answer).await.map_err(|_| nobody())?;
        answered.await.unwrap_or_else(|_| Err(nobody()))
    }
}
