"""How much may be said at once, what listening costs, and when we doubt what we heard."""

from datetime import timedelta
from typing import Final

RATE: Final = 16_000
"""Samples a second of what is recognised: more adds nothing to speech."""
AT_ONCE_SECONDS: Final = 60.0
MOST_SECONDS: Final = 600.0
PIECE_SECONDS: Final = 55.0
"""A longer recording is recognised in pieces: one request takes at most 60 seconds
(https://cloud.google.com/speech-to-text/v2/quotas)."""
PAUSE_WITHIN_SECONDS: Final = 15.0
"""A piece ends at its quietest moment of its last so many seconds."""
MOST_INLINE_BYTES: Final = 6 * 1024 * 1024
"""A minute of 16-bit stereo at 48 kHz is 11 MB; phones record compressed, or in mono."""
MOST_UPLOAD_BYTES: Final = 20 * 1024 * 1024
MOST_CHANNELS: Final = 8
DECODE_SECONDS: Final = 20.0
"""What decoding may take by the clock: hostile files can be slow."""

MOST_LANGUAGES: Final = 3
MOST_HINTS: Final = 500
MOST_HINT_CHARACTERS: Final = 100
"""The service takes no longer phrases (https://cloud.google.com/speech-to-text/v2/quotas), and more of them, but each
makes the others weigh less."""
MOST_OF_A_TOWN: Final = 100
"""Places of the catalogue, the best known first."""

LEAST_CONFIDENCE: Final = 0.6
"""Below it, what was heard is shown to be confirmed, not asked."""
MICRO_USD_PER_MINUTE: Final = 16_000
"""0.016 USD, V2 standard recognition, billed by the second (https://cloud.google.com/speech-to-text/pricing, 2026)."""

KEPT: Final = timedelta(days=1)
"""How long what was heard is kept for resends and confirmation."""
CLAIM: Final = timedelta(seconds=9)
"""How long a call that listens keeps others with the same `requestId` away, unless it renews its claim, which it does
every third of it: one that was killed holds nobody up for longer."""
