"""Names in the form by which they are looked for: without width, case, blanks, punctuation, in simplified characters.

``莆田市（涵江）XX鞋业有限公司``, ``莆田市(涵江) ＸＸ鞋業有限公司`` and ``莆田市涵江xx鞋业有限公司`` are one.
"""

import re

from matchmaking.core.parsing.normalization import NormalizedText

_NO_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    return _NO_WORD.sub("", NormalizedText(text).plain)
