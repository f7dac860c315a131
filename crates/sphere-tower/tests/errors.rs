//! What a service's failures mean, and what its request's body is.

use std::io;
use std::task::{Context, Poll, Waker};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Empty, Full};
use sphere_bounded::{LIMIT, within};
use sphere_core::transport::{
    BodyReader, BoxError, Delivery, RequestBody, Transport as _, TransportError, TransportErrorKind as Kind,
    TransportRequest,
};
use sphere_tower::{TowerTransport, not_connected};
use tokio::runtime::Runtime;
use tower::{ServiceExt as _, service_fn};

/// Makes the error of a service.
type Failure = fn() -> BoxError;

fn request() -> TransportRequest {
    let body = RequestBody::from_segments(["head, ".into(), "file, ".into(), "tail".into()]);
    TransportRequest::new(Request::post("http://sphere.invalid/").body(body).unwrap())
}

/// The error of a service that fails in this way.
fn failure(fail: Failure) -> TransportError {
    let service =
        service_fn(move |_: Request<BodyReader>| async move { Err::<Response<Empty<_>>, _>(fail()) });
    within(LIMIT, move || Runtime::new().unwrap().block_on(TowerTransport::new(service).send(request())))
        .unwrap_err()
}

#[test]
fn failures_have_the_kind_of_their_cause() {
    let cases: [(Failure, Kind, Delivery); 8] = [
        (|| "anything".into(), Kind::Other, Delivery::Unknown),
        (|| io::Error::from(io::ErrorKind::ConnectionRefused).into(), Kind::Connect, Delivery::Unknown),
        (|| io::Error::from(io::ErrorKind::ConnectionReset).into(), Kind::Interrupted, Delivery::Unknown),
        (
            || io::Error::other(io::Error::from(io::ErrorKind::TimedOut)).into(),
            Kind::Timeout,
            Delivery::Unknown,
        ),
        (|| io::Error::from(io::ErrorKind::InvalidData).into(), Kind::Tls, Delivery::Unknown),
        (|| not_connected("anything").into(), Kind::Connect, Delivery::NotSent),
        (|| not_connected(io::Error::from(io::ErrorKind::TimedOut)).into(), Kind::Timeout, Delivery::NotSent),
        (|| TransportError::new(Kind::Setup, "known").not_sent().into(), Kind::Setup, Delivery::NotSent),
    ];
    for (fail, kind, delivery) in cases {
        let error = failure(fail);
        assert_eq!((error.kind(), error.delivery()), (kind, delivery), "{error:?}");
    }
}

#[test]
fn segments_are_not_joined() {
    let service = service_fn(|request: Request<BodyReader>| async {
        let (mut body, mut chunks) = (request.into_body(), Vec::new());
        while let Some(frame) = body.frame().await {
            chunks.push(frame.unwrap().into_data().unwrap());
        }
        assert_eq!(chunks, ["head, ", "file, ", "tail"]);
        Ok::<_, io::Error>(Response::new(Empty::new()))
    });
    let sending = async move { TowerTransport::new(service).send(request()).await };
    assert_eq!(within(LIMIT, || Runtime::new().unwrap().block_on(sending)).unwrap().status(), 200);
}

#[test]
fn a_layer_can_convert_the_body() {
    let service = service_fn(|request: Request<String>| async {
        Ok::<_, io::Error>(Response::new(Full::new(bytes::Bytes::from(request.into_body()))))
    });
    let service = service.map_request(|request: Request<BodyReader>| {
        request.map(|body| body.map(|chunk| String::from_utf8(chunk.to_vec()).unwrap()).collect::<String>())
    });
    let sending = async move { TowerTransport::new(service).send(request()).await };
    let response = within(LIMIT, || Runtime::new().unwrap().block_on(sending)).unwrap();
    assert_eq!(response.body(), "head, file, tail");
}

#[test]
fn outside_a_runtime_is_a_setup_error() {
    let service = service_fn(|_: Request<BodyReader>| async {
        Ok::<_, io::Error>(Response::new(Empty::<bytes::Bytes>::new()))
    });
    let transport = TowerTransport::new(service);
    let mut sending = transport.send(request());
    let Poll::Ready(outcome) = sending.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it waits")
    };
    let error = outcome.unwrap_err();
    assert_eq!((error.kind(), error.delivery()), (Kind::Setup, Delivery::NotSent));
}
