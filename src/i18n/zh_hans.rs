//! Simplified Chinese.

use tincan_call::CaptureError;

use super::{
    CallTexts, ControlTexts, Device, EndedTexts, ErrorTexts, HomeTexts, LobbyTexts, Texts, list,
};

pub(super) const TEXTS: Texts = Texts {
    product: "Tincan",
    someone: "某人",
    you: "你",
    copy_link: "复制链接",
    link_copied: "链接已复制",
    link_not_copied: "浏览器不允许复制。请从地址栏复制链接。",
    new_call: "发起通话",
    try_again: "重试",
    dismiss: "关闭提示",
    language_name: "简体中文",
    home: HomeTexts {
        headline: "一条链接，一次私密通话。",
        lead: "把链接发给对方，就能通话。声音和画面在浏览器之间加密传输，链接中的密钥不会到达任何服务器。",
        paste_label: "收到了链接？",
        paste_example: "粘贴到这里",
        open: "打开",
        bad_link: "这不是 Tincan 链接。链接以 # 和 22 个字符结尾，请完整复制。",
        incomplete_title: "链接不完整",
        incomplete_help: "链接的末尾丢失了。请完整复制后粘贴到下面，或请对方再发一次。",
        no_randomness: "此浏览器无法生成安全的链接，请换一个浏览器。",
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
        share_hint: "拿到链接的人都能加入。",
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
        connecting: "正在连接…",
        reconnecting: "正在重新连接…",
        failed: |name| ["无法与", name, "连接"].concat(),
        sharing: "你正在共享屏幕",
        stop: "停止",
        signaling_connecting: "正在连接服务器…",
        signaling_lost: "正在重新连接服务器，通话不受影响。",
        tap_to_hear: "点按以收听",
    },
    ended: EndedTexts {
        title: "通话已结束",
        hung_up: "你已挂断",
        hung_up_text: "摄像头和麦克风已关闭。链接仍然有效。",
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
    errors: ErrorTexts { title, help, join_anyway },
};

const fn noun(device: Device) -> &'static str {
    match device {
        Device::Microphone => "麦克风",
        Device::Camera => "摄像头",
        Device::Both => "摄像头和麦克风",
        Device::Screen => "屏幕",
    }
}

fn title(device: Device, error: CaptureError) -> String {
    let noun = noun(device);
    match (error, device) {
        (CaptureError::NotAllowed, Device::Screen) => "未共享屏幕".to_owned(),
        (CaptureError::NotAllowed, _) => ["Tincan 无权使用", noun].concat(),
        (CaptureError::NotFound, _) => ["未找到", noun].concat(),
        (CaptureError::NotReadable, Device::Screen) => "无法读取屏幕".to_owned(),
        (CaptureError::NotReadable, _) => [noun, "被占用"].concat(),
        (CaptureError::OverConstrained, _) => ["没有符合设置的", noun].concat(),
        (CaptureError::InsecureContext, _) => "此页面未通过 HTTPS 打开".to_owned(),
        (CaptureError::NotSupported, Device::Screen) => "此浏览器无法共享屏幕".to_owned(),
        (CaptureError::NotSupported, _) => ["此浏览器不支持", noun].concat(),
        (CaptureError::Other, _) => [noun, "未能启动"].concat(),
    }
}

const fn help(device: Device, error: CaptureError) -> &'static str {
    match (error, device) {
        (CaptureError::NotAllowed, Device::Screen) => {
            "选择窗口被关闭，或者浏览器或系统不允许共享。"
        }
        (CaptureError::NotAllowed, _) => "请通过网址旁的图标允许使用，然后重试。",
        (CaptureError::NotFound, Device::Screen) => "系统没有可共享的内容。",
        (CaptureError::NotFound, _) => "请插上或打开设备，然后重试。",
        (CaptureError::NotReadable, Device::Screen) => "系统拒绝了共享。请检查隐私设置，然后重试。",
        (CaptureError::NotReadable, _) => "可能有其他程序正在使用。请关闭该程序，然后重试。",
        (CaptureError::OverConstrained, _) => "请在浏览器设置中选择其他设备，然后重试。",
        (CaptureError::InsecureContext, _) => {
            "浏览器只允许安全的页面使用设备。请用 https:// 开头的网址重新打开链接。"
        }
        (CaptureError::NotSupported, _) => {
            "请在电脑上使用最新版的 Chrome、Edge、Firefox 或 Safari。"
        }
        (CaptureError::Other, _) => "请重试。如果仍然不行，请重新启动浏览器。",
    }
}

const fn join_anyway(device: Device) -> &'static str {
    match device {
        Device::Microphone => "没有麦克风也可以加入。",
        Device::Camera => "没有摄像头也可以加入。",
        Device::Both => "没有设备也可以加入，观看和收听。",
        Device::Screen => "",
    }
}
