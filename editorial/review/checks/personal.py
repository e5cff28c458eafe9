"""Personal data in a text, by form and check digits: numbers of cards and telephones, plates, addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from editorial.review.checks.rule import Rule

Span = tuple[int, int]
_GAP = r"[ ._\-·]{0,2}"
_ID = re.compile(rf"(?<![0-9a-z])[1-9](?:{_GAP}[0-9ol]){{16}}{_GAP}[0-9x](?![0-9a-z])")
_CARD = re.compile(rf"(?<![0-9a-z])[3-6](?:{_GAP}[0-9ol]){{15,18}}(?![0-9a-z])")
_MOBILE = re.compile(rf"(?<![0-9a-z])(?:\+?86[ \-]?)?1[3-9](?:{_GAP}[0-9]){{9}}(?![0-9a-z])")
_TELEPHONE = re.compile(r"(?<![0-9a-z])(?:0[1-9]\d{1,2}[ \-]?[2-9]\d{6,7}|[48]00[ \-]?\d{3,4}[ \-]?\d{3,4})(?![0-9a-z])")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-hj-z][·.\- ]?"
    r"(?:[0-9df][a-hj-np-z0-9][0-9]{3}[0-9df]|(?=[a-z]{0,2}[0-9])[a-hj-np-z0-9]{4}[a-hj-np-z0-9挂学警港澳])(?![0-9a-z])"
)
_ADDRESS = re.compile(
    r"[\u4e00-\u9fff]{2,10}(?:路|街|道|巷|弄|村|区|园|公寓|苑|庭|府|里)[\u4e00-\u9fff]{0,4}\d{0,5}(?:号|弄)?[\u4e00-\u9fff]{0,4}"
    r"\d{1,3}(?:栋|幢|号楼|楼|座|号)(?:\d{1,2}单元)?\d{2,4}(?:室|号|房)"
)
_REGIONS = {*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10x98765432"
_BINS = tuple("""
622202 622203 622208 621226 621225 621288 622848 622845 622846 621700 622700 436742 622280 621661 621660 601382 622760
622588 622609 621483 621485 622262 622260 622258 622188 621799 621098 622150 622151 622568 622516 622521 622522 622630
622631 622689 622660 622661 622662 622666 622622 622616 622618 622908 622909 622298 622155 622156 623058 621626 622575
""".split())
"""First six figures of the commonest debit and credit cards of Chinese banks, as printed on them."""
_ANY_BIN = re.compile(r"62|4|5[1-5]|35")
_OF_A_CARD = re.compile(
    r"卡号|银行卡|账号|帐号|账户|开户|收款|户名|转账|转到|转给|打到|打给|打进|汇到|汇款|汇给|存到|储蓄|信用卡|借记卡|工资卡|饭卡充值"
    r"|工行|农行|建行|中行|招行|交行|邮储|银行|还款|退款到"
)
_OF_A_THING = re.compile(r"(?:单号|订单|流水号?|编号|型号|运单|快递|批号|条码|合同号|序列号|图号|物料|版本)[号码为是:： ]{0,3}$")
_SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐"
    "费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁"
    "杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢"
    "滑裴陆荣翁荀羊甄曲家封芮储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶黎薄印宿"
    "白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦"
    "艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后"
    "荆红游竺权逯盖益桓公肖涂岳帅缑亢况有琴商牟佘佴伯赏墨哈谯笪年爱阳佟闫覃"
)
_CALLED = r"(?:女士|先生|老师|经理|师傅|主任|同学|总|工|部长|科长|班长|组长|姐|哥)?"
_CONNECTED = r"[，,、:：;； 　(（/|的]*(?:联系)?(?:本人)?(?:手机|电话|微信|方式|号码|号|tel|mobile)*[是为:： (（/|]*$"
_NAMED_BEFORE = re.compile(
    rf"(?:^|[^\u4e00-\u9fff]|找|联系|人|系|致电|咨询|是|给|问|叫|打|跟|和|[队组班厂站店所]长)[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}?{_CALLED}{_CONNECTED}"
)
_NAMED_AFTER = re.compile(
    rf"^[ ]*[（(/，, ]?[ ]*(?:请?找|联系|问)?[{_SURNAMES}]"
    r"(?:[\u4e00-\u9fff]{0,2}(?:女士|先生|老师|经理|师傅|主任|总|工|姐|哥)|[\u4e00-\u9fff]{1,2}(?=[）)，,。；;\s]|$))"
)
_NOT_NAMED = re.compile(
    r"(?:值班|安全|公司|全厂|应急|总机|办公|强电|水电|方式|于是|时间|和|何时|有事|有问题|常用|通知|时候)"
    r"[\u4e00-\u9fff]{0,3}[:： ]*$"
)


def spans(rule: Rule, text: str) -> Iterator[Span]:
    """Where a function rule finds something in a text with its digits folded. Numbers the house lists are left out."""
    own = {re.sub(r"\D", "", number) for number in rule.listed("numbers")}
    for begin, end in READERS[str(rule.settings.get("reads", ""))](text):
        if re.sub(r"\D", "", text[begin:end]) not in own:
            yield begin, end


def _id_cards(text: str) -> Iterator[Span]:
    """GB 11643-1999: region, date of birth, sequence and a check digit (ISO 7064, MOD 11-2)."""
    for found in _ID.finditer(text):
        figures = _figures(found.group())
        if len(figures) == 18 and int(figures[:2]) in _REGIONS and _is_birthday(figures[6:14]) and _checks(figures):
            yield found.span()


def _bank_cards(text: str) -> Iterator[Span]:
    """ISO/IEC 7812: a known issuer, or the word of a card beside it, and the Luhn digit."""
    for found in _CARD.finditer(text):
        figures = _figures(found.group())
        if not figures.isdigit() or not _luhn(figures) or _OF_A_THING.search(text[max(0, found.start() - 12):found.start()]):
            continue
        around = text[max(0, found.start() - 40):found.end() + 24]
        if figures.startswith(_BINS) or (_ANY_BIN.match(figures) and _OF_A_CARD.search(around)):
            yield found.span()


def _mobiles(text: str) -> Iterator[Span]:
    for found in _MOBILE.finditer(text):
        if not _OF_A_THING.search(text[max(0, found.start() - 12):found.start()]):
            yield found.span()


def _mobiles_of_persons(text: str) -> Iterator[Span]:
    for begin, end in _mobiles(text):
        before, after = text[max(0, begin - 22):begin], text[end:end + 12]
        named = _NAMED_BEFORE.search(before) and not _NOT_NAMED.search(before)
        if named or _NAMED_AFTER.search(after):
            yield begin, end


def _telephones(text: str) -> Iterator[Span]:
    yield from (found.span() for found in _TELEPHONE.finditer(text))


def _plates(text: str) -> Iterator[Span]:
    for found in _PLATE.finditer(text):
        if sum(char.isdigit() for char in found.group()) >= 3:
            yield found.span()


def _addresses(text: str) -> Iterator[Span]:
    yield from (found.span() for found in _ADDRESS.finditer(text))


def _figures(written: str) -> str:
    return re.sub(r"[^0-9x]", "", written.replace("o", "0").replace("l", "1"))


def _is_birthday(figures: str) -> bool:
    try:
        return 1900 <= date.fromisoformat(f"{figures[:4]}-{figures[4:6]}-{figures[6:]}").year < 2100
    except ValueError:
        return False


def _checks(figures: str) -> bool:
    if not figures[:17].isdigit():
        return False
    total = sum(int(figure) * weight for figure, weight in zip(figures, _WEIGHTS, strict=False))
    return _CHECK[total % 11] == figures[17]


def _luhn(figures: str) -> bool:
    doubled = (int(figure) * 2 if place % 2 else int(figure) for place, figure in enumerate(reversed(figures)))
    return len(set(figures)) > 2 and sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


READERS: dict[str, Callable[[str], Iterator[Span]]] = {
    "id_card": _id_cards, "bank_card": _bank_cards, "mobile": _mobiles, "mobile_of_person": _mobiles_of_persons,
    "telephone": _telephones, "licence_plate": _plates, "home_address": _addresses,
}
