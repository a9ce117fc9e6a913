//! JSON (RFC 8259) as pages and the server read and write it.
//!
//! Every text is read with `serde_json`, in two steps. First an object is taken apart into its
//! fields, each of them as text. Then a message asks for the fields that it knows, by their types.
//! Everything else in the object is only checked to be JSON. So a field that a version does not know
//! never makes it lose a message, and no depth of nesting exhausts the stack, since `serde_json` does
//! not recurse over values that are not read.

use std::fmt;

use serde::Serialize;
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::MAX_FRAME_BYTES;

/// Writes a message; none if it would not fit into a frame.
pub fn to_json(message: &impl Serialize) -> Option<String> {
    serde_json::to_string(message).ok().filter(|text| text.len() <= MAX_FRAME_BYTES)
}

/// Reads a message; none if the text is larger than a frame, not JSON, or not that message.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    if text.len() > MAX_FRAME_BYTES {
        return None;
    }
    serde_json::from_str(str::from_utf8(text).ok()?).ok()
}

/// Implements `Deserialize` by the type's own `from_fields`.
macro_rules! read_from_fields {
    ($name:ty) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text = Box::<::serde_json::value::RawValue>::deserialize(deserializer)?;
                let fields = $crate::json::Fields::of(text.get());
                fields
                    .and_then(|fields| Self::from_fields(&fields).ok())
                    .ok_or_else(|| ::serde::de::Error::custom("not a message"))
            }
        }
    };
}
pub(crate) use read_from_fields;

/// A message is of a type that is not known, or it lacks a field that its type needs, or the field
/// is of another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldMissing;

/// The fields of an object. Of several with one name the last counts, as in most other readers.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a>(Vec<(String, Value<'a>)>);

impl<'a> Fields<'a> {
    /// Takes an object apart; none if the text is not exactly one object.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        // The values are checked as they are skipped, but not the names, which may hold lone
        // surrogates: the first pass checks those.
        let checked: &RawValue = serde_json::from_str(text).ok()?;
        Value(checked).object()
    }

    /// Returns a field, unless it is missing or null.
    pub(crate) fn get(&self, name: &str) -> Option<Value<'a>> {
        let field = self.0.iter().rev().find(|(other, _)| other == name);
        field.map(|(_, value)| *value).filter(|value| !value.is_null())
    }

    /// Returns the value that `read` makes of a field that the message needs.
    pub(crate) fn need<T>(
        &self,
        name: &str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Result<T, FieldMissing> {
        self.get(name).and_then(read).ok_or(FieldMissing)
    }

    /// Returns the value that `read` makes of a field that may be missing or null.
    pub(crate) fn may_have<T>(
        &self,
        name: &str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, FieldMissing> {
        self.get(name).map(|value| read(value).ok_or(FieldMissing)).transpose()
    }

    /// All fields, in the order of the text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }
}

/// A value whose text is known to be JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a>(&'a RawValue);

impl<'a> Value<'a> {
    /// A text. A surrogate escape without its other half is read as U+FFFD, as browsers do where
    /// they encode texts.
    pub(crate) fn text(self) -> Option<String> {
        self.read::<Text>().map(|Text(text)| text)
    }

    /// A whole number, however it is spelt; see [`whole_number`].
    pub(crate) fn number(self) -> Option<u64> {
        whole_number(self.0.get())
    }

    /// A whole number. One that is too large counts as the largest there is.
    pub(crate) fn small_number(self) -> Option<u32> {
        self.number().map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// `true` or `false`.
    pub(crate) fn flag(self) -> Option<bool> {
        self.read()
    }

    /// The fields of an object.
    pub(crate) fn object(self) -> Option<Fields<'a>> {
        self.read()
    }

    /// The list of what `read` makes of each element. An element of which it makes nothing is
    /// left out: it must not cost the others.
    pub(crate) fn list<T>(self, read: impl Fn(Value<'a>) -> Option<T>) -> Option<Vec<T>> {
        let values: Vec<&'a RawValue> = self.read()?;
        Some(values.into_iter().filter_map(|value| read(Value(value))).collect())
    }

    /// Parses a text, like an id.
    pub(crate) fn parse<T: std::str::FromStr>(self) -> Option<T> {
        self.text()?.parse().ok()
    }

    fn is_null(self) -> bool {
        self.0.get() == "null"
    }

    fn read<T: Deserialize<'a>>(self) -> Option<T> {
        serde_json::from_str(self.0.get()).ok()
    }
}

/// Reads a number that is whole and not negative: `10`, but also `1e1`, `10.0` and `-0`.
/// It is exact, which a floating-point number would not be beyond 2^53.
fn whole_number(text: &str) -> Option<u64> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let digits = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    let significant = all.trim_end_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let zeros = i64::try_from(all.len() - significant.len()).ok()?;
    let places = i64::try_from(fraction.len()).ok()?;
    let exponent = i64::from(exponent.parse::<i32>().ok()?) + zeros - places;
    let sign = &mantissa[..mantissa.len() - digits.len()];
    // A sign is refused by `parse`, and so is whatever is no number.
    let significant: u64 = [sign, significant].concat().parse().ok()?;
    10_u64.checked_pow(u32::try_from(exponent).ok()?)?.checked_mul(significant)
}

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;

        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields<'de>, M::Error> {
                let mut fields = Vec::new();
                while let Some((Text(name), value)) = map.next_entry()? {
                    fields.push((name, Value(value)));
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(FieldsVisitor)
    }
}

/// A text in which each lone surrogate is U+FFFD.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Text, E> {
                Ok(Text(without_surrogates(bytes)))
            }
        }

        // As a text, `serde_json` refuses lone surrogates; as bytes, it encodes each as the three
        // bytes that UTF-8 would have for it.
        deserializer.deserialize_bytes(TextVisitor)
    }
}

/// Makes a text of UTF-8 with encoded surrogates in it, the first byte of which is always `0xed`.
fn without_surrogates(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if chunk.invalid().first() == Some(&0xed) {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_read_however_it_is_spelt() {
        for (text, number) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("-0.0e5", Some(0)),
            ("0e99999999999", Some(0)),
            ("1", Some(1)),
            ("1.0", Some(1)),
            ("1e0", Some(1)),
            ("1E+2", Some(100)),
            ("100e-2", Some(1)),
            ("1200.00E-2", Some(12)),
            ("1.5e1", Some(15)),
            ("0.001e3", Some(1)),
            ("4294967296", Some(1 << 32)),
            ("9007199254740991", Some((1 << 53) - 1)),
            ("9007199254740991.0", Some((1 << 53) - 1)),
            ("9.007199254740991e15", Some((1 << 53) - 1)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("1e20", None),
            ("1e99999999999", None),
            ("1e-2147483648", None),
            ("1.5", None),
            ("1e-1", None),
            ("-1", None),
            ("\"1\"", None),
            ("\"\"", None),
            ("\"0\"", None),
            ("null", None),
            ("true", None),
            ("[]", None),
            ("{}", None),
            ("[0]", None),
        ] {
            assert_eq!(whole_number(text), number, "{text}");
        }
    }

    #[test]
    fn a_lone_surrogate_is_one_replacement_character() {
        for (json, text) in [
            (r#""""#, ""),
            (r#""\ud83d\udc4b""#, "👋"),
            (r#""\ud83dx""#, "\u{fffd}x"),
            (r#""x\udc4b""#, "x\u{fffd}"),
            (r#""\ud83d\n\ud83d""#, "\u{fffd}\n\u{fffd}"),
            (r#""\ud83d\ud83d\udc4b""#, "\u{fffd}👋"),
            (r#""\udc4b\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""é\ud83d""#, "é\u{fffd}"),
        ] {
            let read: Text = serde_json::from_str(json).unwrap();
            assert_eq!(read.0, text, "{json}");
        }
    }

    #[test]
    fn of_fields_with_one_name_the_last_counts() {
        let fields = Fields::of(r#"{"a":1,"a":"x","\u0061":2,"b":3,"b":null}"#).unwrap();
        assert_eq!(fields.get("a").and_then(Value::number), Some(2));
        assert!(fields.get("b").is_none());
    }
}
