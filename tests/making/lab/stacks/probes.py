# SPDX-License-Identifier: GPL-2.0-or-later
"""What is done to a foreign host, or what it does, to see whether it sends a reset, and of which form."""

import asyncio
import contextlib
from dataclasses import dataclass

from ..forge import ACK, FIN, PSH, SYN
from .foreign import STACKS

PROBES = {}


@dataclass(frozen=True)
class Probe:
    title: str
    play: object  # async (Trial) -> None
    long: bool = False  # takes minutes with a stack whose timers cannot be set
    stacks: tuple = STACKS  # that have what it is about


def probe(title, **traits):
    """Register the decorated coroutine."""

    def register(play):
        PROBES[play.__name__] = Probe(title, play, **traits)
        return play

    return register


@probe("SYN to a closed port")
async def refused(trial):
    with contextlib.suppress(ConnectionRefusedError):
        await trial.socket().connect((trial.address, 99))


@probe("data to a closed port, no connection")
async def stray_data(trial):
    trial.inject(PSH | ACK, 1000, 2000, b"hello\n", port=99)


@probe("ACK to a closed port, no connection")
async def stray_ack(trial):
    trial.inject(ACK, 1000, 2000, port=99)


@probe("FIN,ACK to a closed port, no connection")
async def stray_fin(trial):
    trial.inject(FIN | ACK, 1000, 2000, port=99)


@probe("SYN,ACK to a closed port, no connection")
async def stray_syn_ack(trial):
    trial.inject(SYN | ACK, 1000, 2000, port=99)


@probe("data to a listening port, no connection")
async def stray_data_listening(trial):
    await trial.host.listen(80, "sink")
    trial.inject(PSH | ACK, 1000, 2000, b"hello\n")


@probe("ACK to a listening port, no connection")
async def stray_ack_listening(trial):
    await trial.host.listen(80, "sink")
    trial.inject(ACK, 1000, 2000)


@probe("FIN to a listening port, no connection")
async def stray_fin_listening(trial):
    await trial.host.listen(80, "sink")
    trial.inject(FIN | ACK, 1000, 2000)


@probe("data twice after its close, the peer still open")
async def late_data(trial):
    link = await trial.talk("close-early after=200")
    await link.hear()
    await trial.host.wait_for("close")
    with contextlib.suppress(OSError):
        await link.say(b"late!\n")
        await asyncio.sleep(0.1)
        await link.say(b"later!\n")


@probe("data after its close, its FIN not yet acknowledged")
async def crossing_data(trial):
    link = await trial.talk("close-early after=200")
    trial.handshake()
    trial.mute_peer()
    await trial.host.wait_for("close")
    await asyncio.sleep(0.1)  # it is said, then done
    trial.inject_data(link.port, sent=6, received=0)


@probe("data after both have closed, the host first (TIME_WAIT)")
async def data_in_time_wait(trial):
    link = await trial.talk("answer-close answer=10")
    trial.handshake()
    source = link.port
    while await link.hear():
        pass
    link.close()
    await asyncio.sleep(0.4)
    trial.inject_data(source, sent=7, received=11)


@probe("data after both have closed, the peer first")
async def data_after_all(trial):
    link = await trial.talk("echo")
    trial.handshake()
    source = link.port
    await link.hear()
    link.close()
    await trial.host.wait_for("close")
    await asyncio.sleep(0.4)
    trial.inject_data(source, sent=7, received=7)


async def _syn_on_time_wait(trial, ahead):
    link = await trial.talk("answer-close answer=10")
    begin = trial.handshake()
    source = link.port
    while await link.hear():
        pass
    link.close()
    await asyncio.sleep(0.4)
    trial.mute_peer()
    trial.inject(SYN, begin.ack + ahead, source=source)


@probe("SYN on TIME_WAIT, in its window")
async def syn_on_time_wait_inside(trial):
    await _syn_on_time_wait(trial, 1000)


@probe("SYN on TIME_WAIT, beyond its window")
async def syn_on_time_wait_beyond(trial):
    await _syn_on_time_wait(trial, 100000000)


@probe("SYN on TIME_WAIT, below its window")
async def syn_on_time_wait_below(trial):
    await _syn_on_time_wait(trial, -100000)


@probe("close with unread data")
async def close_unread(trial):
    await (await trial.talk("close-unread")).hear()


@probe("close with unread data after an answer")
async def close_unread_answered(trial):
    link = await trial.talk("close-unread answer=20 after=50")
    while await link.hear():
        pass


@probe("data after its close with unread data")
async def data_after_unread(trial):
    link = await trial.talk("close-unread")
    trial.handshake()
    source = link.port
    await link.hear()
    trial.inject_data(source, sent=6, received=0)


@probe("abort")
async def abort(trial):
    await (await trial.talk("abort after=400")).hear()


@probe("abort right after sending, unacknowledged")
async def abort_in_flight(trial):
    await trial.host.listen(80, "abort after=200 say=3000")
    link = await trial.socket().connect((trial.address, 80))
    trial.mute_peer()
    await trial.host.wait_for("abort")
    link.close()


@probe("data after its abort")
async def data_after_abort(trial):
    link = await trial.talk("abort after=400")
    trial.handshake()
    source = link.port
    await link.hear()
    trial.inject_data(source, sent=6, received=0)


async def _half_open(trial, listens):
    link = await trial.talk("echo")
    await link.hear()
    await trial.host.vanish()
    await trial.host.start()
    if listens:
        await trial.host.listen(80, "sink")
    await link.say(b"still there?\n")
    await link.hear()


@probe("half-open: killed, started again, the port listens; data")
async def half_open_listening(trial):
    await _half_open(trial, listens=True)


@probe("half-open: killed, started again, the port is closed; data")
async def half_open_closed(trial):
    await _half_open(trial, listens=False)


@probe("SYN in an open connection, in its window")
async def syn_in_window(trial):
    link = await trial.talk("sink")
    begin = trial.handshake()
    trial.mute_peer()
    trial.inject(SYN, begin.ack + 6 + 100, source=link.port)


@probe("SYN in an open connection, below its window")
async def syn_below_window(trial):
    link = await trial.talk("sink")
    begin = trial.handshake()
    trial.mute_peer()
    trial.inject(SYN, begin.ack - 100000, source=link.port)


@probe("ACK of what it never sent, in an open connection")
async def ack_of_the_future(trial):
    link = await trial.talk("sink")
    begin = trial.handshake()
    trial.mute_peer()
    trial.inject(ACK, begin.ack + 6, begin.seq + 5000, source=link.port)


@probe("handshake: ACK with a wrong number to its SYN,ACK")
async def wrong_last_ack(trial):
    await trial.host.listen(80, "sink")
    trial.mute_peer()
    trial.inject(SYN, 5000)
    begin = trial.handshake()
    trial.inject(ACK, 5001, begin.seq + 5000)


@probe("handshake: SYN,ACK with a wrong number to its SYN")
async def wrong_syn_ack(trial):
    trial.mute_peer()
    await trial.host.command(f"dial {trial.peer.address[trial.version]} 7000 sink source=7001")
    begin = trial.ear.hear(7001)
    trial.inject(SYN | ACK, 5000, begin.seq + 5000, port=7001, source=7000)


@probe("window closed by the host, then closed with all that unread")
async def zero_window(trial):
    link = await trial.talk("close-unread after=4000 buffer=8192")
    link.fill()
    await trial.host.wait_for("close")


@probe("the peer's window closed for 8 s, then open")
async def peer_zero_window(trial):
    link = await trial.talk("upload bytes=1000000", text=b"")
    await asyncio.sleep(8)
    while await link.hear():
        pass


@probe("keep-alive: the peer is gone")
async def keepalive(trial):
    await trial.talk("keepalive idle=1000 interval=1000 count=3")
    trial.lose_peer()
    await trial.host.wait_for("timed-out", patience=20)


@probe("keep-alive: the peer is gone and comes back after the time-out; data")
async def keepalive_and_back(trial):
    link = await trial.talk("keepalive idle=1000 interval=1000 count=3")
    trial.lose_peer()
    await trial.host.wait_for("timed-out", patience=20)
    trial.peer.nft("flush ruleset")
    await link.say(b"still there?\n")


@probe("FIN_WAIT_2: the peer does not close; data after its time-out")
async def fin_wait_2(trial):
    if trial.stack == "gvisor":
        await trial.host.command("set finwait2=2000")
    link = await trial.talk("close-early after=200")
    await trial.host.wait_for("close")
    await asyncio.sleep(4 if trial.stack == "gvisor" else 24)
    await link.say(b"late!\n")


@probe("retransmissions of data run out; then data", long=True)
async def retransmissions(trial):
    if trial.stack == "gvisor":
        await trial.host.command("set retries=3")
    link = await trial.talk("echo")
    await link.hear()  # the host has measured a round trip: without, lwIP begins with 3 s
    trial.lose_data()
    await link.say(b"x" * 999 + b"\n")
    await trial.host.wait_for("timed-out", patience=3600)
    await link.say()


@probe("user timeout of 3 s while it retransmits; then data", stacks=("gvisor",))
async def user_timeout(trial):
    trial.lose_data()
    link = await trial.talk("hold say=1000 usertimeout=3000", text=b"")
    await trial.host.wait_for("timed-out", patience=60)
    await link.say()


@probe("retransmissions of its SYN run out", long=True)
async def syn_retransmissions(trial):
    trial.lose_peer()
    await trial.host.command(f"dial {trial.peer.address[trial.version]} 7000 sink")
    await trial.host.wait_for("timed-out", "error", patience=900)


@probe("retransmissions of its SYN,ACK run out", long=True)
async def syn_ack_retransmissions(trial):
    await trial.host.listen(80, "sink")
    trial.mute_peer()
    trial.inject(SYN, 5000)
    await asyncio.sleep(150)
