//! The form with an identity document, as a browser sends it: checked, and in the SDK's types.

use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use bytes::BytesMut;
use sphere_core::endpoints::{DocumentFile, DocumentFormat, IdentityDocumentType, MAX_DOCUMENT_BYTES};

use crate::fields;
use crate::form::Mistake;

/// More than two files of the largest size, so that a file that is too large gets a page that says so.
pub(crate) const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The kinds of documents: value in the form, words, kind.
pub(crate) const KINDS: [(&str, &str, IdentityDocumentType); 4] = [
    ("passport", "Passport", IdentityDocumentType::Passport),
    ("drivers", "Driving licence", IdentityDocumentType::DriversLicense),
    ("id_card", "Identity card", IdentityDocumentType::IdCard),
    ("residence_permit", "Residence permit", IdentityDocumentType::ResidencePermit),
];

/// A document to upload.
pub(crate) struct Upload {
    pub(crate) document_type: IdentityDocumentType,
    pub(crate) country: String,
    pub(crate) front: DocumentFile,
    /// Of documents with two sides.
    pub(crate) back: Option<DocumentFile>,
}

/// A form to show: its choices, and what is wrong with it. Browsers cannot be given files.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) kind: String,
    pub(crate) country: String,
    pub(crate) mistakes: Vec<Mistake>,
}

/// A file, or what is wrong with it; `None` if none was chosen.
type Chosen = Option<Result<DocumentFile, &'static str>>;

impl Upload {
    pub(crate) async fn read(form: Result<Multipart, MultipartRejection>) -> Result<Self, Draft> {
        let mut form = form.map_err(|_| broken())?;
        let (mut kind, mut country, mut front, mut back) = (String::new(), String::new(), None, None);
        let broken = |_: MultipartError| broken();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            match field.name().unwrap_or_default() {
                "kind" => kind = field.text().await.map_err(broken)?,
                "country" => country = field.text().await.map_err(broken)?,
                // From the camera or from a folder: whichever was used.
                "front" | "front-photo" => front = file("front", field).await.map_err(broken)?.or(front),
                "back" | "back-photo" => back = file("back", field).await.map_err(broken)?.or(back),
                _ => {}
            }
        }
        Self::check(kind, country, front, back)
    }

    fn check(kind: String, country: String, front: Chosen, back: Chosen) -> Result<Self, Draft> {
        let document_type = KINDS.iter().find(|(value, ..)| *value == kind).map(|(.., kind)| *kind);
        let is_passport = document_type == Some(IdentityDocumentType::Passport);
        let mut mistakes = Vec::new();
        if document_type.is_none() {
            mistakes.push(Mistake::new("kind", "Choose the kind of document"));
        }
        if !fields::is_country(&country) {
            mistakes.push(Mistake::new("country", "Choose the country that issued it"));
        }
        let mut take = |name, chosen: Chosen, missing| match chosen {
            Some(Ok(file)) => Some(file),
            Some(Err(fault)) => {
                mistakes.push(Mistake::new(name, fault));
                None
            }
            None => {
                mistakes.push(Mistake::new(name, missing));
                None
            }
        };
        let front = take("front", front, "Choose a photo or scan of the document");
        let back = if is_passport { None } else { take("back", back, "Choose a photo or scan of the back") };
        match (document_type, front) {
            (Some(document_type), Some(front)) if mistakes.is_empty() => {
                Ok(Self { document_type, country, front, back })
            }
            _ => Err(Draft { kind, country, mistakes }),
        }
    }
}

fn broken() -> Draft {
    let mistake = Mistake::new("front", "The upload did not arrive whole. Please send it again");
    Draft { mistakes: vec![mistake], ..Draft::default() }
}

const TOO_LARGE: &str = "The file is larger than 15 MB. Choose a smaller one";
const WRONG_FORMAT: &str = "The file must be a JPEG, PNG, HEIC or TIFF picture, or a PDF";

/// Reads a file to its end, and keeps no more than SpherePay would accept. The customer's own name for it can be
/// personal, so SpherePay gets the name of the side.
async fn file(side: &str, mut field: Field<'_>) -> Result<Chosen, MultipartError> {
    let format = field.file_name().and_then(DocumentFormat::from_file_name);
    let most = usize::try_from(MAX_DOCUMENT_BYTES).unwrap_or(usize::MAX);
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await? {
        if bytes.len() <= most {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok(match format {
        // Browsers send an empty part for a file that was not chosen.
        _ if bytes.is_empty() => None,
        None => Some(Err(WRONG_FORMAT)),
        Some(_) if bytes.len() > most => Some(Err(TOO_LARGE)),
        Some(format) => Some(Ok(DocumentFile::new(side, format, bytes))),
    })
}
