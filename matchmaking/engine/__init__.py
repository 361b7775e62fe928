"""The matching engine: values in, values out.

Pure Python with numpy, and numba in ``compiled`` and the kernels alone. No Django, no
clock, no settings, nothing of ours. ``docs/engine.md`` is the formula; read ``types``,
then ``formula``; ``market``, ``ranking`` and ``explain_batch`` build on them, and
``tests/engine/reference`` holds all of them to one pair at a time. ``ranking`` has two ways: ``plain`` (over ``kernel``) for a few posts, ``tiled``
(over ``tiles``, ``bounds``, ``scan``) for many.

Weeks are counted from Monday 1970-01-05 (week 0), days from the same Monday (day 0).
"""
