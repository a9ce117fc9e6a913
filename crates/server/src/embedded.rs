//! The page inside the program, which is there with the feature `page`.

use tincan_server::{PageFiles, PageSource};

/// Returns the page that was in `dist` when the program was compiled, with that feature.
pub(crate) fn page() -> Option<PageSource> {
    cfg!(feature = "page").then(|| PageSource::Files(files()))
}

#[cfg(feature = "page")]
fn files() -> PageFiles {
    use std::borrow::Cow;
    use std::path::PathBuf;

    use rust_embed::RustEmbed;

    #[derive(RustEmbed)]
    #[folder = "../../dist"]
    struct Dist;

    let files = Dist::iter().filter_map(|name| {
        let contents: &'static [u8] = match Dist::get(&name)?.data {
            Cow::Borrowed(contents) => contents,
            Cow::Owned(contents) => contents.leak(),
        };
        Some((PathBuf::from(&*name), contents))
    });
    files.collect()
}

#[cfg(not(feature = "page"))]
fn files() -> PageFiles {
    PageFiles::default()
}
