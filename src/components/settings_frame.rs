//! The devices in the lobby while their code is being loaded.

use tincan_call::DeviceKind;
use yew::prelude::*;

use super::{Icon, icon_button};
use crate::i18n::Texts;
use crate::preferences::Setting;

/// Shows what [`super::Settings`] will, disabled, so that nothing moves when it comes.
pub(crate) fn settings_frame(texts: &Texts, can_choose_speaker: bool) -> Html {
    let picker = |kind| {
        html! {
            <label class="picker">
                <span>{ (texts.settings.label)(Setting::Device(kind)) }</span>
                <select disabled=true />
            </label>
        }
    };
    html! {
        <div class="settings" inert=true>
            <div class="pickers">
                { picker(DeviceKind::Camera) }
                <div class="picker-more">
                    { picker(DeviceKind::Microphone) }
                    <meter min="0" max="100" />
                </div>
                if can_choose_speaker {
                    <div class="speaker">
                        { picker(DeviceKind::Speaker) }
                        { icon_button(Icon::Sound, texts.settings.test_speaker, &Callback::noop()) }
                    </div>
                }
            </div>
            <div />
            <details class="fold">
                <summary>{ Icon::Settings.svg() }<span>{ texts.settings.title }</span></summary>
            </details>
        </div>
    }
}
