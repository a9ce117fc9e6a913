//! A call that faults are injected into.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use futures_util::try_join;

use crate::gap::{longest, now};
use crate::harness::{Devices, Page, STOPS, SentVideo, Server, Setup, Stage, Tap, until};
use crate::hostile::Hostile;
use crate::lab::{self, Credentials, Kind, Lab};
use crate::scenes::{begin, join, talk};

/// Scripts that run in both pages before their own: devices that can be unplugged, and a log of
/// events.
const SCRIPT: &str = concat!(include_str!("devices.js"), include_str!("notes.js"));

/// The lifetime of the relay's credentials in rows where they expire.
pub(crate) const LIFETIME: Duration = Duration::from_secs(20);

/// The number of further frames after which video counts as recovered. Video that resumes only to
/// stop again has not recovered.
const MIN_FRAMES: usize = 40;

/// The network of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Two pages on this machine, with a man in the middle on the way to their server.
    Here,
    /// Two ordinary homes in the lab.
    Homes,
    /// Two homes that only a relay can connect.
    Relayed,
    /// The same homes, with credentials of the relay that soon expire.
    ShortLived,
}

/// A call between Ada and Lin, and the network between them.
pub(crate) struct Call {
    pub(crate) ada: Page,
    pub(crate) lin: Page,
    between: Between,
}

/// The network between two pages.
enum Between {
    Here(Here),
    Lab(Rc<Lab>),
}

/// The network between two pages on one machine.
pub(crate) struct Here {
    pub(crate) server: Rc<Server>,
    pub(crate) hostile: Arc<Hostile>,
}

/// The time from which the frames of each side count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since {
    pub(crate) ada: f64,
    pub(crate) lin: f64,
}

/// The longest time without a new frame on each side, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gaps {
    pub(crate) ada: f64,
    pub(crate) lin: f64,
}

impl Gaps {
    /// Returns the longer one.
    pub(crate) fn worse(self) -> f64 {
        self.ada.max(self.lin)
    }
}

impl fmt::Display for Gaps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ada, lin } = self;
        write!(f, "Ada saw no new frame for {ada:.2} s, Lin for {lin:.2} s")
    }
}

impl Since {
    /// Returns the current time for both sides.
    pub(crate) fn now() -> Self {
        let now = now();
        Self { ada: now, lin: now }
    }
}

impl Call {
    /// Starts a call of Ada and Lin in small windows. Returns once they see and hear each other.
    pub(crate) async fn begin(stage: &Stage, place: Place) -> Result<Self> {
        let call = match place {
            Place::Here => Self::begin_here(stage).await?,
            Place::Homes => {
                let homes = [Kind::PortRestricted; 2];
                Self::begin_in(stage, homes, Credentials::Password).await?
            }
            Place::Relayed => {
                Self::begin_in(stage, [Kind::Symmetric; 2], Credentials::Password).await?
            }
            Place::ShortLived => {
                let credentials = Credentials::Minted(LIFETIME);
                Self::begin_in(stage, [Kind::Symmetric; 2], credentials).await?
            }
        };
        talk(&call.ada, &call.lin).await?;
        call.ada.camera_of("Lin").watch().await?;
        call.lin.camera_of("Ada").watch().await?;
        Ok(call)
    }

    async fn begin_here(stage: &Stage) -> Result<Self> {
        let server = Server::start(stage).await?;
        let hostile = Arc::<Hostile>::default();
        let meddling = Arc::clone(&hostile);
        let tap = Tap::meddle(stage, &server, move |side, text| meddling.pass(side, text)).await?;
        // Ada was prompted for her devices and allowed them. Only then can the permission be
        // revoked.
        let asked = Setup { devices: Devices::Denied, ..setup() };
        let ada = stage.person_with("Ada", asked).await?;
        ada.set_device_permission("granted").await?;
        let link = begin(&ada, &tap.page()).await?;
        let marked = Setup { arguments: vec![STOPS], ..setup() };
        let lin = stage.person_with("Lin", marked).await?;
        join(&lin, &link).await?;
        Ok(Self { ada, lin, between: Between::Here(Here { server, hostile }) })
    }

    async fn begin_in(stage: &Stage, homes: [Kind; 2], credentials: Credentials) -> Result<Self> {
        let lab = Lab::start_with(stage, homes, credentials).await?;
        let ada = stage.person_with("Ada", lab.home(0).setup(setup())).await?;
        let link = begin(&ada, lab::PAGE).await?;
        let lin = stage.person_with("Lin", lab.home(1).setup(setup())).await?;
        join(&lin, &link).await?;
        Ok(Self { ada, lin, between: Between::Lab(lab) })
    }

    /// Returns the network between two pages on one machine.
    pub(crate) fn here(&self) -> Result<&Here> {
        match &self.between {
            Between::Here(here) => Ok(here),
            Between::Lab(_) => bail!("this call is made in the laboratory"),
        }
    }

    /// Returns the lab.
    pub(crate) fn lab(&self) -> Result<&Lab> {
        match &self.between {
            Between::Lab(lab) => Ok(lab),
            Between::Here(_) => bail!("this call is not made in the laboratory"),
        }
    }

    /// Returns the pages of Ada and Lin.
    pub(crate) fn pages(&self) -> [&Page; 2] {
        [&self.ada, &self.lin]
    }

    /// Waits up to a minute until both see and hear each other again, without any interaction.
    pub(crate) async fn comes_back(&self) -> Result<()> {
        let Self { ada, lin, .. } = self;
        let (of_lin, of_ada) = (ada.camera_of("Lin"), lin.camera_of("Ada"));
        // These wait concurrently, so all of them have the same minute.
        try_join!(
            of_lin.moves(),
            of_ada.moves(),
            of_lin.is_still_heard(),
            of_ada.is_still_heard()
        )?;
        Ok(())
    }

    /// Returns the longest time without a new frame on each side, once video has recovered.
    pub(crate) async fn gaps(&self, since: Since) -> Result<Gaps> {
        let Self { ada, lin, .. } = self;
        let (ada, lin) = try_join!(gap_of(ada, lin, since.ada), gap_of(lin, ada, since.lin))?;
        Ok(Gaps { ada, lin })
    }

    /// Verifies that the fault had its effect: at least one side saw no new frame for most of that
    /// time.
    pub(crate) async fn had_an_outage(&self, from: f64, to: f64) -> Result<()> {
        let ada = self.ada.camera_of("Lin").presented().await?;
        let lin = self.lin.camera_of("Ada").presented().await?;
        let dark = longest(&ada, from, to).max(longest(&lin, from, to));
        ensure!(2.0 * dark > to - from, "frames went on: {dark:.0} of {:.0} ms", to - from);
        Ok(())
    }

    /// Returns the events of the connections of both pages since then, one per line, with the
    /// elapsed seconds.
    pub(crate) async fn notes(&self, from: f64) -> Result<Vec<String>> {
        let mut all = Vec::new();
        for page in [&self.ada, &self.lin] {
            let notes = page.run("return faultNotes").await?;
            let notes: Vec<(f64, String)> = serde_json::from_value(notes)?;
            let notes = notes.into_iter().filter(|(time, _)| *time >= from);
            all.extend(notes.map(|(time, text)| (time, page.who(), text)));
        }
        all.sort_by(|(one, ..), (other, ..)| one.total_cmp(other));
        let line = |(time, who, text)| format!("{:6.2} s  {who}: {text}", (time - from) / 1000.0);
        Ok(all.into_iter().map(line).collect())
    }
}

/// Returns a configuration with a small window, in which a notice or two leave most of the video
/// visible.
fn setup() -> Setup {
    Setup { window: (1024, 768), sent_video: SentVideo::Small, script: SCRIPT, ..Setup::measured() }
}

async fn gap_of(page: &Page, other: &Page, since: f64) -> Result<f64> {
    let video = page.camera_of(other.who());
    let start = video.presented().await?.len();
    let presented = until(format_args!("{page:?} to show more frames"), async || {
        let presented = video.presented().await?;
        ensure!(presented.len() > start + MIN_FRAMES, "{} after {start}", presented.len());
        Ok(presented)
    })
    .await?;
    let last = presented.iter().copied().fold(since, f64::max);
    Ok(longest(&presented, since, last) / 1000.0)
}
