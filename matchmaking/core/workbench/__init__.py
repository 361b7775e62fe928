"""The officers' workbench: base classes and registries of every area's admin.

Areas register classes of :class:`~matchmaking.core.workbench.base.WorkbenchAdmin`, queues and
panels; the sidebar and the landing page are made out of them.
"""
