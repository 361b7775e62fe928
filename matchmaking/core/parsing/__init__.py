"""One reader of numbers, money, days, weeks and answers for text, sheets, forms and the API.

Plain Python: no Django, no clock, no settings. Each module has a ``read_…`` that takes a
whole cell or field, and patterns with an evaluation that longer texts are searched with:

- ``numbers.read_number``, ``read_pairs``, ``read_range``: 60,000 · 6万 · 两千五 · 3-5万 · 60.000
- ``money.read_money``: ¥46.5 · 11块5 · $7.80 · 216元/打 · 含税58
- ``days.read_day``, ``read_period``, ``find_days``: 2027-6-7 · 3月底 · 20号 · 31 March · 年前
- ``durations.read_days``: 45天 · 一个半月 · 6 weeks
- ``weeks.read_week``: 2027-W05 · 27W14 · 第9周 · 2027年第11周(3/15-3/21)
- ``answers.read_yes_no``: 是 · 不可 · yes
- ``sizes.read_sizes``: 36-41码 · EU 37-42

An outcome is ``Read``, ``Ambiguous`` or None: right, asked about, or not understood.
"""
