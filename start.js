// Starts the app, and loads what only a call needs. A file of its own, so that the page has no inline
// script and its Content-Security-Policy needs no exception. Trunk names the app's two files, with
// their hashes, in the preload links of the page's head; the packed page names the two that come
// later in a meta tag.
//
// What fails to load is tried again, longer each time, and then by the button of a notice. The page
// stays as it is meanwhile.

// Failures in a row until the notice is shown, and the first pause between two attempts.
const ATTEMPTS = 5;
const PAUSE = 250;
// How long the first attempt may take in milliseconds. Each further one may take twice as long, so
// that a slow network succeeds in the end.
const PATIENCE = 10_000;
// Where it is noted that this tab was reloaded for a new version: it is not done twice in a row.
const RELOADED = "tincan.reloaded";

const WORDS = {
  en: {
    failed: "Part of Tincan could not be loaded",
    failedHelp: "Check your internet connection, then try again.",
    tryAgain: "Try again",
    unsupported: "Tincan cannot run in this browser",
    unsupportedHelp: "WebAssembly is missing or turned off, as in Lockdown Mode. Turn it on for this "
      + "page, or open the link in a current Chrome, Edge, Firefox or Safari.",
    broken: "Tincan could not start",
    brokenHelp: "Reload the page. If that does not help, open the link in another browser.",
    reload: "Reload the page",
  },
  "zh-Hans": {
    failed: "Tincan 未能完全加载",
    failedHelp: "请检查网络连接，然后重试。",
    tryAgain: "重试",
    unsupported: "此浏览器无法运行 Tincan",
    unsupportedHelp: "WebAssembly 不可用或已被关闭（例如在锁定模式下）。请为此页面启用它，"
      + "或用新版 Chrome、Edge、Firefox 或 Safari 打开链接。",
    broken: "Tincan 无法启动",
    brokenHelp: "请重新加载页面。如果仍然不行，请换一个浏览器打开链接。",
    reload: "重新加载页面",
  },
};

const stored = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    // Where nothing may be stored, the defaults it is.
    return null;
  }
};

// The theme first: a page that comes up light and then turns dark hurts the eyes.
const theme = stored("tincan.theme");
if (theme) document.documentElement.dataset.theme = theme;

// The language as src/i18n chooses it: the one that was chosen, else the first that there is.
const language = [stored("tincan.language"), ...navigator.languages ?? []]
  .map((tag) => ({ en: "en", zh: "zh-Hans" })[tag?.split(/[-_]/)[0].toLowerCase()])
  .find(Boolean) ?? "en";
const words = WORDS[language];

// Shows a notice in front of whatever there is; its button is optional.
const show = (title, help, label, onclick) => {
  const make = (tag, className, ...children) => {
    const element = Object.assign(document.createElement(tag), { className });
    element.append(...children);
    return element;
  };
  const notice = make("div", "notice loading-notice",
    make("div", "notice-words", make("p", "notice-title", title), make("p", "", help)));
  notice.setAttribute("role", "alert");
  notice.lang = language;
  if (label) {
    const button = make("button", "button", label);
    Object.assign(button, { type: "button", onclick });
    notice.append(make("div", "notice-actions", button));
  }
  document.body.append(notice);
  return notice;
};

const reload = () => location.reload();

const broken = (error) => {
  show(words.broken, words.brokenHelp, words.reload, reload);
  throw error;
};

const link = (rel) => document.querySelector(`head > link[rel="${rel}"]`).href;
const later = document.querySelector('head > meta[name="tincan-later"]')?.content.split(" ") ?? [];
const [laterCode, laterStyles] = later.map((file) => new URL(file, document.baseURI).href);

// Whether the server has a newer start page by now: it is one of Tincan's, and names other files.
const isOutdated = async () => {
  const files = [link("modulepreload"), link("preload"), laterCode, laterStyles].filter(Boolean);
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const page = await (await fetch(location.href, { cache: "no-store", signal })).text();
    const isNamed = (file) => page.includes(file.slice(file.lastIndexOf("/") + 1));
    return page.includes("tincan-signaling") && !files.every(isNamed);
  } catch {
    return false;
  }
};

const reloadOnce = async () => {
  try {
    if (sessionStorage.getItem(RELOADED)) return;
    sessionStorage.setItem(RELOADED, "yes");
  } catch {
    // Without a note it might go on for ever: it takes a click.
    return;
  }
  reload();
  await new Promise(() => {});
};

// Resolves after a pause, or as soon as the network is back.
const pause = (time) => new Promise((resolve) => {
  const end = () => {
    clearTimeout(timer);
    removeEventListener("online", end);
    resolve();
  };
  const timer = setTimeout(end, time);
  addEventListener("online", end);
});

// One notice for all that fails; resolves when it is worth trying again.
let asked;
let notice;
const askToTryAgain = (outdated) => asked ??= new Promise((resolve) => {
  const again = () => {
    removeEventListener("online", again);
    notice.remove();
    asked = notice = undefined;
    resolve();
  };
  const label = outdated ? words.reload : words.tryAgain;
  notice = show(words.failed, words.failedHelp, label, outdated ? reload : again);
  addEventListener("online", again);
});

// Makes one attempt, which ends when its time is over.
const limited = async (attempt, failures) => {
  const abort = new AbortController();
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      abort.abort();
      reject(new Error("it takes too long"));
    }, PATIENCE * 2 ** Math.min(failures, 5));
  });
  try {
    return await Promise.race([attempt(failures, abort.signal), late]);
  } finally {
    clearTimeout(timer);
  }
};

// Attempts something until it succeeds.
const persistently = async (attempt) => {
  for (let failures = 0; ;) {
    try {
      return await limited(attempt, failures);
    } catch (error) {
      console.debug("something could not be loaded", error.name);
    }
    const outdated = await isOutdated();
    if (outdated) await reloadOnce();
    failures += 1;
    if (outdated || failures % ATTEMPTS === 0) await askToTryAgain(outdated);
    else await pause(PAUSE * 2 ** (failures % ATTEMPTS));
  }
};

// What failed once may lie broken in the browser's cache.
const get = async (file, failures, signal) => {
  const response = await fetch(file, { signal, cache: failures ? "reload" : "default" });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response;
};

const typeOf = (response) => response.headers.get("content-type") ?? "";

// Hosts may not know the type of WebAssembly.
const compiled = (file) => persistently(async (failures, signal) => {
  const response = await get(file, failures, signal);
  return WebAssembly.compileStreaming && typeOf(response) === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
});

const styled = (file) => persistently(async (failures, signal) => {
  const response = await get(file, failures, signal);
  // Some hosts answer with their start page what they do not have.
  if (typeOf(response).startsWith("text/html")) throw new Error("not a style sheet");
  if (!("adoptedStyleSheets" in document)) {
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: file }));
    return;
  }
  const sheet = await new CSSStyleSheet().replace(await response.text());
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
});

// A module that failed is remembered as failed under its address.
const imported = (file) => persistently((failures) => import(failures ? `${file}?${failures}` : file));

// The style sheets of the page's head that the browser could not load: they are there, and empty.
const mendStyles = () => {
  for (const link of document.querySelectorAll('head > link[rel="stylesheet"]')) {
    if (!link.sheet?.cssRules.length) styled(link.href);
  }
};

// What only a call needs, where the page is packed so: a WebAssembly that fills up the first one's
// table, and its styles.
let isComplete = !laterCode;
const complete = (module, first) => {
  if (!isComplete) new WebAssembly.Instance(module, { p: first });
  isComplete = true;
};

// The glue calls this for a function that is not there yet, which the app asks for before. It should
// not come to that; should it, the page waits.
globalThis.tincanLater = (first) => {
  const request = new XMLHttpRequest();
  request.open("GET", laterCode, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  const bytes = Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0));
  complete(new WebAssembly.Module(bytes), first);
  return first["%table"];
};

// Lets the app ask for it, by a function that promises that it is there, or gives nothing if it is
// there already. It is also fetched as soon as a person shows up.
const offerCall = (first) => {
  const load = async () => {
    const [module] = await Promise.all([compiled(laterCode), styled(laterStyles)]);
    complete(module, first);
    try {
      sessionStorage.removeItem(RELOADED);
    } catch {
      // Then there is no note.
    }
  };
  let loading;
  const call = () => isComplete ? undefined : loading ??= load();
  globalThis.tincanCall = call;
  for (const sign of ["pointermove", "pointerdown", "keydown"]) {
    addEventListener(sign, call, { capture: true, once: true });
  }
};

const start = async () => {
  document.documentElement.lang = language;
  if (typeof WebAssembly !== "object") {
    show(words.unsupported, words.unsupportedHelp);
    return;
  }
  mendStyles();
  const [app, code] = await Promise.all([
    imported(link("modulepreload")),
    compiled(link("preload")),
  ]);
  offerCall(await app.default({ module_or_path: code }));
  // The app empties the body when it starts, and the notice may have come before.
  if (notice) document.body.append(notice);
};

start().catch(broken);
