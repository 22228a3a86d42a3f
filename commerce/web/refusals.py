"""Why a provider refused, in the reader's language, however long ago and in whichever language it was."""

from commerce.plugins.registry import Registry
from commerce.web.faults import say
from commerce.web.languages import language
from commerce.web.services import services


def why_refused(*, plugin: str, refusal: str, detail: str) -> str:
    """Return why a payment or a refund was refused; nothing when nobody has said.

    The plugin's own code is explained by its manifest. Where no plugin explains it (any more), the
    words stand that were told at the time.
    """
    if refusal:
        for manifest in services().part(Registry).manifests:
            if manifest.id == plugin and refusal in manifest.refusals:
                return manifest.refusals[refusal].spoken(language())
    return say(detail, {}) if detail else ""
