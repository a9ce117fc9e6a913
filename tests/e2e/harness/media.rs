//! Received media: pixels of the `<video>`, and statistics of the connection.

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;

use super::{Page, until};

/// The `<video>` of another person in a page.
pub struct Video<'a> {
    page: &'a Page,
    kind: &'static str,
    of: String,
}

/// The `<video>`s that were found, and the state of the only one.
#[derive(Deserialize)]
struct Found {
    count: u32,
    #[serde(flatten)]
    shown: Option<Shown>,
}

/// The state of a `<video>` at one moment.
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

/// A small copy of the current frame.
#[derive(Debug, Deserialize)]
struct Pixels {
    left: Rgb,
    right: Rgb,
    cells: Vec<u8>,
}

type Rgb = [u8; 3];

/// The statistics of received media.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
struct Arrived {
    /// The number of receivers in the statistics.
    receivers: u32,
    /// The energy of the played audio (W3C WebRTC statistics, `totalAudioEnergy`).
    energy: f64,
    /// The seconds of played audio, including silence.
    played: f64,
    /// The number of decoded frames.
    frames: u64,
    /// The number of played audio samples, and of concealed ones among them.
    samples: f64,
    concealed: f64,
}

/// A colour of the slides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Blue.
    Blue,
    /// Red.
    Red,
    /// Yellow.
    Yellow,
}

/// The difference of a colour that counts as a change of a cell. Encoding causes smaller ones.
const CHANGED_BY: u8 = 12;

/// The number of changes after which a video counts as moving.
const CHANGES: usize = 4;

/// An energy far below that of a beep and far above that of silence.
const AUDIBLE: f64 = 1e-4;

/// The seconds of audio without which a person counts as silent or still. The fake microphone beeps
/// and the fake camera draws much more often.
const LONG: f64 = 4.0;

impl<'a> Video<'a> {
    /// Returns the video of a kind and a person on a page.
    pub fn new(page: &'a Page, kind: &'static str, of: &str) -> Self {
        Self { page, kind, of: of.to_owned() }
    }

    /// Waits until the video is visible and moving.
    pub async fn moves(&self) -> Result<()> {
        let mut last: Option<Vec<u8>> = None;
        let mut changes = 0;
        until(self.words("moves"), async || {
            for found in self.frames().await? {
                let shown = self.only(found).await?;
                ensure!(shown.link == "connected" && shown.playing && shown.uncovered, "{shown}");
                let now = shown.pixels.with_context(|| "there are no pixels")?.cells;
                ensure!(!is_black(&now), "the video is black");
                match &last {
                    // A video may change slowly.
                    Some(last) if !differ(last, &now) => {}
                    Some(_) => {
                        changes += 1;
                        last = Some(now);
                    }
                    None => last = Some(now),
                }
            }
            ensure!(changes >= CHANGES, "it has changed {changes} times");
            Ok(())
        })
        .await
    }

    /// Waits until the two halves of the video have these colours.
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

    /// Waits until something covers the video, and no new frames arrive. The last frame may be
    /// repeated: Firefox does so each second when there is nothing to send.
    pub async fn is_covered(&self) -> Result<()> {
        until(self.words("gives way to something else"), async || {
            let shown = self.shown().await?;
            ensure!(!shown.uncovered, "{shown}");
            Ok(())
        })
        .await?;
        let mut last: Option<Vec<u8>> = None;
        self.rests("has no new frames", async |start, now| {
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

    /// Waits until the video, or its replacement, is predominantly red.
    pub async fn is_red(&self) -> Result<()> {
        self.colour("is red", |[red, green, blue]| red > 120 && red / 2 > green.max(blue)).await
    }

    /// Waits until the video is not red.
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

    /// Waits until there is no such video.
    pub async fn is_gone(&self) -> Result<()> {
        until(self.words("is gone"), async || {
            let Found { count, .. } = self.found().await?;
            ensure!(count == 0, "there are {count}");
            Ok(())
        })
        .await
    }

    /// Waits until the video exists, whatever it shows.
    pub async fn is_there(&self) -> Result<()> {
        until(self.words("is there"), async || self.shown().await.map(drop)).await
    }

    /// Waits until audio arrives and is played. All pages are on one machine, so each starts muted
    /// on the others, and the person has to ask to hear it.
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

    /// Waits until audio arrives and is played without a new request to hear it.
    pub async fn is_still_heard(&self) -> Result<()> {
        let mut start = None;
        until(self.words("is still heard"), async || {
            let shown = self.shown().await?;
            ensure!(shown.audible, "{shown}");
            let now = self.arrived().await?;
            // The statistics of a rebuilt connection start from zero.
            let start = start.get_or_insert(now);
            if now.energy < start.energy {
                *start = now;
            }
            ensure!(now.energy > start.energy + AUDIBLE, "{now:?} after {start:?}");
            Ok(())
        })
        .await
    }

    /// Starts recording the times at which frames are presented.
    pub async fn watch(&self) -> Result<()> {
        self.page.probe("watch", &[self.kind, &self.of]).await
    }

    /// Returns the times at which frames were presented, in milliseconds since 1970.
    pub async fn presented(&self) -> Result<Vec<f64>> {
        self.page.probe("presented", &[self.kind, &self.of]).await
    }

    /// Returns `true` if the audio is currently played.
    pub async fn is_audible(&self) -> Result<bool> {
        Ok(self.shown().await?.audible)
    }

    /// Waits for an interval with nearly uninterrupted audio, in which few samples were concealed
    /// (W3C WebRTC statistics, `concealedSamples`).
    pub async fn is_heard_without_gaps(&self) -> Result<()> {
        self.is_heard().await?;
        until(self.words("is heard without gaps"), async || {
            let start = self.arrived().await?;
            let now = until("some seconds of audio", async || {
                let now = self.arrived().await?;
                ensure!(now.played > start.played + LONG, "{now:?} after {start:?}");
                Ok(now)
            })
            .await?;
            let made_up = (now.concealed - start.concealed) / (now.samples - start.samples);
            ensure!(made_up < 0.05, "{:.0} % of it is made up", 100.0 * made_up);
            Ok(())
        })
        .await
    }

    /// Waits until only silence was played for a long time.
    pub async fn is_silent(&self) -> Result<()> {
        self.rests("is silent", async |start, now| Ok(now.energy > start.energy + AUDIBLE)).await
    }

    /// Waits until `changed` was false for a long time, by the clock of the played audio.
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
            ensure!(now.played > since.played + LONG, "{now:?} after {since:?}");
            Ok(())
        })
        .await
    }

    async fn shown(&self) -> Result<Shown> {
        self.only(self.found().await?).await
    }

    /// Returns the state of the only video that was found.
    async fn only(&self, Found { count, shown }: Found) -> Result<Shown> {
        let Some(shown) = shown else {
            bail!("there are {count} on the page: {:?}", self.page.text().await?);
        };
        Ok(shown)
    }

    async fn found(&self) -> Result<Found> {
        self.page.probe("video", &[self.kind, &self.of]).await
    }

    /// Returns what is found at each of the next frames.
    async fn frames(&self) -> Result<Vec<Found>> {
        self.page.probe("frames", &[self.kind, &self.of]).await
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
    /// Returns the colour of a pixel, if it is a colour of the slides.
    pub fn of([red, green, blue]: Rgb) -> Option<Self> {
        match (red > 120, green > 120, blue > 120) {
            (false, false, true) => Some(Self::Blue),
            (true, false, false) => Some(Self::Red),
            (true, true, false) => Some(Self::Yellow),
            _ => None,
        }
    }
}

/// Returns `true` if the frame is black.
fn is_black(cells: &[u8]) -> bool {
    cells.iter().all(|cell| *cell <= CHANGED_BY)
}

fn differ(one: &[u8], other: &[u8]) -> bool {
    one.iter().zip(other).any(|(one, other)| one.abs_diff(*other) > CHANGED_BY)
}
