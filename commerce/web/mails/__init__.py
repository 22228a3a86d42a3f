"""The letters that people get; those about orders are rendered outside of any request, in the language of the order."""

from commerce.web.mails.letters import OrderLetters
from commerce.web.mails.rendering import Note, render_note

__all__ = ["Note", "OrderLetters", "render_note"]
