// Starts the app. A file of its own, so that the page has no inline script and its
// Content-Security-Policy needs no exception. Trunk names the app's two files, with their hashes, in
// the preload links of the page's head.
const preloaded = (rel) => document.querySelector(`head > link[rel="${rel}"]`).href;

try {
  const app = await import(preloaded("modulepreload"));
  await app.default({ module_or_path: preloaded("preload") });
} catch (error) {
  // Without the app nothing else can say so.
  document.body.textContent = `Tincan could not start in this browser (${error}).`;
  throw error;
}
