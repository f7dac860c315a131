//! The protocol without a process: a candidate that is served on one end of a connection, and tested on the other.

use std::io::{BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

use sphere_conformance::{Candidate, Remote, serve};

/// Closes the connection's output when it is dropped, as a pipe does.
struct Output(TcpStream);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // An error means that it is closed already.
        let _ = self.0.shutdown(Shutdown::Write);
    }
}

/// The subject at the other end. `read` and `written` see what crosses, from the suite's side.
pub fn over_the_protocol<R, W>(
    candidate: Candidate,
    read: impl FnOnce(TcpStream) -> R,
    written: impl FnOnce(Box<dyn Write + Send>) -> W,
) -> Remote
where
    R: Read + Send + 'static,
    W: Write + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let ours = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (theirs, _) = listener.accept().unwrap();
    std::thread::spawn(move || {
        let output = Output(theirs.try_clone().unwrap());
        serve("loopback", &candidate, BufReader::new(theirs), output)
    });
    let output = Output(ours.try_clone().unwrap());
    Remote::connect(read(ours), written(Box::new(output)))
}
