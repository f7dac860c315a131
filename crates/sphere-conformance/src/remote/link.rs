//! The line to a subject: requests go out, replies come back to whoever waits for their id. Whatever the subject
//! does wrong ends the line with a sentence, which every waiting and later contract fails with.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use super::message::{Reply, Request, to_line};

/// The longest line that a subject may write: several times the largest response of a contract, in base64.
const MAX_LINE: u64 = 64 << 20;

pub(crate) struct Link {
    state: Mutex<State>,
    next_id: AtomicU64,
}

struct State {
    /// To the thread that writes. A subject that reads nothing blocks that thread and no other.
    lines: mpsc::Sender<Vec<u8>>,
    /// Who waits for the reply with which id. A reply that comes too late is ignored.
    waiting: HashMap<u64, mpsc::Sender<Reply>>,
    /// Why the line ended.
    ended: Option<String>,
}

impl Link {
    /// Reads and writes on threads of its own. `on_end` gets a sentence, ends the subject, and may know a better
    /// sentence; it is called once, unless [`end`](Self::end) comes first.
    pub(crate) fn new(
        reader: impl Read + Send + 'static,
        mut writer: impl Write + Send + 'static,
        on_end: impl FnOnce(String) -> String + Send + 'static,
    ) -> Arc<Self> {
        let (lines, to_write) = mpsc::channel::<Vec<u8>>();
        let to_write = ShortFirst { lines: to_write, long: VecDeque::new() };
        thread::spawn(move || {
            // A subject that closed its input has ended, or will be found by what it does not reply.
            for line in to_write {
                if writer.write_all(&line).and_then(|()| writer.flush()).is_err() {
                    break;
                }
            }
        });
        let state = Mutex::new(State { lines, waiting: HashMap::new(), ended: None });
        let link = Arc::new(Self { state, next_id: AtomicU64::new(1) });
        let reading = Arc::clone(&link);
        thread::spawn(move || {
            let mut reader = BufReader::new(reader);
            let sentence = loop {
                if let Err(sentence) = read_reply(&mut reader).and_then(|reply| reading.pass_on(reply)) {
                    break sentence;
                }
            };
            reading.end(on_end(sentence));
        });
        link
    }

    /// Ends the line: everyone who waits gets this sentence, and everyone who comes later.
    pub(crate) fn end(&self, sentence: String) {
        let mut state = self.lock();
        state.ended.get_or_insert(sentence);
        state.waiting.clear();
        // The writer ends, and with it the subject's input.
        state.lines = mpsc::channel().0;
    }

    /// Makes a request with the next id and returns the reply to it. The `Err` is a sentence.
    pub(crate) fn ask(&self, limit: Duration, request: impl FnOnce(u64) -> Request) -> Result<Reply, String> {
        let (id, name, reply) = self.start(request)?;
        match reply.recv_timeout(limit) {
            Ok(Reply::Failed { message, .. }) => Err(format!("the subject failed at `{name}`: {message}")),
            Ok(reply) => Ok(reply),
            Err(mpsc::RecvTimeoutError::Disconnected) => Err(self.ended()),
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if name == "send" {
                    self.tell(|cancel| Request::Cancel { id: cancel, send: id });
                }
                Err(format!("the subject did not reply to `{name}` within {limit:?}"))
            }
        }
    }

    /// Makes a request whose reply does not matter.
    pub(crate) fn tell(&self, request: impl FnOnce(u64) -> Request) {
        drop(self.start(request));
    }

    fn start(
        &self,
        request: impl FnOnce(u64) -> Request,
    ) -> Result<(u64, &'static str, mpsc::Receiver<Reply>), String> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let request = request(id);
        let line = to_line(&request).map_err(|error| error.to_string())?;
        let (done, reply) = mpsc::channel();
        let mut state = self.lock();
        if let Some(sentence) = &state.ended {
            return Err(sentence.clone());
        }
        state.waiting.insert(id, done);
        // If nobody writes any more, the subject has closed its input: the reader finds out why.
        let _ = state.lines.send(line);
        Ok((id, request.name(), reply))
    }

    fn pass_on(&self, reply: Reply) -> Result<(), String> {
        let waiting = self.lock().waiting.remove(&reply.id());
        let waiting = waiting.ok_or_else(|| {
            format!("the subject replied to the id {}, for which no reply is due", reply.id())
        })?;
        // Whoever asked may have stopped waiting.
        let _ = waiting.send(reply);
        Ok(())
    }

    fn ended(&self) -> String {
        self.lock().ended.clone().unwrap_or_else(|| "the subject ended".to_owned())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lines to write: a long one, which is a large body, only when no short one waits. A subject reads a large body
/// for a tenth of a second and more, which a call with a short limit, of another contract, must not wait for several
/// times.
struct ShortFirst {
    lines: mpsc::Receiver<Vec<u8>>,
    long: VecDeque<Vec<u8>>,
}

impl ShortFirst {
    /// In bytes.
    const LONG: usize = 100_000;
}

impl Iterator for ShortFirst {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            let line = match self.lines.try_recv() {
                Ok(line) => line,
                Err(_) => match self.long.pop_front() {
                    Some(long) => return Some(long),
                    None => self.lines.recv().ok()?,
                },
            };
            if line.len() < Self::LONG {
                return Some(line);
            }
            self.long.push_back(line);
        }
    }
}

/// The next reply. `Err` says why no reply came.
fn read_reply(reader: &mut impl BufRead) -> Result<Reply, String> {
    let mut line = Vec::new();
    match reader.take(MAX_LINE).read_until(b'\n', &mut line) {
        Err(error) => return Err(format!("the subject's output cannot be read: {error}")),
        Ok(_) if line.is_empty() => return Err(OUTPUT_ENDED.to_owned()),
        Ok(_) if line.last() != Some(&b'\n') && line.len() as u64 == MAX_LINE => {
            return Err(format!("the subject wrote a line of more than {} MiB", MAX_LINE >> 20));
        }
        Ok(_) => {}
    }
    serde_json::from_slice(&line).map_err(|error| {
        let text = String::from_utf8_lossy(&line[..line.len().min(60)]);
        format!(
            "the subject wrote a line that is no message of the protocol: {:?} ({error})",
            text.trim_end()
        )
    })
}

pub(super) const OUTPUT_ENDED: &str = "the subject closed its output";
