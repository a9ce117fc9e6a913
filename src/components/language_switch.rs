//! The choice of the language, and of the theme.

use yew::prelude::*;

use super::Icon;
use crate::hooks::{Choices, Theme};
use crate::i18n::Language;

/// One button per language, each in its own language.
pub(crate) fn language_switch(choices: &Choices) -> Html {
    let texts = choices.texts;
    html! {
        <div class="languages" role="group" aria-label={texts.home.language}>
            { for Language::ALL.into_iter().map(|language| {
                let onclick = choices.choose_language.reform(move |_: MouseEvent| language);
                let chosen = language == choices.language;
                html! {
                    <button
                        type="button"
                        lang={language.tag()}
                        aria-pressed={if chosen { "true" } else { "false" }}
                        {onclick}
                    >
                        { language.name() }
                    </button>
                }
            }) }
        </div>
    }
}

/// A button that shows the theme, and goes on to the next one.
pub(crate) fn theme_button(choices: &Choices) -> Html {
    let settings = &choices.texts.settings;
    let [automatic, light, dark] = settings.themes;
    let (icon, name, next) = match choices.theme {
        Theme::Automatic => (Icon::Contrast, automatic, Theme::Light),
        Theme::Light => (Icon::Sun, light, Theme::Dark),
        Theme::Dark => (Icon::Moon, dark, Theme::Automatic),
    };
    let onclick = choices.choose_theme.reform(move |_: MouseEvent| next);
    let label = AttrValue::from([settings.theme, ": ", name].concat());
    html! {
        <button type="button" class="icon-button" aria-label={label.clone()} title={label} {onclick}>
            { icon.svg() }
        </button>
    }
}
