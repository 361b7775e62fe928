"""The plan of a whole event: many orders split over many offers, with a bound on the best plan.

Values in, values out. Read ``types``, then ``planning``. ``relaxation`` solves the linear
program behind the plan and derives from its prices a bound that holds whatever the solver's
tolerances are; ``search`` places whole pairs; ``laying`` counts weeks. ``docs/splitting.md``
is the model with measured results.

OR-tools is imported inside the functions that call it: those run in the worker alone.
"""
