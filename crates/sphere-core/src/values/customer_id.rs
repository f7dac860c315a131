//! A customer's id.

use super::id::id_type;

id_type! {
    /// The id of a customer, such as `customer_f31121c389624d3697cbf3ea8830b7a4`.
    ///
    /// 1 to 128 characters of `A-Z a-z 0-9 _ -`, so that an id cannot change the path of a request. The contract
    /// promises no pattern, so no prefix is required.
    ///
    /// # Example
    ///
    /// ```
    /// use sphere_core::CustomerId;
    ///
    /// let id: CustomerId = "customer_1ab2c3d4".parse()?;
    /// assert_eq!(id.as_str(), "customer_1ab2c3d4");
    ///
    /// let error = CustomerId::try_from("customer/../admin").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "customer id: '/' at position 9 is not allowed; only A-Z a-z 0-9 _ - are",
    /// );
    /// # Ok::<(), sphere_core::InvalidId>(())
    /// ```
    CustomerId, "customer id"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_make_one_checks_it() {
        assert_eq!(CustomerId::new("c_1").map(String::from).as_deref(), Ok("c_1"));
        assert!(CustomerId::new("c/1").is_err());
        assert!(CustomerId::try_from("c/1").is_err());
        assert!(CustomerId::try_from("c/1".to_owned()).is_err());
        assert!("c/1".parse::<CustomerId>().is_err());
        assert_eq!(serde_json::from_str::<CustomerId>("\"c_1\"").unwrap().as_str(), "c_1");
        assert!(serde_json::from_str::<CustomerId>("\"c/1\"").is_err());
    }

    #[test]
    fn it_is_written_as_its_text() {
        let id = CustomerId::new("c_1").unwrap();
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"c_1\"");
        assert_eq!((id.to_string(), format!("{id:?}")), ("c_1".to_owned(), "CustomerId(c_1)".to_owned()));
    }
}
