"""What the company's own applications can ask of the three platforms: each module has CALLS and `refuse`.

doors.py      from a path to the platform;  bearers.py  tokens of applications
wecom.py      messages to people, application chats;  customers.py  mass sends that the group's owner sends
members.py    members who may own customer groups;  welcomes.py  what newcomers of customer groups read first
intercept_rules.py  words that members shall not send to customers
handed.py     what people sent to an application
robot_store.py  what people sent to a smart robot, and who they are;  robot_talk.py  people talk to one
dingtalk.py   the application's robot in a group
feishu.py     the application's bot in a chat
"""
