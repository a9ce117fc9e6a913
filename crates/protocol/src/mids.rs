//! Maps from media sections, as short sorted lists: a tree would weigh more than what it holds.

use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Source;

/// Which source each media section (by its `mid`) carries. A section carries the same source both
/// ways. Sections of a source that a page does not know are left alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MidSources(Vec<(String, Source)>);

impl MidSources {
    /// No section at all.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Says what a section carries.
    pub fn insert(&mut self, mid: String, source: Source) {
        match self.0.binary_search_by(|(other, _)| other.as_str().cmp(&mid)) {
            Ok(at) => self.0[at].1 = source,
            Err(at) => self.0.insert(at, (mid, source)),
        }
    }

    /// What a section carries.
    pub fn get(&self, mid: &str) -> Option<Source> {
        self.iter().find(|(other, _)| *other == mid).map(|(_, source)| source)
    }

    /// All sections, in the order of their mids as texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Source)> {
        self.0.iter().map(|(mid, source)| (mid.as_str(), *source))
    }

    /// What is carried.
    pub fn sources(&self) -> impl Iterator<Item = Source> {
        self.0.iter().map(|(_, source)| *source)
    }
}

impl FromIterator<(String, Source)> for MidSources {
    fn from_iter<I: IntoIterator<Item = (String, Source)>>(pairs: I) -> Self {
        let mut sources = Self::new();
        for (mid, source) in pairs {
            sources.insert(mid, source);
        }
        sources
    }
}

impl<const N: usize> From<[(String, Source); N]> for MidSources {
    fn from(pairs: [(String, Source); N]) -> Self {
        pairs.into_iter().collect()
    }
}

impl Serialize for MidSources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// The pairs of an object whose values are texts, as they come.
pub(crate) struct Pairs(pub(crate) Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor;

        impl<'de> Visitor<'de> for PairsVisitor {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Pairs, M::Error> {
                let mut pairs = Vec::new();
                while let Some((Text(key), Text(value))) = map.next_entry()? {
                    pairs.push((key, value));
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(PairsVisitor)
    }
}

/// A text. Unlike `String` it asks for a borrowed one, which is all that `serde-json-core` has for
/// the keys of an object.
struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor;

        impl Visitor<'_> for TextVisitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(Text(text.to_owned()))
            }
        }

        deserializer.deserialize_str(TextVisitor)
    }
}
