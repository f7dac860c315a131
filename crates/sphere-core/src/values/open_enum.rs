//! Enums of words that the server may add to: a value that this SDK does not know is kept.

/// Declares an enum of words: each variant with its text, and `Unknown` for all others. With `Name, Unreadable { … }`,
/// what decides something and is no text is a variant too.
macro_rules! open_enum {
    ($(#[$attribute:meta])* $name:ident $(, $unreadable:ident)? { $($(#[$note:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$attribute])*
        ///
        /// An open set: a value that this SDK does not know is [`Unknown`](Self::Unknown), with its text.
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $text, "`.")]
                $(#[$note])*
                $variant,
            )+
            /// Any other text. Use `from`, so that a known text becomes its variant.
            Unknown(String),
            $(
                /// The server wrote something that is not text, or nothing. It may mean any word, so it decides
                /// nothing. Serialized as `null`.
                $unreadable,
            )?
        }

        impl $name {
            /// The text that the API uses.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                    $(Self::$unreadable => "unreadable",)?
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)+
                    _ => Self::Unknown(text.to_owned()),
                }
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                text.as_str().into()
            }
        }

        /// Any text is a value.
        impl std::str::FromStr for $name {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(text.into())
            }
        }

        /// Shows at most 64 characters, with characters escaped that could reorder or hide text.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::values::open_enum::show(self.as_str(), f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $(
                    if matches!(self, Self::$unreadable) {
                        return serializer.serialize_none();
                    }
                )?
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Option::<String>::deserialize(deserializer)?;
                $(
                    if text.is_none() {
                        return Ok(Self::$unreadable);
                    }
                )?
                text.map(Self::from).ok_or_else(|| serde::de::Error::custom("null is no word"))
            }
        }
    };
}

pub(crate) use open_enum;

pub(crate) fn show(text: &str, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let mut shown = String::new();
    crate::text::push(&mut shown, text, 64, "");
    f.write_str(&shown)
}

#[cfg(test)]
mod tests {
    open_enum! {
        /// A colour.
        Colour {
            Red = "red",
            DeepBlue = "deep_blue",
        }
    }

    #[test]
    fn known_and_unknown_words_keep_their_text() {
        for (text, expected) in [
            ("red", Colour::Red),
            ("deep_blue", Colour::DeepBlue),
            ("Red", Colour::Unknown("Red".to_owned())),
            ("", Colour::Unknown(String::new())),
        ] {
            let colour = Colour::from(text.to_owned());
            assert_eq!((colour.as_str(), &colour), (text, &expected));
            assert_eq!(serde_json::to_value(&colour).unwrap(), text);
            assert_eq!(serde_json::from_value::<Colour>(text.into()).unwrap(), colour);
            assert_eq!(text.parse(), Ok(colour));
        }
        assert!(
            serde_json::from_str::<Colour>("null").is_err() && serde_json::from_str::<Colour>("7").is_err()
        );
        assert_eq!(Colour::from("a\u{202e}").to_string(), "a\\u{202e}");
    }
}
