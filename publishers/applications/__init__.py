"""What the company's applications on WeCom, DingTalk and Feishu have in common; it knows none of the three.

application.py   what an application proves itself with
holder.py        its access token: one for all processes, one renewal at a time
api.py           calls with the token, renewed once when the platform refuses it
sender.py        the steps of a connector that speaks through an application
"""
