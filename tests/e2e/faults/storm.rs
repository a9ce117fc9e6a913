//! Concurrent random changes of sources on both sides, to provoke colliding offers (glare).

use std::time::Duration;

use anyhow::{Result, ensure};
use fastrand::Rng;
use futures_util::try_join;
use tokio::time::{Instant, sleep};

use crate::call::Call;
use crate::harness::{Page, until};

/// The sources to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sources {
    All,
    /// All but the camera, whose video continues.
    NoCamera,
}

/// The two names of a control, one for each state.
const SCREEN: [&str; 2] = ["Share screen", "Stop sharing"];
const MICROPHONE: [&str; 2] = ["Unmute microphone", "Mute microphone"];
const CAMERA: [&str; 2] = ["Turn camera on", "Turn camera off"];

/// The longest pause between two clicks of a person.
const PAUSE: u64 = 400;

/// Makes both sides click for a while, then restores the initial sources.
pub(crate) async fn storm(
    call: &Call,
    duration: Duration,
    seed: u64,
    sources: Sources,
) -> Result<()> {
    let Call { ada, lin, .. } = call;
    let slides = [ada.open_slides().await?, lin.open_slides().await?];
    let until = Instant::now() + duration;
    let mut rng = Rng::with_seed(seed);
    let [one, other] = [rng.fork(), rng.fork()];
    try_join!(clicks(ada, until, one, sources), clicks(lin, until, other, sources))?;
    try_join!(restore(ada), restore(lin))?;
    for slides in slides {
        slides.close().await?;
    }
    Ok(())
}

/// Waits until both know that nobody shares a screen.
pub(crate) async fn is_over(call: &Call) -> Result<()> {
    let Call { ada, lin, .. } = call;
    lin.screen_of("Ada").is_gone().await?;
    ada.screen_of("Lin").is_gone().await
}

async fn clicks(page: &Page, until: Instant, mut rng: Rng, sources: Sources) -> Result<()> {
    let controls: &[[&str; 2]] = match sources {
        Sources::All => &[SCREEN, SCREEN, CAMERA, MICROPHONE],
        Sources::NoCamera => &[SCREEN, SCREEN, MICROPHONE],
    };
    while Instant::now() < until {
        for name in controls[rng.usize(..controls.len())] {
            if page.try_click(name).await? {
                break;
            }
        }
        sleep(Duration::from_millis(rng.u64(..PAUSE))).await;
    }
    Ok(())
}

/// Restores the state in which the person sends camera and microphone only.
async fn restore(page: &Page) -> Result<()> {
    until(format_args!("{page:?} to calm down"), async || {
        for name in [SCREEN[1], MICROPHONE[0], CAMERA[0]] {
            page.try_click(name).await?;
        }
        for name in [SCREEN[0], MICROPHONE[1], CAMERA[1]] {
            ensure!(page.has(name).await?, "`{name}` is not offered");
        }
        Ok(())
    })
    .await
}
