# SPDX-License-Identifier: GPL-2.0-or-later
"""The judge program of the working tree and that of the last commit.

Each is kept by the git tree hashes of what it is built from, so that after edit, replay, commit, edit, replay nothing
is built twice: the program of the last commit is the one that was built before committing.
"""

import contextlib
import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BUILD = ROOT / "build" / "replay"
KEPT = BUILD / "by-tree"
JUDGE = "tests/replay/judge"
OTHERS = ("analysis", "CMakeLists.txt")  # that the judge is built from
MOST_KEPT = 8  # programs


def git(*arguments, **environment):
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})
    if done.returncode != 0:
        raise RuntimeError(f"git {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout.strip()


def _judge_at(revision):
    """Where the judge's sources are at a revision: since then they may have moved. RuntimeError when it has none."""
    folders = git("ls-tree", "-r", "-d", "--name-only", revision, "tests").splitlines()
    if JUDGE in folders:
        return JUDGE
    elsewhere = [folder for folder in folders if Path(folder).name == Path(JUDGE).name]
    if len(elsewhere) != 1:
        raise RuntimeError(f"{revision} has no judge")
    return elsewhere[0]


def _key(revision, judge):
    """What the program is built from, at a revision or tree that has the judge in `judge`."""
    trees = [git("rev-parse", f"{revision}:{path}") for path in (judge, *OTHERS)]
    return hashlib.sha256(" ".join(trees).encode()).hexdigest()[:16]


def key_of_working_tree():
    """As if all of the working tree were committed; the index stays as it is."""
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        git("read-tree", "HEAD", **index)
        git("add", "--all", "--", JUDGE, *OTHERS, **index)
        return _key(git("write-tree", **index), JUDGE)


def key_of_last_commit():
    return _key("HEAD", _judge_at("HEAD"))


def _built_in(source, judge, folder, log):
    """Build the judge from `source`, where it lies in `judge`, in `folder`; the program. RuntimeError with the end of
    the log."""
    folder.mkdir(parents=True, exist_ok=True)
    commands = []
    if not (folder / "build.ninja").exists():
        commands.append(["cmake", "-S", str(source), "-B", str(folder), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                         "-DCMAKE_CXX_FLAGS_RELEASE=-O1", "-DRSTCAUSE_CORE_ONLY=ON"])
    commands.append(["cmake", "--build", str(folder), "--target", "judge"])
    with open(log, "w", encoding="utf-8") as out:
        for command in commands:
            if subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False).returncode != 0:
                out.flush()
                raise RuntimeError(f"the build failed (whole log: {log})\n" + log.read_text(encoding="utf-8")[-3000:])
    return folder / judge / "judge"


def _keep(program, key):
    KEPT.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, KEPT / key)
    subprocess.run(["strip", str(KEPT / key)], check=True)
    by_age = sorted(KEPT.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in by_age[MOST_KEPT:]:
        old.unlink()
    return KEPT / key


@contextlib.contextmanager
def _alone():
    """Two runs must not build in one folder at once."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def of_working_tree():
    """The judge as the working tree has it now, built if need be; or the one that $RSTCAUSE_JUDGE names."""
    if built := os.environ.get("RSTCAUSE_JUDGE"):
        return Path(built)
    with _alone():
        key = key_of_working_tree()
        if not (KEPT / key).exists():
            _keep(_built_in(ROOT, JUDGE, BUILD / "now", BUILD.parent / "replay.log"), key)
    os.utime(KEPT / key)  # used last
    return KEPT / key


def _export_head(judge, folder):
    """Lay HEAD's sources in `folder`; those of the judge are in `judge`. Files that are as they were keep their times:
    little is compiled again."""
    archive = subprocess.run(["git", "-C", str(ROOT), "archive", "HEAD", judge, *OTHERS], capture_output=True,
                             check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}
    for old in [file for file in folder.rglob("*") if file.is_file()]:
        if str(old.relative_to(folder)) not in files:
            old.unlink()
    for name, content in files.items():
        file = folder / name
        if not file.exists() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def of_last_commit():
    """The judge of HEAD; None when HEAD has none."""
    try:
        key = key_of_last_commit()
    except RuntimeError:
        return None
    with _alone():
        if not (KEPT / key).exists():
            print("Building the last commit's judge, once", file=sys.stderr)
            source, judge = BUILD / "last-commit", _judge_at("HEAD")
            _export_head(judge, source)
            _keep(_built_in(source, judge, BUILD / "last-commit-build", BUILD.parent / "replay-last-commit.log"), key)
    os.utime(KEPT / key)
    return KEPT / key
