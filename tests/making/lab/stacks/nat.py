# SPDX-License-Identifier: GPL-2.0-or-later
"""A NAT in user mode in front of a client: slirp4netns (libslirp) or pasta (passt).

    inner tap0 ---- the NAT's own TCP | the kernel's sockets of `outer` ---- eth0 outer … the lab

Every connection of the inner node ends at the NAT, which opens another one from the outer node. Resets that reach the
inner node are the NAT's; those that leave the outer node are its kernel's, at the NAT's wish. README.md says which.
"""

import asyncio
import json
import tempfile

DEVICE = "tap0"
PATIENCE = 8  # seconds
INNER = {"slirp4netns": "10.0.2.100", "pasta": "10.0.3.100"}
NATS = tuple(INNER)


def _command(program, inner):
    where = f"/run/netns/{inner.namespace}"
    if program == "slirp4netns":
        # The same MAC address at each start: the IPv6 address follows from it.
        return ["slirp4netns", "--configure", "--mtu=1500", "--enable-ipv6", "--macaddress=02:72:73:74:6c:62",
                "--netns-type=path", where, DEVICE]
    # Without --runas it becomes nobody, who may not enter a namespace of root's.
    return ["pasta", "--foreground", "--config-net", "--runas", "0", "--mtu", "1500", "--netns", where,
            "--ns-ifname", DEVICE, "--address", INNER[program], "--netmask", "24", "--gateway", "10.0.3.2",
            *(word for way in "tuTU" for word in (f"-{way}", "none"))]  # no ports from outside


def _default_device(node, version):
    """The device of the default route; "" without one."""
    ways = json.loads(node.run("ip", "-j", f"-{version}", "route", "show", "default") or "[]")
    return ways[0]["dev"] if ways else ""


def _addresses(node):
    """IP version -> address, of those versions that have a default route by the NAT's device."""
    found = {}
    for version, inet in ((4, "inet"), (6, "inet6")):
        if _default_device(node, version) == DEVICE:
            here = json.loads(node.run("ip", "-j", "addr", "show", "dev", DEVICE))[0]["addr_info"]
            found |= {version: a["local"] for a in here if a["family"] == inet and a["scope"] == "global"}
    return found


class UserModeNat:
    """Both nodes are namespaces that exist; `outer` has a default route, `inner` nothing but its loopback."""

    def __init__(self, program, outer, inner):
        self.program = program
        self.outer = outer
        self.inner = inner
        self._process = None
        self._complaints = None  # what the program says

    async def start(self):
        """Returns when the inner node has, for each IP version for which `outer` has one, an address and a default
        route. RuntimeError: it does not come up."""
        wanted = {version for version in (4, 6) if _default_device(self.outer, version)}
        self._complaints = tempfile.TemporaryFile()
        self.inner.address = {}
        self._process = await asyncio.create_subprocess_exec(
            "ip", "netns", "exec", self.outer.namespace, *_command(self.program, self.inner),
            stdin=asyncio.subprocess.DEVNULL, stdout=self._complaints, stderr=self._complaints)
        try:
            async with asyncio.timeout(PATIENCE):
                while not wanted <= self.inner.address.keys():
                    if self._process.returncode is not None:
                        raise RuntimeError("it has ended")
                    await asyncio.sleep(0.05)
                    self.inner.address = _addresses(self.inner)
        except (TimeoutError, RuntimeError) as problem:
            self._complaints.seek(0)
            said = self._complaints.read().decode(errors="replace").strip()
            await self.stop()
            raise RuntimeError(f"{self.program} does not come up: {said or problem}") from problem

    async def stop(self):
        """Kill it: the inner device is gone with it, the outer kernel closes its sockets. start() is its reboot."""
        if not self._process:
            return
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        self._complaints.close()
        self._process = None
