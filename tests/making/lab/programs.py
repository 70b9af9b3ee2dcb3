# SPDX-License-Identifier: GPL-2.0-or-later
"""Real programs on the stage's hosts: start them, wait until they serve, end them for certain."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

PACKAGES = {"nmap": "nmap", "nginx": "nginx-light", "redis-server": "redis-server", "haproxy": "haproxy",
            "openssl": "openssl", "curl": "curl", "sshd": "openssh-server", "ssh": "openssh-client"}


def path_of(tool):
    """Where the program is; or one line that says which package brings it."""
    found = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")
    if not found:
        raise RuntimeError(f"{tool} is missing: apt install {PACKAGES.get(tool, tool)}")
    return found


def run(node, tool, *arguments):
    """Run a program to its end; its exit status does not matter, its reset does."""
    command = ["ip", "netns", "exec", node.namespace, path_of(tool), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


@contextlib.contextmanager
def running(node, tool, *arguments, **how):
    """A program on a host for the length of the block, killed at its end. `ip netns exec` becomes
    the program, so the process is the program's own."""
    command = ["ip", "netns", "exec", node.namespace, path_of(tool), *arguments]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **{**quiet, **how})
    try:
        yield process
    finally:
        orphans = children(process.pid)  # first the parent, which might replace a dead child
        process.kill()
        process.wait(5)
        for child in orphans:
            _kill(child)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()


def _kill(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def children(pid):
    """Process ids of a process's children."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except FileNotFoundError:  # it has ended
        return []


def wait_until_serving(node, port, patience=8):
    """Until the port listens, without touching it (a probe would be in the capture)."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if node.run("ss", "-Htln", f"sport = {port}").strip():
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens at port {port}")
