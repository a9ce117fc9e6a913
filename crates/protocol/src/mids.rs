//! Maps from media sections, as short sorted lists, which are smaller than a tree.

use serde::{Serialize, Serializer};

use crate::Source;
use crate::json::{Fields, Value};

/// The source that each `m=` section (by its `mid`) carries. A section carries the same source in
/// both directions. Sections with an unknown source are left out, and left alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MidSources(Vec<(String, Source)>);

impl MidSources {
    /// Returns an empty map.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets the source that a section carries.
    pub fn insert(&mut self, mid: String, source: Source) {
        match self.0.binary_search_by(|(other, _)| other.as_str().cmp(&mid)) {
            Ok(at) => self.0[at].1 = source,
            Err(at) => self.0.insert(at, (mid, source)),
        }
    }

    /// Reads the sections that have a known source.
    pub(crate) fn from_fields(fields: &Fields<'_>) -> Self {
        let source = |value: Value<'_>| Source::of(&value.text()?);
        fields.iter().filter_map(|(mid, value)| Some((mid.to_owned(), source(value)?))).collect()
    }

    /// Returns the source that a section carries.
    pub fn get(&self, mid: &str) -> Option<Source> {
        self.iter().find(|(other, _)| *other == mid).map(|(_, source)| source)
    }

    /// Returns all sections, ordered by their mids as strings.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Source)> {
        self.0.iter().map(|(mid, source)| (mid.as_str(), *source))
    }

    /// Returns the source of each section.
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
