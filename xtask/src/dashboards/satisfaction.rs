//! How customers scored the service, by survey round.

use super::{
    BASES,
    model::{Column, Dashboard, Kind, Panel, Row, Target, Unit, Word, label, plain, value},
    query::{SERIES, grown, of, rows},
    variables,
    words::{Text, same, text, word as words},
};

pub(super) fn dashboard() -> Dashboard {
    Dashboard {
        name: "satisfaction",
        title: text("Asiakastyytyväisyys", "Kundnöjdhet", "Satisfaction"),
        about: text(
            "Minkä arvosanan asiakkaat antavat, ja kuinka varma se on? Palvelun laadusta vastaaville.",
            "Vilket vitsord ger kunderna, och hur säkert är det? För dem som ansvarar för servicens kvalitet.",
            "What score do customers give, and how certain is it? For those who answer for the quality of service.",
        ),
        from: "now-1y",
        refresh: "5m",
        variables: variables(false),
        annotations: Vec::new(),
        rows: vec![round(), answers()],
    }
}

/// One of the figures of the last round, by series.
fn figure(name: &str, by: &str) -> String {
    format!("max by ({by}) ({})", of(&format!("jono_survey_round_{name}"), ""))
}

const NONE: Text = text("Kyselyä ei tunneta", "Ingen enkät är känd", "No survey is known");

fn round() -> Row {
    let by = format!("{SERIES}, basis");
    let marks = [
        plain("1", text("* ennakkotieto", "* preliminär uppgift", "* preliminary")),
        plain("0", text("lopullinen", "slutlig", "final")),
    ];
    let columns: Vec<Column> = vec![
        label("channel", words::CHANNEL),
        label("unit", words::UNIT),
        label("service", words::SERVICE),
        label("basis", words::BASIS).words(&BASES),
        value(0, text("Arvosana", "Vitsord", "Score"), Unit::Score),
        value(1, text("Väli, alaraja", "Intervall, undre gräns", "Interval, lower end"), Unit::Score),
        value(2, text("Väli, yläraja", "Intervall, övre gräns", "Interval, upper end"), Unit::Score),
        value(3, same("n"), Unit::Count),
        value(4, text("Kierros", "Omgång", "Round"), Unit::Word).words(&marks),
        value(5, text("Kierros alkoi", "Omgången började", "Round began"), Unit::Time),
    ];
    Row {
        title: text("Viimeisin kyselykierros", "Senaste enkätomgång", "The last survey round"),
        panels: vec![
            Panel::new(Kind::Table(columns), text("Minkä arvosanan kukin sai, väleineen?", "Vilket vitsord fick var och en, med intervall?", "What score did each get, with its interval?"), Unit::Score)
                .about(text(
                    "Keskiarvo 0–10 (jono_survey_round_score_mean), 95 prosentin luottamusväli (vähintään 30 vastausta), vastausten määrä n ja ennakkotiedon merkki *. Keskiarvoja ei lasketa yhteen.",
                    "Medelvärde 0–10 (jono_survey_round_score_mean), 95 procents konfidensintervall (minst 30 svar), antal svar n och märket * för preliminär uppgift. Medelvärden läggs inte ihop.",
                    "Mean 0-10 (jono_survey_round_score_mean), its 95 % interval (from 30 answers on), the number of answers n, and the mark * of what is preliminary. Means are never put together.",
                ))
                .none(NONE)
                .size(24, 12)
                .target(figure("score_mean", &by), same(""))
                .target(figure("score_low", &by), same(""))
                .target(figure("score_high", &by), same(""))
                .target(figure("responses", &by), same(""))
                .target(figure("provisional", &by), same(""))
                .target(format!("{} * 1000", figure("start_timestamp_seconds", &by)), same("")),
            Panel::new(Kind::Lines, text("Arvosana kierroksittain, kanavittain", "Vitsord per omgång och kanal", "Score by round, by channel"), Unit::Score)
                .about(text(
                    "Viimeisin kierros kullakin hetkellä (jono_survey_round_score_mean). Katkoviivat: luottamusvälin rajat. Väliltään päällekkäisiä arvosanoja ei voi erottaa. Valitse yksikkö yläreunasta. Ei historiassa.",
                    "Den senaste omgången vid varje tidpunkt (jono_survey_round_score_mean). Streckade linjer: intervallets gränser. Vitsord vars intervall överlappar kan inte skiljas åt. Välj enhet ovan. Inte i historiken.",
                    "The last round at each time (jono_survey_round_score_mean). Dashed: the ends of its interval. Scores whose intervals overlap cannot be told apart. Choose a unit above. Not in history.",
                ))
                .none(NONE)
                .size(16, 10)
                .with(figure("score_mean", &by), words::SERIES, Target::steps)
                .with(figure("score_low", &by), text("{{channel}} · {{unit}}, alaraja", "{{channel}} · {{unit}}, undre gräns", "{{channel}} · {{unit}}, lower end"), |target| target.dashed().steps())
                .with(figure("score_high", &by), text("{{channel}} · {{unit}}, yläraja", "{{channel}} · {{unit}}, övre gräns", "{{channel}} · {{unit}}, upper end"), |target| target.dashed().steps()),
            Panel::new(Kind::Stat, text("Kuinka moni vastasi viimeisimmällä kierroksella?", "Hur många svarade i den senaste omgången?", "How many answered in the last round?"), Unit::Count)
                .about(text(
                    "Lasketut vastaukset kanavittain (jono_survey_round_responses, basis=\"counted\"). Julkaistuja ei lasketa yhteen.",
                    "Räknade svar per kanal (jono_survey_round_responses, basis=\"counted\"). Publicerade läggs inte ihop.",
                    "Counted answers by channel (jono_survey_round_responses, basis=\"counted\"). Published ones are never added.",
                ))
                .none(NONE)
                .size(8, 10)
                .target(format!("sum by (channel) ({})", of("jono_survey_round_responses", r#"basis="counted""#)), same("{{channel}}, n")),
        ],
    }
}

/// Scores are written so that they are in order as texts too.
const SCORES: [Word; 10] = [
    plain("00", same("0")),
    plain("01", same("1")),
    plain("02", same("2")),
    plain("03", same("3")),
    plain("04", same("4")),
    plain("05", same("5")),
    plain("06", same("6")),
    plain("07", same("7")),
    plain("08", same("8")),
    plain("09", same("9")),
];

fn answers() -> Row {
    let below =
        |limit: u8| format!("sum({})", grown("jono_survey_score_bucket", &format!("le=\"{limit}.0\"")));
    let names: Vec<String> = (0..=10).map(|score| format!("{score:02}")).collect();
    let scores = names.iter().zip(0..=10).map(|(name, score)| {
        let expr = if score == 0 { below(0) } else { format!("{} - {}", below(score), below(score - 1)) };
        (name.as_str(), expr)
    });
    let columns: Vec<Column> = vec![
        label("score", text("Arvosana", "Vitsord", "Score")).words(&SCORES),
        value(0, text("Vastaukset", "Svar", "Answers"), Unit::Count),
    ];
    let part = |part: &str, by: &str| {
        format!("sum by ({by}) (increase({}[4w]))", of(&format!("jono_survey_score_{part}"), ""))
    };
    let none = text(
        "Vastauksia ei tullut tällä ajalla",
        "Inga svar kom under denna tid",
        "No answers came in this range",
    );
    Row {
        title: text("Vastaukset, kun ne tulivat", "Svaren, när de kom", "Answers, as they came in"),
        panels: vec![
            Panel::new(Kind::BarChart(columns), text("Miten arvosanat jakautuvat?", "Hur fördelar sig vitsorden?", "How are the scores distributed?"), Unit::Count)
                .about(text(
                    "Tällä ajalla saadut vastaukset arvosanoittain 0–10 (jono_survey_score).",
                    "Svar under denna tid per vitsord 0–10 (jono_survey_score).",
                    "Answers that came in this range, by score 0-10 (jono_survey_score).",
                ))
                .none(none)
                .target(rows("score", scores), same("")),
            Panel::new(Kind::Lines, text("Mikä on neljän viime viikon vastausten keskiarvo?", "Vad är medelvärdet av de fyra senaste veckornas svar?", "What is the mean of the answers of the last four weeks?"), Unit::Score)
                .about(text(
                    "Arvosanojen summa / vastaukset neljän viikon ajalta, kanavittain (jono_survey_score). Tämä ei ole kierroksen arvosana: vastaus kuuluu kierrokseensa, ei päiväänsä.",
                    "Vitsordens summa / svar över fyra veckor, per kanal (jono_survey_score). Detta är inte omgångens vitsord: ett svar hör till sin omgång, inte till sin dag.",
                    "Sum of scores / answers over four weeks, by channel (jono_survey_score). This is not the score of a round: an answer belongs to its round, not to its day.",
                ))
                .none(none)
                .every("1d")
                .target(format!("{} / ({} > 0)", part("sum", "channel"), part("count", "channel")), same("{{channel}}")),
            Panel::new(Kind::Bars, text("Kuinka monta vastausta tulee päivässä?", "Hur många svar kommer per dag?", "How many answers come a day?"), Unit::Count)
                .about(text(
                    "Vastaukset vuorokaudessa kanavittain (jono_survey_score_count).",
                    "Svar per dygn och kanal (jono_survey_score_count).",
                    "Answers a day, by channel (jono_survey_score_count).",
                ))
                .none(none)
                .every("1d")
                .size(24, 8)
                .target(format!("sum by (channel) (increase({}[1d]))", of("jono_survey_score_count", "")), same("{{channel}}")),
        ],
    }
}
