//! The controls and the text of a page, as a person finds them.

use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::Locator;
use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
use fantoccini::elements::{Element, ElementRef};
use fantoccini::key::Key;
use serde_json::{Value, json};

use super::Page;
use crate::until;

/// The key of an element's id in `WebDriver` responses.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

impl Page {
    /// Clicks the control of this name, as soon as it exists.
    pub async fn click(&self, name: &str) -> Result<()> {
        until(format_args!("{} to click `{name}`", self.who), async || {
            Ok(self.control(name).await?.click().await?)
        })
        .await
    }

    /// Clicks the control of this name if it exists now. Returns `true` if it did.
    pub async fn try_click(&self, name: &str) -> Result<bool> {
        let Some(control) = self.controls(name).await?.into_iter().next() else {
            return Ok(false);
        };
        // It may disappear at this moment.
        Ok(control.click().await.is_ok())
    }

    /// Returns `true` if there is a control of this name now.
    pub async fn has(&self, name: &str) -> Result<bool> {
        Ok(!self.controls(name).await?.is_empty())
    }

    /// Selects a choice in the picker of this name.
    pub async fn choose(&self, name: &str, choice: &str) -> Result<()> {
        until(format_args!("{} to choose `{choice}` for `{name}`", self.who), async || {
            Ok(self.control(name).await?.select_by_label(choice).await?)
        })
        .await
    }

    /// Replaces the text of the field of this name.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        until(format_args!("{} to fill `{name}`", self.who), async || {
            let field = self.control(name).await?;
            field.clear().await?;
            field.send_keys(text).await?;
            let value = field.prop("value").await?;
            ensure!(value.as_deref() == Some(text), "the field holds {value:?}");
            Ok(())
        })
        .await
    }

    /// Inserts a text, with its line breaks, into the field of this name at once, as drag and drop
    /// does.
    pub async fn put(&self, name: &str, text: &str) -> Result<()> {
        until(format_args!("{} to put a text into `{name}`", self.who), async || {
            let field = json!({ ELEMENT: self.control(name).await?.element_id().to_string() });
            let put = "arguments[0].value = arguments[1];
                arguments[0].dispatchEvent(new InputEvent('input', { bubbles: true }))";
            self.browser.client().execute(put, vec![field, text.into()]).await?;
            Ok(())
        })
        .await
    }

    /// Pastes copied text into the field of this name, and expects it to be `text`.
    pub async fn paste(&self, name: &str, text: &str) -> Result<()> {
        until(format_args!("{} to paste into `{name}`", self.who), async || {
            let field = self.control(name).await?;
            field.clear().await?;
            field.send_keys(&[char::from(Key::Control), 'v'].iter().collect::<String>()).await?;
            let value = field.prop("value").await?;
            ensure!(value.as_deref() == Some(text), "the field holds {value:?}");
            Ok(())
        })
        .await
    }

    /// Picks files of the disk in the file picker whose input has this id.
    pub async fn pick(&self, id: &str, files: &[&Path]) -> Result<()> {
        let names: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        until(format_args!("{} to pick {} files", self.who, files.len()), async || {
            let input = self.browser.client().find(Locator::Id(id)).await?;
            // A driver takes the names of several files as lines.
            Ok(input.send_keys(&names.join("\n")).await?)
        })
        .await
    }

    /// Moves the focus forward by Tab until it is on the control of this name.
    pub async fn tab_to(&self, name: &str) -> Result<()> {
        until(format_args!("{} to reach `{name}` by Tab", self.who), async || {
            self.press(Key::Tab).await?;
            let focused = self.focused().await?;
            ensure!(focused == name, "the focus is on `{focused}`");
            Ok(())
        })
        .await
    }

    /// Presses a key.
    pub async fn press(&self, key: Key) -> Result<()> {
        self.type_text(&char::from(key).to_string()).await
    }

    /// Types on the keyboard, wherever the focus is.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        let keys = text.chars().fold(KeyActions::new("keyboard".to_owned()), |keys, value| {
            keys.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        Ok(self.browser.client().perform_actions(keys).await?)
    }

    /// Returns the name of the focused element.
    pub async fn focused(&self) -> Result<String> {
        let element = self.browser.client().active_element().await?;
        self.browser.computed_label(&element.element_id()).await
    }

    /// Waits until there is a control of this name.
    pub async fn offers(&self, name: &str) -> Result<()> {
        until(format_args!("{} to be offered `{name}`", self.who), async || {
            self.control(name).await.map(drop)
        })
        .await
    }

    /// Waits until there is no control of this name.
    pub async fn no_longer_offers(&self, name: &str) -> Result<()> {
        until(format_args!("`{name}` to go from {}'s page", self.who), async || {
            let count = self.controls(name).await?.len();
            ensure!(count == 0, "there are {count}");
            Ok(())
        })
        .await
    }

    /// Waits until a text is visible or available to a screen reader.
    pub async fn says(&self, words: &str) -> Result<()> {
        until(format_args!("{}'s page to say `{words}`", self.who), async || {
            let text = self.text().await?;
            ensure!(text.contains(words), "{text:?}");
            Ok(())
        })
        .await
    }

    /// Waits until a text is gone.
    pub async fn no_longer_says(&self, words: &str) -> Result<()> {
        until(format_args!("`{words}` to go from {}'s page", self.who), async || {
            let text = self.text().await?;
            ensure!(!text.contains(words), "{text:?}");
            Ok(())
        })
        .await
    }

    /// Returns all text of the page, including text for screen readers only.
    pub async fn text(&self) -> Result<String> {
        self.probe("text", &[]).await
    }

    async fn controls(&self, name: &str) -> Result<Vec<Element>> {
        let Value::Array(found) = self.probe_raw("controls", &[name]).await? else {
            bail!("controls are a list");
        };
        let element = |found: &Value| {
            let id = found[ELEMENT].as_str().context("a control is an element")?;
            let id = ElementRef::from(id.to_owned());
            Ok(Element::from_element_id(self.browser.client().clone(), id))
        };
        found.iter().map(element).collect()
    }

    /// Returns the first control of this name. The browser's accessibility tree must agree on the
    /// name.
    async fn control(&self, name: &str) -> Result<Element> {
        let Some(control) = self.controls(name).await?.into_iter().next() else {
            bail!("no control of this name, but the text {:?}", self.text().await?);
        };
        let label = self.browser.computed_label(&control.element_id()).await?;
        ensure!(label == name, "the accessibility tree calls it `{label}`");
        Ok(control)
    }
}
