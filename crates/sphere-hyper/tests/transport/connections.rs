//! Connections are reused while they are good, and only then.

use std::sync::mpsc;

use super::server::{Server, answer, answer_each, script};
use super::*;

const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";

#[tokio::test]
async fn sequential_calls_share_a_connection_whatever_their_status() {
    let answers = vec![
        EMPTY,
        "HTTP/1.1 404 X\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 500 X\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
        "HTTP/1.1 204 X\r\n\r\n",
        EMPTY,
    ];
    let statuses = [200, 404, 500, 204, 200];
    let server = Server::start(vec![answer_each(answers)]);
    let transport = transport();
    for status in statuses {
        assert_eq!(send(&transport, &server.url()).await.unwrap().status(), status);
    }
    drop(transport);
    server.finish().await;
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_not_reused() {
    let server = Server::start(vec![
        answer("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
        answer(EMPTY),
    ]);
    let transport = transport();
    send(&transport, &server.url()).await.unwrap();
    send(&transport, &server.url()).await.unwrap();
    drop(transport);
    server.finish().await;
}

#[tokio::test]
async fn bytes_after_an_answer_never_reach_the_next_caller() {
    let server = Server::start(vec![
        answer(
            "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\naHTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil",
        ),
        answer("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood"),
    ]);
    let transport = transport();
    assert_eq!(send(&transport, &server.url()).await.unwrap().body(), "a");
    assert_eq!(send(&transport, &server.url()).await.unwrap().body(), "good");
    drop(transport);
    server.finish().await;
}

/// Between two calls nobody drives the runtime, and the server closes. Time is tokio's, stopped and moved.
#[test]
fn a_connection_closed_while_nobody_looked_costs_no_request() {
    let (close, may_close) = mpsc::channel();
    let (closed, server_has_closed) = mpsc::channel();
    let server = Server::start(vec![
        script(move |mut connection| {
            connection.read_request();
            connection.write(EMPTY.as_bytes());
            may_close.recv().unwrap();
            connection.close();
            closed.send(()).unwrap();
        }),
        answer(EMPTY),
    ]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let transport = transport();
    runtime.block_on(async {
        send(&transport, &server.url()).await.unwrap();
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::time::resume();
    });
    close.send(()).unwrap();
    server_has_closed.recv().unwrap();
    runtime.block_on(send(&transport, &server.url())).unwrap();
    drop((transport, runtime));
    server.join();
}

#[tokio::test]
async fn an_idle_connection_is_kept_for_four_seconds_and_no_longer() {
    let server = Server::start(vec![answer_each(vec![EMPTY, EMPTY]), answer(EMPTY)]);
    let transport = transport();
    for idle in [3, 5, 0] {
        send(&transport, &server.url()).await.unwrap();
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(idle)).await;
        tokio::time::resume();
    }
    drop(transport);
    server.finish().await;
}

#[test]
fn a_connection_is_reused_only_on_the_runtime_that_drives_it() {
    let server = Server::start(vec![answer(EMPTY), answer(EMPTY)]);
    let runtimes =
        [(); 2].map(|()| tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap());
    let transport = transport();
    for runtime in &runtimes {
        // The other runtime is alive and stands still.
        runtime.block_on(send(&transport, &server.url())).unwrap();
    }
    drop((transport, runtimes));
    server.join();
}

#[tokio::test]
async fn an_answer_before_the_whole_request_was_read_does_not_harm_the_next_call() {
    let (done, second_call_is_done) = mpsc::channel::<()>();
    let server = Server::start(vec![
        script(move |mut connection| {
            let mut some = [0; 64];
            std::io::Read::read_exact(&mut connection.0, &mut some).unwrap();
            connection.write(b"HTTP/1.1 413 X\r\ncontent-length: 0\r\n\r\n");
            second_call_is_done.recv().unwrap();
            connection.drain();
        }),
        answer(EMPTY),
    ]);
    let transport = transport();
    let body = Bytes::from(vec![b'x'; 16 << 20]);
    let request =
        http::Request::post(server.url()).header("content-length", body.len()).body(body.into()).unwrap();
    assert_eq!(transport.send(TransportRequest::new(request)).await.unwrap().status(), 413);
    send(&transport, &server.url()).await.unwrap();
    done.send(()).unwrap();
    drop(transport);
    server.finish().await;
}

#[tokio::test]
async fn a_dropped_call_leaves_the_transport_usable() {
    let (read, request_was_read) = tokio::sync::oneshot::channel();
    let server = Server::start(vec![
        script(move |mut connection| {
            connection.read_request();
            read.send(()).unwrap();
            connection.wait_for_close();
        }),
        answer(EMPTY),
    ]);
    let transport = transport();
    let url = server.url();
    tokio::select! {
        _ = send(&transport, &url) => panic!("nothing was answered"),
        _ = request_was_read => {}
    }
    send(&transport, &url).await.unwrap();
    drop(transport);
    server.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_calls_get_their_own_answers() {
    let echo = || {
        script(|mut connection| {
            let request = connection.read_request();
            let path = request.split(' ').nth(1).unwrap().to_owned();
            connection
                .write(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{path}", path.len()).as_bytes());
            connection.wait_for_close();
        })
    };
    // A gate, so that all are under way at once and each needs a connection of its own.
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(64));
    let server = Server::start((0..64).map(|_| echo()).collect());
    let transport = HyperTransport::builder().idle_timeout(Duration::ZERO).build().unwrap();
    let calls: Vec<_> = (0..64)
        .map(|number| {
            let (transport, gate) = (transport.clone(), gate.clone());
            let url = format!("{}{number}", server.url());
            tokio::spawn(async move {
                gate.wait().await;
                let response = send(&transport, &url).await.unwrap();
                assert_eq!(response.body(), format!("/{number}").as_bytes());
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap();
    }
    drop(transport);
    server.finish().await;
}
