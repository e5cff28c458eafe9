"""The three group robots: each module has `answer(world, call)` and the rules of its platform.

limits.py    sliding windows
wecom.py     /cgi-bin/webhook/send
dingtalk.py  /robot/send
feishu.py    /open-apis/bot/v2/hook/TOKEN
hooks.py     /hooks/NAME and /others/NAME: receivers of the company's own, and what apprise sends
"""
