"""One connection with a peer: sections 10, 11, 13 and 14 of PROTOCOL.md.

aiortc can neither restart ICE nor roll an offer back, and its offers do not keep the payload types
of a connection that the peer offered. So this client starts over with a new connection where others
would do one of these.
"""

import asyncio
import re
import time

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.sdp import candidate_from_sdp

from .media import Picture, Tone

FIRST_OFFER_PATIENCE = 3
RESEND_FIRST, RESEND_LIMIT = 3, 12
CLOSED_PATIENCE = 2
KIND = {"microphone": "audio", "camera": "video", "screen": "video", "screen_audio": "audio"}
MOST_CANDIDATES = 100


def ufrags(sdp):
    """Returns the ICE generations of a description."""
    return set(re.findall(r"^a=ice-ufrag:(\S+)", sdp, re.MULTILINE))


class Link:
    """The connection with one peer. Messages are handled one after the other."""

    def __init__(self, client, peer):
        self.client, self.peer = client, peer
        self.polite = client.me < peer.id
        self.inbox = asyncio.Queue()
        self.counts = {"connections": 0, "restarts": 0, "crossings": 0, "answers": 0, "offers": 0}
        self.void = self.begun = 0
        self.answered = None
        self.early = []
        self.pc = self.channel = None
        self.begin_at = time.monotonic() + (FIRST_OFFER_PATIENCE if self.polite else 0)
        self.task = asyncio.create_task(self._run())

    @property
    def state(self):
        """The state of the connection."""
        return self.pc.connectionState if self.pc else "new"

    def close(self):
        """Closes the connection for good."""
        self.task.cancel()
        self._drop_connection()

    async def _run(self):
        self._new_connection()
        while True:
            if self._wants_offer():
                if self.answered and self.answered[0][0] == self.connection:
                    self._start_over()
                await self._guarded(self._offer())
                continue
            try:
                async with asyncio.timeout_at(self._deadline()):
                    message = await self.inbox.get()
            except asyncio.TimeoutError:
                await self._on_time()
            else:
                await self._guarded(self._on(message))

    async def _guarded(self, step):
        try:
            await step
        except Exception as error:  # noqa: BLE001: whatever the library refuses, start over
            self.client.note(f"a negotiation failed: {error!r}")
            self._start_over()

    def _new_connection(self):
        self.counts["connections"] += 1
        self.connection = self.client.count("connection")
        self.paired = None
        self.awaiting = None
        self.resend_at = self.closed_at = None
        self.remote = set()
        self.sources = {}
        self.shown = set()
        self.tracks = {}
        pc = RTCPeerConnection(RTCConfiguration(bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.pc = pc
        self.channel = None

        pc.on("datachannel", self.client.features.files.on_channel)

        @pc.on("connectionstatechange")
        def on_state():
            if self.pc is pc and pc.connectionState in ("failed", "closed"):
                self.closed_at = time.monotonic()
                self.inbox.put_nowait({"type": "wake"})

    def _open_channel(self):
        # Before the first offer or answer. aiortc bundles it only if there are media sections.
        if self.channel is None:
            self.channel = self.client.features.open_channel(self.pc, self.peer)

    def _drop_connection(self):
        old, self.pc, self.channel = self.pc, None, None
        if old is not None:
            self.client.spawn(old.close())

    def _start_over(self):
        self._drop_connection()
        self._new_connection()
        self.begin_at = time.monotonic()

    def _wants_offer(self):
        missing = [source for source in self._wanted() if source not in self.sources.values()]
        may_begin = self.paired is not None or time.monotonic() >= self.begin_at
        return self.awaiting is None and may_begin and missing and self._reachable()

    def _reachable(self):
        return self.client.session.online and self.peer.present

    def _wanted(self):
        shared = (source for source in ("screen", "screen_audio") if source in self.client.sending)
        return ["microphone", "camera", *shared]

    def _deadline(self):
        times = [self.resend_at] if self.awaiting else []
        if self.paired is None and self.awaiting is None and self._reachable():
            times.append(self.begin_at)
        if self.closed_at is not None:
            times.append(self.closed_at + CLOSED_PATIENCE)
        if not times:
            return None
        # The loop has the same clock.
        return max(min(times), time.monotonic() + 0.01)

    async def _on_time(self):
        now = time.monotonic()
        if self.closed_at is not None and now >= self.closed_at + CLOSED_PATIENCE:
            self._start_over()
        elif self.awaiting and now >= self.resend_at:
            self.wait = min(2 * self.wait, RESEND_LIMIT)
            self.resend_at = now + self.wait
            await self._send_offer()

    async def _on(self, message):
        kind = message["type"]
        if kind == "offer":
            await self._on_offer(message)
        elif kind == "answer":
            await self._on_answer(message)
        elif kind == "candidates":
            known = [(message["connection"], one) for one in message["candidates"]]
            self.early = (self.early + known)[-MOST_CANDIDATES:]
            await self._add_candidates()
        elif kind == "resync" and self.awaiting:
            await self._send_offer()
        elif kind == "tracks":
            self._send_tracks()

    async def _offer(self):
        for source in self._wanted():
            if source not in self.sources.values():
                section = self.pc.addTransceiver(KIND[source], direction="sendrecv")
                section.source = source
        self._open_channel()
        self.begun = self.client.count("negotiation")
        await self.pc.setLocalDescription(await self.pc.createOffer())
        for section in self.pc.getTransceivers():
            self.sources[section.mid] = section.source
        self.awaiting = {
            "type": "offer",
            "connection": self.connection,
            "negotiation": self.begun,
            "sdp": self.pc.localDescription.sdp,
            "sources": dict(self.sources),
        }
        if self.paired is not None:
            self.awaiting["to"] = self.paired
        self.wait = RESEND_FIRST
        self.resend_at = time.monotonic() + self.wait
        self.counts["offers"] += 1
        await self._send_offer()

    async def _send_offer(self):
        await self.client.tell_state(self.peer)
        await self.client.send(self.peer, self.awaiting)

    async def _on_offer(self, offer):
        negotiation, theirs, to = offer["negotiation"], offer["connection"], offer["to"]
        if self.answered and self.answered[0] == (self.connection, negotiation):
            await self.client.send(self.peer, self.answered[1])
        elif negotiation <= self.void:
            return
        elif to is None and self.paired is None:
            await self._take_or_cross(offer)
        elif to is None and theirs > self.paired:
            self._drop_connection()
            self._new_connection()
            await self._take(offer)
        elif to == self.connection and self.paired == theirs:
            await self._take_or_cross(offer)
        elif to == self.connection and self.paired is None:
            # Its answer to this side's offer is on its way.
            asyncio.get_running_loop().call_later(0.2, self.inbox.put_nowait, offer)
        elif self.paired is None:
            self.begin_at = time.monotonic()

    async def _take_or_cross(self, offer):
        if self.awaiting:
            self.counts["crossings"] += 1
            if not self.polite:
                return
            paired = self.paired
            self._drop_connection()
            self._new_connection()
            if paired is not None:
                self.begin_at = time.monotonic()
                return
        if self.remote and not ufrags(offer["sdp"]) <= self.remote:
            self.counts["restarts"] += 1
            self._start_over()
            return
        await self._take(offer)

    async def _take(self, offer):
        self.void = max(self.void, offer["negotiation"] - 1)
        self.paired = offer["connection"]
        self.closed_at = None
        await self.pc.setRemoteDescription(RTCSessionDescription(offer["sdp"], "offer"))
        self.sources.update(offer["sources"])
        for section in self.pc.getTransceivers():
            section.source = self.sources.get(section.mid)
            section.direction = "sendrecv" if section.source else "inactive"
        self._open_channel()
        await self.pc.setLocalDescription(await self.pc.createAnswer())
        answer = {
            "type": "answer",
            "connection": self.connection,
            "negotiation": offer["negotiation"],
            "sdp": self.pc.localDescription.sdp,
        }
        if self.begun:
            answer["voids"] = self.begun
        self.answered = ((self.connection, offer["negotiation"]), answer)
        self.counts["answers"] += 1
        await self.client.send(self.peer, answer)
        await self._agreed(offer["sdp"])

    async def _on_answer(self, answer):
        if not self.awaiting or answer["negotiation"] != self.awaiting["negotiation"]:
            return
        if self.paired not in (None, answer["connection"]):
            return
        self.paired = answer["connection"]
        self.awaiting = None
        self.void = max(self.void, answer["voids"] or 0)
        await self.pc.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer"))
        await self._agreed(answer["sdp"])

    async def _agreed(self, sdp):
        self.remote = ufrags(sdp)
        await self._add_candidates()
        self._send_tracks()
        for section in self.pc.getTransceivers():
            track = section.receiver.track
            if section.source and track is not None and track.id not in self.shown:
                self.shown.add(track.id)
                self.client.spawn(self.peer.received[section.source].take(track))

    def _send_tracks(self):
        for section in self.pc.getTransceivers() if self.pc else []:
            section.sender.replaceTrack(self._track(section.source))

    def _track(self, source):
        # Each connection has tracks of its own: aiortc stops them with the connection.
        if source not in self.client.sending:
            self.tracks.pop(source, None)
        elif source not in self.tracks:
            self.tracks[source] = Picture() if KIND[source] == "video" else Tone()
        return self.tracks.get(source)

    async def _add_candidates(self):
        waiting, self.early = self.early, []
        for connection, one in waiting:
            if self.paired is None or connection > self.paired:
                self.early.append((connection, one))
            elif connection == self.paired and self._fits(one):
                await self._add(one)
            elif connection == self.paired:
                self.early.append((connection, one))

    def _fits(self, candidate):
        fragment = candidate["usernameFragment"]
        return bool(self.remote) if fragment is None else fragment in self.remote

    async def _add(self, candidate):
        text = candidate["candidate"].removeprefix("candidate:")
        # Names are resolved by multicast, which leaves the machine.
        if not text or ".local " in text:
            return
        parsed = candidate_from_sdp(text)
        parsed.sdpMid, parsed.sdpMLineIndex = candidate["sdpMid"], candidate["sdpMLineIndex"]
        if parsed.sdpMid is None and parsed.sdpMLineIndex is None:
            parsed.sdpMLineIndex = 0
        await self.pc.addIceCandidate(parsed)
