"""The matching engine: values in, values out.

Pure Python with numpy, and numba in ``compiled`` and the kernels alone. No Django, no
clock, no settings, nothing of ours. ``docs/engine.md`` is the formula; read ``types``,
then ``formula``, then ``pair_kernel``, which judges and measures every pair; the ranking
of a few posts (``incremental``), of many (``tiled``, over ``tiles``, ``bounds``, ``scan``)
and the reasons (``explain_batch``) end in it. ``tests/engine/reference`` judges one pair
at a time, and holds all of them to it.

Weeks are counted from Monday 1970-01-05 (week 0), days from the same Monday (day 0).
"""
