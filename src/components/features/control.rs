//! Controls of features in the control bar.

use tincan_call::FeatureCommand;

use crate::components::Icon;

/// A control of a feature, in the bar or in its menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FeatureControl {
    /// A key for Yew that does not change with the label.
    pub(crate) key: &'static str,
    pub(crate) icon: Icon,
    pub(crate) label: &'static str,
    /// Something is on that is mostly off.
    pub(crate) is_on: bool,
    pub(crate) badge: Option<Badge>,
    /// The id of the panel that a command of the control opens and closes. It is open while the
    /// control is on.
    pub(crate) panel: Option<&'static str>,
    pub(crate) press: Press,
}

/// A number on a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Badge {
    pub(crate) count: usize,
    /// The name of the control, together with the number.
    pub(crate) label: String,
}

impl Badge {
    /// Returns the number as it is drawn, which is short.
    pub(crate) fn text(&self) -> String {
        if self.count > 99 { "99+".to_owned() } else { self.count.to_string() }
    }
}

/// The effect of pressing a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Press {
    /// Gives a command.
    Command(FeatureCommand),
    /// Opens and closes the popover with this id.
    Toggle(&'static str),
    /// Opens the file picker of the input with this id.
    PickFiles(&'static str),
}
