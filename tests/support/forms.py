"""What a browser sends of a form on a page."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects the controls of one form as a browser would: what is ticked, chosen, typed."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._form, self._inside, self._select, self._text = form, False, "", ""
        self._chosen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = self._form in {given.get("id"), given.get("action")}
        if not self._inside or given.get("form", self._form) != self._form:
            return
        if tag == "option" and self._select and (self._chosen is None or "selected" in given):
            self._chosen = given.get("value", "")
        name = given.get("name", "")
        if tag == "select":
            self._select, self._chosen = name, None
        elif tag == "textarea":
            self._text = name
            self.sent.append((name, ""))
        elif tag == "input" and _is_sent(given):
            self.sent.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select:
            self.sent.append((self._select, self._chosen or ""))
            self._select = ""
        if tag == "textarea" and self._text:
            # As HTML has it, a line break right behind the tag is not of the text.
            name, text = self.sent[-1]
            self.sent[-1] = (name, text.removeprefix("\r").removeprefix("\n"))
            self._text = ""
        self._inside = self._inside and tag != "form"

    def handle_data(self, data: str) -> None:
        if self._text:
            self.sent[-1] = (self._text, self.sent[-1][1] + data)


def _is_sent(given: dict[str, str]) -> bool:
    if given.get("type") in {"checkbox", "radio"}:
        return "checked" in given
    return "name" in given and given.get("type") not in {"file", "submit"}


def sent_by(page: str, form: str) -> dict[str, list[str]]:
    """Return what a browser sends of the form with the id or the address `form` when nothing was touched."""
    reading = _Form(form)
    reading.feed(page)
    sent: dict[str, list[str]] = {}
    for name, value in reading.sent:
        sent.setdefault(name, []).append(value)
    return sent
