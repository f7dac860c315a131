//! What an API error says about sending the request again. Moves to the retry table's evidence.

use super::ApiError;
use crate::retry::Evidence;

impl ApiError {
    pub(crate) fn evidence(&self) -> Evidence {
        match self.status().as_u16() {
            429 => Evidence::NothingDone,
            503 if self.retry_after().is_some() => Evidence::NothingDone,
            // RFC 9110, section 15: an unknown 5xx counts as 500, and so does a status above 599.
            500.. => Evidence::Ambiguous,
            _ => Evidence::NeverWorks,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::{HeaderMap, HeaderValue, StatusCode};

    use super::*;

    #[test]
    fn evidence_follows_the_status() {
        let evidence = |status: u16, headers: HeaderMap| {
            ApiError::parse(
                StatusCode::from_u16(status).unwrap(),
                headers,
                r#"{"status":429}"#,
                Duration::MAX,
            )
            .evidence()
        };
        for (status, expected) in [
            (101, Evidence::NeverWorks),
            (302, Evidence::NeverWorks),
            (400, Evidence::NeverWorks),
            (408, Evidence::NeverWorks),
            (422, Evidence::NeverWorks),
            (429, Evidence::NothingDone),
            (500, Evidence::Ambiguous),
            (503, Evidence::Ambiguous),
            (999, Evidence::Ambiguous),
        ] {
            assert_eq!(evidence(status, HeaderMap::new()), expected, "{status}");
        }
        for (value, expected) in [("1", Evidence::NothingDone), ("whenever", Evidence::Ambiguous)] {
            let headers =
                HeaderMap::from_iter([(http::header::RETRY_AFTER, HeaderValue::from_static(value))]);
            assert_eq!(evidence(503, headers), expected);
        }
    }
}
