"""Files: section 9 of PROTOCOL.md."""

import asyncio
import hashlib
import os

from . import wire

PIECE_BYTES = 1_048_576
MESSAGE_BYTES = 65_536
WINDOW = 16
PROTOCOL = "tincan-file"
LOW_WATERMARK = 262_144


def digest(data):
    """Returns a digest as the protocol has it."""
    return wire.encode(hashlib.sha256(data).digest())


class Incoming:
    """A file of a peer, in memory."""

    def __init__(self, encoders, offer):
        self.encoders = encoders
        self.name = wire.string(offer, "name")
        self.size = wire.number(offer, "size")
        self.pieces, self.digests = [], []
        self.current = None
        self.answer = "accepted"

    def take(self, channel):
        """Receives by a channel from now on."""

        @channel.on("message")
        def on_message(data):
            if isinstance(data, bytes):
                self._on_bytes(channel, data)
            else:
                self._on_text(channel, wire.read(data))

        self.current = None
        channel.send(self.encoders.write({"type": "want", "piece": len(self.pieces)}))

    def _on_text(self, channel, message):
        kind = wire.string(message, "type")
        if kind == "piece" and wire.number(message, "piece") == len(self.pieces):
            self.current = (wire.string(message, "digest"), bytearray())
            self._store(channel)
        elif kind == "end":
            whole = digest(b"".join(self.digests))
            is_right = whole == wire.string(message, "digest")
            self.answer = "received" if is_right else "failed"
            self.on_answer()

    def _on_bytes(self, channel, data):
        if self.current:
            self.current[1].extend(data)
            self._store(channel)

    def _store(self, channel):
        expected, data = self.current
        start = len(self.pieces) * PIECE_BYTES
        if len(data) < min(PIECE_BYTES, self.size - start):
            return
        self.current = None
        if digest(data) != expected:
            channel.send(self.encoders.write({"type": "want", "piece": len(self.pieces)}))
            return
        self.pieces.append(bytes(data))
        self.digests.append(hashlib.sha256(data).digest())
        channel.send(self.encoders.write({"type": "have", "pieces": len(self.pieces)}))

    def status(self):
        """Returns what a test asks for."""
        whole = digest(b"".join(self.pieces))
        return {"name": self.name, "answer": self.answer, "digest": whole}


class Outgoing:
    """A file for a peer."""

    def __init__(self, encoders, name, data):
        self.encoders = encoders
        self.name, self.data = name, data
        self.answer = None
        self.next, self.stored = None, 0
        self.changed = asyncio.Event()

    async def send(self, channel):
        """Sends by a channel what the receiver wants."""
        drained = asyncio.Event()
        channel.bufferedAmountLowThreshold = LOW_WATERMARK
        channel.on("bufferedamountlow", drained.set)

        @channel.on("message")
        def on_message(text):
            message = wire.read(text)
            kind = wire.string(message, "type")
            if kind == "want":
                self.next = self.stored = wire.number(message, "piece")
            elif kind == "have":
                self.stored = wire.number(message, "pieces")
            self.changed.set()

        pieces = [
            self.data[start : start + PIECE_BYTES] for start in range(0, len(self.data), PIECE_BYTES)
        ]
        while self.answer == "accepted":
            at = self.next
            if at is None or at > len(pieces) or (at < len(pieces) and at >= self.stored + WINDOW):
                self.changed.clear()
                await self.changed.wait()
            elif at == len(pieces):
                digests = b"".join(hashlib.sha256(piece).digest() for piece in pieces)
                channel.send(self.encoders.write({"type": "end", "digest": digest(digests)}))
                self.next = None
            else:
                header = {"type": "piece", "piece": at, "digest": digest(pieces[at])}
                channel.send(self.encoders.write(header))
                for start in range(0, len(pieces[at]), MESSAGE_BYTES):
                    channel.send(pieces[at][start : start + MESSAGE_BYTES])
                    drained.clear()
                    if channel.bufferedAmount > LOW_WATERMARK:
                        await drained.wait()
                if self.next == at:
                    self.next = at + 1


class Files:
    """The files of a client. It accepts everything."""

    def __init__(self, client):
        self.client = client
        self.incoming, self.outgoing = {}, {}

    async def offer(self):
        """Offers a file to all peers."""
        for peer in self.client.peers.values():
            # Three pieces and a part of one.
            data = os.urandom(3 * PIECE_BYTES + 1000)
            self.outgoing[wire.encode(os.urandom(16))] = (peer, Outgoing(self.client.encoders, "notes.bin", data))
            self.tell(peer)

    def tell(self, peer):
        """Repeats the offers and answers that a peer may have missed."""
        for transfer, (other, file) in self.outgoing.items():
            if other is peer and file.answer in (None, "accepted"):
                offer = {"type": "file_offer", "transfer": transfer}
                self._send(peer, {**offer, "name": file.name, "size": len(file.data)})

    def on_message(self, peer, message):
        """Takes a message that came by the data channel."""
        kind, transfer = wire.string(message, "type"), wire.string(message, "transfer")
        if kind == "file_offer":
            if transfer not in self.incoming:
                self.incoming[transfer] = Incoming(self.client.encoders, message)
            self.incoming[transfer].on_answer = lambda: self._answer(peer, transfer)
            self._answer(peer, transfer)
        elif kind == "file_answer" and transfer in self.outgoing:
            file = self.outgoing[transfer][1]
            is_first = file.answer is None
            file.answer = wire.string(message, "answer")
            file.changed.set()
            if is_first and file.answer == "accepted":
                channel = peer.link.pc.createDataChannel(transfer, protocol=PROTOCOL)
                self.client.spawn(file.send(channel))

    def on_channel(self, channel):
        """Takes a data channel that a peer has opened."""
        file = self.incoming.get(channel.label)
        if file and channel.protocol == PROTOCOL:
            file.take(channel)
        else:
            channel.close()

    def status(self):
        """Returns what a test asks for."""
        sent = [
            {"name": file.name, "answer": file.answer, "digest": digest(file.data)}
            for _, file in self.outgoing.values()
        ]
        return {"sent": sent, "received": [file.status() for file in self.incoming.values()]}

    def _answer(self, peer, transfer):
        answer = self.incoming[transfer].answer
        self._send(peer, {"type": "file_answer", "transfer": transfer, "answer": answer})

    @staticmethod
    def _send(peer, message):
        channel = peer.link.channel if peer.link else None
        if channel and channel.carries:
            channel.send(message)
