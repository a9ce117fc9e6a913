//! QR codes of links.

use qrcodegen::{QrCode as Modules, QrCodeEcc};

use crate::lazy;

/// A QR code to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// The sides of the drawing, with the quiet zone around the code.
    pub size: i32,
    /// The dark modules: the `d` of an SVG path.
    pub path: String,
}

/// Makes the code of a text; nothing of one that is too long for any code.
pub type DrawQrCode = fn(&str) -> Option<QrCode>;

/// The light margin that scanners need around a code, in modules (ISO/IEC 18004).
const QUIET_ZONE: i32 = 4;

lazy!(
    qr_code,
    /// Loads what makes QR codes.
    pub fn load_qr_code() -> DrawQrCode {
        qr_code
    }
);

fn qr_code(text: &str) -> Option<QrCode> {
    // A screen has no stains: the least error correction makes the largest modules.
    let modules = Modules::encode_text(text, QrCodeEcc::Low).ok()?;
    Some(QrCode { size: modules.size() + 2 * QUIET_ZONE, path: path(&modules) })
}

/// A rectangle for each run of dark modules in a row.
fn path(modules: &Modules) -> String {
    let mut path = String::new();
    for y in 0..modules.size() {
        let mut x = 0;
        while x < modules.size() {
            let start = x;
            while modules.get_module(x, y) {
                x += 1;
            }
            if x > start {
                let (left, top) = (start + QUIET_ZONE, y + QUIET_ZONE);
                for (command, number) in
                    [("M", left), (" ", top), ("h", x - start), ("v1h-", x - start)]
                {
                    path.push_str(command);
                    path.push_str(&number.to_string());
                }
                path.push('z');
            }
            x += 1;
        }
    }
    path
}
