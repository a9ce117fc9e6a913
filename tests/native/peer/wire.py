"""Keys, identifiers, JSON and sealed payloads: sections 2, 3, 4 and 7 of PROTOCOL.md."""

import base64
import hashlib
import json
import os

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl import bindings
from nacl.exceptions import CryptoError

MAX_FRAME_BYTES = 65_536
MAX_PAYLOAD_CHARACTERS = 65_280
REPLAY_WINDOW = 1024
NONCE_BYTES = 24


class Invalid(Exception):
    """A text is no message, or a field has another type than PROTOCOL.md says."""


def encode(data):
    """Encodes bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    """Decodes base64url without padding, in its only notation."""
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise Invalid("not base64url") from error
    if encode(data) != text:
        raise Invalid("not base64url without padding")
    return data


def decode_id(text):
    """Decodes a room id, peer id, peer secret or machine id."""
    if not isinstance(text, str) or len(text) != 22:
        raise Invalid("not an id")
    return decode(text)


def peer_id(secret):
    """Returns the peer id of a peer secret."""
    return hashlib.sha256(b"tincan peer v1" + secret).digest()[:16]


class Room:
    """The secret of an invite link, and what derives from it."""

    def __init__(self, fragment):
        self.secret = decode_id(fragment)
        self.id = self.derive(b"room id", 16)
        self.key = self.derive(b"sealing key", 32)

    def derive(self, info, length):
        """Derives bytes for one use."""
        kdf = HKDF(algorithm=hashes.SHA256(), length=length, salt=b"tincan v1", info=info)
        return kdf.derive(self.secret)

    def machine_id(self, token):
        """Returns the machine id of a token of 16 bytes."""
        return self.derive(b"machine" + token, 16)


class Envelopes:
    """Seals and opens the payloads of one client."""

    def __init__(self, room, me):
        self.room = room
        self.me = me
        self.sequence = 0
        self.seen = {}

    def _context(self, sender, receiver):
        return b"tincan payload v1" + self.room.id + sender + receiver

    def seal(self, text, receiver, random=None):
        """Seals a text for one peer."""
        self.sequence += 1
        nonce = self.sequence.to_bytes(8, "big") + (random or os.urandom(16))
        context = self._context(self.me, receiver)
        sealed = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(
            text.encode(), context, nonce, self.room.key
        )
        payload = encode(nonce + sealed)
        if len(payload) > MAX_PAYLOAD_CHARACTERS:
            raise Invalid("the message is too large")
        return payload

    def open(self, payload, sender):
        """Opens a payload once; raises `Invalid` if it is altered, repeated or too old."""
        data = decode(payload)
        nonce, sealed = data[:NONCE_BYTES], data[NONCE_BYTES:]
        context = self._context(sender, self.me)
        try:
            text = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(
                sealed, context, nonce, self.room.key
            )
        except (CryptoError, ValueError, TypeError) as error:
            raise Invalid("the payload does not open") from error
        self._accept(sender, int.from_bytes(nonce[:8], "big"))
        return text.decode(errors="strict")

    def _accept(self, sender, number):
        seen = self.seen.setdefault(sender, set())
        newest = max(seen, default=0)
        if number == 0 or number in seen or number <= newest - REPLAY_WINDOW:
            raise Invalid("the payload is a replay")
        seen.add(number)
        oldest = max(newest, number) - REPLAY_WINDOW
        self.seen[sender] = {one for one in seen if one > oldest}


def read(text):
    """Reads a JSON object."""
    if len(text.encode(errors="replace")) > MAX_FRAME_BYTES:
        raise Invalid("too large")
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("not JSON") from error
    if not isinstance(message, dict):
        raise Invalid("not an object")
    return message


def number(message, name, *, required=True):
    """Returns a whole number, in whatever notation it was written."""
    value = _get(message, name, required)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise Invalid(f"{name} is no number that is not negative")
    if not float(value).is_integer():
        raise Invalid(f"{name} is no whole number")
    return int(value)


def string(message, name, *, required=True):
    """Returns a string without surrogates."""
    value = _get(message, name, required)
    if value is None:
        return None
    if not isinstance(value, str):
        raise Invalid(f"{name} is no string")
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def boolean(message, name):
    """Returns a required boolean."""
    value = _get(message, name, True)
    if not isinstance(value, bool):
        raise Invalid(f"{name} is no boolean")
    return value


def elements(message, name, read_one):
    """Reads the elements of a required list; those that are invalid are left out."""
    value = _get(message, name, True)
    if not isinstance(value, list):
        raise Invalid(f"{name} is no list")
    valid = []
    for one in value:
        try:
            valid.append(read_one(one))
        except Invalid:
            pass
    return valid


def mapping(message, name):
    """Returns the strings of an optional object; other values are left out."""
    value = message.get(name)
    if not isinstance(value, dict):
        return {}
    return {key: one for key, one in value.items() if isinstance(one, str)}


def _get(message, name, required):
    value = message.get(name)
    if value is None and required:
        raise Invalid(f"{name} is missing")
    return value


class Encoders:
    """Writes one message after the other as different encoders do, all of them allowed."""

    def __init__(self):
        self.count = 0

    def write(self, message):
        """Writes a message in the manner whose turn it is."""
        self.count += 1
        return [self._plain, self._floats, self._future, self._escaped][self.count % 4](message)

    @staticmethod
    def _plain(message):
        # Spaces, and escapes for all but ASCII.
        return json.dumps(message)

    @staticmethod
    def _floats(message):
        # Encoders that know no integers, and do not escape.
        def whole(value):
            if isinstance(value, dict):
                return {key: whole(one) for key, one in value.items()}
            if isinstance(value, int) and not isinstance(value, bool):
                return float(value)
            return value

        return json.dumps(whole(message), ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def _future(message):
        # Fields that no version knows, nested deeply, and optional fields as null.
        nested = "[" * 2000 + "]" * 2000
        text = json.dumps({"voids": None, "to": None, "machine": None, **message}, indent=1)
        return '{"later":' + nested + ',"type":"x",' + text.lstrip("{")

    @staticmethod
    def _escaped(message):
        # Every character of every string as an escape.
        def string_of(text):
            units = text.encode("utf-16-be")
            pairs = zip(units[::2], units[1::2])
            return '"' + "".join(f"\\u{high:02X}{low:02x}" for high, low in pairs) + '"'

        def value_of(value):
            if isinstance(value, str) and len(value) < 200:
                return string_of(value)
            if isinstance(value, dict):
                inner = (f"{string_of(key)} : {value_of(one)}" for key, one in value.items())
                return "{ " + " ,\t".join(inner) + "\r\n}"
            return json.dumps(value)

        return value_of(message)
