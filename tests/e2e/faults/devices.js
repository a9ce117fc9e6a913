// Devices that can be unplugged and plugged in: the same ones, under other names.
(() => {
  if (!window.MediaDevices) return;
  const capture = MediaDevices.prototype.getUserMedia;
  const list = MediaDevices.prototype.enumerateDevices;
  const getSettings = MediaStreamTrack.prototype.getSettings;
  let more = [];
  const tracks = [];
  const ids = new WeakMap();

  const named = (constraints) => {
    const id = constraints?.deviceId;
    return [].concat(id?.exact ?? id?.ideal ?? id ?? [])[0];
  };
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const asked = { ...constraints };
    const chosen = {};
    for (const kind of ['audio', 'video']) {
      const id = named(asked[kind]);
      if (!more.some((device) => device.deviceId === id)) continue;
      chosen[kind] = id;
      const { deviceId, ...rest } = asked[kind];
      asked[kind] = rest;
    }
    const stream = await capture.call(this, asked);
    for (const track of stream.getTracks()) {
      if (!chosen[track.kind]) continue;
      ids.set(track, chosen[track.kind]);
      tracks.push(track);
    }
    return stream;
  };
  MediaDevices.prototype.enumerateDevices = async function () {
    return [...await list.apply(this), ...more];
  };
  MediaStreamTrack.prototype.getSettings = function () {
    const deviceId = ids.get(this);
    return deviceId ? { ...getSettings.apply(this), deviceId, groupId: deviceId } : getSettings.apply(this);
  };

  // The number of devices in use.
  window.tincanDevices = () => tracks.filter((track) => track.readyState === 'live').length;

  const changed = () => navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
  window.plugIn = (name) => {
    const device = (kind, label) => ({ kind, deviceId: `${kind}-${name}`, label, groupId: `${kind}-${name}` });
    more = [device('videoinput', `Camera ${name}`), device('audioinput', `Microphone ${name}`)];
    changed();
  };
  // As a browser does: the tracks end, and the page is notified of a new list of devices.
  window.unplug = () => {
    more = [];
    for (const track of tracks.splice(0)) {
      if (track.readyState === 'ended') continue;
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
    changed();
  };
})();
