//! A file to upload: name, format and bytes.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use bytes::Bytes;

use crate::endpoint::InvalidRequest;

/// The largest file that SpherePay accepts, in bytes: 15 MB, read as 15 × 2²⁰.
pub const MAX_DOCUMENT_BYTES: u64 = 15 * 1024 * 1024;

/// The format of a document: one of the five that SpherePay accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DocumentFormat {
    /// `application/pdf`.
    Pdf,
    /// `image/jpeg`.
    Jpeg,
    /// `image/png`.
    Png,
    /// `image/heic`.
    Heic,
    /// `image/tiff`.
    Tiff,
}

impl DocumentFormat {
    /// The format that a file name's extension means, in upper or lower case. Other extensions of a format count too,
    /// such as `jfif` and `heif`.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::endpoints::DocumentFormat;
    ///
    /// assert_eq!(DocumentFormat::from_file_name("Passport.JPG"), Some(DocumentFormat::Jpeg));
    /// assert_eq!(DocumentFormat::from_file_name("passport"), None);
    /// ```
    pub fn from_file_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "pdf" => Self::Pdf,
            "jpg" | "jpeg" | "jpe" | "jfif" | "pjpeg" | "pjp" => Self::Jpeg,
            "png" => Self::Png,
            "heic" | "heif" | "hif" => Self::Heic,
            "tif" | "tiff" => Self::Tiff,
            _ => return None,
        })
    }

    /// The media type, such as `image/png`.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Heic => "image/heic",
            Self::Tiff => "image/tiff",
        }
    }
}

/// A file to upload. `Debug` shows its format and size only. Cloning it copies no bytes.
///
/// A file that is empty or has more than [`MAX_DOCUMENT_BYTES`] is refused before anything is sent. Whether the bytes
/// are what the format says is for SpherePay to check.
///
/// # Example
///
/// ```
/// use sphere_core::endpoints::{DocumentFile, DocumentFormat};
///
/// let file = DocumentFile::new("passport.png", DocumentFormat::Png, &b"\x89PNG"[..]);
/// assert_eq!(file.len(), 4);
/// ```
#[derive(Clone)]
pub struct DocumentFile {
    name: String,
    format: DocumentFormat,
    bytes: Bytes,
}

impl DocumentFile {
    /// A file in memory.
    pub fn new(name: impl Into<String>, format: DocumentFormat, bytes: impl Into<Bytes>) -> Self {
        Self { name: name.into(), format, bytes: bytes.into() }
    }

    /// Reads a file from disk, **blocking**: in async code, call it on a thread that may block. Its format is that of
    /// its name's ending.
    ///
    /// The size is checked before the file is read, and again while it is read, which happens once.
    ///
    /// # Errors
    ///
    /// [`InvalidDocumentFile`] if the file cannot be read, is too large, or has another ending.
    pub fn read_blocking(path: impl AsRef<Path>) -> Result<Self, InvalidDocumentFile> {
        let name = path.as_ref().file_name().unwrap_or_default().to_string_lossy();
        let format = DocumentFormat::from_file_name(&name).ok_or(InvalidDocumentFile::Format)?;
        Self::read_blocking_as(format, path)
    }

    /// The same for a file of this format, whatever its name.
    ///
    /// # Errors
    ///
    /// [`InvalidDocumentFile`] if the file cannot be read or is too large.
    pub fn read_blocking_as(
        format: DocumentFormat,
        path: impl AsRef<Path>,
    ) -> Result<Self, InvalidDocumentFile> {
        let path = path.as_ref();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        if length > MAX_DOCUMENT_BYTES {
            return Err(InvalidDocumentFile::TooLarge);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
        file.take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MAX_DOCUMENT_BYTES {
            return Err(InvalidDocumentFile::TooLarge);
        }
        Ok(Self::new(name, format, bytes))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its format.
    pub fn format(&self) -> DocumentFormat {
        self.format
    }

    /// Its size in bytes.
    pub fn len(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(super) fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }

    pub(super) fn validate(&self) -> Result<(), InvalidRequest> {
        if self.is_empty() {
            return Err(InvalidRequest::new("file", "is empty"));
        }
        if self.len() <= MAX_DOCUMENT_BYTES {
            return Ok(());
        }
        let fault = format!("has {} bytes; at most {MAX_DOCUMENT_BYTES} are allowed", self.len());
        Err(InvalidRequest::new("file", fault))
    }
}

impl fmt::Debug for DocumentFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentFile")
            .field("format", &self.format)
            .field("bytes", &self.len())
            .finish_non_exhaustive()
    }
}

/// Error for a file that cannot be uploaded. It shows neither name nor path.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum InvalidDocumentFile {
    /// It could not be read.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
    /// It is larger than [`MAX_DOCUMENT_BYTES`].
    #[error("the file has more than {MAX_DOCUMENT_BYTES} bytes")]
    TooLarge,
    /// The extension of its name is none of the formats'.
    #[error("the file's name does not end in pdf, jpg, png, heic or tiff")]
    Format,
}
