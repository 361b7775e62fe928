"""The matching engine: values in, values out.

Pure Python with numpy, and numba in ``compiled`` and the kernels alone. No Django, no
clock, no settings, nothing of ours. ``docs/engine.md`` is the formula; read ``types``,
then ``formula``, then ``scoring``; ``near_miss``, ``market`` and ``ranking`` build on
them. ``ranking`` has two ways: ``plain`` (over ``kernel``) for a few posts, ``tiled``
(over ``tiles``, ``bounds``, ``scan``) for many.

Weeks are counted from Monday 1970-01-05 (week 0), days from the same Monday (day 0).
"""
