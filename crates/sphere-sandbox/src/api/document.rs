//! `POST /v2/document`: identity documents, liveness reports and documents of a business.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{
        FromRequest as _, Multipart, Request, State,
        multipart::{Field, MultipartError},
    },
    response::Response,
};
use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::json;

use super::{
    MOST_FILE_BYTES, customer,
    problem::{FieldError, Problem, json},
    representative,
    rules::is_country,
};
use crate::{
    magic, turn,
    world::{Kind, LIVENESS, Model, PROOF_OF_ADDRESS, Record, World},
};

const IDENTITY_TYPES: [&str; 4] = ["drivers", "id_card", "passport", "residence_permit"];
const FILE_TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/png", "image/heic", "image/tiff"];

/// The fields of the form. The first field of a name counts.
#[derive(Default)]
struct Form {
    fields: HashMap<String, String>,
    file: Option<File>,
}

struct File {
    name: Option<String>,
    content_type: Option<String>,
    bytes: Bytes,
}

/// `POST /v2/document`
pub(super) async fn upload(State(world): State<Arc<World>>, request: Request) -> Result<Response, Problem> {
    let mut multipart = Multipart::from_request(request, &world).await.map_err(|_| Problem::NOT_MULTIPART)?;
    let form = Form::read(&mut multipart).await?;
    // A magic customer gets its response here too.
    if let Some(response) = form.get("targetId").and_then(magic::reply_for).and_then(turn::response) {
        return Ok(response);
    }
    let document = form.check()?;
    world.people(|people, now| {
        let person = if document.target == "customer" {
            customer::find(people, document.target_id)?
        } else {
            representative::find(people, document.target_id)?
        };
        store(person, &document, world.settings().model, now)?;
        let mut body = json!({
            "targetId": document.target_id,
            "target": document.target,
            "documentType": document.kind,
            "fileSize": document.file.bytes.len(),
            "mimeType": document.file.content_type,
            "createdAt": format!("{now:.3}"),
        });
        let optional = [
            ("country", document.country),
            ("side", document.side),
            ("description", form.get("description")),
            ("fileName", document.file.name.as_deref()),
        ];
        for (name, value) in optional {
            if let Some(value) = value {
                body[name] = json!(value);
            }
        }
        Ok(json(StatusCode::CREATED, &body))
    })
}

/// What a document does to the verification of the person.
fn store(
    person: &mut Record,
    document: &Document<'_>,
    model: Model,
    now: jiff::Timestamp,
) -> Result<(), Problem> {
    let is_business = person.kind == Kind::Business;
    match document.kind {
        kind if IDENTITY_TYPES.contains(&kind) && !is_business => {
            person.store_identity_document(document.side, now);
        }
        "liveness_report" if is_business => return Err(Problem::WRONG_KIND),
        "liveness_report" if model == Model::SphereManaged => return Err(Problem::SPHERE_MANAGED),
        "liveness_report" => person.complete(LIVENESS, now),
        "proof_of_address" if person.kind != Kind::Individual => person.complete(PROOF_OF_ADDRESS, now),
        // Other documents of a business are an open set.
        kind if is_business && !IDENTITY_TYPES.contains(&kind) => {}
        _ => return Err(Problem::WRONG_KIND),
    }
    Ok(())
}

/// A form whose values have been checked. `kind` is its `documentType`.
struct Document<'a> {
    target_id: &'a str,
    target: &'a str,
    kind: &'a str,
    country: Option<&'a str>,
    side: Option<&'a str>,
    file: &'a File,
}

impl Form {
    async fn read(multipart: &mut Multipart) -> Result<Self, Problem> {
        let mut form = Self::default();
        while let Some(field) = multipart.next_field().await.map_err(unreadable)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                let file = File::read(field).await?;
                form.file.get_or_insert(file);
            } else {
                let value = field.text().await.map_err(unreadable)?;
                form.fields.entry(name).or_insert(value);
            }
        }
        Ok(form)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    fn check(&self) -> Result<Document<'_>, Problem> {
        let mut errors = Vec::new();
        let mut check = |pointer: &'static str, is_right: bool, fault| {
            if !is_right {
                errors.push(FieldError::at(pointer, fault));
            }
        };
        let (country, side) = (self.get("country"), self.get("side"));
        let [target_id, target, document_type] =
            ["targetId", "target", "documentType"].map(|name| self.get(name).unwrap_or_default());
        check("/targetId", !target_id.is_empty(), "Required");
        let targets = ["customer", "business_representative"];
        check("/target", targets.contains(&target), "Must be customer or business_representative");
        check("/documentType", !document_type.is_empty(), "Required");
        if IDENTITY_TYPES.contains(&document_type) {
            check("/country", country.is_some_and(is_country), "Must be an ISO 3166-1 alpha-3 code");
            check(
                "/side",
                side.is_none_or(|side| ["front", "back"].contains(&side)),
                "Must be front or back",
            );
        } else {
            check("/country", country.is_none(), "Only identity documents take a country");
            check("/side", side.is_none(), "Only identity documents have sides");
        }
        if let Some(file) = &self.file {
            let is_accepted = file.content_type.as_deref().is_some_and(is_file_type);
            check("/file", is_accepted, "Must be PDF, JPEG, PNG, HEIC or TIFF, by its Content-Type");
            check("/file", !file.bytes.is_empty(), "Must not be empty");
        } else {
            check("/file", false, "Required");
        }
        match &self.file {
            Some(file) if errors.is_empty() => {
                Ok(Document { target_id, target, kind: document_type, country, side, file })
            }
            _ => Err(Problem::invalid(errors)),
        }
    }
}

/// Whatever its parameters and its case (RFC 9110, section 8.3.1).
fn is_file_type(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    FILE_TYPES.iter().any(|accepted| accepted.eq_ignore_ascii_case(essence))
}

impl File {
    async fn read(field: Field<'_>) -> Result<Self, Problem> {
        let name = field.file_name().map(str::to_owned);
        // As it is written: multer's reading has none for a space before the `;`.
        let content_type = field.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let content_type = content_type.map(str::to_owned);
        let bytes = field.bytes().await.map_err(unreadable)?;
        if bytes.len() > MOST_FILE_BYTES {
            return Err(Problem::FILE_TOO_LARGE);
        }
        Ok(Self { name, content_type, bytes })
    }
}

fn unreadable(_: MultipartError) -> Problem {
    Problem::NOT_MULTIPART
}
