# SPDX-License-Identifier: GPL-2.0-or-later
"""The list of all handmade captures: each story registers itself under its file name."""
from capture import Capture, Frame
from conversation import Conversation
from hosts import FREEBSD, LINUX, MACOS, WINDOWS, Host

STORIES = {}


def story(name: str, source: str, near_miss_for=()):
    """Registers a function that fills a Capture; its docstring is the story of the label."""
    def register(tell):
        assert name not in STORIES, name
        about = {"story": " ".join(tell.__doc__.split()), "made_by": "handmade",
                 "source": source, "near_miss_for": list(near_miss_for)}
        STORIES[name] = (tell, about)
        return tell
    return register


def make(name: str, folder) -> None:
    tell, about = STORIES[name]
    capture = Capture(name)
    tell(capture)
    capture.write(folder, about)


def noise(capture: Capture, at: float = 0.001, pace: float = 0.05) -> None:
    """A healthy connection beside the staged one: request, response, orderly close."""
    draw = capture.random
    client = Host(draw.choice((WINDOWS, LINUX, MACOS)), f"10.77.{draw.randrange(256)}.{draw.randrange(1, 255)}")
    server = Host(draw.choice((LINUX, FREEBSD, WINDOWS)), f"203.0.113.{draw.randrange(1, 255)}",
                  hops=draw.randrange(1, 15))
    c = Conversation(capture, client, server, draw.choice((80, 443, 993, 8080)), at=at,
                     rtt=draw.uniform(0.005, 0.06))
    c.handshake()
    for _ in range(draw.randrange(1, 3)):
        c.wait(draw.uniform(0, pace)).exchange(draw.randrange(40, 300), draw.randrange(100, 900))
    c.wait(pace).close(draw.choice(("client", "server")))


__all__ = ["STORIES", "story", "make", "noise", "Capture", "Frame", "Conversation", "Host"]
