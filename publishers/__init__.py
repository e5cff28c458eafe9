"""Hands: how to render for, speak to and listen to each platform. No Flask, no queue.

connector.py   the parcels, the receipt, the four words; the `Connector` protocol
net.py         the only place that opens a connection to a platform; pages of strangers: importing/fetching.py
rendering/     Markdown to WeChat HTML, pure; mathjax/ sets its formulas in a process of its own
coprocess.py   work that could end a process is done in one beside it
wechat/        the official account: token, drafts, release, mass send, callback
robots/        what the robots of groups have in common: words, answers, settings
applications/  what the company's own applications have in common: token, calls, repeats
streams/       long connections: we dial, the platform tells us what is said
tokens.py      the one token of an application, as all processes share it
wecom/ dingtalk/ feishu/   the groups' robots
others.py      services that apprise knows: handed over, not confirmed
webhook/       receivers of the company's own (Standard Webhooks)
share_kit.py   groups without an interface: a person posts and confirms
doors.py       connections to addresses that people have named
mail/          notices to persons, articles to the addresses of groups
pictures/      uploads made fit, covers drawn; pure
clicks.py      people or programs at a tracked link? pure
importing/     foreign formats to Markdown
sandbox/       simulated platforms for demo, training and tests; imports nothing of ours
wording.py     how punctuation is usually set
preflight.py   would the platform take it? (a door to editorial)
dispatch.py    keep one delivery's promise (the other door)

A new connector in five steps: a folder with a class that satisfies `Connector`; its limits and error table
beside it; a simulated platform in `sandbox/`; one row in `app/wiring.py`; its name in the contract test.
"""
