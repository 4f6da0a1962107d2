"""The bloom filter of an existence filter, as the web clients check it: MD5, double hashing, bits from the low end."""

import hashlib
import math
from collections.abc import Collection

from emulator.firestore.protos import BloomFilter

_BITS_PER_NAME = 14
_HASHES = 10
_LEAST_BITS = 64
_MASK = (1 << 64) - 1


def bloom_filter(names: Collection[str]) -> BloomFilter:
    """A filter that contains the full names of documents, with about one false positive in a thousand."""
    result = BloomFilter()
    if not names:
        return result
    bits = max(_LEAST_BITS, math.ceil(len(names) * _BITS_PER_NAME / 8) * 8)
    bitmap = bytearray(bits // 8)
    for name in names:
        digest = hashlib.md5(name.encode(), usedforsecurity=False).digest()
        first, second = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
        for i in range(_HASHES):
            bit = ((first + i * second) & _MASK) % bits
            bitmap[bit >> 3] |= 1 << (bit & 7)
    result.bits.bitmap = bytes(bitmap)
    result.bits.padding = 0
    result.hash_count = _HASHES
    return result
