"""Names that no real firm carries: each begins with 示例· or "Example"."""

from collections.abc import Iterator

from matchmaking.demonstration.figures import Rng

FIRST = {
    "星": "Xing", "云": "Yun", "月": "Yue", "晴": "Qing", "霁": "Ji", "雪": "Xue", "露": "Lu", "虹": "Hong",
    "松": "Song", "竹": "Zhu", "梅": "Mei", "荷": "He", "枫": "Feng", "桂": "Gui", "鹿": "Lu", "鹤": "He",
    "燕": "Yan", "鲤": "Li", "萤": "Ying", "蝉": "Chan",
}  # fmt: skip
SECOND = {
    "河": "he", "桥": "qiao", "舟": "zhou", "灯": "deng", "溪": "xi", "塔": "ta", "渡": "du", "岭": "ling",
    "屿": "yu", "谷": "gu", "泉": "quan", "亭": "ting", "汀": "ting", "棹": "zhao", "歌": "ge",
}  # fmt: skip
BRAND_TRADES = (
    ("体育", "Sports"),
    ("运动", "Athletics"),
    ("鞋服", "Shoes & Wear"),
    ("户外", "Outdoor"),
    ("时装鞋", "Fashion Shoes"),
)
FACTORY_TRADES = (
    ("鞋业", "Footwear"),
    ("制鞋", "Shoemaking"),
    ("鞋厂", "Shoe Works"),
    ("鞋材成型", "Shoe Assembly"),
)
FIRST_BRAND = ("示例·星河体育", "Example Xinghe Sports")
FIRST_FACTORY = ("示例·鹿溪制鞋", "Example Luxi Shoemaking")
SURNAMES = {
    "林": "Lin", "陈": "Chen", "黄": "Huang", "许": "Xu", "吴": "Wu", "郑": "Zheng", "蔡": "Cai", "丁": "Ding",
    "苏": "Su", "柯": "Ke",
}  # fmt: skip
GIVEN = {
    "小满": "Xiaoman", "立夏": "Lixia", "知秋": "Zhiqiu", "晓雾": "Xiaowu", "望舒": "Wangshu", "青禾": "Qinghe",
    "佳音": "Jiayin", "远航": "Yuanhang", "守拙": "Shouzhuo", "若谷": "Ruogu",
}  # fmt: skip


def company_names(
    rng: Rng, trades: tuple[tuple[str, str], ...], *, first: tuple[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield ``first``, then other Chinese and English names in an order of the seed's."""
    yield first
    stems = [(one + two, FIRST[one] + SECOND[two]) for one in FIRST for two in SECOND]
    rng.random.shuffle(stems)
    for stem_zh, stem_en in stems:
        trade_zh, trade_en = rng.one(trades)
        name = f"示例·{stem_zh}{trade_zh}", f"Example {stem_en} {trade_en}"
        if name != first:
            yield name


def person_name(rng: Rng, language: str) -> str:
    """Return a person's name as it is written in that language."""
    surname, given = rng.one(list(SURNAMES)), rng.one(list(GIVEN))
    if language == "en":
        return f"{GIVEN[given]} {SURNAMES[surname]}"
    return f"{surname}{given}"
