"""The letters that shoppers get, rendered outside of any request, in the language of the order."""

from commerce.web.mails.letters import OrderLetters

__all__ = ["OrderLetters"]
