"""Dates as Django writes them in Chinese, but for a nought before the month."""

MONTH_DAY_FORMAT = "n月j日"
