"""Breaks a connection on purpose, as a network does."""

import contextlib
import socket
from collections.abc import Mapping
from typing import Any

from flask import Response


def cut_connection(environ: Mapping[str, Any]) -> Response:
    """Close the client's connection without an answer; works under our own server.

    The returned response is never seen by anybody.
    """
    connection = environ["werkzeug.socket"]
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=204)
