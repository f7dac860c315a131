//! The id of a customer of the link flow.

use super::id::id_type;

id_type! {
    /// The id of a customer of the link flow, in which SpherePay's hosted page does everything.
    ///
    /// These customers are documented as incompatible with all operations on other customers, and the reverse. So their
    /// ids are a type of their own: what takes a [`CustomerId`](crate::CustomerId) does not take one of these.
    ///
    /// ```compile_fail
    /// # use sphere_core::{Client, LinkedCustomerId};
    /// fn face_link(client: &Client, customer: &LinkedCustomerId) {
    ///     let _ = client.generate_face_verification_link(customer); // expected `&CustomerId`
    /// }
    /// ```
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::LinkedCustomerId;
    ///
    /// let id: LinkedCustomerId = "customer_f31121c389624d3697cbf3ea8830b7a4".parse()?;
    /// # Ok::<(), sphere_core::InvalidId>(())
    /// ```
    LinkedCustomerId, "linked customer id"
}
