//! A process that visits a server with many connections at once, and says as little on them as it can.
//!
//! Whoever is sent away comes again, so that there is always somebody at the door.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    process::ExitCode,
    thread,
    time::Duration,
};

/// As options of the command line: `crowd` runs this beside itself.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Visitors {
    /// Whom to visit
    #[arg(long, value_name = "ADDRESS", hide = true)]
    pub(crate) of: Option<SocketAddr>,
    /// How many connections to keep open
    #[arg(long, value_name = "N", hide = true, default_value_t = 500)]
    connections: usize,
    /// Begin to say what a client of TLS would
    #[arg(long, hide = true)]
    tls: bool,
}

/// How long nobody says anything after a round of all.
const PAUSE: Duration = Duration::from_millis(100);
/// How many come again in a round.
const AGAIN: usize = 20;

/// The beginning of a request.
const HEAD: &[u8] = b"GET /metrics HTTP/1.1\r\nHost: jono\r\nX-Padding: ";
/// The beginning of a handshake of 512 bytes.
const HELLO: &[u8] = &[0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];

impl Visitors {
    /// Visits until it is killed, or until nobody is there any more.
    pub(crate) fn visit(&self, host: SocketAddr) -> anyhow::Result<ExitCode> {
        let words = if self.tls { HELLO } else { HEAD };
        let mut visits: Vec<Option<Visit>> = (0..self.connections).map(|_| None).collect();
        loop {
            let mut came = 0;
            for (index, place) in visits.iter_mut().enumerate() {
                if place.as_mut().is_some_and(|visit| !visit.go_on()) {
                    *place = None;
                }
                if place.is_none() && came < AGAIN {
                    came += 1;
                    match Visit::begin(host, Manner::of(index), words) {
                        Ok(visit) => *place = Some(visit),
                        Err(why) if why.kind() == ErrorKind::ConnectionRefused => {
                            return Ok(ExitCode::SUCCESS);
                        }
                        // The door is crowded: that is what this is for.
                        Err(_) => {}
                    }
                }
            }
            thread::sleep(PAUSE);
        }
    }
}

/// How a visitor behaves.
enum Manner {
    Silent,
    /// A byte a round, for as long as there is something to say, and then the last one again.
    Slow,
    /// Stops in the middle.
    Halting,
}

impl Manner {
    /// Half are silent.
    const fn of(index: usize) -> Self {
        match index % 4 {
            0 => Self::Slow,
            1 => Self::Halting,
            _ => Self::Silent,
        }
    }
}

struct Visit {
    stream: TcpStream,
    manner: Manner,
    words: &'static [u8],
    said: usize,
}

impl Visit {
    fn begin(host: SocketAddr, manner: Manner, words: &'static [u8]) -> std::io::Result<Self> {
        let mut stream = TcpStream::connect_timeout(&host, Duration::from_secs(1))?;
        stream.set_nonblocking(true)?;
        if matches!(manner, Manner::Halting) {
            stream.write_all(&words[..words.len() / 2])?;
        }
        Ok(Self { stream, manner, words, said: 0 })
    }

    /// Whether it is still welcome.
    fn go_on(&mut self) -> bool {
        if matches!(self.manner, Manner::Slow) {
            let next = self.said.min(self.words.len() - 1);
            self.said += 1;
            if self.stream.write_all(&self.words[next..=next]).is_err() {
                return false;
            }
        }
        match self.stream.read(&mut [0; 512]) {
            Ok(read) => read > 0,
            Err(why) => why.kind() == ErrorKind::WouldBlock,
        }
    }
}
