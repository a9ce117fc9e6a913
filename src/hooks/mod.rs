//! What components share: the call, the language, the address, streams, copying, the full screen.

mod use_call;
mod use_copy;
mod use_fragment;
mod use_fullscreen;
mod use_heading;
mod use_language;
mod use_stream;
mod use_title;

pub(crate) use use_call::{Streams, use_call};
pub(crate) use use_copy::{CopyState, use_copy};
pub(crate) use use_fragment::use_fragment;
pub(crate) use use_fullscreen::use_fullscreen;
pub(crate) use use_heading::use_heading;
pub(crate) use use_language::{LanguageChoice, use_language, use_language_choice, use_texts};
pub(crate) use use_stream::{Shape, use_stream};
pub(crate) use use_title::use_title;
