// A call of two without any library: perfect negotiation (WebRTC 1.0, section 10.7) over a relay
// that passes on what it gets. All work begins at the click on "Join". The fragment is the relay's
// address.

const own = document.querySelector("#own");
const other = document.querySelector("#other");
const button = document.querySelector("button");

const capture = () => navigator.mediaDevices.getUserMedia({
  audio: true,
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
});

// Makes the connection. The second to join is the polite one, and the one that offers.
const connect = (stream, isPolite, send) => {
  const connection = new RTCPeerConnection();
  let isOffering = false;
  let ignores = false;
  connection.ontrack = ({ streams }) => {
    other.srcObject = streams[0];
  };
  connection.onicecandidate = ({ candidate }) => send({ candidate });
  connection.onnegotiationneeded = async () => {
    try {
      isOffering = true;
      await connection.setLocalDescription();
      send({ description: connection.localDescription });
    } finally {
      isOffering = false;
    }
  };
  const receive = async ({ description, candidate }) => {
    if (description) {
      const collides = description.type === "offer"
        && (isOffering || connection.signalingState !== "stable");
      ignores = !isPolite && collides;
      if (ignores) return;
      await connection.setRemoteDescription(description);
      if (description.type === "offer") {
        await connection.setLocalDescription();
        send({ description: connection.localDescription });
      }
    } else if (candidate && !ignores) {
      await connection.addIceCandidate(candidate);
    }
  };
  for (const track of stream.getTracks()) connection.addTrack(track, stream);
  return receive;
};

const join = (stream) => {
  const isFirst = !new URLSearchParams(location.search).has("second");
  const relay = new WebSocket(location.hash.slice(1));
  const waiting = [];
  const send = (message) => {
    const text = JSON.stringify(message);
    if (relay.readyState === WebSocket.OPEN) relay.send(text);
    else waiting.push(text);
  };
  relay.onopen = () => {
    document.body.dataset.joined = "";
    for (const text of waiting.splice(0)) relay.send(text);
  };
  let receive = isFirst ? undefined : connect(stream, true, send);
  relay.onmessage = ({ data }) => {
    receive ??= connect(stream, false, send);
    receive(JSON.parse(data));
  };
};

const stream = await capture();
own.srcObject = stream;
button.hidden = false;
button.onclick = () => join(stream);
