# SPDX-License-Identifier: GPL-2.0-or-later
"""nginx, curl and Python's http.server, as they reset in real life."""

import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path

from .. import programs
from ..story import story

NGINX = """daemon off; user root; worker_processes 1; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen {listen}; {settings} location / {{ return 200 "yes\\n"; }}
            location /secret {{ return 444; }} }}
}}
"""


def host(address):
    return f"[{address}]" if ":" in address else address


@contextlib.contextmanager
def nginx(stage, port, settings=""):
    """nginx on the server, with one worker; its master's process."""
    with tempfile.TemporaryDirectory(prefix="rstlab-nginx-") as folder:
        file = Path(folder) / "nginx.conf"
        listen = f"{host(stage.address)}:{port}"
        file.write_text(NGINX.format(folder=folder, listen=listen, settings=settings), encoding="ascii")
        with programs.running(stage.server, "nginx", "-e", f"{folder}/errors", "-c", str(file)) as master:
            programs.wait_until_serving(stage.server, port)
            yield master


def browse(stage, port):
    """A client with a kept-alive connection that has been served once."""
    sock = stage.caller()
    flow = stage.flow(sock, port)
    sock.connect((stage.address, port))
    sock.sendall(b"GET / HTTP/1.1\r\nHost: lab\r\n\r\n")
    sock.recv(4096)
    return sock, flow


@story("application_protocol_error-ipv4-nginx-cookie", port=8770, near_miss_for="half_open injected",
       network={"delay_ms": 6})
@story("application_protocol_error-ipv6-nginx-cookie", views="server", ip=6, port=8771,
       near_miss_for="half_open injected", network={"server_ttl": 128, "timestamps": False})
def cookie_too_large(stage, port):
    """curl sends a 24 kB cookie to an nginx that allows 8 kB and does not linger: "400 Request
    Header Or Cookie Too Large", and a reset for the unread rest. What is still on its way meets the
    closed socket."""
    with nginx(stage, port, "lingering_close off;"), tempfile.NamedTemporaryFile("w") as file:
        file.write("Cookie: " + "biscuit=" * 3000 + "\n")
        file.flush()
        programs.run(stage.client, "curl", "-s", "-H", f"@{file.name}", f"http://{host(stage.address)}:{port}/")
        stage.pause(0.2)
    flow = stage.anybody(port)
    stage.expect(flow, "application_protocol_error", kernel="TCP_ABORT_ON_CLOSE",
                 never="injected half_open")
    for _ in range(40):
        stage.expect(flow, "data_after_close", kernel="TCP_FLAGS", optional=True, repeats=True, never="injected half_open")


@story("data_after_close-ipv4-nginx-keep-alive", views="server", port=8772,
       near_miss_for="application_protocol_error half_open idle_timeout")
def keep_alive_over(stage, port):
    """nginx closes a kept-alive connection after a second; the client, unaware, sends its next
    request into it and is reset."""
    with nginx(stage, port, "keepalive_timeout 1;"):
        sock, flow = browse(stage, port)
        stage.pause(1.6)
        sock.sendall(b"GET /again HTTP/1.1\r\nHost: lab\r\n\r\n")
        stage.wait_for_failure(sock, 5)
    stage.expect(flow, "data_after_close", kernel="TCP_TIMEWAIT_SOCKET",
                 never="half_open injected application_protocol_error")


@story("application_abort-ipv4-nginx-444", port=8773, near_miss_for="application_protocol_error fast_close")
@story("application_abort-ipv6-nginx-444", views="server", ip=6, port=8774,
       near_miss_for="application_protocol_error fast_close", network={"delay_ms": 7})
def no_answer(stage, port):
    """nginx is told to drop a request without an answer (444, reset_timedout_connection): it
    aborts the connection."""
    with nginx(stage, port, "reset_timedout_connection on;"):
        programs.run(stage.client, "curl", "-s", f"http://{host(stage.address)}:{port}/secret")
        stage.pause(0.1)
    stage.expect(stage.anybody(port), "application_abort", kernel="TCP_STATE",
                 never="application_protocol_error injected half_open fast_close")


@story("process_exit-ipv4-nginx-worker", port=8775, near_miss_for="service_stopped")
@story("process_exit-ipv6-nginx-worker", views="server", ip=6, port=8776, near_miss_for="service_stopped",
       network={"client_ttl": 128, "delay_ms": 4})
def worker_killed(stage, port):
    """nginx's only worker hangs and is killed: a reset for the three clients whose requests it has
    not read, a FIN for the two quiet ones. The master starts another; the next client is served."""
    with nginx(stage, port) as master:
        clients = [browse(stage, port) for _ in range(5)]
        stage.pause(0.1)
        worker = programs.children(master.pid)[0]
        os.kill(worker, signal.SIGSTOP)
        for sock, _ in clients[::2]:
            sock.sendall(b"GET /lost HTTP/1.1\r\nHost: lab\r\n\r\n")
        stage.pause(0.2)
        os.kill(worker, signal.SIGKILL)
        stage.pause(0.5)
        browse(stage, port)[0].close()
        for sock, _ in clients:
            sock.close()
        stage.pause(0.2)
    for _, flow in clients[::2]:
        stage.expect(flow, "process_exit", kernel="TCP_ABORT_ON_CLOSE", never="injected half_open")


@story("unread_data-ipv4-download-cancelled", port=8777,
       near_miss_for="zero_window_timeout application_protocol_error")
@story("unread_data-ipv6-download-cancelled", views="server", ip=6, port=8778,
       near_miss_for="application_protocol_error", network={"server_ttl": 255, "delay_ms": 5})
def download_cancelled(stage, port):
    """curl downloads slowly from Python's http.server and gives up after a second, with received
    data still unread: its kernel resets."""
    stage.client.sysctl("ipv4/tcp_rmem", "4096 9000 9000")
    with tempfile.TemporaryDirectory(prefix="rstlab-http-") as folder:
        (Path(folder) / "big").write_bytes(b"0123456789abcde\n" * 30000)
        with programs.running(stage.server, sys.executable, "-m", "http.server", str(port), "--bind",
                              stage.address, "--directory", folder):
            programs.wait_until_serving(stage.server, port)
            programs.run(stage.client, "curl", "-s", "-o", "/dev/null", "--limit-rate", "4k", "--max-time", "1",
                         f"http://{host(stage.address)}:{port}/big")
            stage.pause(0.3)
    flow = stage.anybody(port)
    stage.expect(flow, "unread_data", by="client", kernel="TCP_ABORT_ON_CLOSE", never="injected half_open fast_close")
    for _ in range(10):
        stage.expect(flow, "data_after_close", by="client", optional=True, repeats=True, never="injected half_open")
