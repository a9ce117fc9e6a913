//! The language of the page.

use tincan_browser::page;
use yew::prelude::*;

use crate::i18n::{Language, Texts};

/// Where the browser remembers the language that the person chose.
const LANGUAGE_KEY: &str = "tincan.language";

/// The language, and what changes it.
#[derive(Clone, PartialEq)]
pub(crate) struct LanguageChoice {
    pub(crate) language: Language,
    pub(crate) choose: Callback<Language>,
}

/// Decides the language: the one chosen before, or the first that the browser prefers and that
/// there is. For the root alone; everything else takes it by [`use_language`].
#[hook]
pub(crate) fn use_language_choice() -> LanguageChoice {
    let language = use_state_eq(|| {
        let chosen = page::stored(LANGUAGE_KEY).and_then(|tag| Language::from_tag(&tag));
        chosen.unwrap_or_else(|| Language::preferred(&page::languages()))
    });
    let choose = use_callback((), {
        let language = language.setter();
        move |chosen: Language, ()| {
            page::store(LANGUAGE_KEY, chosen.tag());
            language.set(chosen);
        }
    });
    use_effect_with(*language, |language| page::set_language(language.tag()));
    LanguageChoice { language: *language, choose }
}

/// The language, and what changes it.
#[hook]
pub(crate) fn use_language() -> LanguageChoice {
    use_context::<LanguageChoice>()
        .unwrap_or_else(|| LanguageChoice { language: Language::English, choose: Callback::noop() })
}

/// The texts in the language of the page.
#[hook]
pub(crate) fn use_texts() -> &'static Texts {
    use_language().language.texts()
}
