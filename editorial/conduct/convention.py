"""The convention: nine classes of violations with their numbered items, as it was first published.

Rules, reports and decisions name an item by its code (`unfriendly.3`). Later versions are rows (versions.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """One rule. `number` counts from 1 inside its class and is never given to another rule."""

    violation_class: str
    number: int
    chinese: str
    english: str

    @property
    def code(self) -> str:
        """How everything else names it."""
        return f"{self.violation_class}.{self.number}"


@dataclass(frozen=True)
class ViolationClass:
    """One class: its place in the convention (1 to 9), its code, its name in both languages and its items in order."""

    number: int
    code: str
    chinese: str
    english: str
    items: tuple[Item, ...]


def _class(number: int, code: str, chinese: str, english: str, *items: tuple[str, str]) -> ViolationClass:
    numbered = tuple(Item(code, place, *words) for place, words in enumerate(items, start=1))
    return ViolationClass(number, code, chinese, english, numbered)


CLASSES: tuple[ViolationClass, ...] = (
    _class(
        1, "unlawful", "违反法律法规", "Unlawful",
        ("反对宪法基本原则", "opposing the basic principles of the constitution"),
        (
            "危害国家安全、泄露国家秘密、颠覆政权、破坏统一、损害国家荣誉和利益",
            "endangering national security, disclosing state secrets, subverting state power, "
            "undermining unity, harming the honour and interests of the country",
        ),
        ("侮辱诽谤英雄烈士", "insulting or defaming heroes and martyrs"),
        ("宣扬恐怖主义、极端主义", "promoting terrorism or extremism"),
        ("煽动民族仇恨、歧视", "inciting ethnic hatred or discrimination"),
        ("破坏宗教政策、宣扬邪教迷信", "undermining the policy on religion, promoting cults and superstition"),
        ("散布谣言、扰乱秩序", "spreading rumours, disturbing public order"),
        ("淫秽、赌博、暴力、凶杀、教唆犯罪", "obscenity, gambling, violence, murder, instigating crime"),
        ("煽动非法集会、结社、游行", "inciting unlawful assembly, association or procession"),
        ("侮辱诽谤他人、侵害名誉隐私", "insulting or defaming others, violating reputation or privacy"),
        ("网络欺凌未成年人", "bullying minors online"),
        ("危害未成年人身心健康", "harming the physical or mental health of minors"),
        ("法律法规禁止的其他内容", "other content forbidden by law"),
    ),
    _class(
        2, "unfriendly", "不友善", "Unfriendly",
        ("轻蔑", "contempt"), ("诽谤", "slander"), ("嘲讽", "mocking"), ("挑衅", "provocation"),
        ("羞辱", "humiliation"), ("谩骂", "abuse"), ("歧视", "discrimination"), ("威胁", "threat"),
    ),
    _class(
        3, "spam_advertising", "垃圾广告", "Spam advertising",
        ("多次发布售卖、推广内容", "publishing sales or promotion again and again"),
        ("单号多次广告", "repeated advertising from one account"),
        ("多号配合传播", "several accounts spreading together"),
        ("欺骗性外链", "deceptive links"),
        ("为搜索曝光堆砌推广链接、品牌", "piling up promotional links or brands to be found by searches"),
        ("买卖或虚假互动", "bought, sold or faked interaction"),
        ("欺骗性恶意营销（伪造经历、冒充）", "deceptive marketing (invented experience, impersonation)"),
        ("用特殊符号、图片规避审核", "evading review by special signs or pictures"),
    ),
    _class(
        4, "vulgar", "色情低俗", "Vulgar",
        ("性经验细节或露骨描述", "sexual details or explicit description"),
        ("色情段子、两性笑话", "lewd jokes"),
        ("庸俗挑逗配图", "vulgar, suggestive pictures"),
        ("性暗示、性挑逗", "sexual innuendo"),
        ("血腥、惊悚、残忍", "gore, horror, cruelty"),
        ("绯闻、丑闻、劣迹炒作", "sensationalising affairs, scandals and misdeeds"),
        ("低俗、庸俗、媚俗", "vulgarity, coarseness, pandering"),
    ),
    _class(
        5, "untrue", "不实信息", "Untrue",
        ("事实性错误或造谣", "factual errors or rumours"),
        ("夸大或伪造经历误导", "misleading by exaggerated or invented experience"),
        ("伪造身份、冒充他人或机构", "false identity, impersonating a person or an institution"),
    ),
    _class(
        6, "superstition", "封建迷信", "Superstition",
        (
            "算命、测字、占卜、解梦、化厄、迷信治病",
            "fortune-telling, divination, dream reading, warding off ill luck, superstitious healing",
        ),
        ("求荐算命看相", "asking for or recommending fortune-tellers"),
        ("求助风水", "asking for feng shui advice"),
        (
            "问八字、六爻、星盘、手相、面相、改名等吉凶",
            "asking fate by birth data, hexagrams, star charts, palms, faces or change of name",
        ),
    ),
    _class(
        7, "clickbait", "标题党", "Clickbait",
        ("夸张、猎奇、违背常理地诱导", "luring by exaggeration, oddity or the absurd"),
        ("标题与内容严重不实或歪曲", "a headline grossly untrue to the content or distorting it"),
        ("标题与内容严重不符", "a headline that does not match the content"),
    ),
    _class(
        8, "fan_circle_abuse", "饭圈乱象", "Fan-circle abuse",
        (
            "诱导未成年人应援集资、高额消费、投票打榜",
            "luring minors into fund-raising for idols, heavy spending or vote stuffing",
        ),
        (
            "互撕谩骂、拉踩引战、人肉搜索、侵犯隐私",
            "feuding and abuse, baiting, doxing, violating privacy",
        ),
        ("攀比炫富、奢靡享乐", "showing off wealth, extravagance"),
        ("雇水军、养号、刷量控评", "hired posters, farmed accounts, faked figures, steered comments"),
        ("蹭热点制造话题干扰舆论", "riding trends and manufacturing topics to disturb public opinion"),
    ),
    _class(
        9, "other", "其他", "Other",
        (
            "引发未成年人模仿不安全或违背公德行为、诱导不良嗜好",
            "leading minors to imitate unsafe or indecent acts, or to bad habits",
        ),
        ("不当评述灾害、重大事故", "improper comment on disasters and serious accidents"),
        ("美化侵略战争", "glorifying wars of aggression"),
        ("其他违法或有害内容", "other unlawful or harmful content"),
    ),
)

AGAINST_MINORS = frozenset({"unlawful.11", "unlawful.12", "fan_circle_abuse.1", "other.1"})
"""Bullying or harming minors: decided more heavily."""


BY_PEOPLE = frozenset({
    "unlawful.13", "spam_advertising.2", "spam_advertising.3", "vulgar.3", "clickbait.2", "other.4",
})
"""What no rule can read from one text: catch-alls, what several accounts do together, pictures, a headline against facts."""


def items() -> Iterator[Item]:
    """Every item as first published, in order."""
    for violation_class in CLASSES:
        yield from violation_class.items
