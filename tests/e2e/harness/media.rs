//! What is seen and heard of someone: pixels of the `<video>`, and what the connection counts.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use super::{Page, until};

/// A `<video>` of another person in a page.
pub struct Picture<'a> {
    page: &'a Page,
    kind: &'static str,
    of: String,
}

/// What a `<video>` shows at one moment.
#[derive(Debug, Deserialize)]
struct Shown {
    label: String,
    link: String,
    size: [u32; 2],
    playing: bool,
    audible: bool,
    uncovered: bool,
    pixels: Option<Pixels>,
}

/// A small copy of the picture.
#[derive(Debug, Deserialize)]
struct Pixels {
    left: Rgb,
    right: Rgb,
    cells: Vec<u8>,
}

type Rgb = [u8; 3];

/// What has arrived so far.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Arrived {
    /// Receivers that count.
    receivers: u32,
    /// The energy of the sound that was played (W3C WebRTC statistics, `totalAudioEnergy`).
    energy: f64,
    /// Seconds of sound that were played, silence included.
    heard: f64,
    /// Pictures that were decoded.
    frames: u64,
    /// Samples of sound that were played, and how many of them were made up.
    samples: f64,
    concealed: f64,
}

/// A colour that the slides show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Blue.
    Blue,
    /// Red.
    Red,
    /// Yellow.
    Yellow,
}

/// A cell of the picture has changed if one of its colours differs by more than coding does.
const CHANGED_BY: u8 = 12;

/// The picture moves if it has changed so often.
const CHANGES: usize = 4;

/// The energy of a beep is far above, that of silence far below.
const AUDIBLE: f64 = 1e-4;

/// The seconds of sound within which someone who speaks, or moves, would have done so: the fake
/// microphone beeps and the fake camera draws much more often.
const LONG: f64 = 4.0;

impl<'a> Picture<'a> {
    /// Returns a picture of a kind on a page, of a person.
    pub fn new(page: &'a Page, kind: &'static str, of: &str) -> Self {
        Self { page, kind, of: of.to_owned() }
    }

    /// Waits until the picture is there, and moves.
    pub async fn moves(&self) -> Result<()> {
        let mut last: Option<Vec<u8>> = None;
        let mut changes = 0;
        until(self.words("moves"), async || {
            let shown = self.shown().await?;
            ensure!(shown.link == "connected" && shown.playing && shown.uncovered, "{shown}");
            let now = shown.pixels.with_context(|| "there are no pixels")?.cells;
            ensure!(!is_black(&now), "the picture is black");
            match &last {
                // A picture may change as slowly as a sunset.
                Some(last) if !differ(last, &now) => {}
                Some(_) => {
                    changes += 1;
                    last = Some(now);
                }
                None => last = Some(now),
            }
            ensure!(changes >= CHANGES, "it has changed {changes} times");
            Ok(())
        })
        .await
    }

    /// Waits until the two halves of the picture have these colours.
    pub async fn shows(&self, left: Colour, right: Colour) -> Result<()> {
        until(self.words(&format!("shows {left:?} beside {right:?}")), async || {
            let shown = self.shown().await?;
            ensure!(shown.playing && shown.uncovered, "{shown}");
            let pixels = shown.pixels.with_context(|| "there are no pixels")?;
            let seen = (Colour::of(pixels.left), Colour::of(pixels.right));
            ensure!(seen == (Some(left), Some(right)), "{:?}, {:?}", pixels.left, pixels.right);
            Ok(())
        })
        .await
    }

    /// Waits until something else stands where the picture was, and no picture comes any more, or
    /// none but the last one: Firefox repeats it each second where there is nothing to send.
    pub async fn is_covered(&self) -> Result<()> {
        until(self.words("gives way to something else"), async || {
            let shown = self.shown().await?;
            ensure!(!shown.uncovered, "{shown}");
            Ok(())
        })
        .await?;
        let mut last: Option<Vec<u8>> = None;
        self.rests("brings no new pictures", async |start, now| {
            if now.frames == start.frames {
                return Ok(false);
            }
            let pixels = self.shown().await?.pixels.with_context(|| "there are no pixels")?;
            let is_new = last.as_ref().is_none_or(|last| differ(last, &pixels.cells));
            if is_new {
                last = Some(pixels.cells);
            }
            Ok(is_new)
        })
        .await
    }

    /// Waits until the picture is red, or what stands for it: with much more of it than of the others.
    pub async fn is_red(&self) -> Result<()> {
        self.colour("is red", |[red, green, blue]| red > 120 && red / 2 > green.max(blue)).await
    }

    /// Waits until it is not.
    pub async fn is_not_red(&self) -> Result<()> {
        self.colour("is not red", |[red, green, _]| red <= green).await
    }

    async fn colour(&self, what: &str, is: impl Fn(Rgb) -> bool) -> Result<()> {
        until(self.words(what), async || {
            let shown = self.shown().await?;
            ensure!(shown.playing && shown.uncovered, "{shown}");
            let pixels = shown.pixels.with_context(|| "there are no pixels")?;
            ensure!(is(pixels.left) || is(pixels.right), "{:?}, {:?}", pixels.left, pixels.right);
            Ok(())
        })
        .await
    }

    /// Waits until there is no such picture any more.
    pub async fn is_gone(&self) -> Result<()> {
        until(self.words("is gone"), async || {
            let count = self.count().await?;
            ensure!(count == 0, "there are {count}");
            Ok(())
        })
        .await
    }

    /// Waits until it is there, whatever it shows.
    pub async fn is_there(&self) -> Result<()> {
        until(self.words("is there"), async || self.shown().await.map(drop)).await
    }

    /// Waits until sound arrives, and is played. All pages here are on one machine, so each starts silent
    /// on the others: the person asks to hear it.
    pub async fn is_heard(&self) -> Result<()> {
        let start = self.arrived().await?;
        until(self.words("is heard"), async || {
            let shown = self.shown().await?;
            if !shown.audible {
                self.page.try_click(&format!("Hear {}", self.of)).await?;
            }
            ensure!(shown.audible, "{shown}");
            let now = self.arrived().await?;
            ensure!(now.energy > start.energy + AUDIBLE, "{now:?} after {start:?}");
            Ok(())
        })
        .await
    }

    /// Waits until sound arrives, and is played, as it was before: nobody asks for it.
    pub async fn is_still_heard(&self) -> Result<()> {
        let mut start = None;
        until(self.words("is still heard"), async || {
            let shown = self.shown().await?;
            ensure!(shown.audible, "{shown}");
            let now = self.arrived().await?;
            // A connection that was built anew counts from zero.
            let start = start.get_or_insert(now);
            if now.energy < start.energy {
                *start = now;
            }
            ensure!(now.energy > start.energy + AUDIBLE, "{now:?} after {start:?}");
            Ok(())
        })
        .await
    }

    /// From now on notes down when its pictures are presented.
    pub async fn watch(&self) -> Result<()> {
        self.page.probe("watch", &[self.kind, &self.of]).await
    }

    /// When its pictures were presented, in milliseconds since 1970, since it was watched first.
    pub async fn presented(&self) -> Result<Vec<f64>> {
        self.page.probe("presented", &[self.kind, &self.of]).await
    }

    /// Whether it is played with its sound right now.
    pub async fn is_audible(&self) -> Result<bool> {
        Ok(self.shown().await?.audible)
    }

    /// Listens for a while: nearly all that is heard has arrived, and little was made up for what has not
    /// (W3C WebRTC statistics, `concealedSamples`).
    pub async fn is_heard_without_a_break(&self) -> Result<()> {
        self.is_heard().await?;
        until(self.words("is heard without a break"), async || {
            let start = self.arrived().await?;
            let now = until("a while of sound", async || {
                let now = self.arrived().await?;
                ensure!(now.heard > start.heard + LONG, "{now:?} after {start:?}");
                Ok(now)
            })
            .await?;
            let made_up = (now.concealed - start.concealed) / (now.samples - start.samples);
            ensure!(made_up < 0.05, "{:.0} % of it is made up", 100.0 * made_up);
            Ok(())
        })
        .await
    }

    /// Waits until for a long time nothing but silence was played.
    pub async fn is_silent(&self) -> Result<()> {
        self.rests("is silent", async |start, now| Ok(now.energy > start.energy + AUDIBLE)).await
    }

    /// Waits until `changed` has not been so for long, by the clock of the sound that is played.
    async fn rests(
        &self,
        what: &str,
        mut changed: impl AsyncFnMut(Arrived, Arrived) -> Result<bool>,
    ) -> Result<()> {
        let mut start: Option<Arrived> = None;
        until(self.words(what), async || {
            let now = self.arrived().await?;
            ensure!(now.receivers > 0, "nothing is received at all");
            let since = *start.get_or_insert(now);
            if changed(since, now).await? {
                start = Some(now);
            }
            ensure!(now.heard > since.heard + LONG, "{now:?} after {since:?}");
            Ok(())
        })
        .await
    }

    async fn shown(&self) -> Result<Shown> {
        let count = self.count().await?;
        ensure!(count == 1, "there are {count} on the page: {:?}", self.page.text().await?);
        self.page.probe("picture", &[self.kind, &self.of]).await
    }

    async fn count(&self) -> Result<u32> {
        #[derive(Deserialize)]
        struct Count {
            count: u32,
        }
        Ok(self.page.probe::<Count>("picture", &[self.kind, &self.of]).await?.count)
    }

    async fn arrived(&self) -> Result<Arrived> {
        self.page.probe("arrived", &[self.kind, &self.of]).await
    }

    fn words(&self, what: &str) -> String {
        format!("{}'s {} on {}'s page: {what}", self.of, self.kind, self.page.who())
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { label, link, size: [width, height], playing, audible, uncovered, .. } = self;
        write!(
            f,
            "`{label}`, {link}, {width}x{height}, playing: {playing}, audible: {audible}, \
             uncovered: {uncovered}"
        )
    }
}

impl Colour {
    /// Returns the colour of a pixel, if it is one of the slides'.
    pub fn of([red, green, blue]: Rgb) -> Option<Self> {
        match (red > 120, green > 120, blue > 120) {
            (false, false, true) => Some(Self::Blue),
            (true, false, false) => Some(Self::Red),
            (true, true, false) => Some(Self::Yellow),
            _ => None,
        }
    }
}

/// Whether there is no light in the picture.
fn is_black(cells: &[u8]) -> bool {
    cells.iter().all(|cell| *cell <= CHANGED_BY)
}

fn differ(one: &[u8], other: &[u8]) -> bool {
    one.iter().zip(other).any(|(one, other)| one.abs_diff(*other) > CHANGED_BY)
}
