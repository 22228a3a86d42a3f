"""The card processor's own behaviour: odd cards, restarts, its page."""

import re
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from integrations.sandbox.card_processor.app import SIMULATOR, create_app
from integrations.sandbox.card_processor.cards import CARDS, card_of
from integrations.sandbox.serving import Simulator
from tests.integrations.conformance.bench import Mailbox, mailbox
from tests.support.wide import wide

QUICK = Simulator("card", partial(create_app, slow_seconds=0.2))


@dataclass
class Account:
    address: str
    key: str
    webhook_url: str = ""

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return requests.post(
            f"{self.address}/v1{path}",
            json=body,
            headers={
                "Authorization": f"Bearer {self.key}",
                "Idempotency-Key": secrets.token_hex(8),
            },
            timeout=5,
        )

    def open(self, **facts: object) -> dict[str, Any]:
        wish = {
            "reference": secrets.token_hex(8),
            "amount": 12_800,
            "currency": "CNY",
            "order_number": "PR-1001",
            "return_url": "http://shop.localhost/thanks",
            "cancel_url": "http://shop.localhost/cart",
            "webhook_url": self.webhook_url,
            **facts,
        }
        opened: dict[str, Any] = self.post("/payments", wish).json()
        return opened

    def show(self, payment: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(
            f"{self.address}/v1/payments/{payment['id']}",
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=5,
        ).json()
        return found


@pytest.fixture
def account() -> Iterator[Account]:
    with QUICK.running() as running:
        yield Account(running.address, secrets.token_hex(16))


@pytest.fixture
def post() -> Iterator[Mailbox]:
    with mailbox() as box:
        yield box


def submit(url: str, **form: str) -> requests.Response:
    return requests.post(url, data=form, allow_redirects=False, timeout=5)


def test_every_test_card_passes_the_luhn_check() -> None:
    def luhn(number: str) -> int:
        doubled = [int(digit) * 2 for digit in number[-2::-2]]
        return sum(int(digit) for digit in number[-1::-2]) + sum(n // 10 + n % 10 for n in doubled)

    assert all(luhn(card.number) % 10 == 0 for card in CARDS)


def test_a_number_is_the_same_card_however_a_keyboard_types_it() -> None:
    assert card_of(wide("4242 4242-4242 4242")) == CARDS[0]
    assert card_of("4242 4242 4242 4241") is None


def test_the_slow_card_pays_after_a_while(account: Account) -> None:
    payment, began = account.open(), time.monotonic()

    answer = submit(payment["page_url"], number="4000000000008880")

    assert time.monotonic() - began >= 0.2
    assert answer.status_code == 303
    assert account.show(payment)["status"] == "captured"


def test_the_silent_card_pays_and_never_answers(account: Account, post: Mailbox) -> None:
    account.webhook_url = post.url
    payment = account.open()

    with pytest.raises(requests.ConnectionError):
        submit(payment["page_url"], number="4000000000006660")

    assert account.show(payment)["status"] == "captured"
    assert len(post.wait_for(2)) == 2


def test_the_tripling_card_reports_everything_three_times(account: Account, post: Mailbox) -> None:
    account.webhook_url = post.url
    submit(account.open()["page_url"], number="4000000000003337")

    assert len(post.wait_for(6)) == 6


def test_the_late_card_pays_at_once_and_reports_later(account: Account, post: Mailbox) -> None:
    account.webhook_url = post.url
    payment = account.open()

    submit(payment["page_url"], number="4000000000005555")

    assert account.show(payment)["status"] == "captured"
    assert post.wait_for(1, seconds=0.5) == []


def test_a_holder_that_always_fails_never_pays(account: Account) -> None:
    payment = account.open()
    confirm = submit(payment["page_url"], number="4000008400001629").headers["Location"]

    answer = submit(account.address + confirm, answer="yes")

    assert answer.status_code == 402
    assert account.show(payment)["decline"] == "authentication-failed"


def test_leaving_the_page_cancels(account: Account) -> None:
    payment = account.open()

    answer = submit(f"{payment['page_url']}/cancel")

    assert answer.headers["Location"] == "http://shop.localhost/cart"
    assert account.show(payment)["status"] == "cancelled"


def test_a_page_whose_time_is_over_takes_no_card(account: Account) -> None:
    payment = account.open(expires_at=int(time.time()) - 1)

    answer = submit(payment["page_url"], number="4242424242424242")

    assert "Nothing was charged" in answer.text
    assert account.show(payment)["status"] == "cancelled"


def test_two_submissions_charge_once(account: Account) -> None:
    payment = account.open()

    submit(payment["page_url"], number="4242424242424242")
    again = submit(payment["page_url"], number="4242424242424242")

    assert again.status_code == 200
    assert account.show(payment)["captured"] == 12_800


def test_the_page_speaks_both_languages_and_runs_no_script(account: Account) -> None:
    english = requests.get(account.open(locale="en")["page_url"], timeout=5)
    chinese = requests.get(account.open(locale="zh-Hans")["page_url"], timeout=5)

    assert 'lang="en"' in english.text
    assert "Card number" in english.text
    assert 'lang="zh-Hans"' in chinese.text
    assert "卡号" in chinese.text
    for page in (english, chinese):
        assert "<script" not in page.text
        assert not re.search(r"\sstyle=|\son\w+=", page.text)
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_page_never_repeats_a_number_and_the_journal_holds_none(tmp_path: Path) -> None:
    journal = tmp_path / "card.jsonl"
    with QUICK.running(journal=journal) as running:
        account = Account(running.address, secrets.token_hex(16))
        payment = account.open()
        answer = submit(payment["page_url"], number="5555444433332222")
        submit(payment["page_url"], number="4242 4242 4242 4242")

    assert "5555444433332222" not in answer.text
    assert "4242424242424242" not in journal.read_text()
    assert account.key not in journal.read_text()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": -5},
        {"amount": "12"},
        {"amount": 1.5},
        {"reference": ""},
        {"return_url": "javascript:alert(1)"},
    ],
)
def test_a_malformed_wish_is_refused(account: Account, wrong: dict[str, object]) -> None:
    assert "error" in account.open(**wrong)


def test_payments_survive_a_restart(tmp_path: Path) -> None:
    journal, key = tmp_path / "card.jsonl", secrets.token_hex(16)
    with QUICK.running(journal=journal) as running:
        payment = Account(running.address, key).open()
        submit(payment["page_url"], number="4242424242424242")
    with journal.open("a") as file:
        file.write('["payment","pay_half')  # what a kill leaves behind

    with QUICK.running(journal=journal) as running:
        after = Account(running.address, key).show(payment)

    assert (after["status"], after["captured"]) == ("captured", 12_800)


def test_a_webhook_that_was_not_taken_is_sent_after_a_restart(
    tmp_path: Path, post: Mailbox
) -> None:
    journal, key = tmp_path / "card.jsonl", secrets.token_hex(16)
    with QUICK.running(journal=journal) as running:
        nobody = Account(running.address, key, webhook_url=post.url)
        post.refusals = 2
        submit(nobody.open()["page_url"], number="4242424242424242")
        time.sleep(0.2)
    assert post.messages == []

    with QUICK.running(journal=journal):
        assert len(post.wait_for(2)) == 2


def test_it_runs_as_a_program_and_ends_cleanly(tmp_path: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "integrations.sandbox.card_processor", "--port", "0"],
        env={"QUAYSIDE_VAR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    said = program.stdout.readline()
    address = said.strip().rpartition(" ")[2]
    health = requests.get(f"{address}/_sandbox/health", timeout=5)
    program.send_signal(signal.SIGTERM)

    assert health.json() == {"status": "ok"}
    assert program.wait(10) == 0
    program.stdout.close()
    journal = tmp_path / "sandbox" / "card.jsonl"
    assert [each.stat().st_mode & 0o077 for each in (journal, journal.parent)] == [0, 0]


def test_the_simulator_is_called_card() -> None:
    assert SIMULATOR.name == "card"
