"""Cells as people write them: each with its reading or its question, none read wrong."""

from benchmarks.read_cells import DEFAULT, main, measure


def test_labelled_cells_are_read_right_or_asked_about():
    tally = measure(DEFAULT)

    assert tally.notes == []
    assert tally.cells >= 350
    assert tally.read >= 0.85 * tally.cells


def test_command_fails_on_a_wrong_reading(tmp_path, capsys):
    cells = tmp_path / "cells.csv"
    cells.write_text("kind,cell,reading,readings_asked\npairs,6万,6000,\n", encoding="utf-8")

    status = main([str(cells)])

    assert status == 1
    assert capsys.readouterr().out.splitlines() == [
        "pairs '6万': read as 60000 for 6000",
        "cells=1 read=0 (0.0 %) asked=0 wrong=1",
    ]
