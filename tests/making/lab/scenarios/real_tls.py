# SPDX-License-Identifier: GPL-2.0-or-later
"""A TLS handshake fails: fatal alert, then a reset, since the other side's next words lie unread."""

import contextlib
import sys
import tempfile

from .. import programs
from ..story import story


def make_certificate(stage, folder):
    """A certificate that nobody trusts: the paths of its key and of itself."""
    key, certificate = f"{folder}/key", f"{folder}/certificate"
    programs.run(stage.server, "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-subj", "/CN=lab", "-keyout", key, "-out", certificate)
    return key, certificate


@contextlib.contextmanager
def openssl_server(stage, port):
    with tempfile.TemporaryDirectory(prefix="rstlab-tls-") as folder:
        key, certificate = make_certificate(stage, folder)
        address = f"[{stage.address}]" if stage.ip == 6 else stage.address
        with programs.running(stage.server, "openssl", "s_server", "-accept", f"{address}:{port}", "-www",
                              "-key", key, "-cert", certificate):
            programs.wait_until_serving(stage.server, port)
            yield address


@story("application_protocol_error-ipv4-tls-certificate", port=8785, near_miss_for="injected")
def untrusted(stage, port):
    """curl does not trust the certificate of an OpenSSL server: fatal alert, and a reset, since the
    rest of the server's handshake lies unread."""
    with openssl_server(stage, port) as address:
        programs.run(stage.client, "curl", "-s", f"https://{address}:{port}/")
        stage.pause(0.2)
    stage.expect(stage.anybody(port), "application_protocol_error", by="client", kernel="TCP_ABORT_ON_CLOSE", never="injected half_open")


SERVE = """
import socket, ssl, sys
address, port, key, certificate = sys.argv[1:]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(certificate, key)
context.load_verify_locations(certificate)
context.verify_mode = ssl.CERT_REQUIRED
listener = socket.socket(socket.AF_INET6 if ':' in address else socket.AF_INET)
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind((address, int(port)))
listener.listen()
while True:
    client, _ = listener.accept()
    try:
        context.wrap_socket(client, server_side=True)
    except ssl.SSLError:
        client.close()
"""


@story("application_protocol_error-ipv4-tls-no-client-certificate", views="server", port=8790,
       near_miss_for="injected", network={"server_ttl": 128})
@story("application_protocol_error-ipv6-tls-no-client-certificate", ip=6, port=8791, near_miss_for="injected",
       network={"delay_ms": 8})
def no_client_certificate(stage, port):
    """A TLS server demands a certificate that curl does not have. With TLS 1.3 curl has already sent
    its request; the server answers with a fatal alert and closes, the request unread."""
    with tempfile.TemporaryDirectory(prefix="rstlab-tls-") as folder:
        key, certificate = make_certificate(stage, folder)
        with programs.running(stage.server, sys.executable, "-c", SERVE, stage.address, str(port), key, certificate):
            programs.wait_until_serving(stage.server, port)
            address = f"[{stage.address}]" if stage.ip == 6 else stage.address
            programs.run(stage.client, "curl", "-s", "-k", f"https://{address}:{port}/")
            stage.pause(0.2)
    # TLS 1.3 encrypts this alert: on the wire it is a record of 19 bytes, and its content is a guess.
    stage.expect(stage.anybody(port), "application_protocol_error", kernel="TCP_ABORT_ON_CLOSE", never="injected half_open fast_close")
    for _ in range(4):  # what was on its way meets the closed socket
        stage.expect(stage.anybody(port), "data_after_close", kernel="TCP_FLAGS", repeats=True, optional=True, never="injected half_open")
