"""Feishu (and Lark, the same abroad): the custom bot of a group."""
