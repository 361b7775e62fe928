"""The API's reference for people: the schema, read once and laid out by operation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.generators import SchemaGenerator

Node = dict[str, Any]
# A code and its meaning in a list of them.
CODE = re.compile(r"^\* `(.*?)` -", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class FieldKind:
    """The type of a field in words; ``shape`` is its named object, where it has one."""

    words: str
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a shape."""

    name: str
    kind: FieldKind
    words: str
    required: bool
    place: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A request or response body by media type; ``status`` is that of a response."""

    media: str
    kind: FieldKind
    status: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path."""

    name: str
    method: str
    path: str
    words: str
    parameters: tuple[Field, ...]
    sends: tuple[Body, ...]
    answers: tuple[Body, ...]

    @property
    def steps(self) -> list[str]:
        return self.path.split("/")[1:]


@dataclass(frozen=True, slots=True)
class Shape:
    """A named object of the schema, or a list of codes."""

    name: str
    words: str
    fields: tuple[Field, ...]
    codes: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole reference; ``chapters`` are the operations by their tag."""

    chapters: dict[str, tuple[Operation, ...]]
    shapes: tuple[Shape, ...]


@cache
def read() -> Reference:
    """Return the reference, in English as the schema is; the same for everybody."""
    with translation.override("en"):
        generator: Any = SchemaGenerator  # untyped
        schema = generator().get_schema(request=None, public=True)
    chapters: dict[str, tuple[Operation, ...]] = {}
    for path, methods in schema["paths"].items():
        for method, node in methods.items():
            about = node["tags"][0]
            chapters[about] = (*chapters.get(about, ()), _operation(path, method, node))
    shapes = (_shape(name, node) for name, node in schema["components"]["schemas"].items())
    return Reference(chapters, tuple(one for one in shapes if one.fields or one.codes))


def _operation(path: str, method: str, node: Node) -> Operation:
    bodies = node.get("requestBody", {}).get("content", {})
    return Operation(
        name=node["operationId"],
        method=method.upper(),
        path=path,
        words=_words(node),
        parameters=tuple(
            Field(
                name=one["name"],
                kind=_kind(one["schema"]),
                words=_words(one),
                required=one.get("required", False),
                place=one["in"],
            )
            for one in node.get("parameters", ())
        ),
        sends=tuple(Body(media, _kind(body["schema"])) for media, body in bodies.items()),
        answers=tuple(
            Body(media, _kind(body["schema"]), status)
            for status, answer in node["responses"].items()
            for media, body in answer.get("content", {}).items()
        ),
    )


def _shape(name: str, node: Node) -> Shape:
    required = node.get("required", ())
    return Shape(
        name=name,
        words="" if "enum" in node else _words(node),
        fields=tuple(
            Field(
                name=key,
                kind=_kind(field),
                words=_words(field) or field.get("title", ""),
                required=key in required,
            )
            for key, field in node.get("properties", {}).items()
        ),
        codes=_codes(node),
    )


def _words(node: Node) -> str:
    return CODE.sub(r"\1:", node.get("description", "")).replace("`", "")


def _codes(node: Node) -> str:
    return ", ".join(str(code) for code in node.get("enum", ()) if code not in {"", None})


def _kind(node: Node) -> FieldKind:
    """Return in words what the node of the schema allows."""
    if "$ref" in node:
        return FieldKind("", node["$ref"].rsplit("/", 1)[1])
    for several in ("allOf", "oneOf", "anyOf"):
        named = [_kind(one) for one in node.get(several, ())]
        if any(one.shape for one in named):
            return named[0]
        if named:
            words = " or ".join(one.words for one in named)
            return FieldKind(f"{words} or null" if node.get("nullable") else words)
    if node.get("type") == "array":
        inner = _kind(node["items"])
        return FieldKind(f"list of {inner.words}".rstrip(), inner.shape)
    words = node.get("format") or node.get("type") or "any"
    if codes := _codes(node):
        words = f"one of {codes}"
    return FieldKind(f"{words} or null" if node.get("nullable") else words)
