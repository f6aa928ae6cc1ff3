//! `jono bulletin`: writes the bulletin of a period, and freezes it when it is final.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use jono_bulletin::{Bulletin, Format, Language, language::UnknownLanguage};
use jono_domain::{Grain, Names, Period};
use jono_ledger::Ledger;

use crate::{
    Global,
    bulletin::{
        facts,
        gate::WORDS,
        publish::{self, Embargo, Published, Terms, links},
    },
    clock,
    config::Config,
};

/// Arguments of `jono bulletin`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The week or month that it is of: 2020-W24 or 2020-06.
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    period: Period,
    /// In which language: fi, sv or en; may be repeated. With --output, all of them if none is named.
    #[arg(long, value_name = "LANGUAGE")]
    language: Vec<Language>,
    /// In which format: html, md, txt, json or csv; may be repeated. With --output, all of them if none is named.
    #[arg(long, value_name = "FORMAT")]
    format: Vec<Format>,
    /// Write files named such as fi/2020-W24.html into this folder, instead of one to standard output.
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Write this revision, instead of the newest one that was published.
    #[arg(long, value_name = "NUMBER")]
    revision: Option<u32>,
    /// Write what the readings are now, even if the bulletin was published.
    #[arg(long, conflicts_with = "revision")]
    draft: bool,
    /// Publish it: freeze what the readings are now as a revision, unless something stands against it.
    #[arg(long = "final", conflicts_with_all = ["revision", "draft"])]
    is_final: bool,
    /// Publish although the period is not over, a feed has not told of all of it, a survey round is open, or what is public
    /// already exposes a withheld count; may be repeated.
    #[arg(long, value_name = "REASON", value_parser = WORDS, requires = "is_final")]
    accept: Vec<String>,
    /// Do not show it before this time of the service's own clock, such as 2020-06-16T09:00; with none, show it at once. Also
    /// moves the embargo of one that is published.
    #[arg(long, value_name = "TIME", requires = "is_final")]
    embargo: Option<Embargo>,
    /// Why there is another revision, such as en="Week 23 was counted twice."; once for each language.
    #[arg(long, value_name = "LANGUAGE=TEXT", value_parser = note, requires = "is_final")]
    note: Vec<(Language, String)>,
}

fn period(text: &str) -> Result<Period, String> {
    let period: Period = text.parse().map_err(|error: jono_domain::BadPeriod| error.to_string())?;
    match period.grain() {
        Some(Grain::Week | Grain::Month) => Ok(period),
        _ => Err("a bulletin is of a week, such as 2020-W24, or of a month, such as 2020-06".to_owned()),
    }
}

fn note(text: &str) -> Result<(Language, String), String> {
    let (code, text) = text.split_once('=').ok_or("write the language before it, such as en=…")?;
    let language = code.parse().map_err(|error: UnknownLanguage| error.to_string())?;
    Ok((language, text.to_owned()))
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let mut ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be read")?;
    let names_any = !arguments.language.is_empty() || !arguments.format.is_empty();
    let is_wanted = !arguments.is_final || arguments.output.is_some() || names_any;
    // Before anything is frozen: what cannot be written afterwards is a mistake now.
    if is_wanted {
        chosen(arguments)?;
    }
    if arguments.is_final {
        publish(&config, &mut ledger, arguments)?;
    }
    if is_wanted {
        let documents = documents(&config, &ledger, arguments)?;
        write(&documents, arguments)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn publish(config: &Config, ledger: &mut Ledger, arguments: &Arguments) -> anyhow::Result<()> {
    let mut note = Names::default();
    for (language, text) in &arguments.note {
        let place = match language {
            Language::Finnish => &mut note.fi,
            Language::Swedish => &mut note.sv,
            Language::English => &mut note.en,
        };
        *place = Some(text.clone());
    }
    let terms = Terms { accept: arguments.accept.clone(), embargo: arguments.embargo, note };
    let now = clock::now();
    let draft = facts::gather(config, ledger, arguments.period, now)?;
    let period = arguments.period;
    let told = match publish::publish(config, ledger, draft, terms, now)? {
        Published::Revision { number, from, meanwhile } => {
            let from = from.map(|from| format!(", shown from {from} on")).unwrap_or_default();
            let until_then =
                meanwhile.map(|shown| format!("; until then revision {shown} is")).unwrap_or_default();
            format!("{period}, revision {number}{from}{until_then}")
        }
        Published::Unchanged(number) => format!("{period}: nothing differs from revision {number}"),
    };
    writeln!(std::io::stderr().lock(), "{told}")?;
    Ok(())
}

/// A bulletin in one language and format.
struct Document {
    language: Language,
    format: Format,
    text: Vec<u8>,
}

/// The languages and formats to write: one of each to standard output, into a folder those that are named, or all.
fn chosen(arguments: &Arguments) -> anyhow::Result<Vec<(Language, Format)>> {
    let Arguments { language, format, output, .. } = arguments;
    if output.is_none() && (language.len(), format.len()) != (1, 1) {
        bail!(
            "standard output takes one document; name one --language and one --format, or a folder by --output"
        );
    }
    let languages = if language.is_empty() { &Language::ALL[..] } else { language };
    let formats = if format.is_empty() { &Format::ALL[..] } else { format };
    Ok(languages.iter().flat_map(|language| formats.iter().map(move |format| (*language, *format))).collect())
}

/// What is to be written: as it was published, or of the readings as they are now.
fn documents(config: &Config, ledger: &Ledger, arguments: &Arguments) -> anyhow::Result<Vec<Document>> {
    let Arguments { period, revision, output, .. } = arguments;
    let chosen = chosen(arguments)?;
    let unknown = || {
        let heads = ledger.editions().unwrap_or_default();
        let last = heads.iter().filter(|head| head.period == *period).map(|head| head.revision).max();
        last.map_or_else(
            || format!("the bulletin of {period} was not published yet"),
            |last| format!("the bulletin of {period} has no such revision; the newest is {last}"),
        )
    };
    let frozen = match ledger.edition(*period, *revision)?.filter(|_| !arguments.draft) {
        Some(edition) => Some(ledger.pages(*period, edition.head.revision)?),
        None if revision.is_some() => bail!(unknown()),
        None => None,
    };
    let Some(pages) = frozen else {
        let bulletin = Bulletin::new(facts::gather(config, ledger, *period, clock::now())?);
        // What goes to standard output has nothing beside it that it could lead to.
        let bulletin = if output.is_some() { bulletin.with_links(links(*period)) } else { bulletin };
        let write = |(language, format)| Document {
            language,
            format,
            text: bulletin.write(language, format).into_bytes(),
        };
        return Ok(chosen.into_iter().map(write).collect());
    };
    let find = |(language, format): (Language, Format)| {
        let page = pages
            .iter()
            .find(|page| page.language == language.code() && page.format == format.extension())
            .with_context(|| {
                format!(
                    "it was not published as {}.{}; --draft writes it anew",
                    language.code(),
                    format.extension()
                )
            })?;
        anyhow::Ok(Document { language, format, text: page.body.clone() })
    };
    chosen.into_iter().map(find).collect()
}

fn write(documents: &[Document], arguments: &Arguments) -> anyhow::Result<()> {
    let Some(folder) = &arguments.output else {
        for document in documents {
            std::io::stdout().lock().write_all(&document.text)?;
        }
        return Ok(());
    };
    for Document { language, format, text } in documents {
        let folder = folder.join(language.code());
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        replace(&folder.join(format!("{}.{}", arguments.period, format.extension())), text)?;
    }
    Ok(())
}

/// Writes a file so that nobody ever reads half of one.
fn replace(path: &Path, text: &[u8]) -> anyhow::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    written.with_context(|| format!("{} cannot be written", path.display()))
}
