"""Listening with PocketSphinx and the English model that its package ships.

A request is heard with a language model of what travellers say, into which the phrase hints are built, and unless that
is sure also with the general one. Whichever explains the sound better counts, so hints bias and never decide.

Each of the two has a decoder: to one with all 130,000 words of the dictionary, another language model takes seconds.
"""

from __future__ import annotations

import itertools
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from emulator.speech.ngrams import arpa
from emulator.speech.phrases import sentences
from emulator.speech.spelling import phones, words

RATE: Final = 16_000
_GENERAL: Final = "general"
_SURE: Final = 0.85
_MODELS_KEPT: Final = 4


@dataclass(frozen=True)
class Word:
    """A word, when it was said (seconds), and how sure the recogniser is of it, from 0 to 1."""

    text: str
    begin: float
    end: float
    confidence: float


@dataclass(frozen=True)
class Heard:
    """What was understood: nothing at all has no words."""

    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def confidence(self) -> float:
        """The mean of the words'."""
        return sum(word.confidence for word in self.words) / len(self.words) if self.words else 0.0


class Recogniser:
    """Loads its models when first asked; one request at a time, as the decoders allow."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._all_words: Any = None
        self._few_words: Any = None
        self._models: OrderedDict[tuple[str, ...], str] = OrderedDict()
        self._made = 0
        self._general_loaded = False
        self._cmn = ""

    def hear(self, sound: bytes, hints: Sequence[str] = ()) -> Heard:
        """What is said in 16-bit mono samples at 16 kHz, in the machine's byte order."""
        with self._lock:
            self._load()
            requests = self._listen(self._few_words, self._model(hints), sound)
            if requests[1].confidence >= _SURE:
                return requests[1]
            general = self._listen(self._all_words, self._general(), sound)
            return max((general, requests), key=lambda one: one[0])[1]

    def _load(self) -> None:
        if self._all_words is None:
            from pocketsphinx import Decoder

            self._few_words = Decoder(samprate=RATE, lm=None, dict=None, loglevel="FATAL")
            self._all_words = Decoder(samprate=RATE, lm=None, loglevel="FATAL")
            self._cmn = self._all_words.get_cmn(False)

    def _general(self) -> str:
        """The name of the general language model, loaded when it is first needed: it is large."""
        if not self._general_loaded:
            from pocketsphinx import get_model_path

            self._all_words.add_lm_file(_GENERAL, get_model_path("en-us/en-us.lm.bin"))
            self._general_loaded = True
        return _GENERAL

    def _model(self, hints: Sequence[str]) -> str:
        """The name of the language model with these hints, made unless it is among the last few."""
        key = tuple(sorted(set(hints)))
        if key in self._models:
            self._models.move_to_end(key)
            return self._models[key]
        spoken = [said for said in (words(hint) for hint in key) if said]
        known = [said for said in spoken if all(self._pronunciations(word) for word in said)]
        said = list(sentences(known))
        self._learn({word for sentence, _ in said for word in sentence})
        self._made += 1
        name = f"requests-{self._made}"
        with tempfile.TemporaryDirectory(prefix="travvy-speech-") as folder:
            file = Path(folder) / "model.arpa"
            file.write_text(arpa(said))
            self._few_words.add_lm_file(name, str(file))
        self._models[key] = name
        if len(self._models) > _MODELS_KEPT:
            self._few_words.remove_search(self._models.popitem(last=False)[1])
        return name

    def _learn(self, words: Iterable[str]) -> None:
        """Have the decoder of requests know these words; those that nobody can say stay unknown."""
        for word in sorted(words):
            if self._few_words.lookup_word(word) is None:
                for name, said in self._pronunciations(word).items():
                    self._few_words.add_word(name, said, update=False)

    def _pronunciations(self, word: str) -> dict[str, str]:
        """The phones of a word by the dictionary's names for its variants: `the`, `the(2)`. Guessed if it has none."""
        names = itertools.chain([word], (f"{word}({number})" for number in itertools.count(2)))
        listed = ((name, self._all_words.lookup_word(name)) for name in names)
        guessed = phones(word)
        return dict(itertools.takewhile(lambda one: one[1], listed)) or ({word: guessed} if guessed else {})

    def _listen(self, decoder: Any, model: str, sound: bytes) -> tuple[float, Heard]:
        """How well the model explains the sound, and what it heard."""
        decoder.activate_search(model)
        # The decoder adapts to whom it has heard before, which here is somebody else.
        decoder.set_cmn(self._cmn)
        decoder.start_utt()
        decoder.process_raw(sound, full_utt=True)
        decoder.end_utt()
        hypothesis = decoder.hyp()
        if hypothesis is None or not hypothesis.hypstr:
            return 0.0, Heard(())
        frames_per_second = decoder.config["frate"]
        found = [
            Word(
                one.word.partition("(")[0],
                one.start_frame / frames_per_second,
                (one.end_frame + 1) / frames_per_second,
                min(1.0, one.prob),
            )
            for one in decoder.seg()
            if one.word[0] not in "<["
        ]
        return float(hypothesis.score), Heard(tuple(found))
