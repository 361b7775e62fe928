"""Robots of group chats: addresses, signatures and answers of WeCom, DingTalk and Feishu.

All three answer refusals with HTTP 200 and a code in the body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from matchmaking.connections.states import EndpointKind

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

# Each robot takes 20 messages a minute; DingTalk shuts the door for ten minutes after that.
MOST_A_MINUTE = 18
# Bytes of the text: WeCom cuts a text at 2,048; Feishu's whole body may have 20 kB.
LONGEST_TEXT: Mapping[str, int] = {
    EndpointKind.WECOM: 2048,
    EndpointKind.DINGTALK: 6000,
    EndpointKind.FEISHU: 6000,
}
HOSTS: Mapping[str, tuple[str, ...]] = {
    EndpointKind.WECOM: ("qyapi.weixin.qq.com",),
    EndpointKind.DINGTALK: ("oapi.dingtalk.com",),
    EndpointKind.FEISHU: ("open.feishu.cn", "open.larksuite.com"),
}
OK_STATUS = 200


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent to a robot, and where."""

    url: str
    body: bytes


def dingtalk_sign(secret: str, timestamp_ms: int) -> str:
    """Return the signature in base64: HMAC-SHA256 of time, line feed and secret, by the secret."""
    return _digest(secret, f"{timestamp_ms}\n{secret}")


def feishu_sign(secret: str, timestamp_s: int) -> str:
    """Return the signature in base64: HMAC-SHA256 of nothing, by time, line feed and secret."""
    return _digest(f"{timestamp_s}\n{secret}", "")


def _digest(key: str, message: str) -> str:
    return base64.b64encode(hmac.digest(key.encode(), message.encode(), hashlib.sha256)).decode()


def call_of(kind: str, *, url: str, secret: str, text: str, at: dt.datetime) -> Call:
    """Return the call that puts ``text`` into the group, signed where the robot has a secret."""
    content: dict[str, Any] = {"msgtype": "text", "text": {"content": text}}
    if kind == EndpointKind.FEISHU:
        content = {"msg_type": "text", "content": {"text": text}}
        if secret:
            seconds = int(at.timestamp())
            content |= {"timestamp": str(seconds), "sign": feishu_sign(secret, seconds)}
    elif kind == EndpointKind.DINGTALK and secret:
        moment = int(at.timestamp() * 1000)
        signed = {"timestamp": str(moment), "sign": dingtalk_sign(secret, moment)}
        parts = urlsplit(url)
        query = urlencode([*parse_qsl(parts.query), *signed.items()])
        url = urlunsplit(parts._replace(query=query))
    return Call(url, json.dumps(content, ensure_ascii=False).encode())


def refusal(kind: str, *, status: int, body: str) -> str:
    """Return why the robot did not take the message, "" when it did."""
    if status != OK_STATUS:
        return f"HTTP {status}"
    try:
        answer = json.loads(body)
    except ValueError:
        return "HTTP 200 without JSON"
    if not isinstance(answer, dict):
        return "HTTP 200 without a code"
    # Feishu's older robots answer with StatusCode.
    names = ("code", "StatusCode") if kind == EndpointKind.FEISHU else ("errcode",)
    code = next((answer[name] for name in names if name in answer), None)
    if code == 0:
        return ""
    said = answer.get("msg") or answer.get("errmsg") or ""
    return f"code {code}: {said}"[:200]


def fit(
    head: str, lines: Sequence[str], *, most_bytes: int, rest: Callable[[int], str]
) -> tuple[str, int]:
    """Return a text of ``head`` and as many ``lines`` as fit, and how many those are.

    Those that do not fit are counted: ``rest(count)`` words the last line. Bytes are those of
    UTF-8, and no character is cut.
    """
    for count in range(len(lines), -1, -1):
        left = len(lines) - count
        parts = [head, *lines[:count], *([rest(left)] if left else [])]
        text = "\n".join(parts)
        if len(text.encode()) <= most_bytes:
            return text, count
    return head, 0
