// Notes down how long the page's first connection takes.
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
