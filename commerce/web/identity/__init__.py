"""Who is asking: sign-in of staff, what each view demands, keys of the API.

Views say what they demand with the decorators of `declaring` (and `commerce.web.access.public`);
`guard` keeps to it before any view runs and refuses every view that says nothing.
"""

from commerce.web.identity.current import current_merchant, current_scope, current_staff
from commerce.web.identity.declaring import (
    api_key,
    needs,
    proved_lately,
    register,
    shopper,
    signed_in,
)
from commerce.web.identity.guard import set_gate
from commerce.web.identity.mounting import install

__all__ = [
    "api_key",
    "current_merchant",
    "current_scope",
    "current_staff",
    "install",
    "needs",
    "proved_lately",
    "register",
    "set_gate",
    "shopper",
    "signed_in",
]
