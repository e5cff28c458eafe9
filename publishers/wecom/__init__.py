"""WeCom: the robot of an internal group, and what the company's own application can do.

robot.py      the robot of a group; robots cannot stand in groups with outsiders
api.py        calls in the name of the application
message.py    to people and departments
chat.py       into a chat that the application made
customers.py  into groups with customers, which their owner sends
bodies.py     the messages, the same everywhere;  errors.py  what WeCom's codes mean
"""
