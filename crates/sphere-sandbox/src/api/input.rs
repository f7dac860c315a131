//! What handlers take from a request: an id, a JSON object, the query, and that there is no body.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Request},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use http::request::Parts;
use serde_json::{Map, Value};

use super::Problem;
use crate::{magic, turn, world::World};

/// The `{id}` of the path. A magic customer gets its fixed response here.
pub(super) struct Id(pub(super) String);

impl FromRequestParts<Arc<World>> for Id {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, world: &Arc<World>) -> Result<Self, Response> {
        // An error means that the id is not UTF-8.
        let Ok(Path(id)) = Path::<String>::from_request_parts(parts, world).await else {
            return Err(Problem::BAD_REQUEST.into_response());
        };
        match magic::reply_for(&id).and_then(turn::response) {
            Some(response) => Err(response),
            None => Ok(Self(id)),
        }
    }
}

/// A body that is a JSON object.
pub(super) struct Object(pub(super) Map<String, Value>);

impl FromRequest<Arc<World>> for Object {
    type Rejection = Problem;

    async fn from_request(request: Request, world: &Arc<World>) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, world).await.map_err(|_| Problem::BROKEN_BODY)?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(Problem::NOT_JSON),
        }
    }
}

/// No body at all.
pub(super) struct NoBody;

impl FromRequest<Arc<World>> for NoBody {
    type Rejection = Problem;

    async fn from_request(request: Request, world: &Arc<World>) -> Result<Self, Problem> {
        match Bytes::from_request(request, world).await {
            Ok(bytes) if bytes.is_empty() => Ok(Self),
            _ => Err(Problem::BAD_REQUEST),
        }
    }
}

/// The query's parameters. Of a parameter that is given twice, the last one counts.
pub(super) struct Query(HashMap<String, String>);

impl Query {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl FromRequestParts<Arc<World>> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<World>) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}
