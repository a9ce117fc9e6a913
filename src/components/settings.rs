//! The devices, and everything else that a person can choose.

use std::borrow::Cow;
use std::rc::Rc;

use tincan_call::{Command, DeviceId, DeviceInfo, DeviceKind, Preferences, StreamId};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::shown_device::ShownDevice;
use super::{ButtonKind, CheckNetwork, Icon, button, icon_button};
use crate::hooks::{
    Choices, MediaHandle, Speaker, Theme, count_render, use_choices, use_meter, use_notifications,
    use_speaker,
};
use crate::i18n::{Language, Texts};
use crate::preferences::{OFF, ON, Setting};

#[derive(Clone, Properties, PartialEq)]
pub(crate) struct SettingsProps {
    pub(crate) devices: Rc<[DeviceInfo]>,
    pub(crate) preferences: Rc<Preferences>,
    /// The microphone in use, if one is.
    pub(crate) microphone_device: Option<DeviceId>,
    /// The camera in use, if one is.
    pub(crate) camera_device: Option<DeviceId>,
    /// The speaker in use; none is the system's own.
    pub(crate) speaker: Option<DeviceId>,
    pub(crate) media: MediaHandle,
    /// The stream of the microphone, to show how loud it is.
    pub(crate) microphone: Option<StreamId>,
    pub(crate) dispatch: Callback<Command>,
    /// Shows only the devices, and the rest when it is asked for.
    #[prop_or_default]
    pub(crate) folded: bool,
}

impl SettingsProps {
    fn shown(&self, kind: DeviceKind) -> ShownDevice<'_> {
        let in_use = match kind {
            DeviceKind::Microphone => &self.microphone_device,
            DeviceKind::Camera => &self.camera_device,
            DeviceKind::Speaker => &self.speaker,
        };
        ShownDevice::of(kind, self.preferences.device(kind), in_use.as_ref(), &self.devices)
    }
}

/// The settings that are on or off.
const SWITCHES: [Setting; 4] = [
    Setting::EchoCancellation,
    Setting::NoiseSuppression,
    Setting::AutoGainControl,
    Setting::AnnounceChat,
];

/// Everything that can be chosen, the devices first.
#[component(Settings)]
pub(crate) fn settings(props: &SettingsProps) -> Html {
    count_render("Settings");
    let choices = use_choices();
    let texts = choices.texts;
    let meter = use_meter(&props.media, props.microphone);
    let Speaker { can_choose, test, has_failed } =
        use_speaker(props.speaker.as_ref(), &props.dispatch);
    let notify = use_notifications();

    // Where no speaker can be chosen, none is missed.
    let is_missing =
        |kind| (can_choose || kind != DeviceKind::Speaker) && props.shown(kind).is_missing;
    let missing = |kind| {
        html! { <p class="settings-note">{ (texts.settings.not_connected)(kind) }</p> }
    };
    let pick = |setting| setting_picker(texts, props, setting);
    let device = |kind| pick(Setting::Device(kind));
    let rest = html! {
        <>
            <div class="pickers">
                { for [Setting::Height, Setting::FrameRate, Setting::Facing, Setting::Share].map(pick) }
            </div>
            <div class="switches">
                { for SWITCHES.map(|setting| switch(texts, props, setting)) }
            </div>
            <div class="pickers">
                { theme_picker(texts, &choices) }
                { language_picker(texts, &choices) }
            </div>
            if !can_choose {
                { button(ButtonKind::Small, Some(Icon::Sound), texts.settings.test_speaker, &test) }
            }
            if let Some(notify) = notify {
                { button(ButtonKind::Small, None, texts.settings.notify, &notify) }
            }
            // In the call the settings are a dialog themselves.
            if props.folded {
                <CheckNetwork media={&props.media} />
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
                    <p class="meter-unknown settings-note">{ texts.settings.level_unknown }</p>
                </div>
                if can_choose {
                    <div class="speaker">
                        { device(DeviceKind::Speaker) }
                        { icon_button(Icon::Sound, texts.settings.test_speaker, &test) }
                    </div>
                }
            </div>
            <div role="status">
                { for DeviceKind::ALL.into_iter().filter(|kind| is_missing(*kind)).map(missing) }
                if has_failed {
                    <p class="settings-note">{ texts.settings.test_failed }</p>
                }
            </div>
            if props.folded {
                <details class="fold">
                    <summary>{ Icon::Settings.svg() }<span>{ texts.settings.title }</span></summary>
                    <div class="settings">{ rest }</div>
                </details>
            } else {
                { rest }
            }
        </div>
    }
}

/// A choice of several by their names; `choose` is told the place of the one that is chosen.
fn picker(
    label: &'static str,
    names: &[impl AsRef<str>],
    chosen: Option<usize>,
    choose: Callback<usize>,
) -> Html {
    let onchange = move |event: Event| {
        let place = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        if let Ok(place) = usize::try_from(place) {
            choose.emit(place);
        }
    };
    let options = (0..).zip(names).map(|(place, name)| {
        html! { <option selected={chosen == Some(place)}>{ name.as_ref() }</option> }
    });
    // Once the person has chosen, `selected` no longer has an effect, but this does. And it says
    // nothing as long as there are no options.
    let chosen = chosen.map(|place| f64::from(u32::try_from(place).unwrap_or_default()));
    // The label would be enough, did WebKit not take what is chosen for a part of it.
    html! {
        <label class="picker">
            <span>{ label }</span>
            <select aria-label={label} ~selectedIndex={chosen} {onchange}>{ for options }</select>
        </label>
    }
}

/// The choice of a setting.
fn setting_picker(texts: &Texts, props: &SettingsProps, setting: Setting) -> Html {
    let choices = (texts.settings.choices)(setting).iter();
    let mut names: Vec<Cow<'_, str>> = choices.map(|name| Cow::Borrowed(*name)).collect();
    let mut values: Vec<String> = setting.values().iter().copied().map(str::to_owned).collect();
    if let Setting::Device(kind) = setting {
        names.push(Cow::Borrowed(texts.settings.automatic));
        values.push(String::new());
        let devices = props.devices.iter().filter(|device| device.kind == kind);
        for (number, device) in (1..).zip(devices) {
            let unnamed = || Cow::Owned((texts.settings.unnamed)(kind, number));
            names.push(device.name().map_or_else(unnamed, Cow::Borrowed));
            values.push(device.id.0.clone());
        }
    }
    let shown = match setting {
        Setting::Device(kind) => props.shown(kind).chosen.map_or("", |DeviceId(id)| id),
        Setting::Facing
        | Setting::Height
        | Setting::FrameRate
        | Setting::EchoCancellation
        | Setting::NoiseSuppression
        | Setting::AutoGainControl
        | Setting::Share
        | Setting::AnnounceChat => setting.print(&props.preferences),
    };
    let chosen = values.iter().position(|value| value == shown).unwrap_or_default();
    let props = props.clone();
    let choose = move |place: usize| {
        if let Some(value) = values.get(place) {
            apply(&props, setting, value);
        }
    };
    picker((texts.settings.label)(setting), &names, Some(chosen), Callback::from(choose))
}

/// Applies another value of a setting.
fn apply(props: &SettingsProps, setting: Setting, value: &str) {
    let mut preferences = Preferences::clone(&props.preferences);
    setting.parse(value, &mut preferences);
    props.dispatch.emit(Command::SetPreferences(preferences));
}

fn switch(texts: &Texts, props: &SettingsProps, setting: Setting) -> Html {
    let checked = setting.print(&props.preferences) == ON;
    let props = props.clone();
    let onchange = move |event: Event| {
        let checked = event.target_unchecked_into::<HtmlInputElement>().checked();
        apply(&props, setting, if checked { ON } else { OFF });
    };
    html! {
        <label class="switch">
            <input type="checkbox" role="switch" {checked} {onchange} />
            <span>{ (texts.settings.label)(setting) }</span>
        </label>
    }
}

fn theme_picker(texts: &Texts, choices: &Choices) -> Html {
    let chosen = Theme::ALL.iter().position(|theme| *theme == choices.theme);
    let choose = choices.choose_theme.reform(|place: usize| Theme::ALL[place]);
    picker(texts.settings.theme, &texts.settings.themes, chosen, choose)
}

fn language_picker(texts: &Texts, choices: &Choices) -> Html {
    let names = Language::ALL.map(Language::name);
    let chosen = Language::ALL.iter().position(|language| *language == choices.language);
    let choose = choices.choose_language.reform(|place: usize| Language::ALL[place]);
    picker(texts.home.language, &names, chosen, choose)
}
