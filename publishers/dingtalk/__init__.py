"""DingTalk: the custom robot of a group (自定义机器人), and the robot of the company's own application.

Existing custom robots keep working; DingTalk is closing the making of new ones, so the application is the way for new groups.

robot.py   the custom robot
api.py     calls in the name of the application;  app.py  its robot in a group
bodies.py  the messages, the same everywhere;  errors.py  what DingTalk's codes mean
"""
