//! The bulletin of a small organisation in every language and format.

use jono_domain::{Channel, Decimal, State, Value};

use super::{
    fixture::{count, counted, facts, mean, names},
    *,
};
use crate::facts::{Earlier, Revision};

fn write(language: Language, format: Format) -> String {
    Bulletin::new(facts()).write(language, format)
}

/// The lines of the mail that have this in them.
fn lines(facts: Facts, language: Language, what: &str) -> String {
    let text = Bulletin::new(facts).write(language, Format::Text).replace(['\u{a0}', '\u{202f}'], " ");
    let paragraphs = text.split("\n\n").map(|paragraph| paragraph.replace('\n', " "));
    paragraphs.filter(|paragraph| paragraph.contains(what)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_mail_in_three_languages() {
    for language in Language::ALL {
        insta::assert_snapshot!(format!("mail-{}", language.code()), write(language, Format::Text));
    }
}

#[test]
fn the_markdown_of_an_office() {
    insta::assert_snapshot!("markdown-sv", write(Language::Swedish, Format::Markdown));
}

#[test]
fn one_is_one_in_every_language() {
    let mut one = facts();
    one.readings.retain(|reading| reading.channel != Some(Channel::ServicePoint));
    one.readings.push(counted(Channel::ServicePoint, "office", "contacts", "2020-W24", count(1)));
    let telling = |language, what: &str| {
        let text = Bulletin::telling(one.clone(), Withheld::default()).write(language, Format::Text);
        let text = text.replace(['\u{a0}', '\n'], " ");
        assert!(text.contains(what), "{what} is not in {text}");
    };
    telling(Language::Finnish, "1 käynti viikolla 24");
    telling(Language::Finnish, "keskimäärin 1 päivä");
    telling(Language::Swedish, "1 dag.");
    telling(Language::English, "There was 1 visit to service points in week 24.");
    telling(Language::English, "within 1 day on average");
    telling(Language::English, "2.3 days");
    telling(Language::Finnish, "2,3 päivää");
    telling(Language::Swedish, "2,3 dagar");
}

#[test]
fn something_rose_fell_or_is_unchanged() {
    let calls = |now, language| {
        let mut facts = facts();
        let is_now = |reading: &jono_domain::Reading| {
            FigureId::of(reading).as_str() == "phone.office.all.contacts.2020-W24.counted"
        };
        for reading in facts.readings.iter_mut().filter(|reading| is_now(reading)) {
            reading.value = count(now);
        }
        let all = lines(facts, language, " 926");
        all.lines().next().unwrap().to_owned()
    };
    insta::assert_snapshot!(calls(709, Language::Finnish), @"Puhelinpalvelussa oli 709 puhelua viikolla 24. Niitä oli vähemmän kuin viikolla 23: 926. [laskettu]");
    insta::assert_snapshot!(calls(950, Language::Finnish), @"Puhelinpalvelussa oli 950 puhelua viikolla 24. Määrä on ennallaan, viikolla 23: 926. [laskettu]");
    insta::assert_snapshot!(calls(1_200, Language::Swedish), @"Telefontjänsten hade 1 200 samtal vecka 24. Det är fler än vecka 23: 926. [räknat]");
    insta::assert_snapshot!(calls(1_200, Language::English), @"The phone service had 1,200 calls in week 24. That is more than in week 23: 926. [counted]");
}

#[test]
fn what_is_withheld_is_in_no_format() {
    let hidden = "phone.office.all.contacts.2020-W24.counted";
    let mut facts = facts();
    for reading in &mut facts.readings {
        if FigureId::of(reading).as_str() == hidden {
            reading.value = count(739_417);
        }
        if reading.measure.name() == "answer_rate" {
            reading.value = mean(300_817, 739_417);
        }
    }
    let is_hidden = |id: &FigureId| id.as_str() == hidden || id.as_str().contains(".answer_rate.");
    let figures = facts.readings.iter().map(FigureId::of).filter(is_hidden).collect();
    let bulletin = Bulletin::telling(facts, Withheld { figures, ..Withheld::default() });
    for language in Language::ALL {
        for format in Format::ALL {
            let text = bulletin.write(language, format);
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let is_in = |number: &str| text.contains(number) || digits.contains(number);
            assert!(!is_in("739417") && !is_in("300817"), "{language:?} {format:?}");
        }
    }
    let mail = bulletin.write(Language::English, Format::Text).replace('\u{a0}', " ");
    assert!(mail.contains("Calls to the phone service, week 24: withheld. [counted]"), "{mail}");
    let told = bulletin.figures().iter().find(|figure| figure.id.as_str() == hidden).unwrap();
    assert_eq!((told.reading.state, told.reading.value, told.of), (State::Suppressed, None, None));
}

#[test]
fn the_table_has_the_names_of_the_data() {
    let json: serde_json::Value = serde_json::from_str(&write(Language::English, Format::Json)).unwrap();
    let figure = json["figures"][0].as_object().unwrap();
    let csv = write(Language::English, Format::Csv);
    let mut names: Vec<_> = csv.lines().next().unwrap().split(',').collect();
    names.sort_unstable();
    assert_eq!(names, figure.keys().collect::<Vec<_>>());
    assert!(csv.contains(
        "\r\nphone.office.all.answer_rate.2020-W24.counted,phone,office,,answer_rate,,2020-W24,0.917,709,"
    ));
}

#[test]
fn a_score_of_few_answers_is_told_by_its_answers_alone() {
    let json: serde_json::Value = serde_json::from_str(&write(Language::English, Format::Json)).unwrap();
    let figures = json["figures"].as_array().unwrap();
    let score = figures
        .iter()
        .find(|figure| figure["id"] == "service_point.south.all.score.2020-Q2.counted")
        .unwrap();
    assert_eq!(
        (&score["value"], &score["of"], &score["state"]),
        (&().into(), &20.into(), &"suppressed".into())
    );
}

#[test]
fn hostile_names_stay_names() {
    let mut facts = facts();
    let hostile = "<script>alert(1)</script>|=cmd()*_[x](javascript:1)\u{e000}0\u{e001}";
    facts.units.iter_mut().for_each(|unit| unit.names = names(hostile, hostile, hostile));
    facts.readings.iter_mut().filter(|reading| reading.label.is_some()).for_each(|reading| {
        reading.label = Some("=1+1<b>|".parse().unwrap());
    });
    let bulletin = Bulletin::new(facts);
    let write = |format| bulletin.write(Language::English, format);
    let html = write(Format::Html);
    assert!(!html.contains("<script") && !html.contains("=1+1<b>"));
    let markdown = write(Format::Markdown);
    assert!(!markdown.contains("<script") && markdown.contains(r"\|=cmd()\*\_\[x\](javascript:1)"));
    let csv = write(Format::Csv);
    assert!(csv.contains(",'=1+1<b>|,") && !csv.contains(",=1"));
}

/// What elements of the page show as values, by figure.
fn shown(html: &str) -> Vec<(String, String)> {
    let parts = html.split("<span data-figure=\"").skip(1);
    let pair = |part: &str| {
        let (id, rest) = part.split_once("\">").unwrap();
        (id.to_owned(), rest.split_once('<').unwrap().0.to_owned())
    };
    parts.map(pair).collect()
}

#[test]
fn every_page_shows_what_the_data_says() {
    let bulletin = Bulletin::new(facts());
    for language in Language::ALL {
        let json: serde_json::Value = serde_json::from_str(&bulletin.write(language, Format::Json)).unwrap();
        let data = json["figures"].as_array().unwrap();
        let pairs = shown(&bulletin.write(language, Format::Html));
        assert!(pairs.len() > 25);
        let mail = bulletin.write(language, Format::Text);
        let markdown = bulletin.write(language, Format::Markdown);
        for (id, text) in pairs {
            let figure = data.iter().find(|figure| figure["id"] == id.as_str()).unwrap();
            let measure: jono_domain::Measure = figure["measure"].as_str().unwrap().parse().unwrap();
            assert!(mail.contains(&text) && markdown.contains(&text.replace('*', "\\*")), "{text}");
            let Some(value) = figure["value"].as_f64() else {
                assert!(!text.contains(|letter: char| letter.is_ascii_digit()), "{id}: {text}");
                continue;
            };
            let value = Decimal::try_from(value).unwrap();
            if crate::told::is_in_days(&measure) {
                let days = (value / Decimal::from(86_400)).round_dp(1).normalize().to_string();
                let days = if language == Language::English { days } else { days.replace('.', ",") };
                assert!(text.starts_with(&days), "{id}: {text}");
            } else {
                let wanted = crate::number::value(&measure, crate::told::shown(&measure, value), language);
                assert_eq!(text.trim_end_matches('*'), wanted, "{id}");
            }
        }
    }
}

#[test]
fn a_page_asks_nobody_for_anything() {
    let html = write(Language::Finnish, Format::Html);
    for word in ["http://", "https://", "src=", "<script", "@import", "url("] {
        assert!(!html.contains(word), "{word}");
    }
    assert_eq!(html.matches("<h1>").count(), 1);
    assert!(html.contains("<html lang=\"fi\">") && !html.contains("hreflang"));
    let links =
        Links::by(|language, format| format!("../{}/2020-W24.{}", language.code(), format.extension()));
    let html = Bulletin::new(facts()).with_links(links).write(Language::Finnish, Format::Html);
    assert!(html.contains("<a href=\"../sv/2020-W24.html\" hreflang=\"sv\" lang=\"sv\">Svenska</a>"));
    assert!(html.contains("<a href=\"../fi/2020-W24.csv\"") && !html.contains("../fi/2020-W24.html"));
}

#[test]
fn a_revision_says_what_changed() {
    let first = Bulletin::new(facts());
    let told = first.figures().iter().map(|figure| (figure.id.clone(), figure.reading.value)).collect();
    let open = first.figures().iter().filter(|figure| figure.is_open()).map(|figure| figure.id.clone());
    let earlier =
        Earlier { number: 1, compiled: facts().compiled, told, withheld: Vec::new(), open: open.collect() };
    let mut second = facts();
    second.edition = Edition::Final(Revision {
        number: 2,
        embargo: None,
        accepted: Vec::new(),
        note: names("Puheluja puuttui.", "Samtal saknades.", "Calls were missing."),
        earlier: vec![earlier],
    });
    for reading in &mut second.readings {
        match FigureId::of(reading).as_str() {
            "phone.office.all.contacts.2020-W24.counted" => reading.value = Some(Value::Count(750)),
            "phone.office.all.answer_rate.2020-W24.counted" => reading.value = mean(691, 750),
            "phone.office.all.service_level.2020-W24.counted" => reading.value = mean(657, 750),
            // Told by the same number.
            "phone.office/benefits.wait_mean.2020-W24.counted" => reading.value = mean(81, 1),
            "callback.office.all.callbacks_offered.2020-W24.counted" => reading.value = None,
            _ => {}
        }
    }
    let bulletin = Bulletin::new(second);
    let all = bulletin.changes();
    let changed: Vec<_> =
        all.iter().map(|change| (change.figure.as_str(), change.before, change.after)).collect();
    let calls = ("phone.office.all.contacts.2020-W24.counted", count(709), count(750));
    let offered = ("callback.office.all.callbacks_offered.2020-W24.counted", count(227), None);
    let rate = ("phone.office.all.answer_rate.2020-W24.counted", mean(650, 709), mean(691, 750));
    let level = ("phone.office.all.service_level.2020-W24.counted", mean(618, 709), mean(657, 750));
    assert_eq!(changed, [calls, rate, level, offered]);
    let mail = bulletin.write(Language::English, Format::Text);
    let status = mail.split("Service statistics now").next().unwrap();
    insta::assert_snapshot!(status, @"
    Service statistics, week 24 of 2020
    ===================================

    Office

    Revision 2, compiled 15 June 2020, 09:05.

    Correction: Calls were missing.

    4 figures differ from the previous revision

    Contacts: Phone service, Office, week 24 of 2020 (counted)
      Before: 709
      Now: 750
    Share of calls answered: Phone service, Office, week 24 of 2020 (counted)
      Before: 91.7%
      Now: 92.1%
    Service level: Phone service, Office, week 24 of 2020 (counted)
      Before: 87.2%
      Now: 87.6%
    Offered: Callbacks, Office, week 24 of 2020 (counted)
      Before: 227
      Now: not available
    ");
}

#[test]
fn a_star_that_is_gone_is_told_by_a_revision() {
    let id = "service_point.office.all.score.2020-Q2.counted";
    let bulletin = |open: bool, now: State| {
        let told = Bulletin::new(facts());
        let told = told.figures().iter().map(|figure| (figure.id.clone(), figure.reading.value)).collect();
        let is_it = |reading: &&mut jono_domain::Reading| FigureId::of(reading).as_str() == id;
        let mut facts = facts();
        let open = facts.readings.iter().map(FigureId::of).filter(|one| open && one.as_str() == id).collect();
        facts.readings.iter_mut().find(is_it).unwrap().state = now;
        let earlier = Earlier { number: 1, compiled: facts.compiled, told, withheld: vec![], open };
        facts.edition = Edition::Final(Revision {
            number: 2,
            embargo: None,
            accepted: vec![],
            note: jono_domain::Names::default(),
            earlier: vec![earlier],
        });
        Bulletin::new(facts)
    };
    assert_eq!(bulletin(true, State::Provisional).changes(), []);
    assert_eq!(bulletin(false, State::Final).changes(), []);
    let closed = bulletin(true, State::Final);
    let changes = closed.changes();
    assert_eq!((changes.len(), changes[0].was_open, changes[0].is_of_number), (1, true, false));
    let mail = closed.write(Language::English, Format::Text);
    insta::assert_snapshot!(mail.split("Service statistics now").next().unwrap(), @"
    Service statistics, week 24 of 2020
    ===================================

    Office

    Revision 2, compiled 15 June 2020, 09:05.

    Scores of a survey round that was still open in the previous revision
    are final now.

    No figure differs from the previous revision.
    ");
    assert!(!mail.contains("answers may still come"));
}

#[test]
fn days_that_are_more_or_fewer_are_reckoned_with() {
    let per_workday = |workdays: u32| {
        let mut facts = facts();
        if workdays < 5 {
            let week = "2020-W23".parse().unwrap();
            facts.short_weeks.push(crate::facts::ShortWeek { week, workdays, holidays: vec![] });
        }
        for (channel, count) in [(Channel::Phone, 709), (Channel::ServicePoint, 12_500)] {
            for (period, days, came) in
                [("2020-W24", 5, count), ("2020-W23", workdays.into(), count), ("2019-W24", 5, 600)]
            {
                facts.readings.push(counted(
                    channel,
                    "office",
                    "contacts_per_workday",
                    period,
                    mean(came, days),
                ));
            }
        }
        let said =
            ["Per working day there", " 926"].map(|what| lines(facts.clone(), Language::English, what));
        said.join("\n")
    };
    insta::assert_snapshot!(per_workday(5), @"

    The phone service had 709 calls in week 24. That is fewer than in week 23: 926. [counted]
    Week     Counted, now  Per working day, counted, now Week 23           926                            142 Week 24           709                            142
    ");
    insta::assert_snapshot!(per_workday(4), @"
    Per working day there were 2,500 visits. That is fewer than in week 23: 3,125. [counted]
    Per working day there were 142 calls. That is fewer than in week 23: 177. [counted]
    The phone service had 709 calls in week 24. The number in week 23 was 926. [counted]
    Week     Counted, now  Per working day, counted, now        Short weeks Week 23           926                            177  4 working days () Week 24           709                            142
    ");
}

#[test]
fn a_trial_is_told_four_weeks_before_it_begins() {
    let beginning = |day| {
        let mut facts = facts();
        for service in facts.services.values_mut() {
            service.callback.as_mut().unwrap().first_day = Some(day);
        }
        lines(facts, Language::English, "promised within")
    };
    insta::assert_snapshot!(beginning(jiff::civil::date(2020, 7, 12)), @"Benefits: a call back is promised within 1 h. It is a trial from 12 July 2020 until 31 August 2020.");
    assert_eq!(beginning(jiff::civil::date(2020, 7, 13)), "");
}

#[test]
fn a_trial_that_is_over_is_closed() {
    let mut facts = facts();
    for service in facts.services.values_mut() {
        service.callback.as_mut().unwrap().last_day = Some(jiff::civil::date(2020, 5, 31));
    }
    facts.readings.retain(|reading| reading.channel != Some(Channel::Callback));
    insta::assert_snapshot!(lines(facts, Language::English, "the trial"), @"Benefits: the trial of call backs within 1 h ended on 31 May 2020. Closed.");
}

#[test]
fn nothing_known_is_said_to_be_so() {
    let facts = Facts { readings: Vec::new(), openings: Vec::new(), notices: Vec::new(), ..facts() };
    let bulletin = Bulletin::new(facts);
    for language in Language::ALL {
        for format in Format::ALL {
            assert!(!bulletin.write(language, format).is_empty());
        }
    }
    assert!(bulletin.write(Language::English, Format::Text).contains("Not available."));
}
