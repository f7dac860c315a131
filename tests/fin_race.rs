//! A server closes idle connections after five seconds, as Node does, and each call comes at that very moment: 720
//! reuses for each kind of operation, over both backends, with and without `Keep-Alive: timeout`. No call may fail, and
//! the server may see none twice that must not happen twice.
//!
//! It takes a minute, so it is not run with the other tests:
//!
//! ```sh
//! cargo test -p sphere-tests --test fin_race -- --ignored --nocapture
//! ```
//!
//! It waits for real: what is tested is a race of the server's FIN against the next request.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use http::Method;
use sphere_core::endpoint::{
    ApiRequest, ApiResponse, DecodeError, Endpoint, InvalidRequest, Operation, Safety,
};
use sphere_core::{ApiKey, Client, Config, Error, blocking};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// After how long the server closes an idle connection.
const SERVER_LIMIT: Duration = Duration::from_secs(5);

/// Clients, each with one connection, and how often each reuses it.
const LANES: u32 = 72;
const REUSES: u32 = 10;

/// The next call comes up to this long before or after the server's limit.
const SPREAD: Duration = Duration::from_millis(5);

/// How long the server's FIN is on its way. A request that is sent meanwhile meets a closed connection.
const ON_ITS_WAY: Duration = Duration::from_millis(5);

/// An operation that is repeatable, or that must not happen twice. The number tells calls apart.
struct Probe<const ONCE: bool>(String);

impl<const ONCE: bool> Endpoint for Probe<ONCE> {
    type Output = ();
    const OPERATION: Operation =
        Operation::new("probe", Method::POST, if ONCE { Safety::Once } else { Safety::Repeatable });

    fn request(&self) -> Result<ApiRequest, InvalidRequest> {
        ApiRequest::to([&*self.0])
    }

    fn decode(&self, _: &ApiResponse<'_>) -> Result<(), DecodeError> {
        Ok(())
    }
}

/// How often the server saw each request, on how many connections, and how many requests came when it had closed.
#[derive(Default)]
struct Seen {
    requests: HashMap<String, u32>,
    connections: u32,
    too_late: u32,
}

/// Responds to every request, and closes a connection that was idle for [`SERVER_LIMIT`].
async fn serve(mut socket: TcpStream, response: &'static str, seen: Arc<Mutex<Seen>>) -> std::io::Result<()> {
    socket.set_nodelay(true)?;
    seen.lock().unwrap().connections += 1;
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let read = tokio::time::timeout(SERVER_LIMIT, socket.read_buf(&mut head)).await;
            if read.is_err() {
                tokio::time::sleep(ON_ITS_WAY).await;
                let came_too_late = socket.try_read_buf(&mut head).is_ok_and(|count| count > 0);
                seen.lock().unwrap().too_late += u32::from(came_too_late);
            }
            if !read.is_ok_and(|read| read.is_ok_and(|count| count > 0)) {
                return Ok(());
            }
        }
        let target = String::from_utf8_lossy(&head).split(' ').nth(1).unwrap_or_default().to_owned();
        *seen.lock().unwrap().requests.entry(target).or_default() += 1;
        socket.write_all(response.as_bytes()).await?;
    }
}

fn start(runtime: &Runtime, response: &'static str) -> (SocketAddr, Arc<Mutex<Seen>>) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let (address, seen) = (listener.local_addr().unwrap(), Arc::<Mutex<Seen>>::default());
    let ours = Arc::clone(&seen);
    runtime.spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            tokio::spawn(serve(socket, response, Arc::clone(&ours)));
        }
    });
    (address, seen)
}

/// When a call of this lane comes, counted from the end of the one before it.
fn pause(lane: u32, number: u32) -> Duration {
    let steps = (lane * REUSES + number) * 7 % 41;
    SERVER_LIMIT.saturating_sub(SPREAD) + SPREAD * steps / 20
}

/// Lanes do not all call at once.
fn first_pause(lane: u32) -> Duration {
    SERVER_LIMIT * lane / LANES
}

fn config(address: SocketAddr) -> Config {
    Config::builder(ApiKey::new("sk_test_1").unwrap()).base_url(format!("http://{address}")).build().unwrap()
}

fn name(lane: u32, number: u32) -> String {
    format!("{lane}-{number}")
}

fn blocking_lane<const ONCE: bool>(client: &blocking::Client, lane: u32) -> Vec<Result<(), Error>> {
    thread::sleep(first_pause(lane));
    let calls = (0..=REUSES).map(|number| {
        if number > 0 {
            thread::sleep(pause(lane, number));
        }
        client.call(Probe::<ONCE>(name(lane, number))).send()
    });
    calls.collect()
}

async fn async_lane<const ONCE: bool>(client: Client, lane: u32) -> Vec<Result<(), Error>> {
    tokio::time::sleep(first_pause(lane)).await;
    let mut outcomes = Vec::new();
    for number in 0..=REUSES {
        if number > 0 {
            tokio::time::sleep(pause(lane, number)).await;
        }
        outcomes.push(client.call(Probe::<ONCE>(name(lane, number))).send().await);
    }
    outcomes
}

/// All lanes over one backend against a server of their own, and what became of their calls: a row of the table.
fn race<const ONCE: bool>(is_async: bool, response: &'static str) -> (String, bool) {
    let server = Runtime::new().unwrap();
    let (address, seen) = start(&server, response);
    let outcomes: Vec<_> = if is_async {
        let runtime = Runtime::new().unwrap();
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                let client = sphere_hyper::client(config(address)).unwrap();
                runtime.spawn(async_lane::<ONCE>(client, lane))
            })
            .collect();
        lanes.into_iter().flat_map(|lane| runtime.block_on(lane).unwrap()).collect()
    } else {
        let lanes: Vec<_> = (0..LANES)
            .map(|lane| {
                let client = sphere_ureq::client(config(address)).unwrap();
                thread::spawn(move || blocking_lane::<ONCE>(&client, lane))
            })
            .collect();
        lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
    };
    let seen = seen.lock().unwrap();
    let failed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    let lost = outcomes.len() - seen.requests.len();
    let twice = seen.requests.values().filter(|&&count| count > 1).count();
    let backend = if is_async { "sphere-hyper" } else { "sphere-ureq" };
    let operation = if ONCE { "once" } else { "repeatable" };
    let header = if response.contains("keep-alive") { "yes" } else { "no" };
    let row = format!(
        "| {backend} | {operation} | {header} | {} | {} | {} | {} | {lost} | {twice} |{}",
        outcomes.len(),
        seen.too_late,
        (outcomes.len() + seen.too_late as usize).saturating_sub(seen.connections as usize),
        failed.len(),
        failed.first().map_or_else(String::new, |error| format!(" first failure: {error}")),
    );
    (row, failed.is_empty() && lost == 0 && !(ONCE && twice > 0))
}

#[test]
#[ignore = "it takes a minute; the first lines of the file have the command"]
fn calls_at_the_idle_limit_survive() {
    const SILENT: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    const SAYS_SO: &str = "HTTP/1.1 200 OK\r\nkeep-alive: timeout=5\r\ncontent-length: 2\r\n\r\n{}";
    let since = Instant::now();
    let races: Vec<_> = [(false, SILENT), (false, SAYS_SO), (true, SILENT), (true, SAYS_SO)]
        .into_iter()
        .flat_map(|(is_async, response)| {
            [
                thread::spawn(move || race::<false>(is_async, response)),
                thread::spawn(move || race::<true>(is_async, response)),
            ]
        })
        .collect();
    println!(
        "| backend | operation | Keep-Alive | calls | met the close | on a used connection | failed | lost | seen twice |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut is_good = true;
    for race in races {
        let (row, good) = race.join().unwrap();
        println!("{row}");
        is_good &= good;
    }
    println!("{} reuses each, in {:?}", LANES * REUSES, since.elapsed());
    assert!(is_good, "a call failed, was lost, or was seen twice though it must not be");
}
