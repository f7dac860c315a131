//! The scripted server itself: it plays its scripts, reports what it saw, and fails if a script was not played.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::panic::{AssertUnwindSafe, catch_unwind};

use sphere_conformance::server::{Closing, Event, Gate, Reply, Script, Server};

const REQUEST: &[u8] = b"POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi";
const RESPONSE: &str = "HTTP/1.1 204 No Content\r\n\r\n";

fn connect(server: &Server) -> TcpStream {
    TcpStream::connect(server.address()).unwrap()
}

fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(REQUEST).unwrap();
    let mut response = vec![0; RESPONSE.len()];
    stream.read_exact(&mut response).unwrap();
    String::from_utf8(response).unwrap()
}

/// The failure of `finish`.
fn failure(server: Server) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| server.finish())).unwrap_err();
    panic.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn script_is_played_and_request_is_recorded() {
    let server = Server::start([Script::respond_each([RESPONSE, RESPONSE])]);
    let mut stream = connect(&server);
    assert_eq!(ask(&mut stream) + &ask(&mut stream), RESPONSE.repeat(2));
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
fn chunked_request_is_decoded() {
    let server = Server::start([Script::respond(RESPONSE)]);
    let mut stream = connect(&server);
    let head = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
    stream.write_all(&[&head[..], b"3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n"].concat()).unwrap();
    stream.read_exact(&mut [0]).unwrap();
    assert_eq!(server.finish()[0].body(), b"abcd");
}

#[test]
fn missing_connection_is_a_fault() {
    assert!(failure(Server::start([Script::respond(RESPONSE)])).contains("1 more connection(s)"));
}

#[test]
fn missing_request_is_a_fault_of_its_step() {
    let server = Server::start([Script::respond_each([RESPONSE, RESPONSE])]);
    let mut stream = connect(&server);
    ask(&mut stream);
    let failure = failure(server);
    assert!(failure.contains("connection 0, step 3 (read a request): the test ended"), "{failure}");
}

#[test]
fn client_that_closes_early_is_a_fault() {
    let server = Server::start([Script::respond(RESPONSE)]);
    connect(&server).write_all(&REQUEST[..10]).unwrap();
    server.wait_until_closed(0);
    let failure = failure(server);
    assert!(failure.contains("the client closed after 10 bytes of the head"), "{failure}");
}

#[test]
fn unexpected_request_is_a_fault() {
    let server = Server::start([Script::respond(RESPONSE)]);
    let mut stream = connect(&server);
    ask(&mut stream);
    stream.write_all(REQUEST).unwrap();
    let said = failure(server);
    assert!(said.contains("unexpected bytes came: \"POST /a"), "{said}");

    let server = Server::start([]);
    connect(&server).write_all(REQUEST).unwrap();
    let said = failure(server);
    assert!(said.contains("connection 0 (which no script expects)"), "{said}");
}

#[test]
fn connection_without_bytes_is_allowed() {
    let server = Server::start([]);
    let _stream = connect(&server);
    assert!(server.finish().is_empty());
}

#[test]
fn gate_holds_a_script_until_it_opens() {
    let (asked, go) = (Gate::new(), Gate::new());
    let server = Server::start([Script::new().read_request().open(&asked).pause(&go).write(RESPONSE)]);
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
fn reset_and_half_close_reach_the_client() {
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
        // A half-closed connection still accepts bytes from the client.
        let _ = stream.shutdown(Shutdown::Both);
    }
    server.finish();
}

#[test]
fn function_replies_to_every_request() {
    let server = Server::serve(|request| match request.number() {
        2 => Reply::new("").reset(),
        _ => RESPONSE.into(),
    });
    let (mut one, mut other) = (connect(&server), connect(&server));
    assert_eq!(ask(&mut one) + &ask(&mut other), RESPONSE.repeat(2));
    one.write_all(REQUEST).unwrap();
    assert!(one.read(&mut [0]).is_err());
    assert_eq!(server.finish().len(), 3);
}

#[test]
fn dropped_server_ends_its_scripts() {
    let server = Server::start([Script::new().pause(&Gate::new()), Script::new().stall(), Script::silence()]);
    let _clients = [connect(&server), connect(&server)];
    drop(server);
}

#[test]
fn reply_in_pieces_is_written_whole_and_noted() {
    let server = Server::serve(|_| Reply::new("HTTP/1.1 204 ").then("No Content").then("\r\n\r\n").cut());
    let mut stream = connect(&server);
    assert_eq!(ask(&mut stream), RESPONSE);
    server.wait_until_closed(0);
    assert!(server.events().iter().any(|event| matches!(event, Event::Replied { request: 0 })));
}

#[test]
fn flood_stops_before_it_fills_the_memory() {
    const MOST: u64 = 65 << 20;
    let server = Server::start([Script::new().flood("x".repeat(1 << 20))]);
    let mut stream = connect(&server);
    std::io::copy(&mut (&mut stream).take(MOST), &mut std::io::sink()).unwrap();
    // A server that still writes does not notice this.
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert_eq!(server.written(), MOST);
}

#[test]
fn event_shows_a_request_by_its_first_line() {
    let server = Server::start([Script::respond(RESPONSE)]);
    ask(&mut connect(&server));
    let shown = format!("{:?}", server.finish());
    assert!(shown.contains("line: \"POST /a HTTP/1.1\"") && !shown.contains("[80, 79"), "{shown}");
}
