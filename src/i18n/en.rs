//! English.

use tincan_call::features::{FileEnd, FileError, Quality, RelayProtocol, Route};
use tincan_call::network_check::{CheckLine, Verdict};
use tincan_call::protocol::Source;
use tincan_call::protocol::feature::Reaction;
use tincan_call::{
    CallOutcome, CaptureError, DeviceKind, Failure, IceServerKind, RecoveryStage, Remote,
};

use super::{
    CallTexts, ChatControlTexts, ChatTexts, CheckTexts, ControlTexts, CrashNoticeTexts, Device,
    EndedTexts, ErrorTexts, FailureTexts, FileTexts, GestureTexts, HomeTexts, LoadingTexts,
    LobbyTexts, NumberTexts, QualityTexts, RingTexts, SettingsTexts, ShortcutTexts, Texts,
    TimeLeft, Trouble, isolated, list, named,
};
use crate::components::features::Plot;
use crate::preferences::Setting;

pub(super) const TEXTS: Texts = Texts {
    product: "Tincan",
    someone: "Someone",
    you: "You",
    sentences: |sentences| sentences.join(" "),
    copy_link: "Copy link",
    link_copied: "Link copied",
    link_not_copied: "The browser didn't allow copying. Copy the link from the address bar.",
    new_call: "New call",
    try_again: "Try again",
    dismiss: "Dismiss",
    loading: LoadingTexts {
        page: "Loading…",
        call: "Loading the call…",
        code: "Loading the QR code…",
        reactions: "Loading reactions…",
        failed: "Part of Tincan could not be loaded",
        failed_help: "Try again. If that doesn't help, reload the page.",
    },
    home: HomeTexts {
        headline: "A private call, in a link.",
        lead: "Send the link and start talking. Audio and video are encrypted from browser to \
               browser, and the key in the link never reaches a server.",
        paste_label: "Were you sent a link?",
        paste_example: "Paste it here",
        open: "Open",
        bad_link: "This is not a Tincan link. A link ends in # and 22 characters. Copy the whole link.",
        incomplete_title: "This link is not complete",
        incomplete_help: "Its end was lost on the way. Copy all of it and paste it below, or ask \
                          for it again.",
        damaged_title: "This link looks damaged",
        damaged_help: "Something changed its letters on the way, so it may lead to the wrong \
                       room. Ask for it again, or copy it from the original message.",
        open_anyway: "Open anyway",
        several_title: "These are links to different calls",
        several_help: "Choose the one that you want to open.",
        open_one: |end| ["Open the link ending in ", end].concat(),
        exposed_title: "This link is no longer private",
        exposed_help: "A program changed its # to %23, so its secret was sent to a server. Start a \
                       new call, and send its link instead.",
        no_randomness: "This browser can't generate secure random numbers, so it can't make or join \
                        calls. Open the link in another browser.",
        language: "Language",
    },
    lobby: LobbyTexts {
        title: "Get ready",
        heading: "Ready when you are",
        preview: "Your camera",
        camera_off: "Your camera is off",
        camera_starting: "Starting your camera…",
        your_name: "Your name",
        name_example: "How others see you",
        join: "Join",
        roster: "In this room",
        looking: "Checking who's here…",
        nobody: "Nobody else is here yet",
        call_on: "A call is in progress",
        call_off: "No one is talking yet",
        in_call: "in the call",
        waiting: "getting ready",
        unreachable: "Can't reach the server. Trying again…",
        share_hint: "Anyone with the link can join.",
        share: "Share",
        show_code: "Show QR code",
        code: "QR code of the link",
        code_help: "Scan it with a phone's camera to open this room there.",
        devices: "Devices",
    },
    controls: ControlTexts {
        bar: "Controls",
        mute: "Mute microphone",
        unmute: "Unmute microphone",
        camera_off: "Turn camera off",
        camera_on: "Turn camera on",
        share: "Share screen",
        stop_sharing: "Stop sharing",
        hang_up: "Hang up",
        fullscreen: "Full screen",
        picture_in_picture: "Picture in picture",
        more: "More",
    },
    call: CallTexts {
        title: "Call",
        heading: |names| ["Call with ", &list(names, ", ", " and ")].concat(),
        alone_heading: "You're the only one here",
        alone_text: "Send this link to the people you want to talk to. The call starts as soon as \
                     someone joins.",
        in_lobby: |names| [&list(names, ", ", " and "), are(names), " getting ready."].concat(),
        own_camera: "Your camera",
        camera_of: |name| [name, ", camera"].concat(),
        screen_of: |name| [name, ", screen"].concat(),
        muted: "microphone muted",
        paused: "screen paused",
        screen_silent: "no sound from the screen",
        connecting: "Connecting…",
        stage,
        sharing: "You are sharing your screen",
        stop: "Stop",
        signaling_connecting: "Connecting to the server…",
        signaling_reconnecting: "Reconnecting to the server…",
        signaling_lost: "Reconnecting to the server. Your call continues.",
        missing,
        nobody_hears: "Nobody can hear you: no browser here has an audio format in common with yours.",
        nobody_sees: "Nobody can see it: no browser here has a video format in common with yours.",
        tap_to_hear: "Tap to hear",
        tap_to_resume: "Tap to resume",
        pin: |name| ["Pin ", &isolated(name)].concat(),
        unpin: |name| ["Unpin ", &isolated(name)].concat(),
        options: |name| ["Options for ", &isolated(name)].concat(),
        volume: |name| ["Volume of ", &isolated(name)].concat(),
        mute_for_me: |name| ["Mute ", &isolated(name), " for me"].concat(),
        hear_again: |name| ["Hear ", &isolated(name), " again"].concat(),
        hear: |name| ["Hear ", &isolated(name)].concat(),
        muted_for_me: "muted for you",
        same_machine: "Same computer: muted to prevent echo",
    },
    shortcuts: ShortcutTexts {
        title: "Shortcuts",
        keys: [
            ("M", "Mute or unmute the microphone"),
            ("V", "Turn the camera on or off"),
            ("S", "Share the screen, or stop"),
            ("F", "Full screen"),
            ("H", "Raise or lower your hand"),
            ("C", "Open or close the chat"),
            ("Space", "Hold to talk while you are muted"),
            ("?", "Show or hide this list"),
        ],
    },
    gestures: GestureTexts {
        raise_hand: "Raise hand",
        lower_hand: "Lower hand",
        hand_raised: |place| match place {
            None => "hand raised".to_owned(),
            Some(place) => ["hand raised, number ", &place.to_string()].concat(),
        },
        raised_hand: |name| [&isolated(name), " raised their hand."].concat(),
        react: "React",
        reactions: "Reactions",
        reaction,
        reacted: |name, reactions| {
            [&isolated(name), " reacted: ", &reactions.join(", "), "."].concat()
        },
        you_reacted: |reactions| ["You reacted: ", &reactions.join(", "), "."].concat(),
    },
    quality: QualityTexts {
        title: "Call statistics",
        connection: |name, quality| {
            let quality = match quality {
                Quality::Good => "good",
                Quality::Fair => "fair",
                Quality::Poor => "poor",
                Quality::Lost => "lost",
            };
            ["Connection of ", &isolated(name), ": ", quality].concat()
        },
    },
    chat: ChatControlTexts {
        title: "Chat",
        unread: |count| {
            let messages = if count == 1 { " unread message" } else { " unread messages" };
            ["Chat, ", &count.to_string(), messages].concat()
        },
        message_from: |name| ["Message from ", &isolated(name)].concat(),
    },
    send_file: "Send file",
    ring: RingTexts {
        call: "Call",
        calling: |names| ["Calling ", &list(names, ", ", " and "), "…"].concat(),
        answer,
        cancel: "Cancel",
        incoming: |names| [&list(names, ", ", " and "), are(names), " calling"].concat(),
        incoming_text: "Nobody can see or hear you until you accept.",
        accept: "Accept",
        accept_without_camera: "Accept without camera",
        decline: "Decline",
        answered,
        nobody_answered: "Nobody answered.",
        cancelled: "You cancelled the call.",
        declined: "You declined the call.",
        missed: |name| ["You missed a call from ", &isolated(name), "."].concat(),
    },
    settings: SettingsTexts {
        title: "Settings",
        close: "Close",
        label,
        choices,
        automatic: "Automatic",
        not_connected: |kind| match kind {
            DeviceKind::Microphone => "The microphone you chose isn't connected.",
            DeviceKind::Camera => "The camera you chose isn't connected.",
            DeviceKind::Speaker => "The speaker you chose isn't connected.",
        },
        unnamed: |kind, number| {
            let name = match kind {
                DeviceKind::Microphone => "Microphone ",
                DeviceKind::Camera => "Camera ",
                DeviceKind::Speaker => "Speaker ",
            };
            [name, &number.to_string()].concat()
        },
        level: "Microphone level",
        level_unknown: "The microphone level can't be shown right now.",
        test_failed: "The test sound can't be played right now.",
        test_speaker: "Test speaker",
        theme: "Theme",
        themes: ["Automatic", "Light", "Dark"],
        notify: "Notify me when someone calls",
        fell_back: |kind, device| {
            if kind == DeviceKind::Speaker && device.is_none() {
                return "Your speaker isn't available. Now using the system's default.".to_owned();
            }
            let (gone, another) = match kind {
                DeviceKind::Microphone => ("The microphone", "another microphone"),
                DeviceKind::Camera => ("The camera", "another camera"),
                DeviceKind::Speaker => ("The speaker", "another speaker"),
            };
            [gone, " was unplugged. Now using ", &named(device, another), "."].concat()
        },
        plugged_in: |kind, device| {
            let unnamed = match kind {
                DeviceKind::Microphone => "A microphone",
                DeviceKind::Camera => "A camera",
                DeviceKind::Speaker => "A speaker",
            };
            [&named(device, unnamed), " was plugged in."].concat()
        },
        use_it: "Use it",
        not_taken: |reason| [reason, ". Still using the previous one."].concat(),
    },
    ended: EndedTexts {
        title: "Call ended",
        hung_up: "You hung up",
        hung_up_text: "Camera and microphone are off. The link still works.",
        left: "You left the call",
        left_text: "Camera and microphone are off. You can rejoin right away.",
        rejoin: "Rejoin",
        cannot_call: "This browser cannot make calls",
        cannot_call_text: "It has no WebRTC, or an extension or a setting blocks it. Turn it on and \
                           reload the page, or open the link in a current Chrome, Edge, Firefox \
                           or Safari.",
        room_full: "This room is full",
        room_full_text: "It holds eight people. Try again when someone has left.",
        replaced: "The call continued elsewhere",
        replaced_text: "A newer connection from this page took over.",
        version: "This page is out of date",
        version_text: "The server is running a newer version. Reload the page to update.",
        refused: "The server did not let you in",
        refused_text: "Wait a moment, then try again.",
        call_again: "Call again",
        reload: "Reload the page",
    },
    crash: CrashNoticeTexts {
        title: "Something went wrong",
        help: "Tincan ran into a problem and had to stop. Camera and microphone are off.",
        help_in_call: "Tincan ran into a problem and had to leave the call. Camera and microphone \
                       are off. Reload to rejoin.",
        reload: "Reload",
    },
    errors: ErrorTexts { title, help, join_anyway },
};

/// The texts of files.
pub(super) static FILES: FileTexts = FileTexts {
    title: "Files",
    count: |count, offers| {
        let count = ["Files: ", &count.to_string()].concat();
        if offers == 0 { count } else { [&count, ", ", &offers.to_string(), " to accept"].concat() }
    },
    send_to: "Send to",
    everyone: "Everyone",
    alone: "Nobody else is in the call. Send your file when someone has joined.",
    drop: "Drop to send",
    no_folders: "Folders can't be sent. Compress the folder into a ZIP file first.",
    trust: "Only accept files from people you trust.",
    from: |name| ["from ", &isolated(name)].concat(),
    to: |name| ["to ", &isolated(name)].concat(),
    accept: "Accept",
    decline: "Decline",
    cancel: "Cancel",
    save: "Save",
    dismiss: "Dismiss",
    waiting_for: |names| ["Waiting for ", &list(names, ", ", " and ")].concat(),
    sending: |file, name| ["Sending ", &isolated(file), " to ", &isolated(name)].concat(),
    receiving: |file, name| ["Receiving ", &isolated(file), " from ", &isolated(name)].concat(),
    percent: |percent| [&percent.to_string(), "%"].concat(),
    left: |left| {
        let (count, unit, units) = match left {
            TimeLeft::Moments => return "A few seconds left".to_owned(),
            TimeLeft::Seconds(count) => (count, " second left", " seconds left"),
            TimeLeft::Minutes(count) => (count, " minute left", " minutes left"),
            TimeLeft::Hours(count) => (count, " hour left", " hours left"),
        };
        ["About ", &count.to_string(), if count == 1 { unit } else { units }].concat()
    },
    interrupted: "Connection lost. It will continue by itself.",
    saved: "Saved to your downloads. If it isn't there, save it here.",
    delivered: |name| [&isolated(name), " has it"].concat(),
    ended: file_ended,
    offered: |name, file, size| {
        [&isolated(name), " wants to send you ", &isolated(file), ", ", size, "."].concat()
    },
    offered_many: |name, count| {
        [&isolated(name), " wants to send you ", &count.to_string(), " files."].concat()
    },
    has_arrived: |file, name| {
        [&isolated(file), " from ", &isolated(name), " has arrived."].concat()
    },
    has_file: |name, file| [&isolated(name), " has received ", &isolated(file), "."].concat(),
    has_ended: |file, reason| [&isolated(file), ": ", reason].concat(),
};

/// The texts of the panel of numbers.
pub(super) static NUMBERS: NumberTexts = NumberTexts {
    nobody: "Statistics appear when someone else is in the call.",
    measuring: "Measuring…",
    unknown: "not known",
    plot: |plot| match plot {
        Plot::BitRate => "Bit rate",
        Plot::RoundTrip => "Round trip",
        Plot::Loss => "Packet loss",
        Plot::Jitter => "Jitter",
        Plot::Concealed => "Concealed audio",
        Plot::FrameRate => "Frame rate",
    },
    range: |least, most, unit| [least, " to ", most, " ", unit, " over the last minute"].concat(),
    both_ways: |received, sent| ["in ", received, ", out ", sent].concat(),
    route_label: "Route",
    route: |route| match route {
        Route::DirectUdp => "direct, over UDP",
        Route::DirectTcp => "direct, over TCP",
        Route::Relayed(RelayProtocol::Udp) => "relayed, over UDP",
        Route::Relayed(RelayProtocol::Tcp) => "relayed, over TCP",
        Route::Relayed(RelayProtocol::Tls) => "relayed, over TLS",
        Route::Relayed(RelayProtocol::Unknown) => "relayed",
        Route::RelayedThere => "relayed on their side",
    },
    video_received: "Video in",
    video_sent: "Video out",
    no_video: "none",
    codecs_received: "Codecs in",
    codecs_sent: "Codecs out",
};

/// The texts of the panel of the chat.
pub(super) static CHAT: ChatTexts = ChatTexts {
    note: "Messages go from browser to browser and are not stored. Anyone who joins later won't see \
           earlier ones.",
    log: "Messages",
    empty: "No messages yet",
    new_messages: "New messages",
    field: "Message",
    send: "Send",
    alone: "Nobody else is in the call. Send your message when someone has joined.",
    too_long: |count, most| {
        let (count, most) = (count.to_string(), most.to_string());
        [
            "This message is too long: ",
            &count,
            " of ",
            &most,
            " characters. Shorten it, or send it \
          in parts.",
        ]
        .concat()
    },
    sending: "Sending…",
    delivered: "Delivered",
    delivered_to_all: "Delivered to everyone",
    missed: "Not delivered",
    nobody: "Nobody else was in the call.",
    delivered_to: |names| ["Delivered to ", &list(names, ", ", " and "), "."].concat(),
    waiting_for: |names| ["Waiting for ", &list(names, ", ", " and "), "."].concat(),
    missed_by: |names| ["Not delivered to ", &list(names, ", ", " and "), "."].concat(),
};

/// The texts of failures.
pub(super) static FAILURES: FailureTexts = FailureTexts {
    title: |name| ["No connection with ", &isolated(name)].concat(),
    why,
    copy_report: "Copy report",
    report_copied: "Report copied",
    report_not_copied: "Report not copied",
    check_network: "Check my network",
};

/// The texts of the check of the network.
pub(super) static CHECK: CheckTexts = CheckTexts {
    checking: "Checking what a call needs…",
    done: "The check is done.",
    waiting: "checking…",
    line: |line| match line {
        CheckLine::Microphone => "Microphone",
        CheckLine::Camera => "Camera",
        CheckLine::Server => "Server",
        CheckLine::Socket => "Server, by WebSocket",
        CheckLine::Ice(IceServerKind::Stun) => "STUN server",
        CheckLine::Ice(IceServerKind::TurnUdp) => "Relay over UDP",
        CheckLine::Ice(IceServerKind::TurnTcp) => "Relay over TCP",
        CheckLine::Ice(IceServerKind::TurnTls) => "Relay over TLS",
        CheckLine::Loopback => "Call with yourself",
    },
    verdict: |line, verdict| match (verdict, line) {
        (Verdict::Works, _) => "works",
        (Verdict::Slow, _) => "too slow for a call",
        (Verdict::Absent, CheckLine::Ice(_)) => "not offered by this server",
        (Verdict::Absent, _) => "none found",
        (Verdict::Denied, _) => "not allowed",
        (Verdict::Busy, _) => "used by another program, or did not start",
        (Verdict::Unreachable, CheckLine::Loopback) => "does not connect",
        (Verdict::Unreachable, _) => "can't be reached",
        (Verdict::Refused, _) => "refuses the server's credentials",
        (Verdict::Failing, _) => "is full or has a problem",
        (Verdict::NotSecure, _) => "can't be reached, or its certificate is refused",
    },
    copy: "Copy result",
    copied: "Result copied",
    not_copied: "Result not copied",
    again: "Check again",
};

/// Returns the verb for one person or several.
const fn are(names: &[&str]) -> &'static str {
    if names.len() == 1 { " is" } else { " are" }
}

const fn stage(stage: RecoveryStage) -> &'static str {
    match stage {
        RecoveryStage::Wait => "Unstable connection…",
        RecoveryStage::IceRestart => "Reconnecting…",
        RecoveryStage::Rebuild => "Trying a new connection…",
        RecoveryStage::RelayOnly => "Trying through a relay…",
    }
}

const fn why(failure: Failure) -> &'static str {
    match failure {
        Failure::NoAnswer => "Their page isn't responding. It may be asleep or offline.",
        Failure::NoRelay => {
            "Your networks can't connect directly, and this server offers no relay. Try another network."
        }
        Failure::UdpBlocked => {
            "UDP doesn't get through: your network may block it, or the relay is down. Try another network, or turn off a VPN or firewall."
        }
        Failure::RelayRefused => {
            "The relay refuses this server's credentials: their secret or their clocks don't match. Tell whoever runs the server."
        }
        Failure::RelayFailing => {
            "The relay is full or has a problem. Try again later, or tell whoever runs the server."
        }
        Failure::RelayNotSecure => {
            "There's no secure connection to the relay: your network blocks it, or its certificate is refused. Try another network, or tell whoever runs the server."
        }
        Failure::RelayUnreachable => {
            "The relay can't be reached: your network may block it, or it is down. Try another network, or turn off a VPN or firewall."
        }
        Failure::RelayUnreachableThere => {
            "Their network can't reach the relay. They could try another one."
        }
        Failure::NoPath => {
            "Your networks can't connect, not even through a relay. Try another network."
        }
        Failure::Incompatible => {
            "Your browsers have no common way to talk. Update both, or try another browser."
        }
    }
}

const fn missing(source: Source, remote: Remote) -> Option<&'static str> {
    match (source, remote) {
        (_, Remote::Off | Remote::Waiting | Remote::Held | Remote::Playing) => None,
        (Source::Microphone | Source::ScreenAudio, Remote::NoCodec) => {
            Some("You can't hear them: your browsers have no audio format in common.")
        }
        (Source::Camera, Remote::NoCodec) => {
            Some("No video: your browsers have no video format in common.")
        }
        (Source::Screen, Remote::NoCodec) => {
            Some("Their screen can't be shown: your browsers have no video format in common.")
        }
        (Source::Microphone | Source::ScreenAudio, Remote::NotSent) => {
            Some("You can't hear them: their browser doesn't send any sound.")
        }
        (Source::Camera, Remote::NotSent) => Some("No video: their browser doesn't send any."),
        (Source::Screen, Remote::NotSent) => {
            Some("Their screen can't be shown: their browser doesn't send it.")
        }
    }
}

const fn answer(answer: CallOutcome) -> &'static str {
    match answer {
        CallOutcome::Ringing => "ringing…",
        CallOutcome::Accepted => "joining",
        CallOutcome::Declined => "declined",
        CallOutcome::Busy => "busy",
        CallOutcome::NoAnswer => "no answer",
        CallOutcome::Gone => "gone",
    }
}

fn answered(name: &str, answer: CallOutcome) -> String {
    let did = match answer {
        CallOutcome::Ringing | CallOutcome::NoAnswer => " did not answer.",
        CallOutcome::Accepted => " joined.",
        CallOutcome::Declined => " declined.",
        CallOutcome::Busy => " is in another call.",
        CallOutcome::Gone => " has left.",
    };
    [&isolated(name), did].concat()
}

const fn label(setting: Setting) -> &'static str {
    match setting {
        Setting::Device(DeviceKind::Microphone) => "Microphone",
        Setting::Device(DeviceKind::Camera) => "Camera",
        Setting::Device(DeviceKind::Speaker) => "Speaker",
        Setting::Facing => "Phone camera",
        Setting::Height => "Resolution",
        Setting::FrameRate => "Frame rate",
        Setting::EchoCancellation => "Echo cancellation",
        Setting::NoiseSuppression => "Noise suppression",
        Setting::AutoGainControl => "Automatic gain",
        Setting::Share => "Shared screen",
        Setting::AnnounceChat => "Read out chat messages (screen readers)",
    }
}

const fn choices(setting: Setting) -> &'static [&'static str] {
    match setting {
        Setting::Facing => &["Front", "Back"],
        Setting::Height => &["360p", "720p", "1080p"],
        Setting::FrameRate => &["15 fps", "30 fps", "60 fps"],
        Setting::Share => &["Sharp text", "Smooth motion"],
        Setting::Device(_)
        | Setting::EchoCancellation
        | Setting::NoiseSuppression
        | Setting::AutoGainControl
        | Setting::AnnounceChat => &[],
    }
}

const fn noun(device: Device) -> &'static str {
    match device {
        Device::Microphone => "microphone",
        Device::Camera => "camera",
        Device::Both => "camera and microphone",
        Device::Screen => "screen",
        Device::ScreenAudio => "screen audio",
    }
}

fn title(device: Device, trouble: Trouble) -> String {
    let noun = noun(device);
    let error = match (trouble, device) {
        (Trouble::Failed(error), _) => error,
        (Trouble::Silenced, Device::Screen) => return "Your shared screen is paused".to_owned(),
        (Trouble::Silenced, Device::Both) => {
            return "Your camera and microphone are muted by the system".to_owned();
        }
        (Trouble::Silenced, _) => return ["Your ", noun, " is muted by the system"].concat(),
    };
    match (error, device) {
        (CaptureError::NotAllowed, Device::Screen) => "Your screen is not shared".to_owned(),
        (
            CaptureError::NotReadable | CaptureError::NotFound | CaptureError::BlockedBySystem,
            Device::Screen,
        ) => "Your screen can't be captured".to_owned(),
        (CaptureError::NotAllowed | CaptureError::BlockedBySystem, _) => {
            ["Tincan may not use your ", noun].concat()
        }
        (CaptureError::NotFound, Device::Both) => "No camera or microphone found".to_owned(),
        (CaptureError::NotFound, _) => ["No ", noun, " found"].concat(),
        (CaptureError::NotReadable, Device::Both) => "Camera and microphone are busy".to_owned(),
        (CaptureError::NotReadable, _) => ["Your ", noun, " is busy"].concat(),
        (CaptureError::OverConstrained, Device::Both) => {
            "Camera and microphone don't support these settings".to_owned()
        }
        (CaptureError::OverConstrained, _) => {
            ["Your ", noun, " doesn't support these settings"].concat()
        }
        (CaptureError::InsecureContext, _) => "This page was not loaded over HTTPS".to_owned(),
        (CaptureError::NotSupported, Device::Screen) => {
            "This browser can't share a screen".to_owned()
        }
        (CaptureError::NotSupported, Device::ScreenAudio) => {
            "This browser can't share screen audio".to_owned()
        }
        (CaptureError::NotSupported, Device::Both) => {
            "This browser doesn't let pages use a camera or microphone".to_owned()
        }
        (CaptureError::NotSupported, _) => ["This browser doesn't let pages use a ", noun].concat(),
        (CaptureError::Other, Device::Both) => "Camera and microphone did not start".to_owned(),
        (CaptureError::Other, _) => ["Your ", noun, " did not start"].concat(),
    }
}

const fn help(device: Device, trouble: Trouble) -> &'static str {
    let error = match trouble {
        Trouble::Failed(error) => error,
        Trouble::Silenced => return help_with_silence(device),
    };
    match (error, device) {
        (CaptureError::NotAllowed, Device::Screen) => {
            "The picker was closed, or the browser or the system does not allow it."
        }
        (CaptureError::NotAllowed, _) => {
            "Allow it with the icon beside the page's address, then try again."
        }
        (
            CaptureError::NotReadable | CaptureError::NotFound | CaptureError::BlockedBySystem,
            Device::Screen,
        ) => "The system refused. Check its privacy settings, then try again.",
        (CaptureError::BlockedBySystem, _) => {
            "The system doesn't let the browser use it. Allow it in the system's privacy settings, then try again."
        }
        (CaptureError::NotFound, _) => "Plug one in or switch it on, then try again.",
        (CaptureError::NotReadable, _) => {
            "Another program may be using it. Close that program, then try again."
        }
        (CaptureError::OverConstrained, _) => {
            "Choose another device or other settings, then try again."
        }
        (CaptureError::InsecureContext, _) => {
            "Browsers allow devices only on secure pages. Open the link again with https:// in front."
        }
        (CaptureError::NotSupported, Device::Screen) => {
            "A current Chrome, Edge, Firefox or Safari on a computer can do it."
        }
        (CaptureError::NotSupported, _) => {
            "An extension or a setting may be blocking it. You can also open the link in a current Chrome, Edge, Firefox or Safari."
        }
        (CaptureError::Other, _) => "Try again. If that doesn't help, restart the browser.",
    }
}

const fn help_with_silence(device: Device) -> &'static str {
    match device {
        Device::Microphone => {
            "Nobody can hear you. Check the mute switch on your headset or keyboard, and whether a phone call or another app is using the microphone."
        }
        Device::Camera => {
            "Nobody can see you. Check the camera's shutter or switch, and whether another app is using the camera."
        }
        Device::Both => {
            "Nobody can see or hear you. Check whether a phone call or another app is using them, and the switches on your devices."
        }
        Device::Screen => {
            "Others see the last picture. Bring what you share to the front, or unlock the screen."
        }
        Device::ScreenAudio => "Nobody can hear it. If it stays silent, share the screen again.",
    }
}

const fn join_anyway(device: Device) -> &'static str {
    match device {
        Device::Microphone => "You can also join without a microphone.",
        Device::Camera => "You can also join without a camera.",
        Device::Both => "You can also join without them, to watch and listen.",
        Device::Screen | Device::ScreenAudio => "You can also join without sharing.",
    }
}

const fn reaction(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::ThumbsUp => "Thumbs up",
        Reaction::Heart => "Heart",
        Reaction::Laugh => "Laughter",
        Reaction::Clap => "Applause",
        Reaction::Surprise => "Surprise",
        Reaction::Party => "Celebration",
    }
}

fn file_ended(end: FileEnd, name: &str, is_outgoing: bool) -> String {
    let name = &*isolated(name);
    match (end, is_outgoing) {
        (FileEnd::Declined, true) => [name, " declined it."].concat(),
        (FileEnd::Declined, false) => "You declined it.".to_owned(),
        (FileEnd::CancelledHere, _) => "You cancelled it.".to_owned(),
        (FileEnd::CancelledThere, _) => [name, " cancelled it."].concat(),
        (FileEnd::FailedThere, true) => {
            [name, " couldn't store it. Their device may be out of space."].concat()
        }
        (FileEnd::FailedThere, false) => ask_again("It couldn't be sent. Please ", name),
        (FileEnd::Left, true) => {
            [name, " left before it arrived. Send it again when they are back."].concat()
        }
        (FileEnd::Left, false) => {
            [name, " left before it arrived. Ask them to send it again."].concat()
        }
        (FileEnd::Failed(error), true) => not_sent(error).to_owned(),
        (FileEnd::Failed(error), false) => ask_again(not_received(error), name),
    }
}

fn ask_again(reason: &str, name: &str) -> String {
    [reason, "ask ", name, " to send it again."].concat()
}

const fn not_sent(error: FileError) -> &'static str {
    match error {
        FileError::Unreadable => {
            "The file can't be read. It may have been changed, moved or deleted. Choose it again."
        }
        FileError::NotLoaded => "Part of Tincan could not be loaded. Send the file again.",
        FileError::TooMany => "Too many files at once. Send this one when others are done.",
        FileError::NoSpace | FileError::NoStorage | FileError::Damaged => {
            "It could not be sent. Send it again."
        }
    }
}

/// The beginning of a sentence that ends with whom to ask for the file.
const fn not_received(error: FileError) -> &'static str {
    match error {
        FileError::NoSpace => "There isn't enough space on this device. Free some up, then ",
        FileError::NoStorage => {
            "This browser can't store files here. Open the link in a window that isn't private, \
             then "
        }
        FileError::Damaged => "It was damaged on the way. Please ",
        FileError::NotLoaded => "Part of Tincan could not be loaded. Please ",
        FileError::TooMany => "Too many files at once. When others are done, ",
        FileError::Unreadable => "It could not be received. Please ",
    }
}
