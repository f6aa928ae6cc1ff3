//! Sentences as they are said in a language: messages of `language/<code>.ftl` with names, numbers and dates filled in.
//!
//! What is filled in never goes through the messages themselves, so a name can hold whatever it likes: a message is given
//! a place holder, and the pieces are put where it ends up.

mod time;

use std::sync::LazyLock;

use fluent_bundle::{
    FluentArgs, FluentResource, FluentValue,
    concurrent::FluentBundle,
    types::{FluentNumber, FluentNumberOptions},
};
use jono_domain::{Basis, Decimal, Reading, State, Value};
use rust_decimal::prelude::ToPrimitive as _;
use unic_langid::LanguageIdentifier;

use crate::{
    block::{Arg, Mark, Sentence, say},
    figure::{Figure, FigureId},
    known::Known,
    language::Language,
    number,
    told::{self, Told},
};

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) text: String,
    /// The figure that it shows, if it shows one.
    pub(crate) figure: Option<FigureId>,
    /// What of it.
    pub(crate) part: Part,
}

/// What of a figure is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Its value.
    Value,
    /// Of how many it is.
    Of,
    /// Its interval.
    Interval,
}

impl Run {
    /// A text that shows no figure.
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), figure: None, part: Part::Value }
    }
}

/// A text in its pieces.
pub(crate) type Runs = Vec<Run>;

/// A text without its figures.
pub(crate) fn plain(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_str()).collect()
}

/// Place holders: characters of private use, which no message has.
const OPENS: char = '\u{e000}';
const CLOSES: char = '\u{e001}';

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| Language::ALL.map(bundle));

#[expect(clippy::expect_used, reason = "tests read every message")]
fn bundle(language: Language) -> Bundle {
    let identifier: LanguageIdentifier = language.code().parse().expect("it is a language");
    let mut bundle = FluentBundle::new_concurrent(vec![identifier]);
    // Our texts run in one direction: marks around what is filled in would only end up in mails and data.
    bundle.set_use_isolating(false);
    let messages = FluentResource::try_new(language.messages().to_owned()).expect("messages are well-formed");
    bundle.add_resource(messages).expect("no message is defined twice");
    bundle
}

/// Says sentences in a language.
pub(crate) struct Words<'a> {
    pub(crate) language: Language,
    known: &'a Known<'a>,
    bundle: &'static Bundle,
}

impl<'a> Words<'a> {
    pub(crate) fn new(language: Language, known: &'a Known<'a>) -> Self {
        let place = Language::ALL.iter().position(|one| *one == language).unwrap_or_default();
        Self { language, known, bundle: &BUNDLES[place] }
    }

    /// A sentence.
    pub(crate) fn say(&self, sentence: &Sentence) -> Runs {
        let mut pieces = Vec::new();
        let mut args = FluentArgs::new();
        for (name, arg) in &sentence.args {
            if let Arg::Word(word) = arg {
                args.set(*name, FluentValue::from(*word));
                continue;
            }
            if let Some(number) = self.amount(arg) {
                args.set(format!("{name}-n"), FluentValue::Number(number));
            }
            args.set(*name, format!("{OPENS}{}{CLOSES}", pieces.len()));
            pieces.push(self.fill(arg));
        }
        let said = self.message(sentence.name, Some(&args));
        splice(said.trim_end(), &pieces)
    }

    /// A sentence as text alone.
    pub(crate) fn text(&self, sentence: &Sentence) -> String {
        plain(&self.say(sentence))
    }

    /// What is said by that name, without anything to fill in.
    pub(crate) fn word(&self, name: &'static str) -> String {
        self.text(&say(name))
    }

    /// Where a number comes from.
    pub(crate) fn mark(&self, mark: Mark) -> String {
        self.word(match mark {
            Mark::Generated(Basis::Counted) => "mark-generated-counted",
            Mark::Generated(Basis::Tallied) => "mark-generated-tallied",
            Mark::Generated(Basis::Published) => "mark-generated",
            Mark::Basis(Basis::Counted) => "mark-counted",
            Mark::Basis(Basis::Tallied) => "mark-tallied",
            Mark::Basis(Basis::Published) => "mark-published",
        })
    }

    fn message(&self, name: &str, args: Option<&FluentArgs>) -> String {
        let pattern = self.bundle.get_message(name).and_then(|message| message.value());
        debug_assert!(pattern.is_some(), "there is no message {name}");
        let Some(pattern) = pattern else { return name.to_owned() };
        let mut errors = Vec::new();
        let said = self.bundle.format_pattern(pattern, args, &mut errors).into_owned();
        debug_assert!(errors.is_empty(), "message {name}: {errors:?}");
        said
    }

    /// What plurals go by.
    fn amount(&self, arg: &Arg) -> Option<FluentNumber> {
        let (value, decimals) = match arg {
            Arg::Number(number) => (number.to_f64()?, 0),
            Arg::Figure(id) => {
                let figure = self.known.figure(id)?;
                let shown = Told::new(figure).shown?;
                let measure = &figure.reading.measure;
                if told::is_in_days(measure) {
                    (shown.to_f64()?, usize::from(!shown.fract().is_zero()))
                } else {
                    (shown.to_f64()?, number::decimals(measure, shown))
                }
            }
            Arg::Of(id) => (self.known.figure(id)?.of?.to_f64()?, 0),
            _ => return None,
        };
        let options = FluentNumberOptions { minimum_fraction_digits: Some(decimals), ..Default::default() };
        Some(FluentNumber::new(value, options))
    }

    /// What is filled in, in its pieces.
    pub(crate) fn fill(&self, arg: &Arg) -> Runs {
        let text = |text: String| vec![Run::plain(text)];
        match arg {
            Arg::Figure(id) => self.of_figure(id, Part::Value, |figure| self.figure(figure)),
            Arg::Of(id) => self.of_figure(id, Part::Of, |figure| match figure.of {
                Some(of) => number::number(of.into(), 0, self.language),
                None => self.word("nothing"),
            }),
            Arg::Interval(id) => self.of_figure(id, Part::Interval, |figure| self.interval(figure)),
            Arg::Number(number) => text(number::number((*number).into(), 0, self.language)),
            Arg::Share(share) => {
                let share = Decimal::try_from(*share).unwrap_or_default();
                let decimals = usize::from(!(share * Decimal::ONE_HUNDRED).fract().is_zero());
                text(number::percent(share, decimals, self.language))
            }
            Arg::Duration(seconds) => text(number::duration(u64::from(*seconds))),
            Arg::Name(names, id) => text(self.language.name(names).unwrap_or(id).to_owned()),
            Arg::Text(words) => text(words.clone()),
            Arg::Earlier(id, value, state) => text(self.earlier(id, *value, *state)),
            Arg::Period(period) => text(self.period(*period, "period", false)),
            Arg::Dated(period) => text(self.period(*period, "period", true)),
            Arg::In(period) => text(self.period(*period, "in", false)),
            Arg::Date(day) => text(self.date(*day)),
            Arg::Time(at) => {
                let time = number::time(at.time(), self.language);
                let at = [("date", self.date(at.date())), ("time", time)];
                text(self.filled("at", &at))
            }
            Arg::Word(word) => text((*word).to_owned()),
            Arg::Say(sentence) => self.say(sentence),
            Arg::All(all) => self.all(all, &format!(" {} ", self.word("and"))),
            Arg::Listed(all) => self.all(all, ", "),
            Arg::Hours(hours) => text(self.hours(hours)),
            Arg::Sentences(all) => {
                let said = all.iter().map(|sentence| self.say(sentence));
                let spaced = said.enumerate().flat_map(|(index, runs)| {
                    let space = (index > 0).then(|| Run::plain(" "));
                    space.into_iter().chain(runs)
                });
                spaced.collect()
            }
        }
    }

    fn of_figure(&self, id: &FigureId, part: Part, show: impl Fn(&Figure) -> String) -> Runs {
        match self.known.figure(id) {
            Some(figure) => vec![Run { text: show(figure), figure: Some(id.clone()), part }],
            None => vec![Run::plain(self.word("state-unavailable"))],
        }
    }

    /// A figure as it is shown: its value, or why it has none. The star is for survey rounds that are not final.
    pub(crate) fn figure(&self, figure: &Figure) -> String {
        let measure = &figure.reading.measure;
        let Some(shown) = Told::new(figure).shown else { return self.state(figure) };
        if told::is_in_days(measure) {
            let days = shown;
            let decimals = usize::from(!days.fract().is_zero());
            let mut args = FluentArgs::new();
            let options =
                FluentNumberOptions { minimum_fraction_digits: Some(decimals), ..Default::default() };
            args.set("days-n", FluentNumber::new(days.to_f64().unwrap_or_default(), options));
            args.set("days", number::number(days, decimals, self.language));
            return self.message("days", Some(&args)).replace(' ', &number::NO_BREAK.to_string());
        }
        let mut text = number::value(measure, shown, self.language);
        if figure.is_open() {
            text.push('*');
        }
        let reserve = match figure.reading.state {
            State::Revised => Some("state-revised"),
            State::Stale => Some("state-stale"),
            _ => None,
        };
        match reserve {
            Some(state) => format!("{text}{}({})", number::NO_BREAK, self.word(state)),
            None => text,
        }
    }

    /// Why a figure has no value.
    fn state(&self, figure: &Figure) -> String {
        let is_score = figure.reading.measure.name() == "score";
        self.word(match figure.reading.state {
            State::Suppressed if is_score => "state-few-answers",
            State::Suppressed => "state-suppressed",
            State::Closed => "state-closed",
            _ => "state-unavailable",
        })
    }

    fn interval(&self, figure: &Figure) -> String {
        let Told { low: Some(low), high: Some(high), .. } = Told::new(figure) else {
            return self.word("nothing");
        };
        let end = |value: Decimal| number::number(told::to_decimals(value, 1), 1, self.language);
        format!("{}–{}", end(low), end(high))
    }

    /// A value that was told of a figure before.
    fn earlier(&self, id: &FigureId, value: Value, state: State) -> String {
        let Some(figure) = self.known.figure(id) else { return self.word("not-told") };
        let reading = Reading { value: Some(value), interval: None, state, ..figure.reading.clone() };
        self.figure(&Figure::new(reading, false))
    }

    /// Several, with that between the last two.
    fn all(&self, all: &[Arg], last: &str) -> Runs {
        let mut runs = Vec::new();
        for (index, arg) in all.iter().enumerate() {
            let between = if index == 0 {
                ""
            } else if index + 1 == all.len() {
                last
            } else {
                ", "
            };
            runs.push(Run::plain(between));
            runs.extend(self.fill(arg));
        }
        runs
    }

    fn filled(&self, name: &str, texts: &[(&'static str, String)]) -> String {
        let mut args = FluentArgs::new();
        for (name, text) in texts {
            args.set(*name, text.clone());
        }
        self.message(name, Some(&args))
    }
}

/// Puts the pieces where their place holders ended up.
fn splice(said: &str, pieces: &[Runs]) -> Runs {
    let mut runs = Vec::new();
    let mut push = |text: &str| {
        if !text.is_empty() {
            runs.push(Run::plain(text));
        }
        runs.len()
    };
    let mut rest = said;
    let mut places = Vec::new();
    while let Some((before, after)) = rest.split_once(OPENS) {
        let at = push(before);
        let (number, after) = after.split_once(CLOSES).unwrap_or((after, ""));
        places.push((at, number.parse::<usize>().unwrap_or_default()));
        rest = after;
    }
    push(rest);
    for (at, piece) in places.into_iter().rev() {
        runs.splice(at..at, pieces.get(piece).into_iter().flatten().cloned());
    }
    runs
}
