"""What the policies of a shop are called, in the shop and at the desk."""

from flask_babel import gettext as _

from commerce.park.policies import PolicyKind


def policy_title(kind: PolicyKind) -> str:
    """Return what a policy is called."""
    return str(
        {
            PolicyKind.TERMS: _("Terms of sale"),
            PolicyKind.PRIVACY: _("Privacy"),
            PolicyKind.RETURNS: _("Returns and withdrawal"),
            PolicyKind.DELIVERY: _("How we deliver"),
            PolicyKind.IMPRINT: _("Imprint"),
            PolicyKind.CONTACT: _("Contact"),
        }[kind]
    )
