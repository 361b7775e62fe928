import pytest

from matchmaking.core.folding import fold


@pytest.mark.parametrize(
    "name",
    [
        "莆田市（涵江）卓越鞋业有限公司",
        "莆田市(涵江)卓越鞋业有限公司",
        "莆田市 涵江 卓越鞋業有限公司",
        "莆田市涵江·卓越鞋业有限公司。",
        "莆田市\u200b涵江卓越鞋业有限公司",
    ],
)
def test_one_name_in_five_ways_is_one(name):
    assert fold(name) == "莆田市涵江卓越鞋业有限公司"


def test_width_case_and_dots_do_not_tell_names_apart():
    assert fold("ＡＢＣ Shoes Co., Ltd.") == fold("abc shoes co ltd") == "abcshoescoltd"
