//! Reading and writing of JSON (RFC 8259) for pages and the server.
//!
//! Every text is read with `serde_json` in two steps. First an object is split into its fields,
//! each of them as text. Then a message reads the fields that it knows, by their types. Everything
//! else in the object is only checked to be valid JSON. So an unknown field never invalidates a
//! message, and no nesting depth exhausts the stack, since `serde_json` does not recurse into
//! values that are skipped.

use std::fmt;

use serde::Serialize;
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::MAX_FRAME_BYTES;

/// Writes a message. Returns `None` if it would not fit into a frame.
pub fn to_json(message: &impl Serialize) -> Option<String> {
    serde_json::to_string(message).ok().filter(|text| text.len() <= MAX_FRAME_BYTES)
}

/// Reads a message. Returns `None` if the text is larger than a frame, not JSON, or another
/// message.
pub fn from_json<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    if text.len() > MAX_FRAME_BYTES {
        return None;
    }
    serde_json::from_str(str::from_utf8(text).ok()?).ok()
}

/// Implements `Deserialize` through the type's own `from_fields`.
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

/// The error for a message of unknown type, or with a required field that is missing or of another
/// type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FieldMissing;

/// The fields of an object. Of duplicate fields the last counts, as in most other readers.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a>(Vec<(String, Value<'a>)>);

impl<'a> Fields<'a> {
    /// Splits an object into its fields. Returns `None` if the text is not exactly one object.
    pub(crate) fn of(text: &'a str) -> Option<Self> {
        // Skipping a value validates it, but not field names, which may contain lone surrogates:
        // the first pass validates those.
        let checked: &RawValue = serde_json::from_str(text).ok()?;
        Value(checked).object()
    }

    /// Returns a field, unless it is missing or null.
    pub(crate) fn get(&self, name: &str) -> Option<Value<'a>> {
        let field = self.0.iter().rev().find(|(other, _)| other == name);
        field.map(|(_, value)| *value).filter(|value| !value.is_null())
    }

    /// Returns a required field as converted by `read`.
    pub(crate) fn need<T>(
        &self,
        name: &str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Result<T, FieldMissing> {
        self.get(name).and_then(read).ok_or(FieldMissing)
    }

    /// Returns an optional field, which may be missing or null, as converted by `read`.
    pub(crate) fn may_have<T>(
        &self,
        name: &str,
        read: impl FnOnce(Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, FieldMissing> {
        self.get(name).map(|value| read(value).ok_or(FieldMissing)).transpose()
    }

    /// Returns all fields in the order of the text.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Value<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), *value))
    }
}

/// A value whose text is known to be JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value<'a>(&'a RawValue);

impl<'a> Value<'a> {
    /// Returns a string. A lone surrogate is read as U+FFFD, as browsers do when they encode
    /// strings.
    pub(crate) fn text(self) -> Option<String> {
        self.read::<Text>().map(|Text(text)| text)
    }

    /// Returns a whole number in any notation; see [`whole_number`].
    pub(crate) fn number(self) -> Option<u64> {
        whole_number(self.0.get())
    }

    /// Returns a whole number, saturated at the largest `u32`.
    pub(crate) fn small_number(self) -> Option<u32> {
        self.number().map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// Returns a boolean.
    pub(crate) fn flag(self) -> Option<bool> {
        self.read()
    }

    /// Returns the fields of an object.
    pub(crate) fn object(self) -> Option<Fields<'a>> {
        self.read()
    }

    /// Returns a list of all elements that `read` can convert. Others are left out: one invalid
    /// element must not invalidate the rest.
    pub(crate) fn list<T>(self, read: impl Fn(Value<'a>) -> Option<T>) -> Option<Vec<T>> {
        let values: Vec<&'a RawValue> = self.read()?;
        Some(values.into_iter().filter_map(|value| read(Value(value))).collect())
    }

    /// Parses a string, such as an id.
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

/// Parses a number that is whole and not negative: `10`, but also `1e1`, `10.0` and `-0`. The
/// result is exact, which a floating-point number would not be beyond 2^53.
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
    // `parse` rejects a sign and anything that is not a digit.
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

/// A string in which each lone surrogate is replaced by U+FFFD.
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

        // As a string, `serde_json` rejects lone surrogates; as bytes, it encodes each as three
        // bytes, as if it were a character.
        deserializer.deserialize_bytes(TextVisitor)
    }
}

/// Decodes UTF-8 that contains encoded surrogates, the first byte of which is always `0xed`.
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
    fn the_last_of_duplicate_fields_counts() {
        let fields = Fields::of(r#"{"a":1,"a":"x","\u0061":2,"b":3,"b":null}"#).unwrap();
        assert_eq!(fields.get("a").and_then(Value::number), Some(2));
        assert!(fields.get("b").is_none());
    }
}
