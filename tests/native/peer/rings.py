"""Rings: section 12 of PROTOCOL.md."""

import time

RING_FOR = 45
CALLEE_PATIENCE = 50
ABSENT_RING = 10


class Incoming:
    """The rings of one peer."""

    def __init__(self):
        self.over = 0
        self.ring = None
        self.until = None
        # None while it rings, then the answer.
        self.answer = None
        # The person came for this ring and has seen nobody in the call yet.
        self.may_go_back = False


class Rings:
    """The ring that a client makes, and those that it gets."""

    def __init__(self, client):
        self.client = client
        self.last = 0
        self.until = None
        # What each peer that is rung has answered; `None` while it rings.
        self.answers = {}
        self.results = []
        self.incoming = {}

    def _of(self, peer):
        return self.incoming.setdefault(peer.id, Incoming())

    def rung_by(self):
        """Returns the names of those that ring this client."""
        rings = (number for number, one in self.incoming.items() if one.ring and not one.answer)
        return [self.client.peers[number].state["name"] for number in rings]

    def status(self):
        """Returns whether this client rings, and how its rings were answered."""
        return {"rings": self.until is not None, "results": self.results}

    async def start(self):
        """Rings everybody in the lobby."""
        self.last = self.client.count("ring")
        self.until = time.monotonic() + RING_FOR
        self.answers = {}
        await self.reconcile()

    async def cancel(self):
        """Gives up."""
        waiting = [number for number, answer in self.answers.items() if answer is None]
        self.until, self.answers = None, {}
        for number in waiting:
            await self._send(self.client.peers[number], "cancel", self.last)

    async def answer(self, kind):
        """Answers everybody who rings."""
        for number, one in self.incoming.items():
            if one.ring and not one.answer:
                one.answer = kind
                one.may_go_back = kind == "accept"
                await self._send(self.client.peers[number], kind, one.ring)
        if kind == "accept":
            await self.client.join()

    async def appear(self, peer):
        """Tells a peer that was named what still counts."""
        if self.until is not None and peer.id in self.answers:
            if self.answers[peer.id] is None:
                await self._send(peer, "invite", self.last)
            return
        over = self.last - 1 if self.until is not None else self.last
        if over > 0:
            await self._send(peer, "cancel", over)

    def left(self, peer):
        """A peer has hung up."""
        if peer.id in self.answers:
            self.answers[peer.id] = "gone"
        one = self._of(peer)
        one.over = max(one.over, one.ring or 0)
        one.ring = one.answer = None

    async def on_message(self, peer, kind, ring):
        """Handles the messages of a ring."""
        if kind == "invite":
            await self._on_invite(peer, ring)
        elif kind == "cancel":
            await self._on_cancel(peer, ring)
        elif self.until is not None and ring == self.last and self.answers.get(peer.id, "") is None:
            self.answers[peer.id] = kind
            self.results.append(kind)

    async def _on_invite(self, peer, ring):
        one = self._of(peer)
        if ring <= one.over:
            return
        if one.ring is not None and ring <= one.ring:
            if ring == one.ring and one.answer:
                await self._send(peer, one.answer, ring)
            return
        one.ring, one.answer = ring, None
        one.until = time.monotonic() + CALLEE_PATIENCE
        if self.client.in_call or self.until is not None:
            one.answer = "accept"
            await self._send(peer, "accept", ring)
            self.until = None
            await self.client.join()

    async def _on_cancel(self, peer, ring):
        one = self._of(peer)
        one.over = max(one.over, ring)
        if one.ring is None or one.ring > ring:
            return
        goes_back, one.may_go_back = one.may_go_back, False
        one.ring = one.answer = None
        somebody = any(other.in_call for other in self.client.peers.values())
        if goes_back and not somebody:
            await self.client.leave_call()

    async def reconcile(self):
        """Rings whoever appears, and sees who came or did not answer."""
        for peer in self.client.peers.values():
            one = self._of(peer)
            if peer.in_call:
                one.may_go_back = False
            if one.ring and not one.answer and time.monotonic() > one.until:
                one.over, one.ring = one.ring, None
            if self.until is None:
                continue
            if peer.in_call and self.answers.get(peer.id, "") is None:
                self.answers[peer.id] = "accept"
                self.results.append("accept")
            if peer.state and not peer.in_call and peer.present and peer.id not in self.answers:
                self.answers[peer.id] = None
                await self._send(peer, "invite", self.last)
        if self.until is None:
            return
        if "accept" in self.answers.values():
            await self.client.join()
        if self.answers and None not in self.answers.values():
            self.until = None
        elif time.monotonic() > self.until:
            await self.cancel()

    async def _send(self, peer, kind, ring):
        await self.client.send(peer, {"type": kind, "ring": ring})
