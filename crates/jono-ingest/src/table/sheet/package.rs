//! The parts of a spreadsheet: XML files in a zip file, each found by its relationship to another.
//!
//! Of the zip file only the parts that are needed are unpacked, and no more than [`MAX_HELD_BYTES`] of those that are
//! held in memory, or [`MAX_SHEET_BYTES`] of the sheet, which is not. What the zip file declares of their sizes plays no
//! part. Both zip and XML are read by crates that other readers of spreadsheets are built on; those readers are not
//! used, since they keep what cannot be bounded so: room for as many strings as are declared, a font for each style.

use std::{
    collections::HashMap,
    io::{self, BufReader, Cursor, ErrorKind, Read},
};

use memchr::memmem;
use quick_xml::{
    Reader, XmlVersion,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};
use zip::{ZipArchive, read::ZipFile};

use super::super::Refused;

/// How much may be unpacked of what is held: strings and styles. While they grow, at most three times as much memory
/// is used.
pub(super) const MAX_HELD_BYTES: u64 = 64 << 20;
/// How much may be unpacked of a sheet: as much as a table of text may have.
pub(super) const MAX_SHEET_BYTES: u64 = crate::batches::MAX_BYTES;
/// How long one mark or one text between two may be. Cells hold 32 767 characters.
const MAX_EVENT_BYTES: usize = 1 << 20;
/// How many parts a zip file may have; a spreadsheet has some for each sheet, picture and note.
const MAX_PARTS: usize = 1 << 16;
/// With what files begin that held spreadsheets before there was .xlsx, and those with a password.
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A spreadsheet.
pub(super) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    /// How much more may be unpacked, and of how much at first.
    left: u64,
    most: u64,
}

/// Where everything is.
pub(super) struct Workbook {
    /// The first sheet that is shown.
    pub(super) sheet: String,
    pub(super) strings: Option<String>,
    pub(super) styles: Option<String>,
    /// Whether days are counted from 1904 on.
    pub(super) is_1904: bool,
}

/// Why it cannot be read.
#[expect(clippy::needless_pass_by_value, reason = "it stands where errors are mapped, which are handed over")]
pub(super) fn damaged(why: impl ToString) -> Refused {
    Refused::NoSpreadsheet(why.to_string())
}

impl<'a> Package<'a> {
    pub(super) fn open(document: &'a [u8]) -> Result<Self, Refused> {
        if document.starts_with(COMPOUND_FILE) {
            let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            return Err(damaged(match memmem::find(document, &name) {
                Some(_) => "it has a password; save it without one",
                None => "it is of an older kind, such as .xls; save it as .xlsx",
            }));
        }
        if !document.starts_with(b"PK") {
            return Err(damaged("it is no zip file, as every .xlsx is"));
        }
        if memmem::find_iter(document, b"PK\x01\x02").nth(MAX_PARTS).is_some() {
            return Err(damaged("it has too many parts"));
        }
        let zip = ZipArchive::new(Cursor::new(document)).map_err(damaged)?;
        Ok(Self { zip, left: MAX_HELD_BYTES, most: MAX_HELD_BYTES })
    }

    /// A part that is held in memory.
    pub(super) fn part(&mut self, path: &str) -> Result<Part<'_, 'a>, Refused> {
        let same = |name: &[u8]| {
            let name = name.iter().map(|&byte| if byte == b'\\' { b'/' } else { byte.to_ascii_lowercase() });
            name.eq(path.bytes().map(|byte| byte.to_ascii_lowercase()))
        };
        let number = self.zip.file_names_raw().position(same);
        let number = number.ok_or_else(|| damaged(format!("it has no part {path:?}")))?;
        let file = self.zip.by_index(number).map_err(damaged)?;
        let bounded = Bounded { file, left: &mut self.left, event: MAX_EVENT_BYTES };
        let mut xml = Reader::from_reader(BufReader::new(bounded));
        xml.config_mut().expand_empty_elements = true;
        Ok(Part { xml, buffer: Vec::new(), most: self.most })
    }

    /// A part that is read as a stream, the last one.
    pub(super) fn sheet(&mut self, path: &str) -> Result<Part<'_, 'a>, Refused> {
        (self.left, self.most) = (MAX_SHEET_BYTES, MAX_SHEET_BYTES);
        self.part(path)
    }

    pub(super) fn workbook(&mut self) -> Result<Workbook, Refused> {
        let (_, path) =
            self.relationships("")?.one("/officeDocument").ok_or_else(|| damaged("it has no workbook"))?;
        let relationships = self.relationships(&path)?;
        let mut part = self.part(&path)?;
        let (mut sheet, mut is_1904) = (None, false);
        loop {
            match part.event()? {
                Event::Start(mark) if mark.local_name().as_ref() == "workbookPr" => {
                    is_1904 |=
                        attribute(&mark, "date1904")?.is_some_and(|value| value == "1" || value == "true");
                }
                Event::Start(mark) if mark.local_name().as_ref() == "sheet" => {
                    let is_shown = attribute(&mark, "state")?.is_none_or(|state| state == "visible");
                    let id = attribute(&mark, "id")?.unwrap_or_default();
                    if let Some((kind, path)) = relationships.0.get(&id)
                        && kind.ends_with("/worksheet")
                        && is_shown
                    {
                        sheet.get_or_insert_with(|| path.clone());
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        let sheet = sheet.ok_or_else(|| damaged("it has no sheet that is shown"))?;
        let path = |kind| relationships.one(kind).map(|(_, path)| path);
        Ok(Workbook { sheet, strings: path("/sharedStrings"), styles: path("/styles"), is_1904 })
    }

    /// What a part is related to; the whole package has no path.
    fn relationships(&mut self, path: &str) -> Result<Relationships, Refused> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut part = self.part(&absolute(folder, &format!("_rels/{name}.rels")))?;
        let mut found = HashMap::new();
        loop {
            match part.event()? {
                Event::Start(mark) if mark.local_name().as_ref() == "Relationship" => {
                    let said = |name| attribute(&mark, name).map(Option::unwrap_or_default);
                    found.insert(said("Id")?, (said("Type")?, absolute(folder, &said("Target")?)));
                }
                Event::Eof => return Ok(Relationships(found)),
                _ => {}
            }
        }
    }
}

/// Parts by the names that another has for them: of which kind each is, and its path.
struct Relationships(HashMap<String, (String, String)>);

impl Relationships {
    /// The one of a kind; of several, the first by name.
    fn one(&self, kind: &str) -> Option<(String, String)> {
        let of_kind = self.0.iter().filter(|(_, (known, _))| known.ends_with(kind));
        of_kind.min_by_key(|(id, _)| id.as_str()).map(|(_, found)| found.clone())
    }
}

/// A path as the zip file has it.
fn absolute(folder: &str, target: &str) -> String {
    let full = if target.starts_with('/') { target.to_owned() } else { format!("{folder}/{target}") };
    let mut path: Vec<&str> = Vec::new();
    for name in full.split('/').filter(|name| !matches!(*name, "" | ".")) {
        if name == ".." { _ = path.pop() } else { path.push(name) }
    }
    path.join("/")
}

/// A part being read.
pub(super) struct Part<'p, 'd> {
    xml: Reader<BufReader<Bounded<'p, 'd>>>,
    buffer: Vec<u8>,
    most: u64,
}

impl Part<'_, '_> {
    /// The next mark, or text between two.
    pub(super) fn event(&mut self) -> Result<Event<'_>, Refused> {
        self.buffer.clear();
        self.xml.get_mut().get_mut().event = MAX_EVENT_BYTES;
        self.xml.read_event_into(&mut self.buffer).map_err(|error| match error {
            quick_xml::Error::Io(error) if error.kind() == ErrorKind::FileTooLarge => {
                Refused::Bomb(self.most)
            }
            other => damaged(other),
        })
    }

    /// Reads to the end, so that what was damaged on the way is found.
    pub(super) fn finish(&mut self) -> Result<(), Refused> {
        while !matches!(self.event()?, Event::Eof) {}
        Ok(())
    }
}

/// What is unpacked, until it is too much.
struct Bounded<'p, 'd> {
    file: ZipFile<'p, Cursor<&'d [u8]>>,
    left: &'p mut u64,
    /// How much more one event may have.
    event: usize,
}

impl Read for Bounded<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        *self.left = self.left.checked_sub(read as u64).ok_or(ErrorKind::FileTooLarge)?;
        let most = || io::Error::new(ErrorKind::InvalidData, "a text in it has more than 1 MiB");
        self.event = self.event.checked_sub(read).ok_or_else(most)?;
        Ok(read)
    }
}

/// What a mark says under a name, whatever its name space.
pub(super) fn attribute(mark: &BytesStart<'_>, name: &str) -> Result<Option<String>, Refused> {
    for attribute in mark.attributes() {
        let attribute = attribute.map_err(damaged)?;
        if attribute.key.local_name().as_ref() == name {
            return attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map(|value| Some(value.into_owned()))
                .map_err(damaged);
        }
    }
    Ok(None)
}

/// Adds the text of an event, if it is one.
pub(super) fn push_text(event: &Event<'_>, text: &mut String) -> Result<(), Refused> {
    match event {
        Event::Text(part) => text.push_str(&part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(reference) => {
            if let Some(char) = reference.resolve_char_ref().map_err(damaged)? {
                text.push(char);
            } else {
                let name = reference.xml10_content();
                let meant = resolve_predefined_entity(&name);
                text.push_str(meant.ok_or_else(|| damaged(format!("&{name}; has no meaning")))?);
            }
        }
        _ => {}
    }
    Ok(())
}
