// Reads and writes files of the browser's own file system (File System Standard, section 2.5) for
// the page. A worker, since only workers have synchronous access, which stores what is written even
// if the page is gone in the next moment.
//
// Each message is [number, operation, ...arguments], and its answer [number, result] or [number,
// undefined, name of the error]. They are carried out one after the other.

const FOLDER = "files";
// The access to each file that is open. While it lasts, no other page can open the file.
const open = new Map();

const folder = async () =>
  (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });

// The page before a reload may still hold a file for a moment.
const ATTEMPTS = 20;
const PAUSE = 100;

const access = async (handle, attempt = 1) => {
  try {
    return await handle.createSyncAccessHandle();
  } catch (error) {
    if (error.name !== "NoModificationAllowedError" || attempt === ATTEMPTS) throw error;
    await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
    return access(handle, attempt + 1);
  }
};

const operations = {
  // Opens a file for reading and writing, and makes it if need be. Returns its size.
  async open(name) {
    const handle = await (await folder()).getFileHandle(name, { create: true });
    open.get(name)?.close();
    open.delete(name);
    open.set(name, await access(handle));
    return open.get(name).getSize();
  },

  read(name, at, length) {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, open.get(name).read(bytes, { at }));
  },

  write(name, at, bytes) {
    const written = open.get(name).write(bytes, { at });
    if (written < bytes.byteLength) throw new DOMException("the disk is full", "QuotaExceededError");
  },

  truncate(name, size) {
    open.get(name).truncate(size);
  },

  close(name) {
    const file = open.get(name);
    open.delete(name);
    file?.flush();
    file?.close();
  },

  async remove(name) {
    open.get(name)?.close();
    open.delete(name);
    await (await folder()).removeEntry(name);
  },

  // Returns all files, each as [name, age in milliseconds].
  async list() {
    const files = [];
    for await (const handle of (await folder()).values()) {
      const { name, lastModified } = await handle.getFile();
      files.push([name, Date.now() - lastModified]);
    }
    return files;
  },
};

let last = Promise.resolve();

const answer = async ([number, operation, ...parameters]) => {
  try {
    postMessage([number, await operations[operation](...parameters)]);
  } catch (error) {
    postMessage([number, undefined, error?.name ?? "Error"]);
  }
};

addEventListener("message", ({ data }) => {
  last = last.then(() => answer(data));
});
