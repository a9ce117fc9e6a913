//! The environment of a story: it owns what is running, and collects evidence if the story fails.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fs;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tokio::runtime;
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use super::browser::{Browser, Cost, Part};
use super::process::Output;
use super::{Page, Setup};

/// The number of concurrent stories. Each has browsers that encode and decode video, and two cores
/// do not suffice for three.
const STORIES_AT_ONCE: usize = 2;

/// A permit for each story that may run now.
static STAGE: Semaphore = Semaphore::const_new(STORIES_AT_ONCE);

/// A permit for a story that may run beside these, since it mostly waits. It is a semaphore of its
/// own, so that such a story does not queue behind those that cannot start.
static WAITING: Semaphore = Semaphore::const_new(1);

/// The number of stories that need a part of the machine, and run or wait for it.
static OTHERS: AtomicUsize = AtomicUsize::new(0);

/// Notified whenever there are fewer of them.
static FEWER: Notify = Notify::const_new();

/// The share of the machine that a story needs.
#[derive(Clone, Copy)]
enum Share {
    /// One of the concurrent stories.
    One,
    /// Nearly nothing.
    Waits,
    /// The whole machine.
    All,
}

impl Share {
    /// Waits for the share.
    async fn acquire(self) -> Result<Held> {
        let all = u32::try_from(STORIES_AT_ONCE)?;
        Ok(match self {
            Self::One => {
                let other = Other::arrive();
                Held(vec![STAGE.acquire().await?], Some(other))
            }
            Self::Waits => {
                let other = Other::arrive();
                Held(vec![WAITING.acquire().await?], Some(other))
            }
            Self::All => {
                Other::are_gone().await;
                Held(vec![WAITING.acquire().await?, STAGE.acquire_many(all).await?], None)
            }
        })
    }
}

/// A share of the machine, until this is dropped.
struct Held(
    #[expect(dead_code, reason = "only held")] Vec<SemaphorePermit<'static>>,
    #[expect(dead_code, reason = "only held")] Option<Other>,
);

/// A story that runs beside others, or waits for it.
struct Other;

impl Other {
    fn arrive() -> Self {
        OTHERS.fetch_add(1, Ordering::SeqCst);
        Self
    }

    /// Waits until there are none. If a story that needs the whole machine came in between, the
    /// machine would be idle before, whenever the last of the concurrent stories is a long one.
    async fn are_gone() {
        loop {
            let fewer = FEWER.notified();
            if OTHERS.load(Ordering::SeqCst) == 0 {
                return;
            }
            fewer.await;
        }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        OTHERS.fetch_sub(1, Ordering::SeqCst);
        FEWER.notify_waiters();
    }
}

/// The environment of a story. It owns everything that runs, so that there is evidence if the story
/// stops in the middle.
#[derive(Default)]
pub struct Stage {
    pages: RefCell<Vec<Page>>,
    running: RefCell<Vec<Rc<dyn Any>>>,
    logs: RefCell<Vec<(String, Output)>>,
    /// The processor time of the browsers that are gone.
    used: Cell<Duration>,
}

/// Runs a story, and fails the test if it returns an error. The evidence is kept in a folder that
/// the error names.
pub fn story(name: &str, plot: impl AsyncFnOnce(&Stage) -> Result<()>) -> Result<()> {
    run(name, Share::One, plot)
}

/// Runs a story like [`story`], but beside the others: for one whose pages mostly wait for what the
/// product itself waits for, such as an attempt that takes 15 seconds, and send hardly any video.
pub fn story_that_waits(name: &str, plot: impl AsyncFnOnce(&Stage) -> Result<()>) -> Result<()> {
    run(name, Share::Waits, plot)
}

/// Runs a story like [`story`], but exclusively, after all others: for more than three browsers, or
/// if it depends on the encoding power of the machine.
pub fn story_alone(name: &str, plot: impl AsyncFnOnce(&Stage) -> Result<()>) -> Result<()> {
    run(name, Share::All, plot)
}

fn run(name: &str, share: Share, plot: impl AsyncFnOnce(&Stage) -> Result<()>) -> Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let _held = share.acquire().await?;
        let start = Instant::now();
        let stage = Stage::default();
        let told = AssertUnwindSafe(plot(&stage)).catch_unwind().await;
        let told = match told {
            Ok(Ok(())) => stage.has_no_faults().await,
            Ok(Err(error)) => Err(error),
            Err(panic) => {
                stage.keep(name).await?;
                std::panic::resume_unwind(panic);
            }
        };
        if let Err(error) = told {
            let folder = stage.keep(name).await?;
            return Err(error.context(format!("what was seen is kept in {}", folder.display())));
        }
        stage.pages().iter().for_each(|page| stage.add_cost(page));
        let processor = stage.used.get();
        // After a failure browsers end, since nobody knows their state.
        stage.give_back().await;
        Cost { took: start.elapsed(), processor }.write(name)
    })
}

impl Stage {
    /// Starts a browser for a person.
    pub async fn person(&self, who: &str) -> Result<Page> {
        self.person_with(who, Setup::default()).await
    }

    /// Starts a browser with a different configuration.
    pub async fn person_with(&self, who: &str, setup: Setup) -> Result<Page> {
        let log = format!("{who}'s driver");
        let browser = match Browser::reuse(&setup).await? {
            Some(browser) => {
                self.logs.borrow_mut().push((log, browser.output().clone()));
                browser
            }
            None => Browser::start(&setup, &self.log(&log)).await?,
        };
        let page = Page::new(who, Rc::new(browser));
        self.pages.borrow_mut().push(page.clone());
        Ok(page)
    }

    /// Kills a person's browser, or a part of it. The page cannot be used afterwards.
    pub fn kill(&self, page: &Page, part: Part) -> Result<()> {
        self.add_cost(page);
        page.kill(part)?;
        self.pages.borrow_mut().retain(|other| !other.shares_browser(page));
        Ok(())
    }

    /// Gives a person's browser back before the story ends.
    pub async fn leave(&self, page: Page) -> Result<()> {
        self.add_cost(&page);
        self.pages.borrow_mut().retain(|other| !other.shares_browser(&page));
        let browser = page.into_browser().context("the browser is still in use")?;
        browser.give_back().await;
        Ok(())
    }

    /// Keeps a value until the story has ended.
    pub fn keep_running<T: 'static>(&self, running: T) -> Rc<T> {
        let running = Rc::new(running);
        self.running.borrow_mut().push(Rc::<T>::clone(&running));
        running
    }

    /// Returns the log for the lines of a process.
    pub fn log(&self, of: &str) -> Output {
        let output = Output::default();
        self.logs.borrow_mut().push((of.to_owned(), output.clone()));
        output
    }

    /// Adds the processor time of a browser that is about to go.
    fn add_cost(&self, page: &Page) {
        self.used.set(self.used.get() + page.processor_time());
    }

    fn pages(&self) -> Vec<Page> {
        self.pages.borrow().clone()
    }

    /// Checks that no page's code has failed: panics and violations of the Content-Security-Policy
    /// are in the console.
    async fn has_no_faults(&self) -> Result<()> {
        for page in self.pages() {
            let console = page.console().await?;
            if let Some(fault) = console.iter().find(|entry| entry.is_fault) {
                bail!("a fault on {}'s page: {}", page.who(), fault.text);
            }
        }
        Ok(())
    }

    /// Leaves the browsers to other stories.
    async fn give_back(self) {
        let browsers = self.pages.into_inner().into_iter().filter_map(Page::into_browser);
        join_all(browsers.map(Browser::give_back)).await;
    }

    /// Saves the evidence.
    async fn keep(&self, name: &str) -> Result<PathBuf> {
        let test = std::env::current_exe()?;
        let target = test.ancestors().nth(2).context("a test lies in the target folder")?;
        let folder = target.join("e2e-failures").join(name.replace(' ', "-"));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        for page in self.pages() {
            // A page that is gone has no evidence, which is worth recording, too.
            if let Err(error) = keep_page(&page, &folder).await {
                fs::write(folder.join(format!("{}.error", page.who())), format!("{error:#}"))?;
            }
        }
        for (of, output) in &*self.logs.borrow() {
            fs::write(folder.join(format!("{of}.log")), output.lines().join("\n"))?;
        }
        Ok(folder)
    }
}

async fn keep_page(page: &Page, folder: &Path) -> Result<()> {
    let file = |extension: &str| folder.join(format!("{}.{extension}", page.who()));
    fs::write(file("png"), page.screenshot().await?)?;
    fs::write(file("html"), page.source().await?)?;
    let lines: Vec<String> = page.console().await?.into_iter().map(|entry| entry.text).collect();
    fs::write(file("console.log"), lines.join("\n"))?;
    fs::write(file("txt"), page.text().await?)?;
    Ok(())
}
