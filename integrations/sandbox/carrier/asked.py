"""The parcel that a request announces, read strictly: what is not understood is refused."""

from typing import Any

from integrations.sandbox.door import asked
from integrations.sandbox.refusals import RefusedRequestError

_MOST_GRAMS = 70_000
_MOST_MM = 3_000
_MOST_PIECES = 200
_MOST_LETTERS = 500
_ADDRESS = (
    "name",
    "organisation",
    "district",
    "city",
    "region",
    "postcode",
    "country",
    "phone",
    "email",
)
_PIECE = {"description": str, "quantity": int, "value_minor": int, "weight_grams": int}
_PIECE_TOO = {"hs_code": str, "origin_country": str, "sku": str}


def asked_parcel() -> dict[str, Any]:
    """Return the parcel of the request."""
    parcel = asked().get("parcel")
    if not isinstance(parcel, dict):
        raise RefusedRequestError("parcel-invalid", 400)
    return {
        "sender": _address(parcel, "sender"),
        "recipient": _address(parcel, "recipient"),
        "weight_grams": _count(parcel, "weight_grams", most=_MOST_GRAMS),
        "size": _size(parcel.get("size")),
        "contents": _contents(parcel.get("contents")),
        "currency": _text(parcel, "currency"),
        "order_number": _text(parcel, "order_number"),
    }


def _address(parcel: dict[str, Any], name: str) -> dict[str, Any]:
    given = parcel.get(name)
    if not isinstance(given, dict) or not isinstance(given.get("lines"), list):
        raise RefusedRequestError(f"{name}-invalid", 400)
    lines = [str(line)[:_MOST_LETTERS] for line in given["lines"]]
    if not str(given.get("country", "")) or not any(lines):
        raise RefusedRequestError("address-refused", 422)
    return {
        "lines": lines,
        **{each: str(given.get(each) or "")[:_MOST_LETTERS] for each in _ADDRESS},
    }


def _size(given: Any) -> dict[str, int] | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise RefusedRequestError("size-invalid", 400)
    return {
        name: _count(given, name, most=_MOST_MM) for name in ("length_mm", "width_mm", "height_mm")
    }


def _contents(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not 0 < len(given) <= _MOST_PIECES:
        raise RefusedRequestError("contents-invalid", 400)
    return [_piece(each) for each in given]


def _piece(given: Any) -> dict[str, Any]:
    kinds = {**_PIECE, **_PIECE_TOO}
    if not isinstance(given, dict) or any(
        not isinstance(given.get(name), kind) for name, kind in kinds.items()
    ):
        raise RefusedRequestError("contents-invalid", 400)
    return {name: given[name] for name in kinds}


def _count(given: dict[str, Any], name: str, *, most: int) -> int:
    value = given.get(name)
    if type(value) is not int or not 0 < value <= most:
        raise RefusedRequestError(f"{name.replace('_', '-')}-invalid", 422)
    return value


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _MOST_LETTERS:
        raise RefusedRequestError(f"{name.replace('_', '-')}-invalid", 400)
    return value
