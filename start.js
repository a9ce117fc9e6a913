// Starts the app, and fetches what it is made of until it is there. A file of its own, so that the
// page has no inline script and its Content-Security-Policy needs no exception.
//
// In a page with chunks the meta tag `tincan-build` names the folder of the build, `tincan-chunks`
// the files of each chunk, `tincan-room` what the file with the room is made of, and
// `tincan-hashes` the contents of the first files. The app loads chunks by `tincan.fetch` and
// `tincan.instantiate`, in place of the browser's own functions.
//
// What fails is tried again, longer each time, and then by the button of a notice. The page stays
// as it is meanwhile.

// Failures in a row until the notice is shown, and the first pause between two attempts.
const ATTEMPTS = 5;
const PAUSE = 250;
// How long the first attempt may take in milliseconds. Each further one may take twice as long, so
// that a slow network succeeds in the end.
const PATIENCE = 10_000;
// Where it is noted which builds this tab was reloaded from: that is done once for each of them.
const RELOADED = "tincan.reloaded";
// An empty module with a table of references: the youngest WebAssembly feature that the app uses.
const YOUNGEST = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 4, 4, 1, 111, 0, 0);

// What is thrown where another attempt would fail likewise.
const TOO_OLD = new Error("this browser is too old");

const WORDS = {
  en: {
    lead: "Send the link and start talking. Audio and video are encrypted from browser to "
      + "browser, and the key in the link never reaches a server.",
    loading: "Loading…",
    failed: "Part of Tincan could not be loaded",
    failedHelp: "Check your internet connection, then try again.",
    tryAgain: "Try again",
    outdated: "There is a newer version of Tincan",
    outdatedHelp: "This page needs files of the previous version, which are gone. "
      + "Reload the page to continue.",
    unsupported: "Tincan cannot run in this browser",
    unsupportedHelp: "WebAssembly is missing or turned off, as in Lockdown Mode. Turn it on for "
      + "this page, or open the link in a current Chrome, Edge, Firefox or Safari.",
    old: "This browser is too old for Tincan",
    oldHelp: "Update it, or open the link in a current Chrome, Edge, Firefox or Safari.",
    broken: "Tincan could not start",
    brokenHelp: "Reload the page. If that does not help, open the link in another browser.",
    reload: "Reload the page",
  },
  "zh-Hans": {
    lead: "把链接发给对方，就能通话。声音和画面在浏览器之间加密传输，链接中的密钥不会到达任何服务器。",
    loading: "正在加载…",
    failed: "Tincan 未能完全加载",
    failedHelp: "请检查网络连接，然后重试。",
    tryAgain: "重试",
    outdated: "Tincan 有新版本",
    outdatedHelp: "此页面需要的旧版本内容已不存在。请重新加载页面以继续。",
    unsupported: "此浏览器无法运行 Tincan",
    unsupportedHelp: "WebAssembly 不可用或已被关闭（例如在锁定模式下）。请为此页面启用它，"
      + "或用新版 Chrome、Edge、Firefox 或 Safari 打开链接。",
    old: "此浏览器版本过旧，无法运行 Tincan",
    oldHelp: "请更新浏览器，或用新版 Chrome、Edge、Firefox 或 Safari 打开链接。",
    broken: "Tincan 无法启动",
    brokenHelp: "请重新加载页面。如果仍然不行，请换一个浏览器打开链接。",
    reload: "重新加载页面",
  },
};

const stored = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    // Without storage, use the defaults.
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

const isOpen = (element) => element?.isConnected && element.matches("dialog[open]");

// The element that a notice must be in to be seen and pressed: an open dialog makes everything
// outside of it inert, and what fills the screen covers the rest.
const front = () => {
  const filling = document.fullscreenElement;
  return [...document.querySelectorAll("dialog[open]")].pop()
    ?? (filling && filling.localName !== "video" ? filling : document.body);
};

// Keeps a notice in front, whatever opens and closes, until the returned function is called.
const keepInFront = (notice) => {
  const place = (changes) => {
    const opened = changes.map(({ target }) => target).filter(isOpen).pop();
    const host = opened ?? (isOpen(notice.parentNode) ? notice.parentNode : front());
    if (notice.parentNode !== host) host.append(notice);
  };
  const fill = () => place([]);
  const observer = new MutationObserver(place);
  const subject = { subtree: true, childList: true, attributeFilter: ["open"] };
  observer.observe(document.documentElement, subject);
  addEventListener("fullscreenchange", fill);
  place([]);
  return () => {
    observer.disconnect();
    removeEventListener("fullscreenchange", fill);
  };
};

const make = (tag, className, ...children) => {
  const element = Object.assign(document.createElement(tag), { className });
  element.append(...children);
  return element;
};

// Shows a notice in front of whatever there is, with a button if it has a label. Returns what takes
// it away.
const show = (title, help, label, onclick) => {
  const notice = make("div", "notice loading-notice",
    make("div", "notice-words", make("p", "notice-title", title), make("p", "", help)));
  notice.setAttribute("role", "alert");
  notice.lang = language;
  if (label) {
    const button = make("button", "button", label);
    Object.assign(button, { type: "button", onclick });
    notice.append(make("div", "notice-actions", button));
  }
  // The words that the page itself has for it.
  for (const late of document.querySelectorAll(".shell-late")) late.remove();
  const release = keepInFront(notice);
  return () => {
    release();
    notice.remove();
  };
};

const reload = () => location.reload();

const reportFailure = () => show(words.broken, words.brokenHelp, words.reload, reload);

const link = (rel) => document.querySelector(`head > link[rel="${rel}"]`).href;
const meta = (name) => document.querySelector(`head > meta[name="${name}"]`)?.content;
const folder = meta("tincan-build");
// What differs between two builds.
const build = (folder ?? link("modulepreload")).split("/").filter(Boolean).pop();

// Whether the server has a newer start page by now: it is one of Tincan's, of another build.
const isOutdated = async () => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: abort.signal });
    const page = await answer.text();
    return page.includes("tincan-signaling") && !page.includes(build);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
};

// Reloads the page, unless that would end a call or was tried before.
const reloadOnce = async () => {
  if (document.querySelector(".call")) return;
  try {
    const reloaded = (sessionStorage.getItem(RELOADED) ?? "").split(" ");
    if (reloaded.includes(build)) return;
    sessionStorage.setItem(RELOADED, [...reloaded, build].join(" "));
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
const askToTryAgain = (outdated) => asked ??= new Promise((resolve) => {
  const again = () => {
    removeEventListener("online", again);
    remove();
    asked = undefined;
    resolve();
  };
  const remove = outdated
    ? show(words.outdated, words.outdatedHelp, words.reload, reload)
    : show(words.failed, words.failedHelp, words.tryAgain, again);
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
      if (error === TOO_OLD) throw error;
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

// Returns true if the host has the file as it was built. Browsers tell neither a damaged file nor a
// start page in its place from what they are too old for.
const isIntact = async (file, signal) => {
  const name = file.split("/").pop();
  const integrity = meta("tincan-hashes")?.split(" ").find((hash) => hash.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  if (!integrity) return false;
  try {
    return (await fetch(file, { signal, integrity, cache: "reload" })).ok;
  } catch {
    return false;
  }
};

// Throws what another attempt may mend, or else that the browser is too old.
const refuse = async (error, file, signal) => {
  const isRefused = error instanceof SyntaxError || error instanceof WebAssembly.CompileError;
  throw isRefused && await isIntact(file, signal) ? TOO_OLD : error;
};

const WASM = "application/wasm";
const typeOf = (response) => response.headers.get("content-type") ?? "";

// Hosts may not know the type of WebAssembly. It works all the same, only later.
const isWasm = (response) => {
  const type = typeOf(response);
  if (type === WASM) return true;
  console.warn(`This host sends WebAssembly as "${type}". Pages start sooner if it is "${WASM}".`);
  return false;
};

const compiled = (file) => persistently(async (failures, signal) => {
  const response = await get(file, failures, signal);
  try {
    return WebAssembly.compileStreaming && isWasm(response)
      ? await WebAssembly.compileStreaming(response)
      : await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    return refuse(error, file, signal);
  }
});

// The code of the room is one file, and lies in it in this order: names and sizes.
const ROOM = (meta("tincan-room")?.split(" ") ?? []).map((entry) => entry.split("="));

const compileRoom = () => persistently(async (failures, signal) => {
  const bytes = await (await get(`${folder}room.bin`, failures, signal)).arrayBuffer();
  let at = 0;
  return new Map(await Promise.all(ROOM.map(async ([name, size]) =>
    [name, await WebAssembly.compile(bytes.slice(at, at += Number(size)))])));
});

let room;
const roomCode = () => room ??= compileRoom();

// The chunks that the first screen needs come along with the app: the texts, and if the page was
// opened by a link, the room.
const early = new Map();
const fetchEarly = () => {
  if (location.hash && ROOM.length) roomCode();
  const texts = language.replace("-", "_").toLowerCase();
  const files = meta("tincan-chunks")?.split(" ").find((chunk) => chunk.startsWith(`${texts}=`));
  for (const name of files?.split("=")[1].split(",") ?? []) {
    const file = new URL(`${folder}${name}.wasm`, document.baseURI).href;
    early.set(file, compiled(file));
  }
};

// What the loader of the chunks calls in place of `fetch` and `WebAssembly.instantiateStreaming`.
const fetchChunk = async ({ href }) => {
  const name = href.split("/").pop().replace(".wasm", "");
  const isOfRoom = ROOM.some(([part]) => part === name);
  return isOfRoom ? (await roomCode()).get(name) : early.get(href) ?? compiled(href);
};
const instantiate = async (code, imports) => WebAssembly.instantiate(await code, imports);

globalThis.tincan = { fetch: fetchChunk, instantiate, reportFailure };

// A module that failed is remembered as failed under its address.
const imported = (file) => persistently((failures, signal) =>
  import(failures ? `${file}?${failures}` : file).catch((error) => refuse(error, file, signal)));

// The style sheets of the page's head that the browser could not load: they are there, and empty.
const mendStyles = () => {
  for (const link of document.querySelectorAll('head > link[rel="stylesheet"]')) {
    if (!link.sheet?.cssRules.length) styled(link);
  }
};

const styled = (old) => persistently(async (failures, signal) => {
  const response = await get(old.href, failures, signal);
  // Some hosts answer with their start page what they do not have.
  if (typeOf(response).startsWith("text/html")) throw new Error("not a style sheet");
  if (!("adoptedStyleSheets" in document)) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: old.href });
    document.head.append(link);
    return;
  }
  const sheet = await new CSSStyleSheet().replace(await response.text());
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
});

// Says in the language of the page that it is loading. Where there is no link to a room, it also
// says what Tincan is, in the words of the home page: they are read while the code is on its way.
const introduce = () => {
  document.documentElement.lang = language;
  const state = document.querySelector(".shell-state");
  state.textContent = words.loading;
  if (!location.hash) state.before(make("p", "lead", words.lead));
};

const start = async () => {
  introduce();
  mendStyles();
  if (typeof WebAssembly !== "object") {
    show(words.unsupported, words.unsupportedHelp);
    return;
  }
  if (!WebAssembly.validate(YOUNGEST)) {
    throw TOO_OLD;
  }
  fetchEarly();
  const [app, code] = await Promise.all([
    imported(link("modulepreload")),
    compiled(link("preload")),
  ]);
  await app.default({ module_or_path: code });
};

start().catch((error) => {
  // What the code needs of the browser is missing.
  if (error === TOO_OLD || error.name === "LinkError") {
    show(words.old, words.oldHelp);
    return;
  }
  reportFailure();
  throw error;
});
