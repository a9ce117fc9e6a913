// Starts the app. A file of its own, so that the page has no inline script and its
// Content-Security-Policy needs no exception. Trunk names the app's two files, with their hashes, in
// the preload links of the page's head.
const preloaded = (rel) => document.querySelector(`head > link[rel="${rel}"]`).href;

// The theme first: a page that comes up light and then turns dark hurts the eyes.
try {
  const theme = localStorage.getItem("tincan.theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // Where nothing may be stored, the system's theme it is.
}

// Without the app nothing else can say so.
const fail = (error) => {
  document.body.textContent = `Tincan could not start in this browser (${error}).`;
  throw error;
};

// What only a call needs, where the page is packed so: a WebAssembly that fills up the first one's table, and
// its styles. It is fetched when a person shows up. Only a click leads to where it is needed, so
// clicks wait until it is there.
const later = document.querySelector('head > meta[name="tincan-later"]')?.content.split(" ");
const [laterCode, laterStyles] = (later ?? []).map((file) => new URL(file, document.baseURI));
let isComplete = !later;

const complete = (module, first) => {
  if (!isComplete) new WebAssembly.Instance(module, { p: first });
  isComplete = true;
};

// The glue calls this for a function that is not there yet, which no click has led to. It should not
// come to that; should it, the page waits.
globalThis.tincanLater = (first) => {
  const request = new XMLHttpRequest();
  request.open("GET", laterCode, false);
  request.overrideMimeType("text/plain; charset=x-user-defined");
  request.send();
  complete(new WebAssembly.Module(Uint8Array.from(request.responseText, (letter) => letter.charCodeAt(0))), first);
  return first["%table"];
};

const loadLater = (first) => {
  const signs = ["pointermove", "pointerdown", "keydown"];
  const clicked = [];
  const hold = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    clicked.push(event.target);
    start();
  };
  const load = async () => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: laterStyles });
    const styled = new Promise((resolve, reject) => Object.assign(style, { onload: resolve, onerror: reject }));
    document.head.append(style);
    const code = await fetch(laterCode);
    complete(await WebAssembly.compile(await code.arrayBuffer()), first);
    await styled;
    removeEventListener("click", hold, true);
    for (const target of clicked) {
      target.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
    }
  };
  let loading;
  const start = () => loading ??= load().catch(fail);
  addEventListener("click", hold, true);
  for (const sign of signs) addEventListener(sign, start, { capture: true, once: true });
};

try {
  const app = await import(preloaded("modulepreload"));
  const first = await app.default({ module_or_path: preloaded("preload") });
  if (later) loadLater(first);
} catch (error) {
  fail(error);
}
