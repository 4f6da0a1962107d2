"""Reads and checks the body of a generateContent request as the real service does: names first, then meaning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.gemini import errors

_REQUEST = {"contents", "systemInstruction", "generationConfig", "tools", "toolConfig", "safetySettings",
            "cachedContent", "model", "serviceTier", "store"}  # fmt: skip
_CONFIG = {"stopSequences", "responseMimeType", "responseSchema", "responseJsonSchema", "_responseJsonSchema",
           "responseModalities", "candidateCount", "maxOutputTokens", "temperature", "topP", "topK", "seed",
           "presencePenalty", "frequencyPenalty", "responseLogprobs", "logprobs", "enableEnhancedCivicAnswers",
           "speechConfig", "thinkingConfig", "imageConfig", "mediaResolution"}  # fmt: skip
_SCHEMA = {"type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems", "properties",
           "required", "minProperties", "maxProperties", "minLength", "maxLength", "pattern", "example", "anyOf",
           "propertyOrdering", "default", "items", "minimum", "maximum"}  # fmt: skip
_PART = {"text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode",
         "codeExecutionResult", "thought", "thoughtSignature", "videoMetadata", "partMetadata"}  # fmt: skip
_DEEPEST_SCHEMA = 32
_FUNCTION = {"name", "description", "parameters", "parametersJsonSchema", "response", "responseJsonSchema", "behavior"}


@dataclass(frozen=True)
class GenerateRequest:
    """A checked request. `functions` are the declarations that may be called now; `must_call` is mode ANY."""

    model: str
    contents: list[dict[str, Any]]
    system: str
    functions: list[dict[str, Any]]
    must_call: bool
    schema: dict[str, Any] | None
    json_answer: bool
    max_output_tokens: int | None


def parse(model: str, body: Mapping[str, Any]) -> GenerateRequest:
    """Raises ApiError 400 with the service's words for what is wrong."""
    try:
        return _parse(model, body)
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        raise errors.bad_request("Invalid JSON payload received. A field has a value of the wrong type.") from error


def _parse(model: str, body: Mapping[str, Any]) -> GenerateRequest:
    body = _known(_camel_keys(body), _REQUEST, "")
    config = _known(_camel_keys(body.get("generationConfig", {})), _CONFIG, "generation_config")
    contents = [_content(item, index) for index, item in enumerate(body.get("contents", []))]
    if not contents:
        raise errors.bad_request("* GenerateContentRequest.contents: contents is not specified\n")
    declared = [
        _function(declaration)
        for tool in body.get("tools", [])
        for declaration in _camel_keys(tool).get("functionDeclarations", [])
    ]
    functions, must_call = _callable_now(declared, body.get("toolConfig", {}))
    schema = _schema(config)
    mime = config.get("responseMimeType", "text/plain")
    if mime not in ("text/plain", "application/json", "text/x.enum"):
        raise errors.bad_request(
            "* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, "
            "`application/json`, `application/xml`, `application/yaml` and `text/x.enum`.\n"
        )
    if schema is not None and mime == "text/plain":
        raise errors.bad_request(
            "* GenerateContentRequest.generation_config.response_schema: "
            "only allowed for response_mime_type `application/json` or `text/x.enum`\n"
        )
    if declared and mime == "application/json" and not model.startswith("gemini-3"):
        raise errors.bad_request("Function calling with a response mime type: 'application/json' is unsupported")
    _check_turns(contents, model)
    limit = config.get("maxOutputTokens")
    if limit is not None and (not isinstance(limit, int) or limit < 1):
        raise errors.bad_request(
            "* GenerateContentRequest.generation_config.max_output_tokens: max_output_tokens must be positive.\n"
        )
    return GenerateRequest(
        model=model,
        contents=contents,
        system="\n".join(p["text"] for p in body.get("systemInstruction", {}).get("parts", []) if "text" in p),
        functions=functions,
        must_call=must_call,
        schema=schema,
        json_answer=mime == "application/json",
        max_output_tokens=limit,
    )


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return name if name.startswith("_") else head + "".join(word[:1].upper() + word[1:] for word in rest)


def _camel_keys(value: Any) -> dict[str, Any]:
    """Proto JSON accepts both spellings of a field name."""
    if not isinstance(value, Mapping):
        raise errors.bad_request("Invalid JSON payload received. Expected an object.")
    return {_camel(key): item for key, item in value.items()}


def _known(value: dict[str, Any], names: set[str], where: str) -> dict[str, Any]:
    for name in value:
        if name not in names:
            raise errors.field_unknown(name, where)
    return value


def _content(item: Any, index: int) -> dict[str, Any]:
    content = _known(_camel_keys(item), {"role", "parts"}, f"contents[{index}]")
    if content.get("role", "user") not in ("user", "model", "function"):
        raise errors.bad_request("Please use a valid role: user, model.")
    parts = [
        _known(_camel_keys(part), _PART, f"contents[{index}].parts[{number}]")
        for number, part in enumerate(content.get("parts", []))
    ]
    if not parts:
        raise errors.bad_request(
            f"* GenerateContentRequest.contents[{index}].parts: contents.parts must not be empty.\n"
        )
    if not any(set(part) - {"thought", "thoughtSignature"} for part in parts):
        raise errors.bad_request(
            f"* GenerateContentRequest.contents[{index}].parts[0].data: required oneof field 'data' "
            "must have one initialized field\n"
        )
    for part in parts:
        _check_part(part)
    return {"role": content.get("role", "user"), "parts": parts}


def _check_part(part: Mapping[str, Any]) -> None:
    call, response = part.get("functionCall", {}), part.get("functionResponse", {})
    whole = isinstance(part.get("text", ""), str) and isinstance(call, dict) and isinstance(response, dict)
    if not whole or not all(isinstance(one.get("name", ""), str) for one in (call, response)):
        raise errors.bad_request("Invalid JSON payload received. A part has a value of the wrong type.")


def _function(value: Any) -> dict[str, Any]:
    declaration = _known(_camel_keys(value), _FUNCTION, "tools[0].function_declarations[0]")
    name = declaration.get("name", "")
    if not name or not name.replace("_", "").replace("-", "").replace(".", "").replace(":", "").isalnum():
        raise errors.bad_request(
            "* GenerateContentRequest.tools[0].function_declarations[0].name: Invalid function name. Must start with "
            "a letter or an underscore.\n"
        )
    _check_shape(declaration.get("parametersJsonSchema", {}), 0)
    if "parameters" in declaration:
        _check_schema(declaration["parameters"], "tools[0].function_declarations[0].parameters")
    return declaration


def _check_shape(schema: Any, depth: int) -> None:
    """Raises ApiError if a schema is no schema, or nests deeper than the service follows."""
    wrong = errors.bad_request("Invalid JSON payload received. A schema has a value of the wrong type.")
    shapes = {"properties": dict, "$defs": dict, "items": dict, "required": list, "enum": list, "anyOf": list}
    if not isinstance(schema, dict) or depth > _DEEPEST_SCHEMA:
        raise wrong
    if any(not isinstance(schema.get(name, shape()), shape) for name, shape in shapes.items()):
        raise wrong
    if any(not isinstance(schema.get(name, ""), str) for name in ("$ref", "description")) or schema.get("enum") == []:
        raise wrong
    children = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", [])]
    for child in [*children, *([schema["items"]] if "items" in schema else [])]:
        _check_shape(child, depth + 1)


def _check_schema(schema: Any, where: str) -> None:
    _check_shape(schema, 0)
    known = _known(_camel_keys(schema), _SCHEMA, where)
    for name, child in known.get("properties", {}).items():
        _check_schema(child, f"{where}.properties[{name}]")
    if "items" in known:
        _check_schema(known["items"], f"{where}.items")
    for child in known.get("anyOf", []):
        _check_schema(child, f"{where}.any_of")


def _schema(config: Mapping[str, Any]) -> dict[str, Any] | None:
    json_schema = config.get("responseJsonSchema", config.get("_responseJsonSchema"))
    if "responseSchema" in config:
        if json_schema is not None:
            raise errors.bad_request("* GenerateContentRequest.generation_config: only one schema may be set.\n")
        _check_schema(config["responseSchema"], "generation_config.response_schema")
        return dict(config["responseSchema"])
    if json_schema is None:
        return None
    _check_shape(json_schema, 0)
    return dict(json_schema)


def _callable_now(declared: list[dict[str, Any]], tool_config: Any) -> tuple[list[dict[str, Any]], bool]:
    calling = _camel_keys(_camel_keys(tool_config).get("functionCallingConfig", {}))
    mode = calling.get("mode", "AUTO")
    allowed = calling.get("allowedFunctionNames")
    if allowed and mode not in ("ANY", "VALIDATED"):
        raise errors.bad_request("Please set allowed_function_names only when function calling mode is ANY.")
    names = {declaration["name"] for declaration in declared}
    if allowed and not names.issuperset(allowed):
        raise errors.bad_request("allowed_function_names contains a name that is not declared.")
    if mode == "NONE":
        return [], False
    return [d for d in declared if not allowed or d["name"] in allowed], mode == "ANY"


def _check_turns(contents: list[dict[str, Any]], model: str) -> None:
    """Calls and their responses come in pairs of turns; Gemini 3 wants its thought signatures back."""
    for index, content in enumerate(contents):
        calls = [part for part in content["parts"] if "functionCall" in part]
        answers = [part for part in content["parts"] if "functionResponse" in part]
        before = contents[index - 1]["parts"] if index else []
        asked = [part for part in before if "functionCall" in part]
        if len(asked) != len(answers):
            raise errors.bad_request(
                "Please ensure that the number of function response parts is equal to the number of function call "
                "parts of the function call turn."
            )
        if calls and (index == 0 or contents[index - 1]["role"] == "model"):
            raise errors.bad_request(
                "Please ensure that function call turn comes immediately after a user turn or after a function "
                "response turn."
            )
        if calls and model.startswith("gemini-3") and "thoughtSignature" not in calls[0]:
            raise errors.bad_request(
                f"Function call is missing a thought_signature in functionCall parts. Function call "
                f"`default_api:{calls[0]['functionCall'].get('name')}`, position {index + 1}."
            )
