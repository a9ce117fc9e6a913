//! Icons: lines of one weight on a grid of 24.

use yew::prelude::*;

/// Every icon there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shapes {
    Alert,
    Camera,
    CameraOff,
    Check,
    Expand,
    HangUp,
    Link,
    Microphone,
    MicrophoneOff,
    Person,
    Retry,
    Screen,
    ScreenOff,
    Sound,
}

impl Shapes {
    /// The outline, as the `d` of one path.
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M12 8v5M12 16.5v.01M12 3.5l9 16H3z",
            Self::Camera => {
                "M4.5 6.5h9a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM15.5 10.8l6-3.3v9l-6-3.3"
            }
            Self::CameraOff => {
                "M8.5 6.5h5a2 2 0 0 1 2 2v5M15.5 10.8l6-3.3v9l-3-1.6M15 17.2a2 2 0 0 1-1.5.3h-9a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2M3 3l18 18"
            }
            Self::Check => "M4.5 12.5l5 5 10-11",
            Self::Expand => "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
            Self::HangUp => {
                "M3.2 15.6c-.9-1.6-.7-3.6.7-4.7 2.2-1.7 5-2.7 8.1-2.7s5.9 1 8.1 2.7c1.4 1.1 1.6 3.1.7 4.7-.3.5-.9.7-1.5.5l-3-1c-.6-.2-1-.7-1-1.3v-1.6c-2.1-.7-4.5-.7-6.6 0v1.6c0 .6-.4 1.1-1 1.3l-3 1c-.6.2-1.2 0-1.5-.5z"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 5.7 0l3.5-3.5a4 4 0 0 0-5.7-5.7l-1.3 1.3M14 10a4 4 0 0 0-5.7 0l-3.5 3.5a4 4 0 0 0 5.7 5.7l1.3-1.3"
            }
            Self::Microphone => {
                "M12 3a3 3 0 0 1 3 3v5.5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"
            }
            Self::MicrophoneOff => {
                "M9 5.6A3 3 0 0 1 15 6v5M13.5 14.1A3 3 0 0 1 9 11.5V9M5.5 11.5a6.5 6.5 0 0 0 10.8 4.9M18.5 11.5a6.5 6.5 0 0 1-.4 2.2M12 18v3M3 3l18 18"
            }
            Self::Person => {
                "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20.5c.7-3.6 3.7-5.5 7.5-5.5s6.8 1.9 7.5 5.5"
            }
            Self::Retry => "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4",
            Self::Screen => {
                "M4 4.5h16a1.5 1.5 0 0 1 1.5 1.5v9.5a1.5 1.5 0 0 1-1.5 1.5H4a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 4 4.5zM8 20.5h8M12 14V8M9 10.5L12 7.5l3 3"
            }
            Self::ScreenOff => {
                "M4 4.5h16a1.5 1.5 0 0 1 1.5 1.5v9.5a1.5 1.5 0 0 1-1.5 1.5H4a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 4 4.5zM8 20.5h8M9.5 8.2l5 5M14.5 8.2l-5 5"
            }
            Self::Sound => {
                "M3.5 9.5v5h3.7l5.3 4.5V5L7.2 9.5zM16 9a4.2 4.2 0 0 1 0 6M18.7 6.3a8 8 0 0 1 0 11.4"
            }
        }
    }
}

/// An icon. It says nothing to a screen reader: the control around it has a name.
pub(crate) fn icon(of: Shapes) -> Html {
    html! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={of.path()} /></svg> }
}
