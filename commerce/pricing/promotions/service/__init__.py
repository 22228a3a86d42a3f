"""What one can do with promotions. Every verb works in the caller's transaction."""

from commerce.pricing.promotions.service.codes import add_codes, draw_codes, switch_code
from commerce.pricing.promotions.service.put import (
    change_promotion,
    create_promotion,
    switch_promotion,
)
from commerce.pricing.promotions.service.use import forget_uses_by, give_back_uses, use_promotions

__all__ = [
    "add_codes",
    "change_promotion",
    "create_promotion",
    "draw_codes",
    "forget_uses_by",
    "give_back_uses",
    "switch_code",
    "switch_promotion",
    "use_promotions",
]
