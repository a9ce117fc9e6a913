"""The connection to the signaling server: sections 5 and 6 of PROTOCOL.md."""

import asyncio
import json
import random

import websockets
from websockets.asyncio.client import connect

from . import wire

BACKOFF = [0, 0.5, 1, 2, 4, 8, 15]
JOIN_TIMEOUT = 10
PING_INTERVAL = 20
PONG_TIMEOUT = 10


class Session:
    """Enters the room, and enters it again whenever the connection is lost."""

    def __init__(self, url, join, on_frame):
        self.url = url
        self.join = {"type": "join", "v": 1, **join}
        self.on_frame = on_frame
        self.socket = None
        self.joined = 0
        self.refusals = []
        self.pong = asyncio.Event()
        self.left = False

    @property
    def online(self):
        """Whether the client is in the room."""
        return self.socket is not None

    async def send(self, frame):
        """Sends a frame; without a connection it is lost."""
        if self.socket is not None:
            try:
                await self.socket.send(json.dumps(frame))
            except websockets.ConnectionClosed:
                pass

    async def leave(self):
        """Leaves the room for good."""
        self.left = True
        await self.send({"type": "leave"})

    async def run(self):
        """Stays in the room until it has left."""
        failed = 0
        while not self.left:
            joined = self.joined
            try:
                await self._visit()
            except (OSError, websockets.WebSocketException, asyncio.TimeoutError):
                pass
            self.socket = None
            failed = 1 if self.joined > joined else failed + 1
            wait = BACKOFF[min(failed - 1, len(BACKOFF) - 1)]
            await asyncio.sleep(wait * random.uniform(0.5, 1))

    async def _visit(self):
        options = {"compression": None, "max_size": wire.MAX_FRAME_BYTES, "proxy": None}
        async with connect(self.url, ping_interval=None, **options) as socket:
            await socket.send(json.dumps(self.join))
            async with asyncio.timeout(JOIN_TIMEOUT):
                while True:
                    frame = self._read(await socket.recv())
                    if frame.get("type") == "error":
                        return
                    if frame.get("type") == "joined":
                        break
            self.joined += 1
            self.socket = socket
            await self.on_frame(frame)
            keepalive = asyncio.create_task(self._keep_alive(socket))
            try:
                async for text in socket:
                    frame = self._read(text)
                    if frame.get("type") == "error":
                        return
                    if frame.get("type") == "pong":
                        self.pong.set()
                    await self.on_frame(frame)
            finally:
                keepalive.cancel()

    def _read(self, text):
        try:
            frame = wire.read(text) if isinstance(text, str) else {}
        except wire.Invalid:
            return {}
        if frame.get("type") == "error":
            self.refusals.append(frame.get("code"))
        return frame

    async def _keep_alive(self, socket):
        while True:
            await asyncio.sleep(PING_INTERVAL)
            self.pong.clear()
            await self.send({"type": "ping"})
            try:
                await asyncio.wait_for(self.pong.wait(), PONG_TIMEOUT)
            except asyncio.TimeoutError:
                await socket.close()
                return
