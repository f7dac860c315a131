//! What is known about a person beside name and address.

use super::check;
use crate::endpoint::InvalidRequest;
use crate::json::members::{Members, debug_names, text_members, with_members};

/// Personal information of an individual, in requests and in responses. `Debug` shows the names of its members only.
///
/// Every copy of the contract's list is incomplete, so [`with`](Self::with) sets any other text member. The server
/// never sends the tax number back. If any tax member is given, the contract asks for number, type, country and the
/// address.
///
/// Source: the contract's `PersonalInformationInput` and `PersonalInformationOutput` (certain; no member is required).
/// That `firstName`, `lastName` and `dateOfBirth` may be sent is inferred from samples: the concept page says that
/// names come from the identity document.
///
/// # Example
///
/// ```
/// use sphere_core::PersonalInformation;
///
/// let person = PersonalInformation::new()
///     .with_tax_identification_number("123456789")
///     .with_tax_identification_number_type("ssn")
///     .with_tax_identification_number_country("USA");
/// assert!(!format!("{person:?}").contains("123456789"));
/// ```
#[derive(Clone, Default)]
pub struct PersonalInformation {
    members: Members,
}

impl PersonalInformation {
    /// Without members.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets any text member by its name in the API.
    pub fn with(mut self, name: &str, text: impl Into<String>) -> Self {
        self.members.set(name, text.into());
        self
    }

    pub(crate) fn validate(&self) -> Result<(), InvalidRequest> {
        const COUNTRY: &str = "personalInformation.taxIdentificationNumberCountry";
        const NUMBER: &str = "personalInformation.taxIdentificationNumber";
        self.tax_identification_number().map_or(Ok(()), |number| check::visible(NUMBER, number))?;
        self.tax_identification_number_country().map_or(Ok(()), |country| check::country(COUNTRY, country))
    }
}

text_members! {
    PersonalInformation {
        with_tax_identification_number, tax_identification_number = "taxIdentificationNumber";
        /// Seen: `ssn`, `itin`, `ein`, `cpf`, `cnpj`, `passport`, `national_id`, `other`. An open set.
        with_tax_identification_number_type, tax_identification_number_type = "taxIdentificationNumberType";
        /// ISO 3166-1 alpha-3, such as `USA`: checked when it is sent.
        with_tax_identification_number_country, tax_identification_number_country = "taxIdentificationNumberCountry";
        /// For the type `other`.
        with_tax_identification_number_description, tax_identification_number_description = "taxIdentificationNumberDescription";
        with_gender, gender = "gender";
        /// ISO 3166-1 alpha-3; needed for residents of the EEA and some other countries, as third parties report.
        with_country_of_birth, country_of_birth = "countryOfBirth";
        /// ISO 3166-1 alpha-3; needed for residents of the EEA and some other countries, as third parties report.
        with_nationality, nationality = "nationality";
        with_middle_name, middle_name = "middleName";
        /// Such as `15-1132`.
        with_occupation_soc_code, occupation_soc_code = "occupationSocCode";
        with_residency_country, residency_country = "residencyCountry";
        /// Such as `salary`.
        with_source_of_funds, source_of_funds = "sourceOfFunds";
    }
}

with_members!(PersonalInformation);
debug_names!(PersonalInformation);

impl From<Members> for PersonalInformation {
    fn from(members: Members) -> Self {
        Self { members }
    }
}
