//! Where a document's bytes come from: a file, plain or compressed, or standard input.
//!
//! Every input can be read more than once, since recognising a document reads what was counted of it before. So
//! standard input is copied to a temporary file first. Files are read by position into buffers and never mapped:
//! a log that is truncated under a mapping would end the process.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    os::unix::fs::{FileExt, MetadataExt},
    path::{Path, PathBuf},
};

use flate2::read::MultiGzDecoder;
use jono_domain::{Digest, Position, document::BLOCK_BYTES};
use thiserror::Error;

use crate::{
    blocks::{MAX_LINE_BYTES, read_full},
    identity::{Chain, digest},
};

/// An input that cannot be read.
#[derive(Debug, Error)]
pub enum InputError {
    /// It cannot be opened.
    #[error("cannot open {}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// It is a directory.
    #[error("{} is a directory; name the files in it, such as {}/queue_log*", path.display(), path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
    },
    /// Reading failed on the way.
    #[error("cannot read {name} any further")]
    Read {
        /// The input.
        name: String,
        /// What the system, or the decompressor, says.
        #[source]
        source: io::Error,
    },
    /// Standard input could not be kept.
    #[error("cannot copy standard input to a temporary file in {}; set TMPDIR to a place with room", dir.display())]
    Spool {
        /// Where it was to be kept.
        dir: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// How the bytes are packed; told by their first four, not by a file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// A document's bytes.
#[derive(Debug)]
pub struct Input {
    name: String,
    file: File,
    packing: Packing,
    from_stream: bool,
}

/// What can be seen of a file from outside, without reading it: which one it is, and whether it was written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    device: u64,
    inode: u64,
    /// Its size in bytes, packed or not.
    pub size: u64,
    /// When it was last written to: seconds and nanoseconds since 1970.
    pub modified: (i64, i64),
}

impl Stamp {
    /// What can be seen at a path now.
    pub fn of(path: &Path) -> io::Result<Self> {
        path.metadata().map(|metadata| Self::from(&metadata))
    }

    /// Whether it is the same file, whatever was written to it meanwhile.
    pub fn is_same_file(&self, other: &Self) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

impl From<&std::fs::Metadata> for Stamp {
    fn from(metadata: &std::fs::Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

/// How an input's beginning compares with what was counted of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prefix {
    /// It begins with other bytes, or is shorter.
    Different,
    /// It is exactly what was counted.
    Same,
    /// It begins with what was counted, and goes on.
    Longer,
}

impl Input {
    /// Opens a file; the name is kept for people.
    pub fn open(path: &Path) -> Result<Self, InputError> {
        let refused = |source| InputError::Open { path: path.to_owned(), source };
        let file = File::open(path).map_err(refused)?;
        let metadata = file.metadata().map_err(refused)?;
        if metadata.is_dir() {
            return Err(InputError::Directory { path: path.to_owned() });
        }
        if !metadata.is_file() {
            // A pipe cannot be read twice.
            return Self::spool(&path.display().to_string(), file);
        }
        let packing = packing(&file).map_err(refused)?;
        Ok(Self { name: path.display().to_string(), file, packing, from_stream: false })
    }

    /// Takes all of a stream, such as standard input, into a temporary file that nobody else can see.
    pub fn spool(name: &str, mut stream: impl Read) -> Result<Self, InputError> {
        let refused = |source| InputError::Spool { dir: std::env::temp_dir(), source };
        let mut file = tempfile::tempfile().map_err(refused)?;
        let mut buffer = vec![0; BLOCK_BYTES];
        loop {
            let read = stream
                .read(&mut buffer)
                .map_err(|source| InputError::Read { name: name.to_owned(), source })?;
            if read == 0 {
                break;
            }
            file.write_all(&buffer[..read]).map_err(refused)?;
        }
        file.rewind().map_err(refused)?;
        let packing = packing(&file).map_err(refused)?;
        Ok(Self { name: name.to_owned(), file, packing, from_stream: true })
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size in bytes as it lies on disk, packed or not.
    pub fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }

    /// What can be seen of it from outside now, wherever its name may lead by now.
    pub fn stamp(&self) -> Result<Stamp, InputError> {
        self.file.metadata().map(|metadata| Stamp::from(&metadata)).map_err(|source| self.failed(source))
    }

    /// Whether it is compressed, so that its size does not tell how much there is to read.
    pub fn is_packed(&self) -> bool {
        self.packing != Packing::Plain
    }

    /// Whether more may still be written to its end: true of a plain file, false of a stream that has ended and of
    /// a compressed file.
    pub fn may_grow(&self) -> bool {
        !self.from_stream && self.packing == Packing::Plain
    }

    /// The decompressed bytes from `offset` on.
    pub(crate) fn reader(&self, offset: u64) -> Result<Box<dyn Read + Send>, InputError> {
        self.unpack(offset).map_err(|source| self.failed(source))
    }

    fn unpack(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let plain = FileReader { file: self.file.try_clone()?, offset: 0 };
        let mut unpacked: Box<dyn Read + Send> = match self.packing {
            Packing::Plain => return Ok(Box::new(FileReader { offset, ..plain })),
            Packing::Gzip => Box::new(MultiGzDecoder::new(io::BufReader::with_capacity(1 << 16, plain))),
            Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(plain)?),
        };
        io::copy(&mut unpacked.by_ref().take(offset), &mut io::sink())?;
        Ok(unpacked)
    }

    pub(crate) fn failed(&self, source: io::Error) -> InputError {
        InputError::Read { name: self.name.clone(), source }
    }

    /// The hash of the first line, or of its first [`MAX_LINE_BYTES`]; `None` while there is no whole line.
    /// `take_last` says that an unterminated line is a line.
    pub fn head(&self, take_last: bool) -> Result<Option<Digest>, InputError> {
        let mut reader = self.reader(0)?;
        let mut line = vec![0; MAX_LINE_BYTES];
        let read = read_full(&mut reader, &mut line).map_err(|source| self.failed(source))?;
        Ok(match memchr::memchr(b'\n', &line[..read]) {
            Some(end) => Some(digest(&line[..end])),
            None if read == line.len() || (take_last && read > 0) => Some(digest(&line[..read])),
            None => None,
        })
    }

    /// The hash of its first two lines, as a table's header and first row; `None` if there are not so many within
    /// twice [`MAX_LINE_BYTES`].
    pub fn beginning(&self) -> Result<Option<Digest>, InputError> {
        let mut lines = vec![0; 2 * MAX_LINE_BYTES];
        let read = read_full(&mut *self.reader(0)?, &mut lines).map_err(|source| self.failed(source))?;
        Ok(memchr::memchr_iter(b'\n', &lines[..read]).nth(1).map(|end| digest(&lines[..end])))
    }

    /// The first line, or its first [`MAX_LINE_BYTES`], whether or not it has an end.
    pub fn first_line(&self) -> Result<Vec<u8>, InputError> {
        let mut line = vec![0; MAX_LINE_BYTES];
        let read = read_full(&mut *self.reader(0)?, &mut line).map_err(|source| self.failed(source))?;
        line.truncate(memchr::memchr(b'\n', &line[..read]).unwrap_or(read));
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(line)
    }

    /// Compares its beginning with what was counted of a document, byte for byte by their hashes.
    pub fn compare(&self, position: &Position) -> Result<Prefix, InputError> {
        let mut reader = self.reader(0)?;
        self.compare_bytes(&mut reader, position).map_err(|source| self.failed(source))
    }

    /// Whether what was counted of it is still there, as far as the last block shows: a log that was truncated, and
    /// has even grown beyond the position since, has other bytes before it. The last whole block is looked at too, if its hash is
    /// known.
    ///
    /// This reads 2 MiB at most, where [`compare`](Self::compare) reads everything; only a position that lies behind
    /// next to nothing of its block, with no known one before it, is worth all of it.
    pub fn holds(&self, position: &Position, last_block: Option<Digest>) -> Result<bool, InputError> {
        let tail = (position.bytes % BLOCK_BYTES as u64) as usize;
        if self.packing != Packing::Plain || !(last_block.is_some() || Self::tells(position)) {
            return Ok(self.compare(position)? != Prefix::Different);
        }
        let block = if last_block.is_some() { BLOCK_BYTES } else { 0 };
        let mut last = vec![0; block + tail];
        let mut reader = self.reader(position.bytes - last.len() as u64)?;
        let read = read_full(&mut reader, &mut last).map_err(|source| self.failed(source))?;
        let (block, tail) = last.split_at(block);
        Ok(read == last.len()
            && digest(tail) == position.tail
            && last_block.is_none_or(|hash| digest(block) == hash))
    }

    /// Whether enough of its block lies before a position for that block alone to tell a log from others.
    pub(crate) fn tells(position: &Position) -> bool {
        position.blocks() == 0 || position.bytes % BLOCK_BYTES as u64 >= TELLING_BYTES
    }

    /// Whether it has fewer bytes than so many, decompressed.
    pub fn is_shorter_than(&self, bytes: u64) -> Result<bool, InputError> {
        if self.packing == Packing::Plain {
            return Ok(self.size() < bytes);
        }
        let mut beginning = self.reader(0)?.take(bytes);
        let read = io::copy(&mut beginning, &mut io::sink()).map_err(|source| self.failed(source))?;
        Ok(read < bytes)
    }

    fn compare_bytes(&self, reader: &mut dyn Read, position: &Position) -> io::Result<Prefix> {
        if self.packing == Packing::Plain && self.size() < position.bytes {
            return Ok(Prefix::Different);
        }
        let mut buffer = vec![0; BLOCK_BYTES];
        let mut chain = Chain::EMPTY;
        for _ in 0..position.blocks() {
            if read_full(reader, &mut buffer)? < BLOCK_BYTES {
                return Ok(Prefix::Different);
            }
            chain.push(digest(&buffer));
        }
        let tail = (position.bytes % BLOCK_BYTES as u64) as usize;
        let read = read_full(reader, &mut buffer[..tail])?;
        if read < tail || chain.0 != position.chain || digest(&buffer[..tail]) != position.tail {
            return Ok(Prefix::Different);
        }
        let more = read_full(reader, &mut buffer[..1])?;
        Ok(if more == 0 { Prefix::Same } else { Prefix::Longer })
    }
}

/// How many bytes of a log tell it from any other: a few lines.
const TELLING_BYTES: u64 = 256;

fn packing(file: &File) -> io::Result<Packing> {
    let mut magic = [0; 4];
    let mut start = FileReader { file: file.try_clone()?, offset: 0 };
    let read = read_full(&mut start, &mut magic)?;
    Ok(match magic[..read] {
        [0x1f, 0x8b, ..] => Packing::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Packing::Zstd,
        _ => Packing::Plain,
    })
}

/// Reads a file by position, so that several readers of one descriptor do not move each other.
struct FileReader {
    file: File,
    offset: u64,
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.offset)?;
        self.offset += read as u64;
        Ok(read)
    }
}
