//! The product's sign: two cans and a string.

use yew::prelude::*;

use crate::i18n::Texts;

/// The sign with the name beside it.
pub(crate) fn wordmark(texts: &Texts) -> Html {
    html! {
        <span class="wordmark">
            <svg viewBox="0 0 32 32" aria-hidden="true">
                <path class="wordmark-string" d="M8 19c1 10 15 10 16 0" />
                <path class="wordmark-can" d="M3.5 7.5v9c0 1.4 2 2.5 4.5 2.5s4.5-1.1 4.5-2.5v-9z" />
                <ellipse class="wordmark-can" cx="8" cy="7.5" rx="4.5" ry="2.5" />
                <path class="wordmark-can" d="M19.5 7.5v9c0 1.4 2 2.5 4.5 2.5s4.5-1.1 4.5-2.5v-9z" />
                <ellipse class="wordmark-can" cx="24" cy="7.5" rx="4.5" ry="2.5" />
            </svg>
            <span>{ texts.product }</span>
        </span>
    }
}

/// The picture on the home page: a word on its way from can to can.
pub(crate) fn two_cans() -> Html {
    // One can upright, its mouth at the top.
    let can = |place: &'static str| {
        html! {
            <g transform={place}>
                <path class="cans-tin" d="M-54-70v140c0 11 24 19 54 19s54-8 54-19v-140z" />
                <path class="cans-label" d="M-54-22v64c0 11 24 19 54 19s54-8 54-19v-64c0 11-24 19-54 19s-54-8-54-19z" />
                <ellipse class="cans-inside" cy="-70" rx="54" ry="19" />
                <path d="M-54-48c0 11 24 19 54 19s54-8 54-19" />
            </g>
        }
    };
    let string = "M232 301C300 420 372 330 428 196";
    html! {
        <svg class="cans" viewBox="0 0 640 420" aria-hidden="true">
            <path d={string} />
            <path class="cans-voice" d={string} />
            { can("translate(150 262) rotate(-64)") }
            { can("translate(496 140) rotate(52)") }
            <path class="cans-sound" d="M596 42a44 44 0 0 1 14 46M622 18a82 82 0 0 1 20 84" />
        </svg>
    }
}
