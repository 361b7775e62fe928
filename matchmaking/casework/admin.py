"""Actions and notes on every kind of row that waits; loaded after the queues of all areas."""

from matchmaking.casework import actions

actions.register()
