//! The devices, and everything else that a person can choose.

use std::rc::Rc;

use tincan_call::{Command, DeviceInfo, DeviceKind, Preferences, StreamId};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::{ButtonKind, Shapes, button, icon, icon_button};
use crate::hooks::{
    Choices, Streams, Theme, count_render, use_choices, use_meter, use_notifications, use_speaker,
};
use crate::i18n::{Language, Texts};
use crate::preferences::{OFF, ON, Setting};

#[derive(Properties, PartialEq)]
pub(crate) struct SettingsProps {
    pub(crate) devices: Rc<[DeviceInfo]>,
    pub(crate) preferences: Rc<Preferences>,
    pub(crate) streams: Streams,
    /// The stream of the microphone, to show how loud it is.
    pub(crate) microphone: Option<StreamId>,
    pub(crate) dispatch: Callback<Command>,
    /// Shows only the devices, and the rest when it is asked for.
    #[prop_or_default]
    pub(crate) folded: bool,
}

/// What can be chosen: the devices first.
#[component(Settings)]
pub(crate) fn settings(props: &SettingsProps) -> Html {
    count_render("Settings");
    let choices = use_choices();
    let texts = choices.language.texts();
    let meter = use_meter(&props.streams, props.microphone);
    let (can_choose, test) = use_speaker(props.preferences.speaker.as_ref());
    let notify = use_notifications();

    let device = |kind| device_picker(texts, props, kind);
    let rest = html! {
        <>
            <div class="pickers">
                { word_picker(texts, props, Setting::Height) }
                { word_picker(texts, props, Setting::FrameRate) }
                { word_picker(texts, props, Setting::Facing) }
                { word_picker(texts, props, Setting::Share) }
            </div>
            <div class="switches">
                { switch(texts, props, Setting::EchoCancellation) }
                { switch(texts, props, Setting::NoiseSuppression) }
                { switch(texts, props, Setting::AutoGainControl) }
            </div>
            <div class="pickers">
                { theme_picker(texts, &choices) }
                { language_picker(texts, &choices) }
            </div>
            if !can_choose {
                { button(ButtonKind::Small, Some(Shapes::Sound), texts.settings.test_speaker, &test) }
            }
            if let Some(notify) = notify {
                { button(ButtonKind::Small, None, texts.settings.notify, &notify) }
            }
        </>
    };
    html! {
        <div class="settings">
            <div class="pickers">
                { device(DeviceKind::Camera) }
                <div class="picker-more">
                    { device(DeviceKind::Microphone) }
                    <meter ref={meter} min="0" max="100" aria-label={texts.settings.level} />
                </div>
                if can_choose {
                    <div class="speaker">
                        { device(DeviceKind::Speaker) }
                        { icon_button(Shapes::Sound, texts.settings.test_speaker, &test) }
                    </div>
                }
            </div>
            if props.folded {
                <details class="fold">
                    <summary>{ icon(Shapes::Settings) }{ texts.settings.title }</summary>
                    <div class="settings">{ rest }</div>
                </details>
            } else {
                { rest }
            }
        </div>
    }
}

/// A choice of several by their names; `choose` is told the place of the one that is chosen.
fn picker<'a>(
    label: &'static str,
    names: impl Iterator<Item = &'a str>,
    chosen: Option<usize>,
    choose: impl Fn(usize) + 'static,
) -> Html {
    let onchange = move |event: Event| {
        let place = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        if let Ok(place) = usize::try_from(place) {
            choose(place);
        }
    };
    let options = (0..).zip(names).map(|(place, name)| {
        html! { <option selected={chosen == Some(place)}>{ name }</option> }
    });
    // Once the person has chosen, `selected` says nothing any more, but this does. And it says
    // nothing as long as there are no options.
    let chosen = chosen.map(|place| f64::from(u32::try_from(place).unwrap_or_default()));
    html! {
        <label class="picker">
            <span>{ label }</span>
            <select ~selectedIndex={chosen} {onchange}>{ for options }</select>
        </label>
    }
}

/// What likes another word of a setting.
fn like(props: &SettingsProps, setting: Setting) -> impl Fn(&str) + use<> {
    let (preferences, dispatch) = (Rc::clone(&props.preferences), props.dispatch.clone());
    move |word| {
        let mut liked = Preferences::clone(&preferences);
        setting.parse(word, &mut liked);
        dispatch.emit(Command::SetPreferences(liked));
    }
}

fn device_picker(texts: &Texts, props: &SettingsProps, kind: DeviceKind) -> Html {
    let setting = Setting::Device(kind);
    let devices: Vec<_> = props.devices.iter().filter(|device| device.kind == kind).collect();
    let names = devices.iter().map(|device| match device.label.as_str() {
        "" => (texts.settings.unnamed)(kind),
        label => label,
    });
    let names = [texts.settings.automatic].into_iter().chain(names);
    // One that is not there now stays liked, but can not be shown as what is chosen.
    let liked = setting.print(&props.preferences);
    let chosen = devices.iter().position(|device| device.id.0 == liked);
    let chosen = chosen.map_or(0, |place| place + 1);
    let words: Vec<String> = devices.iter().map(|device| device.id.0.clone()).collect();
    let like = like(props, setting);
    picker((texts.settings.label)(setting), names, Some(chosen), move |place| {
        like(place.checked_sub(1).and_then(|place| words.get(place)).map_or("", String::as_str));
    })
}

fn word_picker(texts: &Texts, props: &SettingsProps, setting: Setting) -> Html {
    let words = setting.words();
    let liked = setting.print(&props.preferences);
    let chosen = words.iter().position(|word| *word == liked);
    let names = (texts.settings.choices)(setting).iter().copied();
    let like = like(props, setting);
    picker((texts.settings.label)(setting), names, chosen, move |place| like(words[place]))
}

fn switch(texts: &Texts, props: &SettingsProps, setting: Setting) -> Html {
    let like = like(props, setting);
    let onchange = move |event: Event| {
        let checked = event.target_unchecked_into::<HtmlInputElement>().checked();
        like(if checked { ON } else { OFF });
    };
    html! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                checked={setting.print(&props.preferences) == ON}
                {onchange}
            />
            <span>{ (texts.settings.label)(setting) }</span>
        </label>
    }
}

fn theme_picker(texts: &Texts, choices: &Choices) -> Html {
    let chosen = Theme::ALL.iter().position(|theme| *theme == choices.theme);
    let choose = choices.choose_theme.clone();
    picker(texts.settings.theme, texts.settings.themes.into_iter(), chosen, move |place| {
        choose.emit(Theme::ALL[place]);
    })
}

fn language_picker(texts: &Texts, choices: &Choices) -> Html {
    let names = Language::ALL.iter().map(|language| language.texts().language_name);
    let chosen = Language::ALL.iter().position(|language| *language == choices.language);
    let choose = choices.choose_language.clone();
    picker(texts.home.language, names, chosen, move |place| choose.emit(Language::ALL[place]))
}
