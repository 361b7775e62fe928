"""Extensions of the API's generated OpenAPI schema."""

from typing import Any

from drf_spectacular.openapi import AutoSchema

from matchmaking.core.problems import PROBLEM_JSON, ProblemSerializer


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
