//! The language and the theme that the person chose.

use tincan_browser::crash::{self, CrashTexts};
use tincan_browser::lazy::LoadError;
use tincan_browser::page;
use tincan_browser::task::Task;
use yew::prelude::*;

use super::use_effect_with;
use crate::i18n::{Language, Texts};

/// The key under which the browser stores the chosen language.
const LANGUAGE_KEY: &str = "tincan.language";
/// The key of the chosen theme. `start.js` reads it, too.
const THEME_KEY: &str = "tincan.theme";

/// The colour scheme of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system is.
    Automatic,
    Light,
    Dark,
}

impl Theme {
    /// Every theme there is.
    pub(crate) const ALL: [Self; 3] = [Self::Automatic, Self::Light, Self::Dark];

    /// The value of `data-theme`, and what is remembered; nothing for what the system says.
    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Automatic => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The choices, and the callbacks that change them.
#[derive(Clone, PartialEq)]
pub(crate) struct Choices {
    pub(crate) language: Language,
    pub(crate) texts: &'static Texts,
    pub(crate) choose_language: Callback<Language>,
    pub(crate) theme: Theme,
    pub(crate) choose_theme: Callback<Theme>,
}

/// The language that the page comes up in: the one chosen before, or the first that the browser
/// prefers and that there is.
pub(crate) fn first_language() -> Language {
    let chosen = page::stored(LANGUAGE_KEY).and_then(|tag| Language::from_tag(&tag));
    chosen.unwrap_or_else(|| Language::preferred(&page::languages()))
}

/// Decides the language, which is `first` until the person chooses another; and the theme. For the
/// root alone; everything else takes it by [`use_choices`].
#[hook]
pub(crate) fn use_first_choices(first: Language, texts: &'static Texts) -> Choices {
    let language = use_state_eq(|| (first, texts));
    let loading = use_mut_ref(|| None::<Task>);
    let choose_language = use_callback((), {
        let language = language.setter();
        move |chosen: Language, ()| {
            page::store(LANGUAGE_KEY, chosen.tag());
            let language = language.clone();
            // The page stays in the old language until the new one is there.
            let task = Task::spawn(async move {
                match chosen.load().await {
                    Ok(texts) => language.set((chosen, texts)),
                    Err(LoadError) => page::report_load_failure(),
                }
            });
            loading.replace(Some(task));
        }
    });
    let (language, texts) = *language;
    use_effect_with((language, texts), |(language, texts)| {
        page::set_language(language.tag());
        crash::set_texts(crash_texts(*language, texts));
    });

    let theme = use_state_eq(|| {
        let stored = page::stored(THEME_KEY);
        let chosen = Theme::ALL.into_iter().find(|theme| theme.name() == stored.as_deref());
        chosen.unwrap_or(Theme::Automatic)
    });
    let choose_theme = use_callback((), {
        let theme = theme.setter();
        move |chosen: Theme, ()| {
            match chosen.name() {
                Some(name) => page::store(THEME_KEY, name),
                None => page::forget(THEME_KEY),
            }
            theme.set(chosen);
        }
    });
    use_effect_with(*theme, |theme| page::set_theme(theme.name()));

    Choices { language, texts, choose_language, theme: *theme, choose_theme }
}

fn crash_texts(language: Language, texts: &Texts) -> CrashTexts {
    let texts = &texts.crash;
    CrashTexts {
        language: language.tag(),
        title: texts.title,
        help: texts.help,
        help_in_call: texts.help_in_call,
        reload: texts.reload,
    }
}

/// Returns the choices, and the callbacks that change them.
#[hook]
pub(crate) fn use_choices() -> Choices {
    use_context::<Choices>().unwrap_or_else(|| unreachable!("the root provides them"))
}

/// The texts in the language of the page.
#[hook]
pub(crate) fn use_texts() -> &'static Texts {
    use_choices().texts
}
