//! A business representative's id.

use super::id::id_type;

id_type! {
    /// The id of a business representative, such as `associatedPerson_d972d2f70b9f4d3c8d7cfb32593f395b`.
    ///
    /// 1 to 128 characters of `A-Z a-z 0-9 _ -`, as for a [`CustomerId`](crate::CustomerId), and a type of its own, so
    /// that the two cannot be confused.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::RepresentativeId;
    ///
    /// let id: RepresentativeId = "associatedPerson_d972d2f7".parse()?;
    /// assert_eq!(RepresentativeId::new("a/b").unwrap_err().id(), "representative id");
    /// # Ok::<(), sphere_core::InvalidId>(())
    /// ```
    RepresentativeId, "representative id"
}
