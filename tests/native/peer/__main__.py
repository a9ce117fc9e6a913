"""Runs a client that a test drives: one command a line on stdin, one JSON text a line on stdout.

    python -m peer ADDRESS FRAGMENT NAME polite|impolite
    python -m peer vectors PROTOCOL.md
"""

import asyncio
import json
import os
import sys

import aioice.ice
import aiortc.codecs
import aiortc.rtcrtpreceiver

from . import vectors, wire
from .client import Client


def prepare():
    """Keeps aiortc on this machine, and without REMB: its low estimate would starve the peer."""
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    aiortc.rtcrtpreceiver.RemoteBitrateEstimator.add = lambda *arguments, **named: None
    for codec in aiortc.codecs.CODECS["video"]:
        codec.rtcpFeedback = [one for one in codec.rtcpFeedback if one.type != "goog-remb"]


def draw_secret(is_polite):
    """Draws a peer secret whose peer id makes the client polite, or impolite, to all others."""
    start = b"\x00" if is_polite else b"\xff"
    while True:
        secret = os.urandom(16)
        if wire.peer_id(secret)[:2] == 2 * start:
            return secret


async def obey(client, command):
    """Does one thing."""
    actions = {
        "status": None,
        "join": client.join,
        "hang_up": client.hang_up,
        "ring": client.rings.start,
        "cancel": client.rings.cancel,
        "accept": lambda: client.rings.answer("accept"),
        "decline": lambda: client.rings.answer("decline"),
        "share": lambda: client.share(True),
        "stop_sharing": lambda: client.share(False),
        "show_small": lambda: client.features.show(90),
        "show_large": lambda: client.features.show(720),
        "send_file": client.features.files.offer,
        "without_channel": client.features.give_up_channel,
    }
    action = actions[command]
    if action:
        await action()
    print(json.dumps(client.status()), flush=True)


async def main(url, fragment, name, role):
    """Runs the client until stdin ends."""
    prepare()
    client = Client(url, wire.Room(fragment), name, draw_secret(role == "polite"))
    client.spawn(client.run())
    loop = asyncio.get_running_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            return
        await obey(client, line.strip())


if __name__ == "__main__":
    if sys.argv[1] == "vectors":
        vectors.check(sys.argv[2])
    else:
        try:
            asyncio.run(main(*sys.argv[1:]))
        except (BrokenPipeError, KeyboardInterrupt):
            pass
