//! Functions whose code is loaded on demand.
//!
//! With the feature `split`, [`crate::lazy!`] marks a function for `wasm_split_cli_support`, which
//! moves its code, and all that only it needs, into a chunk. Without the feature, as in `trunk
//! serve` and in tests, the page is one WebAssembly and such a function returns at once.

#[cfg(feature = "split")]
#[doc(hidden)]
pub use wasm_split_helpers as split;

/// A chunk could not be put in place. Fetching it is retried before this is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadError;

#[cfg(feature = "split")]
impl From<split::SplitLoaderError> for LoadError {
    fn from(_: split::SplitLoaderError) -> Self {
        Self
    }
}

/// Declares a function without parameters that is part of a chunk:
/// `lazy!(chunk, fn f() -> T { … })`.
///
/// It becomes `async fn f() -> Result<T, LoadError>`, which loads the chunk first. Let it return
/// function pointers, so that their later calls need not wait.
#[cfg(feature = "split")]
#[macro_export]
macro_rules! lazy {
    ($chunk:ident, $(#[$attribute:meta])* $vis:vis fn $name:ident() -> $output:ty $body:block) => {
        $(#[$attribute])*
        ///
        /// # Errors
        /// If the chunk cannot be loaded.
        #[$crate::lazy::split::wasm_split(
            $chunk, wasm_split_path = $crate::lazy::split, fallible
        )]
        $vis fn $name() -> ::core::result::Result<$output, $crate::lazy::LoadError> {
            ::core::result::Result::Ok($body)
        }
    };
}

/// Declares a function without parameters that could be part of a chunk, in a page without chunks.
#[cfg(not(feature = "split"))]
#[macro_export]
macro_rules! lazy {
    ($chunk:ident, $(#[$attribute:meta])* $vis:vis fn $name:ident() -> $output:ty $body:block) => {
        $(#[$attribute])*
        ///
        /// # Errors
        /// Never: nothing is loaded.
        #[allow(clippy::unused_async, reason = "it waits where the page has chunks")]
        $vis async fn $name() -> ::core::result::Result<$output, $crate::lazy::LoadError> {
            ::core::result::Result::Ok($body)
        }
    };
}
