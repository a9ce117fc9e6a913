"""Tracks that are sent, and what is seen and heard of those that arrive."""

import array
import asyncio
import fractions
import math
import time

from aiortc import MediaStreamTrack
from aiortc.mediastreams import MediaStreamError
from av import AudioFrame, VideoFrame

WIDTH, HEIGHT, PICTURES_PER_SECOND = 320, 180, 10
SAMPLE_RATE, SAMPLES = 48_000, 960
BLUE, RED, YELLOW = (29, 255, 107), (76, 85, 255), (226, 1, 149)


class Picture(MediaStreamTrack):
    """Video: blue on the left, red and yellow in turn on the right, and a bar that moves."""

    kind = "video"

    def __init__(self):
        super().__init__()
        self.count = 0
        self.start = None

    async def recv(self):
        """Returns the next frame when it is due."""
        if self.readyState != "live":
            raise MediaStreamError
        self.start = self.start or time.monotonic()
        due = self.start + self.count / PICTURES_PER_SECOND
        await asyncio.sleep(max(0, due - time.monotonic()))
        frame = self._draw(self.count)
        frame.pts = self.count * 90_000 // PICTURES_PER_SECOND
        frame.time_base = fractions.Fraction(1, 90_000)
        self.count += 1
        return frame

    @staticmethod
    def _draw(count):
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        right = RED if count // PICTURES_PER_SECOND % 2 == 0 else YELLOW
        bar = count * 8 % HEIGHT
        for plane, left_value, right_value in zip(frame.planes, BLUE, right):
            half = plane.width // 2
            row = bytes([left_value]) * half + bytes([right_value]) * (plane.width - half)
            row = row.ljust(plane.line_size, b"\0")
            rows = [row] * plane.height
            if plane.width == WIDTH:
                light = (b"\xff" * plane.width).ljust(plane.line_size, b"\0")
                rows[bar : bar + 16] = [light] * len(rows[bar : bar + 16])
            plane.update(b"".join(rows))
        return frame


class Tone(MediaStreamTrack):
    """Audio: a tone of 400 Hz."""

    kind = "audio"

    def __init__(self):
        super().__init__()
        self.count = 0
        self.start = None
        wave = (round(8000 * math.sin(2 * math.pi * at / 120)) for at in range(SAMPLES))
        self.samples = array.array("h", wave).tobytes()

    async def recv(self):
        """Returns the next frame when it is due."""
        if self.readyState != "live":
            raise MediaStreamError
        self.start = self.start or time.monotonic()
        due = self.start + self.count * SAMPLES / SAMPLE_RATE
        await asyncio.sleep(max(0, due - time.monotonic()))
        frame = AudioFrame(format="s16", layout="mono", samples=SAMPLES)
        frame.planes[0].update(self.samples)
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self.count * SAMPLES
        frame.time_base = fractions.Fraction(1, SAMPLE_RATE)
        self.count += 1
        return frame


class Received:
    """Counts what arrives of one source, over all connections."""

    def __init__(self):
        self.frames = 0
        self.changes = 0
        self.energy = 0.0
        self.halves = None
        self.height = None
        self.last = None

    def status(self):
        """Returns the counters."""
        return {
            "frames": self.frames,
            "changes": self.changes,
            "energy": self.energy,
            "halves": self.halves,
            "height": self.height,
        }

    async def take(self, track):
        """Takes the frames of a track until it ends."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self.frames += 1
            if track.kind == "audio":
                self._hear(frame)
            else:
                self._see(frame)

    def _hear(self, frame):
        # Every eighth sample tells enough.
        samples = array.array("h", bytes(frame.planes[0]))[::8]
        energy = sum(sample * sample for sample in samples) / 32768**2
        self.energy += energy / max(1, len(samples)) * frame.samples / frame.sample_rate

    def _see(self, frame):
        self.height = frame.height
        planes = frame.reformat(format="yuv420p").planes
        cells = [_sample(plane) for plane in planes]
        self.halves = [_rgb([plane[half] for plane in cells]) for half in (0, 1)]
        light = cells[0][2]
        if self.last is None or any(abs(a - b) > 12 for a, b in zip(self.last, light)):
            self.changes += 1
            self.last = light


def _sample(plane):
    """Returns the averages of both halves of a plane, and all cells of a coarse grid."""
    data = bytes(plane)
    columns = [plane.width * (2 * at + 1) // 32 for at in range(16)]
    rows = [plane.height * (2 * at + 1) // 18 for at in range(9)]
    grid = [[data[row * plane.line_size + column] for column in columns] for row in rows]
    left = [value for row in grid for value in row[1:7]]
    right = [value for row in grid for value in row[9:15]]
    cells = [value for row in grid for value in row]
    return sum(left) // len(left), sum(right) // len(right), cells


def _rgb(colour):
    light, blue, red = colour[0], colour[1] - 128, colour[2] - 128
    values = (light + 1.402 * red, light - 0.344 * blue - 0.714 * red, light + 1.772 * blue)
    return [max(0, min(255, round(value))) for value in values]
