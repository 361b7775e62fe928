"""Extensions of the API's generated OpenAPI schema."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from matchmaking.core.problems import PROBLEM_JSON, ProblemSerializer
from matchmaking.core.text import FORBIDDEN

# What every text of ours refuses (matchmaking/core/text.py), as JSON Schema writes it.
_NOT = "[^" + FORBIDDEN.pattern.encode("unicode_escape").decode().strip("[]")
TEXT_PATTERN = f"^{_NOT}]*$"
# A text that must say something: spaces around it are taken off first.
WORDS_PATTERN = rf"^{_NOT}]*{_NOT}\s]{_NOT}]*$"
TIGHT_ALREADY = frozenset({"format", "enum", "pattern"})


def say_all_rules(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Write down what the parsers of every input refuse: unknown fields and control characters.

    A hook of drf-spectacular; it changes ``result`` in place and returns it.
    """
    for name, component in result["components"]["schemas"].items():
        if name.endswith("Request"):
            component["additionalProperties"] = False
            for field in component.get("properties", {}).values():
                _forbid_control_characters(field)
    for path in result["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "query":
                    _forbid_control_characters(parameter["schema"])
                    if (
                        parameter["schema"].get("pattern") == TEXT_PATTERN
                        and parameter["name"] != "cursor"
                    ):
                        parameter["schema"]["minLength"] = 1
    return result


def _forbid_control_characters(field: dict[str, Any]) -> None:
    """Tell of a text's rule, which Django keeps as what must not be found, and drf-spectacular turns round."""
    for name in ("oneOf", "anyOf"):
        for branch in field.get(name, ()):
            _forbid_control_characters(branch)
        if any(branch.get("pattern") == TEXT_PATTERN for branch in field.get(name, ())):
            # The empty text, which has a branch of its own, fits the pattern too.
            field |= field.pop(name)[0]
    if "items" in field:
        _forbid_control_characters(field["items"])
    if field.get("type") != "string":
        return
    if (
        field.get("pattern", "").startswith(FORBIDDEN.pattern[:4])
        or not TIGHT_ALREADY & field.keys()
    ):
        field["pattern"] = WORDS_PATTERN if field.get("minLength") else TEXT_PATTERN


class Schema(AutoSchema):
    """Every operation may answer with a problem (RFC 9457)."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        problem = self.resolve_serializer(ProblemSerializer, "response")
        bodies["default"] = {
            "description": "A problem (RFC 9457): what was wrong, and where.",
            "content": {PROBLEM_JSON: {"schema": problem.ref}},
        }
        return bodies
