//! A virtual display for a browser that needs one, and screenshots of it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use png::{BitDepth, ColorType, Encoder};
use tempfile::TempDir;

use crate::process::{Output, Process};
use crate::programs;

/// The size of the screen: larger than any window of the tests.
const SCREEN: &str = "1920x1200x24";

/// The bytes of a pixel: blue, green, red and one unused.
const PIXEL: usize = 4;

/// An X server. When it is dropped it ends, and with it every browser on it.
pub(super) struct Display {
    name: String,
    screen: PathBuf,
    _server: Process,
    _folder: TempDir,
}

/// A part of the screen, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Display {
    /// Starts an X server on a free display.
    pub(super) async fn start() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut command = Command::new(programs::xvfb()?);
        command.args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", SCREEN, "-fbdir"]);
        let mut server = Process::start(command.arg(folder.path()), &Output::default())?;
        let number: u32 = server.line("the number of a display", |line| line.parse().ok()).await?;
        let screen = folder.path().join("Xvfb_screen0");
        Ok(Self { name: format!(":{number}"), screen, _server: server, _folder: folder })
    }

    /// Returns the display's name, for programs that connect to it.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns a screenshot of a part, as PNG.
    pub(super) fn screenshot(&self, part: Part) -> Result<Vec<u8>> {
        png(part, &self.pixels(part)?)
    }

    /// Returns the colour of the leftmost pixel of this row: red, green and blue.
    pub(super) fn colour(&self, row: usize) -> Result<Vec<u8>> {
        self.pixels(Part { top: row, width: 1, height: 1 })
    }

    /// Reads a part of the screen, row by row, as red, green and blue.
    fn pixels(&self, part: Part) -> Result<Vec<u8>> {
        let dump = fs::read(&self.screen)?;
        let header = Header::read(&dump).context("the screen is no X window dump")?;
        let rows = dump.get(header.pixels..).context("the screen has no pixels")?;
        let rows = rows.chunks_exact(header.bytes_per_row).skip(part.top).take(part.height);
        ensure!(rows.len() == part.height, "{part:?} is higher than the screen");
        let mut pixels = Vec::with_capacity(3 * part.width * part.height);
        for row in rows {
            let row = row.get(..PIXEL * part.width).context("the part is wider than the screen")?;
            let colours = row.chunks_exact(PIXEL).flat_map(|pixel| pixel[..3].iter().rev());
            pixels.extend(colours);
        }
        Ok(pixels)
    }
}

/// The fields of the header of an X window dump (`XWDFile.h`) that differ between screens.
struct Header {
    /// The offset of the first pixel, behind the header and the colour table.
    pixels: usize,
    bytes_per_row: usize,
}

impl Header {
    fn read(dump: &[u8]) -> Option<Self> {
        let field = |at: usize| {
            let bytes = dump.get(4 * at..4 * (at + 1))?.try_into().ok()?;
            usize::try_from(u32::from_be_bytes(bytes)).ok()
        };
        let (size, bytes_per_row, colours) = (field(0)?, field(12)?, field(19)?);
        Some(Self { pixels: size + 12 * colours, bytes_per_row })
    }
}

/// Encodes pixels as PNG.
fn png(part: Part, pixels: &[u8]) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, part.width.try_into()?, part.height.try_into()?);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.write_header()?.write_image_data(pixels)?;
    Ok(file)
}
