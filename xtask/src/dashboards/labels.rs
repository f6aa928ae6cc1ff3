//! What the values of labels are called: people read words in their language, wherever a label is shown.

use super::{
    model::{Word, plain},
    words::text,
};

/// Channels of service.
const CHANNELS: [Word; 6] = [
    plain("phone", text("puhelin", "telefon", "phone")),
    plain("service_point", text("palvelupiste", "serviceställe", "service point")),
    plain("phone_appointment", text("puhelinaika", "telefontid", "phone appointment")),
    plain("visit_appointment", text("käyntiaika", "besökstid", "visit appointment")),
    plain("callback", text("takaisinsoitto", "återuppringning", "callback")),
    plain("online", text("verkkoasiointi", "e-tjänster", "online")),
];

/// What a figure rests on, in a word.
const BASES: [Word; 3] = [
    plain("counted", text("laskettu", "räknat", "counted")),
    plain("tallied", text("ilmoitettu", "uppgivet", "tallied")),
    plain("published", text("julkaistu", "publicerat", "published")),
];

/// How contacts end.
const OUTCOMES: [Word; 7] = [
    plain("answered", text("vastattu", "besvarad", "answered")),
    plain("abandoned", text("luovuttanut", "gav upp", "abandoned")),
    plain("timed_out", text("odotusaika päättyi", "väntetiden gick ut", "timed out")),
    plain("left_empty", text("ei palvelijoita", "inga handläggare", "left: no agents")),
    plain("left_by_key", text("poistui näppäimellä", "lämnade kön med knapptryck", "left by key")),
    plain("withdrawn", text("peruttu", "återtagen", "withdrawn")),
    plain("callback", text("takaisinsoitto", "återuppringning", "callback")),
];

/// Formulas of the service level, as what is above and below the line.
const FORMULAS: [Word; 5] = [
    plain(
        "answered_of_offered",
        text("ajoissa vastatut / päättyneet", "besvarade i tid / avslutade", "answered in time / concluded"),
    ),
    plain(
        "answered_of_offered_less_short",
        text(
            "ajoissa vastatut / päättyneet ilman lyhyitä",
            "besvarade i tid / avslutade utan korta",
            "answered in time / concluded less short",
        ),
    ),
    plain(
        "answered_of_answered",
        text("ajoissa vastatut / vastatut", "besvarade i tid / besvarade", "answered in time / answered"),
    ),
    plain(
        "handled_of_offered",
        text("ajoissa hoidetut / päättyneet", "hanterade i tid / avslutade", "handled in time / concluded"),
    ),
    plain("answer_rate", text("vastatut / päättyneet", "besvarade / avslutade", "answered / concluded")),
];

/// What agents do, and how far units serve.
const STATES: [Word; 6] = [
    plain("logged_in", text("kirjautunut", "inloggade", "logged in")),
    plain("paused", text("tauolla", "på paus", "paused")),
    plain("busy", text("puhelussa", "i samtal", "busy")),
    plain("open", text("auki", "öppna", "open")),
    plain("reduced", text("supistetusti auki", "inskränkt öppna", "reduced")),
    plain("closed", text("kiinni", "stängda", "closed")),
];

/// Weeks around now.
const WEEKS: [Word; 3] = [
    plain("last", text("viime viikko", "förra veckan", "last week")),
    plain("this", text("tämä viikko", "denna vecka", "this week")),
    plain("next", text("ensi viikko", "nästa vecka", "next week")),
];

/// What values of a label are called; none of what the configuration itself names, such as units.
pub(super) const fn words(label: &str) -> &'static [Word] {
    match label.as_bytes() {
        b"channel" => &CHANNELS,
        b"basis" => &BASES,
        b"outcome" => &OUTCOMES,
        b"formula" => &FORMULAS,
        b"state" => &STATES,
        b"week" => &WEEKS,
        _ => &[],
    }
}

/// The labels that a legend names.
pub(super) fn of_legend(legend: &str) -> impl Iterator<Item = &str> {
    legend.split("{{").skip(1).filter_map(|rest| rest.split_once("}}")).map(|(label, _)| label.trim())
}

/// Where a value stands in a legend, as Grafana's regular expression, and what is put there. A basis stands in
/// parentheses; all else stands first, or after the comma of what the series is.
pub(super) fn renaming(label: &str, value: &str, word: &str) -> (String, String) {
    if label == "basis" {
        return (format!(r"(.*)\({value}\)(.*)"), format!("$1({word})$2"));
    }
    (format!("(.*, )?{value}([ ,].*)?"), format!("$1{word}$2"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legends_name_labels() {
        assert_eq!(of_legend("a, {{channel}} ({{ basis }})").collect::<Vec<_>>(), ["channel", "basis"]);
        assert_eq!(of_legend("50 %").count(), 0);
    }

    #[test]
    fn values_are_found_where_legends_put_them() {
        let (regex, to) = renaming("basis", "counted", "laskettu");
        assert_eq!((regex.as_str(), to.as_str()), (r"(.*)\(counted\)(.*)", "$1(laskettu)$2"));
        let (regex, to) = renaming("channel", "phone", "puhelin");
        assert_eq!((regex.as_str(), to.as_str()), ("(.*, )?phone([ ,].*)?", "$1puhelin$2"));
    }
}
