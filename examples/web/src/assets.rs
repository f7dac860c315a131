//! The style sheet and the script. They hold nothing of a customer's, so browsers may keep them for a while.

use axum::http::header;
use axum::response::{IntoResponse, Response};

pub(crate) async fn style() -> Response {
    asset("text/css; charset=utf-8", include_str!("assets/style.css"))
}

pub(crate) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("assets/journey.js"))
}

fn asset(media_type: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "max-age=300")], text).into_response()
}
