// Replaces the camera by a canvas that shows the time, and reads the time from the video of the other
// person: `benchLatency` holds the milliseconds from the drawing of each frame to its display. Both
// pages are on one machine and share its clock. It runs before the page's own scripts.
(() => {
  // An empty page has none.
  if (!window.MediaDevices) return;
  const BITS = 16;
  const CELL = 40;
  const FRAMES_PER_SECOND = 30;
  window.benchLatency = [];

  // Milliseconds since 1970, as far as they fit into the bits.
  const now = () => Math.round(performance.timeOrigin + performance.now()) % 2 ** BITS;

  const clock = () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [1280, 720];
    const context = canvas.getContext("2d");
    const draw = () => {
      const time = now();
      for (let bit = 0; bit < BITS; bit++) {
        context.fillStyle = (time >> bit) & 1 ? "white" : "black";
        context.fillRect(bit * CELL, 0, CELL, canvas.height);
      }
    };
    draw();
    setInterval(draw, 1000 / FRAMES_PER_SECOND);
    return canvas.captureStream(FRAMES_PER_SECOND).getVideoTracks()[0];
  };

  const { prototype } = MediaDevices;
  const capture = prototype.getUserMedia;
  prototype.getUserMedia = async function getUserMedia(constraints) {
    const stream = await capture.call(this, constraints);
    for (const camera of stream.getVideoTracks()) {
      camera.stop();
      stream.removeTrack(camera);
      stream.addTrack(clock());
    }
    return stream;
  };

  const small = document.createElement("canvas");
  [small.width, small.height] = [BITS, 1];
  const reader = small.getContext("2d", { willReadFrequently: true });
  const read = (video) => {
    const scale = video.videoWidth / 1280;
    // One row in the middle, and the cells alone.
    reader.drawImage(video, 0, video.videoHeight / 2, BITS * CELL * scale, 1, 0, 0, BITS, 1);
    const pixels = reader.getImageData(0, 0, BITS, 1).data;
    let time = 0;
    for (let bit = 0; bit < BITS; bit++) time |= (pixels[bit * 4] > 127) << bit;
    const latency = (now() - time + 2 ** BITS) % 2 ** BITS;
    // A frame whose bits were not read right is far off.
    if (latency < 2000) benchLatency.push(latency);
    video.requestVideoFrameCallback(() => read(video));
  };

  const remote = [];
  const look = () => {
    const shows = (video) => remote.some((track) => video.srcObject?.getVideoTracks().includes(track));
    const video = [...document.querySelectorAll("video")].find(shows);
    if (video) video.requestVideoFrameCallback(() => read(video));
    else requestAnimationFrame(look);
  };
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, self) {
      const connection = Reflect.construct(target, args, self);
      connection.addEventListener("track", ({ track }) => {
        if (track.kind !== "video") return;
        if (!remote.length) requestAnimationFrame(look);
        remote.push(track);
      });
      return connection;
    },
  });
})();
