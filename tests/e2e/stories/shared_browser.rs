//! A browser that a story leaves to another one: nothing of the first story is left in it.

use anyhow::{Result, ensure};
use serde_json::Value;

use crate::harness::{Engine, OwnProcess, Page, Part, Scheme, Server, Setup, Stage, story};

/// A language that no other story uses, so that nobody else takes the browser meanwhile.
const OWN_LANGUAGE: &str = "eo";

/// A script that returns what a page can know about its browser's past.
const PAST: &str = "
    const done = arguments[arguments.length - 1];
    (async () => {
        const { held, pending } = await navigator.locks.query();
        // Firefox knows fewer of them.
        const permission = (name) => navigator.permissions.query({ name })
            .then(({ state }) => state, () => 'unknown');
        const names = ['camera', 'microphone', 'notifications', 'clipboard-read'];
        const files = performance.getEntriesByType('resource').filter(({ name }) => /wasm$/.test(name));
        done({
            storage: { ...localStorage },
            session: { ...sessionStorage },
            cookie: document.cookie,
            caches: await caches.keys(),
            databases: await indexedDB.databases(),
            locks: [held.length, pending.length],
            permissions: await Promise.all(names.map(permission)),
            devices: (await navigator.mediaDevices.enumerateDevices()).map(({ label }) => label),
            fromCache: files.filter(({ transferSize }) => transferSize === 0).map(({ name }) => name),
            answers: await new Promise((resolve) => {
                const answers = [];
                const channel = new BroadcastChannel('past');
                channel.onmessage = ({ data }) => answers.push(data);
                channel.postMessage('question');
                // A message to oneself by another channel comes after the answers of other pages.
                fetch(location.href).then(() => { channel.close(); resolve(answers); });
            }),
            dark: matchMedia('(prefers-color-scheme: dark)').matches,
            size: [innerWidth, innerHeight, outerWidth, outerHeight],
            seen: [document.visibilityState, document.hasFocus()],
            history: history.length,
            active: navigator.userActivation.hasBeenActive,
        });
    })();
";

/// A script that leaves something wherever a page can.
const LEAVES: &str = "
    const done = arguments[arguments.length - 1];
    (async () => {
        localStorage.left = sessionStorage.left = 'left';
        document.cookie = 'left=left';
        await caches.open('left');
        const database = indexedDB.open('left');
        await new Promise((resolve) => { database.onsuccess = resolve; });
        navigator.locks.request('left', () => new Promise(() => {}));
        navigator.locks.request('left', () => {});
        const channel = new BroadcastChannel('past');
        channel.onmessage = () => channel.postMessage('answer');
        await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
        console.error('left');
        done(null);
    })();
";

/// Opens the page as another story would, and returns what it knows.
async fn past(stage: &Stage, server: &Server, setup: &Setup) -> Result<(Page, Value)> {
    let page = stage.person_with("Ada", setup.clone()).await?;
    page.open(&server.page()).await?;
    page.offers("New call").await?;
    let past = page.run_to_end(PAST).await?;
    Ok((page, past))
}

#[test]
fn nothing_of_a_story_is_left_in_its_browser() -> Result<()> {
    nothing_is_left_in(Engine::Chromium)
}

#[test]
fn nothing_of_a_story_is_left_in_its_firefox() -> Result<()> {
    nothing_is_left_in(Engine::Firefox)
}

/// Leaves as much as possible in a browser, and finds nothing in the next story.
fn nothing_is_left_in(engine: Engine) -> Result<()> {
    story(&format!("a shared {engine:?}"), async |stage| {
        let server = Server::start(stage).await?;
        let setup = Setup { language: OWN_LANGUAGE, ..Setup::of(engine) };
        let (ada, before) = past(stage, &server, &setup).await?;
        let first = ada.driver();
        ensure!(before["fromCache"] == serde_json::json!([]), "it has loaded nothing: {before}");

        let mut changed = vec!["storage", "cookie", "caches", "databases", "locks", "answers"];
        if engine == Engine::Chromium {
            ada.prefers(Scheme::Dark).await?;
            ada.sized(400, 300).await?;
            ada.set_device_permission("granted").await?;
            ada.may_know_devices().await?;
            changed.push("permissions");
        }
        ada.run_to_end(LEAVES).await?;
        // Another tab stays open, and with it everything that it has.
        let tab = ada.in_another_tab().await?;
        tab.page().open(&server.page()).await?;
        tab.page().run_to_end(LEAVES).await?;
        let left = tab.page().run_to_end(PAST).await?;
        for key in changed {
            ensure!(left[key] != before[key], "nothing of {key} is left: {left}");
        }
        drop(tab);
        stage.leave(ada).await?;

        let (lin, after) = past(stage, &server, &setup).await?;
        ensure!(lin.driver() == first, "it is another browser");
        ensure!(after == before, "{after}\nis not\n{before}");
        Ok(())
    })
}

#[test]
fn a_browser_that_a_story_has_to_itself_is_not_shared() -> Result<()> {
    story("a browser that is not shared", async |stage| {
        let own = Setup { own_process: Some(OwnProcess::Ends), ..Setup::default() };
        let first = stage.person_with("Ada", own.clone()).await?;
        let driver = first.driver();
        stage.leave(first).await?;
        let second = stage.person_with("Ada", own).await?;
        ensure!(second.driver() != driver, "it is the same browser");

        let shared = stage.person("Lin").await?;
        ensure!(shared.freeze().is_err(), "a shared browser can be stopped");
        ensure!(stage.kill(&shared, Part::Whole).is_err(), "a shared browser can be killed");
        ensure!(shared.limit_network(300).await.is_err(), "its network can be limited");
        Ok(())
    })
}
