"""Feishu (and Lark, the same abroad): the custom bot of a group, and the bot of the company's own application.

robot.py   the custom bot
api.py     calls in the name of the application;  app.py  its bot in a chat
bodies.py  the messages, the same everywhere;  errors.py  what Feishu's codes mean
"""
