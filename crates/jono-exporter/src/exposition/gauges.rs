//! Setting what is so now, or was so last. Values are absolute, and what is not known is not set: it is absent.
//!
//! What is told one by one is shown from its first call on. Of what is told as a whole, a list is shown and nothing
//! beside it: what is new in it is added, what changed is set, what is gone is taken away, and the rest is left alone.
//! How old a poll or a round may become before it is no longer in the list is the caller's business.

use std::collections::{BTreeMap, BTreeSet};

use jono_domain::{Agents, Basis, Channel, LiveQueue, Poll, PollKind, Series, SourceName, UnitId};

use super::{
    Exposition, Undeclared,
    group::labels,
    labels_of, labels_of_basis,
    settings::UnitInfo,
    values::{CalendarNow, Figures, OnlineShare, OpenNow, PendingCallbacks, SurveyRound},
};
use crate::metrics::ServicePoints;

impl Exposition {
    /// Sets what is so now in the queue of a series. Its live view is shown from its first call on, so that nobody
    /// takes the queue of a series that has none for empty.
    pub fn live(&mut self, series: &Series, live: &LiveQueue) -> Result<(), Undeclared> {
        self.require(series)?;
        let known = self.shown.live.update(series, |samples, slots| samples(live, slots));
        if !known && self.declared.contains_key(series) {
            self.shown.live.insert(series, &labels_of(series), |samples, slots| samples(live, slots));
        }
        Ok(())
    }

    /// Sets how many customers of a series wait now to be called back. They are shown from the first call on.
    pub fn callbacks(&mut self, series: &Series, pending: &PendingCallbacks) -> Result<(), Undeclared> {
        self.require(series)?;
        let known = self.shown.pending.update(series, |samples, slots| samples(pending, slots));
        if !known && self.declared.contains_key(series) {
            self.shown.pending.insert(series, &labels_of(series), |samples, slots| samples(pending, slots));
        }
        Ok(())
    }

    /// Sets how many agents of a source are there now. They are shown from the first call on.
    pub fn agents(&mut self, source: &SourceName, agents: Agents) {
        if !self.shown.agents.update(source, |samples, slots| samples(&agents, slots)) {
            let labels = labels(&[("source", source.as_str())]);
            self.shown.agents.insert(source, &labels, |samples, slots| samples(&agents, slots));
        }
    }

    /// Shows what was seen last by these polls, and by no others. Of several polls of one series and kind the newest
    /// holds, and of those of one second the last. Changes nothing if a series is undeclared.
    pub fn polls(&mut self, polls: Vec<Poll>) -> Result<(), Undeclared> {
        polls.iter().try_for_each(|poll| self.require(&poll.series))?;
        let (mut offices, mut appointments) = (BTreeMap::<_, Poll>::new(), BTreeMap::<_, Poll>::new());
        for poll in polls.into_iter().filter(|poll| self.declared.contains_key(&poll.series)) {
            let of_kind = match poll.seen.kind() {
                PollKind::Office => &mut offices,
                PollKind::Appointment => &mut appointments,
            };
            if of_kind.get(&poll.series).is_none_or(|other| other.at <= poll.at) {
                of_kind.insert(poll.series.clone(), poll);
            }
        }
        self.shown.offices.show(offices, labels_of);
        self.shown.appointments.show(appointments, labels_of);
        Ok(())
    }

    /// Shows these survey rounds and no others: of each series the last one that was counted, and the last that was
    /// published. A series need not be declared, for what was published may be of a unit that nothing is counted
    /// of; one that is refused is not shown.
    pub fn rounds(&mut self, mut rounds: BTreeMap<(Series, Basis), SurveyRound>) {
        rounds.retain(|(series, _), _| !self.refused.contains(series));
        self.shown.rounds.show(rounds, |(series, basis)| labels_of_basis(series, *basis));
    }

    /// Shows the figures of the ISO week and the month that ended last, of these series and no others. A series need not
    /// be declared, as with rounds; of those that are not, no more are shown than the cap leaves room for.
    pub fn figures(&mut self, mut figures: BTreeMap<(Series, Basis), Figures>) {
        let room = self.settings.max_series.saturating_sub(self.declared.len());
        let mut others = BTreeSet::new();
        figures.retain(|(series, _), _| {
            let is_other = !self.declared.contains_key(series);
            if is_other && others.len() < room {
                others.insert(series.clone());
            }
            !self.refused.contains(series) && (!is_other || others.contains(series))
        });
        let labels = |(series, basis): &(Series, Basis)| labels_of_basis(series, *basis);
        self.shown.figure_states.show(figures.clone(), labels);
        self.shown.figures.show(figures, labels);
    }

    /// Shows the shares of these areas and no others: of each area the one published last.
    pub fn online(&mut self, shares: BTreeMap<UnitId, OnlineShare>) {
        self.shown.online.show(shares, |area| labels(&[("area", area.as_str())]));
    }

    /// Shows how far these units' channels serve, and no others.
    pub fn openings(&mut self, openings: BTreeMap<(Channel, UnitId), OpenNow>) {
        let mut points = BTreeMap::<_, ServicePoints>::new();
        for (&(channel, _), now) in &openings {
            points.entry(channel).or_default()[now.today as usize] += 1;
        }
        self.shown.points.show(points, |channel| labels(&[("channel", channel.as_str())]));
        self.shown.open.show(openings, |(channel, unit)| {
            labels(&[("channel", channel.as_str()), ("unit", unit.as_str())])
        });
    }

    /// Shows what the calendar says of today.
    pub fn calendar(&mut self, now: CalendarNow) {
        self.shown.calendar.show(BTreeMap::from([((), now)]), |()| String::new());
    }

    /// Shows these units and no others. Of a unit that comes more than once, the last place is shown.
    pub fn units(&mut self, units: Vec<UnitInfo>) {
        let units = units.into_iter().map(|info| (info.unit.clone(), info)).collect();
        self.shown.units.show(units, |unit| labels(&[("unit", unit.as_str())]));
    }
}
