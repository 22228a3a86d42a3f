"""What a test process holds once its tests are collected is looked through for garbage once.

Five thousand tests with everything that they import are a million objects. Python went through all of
them again and again in search of cycles: a fifth of the processor time of a test process.
"""

import gc

# A request leaves a thousand objects in cycles; the young are looked through after some of them.
_YOUNG = 10_000


def grow() -> None:
    """Look for no garbage while modules and tests come in: next to none of it goes again."""
    gc.disable()


def settle() -> None:
    """Leave alone what is there for good, and look for garbage among what comes from now on."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    gc.enable()
