"""Adapters of group robots: signatures, answers, and messages that fit."""

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from matchmaking.connections import robots

SECRET = "SECtest000"
AT = dt.datetime.fromtimestamp(1_700_000_000, dt.UTC)


def test_dingtalk_signs_time_and_secret_by_the_secret():
    expected = "eMOG0XyddguuyrYRvkmf9LtZVwxKrmhQ0ENWqf2fVpc="
    assert robots.dingtalk_sign(SECRET, 1_700_000_000_000) == expected

    call = robots.call_of(
        "dingtalk",
        url="https://oapi.dingtalk.com/robot/send?access_token=t",
        secret=SECRET,
        text="x",
        at=AT,
    )

    query = parse_qs(urlsplit(call.url).query)
    assert query == {"access_token": ["t"], "timestamp": ["1700000000000"], "sign": [expected]}
    assert "eMOG0XyddguuyrYRvkmf9LtZVwxKrmhQ0ENWqf2fVpc%3D" in call.url
    assert json.loads(call.body) == {"msgtype": "text", "text": {"content": "x"}}


def test_feishu_signs_nothing_by_time_and_secret():
    expected = "SuCs3pt506bGzDkGF+Mx6pPKzdJaZhRDd76zo/RlKd8="
    assert robots.feishu_sign(SECRET, 1_700_000_000) == expected

    call = robots.call_of(
        "feishu", url="https://open.feishu.cn/x", secret=SECRET, text="您好", at=AT
    )

    assert json.loads(call.body) == {
        "msg_type": "text",
        "content": {"text": "您好"},
        "timestamp": "1700000000",
        "sign": expected,
    }
    assert call.url == "https://open.feishu.cn/x"


def test_wecom_has_its_key_in_the_address_and_no_signature():
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"
    call = robots.call_of("wecom", url=url, secret="", text="x", at=AT)

    assert (call.url, json.loads(call.body)) == (
        url,
        {"msgtype": "text", "text": {"content": "x"}},
    )


@pytest.mark.parametrize(
    ("kind", "status", "body", "refused"),
    [
        ("wecom", 200, '{"errcode": 0, "errmsg": "ok"}', ""),
        ("wecom", 200, '{"errcode": 93000, "errmsg": "invalid key"}', "code 93000: invalid key"),
        ("wecom", 200, '{"code": 0}', "code None: "),
        ("dingtalk", 200, '{"errcode": 0}', ""),
        ("dingtalk", 200, '{"errcode": 310000, "errmsg": "sign"}', "code 310000: sign"),
        ("feishu", 200, '{"code": 0, "msg": "success"}', ""),
        ("feishu", 200, '{"StatusCode": 0}', ""),
        ("feishu", 200, '{"code": 19021, "msg": "sign"}', "code 19021: sign"),
        ("feishu", 200, "<html>", "HTTP 200 without JSON"),
        ("feishu", 200, "[]", "HTTP 200 without a code"),
        ("wecom", 404, '{"errcode": 0}', "HTTP 404"),
        ("dingtalk", 302, "", "HTTP 302"),
    ],
)
def test_answer_with_another_code_than_nought_is_a_refusal(kind, status, body, refused):
    assert robots.refusal(kind, status=status, body=body) == refused


def test_text_fits_in_bytes_and_counts_the_rest():
    lines = [f"· 订单 {number} 有新的匹配" for number in range(200)]

    text, shown = robots.fit("头", lines, most_bytes=2048, rest=lambda left: f"还有 {left} 条")

    assert len(text.encode()) <= 2048
    assert text.endswith(f"还有 {200 - shown} 条")
    assert text.count("·") == shown > 20


def test_text_that_fits_counts_nothing():
    assert robots.fit("head", ["a", "b"], most_bytes=2048, rest=str) == ("head\na\nb", 2)
