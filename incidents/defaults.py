"""What a new installation starts with: the catalogue of categories, and the time allowed for handling.

The limits lie between five working hours and fifteen working days, as the case tables of GB/T 30428 do
(urgent cases excepted, which run on the clock on the wall); an office changes them in the admin site.
"""

from typing import NamedTuple

from incidents.rules import Clock, Severity


class CategoryRow(NamedTuple):
    """One category; a row without ``parent`` is a class, and only rows below one are given to incidents."""

    code: str
    parent: str
    name: str
    name_en: str


CATEGORIES: tuple[CategoryRow, ...] = (
    CategoryRow("81", "", "大气污染", "Air"),
    CategoryRow("8101", "81", "工业废气", "Industrial exhaust"),
    CategoryRow("8102", "81", "露天焚烧", "Open burning"),
    CategoryRow("8103", "81", "散煤燃烧", "Burning of loose coal"),
    CategoryRow("8104", "81", "机动车和机械冒黑烟", "Black smoke of vehicles or machinery"),
    CategoryRow("82", "", "扬尘", "Dust"),
    CategoryRow("8201", "82", "施工扬尘", "Dust from construction"),
    CategoryRow("8202", "82", "道路扬尘", "Dust from roads"),
    CategoryRow("8203", "82", "物料堆场未覆盖", "Uncovered material yard"),
    CategoryRow("8204", "82", "渣土车遗撒", "Spillage from dump trucks"),
    CategoryRow("8205", "82", "黄土裸露", "Bare soil"),
    CategoryRow("83", "", "油烟", "Smoke and cooking fumes"),
    CategoryRow("8301", "83", "餐饮油烟直排", "Cooking fumes without treatment"),
    CategoryRow("8302", "83", "露天烧烤", "Open-air barbecue"),
    CategoryRow("84", "", "水污染", "Water"),
    CategoryRow("8401", "84", "污水直排", "Direct discharge of waste water"),
    CategoryRow("8402", "84", "黑臭水体", "Black and malodorous water"),
    CategoryRow("8403", "84", "畜禽养殖污水", "Waste water of livestock farms"),
    CategoryRow("8404", "84", "雨污混接", "Sewer joined to a storm drain"),
    CategoryRow("85", "", "噪声", "Noise"),
    CategoryRow("8501", "85", "施工噪声", "Construction noise"),
    CategoryRow("8502", "85", "商业和生活噪声", "Noise of trade and daily life"),
    CategoryRow("8503", "85", "工业噪声", "Industrial noise"),
    CategoryRow("86", "", "固体废物", "Solid waste"),
    CategoryRow("8601", "86", "生活垃圾乱堆", "Dumped household waste"),
    CategoryRow("8602", "86", "建筑垃圾乱倒", "Dumped construction waste"),
    CategoryRow("8603", "86", "工业固废乱堆", "Dumped industrial waste"),
    CategoryRow("8604", "86", "废品回收站污染", "Pollution from a scrap yard"),
    CategoryRow("87", "", "危险废物", "Hazardous waste"),
    CategoryRow("8701", "87", "危险废物贮存不规范", "Hazardous waste badly stored"),
    CategoryRow("8702", "87", "非法转移倾倒危险废物", "Hazardous waste moved or dumped illegally"),
    CategoryRow("8703", "87", "医疗废物处置不当", "Medical waste badly disposed of"),
    CategoryRow("88", "", "异味", "Odour"),
    CategoryRow("8801", "88", "工业异味", "Industrial odour"),
    CategoryRow("8802", "88", "养殖和垃圾恶臭", "Stench of livestock or waste"),
    CategoryRow("89", "", "散乱污企业", "Scattered polluting workshops"),
    CategoryRow("8901", "89", "新发现散乱污企业", "Newly found polluting workshop"),
    CategoryRow("8902", "89", "散乱污企业死灰复燃", "Polluting workshop started again"),
    CategoryRow("90", "", "生态破坏", "Ecology"),
    CategoryRow("9001", "90", "毁坏绿地林木", "Damaged greenery or trees"),
    CategoryRow("9002", "90", "河道沟渠脏乱", "Littered river or ditch"),
    CategoryRow("9003", "90", "违法采砂取土", "Illegal digging of sand or soil"),
    CategoryRow("91", "", "环保设施", "Facilities and their management"),
    CategoryRow("9101", "91", "治理设施不正常运行", "Treatment facility not running properly"),
    CategoryRow("9102", "91", "无排污许可或登记", "No discharge permit or registration"),
    CategoryRow("9103", "91", "重污染天气管控措施未落实", "Heavy pollution measures not carried out"),
)


class DeadlineRow(NamedTuple):
    """The time allowed for one category (or class, or ``""`` for any other) at one severity."""

    category: str
    severity: Severity
    amount: int
    clock: Clock


DEADLINES: tuple[DeadlineRow, ...] = (
    DeadlineRow("", Severity.ORDINARY, 7, Clock.WORKING_DAYS),
    DeadlineRow("", Severity.SERIOUS, 3, Clock.WORKING_DAYS),
    DeadlineRow("", Severity.URGENT, 24, Clock.HOURS),
    DeadlineRow("8102", Severity.ORDINARY, 5, Clock.WORKING_HOURS),
    DeadlineRow("8102", Severity.SERIOUS, 5, Clock.WORKING_HOURS),
    DeadlineRow("8102", Severity.URGENT, 4, Clock.HOURS),
    DeadlineRow("8204", Severity.ORDINARY, 7, Clock.WORKING_HOURS),
    DeadlineRow("8302", Severity.ORDINARY, 7, Clock.WORKING_HOURS),
    DeadlineRow("8402", Severity.ORDINARY, 15, Clock.WORKING_DAYS),
    DeadlineRow("85", Severity.ORDINARY, 3, Clock.WORKING_DAYS),
    DeadlineRow("87", Severity.ORDINARY, 3, Clock.WORKING_DAYS),
    DeadlineRow("87", Severity.SERIOUS, 1, Clock.WORKING_DAYS),
    DeadlineRow("87", Severity.URGENT, 12, Clock.HOURS),
    DeadlineRow("89", Severity.ORDINARY, 10, Clock.WORKING_DAYS),
    DeadlineRow("9101", Severity.SERIOUS, 2, Clock.WORKING_DAYS),
)
