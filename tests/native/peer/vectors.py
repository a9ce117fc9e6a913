"""Checks the test vectors of PROTOCOL.md with this client's own code."""

import json
import re

from . import wire


def check(path):
    """Checks all of section 18 but the names, which this client shows to nobody."""
    with open(path, encoding="utf-8") as file:
        section = file.read().split("## 18. Test vectors")[1]
    rows = dict(re.findall(r"^\| ([^|]+) \| `([^`]*)` \|$", section, re.MULTILINE))
    blocks = dict(re.findall(r"^(\w[^\n]*):\n\n```text\n(.*?)\n```", section, re.MULTILINE | re.DOTALL))
    blocks = {name: value.replace("\n", "") for name, value in blocks.items()}

    room = wire.Room(rows["fragment"])
    same(room.secret.decode(), rows["secret (ASCII)"])
    same(wire.encode(room.id), rows["room id"])
    same(room.key.hex(), rows["sealing key (hexadecimal)"])
    same(wire.encode(room.machine_id(b"\x0c" * 16)), rows["machine id of the token 16 × `0c`"])

    ids = {}
    for who in ("Ada", "Bob"):
        join = wire.read(blocks[f"First frame of {who}"])
        ids[who] = wire.peer_id(wire.decode_id(join["secret"]))
        same(wire.encode(ids[who]), rows[f"peer id of {who}"])
        same(join["room"], rows["room id"])

    for count, (sender, receiver) in enumerate([("Ada", "Bob"), ("Bob", "Ada")], 1):
        text = blocks[f"Message {count}, from {sender} to {receiver}"]
        payload = blocks[f"Payload {count}"]
        opened = wire.Envelopes(room, ids[receiver])
        same(opened.open(payload, ids[sender]), text)
        assert is_invalid(opened.open, payload, ids[sender]), "a payload opens twice"
        sealed = wire.Envelopes(room, ids[sender])
        sealed.sequence = count - 1
        same(sealed.seal(text, ids[receiver], wire.decode(payload)[8:24]), payload)
        assert wire.number(json.loads(text), "revision") == 1
    print("the test vectors are right")


def is_invalid(function, *arguments):
    """Whether something is refused."""
    try:
        function(*arguments)
    except wire.Invalid:
        return True
    return False


def same(one, other):
    """Fails unless two texts are equal."""
    assert one == other, f"{one!r} is not {other!r}"
