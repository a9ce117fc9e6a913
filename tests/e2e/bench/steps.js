// Notes when the steps of a call happen in the page, in milliseconds since 1970. It runs before the
// page's own scripts.
(() => {
  const steps = window.benchSteps = { navigation: performance.timeOrigin };
  const now = () => performance.timeOrigin + performance.now();
  const note = (step) => steps[step] ??= now();
  const remote = new Map();
  const watched = new WeakSet();

  // Which element shows which track is only seen by looking.
  const look = () => {
    for (const [track, receiver] of remote) {
      if (receiver.getSynchronizationSources().length) note("first packet");
      for (const video of document.querySelectorAll("video")) {
        if (watched.has(video) || !video.srcObject?.getVideoTracks().includes(track)) continue;
        watched.add(video);
        video.requestVideoFrameCallback(() => note("first frame"));
      }
    }
    if (!steps["first frame"]) requestAnimationFrame(look);
  };

  addEventListener("click", ({ target }) => {
    if (target.closest("button")?.textContent.trim() === "Join") note("click");
  }, { capture: true });

  for (const [method, step] of [
    ["setLocalDescription", "local description"],
    ["setRemoteDescription", "remote description"],
  ]) {
    const original = RTCPeerConnection.prototype[method];
    RTCPeerConnection.prototype[method] = async function described(...args) {
      const result = await original.apply(this, args);
      note(step);
      return result;
    };
  }

  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, self) {
      const connection = Reflect.construct(target, args, self);
      note("connection");
      connection.addEventListener("iceconnectionstatechange", () => {
        if (["connected", "completed"].includes(connection.iceConnectionState)) note("ICE");
      });
      connection.addEventListener("connectionstatechange", () => {
        if (connection.connectionState === "connected") note("DTLS");
      });
      connection.addEventListener("track", ({ track, receiver }) => {
        if (track.kind !== "video") return;
        if (!remote.size) requestAnimationFrame(look);
        remote.set(track, receiver);
      });
      return connection;
    },
  });
})();
