// A call of two by PeerJS. All work begins at the click on "Join". The fragment is the host and the
// port of its server, and the room.

const own = document.querySelector("#own");
const other = document.querySelector("#other");
const button = document.querySelector("button");

const join = (stream) => {
  const [host, port, room] = location.hash.slice(1).split(":");
  const isFirst = !new URLSearchParams(location.search).has("second");
  const show = (call) => call.on("stream", (remote) => {
    other.srcObject = remote;
  });
  const peer = new Peer(`${room}-${isFirst ? "first" : "second"}`, {
    host,
    port: Number(port),
    path: "/",
    // Like the others, without servers of anybody else.
    config: { iceServers: [] },
  });
  peer.on("open", () => {
    document.body.dataset.joined = "";
    if (!isFirst) show(peer.call(`${room}-first`, stream));
  });
  peer.on("call", (call) => {
    show(call);
    call.answer(stream);
  });
};

const stream = await navigator.mediaDevices.getUserMedia({
  audio: true,
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
});
own.srcObject = stream;
button.hidden = false;
button.onclick = () => join(stream);
