"""The letters that people get; those about orders are rendered outside of any request, in the language of the order."""

from commerce.web.mails.letters import OrderLetters
from commerce.web.mails.rendering import Note, Slip, SlipRow, render_note, render_slip
from commerce.web.mails.return_letters import ReturnLetters

__all__ = [
    "Note",
    "OrderLetters",
    "ReturnLetters",
    "Slip",
    "SlipRow",
    "render_note",
    "render_slip",
]
