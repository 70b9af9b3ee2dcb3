# SPDX-License-Identifier: GPL-2.0-or-later
"""Timers that end silent connections by resets: of small servers, and of a balancer on the way."""

import asyncio
import time

from ...forge import ACK, RST, Look
from ...stage import next_sequence
from .. import programs, visitors
from ..family import family
from ..ledger import FORGED, Note, aborted, late
from ..talk import some_bytes

SELECT = r"""
use Socket; use IO::Select; use IO::Socket::IP;
my ($address, $port, $patience) = @ARGV;
my $door = IO::Socket::IP->new(LocalAddr => $address, LocalPort => $port, Listen => 64, ReuseAddr => 1) or die $!;
$SIG{CHLD} = 'IGNORE';
while (1) {
    my $guest = $door->accept() or next;
    next if fork();
    my $waiting = IO::Select->new($guest);
    while ($waiting->can_read($patience)) {
        sysread($guest, my $words, 4096) or exit;
        syswrite($guest, "OK " . length($words) . "\n");
    }
    setsockopt($guest, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0));
    exit;
}
"""


@family("idle_timeout/reaper", most=30, seconds=22)
async def reaper(act):
    """A server looks now and then for connections that have been silent too long, and aborts all that it finds
    (SO_LINGER 0). Some are quiet from the start, others after a long conversation."""
    service = act.listen()
    patience, round_length = act.dice.uniform(7, 10), act.dice.choice((1, 2, 4))
    heard = {}  # talk -> when it spoke last

    async def play(number, dice):
        talk = await act.connect(service, number)
        heard[talk] = time.monotonic()
        for _ in range(dice.choice((0, 1, 2, 5))):
            await talk.ask(dice)
            await asyncio.sleep(dice.uniform(0, 0.5))
            heard[talk] = time.monotonic()

    await act.each(play)
    while heard:
        await asyncio.sleep(round_length)
        for talk in [t for t, spoke in heard.items() if time.monotonic() - spoke > patience]:
            talk.abort("server", "idle_timeout")
            del heard[talk]


@family("idle_timeout/perl-select", own_port=True, most=30, seconds=19, tools=("perl",))
async def perl_select(act):
    """A small server in Perl waits for each client's next line so many seconds (select), then wants no more of it:
    SO_LINGER 0, and its process ends."""
    patience = act.dice.randrange(7, 12)
    await programs.serve(act, "perl", "-e", SELECT, act.address, act.port, patience)
    act.note_service(aborted("idle_timeout"))

    async def play(number, dice):
        visitor = await visitors.visit(act, number)
        for _ in range(dice.choice((1, 1, 3))):
            await visitor.ask(b"STATUS " + some_bytes(dice, 5, 300), b"\n")
            await asyncio.sleep(dice.uniform(0, 0.4))
        await visitor.sees_the_end(patience + 4)
        visitor.close()

    await act.each(play)


async def reset_idle(act, talk, victim, look):
    """Reset one end in the other's name, with the exact numbers of a connection at rest: the timer's doing."""
    by = "server" if victim == "client" else "client"
    seq, ack = next_sequence(talk.end(by)), next_sequence(talk.end(victim))
    source, target = talk.flow.end(by), talk.flow.end(victim)
    mark = (source, target, RST | ACK, seq, ack)
    act.stage.ledger.forged[mark] = Note(time.time(), {FORGED: "idle_timeout"}, act.family)
    talk.note(victim, late("data_after_close"))
    await asyncio.to_thread(act.forge, source, target, RST | ACK, seq, ack, look=look)


@family("idle_timeout/balancer-resets-both-ends", most=20, seconds=21, nat=False, calm=True)
async def balancer(act):
    """A balancer on the way has an idle timer. When it is over, the balancer resets both ends in each other's name."""
    service = act.listen()
    patience = act.dice.uniform(8, 14)
    look = Look(ttl=act.dice.choice((60, 64, 255)), ip_id=act.dice.choice((0, None)), window=act.dice.choice((0, 8190)))

    async def play(number, dice):
        talk = await act.connect(service, number)
        await talk.ask(dice, dice.choice((1, 2, 4)))
        await asyncio.sleep(patience)
        for victim in dice.choice((("client", "server"), ("server", "client"))):
            await reset_idle(act, talk, victim, look)
        talk.account.ends("server", "gone")
        await asyncio.sleep(0.5)

    await act.each(play)
