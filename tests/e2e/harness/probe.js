// Runs in every page before its own scripts: tracks the objects that the page makes, and inspects
// what it shows. It changes nothing.
(() => {
  // Weak references, so that tracking does not keep anything alive.
  const connections = [];
  // Strong references: a track that is lost but not stopped keeps its device captured.
  const tracks = [];
  // The times at which frames were presented, by kind and name.
  const watched = new Map();

  // Not every browser supports WebRTC.
  if (window.RTCPeerConnection) window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, self) {
      const connection = Reflect.construct(target, args, self);
      connections.push(new WeakRef(connection));
      return connection;
    },
  });
  // Connections with a local description: from then on a browser gathers candidates.
  const described = new Set();
  const describe = window.RTCPeerConnection?.prototype.setLocalDescription;
  if (describe) RTCPeerConnection.prototype.setLocalDescription = function (...args) {
    described.add(connections.find((weak) => weak.deref() === this));
    return describe.apply(this, args);
  };
  for (const name of ['getUserMedia', 'getDisplayMedia']) {
    // Insecure pages have no devices.
    const original = window.MediaDevices?.prototype[name];
    if (!original) continue;
    MediaDevices.prototype[name] = async function (...args) {
      const stream = await original.apply(this, args);
      tracks.push(...stream.getTracks());
      return stream;
    };
  }

  const alive = () => connections.map((weak) => weak.deref()).filter((one) => one && one.connectionState !== 'closed');

  // The videos of a kind whose label starts with this name, followed by something else.
  const videos = (kind, name) => [...document.querySelectorAll(`video[data-kind="${kind}"]`)].filter((video) => {
    const label = video.getAttribute('aria-label') ?? '';
    return label.startsWith(name) && !/^[\p{L}\p{N}]/u.test(label.slice(name.length));
  });

  // The visible element at a point: layers that paint nothing do not count.
  const seenAt = (x, y) => document.elementsFromPoint(x, y).find((element) => {
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    const isClear = backgroundColor === 'transparent' || /[,/] 0\)$/.test(backgroundColor);
    return element instanceof HTMLVideoElement || !isClear || backgroundImage !== 'none';
  });

  const average = (pixels, width, height, from, to) => {
    const sum = [0, 0, 0];
    for (let y = 0; y < height; y++) for (let x = from; x < to; x++) {
      for (let c = 0; c < 3; c++) sum[c] += pixels[4 * (y * width + x) + c];
    }
    return sum.map((value) => Math.round(value / (height * (to - from))));
  };

  const pixelsOf = (video) => {
    const [width, height] = [32, 18];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(video, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return {
      left: average(data, width, height, 2, width / 2 - 2),
      right: average(data, width, height, width / 2 + 2, width - 2),
      cells: [...data].filter((_, at) => at % 4 !== 3),
    };
  };

  window.tincanProbe = {
    // The state of a video; null unless there is exactly one.
    video(kind, name) {
      const all = videos(kind, name);
      if (all.length !== 1) return { count: all.length };
      const [video] = all;
      const box = video.getBoundingClientRect();
      const places = [[0.5, 0.5], [0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]];
      const seen = places.filter(([x, y]) => seenAt(box.x + x * box.width, box.y + y * box.height) === video);
      return {
        count: 1,
        label: video.getAttribute('aria-label'),
        link: video.dataset.link,
        size: [video.videoWidth, video.videoHeight],
        playing: !video.paused && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA,
        audible: !video.paused && !video.muted && video.volume > 0,
        // A button may cover a part of the video, but not an avatar.
        uncovered: seen.length > places.length / 2 && video.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
        pixels: video.videoWidth > 0 ? pixelsOf(video) : null,
      };
    },

    // The state of a video at each of its next frames, as far as they come within a second; its
    // state now if none does.
    frames(kind, name) {
      const now = () => tincanProbe.video(kind, name);
      const [video, ...others] = videos(kind, name);
      if (!video || others.length) return [now()];
      return new Promise((resolve) => {
        const states = [];
        const end = () => resolve(states.length ? states : [now()]);
        const timer = setTimeout(end, 1000);
        const next = () => {
          if (states.push(now()) < 5) return video.requestVideoFrameCallback(next);
          clearTimeout(timer);
          end();
        };
        video.requestVideoFrameCallback(next);
      });
    },

    // Records when frames for this name are presented, on whichever video: a rebuilt connection may
    // bring a new one.
    watch(kind, name) {
      const key = `${kind} ${name}`;
      if (watched.has(key)) return;
      const times = [];
      watched.set(key, times);
      const known = new WeakSet();
      const look = () => {
        for (const video of videos(kind, name)) {
          if (known.has(video)) continue;
          known.add(video);
          const next = (_, { presentationTime }) => {
            if (video.isConnected) times.push(performance.timeOrigin + presentationTime);
            video.requestVideoFrameCallback(next);
          };
          video.requestVideoFrameCallback(next);
        }
      };
      look();
      setInterval(look, 50);
    },

    // Those times, in milliseconds since 1970.
    presented: (kind, name) => watched.get(`${kind} ${name}`) ?? [],

    // The statistics of received media, by the connection of a video.
    async arrived(kind, name) {
      const sum = { energy: 0, played: 0, frames: 0, receivers: 0, samples: 0, concealed: 0 };
      const shown = new Set(videos(kind, name).flatMap((video) => video.srcObject?.getTracks() ?? []));
      for (const connection of alive()) for (const receiver of connection.getReceivers()) {
        if (!shown.has(receiver.track)) continue;
        for (const report of (await receiver.getStats()).values()) {
          if (report.type !== 'inbound-rtp') continue;
          sum.receivers += 1;
          sum.energy += report.totalAudioEnergy ?? 0;
          sum.played += report.totalSamplesDuration ?? 0;
          sum.frames += report.framesDecoded ?? 0;
          sum.samples += report.totalSamplesReceived ?? 0;
          sum.concealed += report.concealedSamples ?? 0;
        }
      }
      return sum;
    },

    // The live captured tracks.
    captured: () => tracks.filter((track) => track.readyState === 'live').map((track) => `${track.kind}: ${track.label}`),

    // The number of tracks that were ever captured, and of connections that ever gathered candidates.
    made: () => ({ tracks: tracks.length, connections: described.size }),

    // The number of connections that there ever were.
    constructed: () => connections.length,

    // The state of the negotiation of each connection that is not closed.
    negotiations: () => alive().map((connection) => connection.signalingState),

    // The connections themselves.
    alive,

    // The states of the connections that are not closed.
    connections: () => alive().map((connection) => connection.connectionState),

    // The available outgoing bitrate of each connection, by its own estimate.
    async bandwidths() {
      const stats = await Promise.all(alive().map((connection) => connection.getStats()));
      return stats.flatMap((reports) => [...reports.values()])
        .map((report) => report.availableOutgoingBitrate).filter((bits) => bits !== undefined);
    },

    // The resources that the page's own code reports.
    async held() {
      const module = document.querySelector('head > link[rel="modulepreload"]').href;
      return (await import(module)).liveResources();
    },

    // Descriptions and addresses that must stay between the pages.
    secrets: () => alive().flatMap((connection) => {
      const sdp = (connection.localDescription?.sdp ?? '') + (connection.remoteDescription?.sdp ?? '');
      const values = [...sdp.matchAll(/a=(?:ice-ufrag|ice-pwd):(\S+)|a=fingerprint:\S+ (\S+)|a=candidate:\S+ \d+ \S+ \d+ (\S+)/g)];
      return values.map((found) => found[1] ?? found[2] ?? found[3]);
    }),

    // The controls of this name.
    controls(name) {
      // A label may contain its control, whose own text is not part of its name.
      const labelled = (element) => [...element.labels].flatMap((label) => [...label.childNodes])
        .filter((node) => !node.contains(element)).map((node) => node.textContent).join(' ');
      const words = (element) => (element.getAttribute('aria-label')
        ?? (element.labels?.length ? labelled(element) : element.textContent)).trim();
      return [...document.querySelectorAll('button, a[href], input, textarea, select')]
        .filter((element) => words(element) === name && element.checkVisibility({ visibilityProperty: true }));
    },

    // All text that is visible or available to a screen reader.
    text: () => [document.body.innerText, ...[...document.querySelectorAll('[aria-label]')]
      .filter((element) => element.checkVisibility()).map((element) => element.getAttribute('aria-label'))].join('\n'),
  };
})();
