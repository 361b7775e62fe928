"""The officers' workbench: what every area's admin is made of.

Areas register classes of :class:`~matchmaking.core.workbench.base.WorkbenchAdmin`, queues and
panels; the sidebar and the landing page are made out of them.
"""
