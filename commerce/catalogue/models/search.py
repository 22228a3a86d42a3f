"""What search reads: one document per product, and the labels of the filters."""

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint, event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql import text

from commerce.catalogue.ddl import SEARCH_STATEMENTS
from commerce.kernel.tables import TenantTable, tenant_reference
from commerce.kernel.text import FOLDING


class SearchDocument(TenantTable):
    """The words of one product in all its languages; its id is the product's."""

    __tablename__ = "search_document"
    __table_args__ = (
        tenant_reference("id", "product", ondelete="CASCADE"),
        Index(None, "words", postgresql_using="gin"),
        Index(None, "folding"),
        {"info": {"statements": SEARCH_STATEMENTS}},
    )

    words: Mapped[str] = mapped_column(TSVECTOR)
    folding: Mapped[int] = mapped_column(default=FOLDING, server_default="1")
    """How its tokens were made (`commerce.kernel.text`); an older one is read anew."""


class SearchWord(TenantTable):
    """A Latin word of some product's names, maker, type or tags: what a slip may have meant.

    Words stay when their last product goes: one that stands in no document finds none.
    """

    __tablename__ = "search_word"
    __table_args__ = (
        UniqueConstraint("merchant_id", "word"),
        Index(None, "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
    )

    word: Mapped[str]


class FacetLabel(TenantTable):
    """How a filter, or one value of it, is called in one language."""

    __tablename__ = "facet_label"
    __table_args__ = (
        UniqueConstraint("merchant_id", "key", "locale"),
        CheckConstraint("label <> ''", name="label"),
    )

    key: Mapped[str]
    """`option:size`, `option:size=small`, `tag:material` or `tag:material=silk`."""
    locale: Mapped[str]
    label: Mapped[str]


@event.listens_for(SearchDocument.__table__, "after_create")
def _after_create(_table: Table, connection: Connection, **_options: object) -> None:
    """Run what a table declaration cannot say, wherever the tables are created."""
    for statement in SEARCH_STATEMENTS:
        connection.execute(text(statement))
