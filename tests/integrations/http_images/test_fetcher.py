import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from integrations.http_images import HttpImageFetcher
from integrations.http_images.addresses import is_public
from integrations.http_images.faults import (
    PictureFetchError,
    RefusedAddressError,
    SlowServerError,
)

PICTURE = b"\xff\xd8 a picture"


class Pictures(BaseHTTPRequestHandler):
    """A server of pictures with good and bad habits."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name.startswith("to="):
            self._send(302, b"", location=name.removeprefix("to="))
        elif name == "slow":
            self._send(200, b"", length=1000)
            for _ in range(20):
                self.wfile.write(b"x")
                self.wfile.flush()
                time.sleep(0.05)
        elif name == "short":
            self._send(200, b"half", length=1000)
        elif name == "endless":
            self._send(200, b"x" * 200_000)
        elif name == "packed":
            self._send(200, PICTURE, encoding="gzip")
        else:
            self._send(200 if name == "a.jpg" else 404, PICTURE)

    def handle(self) -> None:
        """Serve a fetcher that may hang up whenever it has had enough."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _send(
        self,
        status: int,
        body: bytes,
        *,
        location: str = "",
        length: int | None = None,
        encoding: str = "",
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if location:
            self.send_header("Location", location)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), Pictures)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"pictures.example:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


@contextmanager
def fetcher(server: str, **settings: float) -> Iterator[HttpImageFetcher]:
    """A fetcher that takes our own server for a public one, and nothing else."""
    port = int(server.partition(":")[2])

    def resolve(host: str, port: int) -> list[str]:
        known = {"pictures.example": ["127.0.0.1"], "inside.example": ["10.0.0.7"]}
        return known.get(host) or [socket.inet_ntoa(socket.inet_aton(host))]

    def judge(address: str, asked: int) -> bool:
        return (address, asked) == ("127.0.0.1", port) or is_public(address, asked)

    made = HttpImageFetcher(resolve=resolve, judge=judge, **settings)
    try:
        yield made
    finally:
        made.close()


def test_a_picture_is_fetched_and_redirects_are_followed(server: str) -> None:
    with fetcher(server) as web:
        assert web.fetch(f"http://{server}/a.jpg", most_bytes=1000) == PICTURE
        assert web.fetch(f"http://{server}/to=/to=/a.jpg", most_bytes=1000) == PICTURE


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("gone.jpg", "answered 404"),
        ("endless", "larger than 0 MB"),
        ("short", "broke off"),
        ("to=http://inside.example/a.jpg", "inside.example is not a server"),
        ("to=http://169.254.169.254/latest/meta-data", "169.254.169.254 is not a server"),
        ("to=file:///etc/passwd", "not a web address"),
        ("to=/to=/to=/to=/to=/a.jpg", "without end"),
    ],
)
def test_what_cannot_be_had_is_told_plainly(server: str, path: str, told: str) -> None:
    with fetcher(server) as web, pytest.raises(PictureFetchError, match=told):
        web.fetch(f"http://{server}/{path}", most_bytes=100_000)


def test_a_server_that_drips_is_given_up(server: str) -> None:
    with fetcher(server, total_seconds=0.2) as web, pytest.raises(SlowServerError):
        web.fetch(f"http://{server}/slow", most_bytes=100_000)


@contextmanager
def dripping(opening: bytes) -> Iterator[str]:
    """A server that says `opening` to everybody, and then a byte every tenth of a second."""
    enough = threading.Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.recv(9999)
            connection.sendall(opening)
            while not enough.wait(0.1):
                connection.sendall(b"x")

    def serve() -> None:
        with suppress(OSError):
            while True:
                drip(listener.accept()[0])

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"pictures.example:{listener.getsockname()[1]}"
        enough.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.mark.parametrize(
    ("scheme", "opening"),
    [
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n"),
        ("http", b"HTTP/1.1 200 OK\r\nX-Endless: "),
        ("http", b"H"),
        ("https", b"\x16\x03\x03\x40\x00"),
    ],
    ids=["body", "body without length", "header", "first line", "handshake"],
)
def test_no_server_keeps_us_longer_than_a_picture_may_take(scheme: str, opening: bytes) -> None:
    with dripping(opening) as server, fetcher(server, total_seconds=0.4) as web:
        begun = time.monotonic()
        with pytest.raises(SlowServerError):
            web.fetch(f"{scheme}://{server}/", most_bytes=1_000_000)
        assert time.monotonic() - begun < 3


def test_what_is_fetched_after_one_that_was_too_slow_is_whole(server: str) -> None:
    with fetcher(server, total_seconds=0.4) as web:
        with pytest.raises(SlowServerError):
            web.fetch(f"http://{server}/slow", most_bytes=100_000)
        for _ in range(3):
            assert web.fetch(f"http://{server}/a.jpg", most_bytes=1000) == PICTURE


def test_nothing_is_unpacked_on_the_way(server: str) -> None:
    with fetcher(server) as web:
        assert web.fetch(f"http://{server}/packed", most_bytes=1000) == PICTURE


@pytest.mark.parametrize(
    "url",
    [
        "http://127.1/a.jpg",
        "http://0x7f.1/a.jpg",
        "http://2130706433/a.jpg",
        "http://10.0.0.1/a.jpg",
        "http://192.168.1.1/a.jpg",
        "http://100.64.0.1/a.jpg",
        "http://0.0.0.0/a.jpg",
        "http://inside.example/a.jpg",
        "http://93.184.215.14:22/a.jpg",
        "http://user:secret@pictures.example/a.jpg",
        "ftp://pictures.example/a.jpg",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://",
        "//pictures.example/a.jpg",
        "http://pictures.example:99999/a.jpg",
        "not an address",
        "http://nobody.invalid/a.jpg",
    ],
)
def test_addresses_inside_and_nonsense_are_refused(server: str, url: str) -> None:
    with fetcher(server) as web, pytest.raises(RefusedAddressError):
        web.fetch(url, most_bytes=1000)


@pytest.mark.parametrize(
    "address",
    [
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "fe80::1%eth0",
        "fd00::1",
        "224.0.0.1",
        "255.255.255.255",
        "169.254.169.254",
    ],
)
def test_private_addresses_are_known_in_every_dress(address: str) -> None:
    assert not is_public(address, 443)


def test_the_open_internet_is_open_on_the_webs_ports() -> None:
    assert is_public("93.184.215.14", 443)
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c", 80)
    assert not is_public("93.184.215.14", 8080)


def test_a_name_with_one_private_address_is_refused_whole() -> None:
    web = HttpImageFetcher(resolve=lambda _host, _port: ["93.184.215.14", "127.0.0.1"])
    with pytest.raises(RefusedAddressError):
        web.fetch("http://rebinding.example/a.jpg", most_bytes=1000)
    web.close()


def test_a_name_is_asked_once_so_that_it_cannot_change_its_mind(server: str) -> None:
    port = int(server.partition(":")[2])
    asked: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    web = HttpImageFetcher(resolve=resolve, judge=lambda _address, each: each == port)
    assert web.fetch(f"http://{server}/a.jpg", most_bytes=1000) == PICTURE
    assert asked == ["pictures.example"]
    web.close()
