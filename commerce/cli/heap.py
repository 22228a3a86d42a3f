"""How the C library keeps memory that was given back: long-lived processes of ours set it once."""

import ctypes

# <malloc.h> of the GNU C library.
_TRIM_THRESHOLD = -1
_MMAP_THRESHOLD = -3
_ARENA_MAX = -8

_LARGE_BYTES = 2 << 20
_SPARE_BYTES = 4 << 20
_ARENAS = 2


def give_large_blocks_back() -> bool:
    """Return large blocks to the system as soon as they are freed; False where that cannot be set.

    Checking a password fills 19 MiB (`commerce.kernel.passwords`). The GNU C library learns from the
    first such block that blocks of this size come often, and from then on keeps one in every arena,
    of which each thread may get its own: 120 MB after a morning of clerks' PINs. Fixed thresholds
    end the learning. Other C libraries keep no such arenas.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    wanted = ((_MMAP_THRESHOLD, _LARGE_BYTES), (_TRIM_THRESHOLD, _SPARE_BYTES))
    return all(mallopt(*each) for each in (*wanted, (_ARENA_MAX, _ARENAS)))
