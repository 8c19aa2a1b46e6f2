"""What a new installation starts with: the catalogue of categories, and the time allowed for handling.

The limits lie between five working hours and fifteen working days, as the case tables of GB/T 30428 do;
an office changes them in the admin site.
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
    CategoryRow("1", "", "大气污染", "Air"),
    CategoryRow("101", "1", "施工扬尘", "Dust from construction"),
    CategoryRow("102", "1", "物料堆场未覆盖", "Uncovered material yard"),
    CategoryRow("103", "1", "露天焚烧", "Open burning"),
    CategoryRow("104", "1", "餐饮油烟", "Cooking fumes"),
    CategoryRow("105", "1", "工业废气", "Industrial exhaust"),
    CategoryRow("106", "1", "渣土车遗撒", "Spillage from dump trucks"),
    CategoryRow("107", "1", "异味扰民", "Odour"),
    CategoryRow("2", "", "水污染", "Water"),
    CategoryRow("201", "2", "污水直排", "Direct discharge of waste water"),
    CategoryRow("202", "2", "黑臭水体", "Black and malodorous water"),
    CategoryRow("203", "2", "畜禽养殖污水", "Waste water of livestock farms"),
    CategoryRow("204", "2", "雨污混接", "Sewer joined to a storm drain"),
    CategoryRow("3", "", "固体废物", "Solid waste"),
    CategoryRow("301", "3", "生活垃圾乱堆", "Dumped household waste"),
    CategoryRow("302", "3", "建筑垃圾乱倒", "Dumped construction waste"),
    CategoryRow("303", "3", "危险废物贮存不规范", "Hazardous waste badly stored"),
    CategoryRow("304", "3", "废品回收站污染", "Pollution from a scrap yard"),
    CategoryRow("4", "", "噪声污染", "Noise"),
    CategoryRow("401", "4", "施工噪声", "Construction noise"),
    CategoryRow("402", "4", "商业和生活噪声", "Noise of trade and daily life"),
    CategoryRow("403", "4", "工业噪声", "Industrial noise"),
    CategoryRow("5", "", "企业环境管理", "Environmental management of enterprises"),
    CategoryRow("501", "5", "散乱污企业", "Scattered polluting workshop"),
    CategoryRow("502", "5", "治理设施不正常运行", "Treatment facility not running properly"),
    CategoryRow("503", "5", "无排污许可或登记", "No discharge permit or registration"),
    CategoryRow("504", "5", "管控措施未落实", "Control measures not carried out"),
    CategoryRow("6", "", "生态与环境卫生", "Ecology and cleanliness"),
    CategoryRow("601", "6", "黄土裸露", "Bare soil"),
    CategoryRow("602", "6", "毁坏绿地", "Damaged greenery"),
    CategoryRow("603", "6", "河道沟渠脏乱", "Littered river or ditch"),
)


class DeadlineRow(NamedTuple):
    """The time allowed for one category (or class, or ``""`` for any other) at one severity."""

    category: str
    severity: Severity
    amount: int
    clock: Clock


DEADLINES: tuple[DeadlineRow, ...] = (
    DeadlineRow("", Severity.ORDINARY, 5, Clock.WORKING_DAYS),
    DeadlineRow("", Severity.SERIOUS, 2, Clock.WORKING_DAYS),
    DeadlineRow("", Severity.URGENT, 24, Clock.HOURS),
    DeadlineRow("103", Severity.ORDINARY, 5, Clock.WORKING_HOURS),
    DeadlineRow("103", Severity.SERIOUS, 5, Clock.WORKING_HOURS),
    DeadlineRow("103", Severity.URGENT, 4, Clock.HOURS),
    DeadlineRow("106", Severity.ORDINARY, 7, Clock.WORKING_HOURS),
    DeadlineRow("2", Severity.ORDINARY, 7, Clock.WORKING_DAYS),
    DeadlineRow("2", Severity.SERIOUS, 3, Clock.WORKING_DAYS),
    DeadlineRow("202", Severity.ORDINARY, 15, Clock.WORKING_DAYS),
    DeadlineRow("303", Severity.SERIOUS, 1, Clock.WORKING_DAYS),
    DeadlineRow("5", Severity.ORDINARY, 10, Clock.WORKING_DAYS),
    DeadlineRow("6", Severity.ORDINARY, 7, Clock.WORKING_DAYS),
)
