//! What is done without a socket, in a loop.

mod items;
mod waits;

use std::hint::black_box;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use items::Pages;
use sphere_benches::work::{self, API_KEY, Failure, LINK, PROBLEM, WITH_LINK};
use sphere_core::clock::Moment;
use sphere_core::endpoint::Endpoint;
use sphere_core::endpoints::GenerateFaceVerificationLink;
use sphere_core::problem::ApiError;
use sphere_core::transport::TransportResponse;
use sphere_core::unstable::{Options, Start, Step, Success, new_budget};
use sphere_core::{ApiKey, Config, CustomerId, RetryBudget};

/// Customers on a page.
const PAGE: u32 = 100;

const HOUR: Duration = Duration::from_secs(3600);

/// `<what> <how often>`.
fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().ok_or("what?")?;
    let times: u32 = arguments.next().ok_or("how often?")?.parse()?;
    match what.as_str() {
        // Pages are made in each of them; to be taken off.
        "pages" => {
            drop(black_box(Pages::new(times, PAGE)));
            return Ok(());
        }
        "items" => return Pages::new(times, PAGE).read(),
        "items-by-hand" => return Pages::new(times, PAGE).read_by_hand(),
        "one-page" => return Pages::new(times, times).read(),
        "waits" => return waits::run(times, waits::two_reads_each(times), Duration::MAX),
        "started-waits" => return waits::run(times, HOUR, Duration::ZERO),
        "seconds-of-1000-waits" => return waits::run(1000, HOUR, Duration::from_secs(times.into())),
        _ => {}
    }
    let bench = Bench::new()?;
    for _ in 0..times {
        match what.as_str() {
            "build" => bench.build()?,
            "turn" => bench.turn(StatusCode::CREATED, LINK)?,
            "turn-problem" => bench.turn(StatusCode::UNPROCESSABLE_ENTITY, PROBLEM)?,
            // What the turns need beside themselves; to be taken off.
            "answer" => drop(black_box(bench.answer(StatusCode::CREATED, LINK))),
            "answer-problem" => drop(black_box(bench.answer(StatusCode::UNPROCESSABLE_ENTITY, PROBLEM))),
            "problem" => bench.problem(),
            "headers" => drop(black_box(bench.headers.clone())),
            "by-hand" => bench.by_hand(true, LINK)?,
            "by-hand-problem" => bench.by_hand(false, PROBLEM)?,
            other => return Err(format!("there is no {other:?}").into()),
        }
    }
    Ok(())
}

struct Bench {
    config: Config,
    budget: RetryBudget,
    customer: CustomerId,
    now: Moment,
    headers: HeaderMap,
}

impl Bench {
    fn new() -> Result<Self, Failure> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(LINK.len()));
        headers.insert(header::DATE, HeaderValue::from_static("Mon, 09 Mar 2026 20:16:31 GMT"));
        let config = Config::new(ApiKey::new(API_KEY)?);
        Ok(Self {
            budget: new_budget(&config),
            config,
            customer: CustomerId::new(WITH_LINK)?,
            now: Moment::default(),
            headers,
        })
    }

    fn endpoint(&self) -> GenerateFaceVerificationLink<'_> {
        GenerateFaceVerificationLink::new(black_box(&self.customer))
    }

    fn start(&self) -> Step<'_> {
        let (operation, request) = (GenerateFaceVerificationLink::OPERATION, self.endpoint().request());
        let call = Start::new(&self.config, &self.budget, operation, request, Options::default(), 7);
        call.start(self.now)
    }

    fn build(&self) -> Result<(), Failure> {
        match self.start() {
            Step::Send(request, _) => drop(black_box(request)),
            _ => return Err("nothing to send".into()),
        }
        Ok(())
    }

    fn answer(&self, status: StatusCode, body: &'static str) -> TransportResponse {
        let mut response = Response::new(Bytes::from_static(body.as_bytes()));
        *response.status_mut() = status;
        *response.headers_mut() = self.headers.clone();
        response.into()
    }

    fn turn(&self, status: StatusCode, body: &'static str) -> Result<(), Failure> {
        let Step::Send(request, sent) = self.start() else {
            return Err("nothing to send".into());
        };
        drop(black_box(request));
        match sent.response(Ok(self.answer(status, body)), self.now) {
            Step::Succeeded(success) if status.is_success() => self.decode(success),
            Step::Failed(error) if !status.is_success() => {
                drop(black_box(error));
                Ok(())
            }
            _ => Err("another outcome".into()),
        }
    }

    fn decode(&self, success: Success<'_>) -> Result<(), Failure> {
        drop(black_box(success.decode(|response| self.endpoint().decode(response))?));
        Ok(())
    }

    fn problem(&self) {
        let (headers, body) = (self.headers.clone(), Bytes::from_static(PROBLEM.as_bytes()));
        let cap = Duration::from_secs(60);
        drop(black_box(ApiError::parse(StatusCode::UNPROCESSABLE_ENTITY, &headers, body, cap)));
    }

    /// The same work as a user would write it, without any check.
    fn by_hand(&self, is_success: bool, body: &str) -> Result<(), Failure> {
        let url = format!(
            "https://api.spherepay.co/v2/customer/{}/face-verification-link",
            black_box(self.customer.as_str())
        );
        let request = Request::post(url)
            .header(header::AUTHORIZATION, format!("Bearer {API_KEY}"))
            .body(Bytes::new())?;
        drop(black_box(request));
        black_box(work::read_by_hand(is_success, black_box(body.as_bytes()))?);
        Ok(())
    }
}
