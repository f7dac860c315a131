//! What is given about a person, a customer or a representative: options that become parts of a request.

use serde_json::Value;
use sphere_core::tidy::{self, Tidied};
use sphere_core::{Address, Meta, PersonalInformation, Scalar};

use crate::console::Console;
use crate::failure::Failure;
use crate::stdin;

/// Address and personal information.
#[derive(clap::Args)]
#[command(next_help_heading = "Person")]
pub(crate) struct PersonArguments {
    /// The first line of the address
    #[arg(long, value_name = "TEXT")]
    line1: Option<String>,

    /// The second line of the address
    #[arg(long, value_name = "TEXT")]
    line2: Option<String>,

    /// City of the address
    #[arg(long, value_name = "TEXT")]
    city: Option<String>,

    /// State or province, such as IL
    #[arg(long, value_name = "TEXT")]
    state: Option<String>,

    /// Postal code of the address
    #[arg(long, value_name = "TEXT")]
    postal_code: Option<String>,

    /// Country of the address, in three letters, such as USA
    #[arg(long, value_name = "COUNTRY")]
    country: Option<String>,

    /// Read the tax number from standard input; on a terminal, it asks for it
    #[arg(long, conflicts_with = "api_key_stdin", requires_all = ["tax_type", "tax_country"])]
    tax_number_stdin: bool,

    /// Type of the tax number, such as ssn, itin, ein, cpf
    #[arg(long, value_name = "TYPE", requires = "tax_number_stdin")]
    tax_type: Option<String>,

    /// Country of the tax number, in three letters, such as USA
    #[arg(long, value_name = "COUNTRY", requires = "tax_number_stdin")]
    tax_country: Option<String>,

    /// Any other member of personalInformation, such as nationality=USA; may be repeated
    #[arg(long, value_name = "NAME=TEXT", value_parser = pair)]
    personal: Vec<(String, String)>,
}

impl PersonArguments {
    /// The address, if any part of it is given.
    pub(crate) fn address(&self) -> Option<Address> {
        let parts = [
            (&self.line1, Address::with_line1 as fn(Address, String) -> Address),
            (&self.line2, Address::with_line2),
            (&self.city, Address::with_city),
            (&self.state, Address::with_state),
            (&self.postal_code, Address::with_postal_code),
            (&self.country, Address::with_country),
        ];
        let mut address = None;
        for (text, set) in parts {
            if let Some(text) = text.clone() {
                address = Some(set(address.unwrap_or_default(), text));
            }
        }
        address
    }

    /// Personal information, if any of it is given.
    pub(crate) fn personal_information(
        &self,
        console: &mut Console,
    ) -> Result<Option<PersonalInformation>, Failure> {
        let mut person = None;
        for (name, text) in &self.personal {
            person = Some(person.unwrap_or_else(PersonalInformation::new).with(name, text));
        }
        if let (true, Some(kind), Some(country)) = (self.tax_number_stdin, &self.tax_type, &self.tax_country)
        {
            let number = stdin::piped_or_typed("tax number", console)?;
            person = Some(
                person
                    .unwrap_or_else(PersonalInformation::new)
                    .with_tax_identification_number(number.as_str())
                    .with_tax_identification_number_type(kind)
                    .with_tax_identification_number_country(country),
            );
        }
        Ok(person)
    }
}

/// An e-mail address to send. What is left out of it is told.
pub(crate) fn email(typed: &str, console: &mut Console) -> String {
    told("--email", tidy::email(typed), console)
}

/// A phone number to send. What is left out of it is told.
pub(crate) fn phone(typed: &str, console: &mut Console) -> String {
    told("--phone", tidy::phone(typed), console)
}

fn told(option: &str, tidied: Tidied, console: &mut Console) -> String {
    let left_out: Vec<_> = tidied.left_out().iter().map(ToString::to_string).collect();
    if !left_out.is_empty() {
        console.remember(&format!("{option} is sent without {}.\n", left_out.join(", ")));
    }
    tidied.into_text()
}

/// Data of the caller's own beside a customer.
#[derive(clap::Args)]
pub(crate) struct MetaArguments {
    /// Your own data: a number, true, false, null or a text; may be repeated
    ///
    /// Put a text that looks like one of the others into quotation marks: --meta 'code="7"'.
    #[arg(long, value_name = "NAME=VALUE", value_parser = entry)]
    meta: Vec<(String, Scalar)>,
}

impl MetaArguments {
    /// The map, if it has an entry.
    pub(crate) fn meta(&self) -> Option<Meta> {
        let with = |meta: Meta, (name, value): &(String, Scalar)| meta.with(name, value.clone());
        (!self.meta.is_empty()).then(|| self.meta.iter().fold(Meta::new(), with))
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, text)) if !name.is_empty() => Ok((name.to_owned(), text.to_owned())),
        _ => Err("is not a name, = and a value".to_owned()),
    }
}

fn entry(text: &str) -> Result<(String, Scalar), String> {
    let (name, value) = pair(text)?;
    let scalar = match serde_json::from_str(&value) {
        Ok(Value::Null) => Scalar::Null,
        Ok(Value::Bool(value)) => value.into(),
        Ok(Value::Number(number)) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => return Err("is not a number that can be sent".to_owned()),
        },
        Ok(Value::String(text)) => text.into(),
        Ok(Value::Array(_) | Value::Object(_)) => return Err("is a list or an object".to_owned()),
        Err(_) => value.into(),
    };
    Ok((name, scalar))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meta_value_is_json_if_it_parses() {
        for (text, value) in [
            ("a=7", Scalar::Integer(7)),
            ("a=1.5", Scalar::Float(1.5)),
            ("a=true", Scalar::Bool(true)),
            ("a=null", Scalar::Null),
            ("a=gold plan", "gold plan".into()),
            ("a=\"7\"", "7".into()),
            ("a=b=c", "b=c".into()),
            ("a=", "".into()),
        ] {
            assert!(entry(text) == Ok(("a".to_owned(), value)), "{text}");
        }
        for bad in ["a", "=a", "a=[1]", "a={}"] {
            let fault = entry(bad).unwrap_err();
            assert!(fault.starts_with("is "), "{fault}");
        }
    }
}
