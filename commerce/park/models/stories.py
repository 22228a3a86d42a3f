"""What merchants tell about themselves and their places."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from commerce.kernel.tables import TenantTable


class Story(TenantTable):
    """A merchant's words in one language, about itself or about one of its places."""

    __tablename__ = "story"
    __table_args__ = (
        UniqueConstraint("merchant_id", "place", "locale"),
        CheckConstraint("locale ~ '^[a-z]{2}$'", name="locale"),
    )

    place: Mapped[str] = mapped_column(default="")
    """The code of a location; empty for the merchant itself."""
    locale: Mapped[str]
    tagline: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    touch: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """What a visitor can hold, pour or try there."""
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    """ISO 639-1 codes of what is spoken there."""
    getting_there: Mapped[str] = mapped_column(default="")
