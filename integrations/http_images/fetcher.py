"""A guarded HTTP client for pictures: `commerce.imports.pictures.ImageFetcher`.

The name is resolved once and the connection goes to the very address that was judged, so a name
that changes its answer between look and leap gains nothing (DNS rebinding). Redirects are followed
by hand, three at most, each through the same guard. Bytes are counted as they arrive, and nothing
is unpacked on the way.
"""

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.connection import create_connection

from integrations.http_images.addresses import (
    Judge,
    Resolve,
    is_public,
    permitted_address,
    resolved,
)
from integrations.http_images.deadline import watch, within
from integrations.http_images.faults import (
    BrokenOffError,
    LargeFileError,
    PictureFetchError,
    RedirectedTooOftenError,
    RefusedAddressError,
    SecretInAddressError,
    ServerAnswerError,
    SilentServerError,
    SlowServerError,
    UnreachableServerError,
)

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 10.0
_TOTAL_SECONDS = 40.0
_MOST_REDIRECTS = 3
_PIECE = 64 * 1024
_OK = 200


class HttpImageFetcher:
    """Gets pictures from the open internet.

    Args:
        resolve: looks names up; the system does by default.
        judge: says which address and port may be asked; public ones on 80 and 443 by default.
        total_seconds: how long one picture may take, redirects included.
    """

    def __init__(
        self,
        *,
        resolve: Resolve = resolved,
        judge: Judge = is_public,
        total_seconds: float = _TOTAL_SECONDS,
    ) -> None:
        self._total_seconds = total_seconds
        self._session = requests.Session()
        # No proxy and no passwords from the environment: both would carry us past the guard.
        self._session.trust_env = False
        self._session.headers.update(
            {
                "User-Agent": "Quayside product import",
                "Accept": "image/*",
                "Accept-Encoding": "identity",
            }
        )
        adapter = _GuardedAdapter(resolve, judge)
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def fetch(self, url: str, *, most_bytes: int) -> bytes:
        """Return what lies at `url`.

        Raises:
            PictureFetchError: it cannot be had; each cause has a kind of its own.
        """
        with within(self._total_seconds) as deadline:
            try:
                content = self._found(url, most_bytes)
            except PictureFetchError as error:
                if deadline.over:
                    raise SlowServerError from error
                raise
            # A connection that was shut looks like a file that ended, where no length was told.
            if deadline.over:
                raise SlowServerError
            return content

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()

    def _found(self, url: str, most_bytes: int) -> bytes:
        for _ in range(_MOST_REDIRECTS + 1):
            _check(url)
            with self._asked(url) as answer:
                target = answer.headers.get("location")
                if not answer.is_redirect or target is None:
                    return _body(answer, most_bytes)
            url = urljoin(url, target)
        raise RedirectedTooOftenError

    def _asked(self, url: str) -> requests.Response:
        try:
            return self._session.get(
                url,
                stream=True,
                allow_redirects=False,
                timeout=(_CONNECT_SECONDS, _READ_SECONDS),
            )
        except requests.Timeout as error:
            raise SilentServerError from error
        except requests.RequestException as error:
            raise UnreachableServerError from error


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddressError from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise RefusedAddressError
    if parts.username is not None or parts.password is not None:
        raise SecretInAddressError


def _body(answer: requests.Response, most_bytes: int) -> bytes:
    if answer.status_code != _OK:
        raise ServerAnswerError(status=answer.status_code)
    content = bytearray()
    try:
        while piece := answer.raw.read(_PIECE, decode_content=False):
            content += piece
            if len(content) > most_bytes:
                raise LargeFileError(most=most_bytes // 1_000_000)
    except (HTTPError, OSError) as error:
        raise BrokenOffError from error
    return bytes(content)


class _GuardedAdapter(HTTPAdapter):
    """Opens connections through the guard only."""

    def __init__(self, resolve: Resolve, judge: Judge) -> None:
        self._pools = _guarded_pools(resolve, judge)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = self._pools


def _guarded_pools(resolve: Resolve, judge: Judge) -> dict[str, Any]:
    """Return connection pools whose sockets go to judged addresses.

    TLS still checks the certificate against the name, not the address.
    """

    def leap(connection: HTTPConnection) -> Any:
        port = connection.port or connection.default_port
        address = permitted_address(connection.host, port, resolve=resolve, judge=judge)
        opened = create_connection(
            (address, port),
            connection.timeout,
            source_address=connection.source_address,
            socket_options=connection.socket_options,
        )
        watch(opened)
        return opened

    class Plain(HTTPConnection):
        def _new_conn(self) -> Any:
            return leap(self)

        def request(self, *args: Any, **kwargs: Any) -> None:
            _watch_again(self)
            super().request(*args, **kwargs)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> Any:
            return leap(self)

        def request(self, *args: Any, **kwargs: Any) -> None:
            _watch_again(self)
            super().request(*args, **kwargs)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def _watch_again(connection: HTTPConnection) -> None:
    """Put a connection that is used once more under the deadline of this transfer as well."""
    if connection.sock is not None:
        watch(connection.sock)
