"""Refuse text that nothing can keep or print, once, where it comes in.

PostgreSQL keeps no NUL, half a surrogate pair is no character in any encoding, and nobody means the
other control characters but tabs and line breaks. Whatever a view takes from its path, its query,
its form, a file's name, a cookie or a JSON body is free of them; what a program sends to `/api/` in
its query and body is held by that interface's own types, which name the field.
"""

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask, Request, request
from werkzeug.datastructures import ImmutableMultiDict

from commerce.kernel.errors import CommerceError, NotFoundError

_UNKEEPABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")
_INTERFACE = "/api/"


class UnkeepableTextError(CommerceError):
    """A text holds a character that cannot be kept."""

    code = "unkeepable-text"
    status = 400
    template = "Something you sent holds invisible characters that cannot be kept. Type it anew."


class EntangledError(CommerceError):
    """A JSON document is nested deeper than anything that is meant."""

    code = "entangled"
    status = 400
    template = "What was sent cannot be read. Load the page again."


class BorderRequest(Request):
    """A request whose form and JSON body were looked through before anybody reads them."""

    def _load_form_data(self) -> None:
        """Read the form.

        Raises:
            UnkeepableTextError: it holds a character that cannot be kept.
        """
        fresh = "form" not in self.__dict__
        super()._load_form_data()
        if fresh and not _all_keepable(self._written()):
            for file in self.files.values():
                file.close()
            # The page that tells of it reads the form as well, and must not be refused again.
            self.__dict__["form"] = self.__dict__["files"] = ImmutableMultiDict()
            raise UnkeepableTextError

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:  # noqa: FBT001, FBT002 - Flask's
        """Return the JSON body.

        Raises:
            UnkeepableTextError: it holds a character that cannot be kept.
            EntangledError: it is nested too deep to be read.
        """
        try:
            found = super().get_json(force=force, silent=silent, cache=cache)
        except RecursionError:
            raise EntangledError from None
        if not _all_keepable(_texts(found)):
            raise UnkeepableTextError
        return found

    def _written(self) -> Iterable[str]:
        for name, value in self.form.items(multi=True):
            yield from (name, value)
        for name, file in self.files.items(multi=True):
            yield from (name, file.filename or "")


def install(app: Flask) -> None:
    """Look through every request to `app`."""
    app.request_class = BorderRequest
    app.before_request(refuse_unkeepable)


def refuse_unkeepable() -> None:
    """Let through an address and cookies that hold nothing odd.

    Raises:
        NotFoundError: nothing can have such a path.
        UnkeepableTextError: a parameter or a cookie holds a character that cannot be kept.
    """
    if _UNKEEPABLE.search(request.path):
        raise NotFoundError
    if request.query_string and not request.path.startswith(_INTERFACE):
        asked = (text for pair in request.args.items(multi=True) for text in pair)
        if not _all_keepable(asked):
            raise UnkeepableTextError
    # Only an escape can bring such a character into a cookie (RFC 2965 quoting, which is still read).
    if "\\" in request.headers.get("Cookie", "") and not _all_keepable(request.cookies.values()):
        raise UnkeepableTextError


def keepable(text: str) -> bool:
    """Return whether a text from outside can be kept."""
    return _UNKEEPABLE.search(text) is None


def _all_keepable(texts: Iterable[str]) -> bool:
    return all(map(keepable, texts))


def _texts(document: Any) -> Iterable[str]:
    """Return every name and text of a JSON document, however deep it goes."""
    waiting = [document]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.keys()
            waiting += each.values()
