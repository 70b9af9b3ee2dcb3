# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/accuracy.md, made of the committed figures."""

from .figures import CONFIDENCES, IMPACT_GRADES, monotone

NAMES = {"studied": "drawn, studied", "sealed": "drawn, sealed", "wild": "other people's networks",
         "kept": "kept in the repository"}
MEANT = {"certain": "no doubt is open, and every rival of the catalogue is ruled out by name",
         "likely": "more speaks for it than for any rival that stands",
         "possible": "as much speaks for a rival, or the capture does not tell something that it needs"}


def percent(share):
    return f"{100 * share:.0f} %"


def interval(pair):
    return f"{100 * pair[0]:.0f} to {100 * pair[1]:.0f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]) + "\n"


def share_cells(tally):
    """Exactly right and acceptable, each cause of each draw counted once, with the interval."""
    if not tally["cells"]:
        return ["", "", 0, 0]
    right, fine = tally["shares"]["right"], tally["shares"]["fine"]
    return [f"{percent(right['by_draw'])} ({interval(right['interval_by_draw'])})",
            f"{percent(fine['by_draw'])} ({interval(fine['interval_by_draw'])})", tally["resets"], tally["cells"]]


SHARE_HEAD = ("exactly right", "right or acceptable", "resets", "causes × draws")


def words(figures, what="confidence"):
    """What the three words have been worth, set by set."""
    rows = [[f"`{word}`", NAMES[name], *share_cells(some[what][word])]
            for word in CONFIDENCES for name, some in figures["sets"].items()]
    return table(("word", "measured on", *SHARE_HEAD), rows)


def plain_words(figures):
    """The same as sentences, for sealed captures if there are some: nobody has looked at those."""
    name = "sealed" if "sealed" in figures["sets"] else "studied"
    some = figures["sets"][name]
    lines = []
    for word in CONFIDENCES:
        tally = some["confidence"][word]
        if tally["cells"]:
            fine = tally["shares"]["fine"]
            lines.append(f"- **{word}** is to mean: {MEANT[word]}. It has been right or acceptable in "
                         f"{100 * fine['by_draw']:.0f} of 100 cases.")
    ends = ("A surer word was never worth less." if monotone(some) else
            "**The words are not in order:** a surer one was not always worth more. Until that is mended, read "
            "`certain` and `likely` alike.")
    return "\n".join(lines) + "\n\n" + ends + "\n"


def causes(some):
    rows = []
    for cause, tally in some["cause"].items():
        rows.append([f"`{cause}`", *share_cells(tally)[:2], *(tally[g] for g in ("right", "acceptable", "unknown", "wrong")),
                     tally["cells"]])
    return table(("the truth", "exactly right", "right or acceptable", "right", "acceptable", "unknown", "wrong",
                  "draws"), rows)


def claims(some):
    """How far to believe a verdict, by what it names and how sure it is."""
    rows = [[f"`{said}`", word, *share_cells(tally)] for said, words_of_it in some["said"].items() if said != "unknown"
            for word, tally in words_of_it.items()]
    return table(("the verdict", "said to be", *SHARE_HEAD), rows)


def certain_and_wrong(figures):
    rows = [[NAMES[name], f"`{row['truth']}`", f"`{row['said']}`", row["resets"]]
            for name, some in figures["sets"].items() for row in some["certain_and_wrong"]]
    return table(("measured on", "the truth", "said with certainty", "resets"), rows) if rows else "None.\n"


def where(figures):
    rows = []
    for name, some in figures["sets"].items():
        cells = [f"{some[what]['right']} of {some[what]['known']}" for what in ("origin", "trigger")]
        rows.append([NAMES[name], some["captures"], some["draws"] or "", some["all"]["resets"], *cells])
    return table(("measured on", "captures", "draws", "resets", "origin right", "trigger right"), rows)


def impacts(figures):
    """How often the impact was right, set by set; empty for figures that do not tell."""
    rows = []
    for name, some in figures["sets"].items():
        if (tally := some.get("impact")) and tally["resets"]:
            rows.append([NAMES[name], f"{percent(tally['by_draw'])} ({interval(tally['interval_by_draw'])})",
                         *(tally[grade] for grade in IMPACT_GRADES), tally["resets"], tally["cells"],
                         tally.get("untold", 0)])
    head = ("measured on", "right", *IMPACT_GRADES, "resets", "causes × draws", "not told by the view")
    return ["## Impact\n", IMPACT, table(head, rows)] if rows else []


def one_left(figures):
    """How sure one is where only one cause is left, set by set; empty for figures that do not tell."""
    rows = [[NAMES[name], percent(tally["certain"] / tally["resets"]), percent(tally["by_draw"]),
             *(tally[word] for word in CONFIDENCES), tally["resets"], tally["cells"]]
            for name, some in figures["sets"].items() if (tally := some.get("one_left")) and tally["resets"]]
    head = ("measured on", "certain, of resets", "of causes × draws", *CONFIDENCES, "resets", "causes × draws")
    return ["## Where one cause is left\n", ONE_LEFT, table(head, rows)] if rows else []


def method(figures):
    made = figures["made"]
    thrown = made["thrown"]
    seeds = f"seed{'s' * (len(made['seeds']) > 1)} {', '.join(map(str, made['seeds']))}"
    return (f"Drawn: {seeds}, {made['draws']} draws kept, {sum(thrown.values())} thrown "
            f"away because what was done and the kernel's word did not agree or the staging failed. Kernel "
            f"{made['kernel']}. Judge `{made['program']}`. Measured on {made['date']}.\n")


def page(figures, rules):
    """The whole document. `rules`: (name, tokens, sentence) of each rule of indistinguishability."""
    parts = [HEAD, plain_words(figures), "## The three words\n", words(figures), INTERVALS,
             *one_left(figures), *impacts(figures), "## What was measured\n", where(figures), method(figures)]
    if earlier := figures.get("earlier"):
        parts += ["## Before\n", earlier["what"] + "\n", words(earlier)]
    for name, some in figures["sets"].items():
        if name in ("studied", "sealed"):
            parts += [f"## By cause: {NAMES[name]}\n", causes(some)]
    for name, some in figures["sets"].items():
        if name in ("studied", "sealed"):
            parts += [f"## By verdict: {NAMES[name]}\n", claims(some)]
    parts += ["## Certain and wrong\n", certain_and_wrong(figures), "## In one pass\n", ONE_PASS,
              words(figures, "one_pass"), METHOD, "## What counts as acceptable\n", RULES,
              table(("rule", "makes equal", "when"), rules) if rules else "None yet.\n"]
    return "\n".join(parts)


HEAD = """# What the verdicts are worth

Measured on traffic that the rules were not written for: drawn by chance, staged on a real kernel with real programs,
captured at a chance point, and labelled by what was done and by the kernel's own word. This page is made by
`tests/replay/calibrate --write` from `tests/replay/accuracy/figures.json`.
"""

INTERVALS = """In brackets the 95 % interval (Wilson), in per cent. Resets of one draw resemble each other, so the shares count each
cause of each draw once; a storm of fifty connections weighs as much as one reset.
"""

ONE_PASS = """As printed at the reset, when later frames are not known (`tshark` without `-2`).
"""

ONE_LEFT = """Resets of which no rule below makes another cause than the true one acceptable: how often the verdict, whatever it
was, was said to be how sure.
"""

IMPACT = """By what the staging knows of each connection: what its applications said, heard and gave up. *Careful*: "may have lost"
of what was lost, or was not. *False alarm*: a problem where nothing was outstanding; *missed*: the other way round.
*Too much* and *too little*: of what was given up or made good in the end. First resets of their connections alone.
*Not told by the view*: not counted among the others; the capture holds too little of the connection for anybody to say
(the rules `impact` under "What counts as acceptable").
"""

METHOD = """## How it is measured, and what it does not show

- The truth of a drawn reset is what the staging noted before doing it and what the kernel says (`tcp:tcp_send_reset`);
  where the two disagree the draw is thrown away. The plugin has no part in it. See `tests/making/lab/drawn/README.md`.
- *Studied* families of causes may be looked at frame by frame while rules are written; *sealed* ones, a third, are scored
  as a whole and never opened. The difference between the two is what was learnt by heart.
- Other people's networks: captures with labels by experts, who had the packets alone and can be wrong.
- Captures kept in the repository were written beside the rules. Their figures tell nothing of other networks.
- `unknown` counts as neither right nor acceptable.
- Drawn causes are about equally frequent; on your network they are not. A share by cause carries over, a total does not.
- Windows, BSD and appliances are not staged; only real captures show them.
"""

RULES = """Beside the truth, another cause is acceptable only where a rule says that this capture cannot tell the two apart.
"""
