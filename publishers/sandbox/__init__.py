"""The simulated platforms: WeChat, and the robots of WeCom, DingTalk and Feishu, on one port and on this machine only;
and a mail server on a port of its own.

For the demo, for training and for the tests. Imports nothing of ours. Every effect is in a durable log before
anybody is answered, so a test can count what the world has seen. Their paths do not collide, so one base
address serves for all of them.

server.py     serve() and start(); the HTTP side            running.py   the handle: faults, effects, calls, wait_for
platforms.py  which platform owns a path                    control.py   /_sandbox/: orders from tests and trainers
faults.py     what shall go wrong next                      clockwork.py publish jobs end, events go out
world.py      all state, changed by records alone           records.py   what each kind of record changes
log.py        the records' file                             journal.py   the calls' file
things.py     accounts, drafts, jobs, chats                 calls.py     one call and its reply
postbox.py    the mail server
wechat/       the official account's interface              robots/      the three group robots
phone.py      the page on which people watch                views/, pages/   its HTML, its style and script
"""
