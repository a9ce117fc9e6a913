//! The choice of the language.

use yew::prelude::*;

use crate::hooks::LanguageChoice;
use crate::i18n::Language;

/// One button per language, each in its own language.
pub(crate) fn language_switch(choice: &LanguageChoice) -> Html {
    let texts = choice.language.texts();
    html! {
        <div class="languages" role="group" aria-label={texts.home.language}>
            { for Language::ALL.into_iter().map(|language| {
                let onclick = choice.choose.reform(move |_: MouseEvent| language);
                let chosen = language == choice.language;
                html! {
                    <button
                        type="button"
                        lang={language.tag()}
                        aria-pressed={if chosen { "true" } else { "false" }}
                        {onclick}
                    >
                        { language.texts().language_name }
                    </button>
                }
            }) }
        </div>
    }
}
