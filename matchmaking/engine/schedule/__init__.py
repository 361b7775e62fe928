"""The meeting schedule of a docking day: who sits with whom, in which slot, in which hall.

Values in, values out, as everywhere in the engine. Read ``types``, then ``planning``; the
stages it calls are ``selection`` (which meetings), ``timetable`` (a slot for each),
``breaks`` (fewest idle gaps, proved) and ``halls`` (shortest walks). ``clashes`` says why a
wish cannot be met, ``replanning`` changes a day that stands, ``standby`` refills a table.
``docs/schedule.md`` is the model with measured results.

The solvers (ortools, python-sat) are imported inside the functions that call them: those run
in the worker, and a web process that reads the values must not load 200 MB for it.
"""
