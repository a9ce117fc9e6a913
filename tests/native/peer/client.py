"""A client in one room: sections 8, 9 and 12 of PROTOCOL.md."""

import asyncio
import time

from . import wire
from .features import Features
from .link import KIND, Link
from .media import Received
from .rings import Rings
from .session import Session

ABSENT_LINK = 15
EARLY_LIMIT = 32
SOURCES = tuple(KIND)


class Peer:
    """What is known of another client."""

    def __init__(self, number):
        self.id = number
        self.present = True
        self.state = None
        self.link = None
        self.absent_since = None
        self.viewport = None
        self.received = {source: Received() for source in SOURCES}

    @property
    def in_call(self):
        """Whether the peer is in the call, as it says."""
        return self.state is not None and self.state["in_call"]

    def status(self):
        """Returns everything that a test asks for."""
        link = self.link
        return {
            "present": self.present,
            "state": self.state,
            "connection": link.state if link else None,
            "polite": link.polite if link else None,
            "counts": link.counts if link else None,
            "viewport": self.viewport,
            "received": {source: one.status() for source, one in self.received.items()},
        }


class Client:
    """One client in one room, with a camera and a microphone."""

    def __init__(self, url, room, name, secret):
        self.room, self.name = room, name
        self.me = wire.peer_id(secret)
        self.envelopes = wire.Envelopes(room, self.me)
        join = {"room": wire.encode(room.id), "secret": wire.encode(secret)}
        self.session = Session(url, join, self.on_frame)
        self.encoders = wire.Encoders()
        self.counters = {}
        self.peers = {}
        self.early = []
        self.in_call = False
        self.sending = {"microphone", "camera"}
        self.rings = Rings(self)
        self.features = Features(self)
        self.revision = self.count("revision")
        self.notes = []
        self.tasks = set()

    def count(self, counter):
        """Returns the next value of a counter."""
        self.counters[counter] = self.counters.get(counter, 0) + 1
        return self.counters[counter]

    def note(self, text):
        """Keeps a line for whoever looks for a fault."""
        self.notes.append(text)

    def spawn(self, work):
        """Runs something beside everything else."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def run(self):
        """Stays in the room."""
        self.spawn(self.session.run())
        while True:
            await asyncio.sleep(0.25)
            await self.reconcile()

    async def send(self, peer, message):
        """Seals a message and sends it, if the peer can be reached."""
        if peer.present and self.session.online:
            payload = self.envelopes.seal(self.encoders.write(message), peer.id)
            frame = {"type": "signal", "to": wire.encode(peer.id), "payload": payload}
            await self.session.send(frame)

    async def tell_state(self, peer):
        """Tells a peer how this client stands."""
        sources = {source: "on" if source in self.sending else "off" for source in SOURCES}
        await self.send(
            peer,
            {
                "type": "state",
                "revision": self.revision,
                "name": self.name,
                "in_call": self.in_call,
                "sources": sources,
            },
        )

    async def tell_all(self):
        """Tells everybody that something of the state has changed."""
        self.revision = self.count("revision")
        for peer in self.peers.values():
            await self.tell_state(peer)

    async def on_frame(self, frame):
        """Handles a frame of the server."""
        try:
            kind = frame.get("type")
            if kind == "joined":
                await self._on_joined(frame)
            elif kind == "peer_joined":
                await self._appear(wire.decode_id(frame.get("peer")))
            elif kind == "peer_left":
                self._vanish(wire.decode_id(frame.get("peer")))
            elif kind == "signal":
                await self._on_signal(frame)
        except wire.Invalid as error:
            self.note(f"dropped: {error}")
        await self.reconcile()

    async def _on_joined(self, frame):
        if wire.decode_id(frame.get("peer")) != self.me:
            raise SystemExit("this server does not know who this client is")
        named = wire.elements(frame, "peers", wire.decode_id)
        for number in self.peers:
            if number not in named:
                self._vanish(number)
        for number in named:
            await self._appear(number)

    async def _appear(self, number):
        peer = self.peers.setdefault(number, Peer(number))
        peer.present, peer.absent_since = True, None
        await self.tell_state(peer)
        await self.rings.appear(peer)
        await self.features.tell(peer)
        if peer.link:
            peer.link.inbox.put_nowait({"type": "resync"})
        waiting, self.early = self.early, []
        for sender, message in waiting:
            await self._on_message(sender, message)

    def _vanish(self, number):
        if number in self.peers:
            self.peers[number].present = False

    async def _on_signal(self, frame):
        sender = wire.decode_id(frame.get("from"))
        message = wire.read(self.envelopes.open(wire.string(frame, "payload"), sender))
        await self._on_message(sender, message)

    async def _on_message(self, sender, message):
        peer = self.peers.get(sender)
        if peer is None:
            self.early = (self.early + [(sender, message)])[-EARLY_LIMIT:]
            return
        kind = wire.string(message, "type")
        if kind == "state":
            self._on_state(peer, message)
        elif kind == "hang_up":
            revision = wire.number(message, "revision")
            if peer.state and revision > peer.state["revision"]:
                peer.state.update(revision=revision, in_call=False)
                self.rings.left(peer)
        elif kind in ("invite", "accept", "decline", "busy", "cancel"):
            await self.rings.on_message(peer, kind, wire.number(message, "ring"))
        elif kind == "viewport":
            self.features.on_message(peer, message, "server")
        elif peer.link and kind in ("offer", "answer", "candidate", "candidates"):
            peer.link.inbox.put_nowait(negotiation(kind, message))

    @staticmethod
    def _on_state(peer, message):
        state = {
            "revision": wire.number(message, "revision"),
            "name": wire.string(message, "name"),
            "in_call": wire.boolean(message, "in_call"),
            "sources": wire.mapping(message, "sources"),
        }
        if peer.state is None or peer.state["revision"] < state["revision"]:
            peer.state = state

    async def reconcile(self):
        """Opens and closes connections, and ends rings, as everything now stands."""
        await self.rings.reconcile()
        for peer in list(self.peers.values()):
            wanted = self.in_call and peer.in_call
            if wanted and peer.link is None and peer.present:
                peer.link = Link(self, peer)
            elif peer.link and (not wanted or self._is_gone(peer)):
                peer.link.close()
                peer.link = None

    @staticmethod
    def _is_gone(peer):
        if peer.present or peer.link.state == "connected":
            peer.absent_since = None
            return False
        peer.absent_since = peer.absent_since or time.monotonic()
        return time.monotonic() > peer.absent_since + ABSENT_LINK

    async def join(self):
        """Joins the call."""
        if not self.in_call:
            self.in_call = True
            await self.tell_all()
            await self.reconcile()

    async def leave_call(self):
        """Goes back to the lobby."""
        if self.in_call:
            self.in_call = False
            await self.tell_all()
            await self.reconcile()

    async def hang_up(self):
        """Leaves the call and the room."""
        revision = self.count("revision")
        for peer in self.peers.values():
            await self.send(peer, {"type": "hang_up", "revision": revision})
        self.in_call = False
        await self.session.leave()
        await self.reconcile()

    async def share(self, is_shared):
        """Starts or stops sharing a screen."""
        if is_shared:
            self.sending.add("screen")
        else:
            self.sending.discard("screen")
        await self.tell_all()
        for peer in self.peers.values():
            if peer.link:
                peer.link.inbox.put_nowait({"type": "tracks"})

    def status(self):
        """Returns everything that a test asks for."""
        return {
            "online": self.session.online,
            "joined": self.session.joined,
            "refusals": self.session.refusals,
            "in_call": self.in_call,
            "rung_by": self.rings.rung_by(),
            "ring": self.rings.status(),
            "sent": self.features.sent,
            "files": self.features.files.status(),
            "peers": [peer.status() for peer in self.peers.values()],
            "notes": self.notes[-20:],
        }


def negotiation(kind, message):
    """Reads an offer, an answer or candidates."""
    read = {"type": kind, "connection": wire.number(message, "connection")}
    if kind == "offer":
        sources = wire.mapping(message, "sources")
        read["to"] = wire.number(message, "to", required=False)
        read["sources"] = {mid: one for mid, one in sources.items() if one in SOURCES}
    elif kind == "answer":
        read["voids"] = wire.number(message, "voids", required=False)
    if kind in ("offer", "answer"):
        read["negotiation"] = wire.number(message, "negotiation")
        read["sdp"] = wire.string(message, "sdp")
        return read
    if kind == "candidate":
        message = {"candidates": [message.get("candidate")]}
    read["type"] = "candidates"
    read["candidates"] = wire.elements(message, "candidates", candidate)
    return read


def candidate(one):
    """Reads a candidate."""
    if not isinstance(one, dict):
        raise wire.Invalid("a candidate is no object")
    return {
        "candidate": wire.string(one, "candidate"),
        "sdpMid": wire.string(one, "sdpMid", required=False),
        "sdpMLineIndex": wire.number(one, "sdpMLineIndex", required=False),
        "usernameFragment": wire.string(one, "usernameFragment", required=False),
    }
