"""Contacts in a message: phones, chat names, mail, links, people, firms, however they are disguised."""

from __future__ import annotations

import re
from collections.abc import Iterator

from matchmaking.core.parsing.normalization import NormalizedText
from matchmaking.listings.free_text.scan import TAKEN
from matchmaking.listings.free_text.values import Contact
from matchmaking.listings.free_text.vocabulary import Kind, Vocabulary

_D = r"[0-9oO零〇一二三四五六七八九幺①-⑨⓪❶-❾➀-➈]"
_GAP = r"[\s\-._·/]"
_ONE = r"[1一幺①❶lL]"
_SECOND = r"[3-9三四五六七八九③-⑨❸-❾]"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庄柯洪施翁游颜严欧连詹"
    "涂倪葛章俞鲍费柳凌祝霍温童季尤"
)
_TITLE = (
    r"(?:小姐|先生|女士|经理|老板娘?|厂长(?![期单年的])|主管|师傅|姐(?!妹)|哥|老师|部长|主任|会计|董事?长?(?!事会)"
    r"|总(?:监|经理)?(?![数量价共计的产双体部装结额单])|生(?![产意胶活日])|工(?=[\s,:0-9]|$))"
)
_FIRM_END = (
    r"(?:鞋业|鞋服|鞋材|制鞋|制衣|服饰|贸易|进出口|实业|体育用品|轻工|工贸|皮具|皮革|科技|国际贸易|商贸)?"
    r"(?:股份)?(?:有限)?(?:责任)?公司|鞋业(?:集团)?|集团(?:公司)?|鞋服(?!装)|轻工|(?<=[\u4e00-\u9fff]{2})(?:工贸|(?:贸易|商贸|实业|皮业)(?=[\s,。:(0-9\x00]|$))"
)
_NAME = r"[\u4e00-\u9fff]"
_DOMAIN = r"(?:com|cn|net|org|cc|top|vip|shop|xyz|info|io|co|me|ly|link|site|club|hk|tw|vn|de|uk|us|eu|it|ru)"
_CHAT = (
    r"(?:[微薇威徽][^\w\s,。]{1,3}信|微信|薇信|威信|徽信|维信|薇芯|微心|微x|v信|vx|v-x|v\s?x|wx|weixin|wechat|we\s?chat|vchat|卫星|绿泡泡|薇|威(?!海)|徽(?!章)|微"
    r"|whatsapp|what's\s?app|whats\s?app|wa(?=\s?[:+])|telegram|tg(?=\s?[:@])|line\s?id|skype|viber|kakao|zalo|钉钉|抖音号?|快手号?|小红书号?|旺旺)"
)
_ID = r"[a-z][a-z0-9_\-]{4,25}|[a-z][a-z0-9_\-]{1,25}(?:[.:][a-z0-9_\-]{2,25}){1,2}|[0-9][0-9a-z_\- ]{4,19}[0-9a-z]"

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "mail",
        re.compile(
            r"[\w.+-]{1,64}\s?(?:@|\[at\]|\(at\)|\sat\s(?=[\w-]+\s?(?:\.|dot|\[dot\])))\s?[\w-]{1,63}(?:\s?(?:\.|\[dot\]|\(dot\)|\sdot\s)\s?[a-z][\w-]{1,20}){1,3}",
            re.ASCII,
        ),
    ),
    (
        "link",
        re.compile(
            r"https?\s?:?\s?/{1,2}\s?[^\s,。;!、()\u4e00-\u9fff\x00]{2,300}|(?<![a-z0-9])www\s?[.。]\s?[^\s,。;!、()\u4e00-\u9fff\x00]{2,300}"
        ),
    ),
    (
        "link",
        re.compile(
            rf"(?<![a-z0-9@.-])(?:[a-z0-9][a-z0-9-]{{1,40}}\.){{1,3}}{_DOMAIN}(?![a-z0-9.])(?:/[^\s,。;!、()\u4e00-\u9fff\x00]{{0,200}})?"
        ),
    ),
    (
        "chat",
        re.compile(
            rf"(?:(?:加|➕|\+|\(|联系|my)\s?){{0,3}}{_CHAT}\s?(?:号码?|群|账号|同号|id|is)?\s?[❤♥💚:是为=\-_~.>→]{{0,3}}\s?(?P<id>{_ID})"
        ),
    ),
    (
        "chat",
        re.compile(
            rf"(?:加|➕|\+|联系)\s?:?\s?[vw](?:\s?[❤♥💚:是为=\-_~.>→]{{1,3}}\s?|\s)(?P<id>{_ID})"
            r"|(?:加|➕|\+)\s?[vw](?P<id2>[a-z0-9_-]{0,20}[0-9][a-z0-9_-]{2,20})"
        ),
    ),
    ("chat", re.compile(rf"(?<![a-z0-9])v\s?[❤♥💚:是为=_~>→]{{1,3}}\s?(?P<id>{_ID})")),
    (
        "chat",
        re.compile(
            r"(?<![a-z0-9])v\s?(?P<id>1[3-9][0-9]{9}|[a-z]{2,12}[_-]?[0-9]{2,10}(?![0-9a-z]))"
        ),
    ),
    (
        "chat",
        re.compile(
            r"(?:qq|扣扣|企鹅|球球|(?<![a-z])q(?=\s?[:0-9]))\s?(?:号|群|:|是)*\s?(?P<id>[1-9][0-9]{4,11})"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?:\+|(?<![0-9])(?<![0-9][\s.-])00)\s?[1-9][0-9]{0,2}(?:[\s\-.()]{0,2}[0-9]){6,13}(?![0-9])(?:\s?(?:转|ext\.?|x)\s?[0-9]{1,6})?"
        ),
    ),
    (
        "phone",
        re.compile(
            rf"(?<![0-9])(?:86[\s-]?)?{_ONE}{_SECOND}{_D}(?:{_GAP}{{0,2}}{_D}{{4}}{_GAP}{{0,2}}{_D}{{4}}|{_GAP}{{1,2}}{_D}{{3}}{_GAP}{{1,2}}{_D}{{5}}|{_GAP}{_D}{{8}}|{_D}{_GAP}{_D}{{3}}{_GAP}{_D}{{4}}|{_D}{_GAP}{_D}{{4}}{_GAP}{_D}{{3}}|{_D}{{2}}{_GAP}{_D}{{6}}|{_D}{{3}}{_GAP}{_D}{{5}}|{_D}{{4}}{_GAP}{_D}{{4}}|{_D}{{3}}{_GAP}{_D}{{1,3}}{_GAP}{_D}{{2,4}})(?![0-9])"
        ),
    ),
    ("phone", re.compile(rf"(?<![0-9]){_ONE}(?:{_GAP}{{1,2}}{_D}){{10}}(?![0-9])")),
    ("phone", re.compile(r"(?<![0-9])[148][⃣\s]?(?:[0-9]⃣?){9,11}(?=⃣|$|[^0-9])(?:⃣)?")),
    (
        "phone",
        re.compile(
            r"(?<![0-9.])(?:(?<![0-9]\s)|(?=[0-9\s-]{10,12}(?!\s?[0-9])))(?:[48]00[\s-]?[0-9]{3}[\s-]?[0-9]{4}|[48]00[\s-]?[0-9]{4}[\s-]?[0-9]{3})(?![0-9])"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![0-9])\(?0[1-9][0-9]{1,2}\)?[\s-]?[0-9]{3,4}[\s-]?[0-9]{4}(?:\s?(?:转|-|ext\.?|x)\s?[0-9]{1,6})?(?![0-9])"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?:电话|手机号?|座机|热线|联系方式|传真|tel|phone|mobile|cell|fax|call|致电|拨打)\s?(?:me|us|at|on|号码?|是|:|\.)*\s?[+(]?[0-9][0-9\s\-()]{5,18}[0-9]"
        ),
    ),
    ("phone", re.compile(r"(?<![0-9.,])[0-9]{9,40}(?![0-9]|\s?(?:双|对|pairs|prs))")),
)
_AFTER_PEOPLE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "chat",
        re.compile(
            r"(?<![a-z0-9_-])[a-z][a-z0-9-]{1,14}_[a-z0-9_-]{2,14}(?![a-z0-9])|(?<![a-z0-9-])(?!(?:fw|ss|aw|iso|en|astm|sa|gb|gbt|qb|po|no|art|style|model|ets|size|eu|us|uk|usd|rmb|cny|eur|hkd|moq|week|wk|kw|cw|ohsas|eniso)[0-9])[a-z]{3,14}[0-9]{3,12}(?![a-z0-9])"
        ),
    ),
)
_FIRM = re.compile(
    rf"(?P<name>{_NAME}{{2,16}}?(?:\([\u4e00-\u9fff]{{2,4}}\){_NAME}{{0,8}}?)?(?:{_FIRM_END}))"
)
_FIRM_LEAD = re.compile(
    r"^.*(?:我们是|我司是|我是|这里是|来自|我们|交货|出货|联系|找|在|是|的|叫|与|和|给|为|厂家|本公司|公司名|名称|求|接单|找单|需|要)"
)
_ENGLISH_FIRM = re.compile(
    r"(?:[A-Z][\w&'’-]{0,30}[ ,]{1,2}){1,5}(?:Co\.?,?\s?Ltd\.?|Ltd\.?|Limited|Inc\.?|LLC|GmbH|Corp(?:oration)?\.?|S\.?r\.?l\.?|Pte\.?(?:\s?Ltd\.?)?|B\.?V\.?|S\.?A\.?S?|Co\.)(?![\w])"
)
_PERSON = re.compile(
    rf"(?<![\u4e00-\u9fff])(?:[小阿老])?[{_SURNAMES}]{_NAME}{{0,2}}?{_TITLE}|[{_SURNAMES}]{_TITLE}"
    rf"|(?:联系人?|联络人?)\s?[:]\s?(?P<any>{_NAME}{{2,4}})(?=[\s,(]{{0,2}}\x00)"
    rf"|(?:联系人|联络人|负责人|姓名)\s?[:是]?\s?(?P<name>[小阿老]?[{_SURNAMES}]{_NAME}{{0,2}})(?=[\s,。;:(0-9\x00]|$)"
    rf"|(?:联系|找|加|采购|业务员?|跟单员?)\s?:?\s?(?P<caller>[小阿老]?[{_SURNAMES}]{_NAME}{{0,2}})(?=[\s,:]{{0,2}}(?:\x00|1[3-9]))"
    rf"|(?:(?<![\u4e00-\u9fff])|(?<=[的是叫找系]))(?P<nick>[小阿老](?:[{_SURNAMES}]|[强明华军伟勇峰杰斌辉芳丽英兰玲燕红霞飞]))(?=[\s,。;:(0-9\x00]|$)"
    rf"|(?:[0-9]{{1,2}}\s?[.、):]|[①-⑳])\s?(?P<listed>[{_SURNAMES}]{_NAME}{{1,2}})(?=\s)"
    rf"|(?:姓)(?P<family>[{_SURNAMES}])(?:的)?"
)
_NAME_GROUPS = ("any", "name", "caller", "nick", "listed", "family")
_ENGLISH_PERSON = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|MR|MRS|MS)\.?\s?[A-Z][\w'’-]{0,30}(?:\s[A-Z][a-z][\w'’-]{0,30})?"
    r"|\b(?:[Cc]ontact(?: person)?|[Cc]all|[Aa]sk for|[Aa]ttn\.?|[Rr]egards|[Bb]est(?: [Rr]egards| [Ww]ishes)?|[Cc]heers|[Ss]incerely|[Rr]gds|BR|[Tt]hanks|[Rr]eply to|[Mm]essage|[Tt]ext|[Mm]y name is|[Tt]his is|I'm|I am)[,:]?\s+(?P<name>(?!Mr|Ms|Miss|Dr|Me\b|Us\b|The\b|For\b|A\b|In\b|On\b|Our\b|WeChat\b|Whats|PM\b|DM\b|If\b|Please\b|Looking\b)[A-Z][a-z][\w'’-]{0,30}(?:\s[A-Z][a-z][\w'’-]{0,30})?)"
)
_ALONE = re.compile(
    r"(?<=\x00)[\s,(/]{1,3}(?P<name>[A-Z][a-z]{2,15})(?=\s*(?:$|[\n,。)\u4e00-\u9fff]))|(?<![\w.@-])(?P<name2>(?!Call|Tel|Phone|Contact|Mobile|Cell|We|Mail|Email|Whats|Skype|Fax|Add|Please|Text|Or|And|At|On)[A-Z][a-z]{2,15}(?: [A-Z][a-z]{1,15})?)(?=[\s,:(]{1,3}\x00)"
)
_ASKS_FOR_CHAT = re.compile(
    r"(?:wechat|whatsapp|skype|telegram)\s?(?:me|for|or|only|please)[a-z ]*"
)
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{2,18}(?:路|街|大道|工业区|工业园|产业园)\s?[0-9]{1,5}\s?(?:号|弄|幢|栋)[0-9a-z楼室栋幢\-]{0,10}"
)
_SAME_NUMBER = re.compile(
    r"(?:[微薇威徽][^\w\s,。]{1,3}信|微信|薇信|v信?|vx|wx)\s?同号|同(?:微信|薇|v|vx|wx|号)"
)


def find_contacts(text: NormalizedText, vocabulary: Vocabulary) -> tuple[list[Contact], str]:
    """Return the contacts, and the text with every one of them blotted out.

    A figure that could be a phone number is one: a missing quantity can be typed, a phone
    number that another firm has read cannot be taken back.
    """
    plain, cased = text.plain, text.cased
    contacts: list[Contact] = []
    taken = bytearray(len(plain))
    for kind, start, end in _stretches(plain, cased, taken, vocabulary):
        if any(taken[start:end]):
            continue
        taken[start:end] = b"\x01" * (end - start)
        span = text.span(start, end)
        contacts.append(Contact(kind, text.original[span.start : span.end], span))
    contacts.sort(key=lambda contact: contact.span)
    return contacts, _masked(plain, taken)


def _masked(text: str, taken: bytearray) -> str:
    return "".join(TAKEN if taken[place] else letter for place, letter in enumerate(text))


def _stretches(
    plain: str, cased: str, taken: bytearray, vocabulary: Vocabulary
) -> Iterator[tuple[str, int, int]]:
    """Yield candidates, the surest kinds first; the caller marks in ``taken`` what it took."""
    for kind, pattern in PATTERNS:
        for found in pattern.finditer(plain):
            if not _ASKS_FOR_CHAT.fullmatch(found[0]):
                yield kind, *found.span()
    # Names end where a phone number begins, so they are looked for when those are out.
    yield from _people_and_firms(_masked(cased, taken), vocabulary)
    for kind, pattern in _AFTER_PEOPLE:
        yield from ((kind, *found.span()) for found in pattern.finditer(plain))
    yield from (("chat", *found.span()) for found in _SAME_NUMBER.finditer(plain))


def _people_and_firms(cased: str, vocabulary: Vocabulary) -> Iterator[tuple[str, int, int]]:
    for found in _ENGLISH_FIRM.finditer(cased):
        yield "firm", *found.span()
    for found in _FIRM.finditer(cased):
        lead = _FIRM_LEAD.match(found["name"])
        start = found.start() + (lead.end() if lead else 0)
        if found.end() - start > len("鞋业"):
            yield "firm", start, found.end()
    for found in _ENGLISH_PERSON.finditer(cased):
        yield "person", *(found.span("name") if found["name"] else found.span())
    for found in _PERSON.finditer(cased):
        group = next((name for name in _NAME_GROUPS if found[name]), None)
        start, end = found.span(group) if group else found.span()
        words = vocabulary.find(cased[start : end + 2].lower(), *Kind)
        if not (words and words[0].start == 0):  # 温岭, 高跟鞋, 童鞋 begin like names
            yield "person", start, end
    for found in _ALONE.finditer(cased):
        start, end = found.span("name" if found["name"] else "name2")
        if not vocabulary.find(cased[start:end].lower(), *Kind):
            yield "person", start, end
    for found in _ADDRESS.finditer(cased):
        yield "address", *found.span()
