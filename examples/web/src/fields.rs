//! The fields of the form with a customer's details, in one table.

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// Text of this `type`.
    Text(&'static str),
    /// One of these: value and words.
    Choice(&'static [(&'static str, &'static str)]),
}

/// A field of the form.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    /// For the browser: what it may fill in by itself.
    pub(crate) autocomplete: &'static str,
    pub(crate) input: Input,
    /// What to say if it is empty; empty if it may be.
    pub(crate) missing: &'static str,
    /// Where SpherePay's errors point for it.
    pub(crate) pointer: &'static str,
    /// Only when the customer is created: it cannot be changed later.
    pub(crate) is_fixed: bool,
}

const fn text(name: &'static str, label: &'static str, autocomplete: &'static str) -> Field {
    let input = Input::Text("text");
    Field { name, label, hint: "", autocomplete, input, missing: "", pointer: "", is_fixed: false }
}

/// All fields, in their order on the page.
pub(crate) static FIELDS: [Field; 10] = [
    Field {
        input: Input::Text("email"),
        missing: "Enter your e-mail address",
        pointer: "/email",
        is_fixed: true,
        ..text("email", "E-mail address", "email")
    },
    Field {
        hint: "With the country code, such as +1 415 555 0123",
        input: Input::Text("tel"),
        missing: "Enter your phone number",
        pointer: "/phone",
        is_fixed: true,
        ..text("phone", "Phone number", "tel")
    },
    Field {
        input: Input::Choice(COUNTRIES),
        missing: "Choose your country",
        pointer: "/address/country",
        ..text("country", "Country of residence", "off")
    },
    Field {
        missing: "Enter your street and house number",
        pointer: "/address/line1",
        ..text("line1", "Street and house number", "address-line1")
    },
    Field { pointer: "/address/line2", ..text("line2", "Apartment, floor or building", "address-line2") },
    Field {
        missing: "Enter your town or city",
        pointer: "/address/city",
        ..text("city", "Town or city", "address-level2")
    },
    Field { pointer: "/address/postalCode", ..text("postal_code", "Postal code", "postal-code") },
    Field {
        hint: "Two letters in the USA, such as IL",
        pointer: "/address/state",
        ..text("state", "State or region", "address-level1")
    },
    Field {
        input: Input::Choice(&[
            ("ssn", "Social security number (USA)"),
            ("itin", "Individual taxpayer number (USA)"),
            ("cpf", "CPF (Brazil)"),
            ("national_id", "National identity number"),
            ("passport", "Passport number"),
        ]),
        missing: "Choose the kind of tax number",
        pointer: "/personalInformation/taxIdentificationNumberType",
        ..text("tax_type", "Kind of tax number", "off")
    },
    Field {
        missing: "Enter your tax number",
        pointer: "/personalInformation/taxIdentificationNumber",
        ..text("tax_number", "Tax number", "off")
    },
];

/// A sample: a real platform lists the countries that it serves. ISO 3166-1 alpha-3.
pub(crate) const COUNTRIES: &[(&str, &str)] = &[
    ("ARG", "Argentina"),
    ("AUS", "Australia"),
    ("BRA", "Brazil"),
    ("CAN", "Canada"),
    ("COL", "Colombia"),
    ("FRA", "France"),
    ("DEU", "Germany"),
    ("IND", "India"),
    ("JPN", "Japan"),
    ("MEX", "Mexico"),
    ("PRT", "Portugal"),
    ("ESP", "Spain"),
    ("GBR", "United Kingdom"),
    ("USA", "United States"),
];

/// Whether a country is one of the list.
pub(crate) fn is_country(code: &str) -> bool {
    COUNTRIES.iter().any(|(known, _)| *known == code)
}
