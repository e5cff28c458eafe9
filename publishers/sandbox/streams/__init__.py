"""The platforms' side of the long connections, over real WebSockets on a port of their own.

switchboard.py  the server: who may connect;  lines.py  who is connected, what is told over it and answered
dingtalk.py     Stream mode;  feishu.py  events;  aibot.py  WeCom's smart robots
talk.py         people write to an application; what the tests order;  chats.py  as the phone shows it

A dialect is a module with PATH, `admit`, `begin` and `hear`; it joins the table in switchboard.py.
Faults are those of faults.py, on the path /stream/PLATFORM: drop_before (the connection ends before the message is sent),
drop_after (it is sent, then the connection ends), delay.
"""
