"""DingTalk: the custom robot of a group (自定义机器人).

Existing robots keep working; DingTalk is closing the making of new ones.
"""
