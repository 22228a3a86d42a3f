"""A receipt as a letter on the sheet that the shop's other letters have."""

from collections.abc import Iterator

from commerce.web.languages import language
from commerce.web.mails import Slip, SlipRow, render_slip
from pos.wording import ReceiptWords


def receipt_html(words: ReceiptWords, *, subject: str) -> str:
    """Return what the plain text of the letter says, with the amounts in one column."""
    shop, *place = words.heading
    return render_slip(
        Slip(
            subject=subject,
            shop=shop,
            language=language(),
            heading=(*place, *words.marks),
            rows=tuple(_rows(words)),
            about=words.about,
            farewell=words.farewell,
        )
    )


def _rows(words: ReceiptWords) -> Iterator[SlipRow]:
    for line in words.lines:
        yield SlipRow(line.name, line.amount, line.about)
        yield from (SlipRow(*less) for less in line.less)
    yield from (SlipRow(*each) for each in words.sums)
    yield SlipRow(*words.total, total=True)
    yield from (SlipRow(*each) for each in (*words.tenders, *words.taxes))
