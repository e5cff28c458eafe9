"""Chinese of a factory's daily life, drawn by dice: names, titles, sentences."""

from __future__ import annotations

import random

RARE = "退休前他把那本《鹳雀楼手抄本》送给了徒弟。"
"""A sentence whose words stand in one article of a thousand."""

FAMILIES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "建国 志强 秀英 海涛 晓梅 文博 玉兰 立新 思远 雨桐 浩然 春生 桂芳 明辉 佳宁 永强".split()
PLACES = (
    "装配一车间 装配二车间 铸造分厂 试车台 质检中心 研发三部 华东销售 西南服务站 "
    "仓储物流 设备维修 食堂后勤 青年志愿者 读书会 摄影社 篮球队 培训学院"
).split()
TEAMS = "班组 小组 突击队 交流 学习 协作 值班 骨干 新人 管理".split()
WHEN = (
    "上周五下午 十月十二日清晨 夜班交接时 国庆假期里 月度例会上 "
    "暴雨过后 订单最紧的那几天 盘点结束以后 验收前一晚 新员工入职当天"
).split()
WHO = (
    "班长老周 质检员小林 工程师陈立 三名新人 销售经理何敏 "
    "维修组的师傅们 食堂的王师傅 来自昆山的客户 研发团队 驻外服务的同事"
).split()
DID = (
    "把工位图重新画了一遍 连续试车七十二小时没有停机 "
    "在轴承座里找到了那声异响 将换型时间压到了十八分钟 走了三百步才取到一把扳手 "
    "给每台水泵做了一次体检 把培训教材改成了六幅漫画 "
    "组织公司同事到山村小学送去图书 完成了客户现场的节能改造 开了一场不提稿子的复盘会"
).split()
THEN = (
    "产量比上个月高了一成半 现场再也没有人抱怨找不到图纸 "
    "客户当场签下了第二份订单 老师傅说这才是该有的样子 数据被写进了车间的标准作业书 "
    "大家决定把这个做法带到别的班组 公司随后在全厂推广 "
    "那一晚没有人提前离开 安全员在记录本上画了一个圈 下一次演练定在了月底"
).split()
NUMBERS = "18 分钟 72 小时 300 步 1284 件 96% 3 台 45 千瓦 12 页 7 个问题 28 年".split()
SUBJECTS = (
    "换型 试车 轴承异响 首件检验 夜班 食堂 展会 节能改造 "
    "山村小学 消防演练 盘点 新宿舍 读书会 秋季摄影 水泵 仓库"
).split()
SHAPES = (
    "{subject}背后的三个人|一次看似普通的{subject}|{who}和{subject}的七天|{place}：{subject}之后|关于{subject}，我们想清楚了什么|"
    "{subject}手记（{number}）|为什么{place}的{subject}比去年快了一倍"
).split("|")


def name(dice: random.Random) -> str:
    """A person's name."""
    return dice.choice(FAMILIES) + dice.choice(GIVEN)


def place(dice: random.Random) -> str:
    """A place of work or leisure."""
    return dice.choice(PLACES)


def team(dice: random.Random) -> str:
    """What gathers there."""
    return dice.choice(TEAMS)


def title(dice: random.Random) -> str:
    """A headline."""
    return dice.choice(SHAPES).format(
        subject=dice.choice(SUBJECTS), who=dice.choice(WHO), place=dice.choice(PLACES), number=dice.randint(2, 4000)
    )


def sentences(dice: random.Random, count: int) -> list[str]:
    """Sentences of some twenty-five characters."""
    return [
        f"{dice.choice(WHEN)}，{dice.choice(WHO)}{dice.choice(DID)}，{dice.choice(THEN)}。" if step % 4
        else f"{dice.choice(PLACES)}的{name(dice)}说，{dice.choice(DID)}以后，{dice.choice(THEN)}。"
        for step in range(count)
    ]
