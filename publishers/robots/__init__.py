"""What the robots of WeCom, DingTalk and Feishu groups have in common; it knows none of the three.

words.py      cutting by bytes and characters, and titles that can never call everyone
answers.py    the platform's answer to one of the four words, by table
settings.py   a token, or the whole webhook address it came in
robot.py      the steps every robot takes
"""
