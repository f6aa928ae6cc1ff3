//! `jono bulletin`: writes the bulletin of a period, and freezes it when it is final.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use jono_bulletin::{Bulletin, Format, Language};
use jono_domain::{Grain, Period};
use jono_ledger::Ledger;

use crate::{Global, bulletin::facts, clock, config::Config};

/// Arguments of `jono bulletin`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The week or month that it is of: 2020-W24 or 2020-06.
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    period: Period,
    /// In which language: fi, sv or en; may be repeated. With --output, all of them if none is named.
    #[arg(long, value_name = "LANGUAGE", value_parser = language)]
    language: Vec<Language>,
    /// In which format: html, md, txt, json or csv; may be repeated. With --output, all of them if none is named.
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Vec<Format>,
    /// Write files named such as 2020-W24.fi.html into this folder, instead of one to standard output.
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

fn period(text: &str) -> Result<Period, String> {
    let period: Period = text.parse().map_err(|error: jono_domain::BadPeriod| error.to_string())?;
    match period.grain() {
        Some(Grain::Week | Grain::Month) => Ok(period),
        _ => Err("a bulletin is of a week, such as 2020-W24, or of a month, such as 2020-06".to_owned()),
    }
}

fn language(code: &str) -> Result<Language, String> {
    let known = Language::ALL.into_iter().find(|language| language.code() == code);
    known.ok_or_else(|| format!("choose one of {}", Language::ALL.map(Language::code).join(", ")))
}

fn format(word: &str) -> Result<Format, String> {
    let known = Format::ALL.into_iter().find(|format| format.extension() == word);
    known.ok_or_else(|| format!("choose one of {}", Format::ALL.map(Format::extension).join(", ")))
}

pub(crate) fn run(global: &Global, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let config = global.load()?;
    let ledger = Ledger::open(&config.ledger, &config.zone).context("the ledger cannot be read")?;
    write(&documents(&config, &ledger, arguments)?, arguments)?;
    Ok(ExitCode::SUCCESS)
}

/// A bulletin in one language and format.
struct Document {
    language: Language,
    format: Format,
    text: Vec<u8>,
}

/// What is to be written: as it was published, or of the readings as they are now.
fn documents(config: &Config, ledger: &Ledger, arguments: &Arguments) -> anyhow::Result<Vec<Document>> {
    let Arguments { period, language, format, output, .. } = arguments;
    let (languages, formats) = match (language.as_slice(), format.as_slice()) {
        (&[language], &[format]) if output.is_none() => (vec![language], vec![format]),
        _ if output.is_none() => {
            bail!(
                "standard output takes one document; name one --language and one --format, or a folder by --output"
            )
        }
        (languages, formats) => {
            let or_all =
                |some: &[Language]| if some.is_empty() { Language::ALL.to_vec() } else { some.to_vec() };
            (or_all(languages), if formats.is_empty() { Format::ALL.to_vec() } else { formats.to_vec() })
        }
    };
    let chosen: Vec<_> = languages
        .iter()
        .flat_map(|language| formats.iter().map(move |format| (*language, *format)))
        .collect();
    let bulletin = Bulletin::new(facts::gather(config, ledger, *period, clock::now())?);
    let write = |(language, format)| Document {
        language,
        format,
        text: bulletin.write(language, format).into_bytes(),
    };
    Ok(chosen.into_iter().map(write).collect())
}

fn write(documents: &[Document], arguments: &Arguments) -> anyhow::Result<()> {
    let Some(folder) = &arguments.output else {
        for document in documents {
            std::io::stdout().lock().write_all(&document.text)?;
        }
        return Ok(());
    };
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for Document { language, format, text } in documents {
        let name = format!("{}.{}.{}", arguments.period, language.code(), format.extension());
        replace(&folder.join(name), text)?;
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
