//! Until when a call back is promised, and whether that was kept. When one was accepted or tried is the formats' matter.

use jono_domain::{CallbackStage, Reason, ServiceId, UnixSeconds};

use crate::fold::Context;

/// Until when a customer who accepted at that time is to be called; `None` if nothing is promised on that day, which is
/// one of the service's own zone.
///
/// # Errors
/// When that is out of range.
pub(in crate::source) fn due(
    accepted: UnixSeconds,
    service: &ServiceId,
    context: &Context,
) -> Result<Option<UnixSeconds>, Reason> {
    let promise = context.promises.get(service).filter(|promise| promise.holds(context.zone.date(accepted)));
    let due = promise.map(|promise| UnixSeconds::new(accepted.get() + i64::from(promise.within.get())));
    due.transpose().map_err(|_| Reason::OutOfRange)
}

/// What became of a promise when the first attempt was made at that time; it is counted when it was due.
pub(in crate::source) fn kept(due: UnixSeconds, called: UnixSeconds) -> CallbackStage {
    if called <= due { CallbackStage::Kept } else { CallbackStage::Late }
}
