"""Simulated platforms written a second time, from the platforms' documentation alone and importing nothing of ours.

They behave differently wherever the documentation leaves room, and much worse than a demo should.

manners.py   how one simulated account or robot behaves
account.py   the official account: tokens, material, drafts, publishing
robots.py    three kinds of group robots
running.py   the server, and the many ways in which an answer can be lost
"""
