"""Answers and messages of made-up people of the trade."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking.matching.states import DeclineReason, MatchSide

BRAND, FACTORY = MatchSide.ORDER, MatchSide.OFFER


@dataclass(frozen=True, slots=True)
class ScriptedMessage:
    """One message: whose, how many hours after both were interested, with a drawing or not."""

    side: MatchSide
    hours: int
    text: str
    has_drawing: bool = False


# Formatted with the figures of the match: pairs, price, week.
FULL = (
    ScriptedMessage(
        BRAND,
        2,
        "您好，这里是示例品牌开发部。这单 {pairs} 双，目标价 {price}/双，楦和模具现成，"
        "想先了解贵厂最早哪一周可以上线。",
    ),
    ScriptedMessage(
        FACTORY,
        5,
        "收到。按现在的排产，{week} 起可以留一条成型线，针车、成型都在本厂做。"
        "方便发一下大底图和配码吗？",
    ),
    ScriptedMessage(
        BRAND, 26, "鞋面分片示意图见附件。配码按常规比例，两个配色，内盒外箱用我方唛头。", True
    ),
    ScriptedMessage(
        FACTORY,
        31,
        "图看了，工艺没有问题。打样 12 天，确认样通过后排大货；材料价核完给您报，这两天回复。",
    ),
    ScriptedMessage(
        BRAND, 52, "好的。确认样先走一双，样品费照惯例大货返还。验货标准我整理好发过来。"
    ),
    ScriptedMessage(
        FACTORY, 70, "收到，等您的验货标准。另外提醒：春节前后停工三周，交期请避开。（示例对话）"
    ),
)
SHORT = (
    ScriptedMessage(FACTORY, 3, "您好，这款我们做过类似的，交期和价格都可以谈。（示例对话）"),
    ScriptedMessage(BRAND, 20, "好的，先把贵厂最近的样品照片发来看看，合适再约看厂。"),
)
BY_ASSOCIATION = (
    ScriptedMessage(BRAND, 4, "贵厂排产还来得及吗？这单想在 {week} 前后上线。（示例对话）"),
    ScriptedMessage(FACTORY, 24, "工厂来电请协会代复：可以排，{pairs} 双分两批走货。"),
)

NOTES = {
    DeclineReason.PRICE: "目标价低于我们的材料加工成本，差距大概在一成。",
    DeclineReason.TIMING: "这几周产能已经排满，交期往后推一个月可以再谈。",
    DeclineReason.CAPABILITY: "这种硫化工艺我们没有设备，外发不放心品质。",
    DeclineReason.PLACE: "离我们的面料供应链太远，物流和跟单成本划不来。",
    DeclineReason.PLACED: "这单上周已经下给老客户了，谢谢。",
    DeclineReason.OTHER: "款式和现有客户有冲突，不方便接。",
}
INTERESTED = "类似的款做过，可以尽快打样。"
TAKEN_BACK = "季度企划有调整，这款先不做了。"
ENDED = "双方谈过，首批数量没有谈拢。"
WITHDRAWN = "品牌来电：外观专利还在核查，先撤回这次对接。"
ON_BEHALF = "电话确认：厂长同意对接，请协会代为答复。"
