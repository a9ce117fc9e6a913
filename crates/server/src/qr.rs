//! A QR code on a terminal.

use qrcodegen::{QrCode, QrCodeEcc};

/// The width of the light border around a code, in modules. Two are enough for cameras.
const BORDER: i32 = 2;

/// Colours that make a full block light and a space dark, whatever the theme of the terminal.
const COLOURS: &str = "\x1b[97;40m";

/// Back to the colours of the terminal.
const RESET: &str = "\x1b[0m";

/// Returns the QR code of a text as lines of half blocks: two modules in each character. Returns
/// `None` if the text is too long for one.
pub(crate) fn code(text: &str) -> Option<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let modules = -BORDER..code.size() + BORDER;
    let mut lines = String::new();
    for y in modules.clone().step_by(2) {
        lines.push_str(COLOURS);
        lines.extend(modules.clone().map(|x| {
            // All that is outside of the code is light.
            match (code.get_module(x, y), code.get_module(x, y + 1)) {
                (false, false) => '\u{2588}',
                (false, true) => '\u{2580}',
                (true, false) => '\u{2584}',
                (true, true) => ' ',
            }
        }));
        lines.push_str(RESET);
        lines.push('\n');
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_light_around_its_three_corners() {
        let lines = code("https://192.0.2.1:8443/").unwrap();
        let plain = lines.replace(COLOURS, "").replace(RESET, "");
        let rows: Vec<Vec<char>> = plain.lines().map(|line| line.chars().collect()).collect();
        let width = rows[0].len();
        assert!(rows.iter().all(|row| row.len() == width));
        assert_eq!(rows.len(), width.div_ceil(2));
        assert!(rows[0].iter().all(|module| *module == '\u{2588}'), "the border is light");
        // The upper edge of a finder pattern: seven dark modules above a ring of light ones.
        let corner = "\u{2588}\u{2588} \u{2584}\u{2584}\u{2584}\u{2584}\u{2584} ";
        assert_eq!(rows[1][..9].iter().collect::<String>(), corner);
    }
}
