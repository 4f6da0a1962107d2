"""Turns the parts of a model's turn into generateContent answers, whole or in the pieces of a stream."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

from emulator.gemini.wire import GenerateRequest

_UNSPACED = re.compile(r"[぀-ヿ一-鿿]")
_PIECE_CHARACTERS = 48


def count_tokens(text: str) -> int:
    """About as many tokens as Gemini counts: one per four characters, one per Japanese character."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced + (len(text) - unspaced + 3) // 4


def prompt_tokens(request: GenerateRequest) -> int:
    texts = [request.system, json.dumps(request.functions, ensure_ascii=False) if request.functions else ""]
    for content in request.contents:
        texts += [part.get("text") or json.dumps(part, ensure_ascii=False) for part in content["parts"]]
    return sum(count_tokens(text) for text in texts)


def parts_tokens(parts: list[dict[str, Any]]) -> int:
    return sum(count_tokens(part.get("text") or json.dumps(part, ensure_ascii=False)) for part in parts)


def cut_to_limit(parts: list[dict[str, Any]], limit: int | None) -> tuple[list[dict[str, Any]], bool]:
    """The parts that fit into the output limit, and whether something was cut."""
    if limit is None or parts_tokens(parts) <= limit:
        return parts, False
    kept: list[dict[str, Any]] = []
    for part in parts:
        room = limit - parts_tokens(kept)
        if parts_tokens([part]) <= room:
            kept.append(part)
            continue
        if "text" in part and room > 0:
            kept.append({**part, "text": part["text"][: room * 4]})
        break
    return kept, True


def whole(request: GenerateRequest, parts: list[dict[str, Any]], finish: str) -> dict[str, Any]:
    return _answer(request, parts, finish, parts_tokens(parts))


def blocked(request: GenerateRequest, ratings: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer to a prompt that the service refuses to read."""
    answer = _answer(request, [], None, 0)
    del answer["candidates"]
    return {"promptFeedback": {"blockReason": "SAFETY", "safetyRatings": ratings}, **answer}


def pieces(request: GenerateRequest, parts: list[dict[str, Any]], finish: str) -> Iterator[dict[str, Any]]:
    """The chunks of a stream; the last one says why it ends. Function calls come whole."""
    chunks: list[list[dict[str, Any]]] = []
    calls = [part for part in parts if "functionCall" in part]
    for part in parts:
        if "text" in part:
            chunks += [[{"text": text}] for text in _split(part["text"])]
    if calls:
        chunks.append(calls)
    sent = 0
    for number, chunk in enumerate(chunks or [[]], 1):
        sent += parts_tokens(chunk)
        yield _answer(request, chunk, finish if number >= len(chunks) else None, sent)


def _split(text: str) -> list[str]:
    return re.findall(rf"(?s).{{1,{_PIECE_CHARACTERS}}}(?=\s|$)|.{{1,{_PIECE_CHARACTERS}}}", text)


def _answer(request: GenerateRequest, parts: list[dict[str, Any]], finish: str | None, tokens: int) -> dict[str, Any]:
    candidate: dict[str, Any] = {"index": 0}
    if parts:
        candidate["content"] = {"role": "model", "parts": parts}
    elif finish not in ("SAFETY", "MALFORMED_FUNCTION_CALL"):
        candidate["content"] = {"role": "model"}
    if finish:
        candidate["finishReason"] = finish
    if finish == "MALFORMED_FUNCTION_CALL":
        candidate["finishMessage"] = "Malformed function call: the model's call could not be parsed."
    prompt = prompt_tokens(request)
    usage: dict[str, Any] = {
        "promptTokenCount": prompt,
        "totalTokenCount": prompt + tokens,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": prompt}],
    }
    if tokens:
        usage["candidatesTokenCount"] = tokens
    digest = hashlib.sha256(json.dumps([request.model, request.contents], sort_keys=True).encode()).hexdigest()
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": request.model,
        "responseId": digest[:22],
    }
