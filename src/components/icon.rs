//! Icons: lines of one weight on a grid of 24.

use yew::prelude::*;

/// Every icon there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Alert,
    Camera,
    CameraOff,
    Chart,
    Chat,
    Check,
    Close,
    Code,
    Contrast,
    Copy,
    Down,
    Expand,
    File,
    FileSend,
    Hand,
    HangUp,
    Keyboard,
    Link,
    Microphone,
    MicrophoneOff,
    Moon,
    More,
    Person,
    Phone,
    PictureInPicture,
    Pin,
    PinOff,
    Retry,
    Screen,
    ScreenOff,
    Settings,
    Share,
    Smile,
    Sound,
    SoundOff,
    Sun,
}

impl Icon {
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
            Self::Chart => "M4 4v14.5a1.5 1.5 0 0 0 1.5 1.5H20M8.5 16v-4M13 16V8M17.5 16v-5.5",
            Self::Chat => {
                "M5.5 4.5h13a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H12l-4.5 4v-4h-2a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2zM8 9h8M8 12.5h5"
            }
            Self::Check => "M4.5 12.5l5 5 10-11",
            Self::Close => "M6 6l12 12M18 6L6 18",
            Self::Code => {
                "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v3M14 20h2.5M20 20v.01"
            }
            Self::Contrast => {
                "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM12 3.5v17M12 7.5h6.8M12 12h8.3M12 16.5h6.8"
            }
            Self::Copy => "M9 8.5h10.5v12H9zM15 8.5v-5H4.5v12H9",
            Self::Down => "M12 5v13M6.5 12.5l5.5 5.5 5.5-5.5",
            Self::Expand => "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
            Self::File => {
                "M7 3.5h6.5l5 5v11a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1zM13.5 3.5v5h5"
            }
            Self::FileSend => {
                "M7 3.5h6.5l5 5v11a1 1 0 0 1-1 1H7a1 1 0 0 1-1-1v-15a1 1 0 0 1 1-1zM13.5 3.5v5h5M12.2 17.5v-5.5M9.7 14.5l2.5-2.5 2.5 2.5"
            }
            Self::Hand => {
                "M8 13.2V5.6a1.4 1.4 0 0 1 2.8 0V11M10.8 10.5V4.2a1.4 1.4 0 0 1 2.8 0v6.3M13.6 11V5.6a1.4 1.4 0 0 1 2.8 0V12M16.4 11.5V8.4a1.4 1.4 0 0 1 2.8 0v6.1c0 3.9-2.6 6.5-6.3 6.5-2.8 0-4.6-1.2-6-3.5l-2.5-4.1a1.5 1.5 0 0 1 2.4-1.7L8 13.2"
            }
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
            Self::Moon => "M20 14.2A8.2 8.2 0 0 1 9.8 4 8.2 8.2 0 1 0 20 14.2z",
            Self::More => {
                "M4.5 12a.8.8 0 1 1 1.6 0 .8.8 0 0 1-1.6 0zM11.2 12a.8.8 0 1 1 1.6 0 .8.8 0 0 1-1.6 0zM17.9 12a.8.8 0 1 1 1.6 0 .8.8 0 0 1-1.6 0z"
            }
            Self::Keyboard => {
                "M4 6.5h16a1.5 1.5 0 0 1 1.5 1.5v8a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 16V8A1.5 1.5 0 0 1 4 6.5zM6.5 10v.01M10.2 10v.01M13.8 10v.01M17.5 10v.01M8 14h8"
            }
            Self::PictureInPicture => {
                "M10 18.5H4A1.5 1.5 0 0 1 2.5 17V7A1.5 1.5 0 0 1 4 5.5h16A1.5 1.5 0 0 1 21.5 7v3.5M13 13.5h8.5v6H13z"
            }
            Self::Pin => "M9 4h6l-.8 6 3.3 3.5v1.5h-11v-1.5L9.8 10zM12 15v5.5",
            Self::PinOff => "M9 4h6l-.8 6 3.3 3.5M9.8 10l-3.3 3.5v1.5H14M12 15v5.5M3 3l18 18",
            Self::Person => {
                "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20.5c.7-3.6 3.7-5.5 7.5-5.5s6.8 1.9 7.5 5.5"
            }
            Self::Phone => {
                "M6.6 3.5h2.2c.5 0 .9.3 1 .8l.7 2.9c.1.4 0 .8-.3 1.1L8.6 9.8a13 13 0 0 0 5.6 5.6l1.5-1.6c.3-.3.7-.4 1.1-.3l2.9.7c.5.1.8.5.8 1v2.2c0 1.7-1.4 3.1-3.1 2.9C10.4 19.6 4.4 13.6 3.7 6.6 3.5 4.9 4.9 3.5 6.6 3.5z"
            }
            Self::Retry => "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4",
            Self::Screen => {
                "M4 4.5h16a1.5 1.5 0 0 1 1.5 1.5v9.5a1.5 1.5 0 0 1-1.5 1.5H4a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 4 4.5zM8 20.5h8M12 14V8M9 10.5L12 7.5l3 3"
            }
            Self::ScreenOff => {
                "M4 4.5h16a1.5 1.5 0 0 1 1.5 1.5v9.5a1.5 1.5 0 0 1-1.5 1.5H4a1.5 1.5 0 0 1-1.5-1.5V6A1.5 1.5 0 0 1 4 4.5zM8 20.5h8M9.5 8.2l5 5M14.5 8.2l-5 5"
            }
            Self::Settings => {
                "M3.5 7h9M17.5 7h3M15 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5zM3.5 17h3M11.5 17h9M9 14.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z"
            }
            Self::Share => "M12 15V3.5M8 7.5l4-4 4 4M6 11.5H5v9h14v-9h-1",
            Self::Smile => {
                "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17zM8.3 14a4.3 4.3 0 0 0 7.4 0M9 9.5v.01M15 9.5v.01"
            }
            Self::SoundOff => "M3.5 9.5v5h3.7l5.3 4.5V5L7.2 9.5zM16.5 9.5l5 5M21.5 9.5l-5 5",
            Self::Sound => {
                "M3.5 9.5v5h3.7l5.3 4.5V5L7.2 9.5zM16 9a4.2 4.2 0 0 1 0 6M18.7 6.3a8 8 0 0 1 0 11.4"
            }
            Self::Sun => {
                "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"
            }
        }
    }

    /// Draws it. It says nothing to a screen reader: the control around it has a name.
    pub(crate) fn svg(self) -> Html {
        html! {
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={self.path()} /></svg>
        }
    }
}
