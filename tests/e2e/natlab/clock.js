// Records the time until the page's first connection is connected.
window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
  construct(target, args, self) {
    const connection = Reflect.construct(target, args, self);
    const start = performance.now();
    const listen = () => {
      if (connection.connectionState !== 'connected') return;
      window.natlabConnected ??= performance.now() - start;
      connection.removeEventListener('connectionstatechange', listen);
    };
    connection.addEventListener('connectionstatechange', listen);
    return connection;
  },
});
