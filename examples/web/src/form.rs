//! A form with a customer's details: reading it, what must be right about it, and where SpherePay's errors belong.

use std::collections::HashMap;

use sphere_core::endpoint::InvalidRequest;
use sphere_core::tidy::{self, LeftOut};
use sphere_core::{Address, Error, PersonalInformation};

use crate::fields::{FIELDS, Field, Input};

/// What is wrong with a field, in the customer's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// The field's name; empty if it is about none of them.
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

impl Mistake {
    pub(crate) fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self { field, text: text.into() }
    }
}

/// What a customer filled in, by field. Not `Debug`: it is all personal.
#[derive(Default)]
pub(crate) struct Details {
    values: HashMap<&'static str, String>,
    /// Digits were left out of the phone number.
    is_phone_in_doubt: bool,
}

impl Details {
    /// Reads the form as a browser sends it, and tidies what people type.
    pub(crate) fn read(body: &[u8]) -> Self {
        let mut details = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let Some(field) = FIELDS.iter().find(|field| field.name == name) else { continue };
            let value = match field.name {
                "email" => tidy::email(&value).into_text(),
                "phone" => {
                    let phone = tidy::phone(&value);
                    details.is_phone_in_doubt = phone.left_out().contains(&LeftOut::TrunkZero);
                    phone.into_text()
                }
                _ => value.trim().to_owned(),
            };
            details.values.insert(field.name, value);
        }
        details
    }

    /// A person for developers, with this e-mail address.
    pub(crate) fn of_test_person(email: String) -> Self {
        let mut details = Self::read(
            b"phone=%2B14155550123&country=USA&line1=233+South+Wacker+Drive&city=Chicago&state=IL\
              &postal_code=60606&tax_type=ssn&tax_number=123456789",
        );
        details.values.insert("email", email);
        details
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// What is wrong with them. `is_new`: whether the customer is created with them.
    pub(crate) fn mistakes(&self, is_new: bool) -> Vec<Mistake> {
        let fields = FIELDS.iter().filter(|field| is_new || !field.is_fixed);
        fields.filter_map(|field| Some(Mistake::new(field.name, self.mistake(field)?))).collect()
    }

    fn mistake(&self, field: &Field) -> Option<&'static str> {
        let value = self.get(field.name);
        if value.is_empty() {
            return Some(field.missing).filter(|missing| !missing.is_empty());
        }
        match field.input {
            Input::Choice(choices) => {
                let is_known = choices.iter().any(|(choice, _)| *choice == value);
                (!is_known).then_some(field.missing)
            }
            Input::Text("email") => {
                let fits = value.split_once('@').is_some_and(|(name, host)| {
                    !name.is_empty() && host.contains('.') && !value.contains(char::is_whitespace)
                });
                (!fits).then_some("Enter an e-mail address such as name@example.com")
            }
            Input::Text("tel") => {
                let digits = value.strip_prefix('+').unwrap_or_default();
                let fits = (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
                if !fits {
                    return Some(
                        "Enter the number with a plus and the country code, such as +1 415 555 0123",
                    );
                }
                // The form has the number without it: whoever agrees sends it again.
                self.is_phone_in_doubt.then_some("We have left out (0). Is this your number now?")
            }
            Input::Text(_) => None,
        }
    }

    /// What was left empty is not sent.
    pub(crate) fn address(&self) -> Address {
        let mut address = Address::new()
            .with_line1(self.get("line1"))
            .with_city(self.get("city"))
            .with_country(self.get("country"));
        let [line2, state, postal_code] = ["line2", "state", "postal_code"].map(|name| self.get(name));
        if !line2.is_empty() {
            address = address.with_line2(line2);
        }
        if !state.is_empty() {
            address = address.with_state(state);
        }
        if !postal_code.is_empty() {
            address = address.with_postal_code(postal_code);
        }
        address
    }

    /// The tax number. The name and the date of birth come from the identity document.
    pub(crate) fn personal_information(&self) -> PersonalInformation {
        PersonalInformation::new()
            .with_tax_identification_number(self.get("tax_number"))
            .with_tax_identification_number_type(self.get("tax_type"))
            .with_tax_identification_number_country(self.get("country"))
    }
}

/// What SpherePay, or the SDK before it sent anything, says about single fields.
pub(crate) fn mistakes_of(error: &Error) -> Vec<Mistake> {
    if let Some(invalid) =
        std::error::Error::source(error).and_then(<dyn std::error::Error>::downcast_ref::<InvalidRequest>)
    {
        let pointer = format!("/{}", invalid.field().replace('.', "/"));
        return vec![Mistake::new(field_at(&pointer), format!("This entry {}", invalid.fault()))];
    }
    // More than anyone reads on one page.
    let errors = error.field_errors().iter().take(20);
    let mistake = |fault: &sphere_core::FieldError| {
        Mistake::new(field_at(fault.pointer().unwrap_or_default()), fault.detail())
    };
    if error.is_validation() { errors.map(mistake).collect() } else { Vec::new() }
}

fn field_at(pointer: &str) -> &'static str {
    FIELDS.iter().find(|field| field.pointer == pointer).map_or("", |field| field.name)
}
