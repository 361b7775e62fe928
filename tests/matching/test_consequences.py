"""Effects of a step on matches are said without telling a hidden name."""

from matchmaking.core.consequences import Act, Partner, consequences_of


def test_a_step_says_who_would_feel_it(match, say, order, offer):
    assert consequences_of(Act.PAUSE, order) == []
    say("offer")

    said = [str(text) for text in consequences_of(Act.PAUSE, order)]
    assert said == [
        "1 company is waiting for your answer: it is told that your post left the market."
    ]
    assert "You wait for 1 answer" in str(consequences_of(Act.CLOSE, offer)[0])

    say("order")
    assert [str(text) for text in consequences_of(Act.CHANGE, order)] == ["1 conversation goes on."]


def test_blocking_counts_no_match_whose_name_is_hidden(match, say, order, offer):
    """Who types numbers must not learn whose the hidden name is."""
    offer.company.uscc = "91350300MA2XXXXX0X"
    offer.company.save()
    typed = [
        Partner(order.company, offer.company.uscc.lower()),
        Partner(order.company, str(offer.company.code)),
    ]
    say("offer")
    assert [consequences_of(Act.BLOCK, partner) for partner in typed] == [[], []]

    say("order")
    for partner in typed:
        assert "1 conversation with this partner ends" in str(consequences_of(Act.BLOCK, partner))
