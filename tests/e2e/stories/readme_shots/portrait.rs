//! Films of drawn people, for screenshots that look like a call.

use std::f64::consts::TAU;
use std::io::Write as _;

use anyhow::Result;
use tempfile::NamedTempFile;

/// The width of a frame.
const WIDTH: u32 = 640;
const HEIGHT: u32 = 360;
/// The number of frames.
const FRAMES: u32 = 10;
/// The number of frames per second: few, since five browsers on a small machine send them.
const RATE: u32 = 3;

type Colour = [f64; 3];
type Point = [f64; 2];

/// The appearance of a person.
pub(super) struct Look {
    wall: Colour,
    skin: Colour,
    hair: Colour,
    shirt: Colour,
    has_long_hair: bool,
    has_glasses: bool,
}

const fn rgb([red, green, blue]: [u8; 3]) -> Colour {
    [red as f64, green as f64, blue as f64]
}

pub(super) const ADA: Look = Look {
    wall: rgb([0x8f, 0xa9, 0xb8]),
    skin: rgb([0xf0, 0xc8, 0xa6]),
    hair: rgb([0x4a, 0x2f, 0x22]),
    shirt: rgb([0xb6, 0x4b, 0x4b]),
    has_long_hair: true,
    has_glasses: false,
};
pub(super) const LIN: Look = Look {
    wall: rgb([0xd9, 0xc9, 0xa6]),
    skin: rgb([0xe8, 0xbd, 0x93]),
    hair: rgb([0x1d, 0x1b, 0x1e]),
    shirt: rgb([0x35, 0x6a, 0x74]),
    has_long_hair: false,
    has_glasses: true,
};
pub(super) const GRACE: Look = Look {
    wall: rgb([0xa8, 0xb8, 0x94]),
    skin: rgb([0xf3, 0xd3, 0xba]),
    hair: rgb([0xa9, 0xa3, 0x9c]),
    shirt: rgb([0x2f, 0x3f, 0x5f]),
    has_long_hair: false,
    has_glasses: true,
};
pub(super) const MARY: Look = Look {
    wall: rgb([0xc8, 0xa3, 0xa0]),
    skin: rgb([0x8a, 0x5a, 0x3c]),
    hair: rgb([0x24, 0x1a, 0x16]),
    shirt: rgb([0xe0, 0xa9, 0x2e]),
    has_long_hair: true,
    has_glasses: false,
};
pub(super) const HEDY: Look = Look {
    wall: rgb([0x9c, 0x98, 0xbc]),
    skin: rgb([0xd9, 0xa0, 0x7a]),
    hair: rgb([0x7a, 0x3b, 0x1e]),
    shirt: rgb([0x3f, 0x7a, 0x55]),
    has_long_hair: true,
    has_glasses: true,
};

/// Writes a film of this person, who sways a little, as YUV4MPEG2.
pub(super) fn film(look: &Look) -> Result<NamedTempFile> {
    let mut file = NamedTempFile::with_suffix(".y4m")?;
    writeln!(file, "YUV4MPEG2 W{WIDTH} H{HEIGHT} F{RATE}:1 Ip C420jpeg")?;
    for frame in 0..FRAMES {
        let sway = 0.05 * (TAU * f64::from(frame) / f64::from(FRAMES)).sin();
        let pixels = pixels(look, sway);
        writeln!(file, "FRAME")?;
        for (plane, step) in [(LUMA, 1), (BLUE, 2), (RED, 2)] {
            file.write_all(&samples(&pixels, plane, step))?;
        }
    }
    Ok(file)
}

/// Returns the colours of a frame, row by row.
fn pixels(look: &Look, sway: f64) -> Vec<Colour> {
    let [width, height] = [WIDTH, HEIGHT].map(f64::from);
    let at = |x, y| [(f64::from(x) - width / 2.0) / height, f64::from(y) / height];
    (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| colour(look, sway, at(x, y)))).collect()
}

/// The weights of red, green and blue in a plane, and its zero (BT.601, full range).
type Plane = (Colour, f64);
const LUMA: Plane = ([0.299, 0.587, 0.114], 0.0);
const BLUE: Plane = ([-0.169, -0.331, 0.5], 128.0);
const RED: Plane = ([0.5, -0.419, -0.081], 128.0);

/// Returns the samples of a plane that is subsampled by `step` in each direction.
fn samples(pixels: &[Colour], (weights, zero): Plane, step: usize) -> Vec<u8> {
    let rows = pixels.chunks_exact(WIDTH as usize).step_by(step);
    rows.flat_map(|row| row.iter().step_by(step))
        .map(|colour| {
            let value: f64 = weights.iter().zip(colour).map(|(weight, c)| weight * c).sum();
            byte(value + zero)
        })
        .collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped")]
fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// Returns the colour at a point. The frame is one unit high, and x is 0 in its middle.
fn colour(look: &Look, sway: f64, at: Point) -> Colour {
    let light = 1.08 - 0.28 * at[1];
    let mut colour = look.wall.map(|c| c * light);
    let mut paint = |with: Colour, distance: f64| {
        // A pixel at the edge blends both colours.
        let share = (0.5 - distance * f64::from(HEIGHT)).clamp(0.0, 1.0);
        colour = [0, 1, 2].map(|c| colour[c] + share * (with[c] - colour[c]));
    };
    let body = [at[0] - sway / 2.0, at[1]];
    let head = [at[0] - sway, at[1] + sway / 4.0];
    let dark = |colour: Colour| colour.map(|c| 0.82 * c);

    if look.has_long_hair {
        paint(dark(look.hair), ellipse(head, [0.0, 0.52], [0.215, 0.3]));
    } else {
        paint(look.hair, ellipse(head, [0.0, 0.45], [0.172, 0.21]).max(head[1] - 0.47));
    }
    paint(look.shirt, ellipse(body, [0.0, 1.12], [0.46, 0.38]));
    paint(dark(look.skin), ellipse(body, [0.0, 0.74], [0.085, 0.14]));
    paint(look.skin, ellipse(head, [0.0, 0.47], [0.155, 0.195]));
    // Hair covers everything above a line that falls to both sides of the parting.
    let line = if look.has_long_hair { 0.36 } else { 0.335 };
    let fringe = head[1] - line - 1.2 * (head[0] - 0.05).powi(2);
    paint(look.hair, ellipse(head, [0.0, 0.45], [0.172, 0.21]).max(fringe));
    for side in [-1.0, 1.0] {
        let eye = [side * 0.06, 0.475];
        paint([40.0, 34.0, 32.0], ellipse(head, eye, [0.014, 0.017]));
        if look.has_glasses {
            paint([50.0, 48.0, 50.0], ellipse(head, eye, [0.046, 0.042]).abs() - 0.004);
        }
    }
    let smile = ellipse(head, [0.0, 0.535], [0.06, 0.05]).abs() - 0.005;
    paint([150.0, 70.0, 66.0], smile.max(0.555 - head[1]));
    colour
}

/// Returns the approximate distance from the edge of an ellipse, negative inside.
fn ellipse(at: Point, centre: Point, radii: Point) -> f64 {
    let [x, y] = [0, 1].map(|axis| (at[axis] - centre[axis]) / radii[axis]);
    (x.hypot(y) - 1.0) * radii[0].min(radii[1])
}
