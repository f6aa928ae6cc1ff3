//! Calendars: which days are holidays, and which of them are no working days. One file a country.

pub mod fi;
