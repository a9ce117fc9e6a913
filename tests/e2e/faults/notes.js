// Records the events of the page's connections, to explain a long gap.
(() => {
  const notes = [];
  const note = (text) => notes.push([performance.timeOrigin + performance.now(), text]);
  window.faultNotes = notes;

  for (const name of ['online', 'offline']) addEventListener(name, () => note(name));
  navigator.connection?.addEventListener('change', () => note('network changes'));

  let count = 0;
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(target, args, self) {
      const connection = Reflect.construct(target, args, self);
      const number = count += 1;
      const say = (text) => note(`connection ${number} ${text}`);
      say(`is made, ${args[0]?.iceTransportPolicy ?? 'all'}`);
      // One end of the selected candidate pair.
      const end = (one) => (one ? `${one.candidateType} ${one.address}:${one.port}` : '?');
      let route = '';
      const look = setInterval(async () => {
        if (connection.connectionState === 'closed') return clearInterval(look);
        const reports = await connection.getStats();
        const pair = reports.get([...reports.values()].find((report) => report.type === 'transport')?.selectedCandidatePairId);
        const now = pair ? `${end(reports.get(pair.localCandidateId))} to ${end(reports.get(pair.remoteCandidateId))}` : 'nowhere';
        if (now !== route) say(`goes from ${now}`);
        route = now;
      }, 500);
      connection.addEventListener('connectionstatechange', () => say(connection.connectionState));
      connection.addEventListener('iceconnectionstatechange', () => say(`ICE ${connection.iceConnectionState}`));
      connection.addEventListener('signalingstatechange', () => say(connection.signalingState));
      connection.addEventListener('icegatheringstatechange', () => say(`gathering ${connection.iceGatheringState}`));
      return connection;
    },
  });
  for (const name of ['restartIce', 'close']) {
    const original = RTCPeerConnection.prototype[name];
    RTCPeerConnection.prototype[name] = function (...args) {
      note(`${name}()`);
      return original.apply(this, args);
    };
  }
  // A video encoding that is deactivated or activated.
  const setParameters = RTCRtpSender.prototype.setParameters;
  RTCRtpSender.prototype.setParameters = function (parameters, ...rest) {
    const rates = parameters.encodings.map(({ active, maxBitrate }) => (active ? `${maxBitrate / 1000} kbit/s` : 'nothing'));
    if (this.track?.kind === 'video' && `${rates}` !== this.faultRates) note(`video may take ${rates}`);
    this.faultRates = `${rates}`;
    return setParameters.call(this, parameters, ...rest);
  };
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(target, args, self) {
      const socket = Reflect.construct(target, args, self);
      note('socket opens');
      for (const name of ['open', 'close']) socket.addEventListener(name, () => note(`socket ${name}`));
      return socket;
    },
  });
})();
