//! Simplified Chinese.

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
    someone: "某人",
    you: "你",
    sentences: <[String]>::concat,
    copy_link: "复制链接",
    link_copied: "链接已复制",
    link_not_copied: "浏览器不允许复制。请从地址栏复制链接。",
    new_call: "发起通话",
    try_again: "重试",
    dismiss: "关闭提示",
    loading: LoadingTexts {
        page: "正在加载…",
        call: "正在加载通话…",
        code: "正在加载二维码…",
        reactions: "正在加载表情回应…",
        failed: "Tincan 未能完全加载",
        failed_help: "请重试。如果仍然不行，请重新加载页面。",
    },
    home: HomeTexts {
        headline: "一条链接，一次私密通话。",
        lead: "把链接发给对方，就能通话。声音和画面在浏览器之间加密传输，链接中的密钥不会到达任何服务器。",
        paste_label: "收到了链接？",
        paste_example: "粘贴到这里",
        open: "打开",
        bad_link: "这不是 Tincan 链接。链接以 # 和 22 个字符结尾，请完整复制。",
        incomplete_title: "链接不完整",
        incomplete_help: "链接的末尾丢失了。请完整复制后粘贴到下面，或请对方再发一次。",
        damaged_title: "链接似乎已损坏",
        damaged_help: "链接中的字母在途中被改动了，可能会进入错误的房间。请对方重新发送，或从原消息中复制。",
        open_anyway: "仍然打开",
        several_title: "这些链接通往不同的通话",
        several_help: "请选择要打开的链接。",
        open_one: |end| ["打开以 ", end, " 结尾的链接"].concat(),
        exposed_title: "此链接已不再私密",
        exposed_help: "某个程序把链接中的 # 改成了 %23，密钥因此被发送到了服务器。请发起新的通话，并发送新的链接。",
        no_randomness: "此浏览器无法生成安全的随机数，不能发起或加入通话。请换一个浏览器打开链接。",
        language: "语言",
    },
    lobby: LobbyTexts {
        title: "准备通话",
        heading: "准备好就加入",
        preview: "你的摄像头",
        camera_off: "你的摄像头已关闭",
        camera_starting: "正在启动摄像头…",
        your_name: "你的名字",
        name_example: "别人看到的名字",
        join: "加入",
        roster: "房间里的人",
        looking: "正在查看房间…",
        nobody: "还没有其他人",
        call_on: "通话进行中",
        call_off: "还没有人开始通话",
        in_call: "通话中",
        waiting: "准备中",
        unreachable: "无法连接服务器，正在重试…",
        share_hint: "任何拿到链接的人都可以加入。",
        share: "分享",
        show_code: "显示二维码",
        code: "链接的二维码",
        code_help: "用手机摄像头扫描，即可在手机上打开此房间。",
        devices: "设备",
    },
    controls: ControlTexts {
        bar: "通话控制",
        mute: "静音麦克风",
        unmute: "取消静音",
        camera_off: "关闭摄像头",
        camera_on: "打开摄像头",
        share: "共享屏幕",
        stop_sharing: "停止共享",
        hang_up: "挂断",
        fullscreen: "全屏",
        picture_in_picture: "画中画",
        more: "更多",
    },
    call: CallTexts {
        title: "通话",
        heading: |names| ["与", &list(names, "、", "和"), "通话"].concat(),
        alone_heading: "现在只有你一个人",
        alone_text: "把这条链接发给想通话的人。对方加入后，你们就能面对面交谈。",
        in_lobby: |names| [&list(names, "、", "和"), "正在准备加入。"].concat(),
        own_camera: "你的摄像头",
        camera_of: |name| [name, "，摄像头"].concat(),
        screen_of: |name| [name, "，屏幕"].concat(),
        muted: "麦克风已静音",
        paused: "屏幕共享已暂停",
        screen_silent: "共享的屏幕没有声音",
        connecting: "正在连接…",
        stage,
        sharing: "你正在共享屏幕",
        stop: "停止",
        signaling_connecting: "正在连接服务器…",
        signaling_reconnecting: "正在重新连接服务器…",
        signaling_lost: "正在重新连接服务器，通话不受影响。",
        missing,
        nobody_hears: "没有人能听到你：对方的浏览器与你的没有共同的音频格式。",
        nobody_sees: "没有人能看到：对方的浏览器与你的没有共同的视频格式。",
        tap_to_hear: "点按播放声音",
        tap_to_resume: "点按继续播放",
        pin: |name| ["固定", &isolated(name)].concat(),
        unpin: |name| ["取消固定", &isolated(name)].concat(),
        options: |name| [&isolated(name), "的选项"].concat(),
        volume: |name| [&isolated(name), "的音量"].concat(),
        mute_for_me: |name| ["将", &isolated(name), "静音"].concat(),
        hear_again: |name| ["取消", &isolated(name), "的静音"].concat(),
        hear: |name| ["播放", &isolated(name), "的声音"].concat(),
        muted_for_me: "你已将其静音",
        same_machine: "在同一台电脑上：已静音以避免啸叫",
    },
    shortcuts: ShortcutTexts {
        title: "快捷键",
        keys: [
            ("M", "静音或取消静音麦克风"),
            ("V", "打开或关闭摄像头"),
            ("S", "共享屏幕或停止共享"),
            ("F", "全屏"),
            ("H", "举手或放下手"),
            ("C", "打开或关闭聊天"),
            ("空格", "静音时按住说话"),
            ("?", "显示或隐藏此列表"),
        ],
    },
    gestures: GestureTexts {
        raise_hand: "举手",
        lower_hand: "放下手",
        hand_raised: |place| match place {
            None => "已举手".to_owned(),
            Some(place) => ["已举手，第 ", &place.to_string(), " 位"].concat(),
        },
        raised_hand: |name| [&isolated(name), "举手了。"].concat(),
        react: "表情回应",
        reactions: "表情回应",
        reaction,
        reacted: |name, reactions| {
            [&isolated(name), "回应：", &reactions.join("、"), "。"].concat()
        },
        you_reacted: |reactions| ["你回应：", &reactions.join("、"), "。"].concat(),
    },
    quality: QualityTexts {
        title: "通话统计",
        connection: |name, quality| {
            let quality = match quality {
                Quality::Good => "良好",
                Quality::Fair => "一般",
                Quality::Poor => "较差",
                Quality::Lost => "中断",
            };
            ["与", &isolated(name), "的连接：", quality].concat()
        },
    },
    chat: ChatControlTexts {
        title: "聊天",
        unread: |count| ["聊天，", &count.to_string(), " 条未读消息"].concat(),
        message_from: |name| [&isolated(name), "发来消息"].concat(),
    },
    send_file: "发送文件",
    ring: RingTexts {
        call: "呼叫",
        calling: |names| ["正在呼叫", &list(names, "、", "和"), "…"].concat(),
        answer,
        cancel: "取消",
        incoming: |names| [&list(names, "、", "和"), "来电"].concat(),
        incoming_text: "接听之前，没有人能看到或听到你。",
        accept: "接听",
        accept_without_camera: "关闭摄像头接听",
        decline: "拒绝",
        answered,
        nobody_answered: "无人接听。",
        cancelled: "你已停止呼叫。",
        declined: "你已拒绝来电。",
        missed: |name| ["你错过了", &isolated(name), "的来电。"].concat(),
    },
    settings: SettingsTexts {
        title: "设置",
        close: "关闭",
        label,
        choices,
        automatic: "自动",
        not_connected: |kind| match kind {
            DeviceKind::Microphone => "你选择的麦克风未连接。",
            DeviceKind::Camera => "你选择的摄像头未连接。",
            DeviceKind::Speaker => "你选择的扬声器未连接。",
        },
        unnamed: |kind, number| {
            let name = match kind {
                DeviceKind::Microphone => "麦克风 ",
                DeviceKind::Camera => "摄像头 ",
                DeviceKind::Speaker => "扬声器 ",
            };
            [name, &number.to_string()].concat()
        },
        level: "麦克风音量",
        level_unknown: "暂时无法显示麦克风音量。",
        test_failed: "暂时无法播放测试音。",
        test_speaker: "测试扬声器",
        theme: "主题",
        themes: ["自动", "浅色", "深色"],
        notify: "有来电时通知我",
        fell_back: |kind, device| {
            if kind == DeviceKind::Speaker && device.is_none() {
                return "你的扬声器不可用，现在使用系统默认扬声器。".to_owned();
            }
            let (gone, another) = match kind {
                DeviceKind::Microphone => ("麦克风", "另一个麦克风"),
                DeviceKind::Camera => ("摄像头", "另一个摄像头"),
                DeviceKind::Speaker => ("扬声器", "另一个扬声器"),
            };
            [gone, "已拔出，现在使用：", &named(device, another), "。"].concat()
        },
        plugged_in: |kind, device| {
            let unnamed = match kind {
                DeviceKind::Microphone => "麦克风",
                DeviceKind::Camera => "摄像头",
                DeviceKind::Speaker => "扬声器",
            };
            ["已插入：", &named(device, unnamed), "。"].concat()
        },
        use_it: "使用它",
        not_taken: |reason| [reason, "。继续使用当前设备。"].concat(),
    },
    ended: EndedTexts {
        title: "通话已结束",
        hung_up: "你已挂断",
        hung_up_text: "摄像头和麦克风已关闭。链接仍然有效。",
        left: "你已离开通话",
        left_text: "摄像头和麦克风已关闭。你可以随时重新加入。",
        rejoin: "重新加入",
        cannot_call: "此浏览器无法通话",
        cannot_call_text: "它不支持 WebRTC，或者 WebRTC 被某个扩展或设置关闭了。请启用后重新加载页面，\
                           或用新版 Chrome、Edge、Firefox 或 Safari 打开链接。",
        room_full: "房间已满",
        room_full_text: "一个房间最多八人。等有人离开后再试。",
        replaced: "通话已转到别处",
        replaced_text: "此页面的另一个连接接管了通话。",
        version: "页面版本过旧",
        version_text: "服务器使用了新的版本。请重新加载页面。",
        refused: "服务器拒绝了加入",
        refused_text: "请稍等片刻再试。",
        call_again: "再次通话",
        reload: "重新加载页面",
    },
    crash: CrashNoticeTexts {
        title: "出了点问题",
        help: "Tincan 遇到错误，已停止运行。摄像头和麦克风已关闭。",
        help_in_call: "Tincan 遇到错误，已退出通话。摄像头和麦克风已关闭。重新加载即可重新加入通话。",
        reload: "重新加载",
    },
    errors: ErrorTexts { title, help, join_anyway },
};

/// The texts of the panel of the chat.
pub(super) static CHAT: ChatTexts = ChatTexts {
    note: "消息直接在浏览器之间发送，不会被保存。之后加入的人看不到之前的消息。",
    log: "消息",
    empty: "还没有消息",
    new_messages: "新消息",
    field: "消息",
    send: "发送",
    alone: "通话中没有其他人。等有人加入后再发送。",
    too_long: |count, most| {
        let (count, most) = (count.to_string(), most.to_string());
        ["消息过长：共 ", &count, " 个字符，最多 ", &most, " 个。请缩短，或分几条发送。"].concat()
    },
    sending: "正在发送…",
    delivered: "已送达",
    delivered_to_all: "已送达所有人",
    missed: "未送达",
    nobody: "当时通话中没有其他人。",
    delivered_to: |names| ["已送达", &list(names, "、", "和"), "。"].concat(),
    waiting_for: |names| ["等待送达", &list(names, "、", "和"), "。"].concat(),
    missed_by: |names| ["未送达", &list(names, "、", "和"), "。"].concat(),
};

/// The texts of files.
pub(super) static FILES: FileTexts = FileTexts {
    title: "文件",
    count: |count, offers| {
        let count = ["文件：", &count.to_string(), " 个"].concat();
        if offers == 0 {
            count
        } else {
            [&count, "，", &offers.to_string(), " 个待接收"].concat()
        }
    },
    send_to: "发送给",
    everyone: "所有人",
    alone: "通话中没有其他人。等有人加入后再发送文件。",
    drop: "松开即可发送",
    no_folders: "无法发送文件夹。请先把它压缩成 ZIP 文件。",
    trust: "请只接收你信任的人发来的文件。",
    from: |name| ["来自", &isolated(name)].concat(),
    to: |name| ["发给", &isolated(name)].concat(),
    accept: "接收",
    decline: "拒绝",
    cancel: "取消",
    save: "保存",
    dismiss: "移除",
    waiting_for: |names| ["正在等待", &list(names, "、", "和"), "接收"].concat(),
    sending: |file, name| ["正在把", &isolated(file), "发送给", &isolated(name)].concat(),
    receiving: |file, name| ["正在接收", &isolated(name), "发来的", &isolated(file)].concat(),
    percent: |percent| [&percent.to_string(), "%"].concat(),
    left: |left| {
        let (count, unit) = match left {
            TimeLeft::Moments => return "还剩几秒".to_owned(),
            TimeLeft::Seconds(count) => (count, " 秒"),
            TimeLeft::Minutes(count) => (count, " 分钟"),
            TimeLeft::Hours(count) => (count, " 小时"),
        };
        ["大约还剩 ", &count.to_string(), unit].concat()
    },
    interrupted: "连接中断，恢复后会自动继续。",
    saved: "已保存到下载文件夹。如果没有找到，可以在这里保存。",
    delivered: |name| [&isolated(name), "已收到"].concat(),
    ended: file_ended,
    offered: |name, file, size| {
        [&isolated(name), "想给你发送", &isolated(file), "，大小 ", size, "。"].concat()
    },
    offered_many: |name, count| {
        [&isolated(name), "想给你发送 ", &count.to_string(), " 个文件。"].concat()
    },
    has_arrived: |file, name| ["已收到", &isolated(name), "发来的", &isolated(file), "。"].concat(),
    has_file: |name, file| [&isolated(name), "已收到", &isolated(file), "。"].concat(),
    has_ended: |file, reason| [&isolated(file), "：", reason].concat(),
};

/// The texts of the panel of numbers.
pub(super) static NUMBERS: NumberTexts = NumberTexts {
    nobody: "有其他人加入通话后，这里会显示统计数据。",
    measuring: "正在测量…",
    unknown: "未知",
    plot: |plot| match plot {
        Plot::BitRate => "码率",
        Plot::RoundTrip => "往返时延",
        Plot::Loss => "丢包率",
        Plot::Jitter => "抖动",
        Plot::Concealed => "补偿的音频",
        Plot::FrameRate => "帧率",
    },
    range: |least, most, unit| ["最近一分钟 ", least, " 至 ", most, " ", unit].concat(),
    both_ways: |received, sent| ["接收 ", received, "，发送 ", sent].concat(),
    route_label: "线路",
    route: |route| match route {
        Route::DirectUdp => "直连（UDP）",
        Route::DirectTcp => "直连（TCP）",
        Route::Relayed(RelayProtocol::Udp) => "中继（UDP）",
        Route::Relayed(RelayProtocol::Tcp) => "中继（TCP）",
        Route::Relayed(RelayProtocol::Tls) => "中继（TLS）",
        Route::Relayed(RelayProtocol::Unknown) => "中继",
        Route::RelayedThere => "由对方中继",
    },
    video_received: "接收的视频",
    video_sent: "发送的视频",
    no_video: "无",
    codecs_received: "接收的编码",
    codecs_sent: "发送的编码",
};

/// The texts of failures.
pub(super) static FAILURES: FailureTexts = FailureTexts {
    title: |name| ["无法与", &isolated(name), "连接"].concat(),
    why,
    copy_report: "复制报告",
    report_copied: "报告已复制",
    report_not_copied: "报告未能复制",
    check_network: "检查我的网络",
};

/// The texts of the check of the network.
pub(super) static CHECK: CheckTexts = CheckTexts {
    checking: "正在检查通话所需的条件…",
    done: "检查完成。",
    waiting: "正在检查…",
    line: |line| match line {
        CheckLine::Microphone => "麦克风",
        CheckLine::Camera => "摄像头",
        CheckLine::Server => "服务器",
        CheckLine::Socket => "服务器（WebSocket）",
        CheckLine::Ice(IceServerKind::Stun) => "STUN 服务器",
        CheckLine::Ice(IceServerKind::TurnUdp) => "中继（UDP）",
        CheckLine::Ice(IceServerKind::TurnTcp) => "中继（TCP）",
        CheckLine::Ice(IceServerKind::TurnTls) => "中继（TLS）",
        CheckLine::Loopback => "与自己通话",
    },
    verdict: |line, verdict| match (verdict, line) {
        (Verdict::Works, _) => "正常",
        (Verdict::Slow, _) => "太慢，无法通话",
        (Verdict::Absent, CheckLine::Ice(_)) => "此服务器未提供",
        (Verdict::Absent, _) => "未找到",
        (Verdict::Denied, _) => "未获允许",
        (Verdict::Busy, _) => "被其他程序占用，或未能启动",
        (Verdict::Unreachable, CheckLine::Loopback) => "无法连接",
        (Verdict::Unreachable, _) => "无法连到",
        (Verdict::Refused, _) => "拒绝了服务器的凭据",
        (Verdict::Failing, _) => "已满或出现故障",
        (Verdict::NotSecure, _) => "无法连到，或证书不受信任",
    },
    copy: "复制结果",
    copied: "结果已复制",
    not_copied: "结果未能复制",
    again: "再次检查",
};

const fn stage(stage: RecoveryStage) -> &'static str {
    match stage {
        RecoveryStage::Wait => "连接不稳定…",
        RecoveryStage::IceRestart => "正在重新连接…",
        RecoveryStage::Rebuild => "正在建立新连接…",
        RecoveryStage::RelayOnly => "正在尝试通过中继连接…",
    }
}

const fn why(failure: Failure) -> &'static str {
    match failure {
        Failure::NoAnswer => "对方的页面没有响应，可能已休眠或离线。",
        Failure::NoRelay => "你们的网络之间无法直连，而此服务器没有提供中继。请换一个网络试试。",
        Failure::UdpBlocked => {
            "UDP 无法通过：你的网络可能阻止了它，或者中继已停用。请换一个网络，或关闭 VPN 或防火墙。"
        }
        Failure::RelayRefused => {
            "中继拒绝了此服务器的凭据：两者的密钥或时钟不一致。请告知服务器的管理员。"
        }
        Failure::RelayFailing => "中继已满或出现故障。请稍后再试，或告知服务器的管理员。",
        Failure::RelayNotSecure => {
            "无法与中继建立安全连接：你的网络阻止了它，或者它的证书不受信任。请换一个网络，或告知服务器的管理员。"
        }
        Failure::RelayUnreachable => {
            "无法连到中继：你的网络可能阻止了它，或者它已停用。请换一个网络，或关闭 VPN 或防火墙。"
        }
        Failure::RelayUnreachableThere => "对方的网络无法连到中继。请对方换一个网络试试。",
        Failure::NoPath => "你们的网络之间无法连接，通过中继也不行。请换一个网络试试。",
        Failure::Incompatible => {
            "双方的浏览器互不兼容，无法通话。请更新双方的浏览器，或换一个浏览器试试。"
        }
    }
}

const fn missing(source: Source, remote: Remote) -> Option<&'static str> {
    match (source, remote) {
        (_, Remote::Off | Remote::Waiting | Remote::Held | Remote::Playing) => None,
        (Source::Microphone | Source::ScreenAudio, Remote::NoCodec) => {
            Some("听不到对方：双方的浏览器没有共同的音频格式。")
        }
        (Source::Camera, Remote::NoCodec) => Some("没有画面：双方的浏览器没有共同的视频格式。"),
        (Source::Screen, Remote::NoCodec) => {
            Some("无法显示对方的屏幕：双方的浏览器没有共同的视频格式。")
        }
        (Source::Microphone | Source::ScreenAudio, Remote::NotSent) => {
            Some("听不到对方：对方的浏览器没有发送声音。")
        }
        (Source::Camera, Remote::NotSent) => Some("没有画面：对方的浏览器没有发送视频。"),
        (Source::Screen, Remote::NotSent) => Some("无法显示对方的屏幕：对方的浏览器没有发送画面。"),
    }
}

const fn answer(answer: CallOutcome) -> &'static str {
    match answer {
        CallOutcome::Ringing => "正在响铃…",
        CallOutcome::Accepted => "正在加入",
        CallOutcome::Declined => "已拒绝",
        CallOutcome::Busy => "忙线中",
        CallOutcome::NoAnswer => "无人接听",
        CallOutcome::Gone => "已离开",
    }
}

fn answered(name: &str, answer: CallOutcome) -> String {
    let did = match answer {
        CallOutcome::Ringing | CallOutcome::NoAnswer => "没有接听。",
        CallOutcome::Accepted => "已加入。",
        CallOutcome::Declined => "已拒绝。",
        CallOutcome::Busy => "正在另一个通话中。",
        CallOutcome::Gone => "已离开。",
    };
    [&isolated(name), did].concat()
}

const fn label(setting: Setting) -> &'static str {
    match setting {
        Setting::Device(DeviceKind::Microphone) => "麦克风",
        Setting::Device(DeviceKind::Camera) => "摄像头",
        Setting::Device(DeviceKind::Speaker) => "扬声器",
        Setting::Facing => "手机摄像头",
        Setting::Height => "分辨率",
        Setting::FrameRate => "帧率",
        Setting::EchoCancellation => "回声消除",
        Setting::NoiseSuppression => "降噪",
        Setting::AutoGainControl => "自动增益",
        Setting::Share => "共享屏幕",
        Setting::AnnounceChat => "朗读聊天消息（屏幕阅读器）",
    }
}

const fn choices(setting: Setting) -> &'static [&'static str] {
    match setting {
        Setting::Facing => &["前置", "后置"],
        Setting::Height => &["360p", "720p", "1080p"],
        Setting::FrameRate => &["每秒 15 帧", "每秒 30 帧", "每秒 60 帧"],
        Setting::Share => &["文字清晰", "动作流畅"],
        Setting::Device(_)
        | Setting::EchoCancellation
        | Setting::NoiseSuppression
        | Setting::AutoGainControl
        | Setting::AnnounceChat => &[],
    }
}

const fn noun(device: Device) -> &'static str {
    match device {
        Device::Microphone => "麦克风",
        Device::Camera => "摄像头",
        Device::Both => "摄像头和麦克风",
        Device::Screen => "屏幕",
        Device::ScreenAudio => "屏幕声音",
    }
}

fn title(device: Device, trouble: Trouble) -> String {
    let noun = noun(device);
    let error = match (trouble, device) {
        (Trouble::Failed(error), _) => error,
        (Trouble::Silenced, Device::Screen) => return "屏幕共享已暂停".to_owned(),
        (Trouble::Silenced, Device::Camera) => return "摄像头已被系统关闭".to_owned(),
        (Trouble::Silenced, Device::Both) => return "摄像头和麦克风已被系统关闭".to_owned(),
        (Trouble::Silenced, _) => return [noun, "已被系统静音"].concat(),
    };
    match (error, device) {
        (CaptureError::NotAllowed, Device::Screen) => "未共享屏幕".to_owned(),
        (
            CaptureError::NotReadable | CaptureError::NotFound | CaptureError::BlockedBySystem,
            Device::Screen,
        ) => "无法读取屏幕".to_owned(),
        (CaptureError::NotAllowed | CaptureError::BlockedBySystem, _) => {
            ["Tincan 无权使用", noun].concat()
        }
        (CaptureError::NotFound, _) => ["未找到", noun].concat(),
        (CaptureError::NotReadable, _) => [noun, "被占用"].concat(),
        (CaptureError::OverConstrained, _) => ["没有符合设置的", noun].concat(),
        (CaptureError::InsecureContext, _) => "此页面未通过 HTTPS 打开".to_owned(),
        (CaptureError::NotSupported, Device::Screen) => "此浏览器无法共享屏幕".to_owned(),
        (CaptureError::NotSupported, _) => ["此浏览器不向网页提供", noun].concat(),
        (CaptureError::Other, _) => [noun, "未能启动"].concat(),
    }
}

const fn help(device: Device, trouble: Trouble) -> &'static str {
    let error = match trouble {
        Trouble::Failed(error) => error,
        Trouble::Silenced => return help_with_silence(device),
    };
    match (error, device) {
        (CaptureError::NotAllowed, Device::Screen) => {
            "选择窗口被关闭，或者浏览器或系统不允许共享。"
        }
        (CaptureError::NotAllowed, _) => "请通过网址旁的图标允许使用，然后重试。",
        (
            CaptureError::NotReadable | CaptureError::NotFound | CaptureError::BlockedBySystem,
            Device::Screen,
        ) => "系统拒绝了共享。请检查系统的隐私设置，然后重试。",
        (CaptureError::BlockedBySystem, _) => {
            "系统不允许浏览器使用。请在系统的隐私设置中允许，然后重试。"
        }
        (CaptureError::NotFound, _) => "请插上或打开设备，然后重试。",
        (CaptureError::NotReadable, _) => "可能有其他程序正在使用。请关闭该程序，然后重试。",
        (CaptureError::OverConstrained, _) => "请选择其他设备或更改设置，然后重试。",
        (CaptureError::InsecureContext, _) => {
            "浏览器只允许安全的页面使用设备。请用 https:// 开头的网址重新打开链接。"
        }
        (CaptureError::NotSupported, Device::Screen) => {
            "请在电脑上使用最新版的 Chrome、Edge、Firefox 或 Safari。"
        }
        (CaptureError::NotSupported, _) => {
            "可能被某个扩展或设置关闭了。也可以用新版 Chrome、Edge、Firefox 或 Safari 打开链接。"
        }
        (CaptureError::Other, _) => "请重试。如果仍然不行，请重新启动浏览器。",
    }
}

const fn help_with_silence(device: Device) -> &'static str {
    match device {
        Device::Microphone => {
            "别人听不到你。请检查耳机或键盘上的静音开关，以及是否有来电或其他应用正在使用麦克风。"
        }
        Device::Camera => {
            "别人看不到你。请检查摄像头的遮挡片或开关，以及是否有其他应用正在使用摄像头。"
        }
        Device::Both => {
            "别人看不到也听不到你。请检查是否有来电或其他应用正在使用设备，以及设备上的开关。"
        }
        Device::Screen => "别人看到的是最后一帧画面。请将共享的内容切换到前台，或解锁屏幕。",
        Device::ScreenAudio => "别人听不到屏幕的声音。如果一直没有声音，请重新共享屏幕。",
    }
}

const fn join_anyway(device: Device) -> &'static str {
    match device {
        Device::Microphone => "没有麦克风也可以加入。",
        Device::Camera => "没有摄像头也可以加入。",
        Device::Both => "没有设备也可以加入，只看和听。",
        Device::Screen | Device::ScreenAudio => "不共享屏幕也可以加入。",
    }
}

const fn reaction(reaction: Reaction) -> &'static str {
    match reaction {
        Reaction::ThumbsUp => "点赞",
        Reaction::Heart => "爱心",
        Reaction::Laugh => "大笑",
        Reaction::Clap => "鼓掌",
        Reaction::Surprise => "惊讶",
        Reaction::Party => "庆祝",
    }
}

fn file_ended(end: FileEnd, name: &str, is_outgoing: bool) -> String {
    let name = &*isolated(name);
    match (end, is_outgoing) {
        (FileEnd::Declined, true) => [name, "拒绝了这个文件。"].concat(),
        (FileEnd::Declined, false) => "你拒绝了这个文件。".to_owned(),
        (FileEnd::CancelledHere, _) => "你已取消。".to_owned(),
        (FileEnd::CancelledThere, _) => [name, "取消了。"].concat(),
        (FileEnd::FailedThere, true) => {
            [name, "无法保存这个文件，对方设备的空间可能不足。"].concat()
        }
        (FileEnd::FailedThere, false) => ask_again("文件发送失败。", name),
        (FileEnd::Left, true) => [name, "在收到文件之前离开了。请等对方回来后重新发送。"].concat(),
        (FileEnd::Left, false) => [name, "在文件发完之前离开了。请让对方重新发送。"].concat(),
        (FileEnd::Failed(error), true) => not_sent(error).to_owned(),
        (FileEnd::Failed(error), false) => ask_again(not_received(error), name),
    }
}

fn ask_again(reason: &str, name: &str) -> String {
    [reason, "请让", name, "重新发送。"].concat()
}

const fn not_sent(error: FileError) -> &'static str {
    match error {
        FileError::Unreadable => "无法读取这个文件，它可能已被修改、移动或删除。请重新选择。",
        FileError::NotLoaded => "Tincan 未能完全加载。请重新发送文件。",
        FileError::TooMany => "同时传输的文件太多。请等其他文件传完后再发送。",
        FileError::NoSpace | FileError::NoStorage | FileError::Damaged => {
            "文件发送失败。请重新发送。"
        }
    }
}

/// The reason, before a sentence on whom to ask for the file.
const fn not_received(error: FileError) -> &'static str {
    match error {
        FileError::NoSpace => "此设备的空间不足，请先腾出空间。",
        FileError::NoStorage => "此浏览器无法在这里保存文件，请在非隐私窗口中打开链接。",
        FileError::Damaged => "文件在传输中损坏了。",
        FileError::NotLoaded => "Tincan 未能完全加载。",
        FileError::TooMany => "同时传输的文件太多，请等其他文件传完。",
        FileError::Unreadable => "文件接收失败。",
    }
}
