"""The server of the review, on a port of this machine, until it is ended."""

import socket
import webbrowser
from contextlib import closing

import uvicorn

from digitocr.errors import OutputError, UsageError
from digitocr.review.app import make_app
from digitocr.review.security import Access
from digitocr.store.store import Store


def serve(store: Store, access: Access, listening: socket.socket, *, browser: bool) -> None:
    """Answer requests on a socket until Ctrl-C or SIGTERM; `browser`: open the page in it."""
    config = uvicorn.Config(
        make_app(store, access), log_level="warning", access_log=False, server_header=False, lifespan="off"
    )
    store.run("DELETE FROM lease")  # whoever held something was at a server that is gone
    if browser:
        webbrowser.open(access.address)
    uvicorn.Server(config).run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; on any free port where `port` is 0.

    Raises:
        UsageError: the host is none of this machine's.
        OutputError: the port is taken.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise UsageError(f"--host {host}: no address of this machine ({error.strerror})") from error
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError as error:
        with closing(listening):
            raise OutputError(
                f"{host}:{port} cannot be used ({error.strerror}); name another --port"
            ) from error
    return listening
