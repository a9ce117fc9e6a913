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
    pub(crate) press: Press,
}

/// The effect of pressing a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Press {
    /// Gives a command.
    Command(FeatureCommand),
    /// Opens and closes the popover with this id.
    Toggle(&'static str),
}
