"""Messages of features, and the data channel that carries them: section 13 of PROTOCOL.md."""

from . import wire
from .files import Files

CHANNEL_ID = 0
MAX_MESSAGE_BYTES = 48_920


class Channel:
    """The data channel of one connection."""

    def __init__(self, features, pc, peer):
        self.features, self.peer = features, peer
        self.carries = False
        self.raw = pc.createDataChannel("messages", negotiated=True, id=CHANNEL_ID)
        self.raw.on("open", self._on_open)
        self.raw.on("message", self._on_message)
        self.raw.on("close", self._on_close)

    def send(self, message):
        """Sends a message, which must fit."""
        text = self.features.client.encoders.write(message)
        if len(text.encode()) > MAX_MESSAGE_BYTES:
            raise wire.Invalid("the message is too large")
        self.raw.send(text)

    def _on_open(self):
        self.send({"type": "hello"})

    def _on_message(self, data):
        if not self.carries:
            self.carries = True
            self.features.client.spawn(self.features.tell(self.peer))
        if not isinstance(data, str) or len(data.encode(errors="replace")) > MAX_MESSAGE_BYTES:
            return
        try:
            message = wire.read(data)
            self.features.on_message(self.peer, message, "channel")
        except wire.Invalid as error:
            self.features.client.note(f"dropped: {error}")

    def _on_close(self):
        if self.carries:
            self.carries = False
            self.features.client.spawn(self.features.tell(self.peer))


class Features:
    """The features of a client: the sizes at which videos are shown, and files."""

    def __init__(self, client):
        self.client = client
        self.files = Files(client)
        self.has_channel = True
        self.height = None
        self.sent = {"channel": 0, "server": 0}

    def open_channel(self, pc, peer):
        """Creates the channel of a connection, if this client has one."""
        return Channel(self, pc, peer) if self.has_channel else None

    async def give_up_channel(self):
        """Is a client without data channels from now on."""
        self.has_channel = False

    async def show(self, height):
        """Shows the cameras of all peers so tall."""
        self.height = height
        for peer in self.client.peers.values():
            await self.tell(peer)

    async def tell(self, peer):
        """Tells a peer how tall its camera is shown, and what it may have missed of files."""
        self.files.tell(peer)
        if self.height is None:
            return
        revision = self.client.count("viewport")
        message = {"type": "viewport", "revision": revision, "camera": self.height, "screen": 0}
        channel = peer.link.channel if peer.link else None
        if channel and channel.carries:
            self.sent["channel"] += 1
            channel.send(message)
        else:
            self.sent["server"] += 1
            await self.client.send(peer, message)

    def on_message(self, peer, message, way):
        """Takes a message that came by the data channel or by the server."""
        kind = wire.string(message, "type")
        if kind.startswith("file_") and way == "channel":
            self.files.on_message(peer, message)
        if kind != "viewport":
            return
        names = ("revision", "camera", "screen")
        viewport = {name: wire.number(message, name) for name in names}
        if peer.viewport is None or peer.viewport["revision"] < viewport["revision"]:
            peer.viewport = {**viewport, "way": way}
