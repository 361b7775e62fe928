"""Orders split over factories: the plans of one order, and the plan of a whole event.

Values in, values out, as everywhere in the engine. Read ``types``, then ``scenarios``: the
five plans of one order, each a proved optimum of ``model``; ``explaining`` says why a
factory is out and ``relaxations`` what the next best change would yield. ``event`` plans many
orders over many offers with a true bound. ``docs/splitting.md`` is the model with measured
results.

OR-tools is imported inside the functions that call it: those run in the worker, and a web
process that reads the values must not load it.
"""
