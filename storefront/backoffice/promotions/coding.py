"""Give a promotion codes, switch one off or on again, and take them all away as a file."""

import csv
import io
from collections.abc import Callable, Iterator
from uuid import UUID

from flask import Response, request
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from commerce.imports.cells import guarded
from commerce.kernel.errors import CommerceError, NotFoundError
from commerce.park.permissions import Permission
from commerce.pricing.promotions.errors import CodeSpellingError, CodeTakenError
from commerce.pricing.promotions.queries import codes_of, promotion_card
from commerce.pricing.promotions.rows import CodeRow
from commerce.pricing.promotions.service import add_codes, draw_codes, switch_code
from commerce.web.identity import current_merchant, current_scope, needs
from commerce.web.services import services
from storefront.backoffice.desk import announce, moved
from storefront.backoffice.forms import DeskForm, sentence
from storefront.backoffice.moments import in_shop_time
from storefront.backoffice.once import is_first
from storefront.backoffice.products.importing import as_file
from storefront.backoffice.promotions.codes import CodeForms, code_state, draw_form, own_form
from storefront.backoffice.promotions.editing import promotion_file, promotion_page
from storefront.backoffice.speech import gettext as _
from storefront.backoffice.speech import ngettext

_AT_ONCE = 5_000


@needs(Permission.EDIT_PRICES)
def add_code(promotion_id: UUID) -> Response:
    """Give a promotion a code that the merchant chose."""
    forms = CodeForms(own_form(from_request=True), draw_form(from_request=False))
    own = forms.own

    def work(session: Session) -> int:
        if not is_first(session):
            return 0
        return len(
            add_codes(
                session,
                merchant_id=current_merchant().id,
                promotion_id=promotion_id,
                codes=[own.code.data],
                limit_total=own.limit_total.data,
                limit_per_customer=own.limit_per_customer.data,
                valid_to=own.valid_to.moment(),
            )
        )

    return _added(promotion_id, forms, own, "code", work)


@needs(Permission.EDIT_PRICES)
def draw_many(promotion_id: UUID) -> Response:
    """Give a promotion many codes that nobody guesses."""
    forms = CodeForms(own_form(from_request=False), draw_form(from_request=True))
    drawing = forms.draw

    def work(session: Session) -> int:
        if not is_first(session):
            return 0
        return len(
            draw_codes(
                session,
                merchant_id=current_merchant().id,
                promotion_id=promotion_id,
                count=drawing.count.data,
                prefix=(drawing.prefix.data or "").strip(),
                limit_total=drawing.limit_total.data,
                limit_per_customer=drawing.limit_per_customer.data,
                valid_to=drawing.valid_to.moment(),
            )
        )

    return _added(promotion_id, forms, drawing, "prefix", work)


@needs(Permission.EDIT_PRICES)
def switch_one_code(promotion_id: UUID, code_id: UUID) -> Response:
    """Switch one code off, or on again."""
    on = request.form.get("do") == "on"

    def work(session: Session) -> None:
        switch_code(session, merchant_id=current_merchant().id, code_id=code_id, on=on)

    services().database.run(current_scope(), work)
    announce(_("The code works again.") if on else _("The code works no more."))
    after = request.form.get("after", "")
    return moved("promotion", promotion_id=promotion_id, **({"after": after} if after else {}))


@needs(Permission.EDIT_PRICES)
def export_codes(promotion_id: UUID) -> Response:
    """Give every code of a promotion as a file for a spreadsheet."""
    with services().database.reading(current_scope()) as connection:
        promotion_card(connection, promotion_id=promotion_id)
        rows = [_cells(each) for each in _every_code(connection, promotion_id)]
    kept = io.StringIO()
    table = csv.writer(kept)
    table.writerow(
        [_("Code"), _("State"), _("Uses"), _("Uses in total"), _("Uses per customer"), _("Until")]
    )
    table.writerows(rows)
    # With the mark a spreadsheet reads Chinese headings as what they are.
    content = kept.getvalue().encode("utf-8-sig")
    return as_file(content, f"{current_merchant().slug}-codes.csv")


def _added(
    promotion_id: UUID,
    forms: CodeForms,
    form: DeskForm,
    spelled: str,
    work: Callable[[Session], int],
) -> Response:
    file = promotion_file(promotion_id)
    if not form.validate():
        return promotion_page(file, codes=forms)
    try:
        count = services().database.run(current_scope(), work)
    except NotFoundError:
        raise
    except (CodeSpellingError, CodeTakenError) as error:
        form[spelled].errors = [sentence(error)]
        return promotion_page(file, codes=forms)
    except CommerceError as error:
        form.refuse(error)
        return promotion_page(file, codes=forms)
    if count:
        announce(ngettext("%(num)d code was added.", "%(num)d codes were added.", count))
    return moved("promotion", promotion_id=promotion_id, _anchor="codes")


def _every_code(connection: Connection, promotion_id: UUID) -> Iterator[CodeRow]:
    after = ""
    while found := codes_of(connection, promotion_id=promotion_id, after=after, most=_AT_ONCE):
        yield from found
        after = found[-1].code


def _cells(code: CodeRow) -> list[str]:
    until = in_shop_time(code.valid_to)
    return [
        guarded(code.code),
        code_state(code).word,
        str(code.used),
        str(code.limit_total or ""),
        str(code.limit_per_customer or ""),
        until.isoformat(" ", "minutes") if until else "",
    ]
