"""What is printed, as the bytes of an ESC/POS printer: receipts, reports, the drawer's pulse."""

from collections.abc import Sequence

from escpos.printer import Dummy

from pos.printing.lettering import Lettering
from pos.printing.paper import Paper
from pos.report_words import ReportWords
from pos.wording import ReceiptWords

_PIN = 2


def receipt_bytes(words: ReceiptWords, *, lettering: Lettering) -> bytes:
    """Return the bytes that print a receipt and cut the paper."""
    paper = Paper(lettering)
    name, *address = words.heading
    paper.say(name, align="center", big=True)
    for row in address:
        paper.say(row, align="center")
    _mark(paper, words.marks)
    paper.rule()
    for left, right in words.about:
        paper.pair(left, right)
    paper.rule()
    for line in words.lines:
        paper.pair(line.name, line.amount)
        for row in line.about:
            paper.say(f"  {row}")
        for left, right in line.less:
            paper.pair(f"  {left}", right)
    paper.rule()
    for left, right in words.sums:
        paper.pair(left, right)
    paper.pair(*words.total, big=True)
    for left, right in (*words.tenders, *words.taxes):
        paper.pair(left, right)
    paper.rule()
    for row in words.farewell:
        paper.say(row, align="center")
    if words.code:
        paper.code(words.code)
    return paper.cut()


def report_bytes(words: ReportWords, *, lettering: Lettering) -> bytes:
    """Return the bytes that print an X or Z report and cut the paper."""
    paper = Paper(lettering)
    paper.say(words.title, align="center", big=True)
    for row in words.heading:
        paper.say(row, align="center")
    _mark(paper, words.marks)
    for part in words.parts:
        paper.rule()
        if part.title:
            paper.say(part.title, bold=True)
        for left, right in part.rows:
            paper.pair(left, right)
    paper.rule()
    for row in words.remarks:
        paper.say(row)
    return paper.cut()


def kick_bytes() -> bytes:
    """Return the pulse that opens the drawer on the printer's first pin (`ESC p 0`, 100 ms)."""
    device = Dummy()
    device.cashdraw(_PIN)
    return bytes(device.output)


def _mark(paper: Paper, marks: Sequence[str]) -> None:
    for mark in marks:
        paper.say(f"*** {mark} ***", align="center", big=True)
