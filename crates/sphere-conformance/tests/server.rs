//! The scripted server itself: it plays what it is told, says what it saw, and does not let a script pass that
//! was not played.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};

use sphere_conformance::server::{Closing, Event, Gate, Reply, Script, Server};

const REQUEST: &[u8] = b"POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi";
const ANSWER: &str = "HTTP/1.1 204 No Content\r\n\r\n";

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address()).unwrap()
}

fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(REQUEST).unwrap();
    let mut answer = vec![0; ANSWER.len()];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8(answer).unwrap()
}

/// What `finish` complains of.
fn complaint(server: Server) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| server.finish())).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn a_script_is_played_and_the_request_is_kept() {
    let server = Server::start([Script::answers([ANSWER, ANSWER])]);
    let mut stream = connect(&server);
    assert_eq!(ask(&mut stream) + &ask(&mut stream), ANSWER.repeat(2));
    drop(stream);
    server.wait_until_closed(0);
    let closed = server.events().pop().unwrap();
    assert!(matches!(closed, Event::Closed { connection: 0, how: Closing::ByClient }), "{closed:?}");
    let requests = server.finish();
    assert_eq!((requests.len(), requests[1].number(), requests[1].connection()), (2, 1, 0));
    assert_eq!((requests[0].method(), requests[0].target()), ("POST".to_owned(), "/a".to_owned()));
    assert_eq!(requests[0].header("host"), [b"x"]);
    assert_eq!(requests[0].body(), b"hi");
}

#[test]
fn a_chunked_request_is_put_together() {
    let server = Server::start([Script::answer(ANSWER)]);
    let mut stream = connect(&server);
    let head = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(&[&head[..], b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"].concat()).unwrap();
    stream.read_exact(&mut [0]).unwrap();
    assert_eq!(server.finish()[0].body(), b"abcd");
}

#[test]
fn a_connection_that_does_not_come_is_a_fault() {
    assert!(complaint(Server::start([Script::answer(ANSWER)])).contains("1 more connection(s)"));
}

#[test]
fn a_request_that_does_not_come_is_a_fault_of_its_step() {
    let server = Server::start([Script::answers([ANSWER, ANSWER])]);
    let mut stream = connect(&server);
    ask(&mut stream);
    let complaint = complaint(server);
    assert!(complaint.contains("connection 0, step 3 (read a request): the test ended"), "{complaint}");
}

#[test]
fn a_client_that_leaves_too_early_is_a_fault() {
    let server = Server::start([Script::answer(ANSWER)]);
    connect(&server).write_all(&REQUEST[..10]).unwrap();
    server.wait_until_closed(0);
    let complaint = complaint(server);
    assert!(complaint.contains("the client closed after 10 bytes of the head"), "{complaint}");
}

#[test]
fn a_request_too_many_is_a_fault_on_any_connection() {
    let server = Server::start([Script::answer(ANSWER)]);
    let mut stream = connect(&server);
    ask(&mut stream);
    stream.write_all(REQUEST).unwrap();
    let said = complaint(server);
    assert!(said.contains("bytes came that nobody asked for: \"POST /a"), "{said}");

    let server = Server::start([]);
    connect(&server).write_all(REQUEST).unwrap();
    let said = complaint(server);
    assert!(said.contains("connection 0 (which no script expects)"), "{said}");
}

#[test]
fn a_connection_without_a_word_is_no_fault() {
    let server = Server::start([]);
    let _stream = connect(&server);
    assert!(server.finish().is_empty());
}

#[test]
fn a_gate_holds_a_script_until_it_opens() {
    let (asked, go) = (Gate::new(), Gate::new());
    let server = Server::start([Script::new().read_request().open(&asked).pause(&go).write(ANSWER)]);
    let mut stream = connect(&server);
    stream.write_all(REQUEST).unwrap();
    asked.wait();
    stream.set_nonblocking(true).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    stream.set_nonblocking(false).unwrap();
    go.open();
    stream.read_exact(&mut [0]).unwrap();
    server.finish();
}

#[test]
fn a_reset_is_a_reset_and_a_half_close_an_end() {
    let server = Server::start([
        Script::new().read_request().reset(),
        Script::new().read_request().half_close(),
        Script::new().read_request().dribble("ab").close(),
    ]);
    for expected in [Err(std::io::ErrorKind::ConnectionReset), Ok(0), Ok(2)] {
        let mut stream = connect(&server);
        stream.write_all(REQUEST).unwrap();
        let read = stream.read_to_end(&mut Vec::new()).map_err(|error| error.kind());
        assert_eq!(read, expected);
        // What was half closed still takes what the client has to say.
        let _ = stream.shutdown(Shutdown::Both);
    }
    server.finish();
}

#[test]
fn a_function_answers_as_many_requests_as_come() {
    let server = Server::serve(|request| match request.number() {
        2 => Reply::new("").reset(),
        _ => ANSWER.into(),
    });
    let (mut one, mut other) = (connect(&server), connect(&server));
    assert_eq!(ask(&mut one) + &ask(&mut other), ANSWER.repeat(2));
    one.write_all(REQUEST).unwrap();
    assert!(one.read(&mut [0]).is_err());
    assert_eq!(server.finish().len(), 3);
}

#[test]
fn a_server_that_is_dropped_ends_its_scripts() {
    let server = Server::start([Script::new().pause(&Gate::new()), Script::new().stall(), Script::silence()]);
    let _clients = [connect(&server), connect(&server)];
    drop(server);
}
