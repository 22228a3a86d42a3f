"""A key calls at a steady pace: a burst at once, then as fast as it may, and it is told so."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.kernel.ids import new_id
from commerce.park.permissions import ApiScope
from storefront.api.pace import Pace
from tests.storefront.api.counter import Counter, done, open_counter, refused
from tests.support.postgres import TestServer

KEY, OTHER = UUID(int=1), UUID(int=2)


class Watch:
    """A clock that stands until it is moved; seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="module")
def slow_counter(
    postgres_server: TestServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    """A counter that lets each key make three calls at once, and one a minute."""
    pace = {"API_CALLS_A_MINUTE": "1", "API_BURST": "3"}
    with open_counter(postgres_server, tmp_path_factory.mktemp("var"), environment=pace) as opened:
        yield opened


def test_a_burst_passes_at_once_and_the_next_call_waits(watch: Watch) -> None:
    pace = Pace(calls_a_minute=600, burst=60, clock=watch)
    standings = [pace.take(KEY) for _ in range(61)]
    assert [each.admitted for each in standings] == [True] * 60 + [False]
    assert [each.left for each in standings] == [*range(59, -1, -1), 0]
    assert standings[-1].wait == pytest.approx(0.1, abs=1e-6)
    assert standings[-1].full_in == pytest.approx(6)


def test_who_waits_as_long_as_told_passes_once(watch: Watch) -> None:
    pace = Pace(calls_a_minute=600, burst=2, clock=watch)
    for _ in range(2):
        pace.take(KEY)
    watch.now += pace.take(KEY).wait
    assert [pace.take(KEY).admitted for _ in range(2)] == [True, False]


def test_a_refused_call_costs_nothing(watch: Watch) -> None:
    pace = Pace(calls_a_minute=60, burst=1, clock=watch)
    pace.take(KEY)
    assert len({pace.take(KEY).wait for _ in range(50)}) == 1


def test_one_key_does_not_slow_another(watch: Watch) -> None:
    pace = Pace(calls_a_minute=1, burst=1, clock=watch)
    assert pace.take(KEY).admitted
    assert pace.take(OTHER).admitted
    assert not pace.take(KEY).admitted


def test_keys_that_are_quiet_are_forgotten(watch: Watch) -> None:
    pace = Pace(calls_a_minute=60, burst=1, clock=watch)
    for _ in range(10_000):
        pace.take(new_id())
    watch.now += 1.5
    for _ in range(10):
        pace.take(new_id())
    assert len(pace._paid_until) <= 10


@given(
    pauses=st.lists(st.floats(min_value=0, max_value=3), max_size=80),
    a_minute=st.integers(min_value=1, max_value=6000),
    burst=st.integers(min_value=1, max_value=20),
)
def test_no_stretch_of_time_lets_more_through_than_its_share_and_a_burst(
    pauses: list[float], a_minute: int, burst: int
) -> None:
    watch = Watch()
    pace = Pace(calls_a_minute=a_minute, burst=burst, clock=watch)
    admitted = []
    for pause in pauses:
        watch.now += pause
        if pace.take(KEY).admitted:
            admitted.append(watch.now)
    for first, start in enumerate(admitted):
        for last, end in enumerate(admitted[first:], start=first):
            share = (end - start) * a_minute / 60
            assert last - first + 1 <= share + burst + 1e-6


def test_a_program_that_calls_too_often_is_told_when_to_go_on(slow_counter: Counter) -> None:
    client = slow_counter.client(ApiScope.SHOP)
    answers = [client.get("/shop/categories") for _ in range(3)]
    assert [done(each) for each in answers]
    assert [each.headers["RateLimit"] for each in answers] == [
        '"burst";r=2;t=60',
        '"burst";r=1;t=120',
        '"burst";r=0;t=180',
    ]
    late = client.get("/shop/categories", Accept_Language="zh")
    problem = refused(late, 429, "too-many-calls")
    assert late.headers["RateLimit-Policy"] == '"burst";q=3;w=180, "steady";q=1;w=60'
    assert 0 < int(late.headers["Retry-After"]) <= 60
    assert problem["detail"] == f"此密钥调用过于频繁，请在 {late.headers['Retry-After']} 秒后继续。"


def test_each_key_has_a_pace_of_its_own(slow_counter: Counter) -> None:
    hasty, calm = slow_counter.client(ApiScope.SHOP), slow_counter.client(ApiScope.SHOP)
    for _ in range(4):
        hasty.get("/shop/categories")
    refused(hasty.get("/shop/categories"), 429, "too-many-calls")
    done(calm.get("/shop/categories"))


def test_what_is_public_is_told_at_any_pace(slow_counter: Counter) -> None:
    client = slow_counter.client(ApiScope.SHOP)
    for _ in range(5):
        done(client.get("/api/problems"))
    assert "RateLimit" not in client.get("/api/openapi.json").headers


def test_a_refused_change_may_be_sent_again_with_its_key(slow_counter: Counter) -> None:
    client = slow_counter.client(ApiScope.SHOP)
    for _ in range(3):
        client.get("/shop/categories")
    refused(client.post("/shop/carts", {}, once="mine"), 429, "too-many-calls")
    slow_counter.app.extensions["quayside.pace"]._paid_until.clear()
    first = client.post("/shop/carts", {}, once="mine")
    assert first.status_code == 201
    assert "Idempotent-Replayed" not in first.headers
