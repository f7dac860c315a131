//! What the contract says about the members of a JSON body, as tables that are checked one line at a time.

use serde_json::{Map, Value};

use super::problem::{FieldError, Problem};

/// A rule for one member: where it is (a JSON Pointer), whether it must be there, and what it is.
pub(super) type Rule = (&'static str, bool, Kind);

/// What a member is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text,
    NotEmpty,
    Email,
    Phone,
    /// ISO 3166-1 alpha-3, by its shape.
    Country,
    /// `YYYY-MM-DD`.
    Date,
    OneOf(&'static [&'static str]),
    Code,
    /// Digits, then nothing or a point and two digits.
    Amount,
    /// Digits: basis points.
    Points,
    /// Text of this many characters, at least and at most.
    Length(usize, usize),
    /// Whatever excludes it is there.
    Absent,
    Bool,
    Texts,
    Objects,
    Object,
    /// An object whose values are null or primitive.
    Meta,
}

const REQUIRED: bool = true;
const OPTIONAL: bool = false;

pub(super) const INDIVIDUAL: &[&[Rule]] = &[CONTACT, ADDRESS_REQUIRED, ADDRESS, PERSONAL, META];
pub(super) const BUSINESS: &[&[Rule]] = &[
    CONTACT,
    &[("/addresses", REQUIRED, Kind::Objects), ("/businessInformation", REQUIRED, Kind::Object)],
    META,
];
pub(super) const CUSTOMER_UPDATE: &[&[Rule]] = &[ADDRESS_OPTIONAL, ADDRESS, PERSONAL, META];
pub(super) const ONBOARDING: &[&[Rule]] =
    &[&[("/type", REQUIRED, Kind::OneOf(&["individual"]))], CONTACT, ADDRESS_REQUIRED, ADDRESS];
pub(super) const REPRESENTATIVE: &[&[Rule]] = &[
    &[("/customerId", REQUIRED, Kind::NotEmpty), ("/type", REQUIRED, Kind::OneOf(&["individual"]))],
    CONTACT,
    ADDRESS_REQUIRED,
    ADDRESS,
    NAMES,
    PERSONAL,
    REPRESENTATION,
];
pub(super) const REPRESENTATIVE_UPDATE: &[&[Rule]] = &[ADDRESS_OPTIONAL, ADDRESS, PERSONAL, REPRESENTATION];
pub(super) const SEND_CODE: &[&[Rule]] = &[&[CHANNEL]];
pub(super) const VERIFY_CODE: &[&[Rule]] = &[&[CHANNEL, ("/code", REQUIRED, Kind::Code)]];

pub(super) const BANK_ACCOUNT: &[&[Rule]] = &[&[
    ("/customerId", REQUIRED, Kind::NotEmpty),
    ("/bankName", REQUIRED, Kind::Text),
    ("/accountName", REQUIRED, Kind::Text),
    ("/currency", REQUIRED, Kind::OneOf(&["usd", "eur", "brl"])),
    ("/accountDetails", REQUIRED, Kind::Object),
    ("/accountOwner", REQUIRED, Kind::Object),
    ("/accountOwner/accountHolderName", REQUIRED, Kind::Text),
    ("/accountDetails/accountType", OPTIONAL, Kind::OneOf(&["checking", "savings"])),
    ("/accountOwner/address", REQUIRED, Kind::Object),
    ("/accountOwner/address/line1", REQUIRED, Kind::Text),
    ("/accountOwner/address/line2", OPTIONAL, Kind::Text),
    ("/accountOwner/address/city", REQUIRED, Kind::Text),
    ("/accountOwner/address/state", OPTIONAL, Kind::Text),
    ("/accountOwner/address/postalCode", OPTIONAL, Kind::Text),
    ("/accountOwner/address/country", REQUIRED, Kind::Text),
    ("/networks", REQUIRED, Kind::Texts),
]];
pub(super) const WALLET: &[&[Rule]] = &[&[
    ("/customerId", REQUIRED, Kind::NotEmpty),
    ("/address", REQUIRED, Kind::NotEmpty),
    (
        "/network",
        REQUIRED,
        Kind::OneOf(&["arbitrum", "avalanche", "base", "ethereum", "optimism", "polygon", "sol", "tron"]),
    ),
]];
pub(super) const NETWORKS: &[&[Rule]] = &[&[("/networks", REQUIRED, Kind::Texts)]];
const CHAINS: Kind = Kind::OneOf(&["arbitrum", "avalanche", "base", "ethereum", "polygon", "sol", "tron"]);
const COINS: Kind = Kind::OneOf(&["usdc", "usdt", "eurc"]);
pub(super) const VIRTUAL_ACCOUNT: &[&[Rule]] = &[&[
    ("/customerId", REQUIRED, Kind::NotEmpty),
    ("/sourceCurrency", REQUIRED, Kind::OneOf(&["usd", "eur"])),
    ("/destinationCurrency", REQUIRED, COINS),
    ("/network", REQUIRED, CHAINS),
    ("/walletAddress", REQUIRED, Kind::Text),
    ("/integratorFeeBps", OPTIONAL, Kind::Points),
]];
pub(super) const VIRTUAL_ACCOUNT_UPDATE: &[&[Rule]] = &[&[
    ("/destinationCurrency", OPTIONAL, COINS),
    ("/network", OPTIONAL, Kind::Text),
    ("/walletAddress", OPTIONAL, Kind::Text),
    ("/integratorFeeBps", OPTIONAL, Kind::Points),
]];
pub(super) const OFFLOADER_WALLET: &[&[Rule]] = &[&[
    ("/customerId", REQUIRED, Kind::NotEmpty),
    ("/currency", REQUIRED, COINS),
    ("/network", REQUIRED, CHAINS),
    ("/destination", REQUIRED, Kind::Object),
    ("/destination/bankAccountId", REQUIRED, Kind::NotEmpty),
    ("/destination/currency", REQUIRED, Kind::OneOf(&["usd", "eur"])),
    ("/destination/network", REQUIRED, Kind::OneOf(&["ach", "wire", "sepa"])),
    ("/integratorBpsFeeRate", OPTIONAL, Kind::Text),
    ("/returnAddress", OPTIONAL, Kind::Text),
]];
/// The references of the destination, by its network.
pub(super) const OFFLOADER_REFERENCES: [(&str, &str, &[&[Rule]]); 3] = [
    ("ach", "usd", &[&[("/destination/achReference", OPTIONAL, Kind::Length(1, 10))]]),
    ("wire", "usd", &[&[("/destination/wireMessage", OPTIONAL, Kind::Length(1, 105))]]),
    ("sepa", "eur", &[&[("/destination/sepaReference", OPTIONAL, Kind::Length(6, 140))]]),
];
pub(super) const QUOTE: &[&[Rule]] = &[
    &[
        ("/amount", REQUIRED, Kind::Amount),
        ("/customerId", REQUIRED, Kind::NotEmpty),
        ("/integratorBpsFeeRate", OPTIONAL, Kind::Points),
    ],
    SIDES,
    RAILS,
];
pub(super) const QUOTED: &[&[Rule]] = &[
    &[
        ("/customer", REQUIRED, Kind::NotEmpty),
        ("/quoteId", REQUIRED, Kind::NotEmpty),
        ("/amount", OPTIONAL, Kind::Absent),
    ],
    SIDES,
    ENDS,
    EXTERNAL_ID,
];
pub(super) const FLOATING: &[&[Rule]] = &[
    &[
        ("/customer", REQUIRED, Kind::NotEmpty),
        ("/amount", REQUIRED, Kind::Amount),
        ("/integratorFixedFee", OPTIONAL, Kind::Amount),
        ("/integratorBpsFeeRate", OPTIONAL, Kind::Points),
    ],
    SIDES,
    ENDS,
    RAILS,
    EXTERNAL_ID,
];

const SIDES: &[Rule] = &[("/source", REQUIRED, Kind::Object), ("/destination", REQUIRED, Kind::Object)];
const RAILS: &[Rule] = &[
    ("/source/currency", REQUIRED, Kind::NotEmpty),
    ("/source/network", REQUIRED, Kind::NotEmpty),
    ("/destination/currency", REQUIRED, Kind::NotEmpty),
    ("/destination/network", REQUIRED, Kind::NotEmpty),
];
const ENDS: &[Rule] = &[
    ("/source/type", REQUIRED, Kind::OneOf(&["bank_account", "wallet"])),
    ("/source/id", REQUIRED, Kind::NotEmpty),
    ("/destination/type", REQUIRED, Kind::OneOf(&["bank_account", "wallet"])),
    ("/destination/id", REQUIRED, Kind::NotEmpty),
    ("/source/currency", OPTIONAL, Kind::Text),
    ("/source/network", OPTIONAL, Kind::Text),
    ("/destination/currency", OPTIONAL, Kind::Text),
    ("/destination/network", OPTIONAL, Kind::Text),
    ("/source/achReference", OPTIONAL, Kind::Length(0, 10)),
    ("/source/wireMessage", OPTIONAL, Kind::Length(0, 105)),
    ("/source/sepaReference", OPTIONAL, Kind::Length(6, 140)),
    ("/destination/achReference", OPTIONAL, Kind::Length(0, 10)),
    ("/destination/wireMessage", OPTIONAL, Kind::Length(0, 105)),
    ("/destination/sepaReference", OPTIONAL, Kind::Length(6, 140)),
];
const EXTERNAL_ID: &[Rule] = &[("/externalId", OPTIONAL, Kind::Text)];
const CHANNEL: Rule = ("/type", REQUIRED, Kind::OneOf(&["email", "phone"]));
const CONTACT: &[Rule] = &[("/email", REQUIRED, Kind::Email), ("/phone", REQUIRED, Kind::Phone)];
const ADDRESS_REQUIRED: &[Rule] = &[("/address", REQUIRED, Kind::Object)];
const ADDRESS_OPTIONAL: &[Rule] = &[("/address", OPTIONAL, Kind::Object)];
const ADDRESS: &[Rule] = &[
    ("/address/line1", REQUIRED, Kind::Text),
    ("/address/line2", OPTIONAL, Kind::Text),
    ("/address/city", REQUIRED, Kind::Text),
    ("/address/state", OPTIONAL, Kind::Text),
    ("/address/postalCode", OPTIONAL, Kind::Text),
    ("/address/country", REQUIRED, Kind::Country),
];
const PERSONAL: &[Rule] = &[
    ("/personalInformation", OPTIONAL, Kind::Object),
    ("/personalInformation/taxIdentificationNumber", OPTIONAL, Kind::Text),
    ("/personalInformation/taxIdentificationNumberType", OPTIONAL, Kind::Text),
    ("/personalInformation/taxIdentificationNumberCountry", OPTIONAL, Kind::Country),
    ("/personalInformation/countryOfBirth", OPTIONAL, Kind::Country),
    ("/personalInformation/nationality", OPTIONAL, Kind::Country),
    ("/personalInformation/dateOfBirth", OPTIONAL, Kind::Date),
    ("/personalInformation/taxIdentificationNumberDescription", OPTIONAL, Kind::Text),
    ("/personalInformation/gender", OPTIONAL, Kind::Text),
    ("/personalInformation/accountPurpose", OPTIONAL, Kind::Text),
    ("/personalInformation/middleName", OPTIONAL, Kind::Text),
    ("/personalInformation/occupationSocCode", OPTIONAL, Kind::Text),
    ("/personalInformation/residencyCountry", OPTIONAL, Kind::Text),
    ("/personalInformation/sourceOfFunds", OPTIONAL, Kind::Text),
    ("/personalInformation/firstName", OPTIONAL, Kind::Text),
    ("/personalInformation/lastName", OPTIONAL, Kind::Text),
];
const NAMES: &[Rule] = &[
    ("/firstName", OPTIONAL, Kind::Text),
    ("/lastName", OPTIONAL, Kind::Text),
    ("/middleName", OPTIONAL, Kind::Text),
    ("/dateOfBirth", OPTIONAL, Kind::Date),
];
const REPRESENTATION: &[Rule] = &[
    ("/representationDetails", OPTIONAL, Kind::Object),
    ("/representationDetails/roles", OPTIONAL, Kind::Texts),
    ("/representationDetails/ownershipPercentage", OPTIONAL, Kind::Text),
    ("/representationDetails/isControlPerson", OPTIONAL, Kind::Bool),
    ("/representationDetails/isSigner", OPTIONAL, Kind::Bool),
    ("/representationDetails/relationshipEstablishedAt", OPTIONAL, Kind::Date),
    ("/representationDetails/title", OPTIONAL, Kind::Text),
];
const META: &[Rule] = &[("/meta", OPTIONAL, Kind::Meta)];

/// If one of these is given, the others are required.
const TAX: [&str; 3] = [
    "/personalInformation/taxIdentificationNumber",
    "/personalInformation/taxIdentificationNumberType",
    "/personalInformation/taxIdentificationNumberCountry",
];

/// Checks a body by its rules. Members without a rule are accepted.
pub(super) fn check(members: Map<String, Value>, tables: &[&[Rule]]) -> Result<Map<String, Value>, Problem> {
    let body = Value::Object(members);
    let mut errors = Vec::new();
    for (pointer, required, kind) in tables.iter().copied().flatten() {
        match body.pointer(pointer) {
            Some(value) => errors.extend(kind.fault(value).map(|fault| FieldError::at(pointer, fault))),
            None if *required && parent_is_there(&body, pointer) => {
                errors.push(FieldError::at(pointer, "Required"));
            }
            None => {}
        }
    }
    if TAX.iter().any(|pointer| body.pointer(pointer).is_some()) {
        let missing = TAX.into_iter().filter(|pointer| body.pointer(pointer).is_none());
        errors.extend(missing.map(|pointer| FieldError::at(pointer, "Required with the other tax members")));
    }
    match body {
        Value::Object(members) if errors.is_empty() => Ok(members),
        _ => Err(Problem::invalid(errors)),
    }
}

/// Whether the object is there in which a member is missing.
fn parent_is_there(body: &Value, pointer: &str) -> bool {
    let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
    body.pointer(parent).is_some_and(Value::is_object)
}

impl Kind {
    /// What is wrong with a value; `None` if nothing is.
    fn fault(self, value: &Value) -> Option<&'static str> {
        let text = value.as_str();
        match self {
            Self::Text => check_text(text, |_| true, "Must be text"),
            Self::NotEmpty => check_text(text, |text| !text.is_empty(), "Must be text and not empty"),
            Self::Email => check_text(text, is_email, "Invalid email format"),
            Self::Phone => check_text(text, is_phone, "Must be + and 7 to 15 digits"),
            Self::Country => check_text(text, is_country, "Must be an ISO 3166-1 alpha-3 code"),
            Self::Date => check_text(text, is_date, "Must be a date: YYYY-MM-DD"),
            Self::OneOf(choices) => {
                check_text(text, |text| choices.contains(&text), "Not one of the allowed values")
            }
            Self::Code => check_text(
                text,
                |text| (1..=10).contains(&text.chars().count()),
                "Must be 1 to 10 characters",
            ),
            Self::Length(least, most) => check_text(
                text,
                |text| (least..=most).contains(&text.chars().count()),
                "Must be text of another length",
            ),
            Self::Points => check_text(text, is_number, "Must be basis points such as 10"),
            Self::Absent => Some("Not with the quote, which has it"),
            Self::Amount => check_text(text, is_amount, "Must be an amount such as 500.00"),
            Self::Bool => (!value.is_boolean()).then_some("Must be true or false"),
            Self::Texts => check_items(value, Value::is_string, "Must be an array of text"),
            Self::Objects => check_items(value, Value::is_object, "Must be an array of objects"),
            Self::Object => (!value.is_object()).then_some("Must be an object"),
            Self::Meta => {
                let is_primitive = |value: &Value| !value.is_object() && !value.is_array();
                let fits = value.as_object().is_some_and(|members| members.values().all(is_primitive));
                (!fits).then_some("Must be an object whose values are null or primitive")
            }
        }
    }
}

fn check_text(
    text: Option<&str>,
    fits: impl FnOnce(&str) -> bool,
    fault: &'static str,
) -> Option<&'static str> {
    (!text.is_some_and(fits)).then_some(fault)
}

fn check_items(value: &Value, fits: fn(&Value) -> bool, fault: &'static str) -> Option<&'static str> {
    (!value.as_array().is_some_and(|items| items.iter().all(fits))).then_some(fault)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_amount(text: &str) -> bool {
    match text.split_once('.') {
        Some((whole, cents)) => is_number(whole) && is_number(cents) && cents.len() == 2,
        None => is_number(text),
    }
}

fn is_email(text: &str) -> bool {
    let has_parts = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.contains('@') && !domain.starts_with('.')
    });
    text.len() <= 254 && has_parts && !text.contains(char::is_whitespace)
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+');
    digits
        .is_some_and(|digits| (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn is_country(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}
