//! QR codes (ISO/IEC 18004) of links.
//!
//! Of the standard only what the link of a call needs: bytes, versions 1 to 6, the least error
//! correction (a screen has no stains), and always the same mask, since most of a link is random
//! and so no mask is better than another. Crates that know all of it weigh from 5 KB on; this is 2.

/// A QR code to draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QrCode {
    /// The sides of the drawing, with the quiet zone around the code.
    pub size: usize,
    /// The dark modules: the `d` of an SVG path.
    pub path: String,
}

/// Of each version, from 1 on, at level L: the blocks, and the codewords of each for data and for
/// error correction.
const VERSIONS: [(usize, usize, usize); 6] =
    [(1, 19, 7), (1, 34, 10), (1, 55, 15), (1, 80, 20), (1, 108, 26), (2, 68, 18)];

/// The format information of level L with mask 0.
const FORMAT: u16 = 0b111_0111_1100_0100;

/// What must stay empty around the code.
const QUIET: usize = 4;

/// Makes the code of a text of up to 134 bytes; nothing of a longer one.
#[inline(never)] // It is loaded when it is asked for.
pub fn qr_code(text: &str) -> Option<QrCode> {
    let data = text.as_bytes();
    let at = VERSIONS.iter().position(|(blocks, words, _)| data.len() + 2 <= blocks * words)?;
    let words = codewords(data, VERSIONS[at]);
    let side = 21 + 4 * at;
    let mut dark = vec![false; side * side];
    let mut bits = words.iter().flat_map(|word| (0..8).rev().map(move |bit| word >> bit & 1 == 1));
    // In columns of two, from the right, up and down by turns. The timing pattern at 6 has a column
    // of its own, and counts with those to its left.
    for pair in 0..side / 2 {
        let right = side - 1 - 2 * pair;
        let columns = match right {
            6 => 4..=6,
            0..6 => right - 2..=right - 1,
            _ => right - 1..=right,
        };
        for step in 0..side {
            let y = if pair % 2 == 0 { side - 1 - step } else { step };
            for x in columns.clone().rev() {
                dark[y * side + x] = pattern(x, y, side).unwrap_or_else(|| {
                    bits.next().unwrap_or_default() != (x + y).is_multiple_of(2)
                });
            }
        }
    }
    Some(QrCode { size: side + 2 * QUIET, path: path(&dark, side) })
}

/// The data and its error correction, in the order in which they are placed.
fn codewords(data: &[u8], (blocks, words, checks): (usize, usize, usize)) -> Vec<u8> {
    // Four bits for the mode, eight for the length, the bytes, and four for the end: everything is
    // half a byte off.
    let mut stream = Vec::new();
    let mut last = 0b0100;
    for byte in u8::try_from(data.len()).iter().chain(data) {
        stream.push(last << 4 | byte >> 4);
        last = *byte;
    }
    stream.push(last << 4);
    let mut padding = [0xEC, 0x11].into_iter().cycle();
    stream.resize_with(blocks * words, || padding.next().unwrap_or_default());
    let corrections: Vec<_> = stream.chunks(words).map(|block| correction(block, checks)).collect();
    // The blocks take turns.
    let mut placed = Vec::new();
    for word in 0..words {
        placed.extend(stream.chunks(words).map(|block| block[word]));
    }
    for word in 0..checks {
        placed.extend(corrections.iter().map(|block| block[word]));
    }
    placed
}

/// The error correction of a block: its remainder by the generator of a Reed-Solomon code.
fn correction(block: &[u8], degree: usize) -> Vec<u8> {
    // The product of all (x - 2^i), without its first coefficient, which is 1.
    let mut generator = vec![0; degree];
    generator[degree - 1] = 1;
    let mut root = 1;
    for _ in 0..degree {
        for at in 0..degree {
            let next = generator.get(at + 1).copied().unwrap_or_default();
            generator[at] = multiply(generator[at], root) ^ next;
        }
        root = multiply(root, 2);
    }
    let mut remainder = vec![0; degree];
    for byte in block {
        let factor = byte ^ remainder[0];
        remainder.rotate_left(1);
        remainder[degree - 1] = 0;
        for (word, coefficient) in remainder.iter_mut().zip(&generator) {
            *word ^= multiply(*coefficient, factor);
        }
    }
    remainder
}

/// The product of two elements of the field of 256 in which QR codes calculate.
fn multiply(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |product, bit| {
        let doubled = (product << 1) ^ ((product >> 7) * 0x1D);
        doubled ^ ((b >> bit & 1) * a)
    })
}

/// A module that is the same in all codes of this size; nothing where data goes.
fn pattern(x: usize, y: usize, side: usize) -> Option<bool> {
    let ring = |cx: usize, cy: usize| x.abs_diff(cx).max(y.abs_diff(cy));
    // Three large eyes with their margins.
    let far = side - 4;
    let eye = ring(3, 3).min(ring(far, 3)).min(ring(3, far));
    if eye <= 4 {
        return Some(eye != 2 && eye != 4);
    }
    if x == 6 || y == 6 {
        return Some((x + y).is_multiple_of(2));
    }
    // A small one, which version 1 does not have.
    let eye = ring(side - 7, side - 7);
    if side > 21 && eye <= 2 {
        return Some(eye != 1);
    }
    // The format, twice: beside the first eye, and shared by the other two.
    let bit = match (x, y) {
        (8, 0..=5) => y,
        (8, 7..=8) => y - 1,
        (7, 8) => 8,
        (0..=5, 8) => 14 - x,
        (8, _) if y == side - 8 => return Some(true),
        (8, _) if y > side - 8 => y + 15 - side,
        (_, 8) if x >= side - 8 => side - 1 - x,
        _ => return None,
    };
    Some(FORMAT >> bit & 1 == 1)
}

/// A rectangle for each run of dark modules in a row.
fn path(dark: &[bool], side: usize) -> String {
    let mut path = String::new();
    for (y, row) in (QUIET..).zip(dark.chunks(side)) {
        let mut x = QUIET;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] {
                for (command, number) in [("M", x), (" ", y), ("h", run.len()), ("v1h-", run.len())]
                {
                    path.push_str(command);
                    path.push_str(&number.to_string());
                }
                path.push('z');
            }
            x += run.len();
        }
    }
    path
}
