//! A stored document, as the API shows it.

use super::DocumentTarget;
use crate::endpoint::ApiResponse;
use crate::json::DecodeError;
use crate::json::members::{Members, debug_names, text_readers, with_members};
use crate::values::TimeText;

/// Response to an upload: the document was stored. It has no id. `Debug` shows the names of its members only.
///
/// Source: the contract's `DocumentResponse` (certain; which members are required was not seen, so none is).
#[derive(Clone)]
pub struct Document {
    members: Members,
}

impl Document {
    /// The size of the file in bytes.
    pub fn file_size(&self) -> Option<u64> {
        self.members.read("fileSize")
    }

    /// When it was stored.
    pub fn created_at(&self) -> Option<TimeText> {
        self.members.time("createdAt")
    }

    /// The success status was never seen, so it may be one without a body.
    pub(super) fn read(response: &ApiResponse<'_>, target: DocumentTarget<'_>) -> Result<Self, DecodeError> {
        if response.body().is_empty() {
            return Ok(Self { members: Members::default() });
        }
        let object = response.object()?;
        object.check_id("targetId", target.id())?;
        Ok(Self { members: Members::from(&object) })
    }
}

text_readers! {
    Document {
        target = "target";
        target_id = "targetId";
        document_type = "documentType";
        /// Identity documents only.
        country = "country";
        /// Identity documents only.
        side = "side";
        description = "description";
        file_name = "fileName";
        mime_type = "mimeType";
    }
}

with_members!(Document);
debug_names!(Document);
