//! What scores did customers give? Answers as they came in; what can be said of a survey round is told beside them.

use jono_domain::{Counters, Sample};

use super::Configured;
use crate::exposition::{Slots, SurveyRound};

pub(super) fn samples(configured: &Configured<'_>, counters: &Counters, slots: &mut Slots<'_>) {
    slots.put_histogram(&[], counters.cell.sample(Sample::Score), configured.buckets.score());
}

pub(super) fn mean(round: &SurveyRound, slots: &mut Slots<'_>) {
    slots.put(&[], round.mean);
}

pub(super) fn low(round: &SurveyRound, slots: &mut Slots<'_>) {
    slots.put_known(&[], round.interval.map(|interval| interval.low));
}

pub(super) fn high(round: &SurveyRound, slots: &mut Slots<'_>) {
    slots.put_known(&[], round.interval.map(|interval| interval.high));
}

pub(super) fn responses(round: &SurveyRound, slots: &mut Slots<'_>) {
    slots.put_known(&[], round.responses.map(|responses| responses as f64));
}

pub(super) fn provisional(round: &SurveyRound, slots: &mut Slots<'_>) {
    slots.put(&[], f64::from(u8::from(round.provisional)));
}

pub(super) fn start(round: &SurveyRound, slots: &mut Slots<'_>) {
    slots.put(&[], round.start.get() as f64);
}
