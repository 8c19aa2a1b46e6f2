"""What a new installation starts with: a checklist for each kind of site, and how often sites are visited."""

from typing import NamedTuple

from grids.models import Risk, SiteKind


class ChecklistRow(NamedTuple):
    """The first version for one kind of site; each question is (Chinese, English), yes means in order."""

    kind: SiteKind
    name: str
    name_en: str
    questions: tuple[tuple[str, str], ...]


CHECKLISTS: tuple[ChecklistRow, ...] = (
    ChecklistRow(
        SiteKind.AGENCY,
        "机关事业单位检查表",
        "Checklist for agencies",
        (
            ("垃圾是否分类投放、及时清运？", "Is waste sorted and removed in time?"),
            ("食堂油烟净化设施是否正常运行？", "Does the canteen's fume purifier run properly?"),
            ("污水是否全部接入管网？", "Does all waste water go into the sewer?"),
            ("院内裸露黄土是否已覆盖或绿化？", "Is bare soil on the grounds covered or planted?"),
            (
                "医疗或实验废物是否按规定贮存、交接？",
                "Is medical or laboratory waste stored and handed over by the rules?",
            ),
        ),
    ),
    ChecklistRow(
        SiteKind.ENTERPRISE,
        "企业检查表",
        "Checklist for enterprises",
        (
            (
                "排污许可证或登记是否有效、亮证？",
                "Is the discharge permit or registration valid and on display?",
            ),
            ("废气治理设施是否与生产同步运行？", "Does exhaust treatment run whenever production runs?"),
            (
                "污水是否经处理达标后排放、无直排？",
                "Is waste water treated before discharge, with nothing let out directly?",
            ),
            ("原料、物料堆场是否密闭或覆盖？", "Are material yards closed or covered?"),
            ("危险废物是否分类贮存、台账齐全？", "Is hazardous waste stored apart, with complete records?"),
            ("厂界噪声是否达标、不扰民？", "Is noise at the boundary low enough not to disturb anyone?"),
            ("重污染天气管控措施是否落实？", "Are the measures for heavy pollution days carried out?"),
        ),
    ),
    ChecklistRow(
        SiteKind.ORGANISATION,
        "社会组织检查表",
        "Checklist for social organisations",
        (
            ("场所内外垃圾是否及时清理？", "Is rubbish inside and outside cleared in time?"),
            ("活动噪声是否控制在规定时段和音量？", "Is noise kept within the allowed hours and volume?"),
            ("厨房油烟是否经净化后排放？", "Are kitchen fumes purified before release?"),
            ("污水是否接入管网？", "Does waste water go into the sewer?"),
            (
                "是否张贴环保宣传和举报方式？",
                "Are notices on the environment and on how to report displayed?",
            ),
        ),
    ),
    ChecklistRow(
        SiteKind.COMPOUND,
        "居民小区检查表",
        "Checklist for residential compounds",
        (
            ("垃圾收集点是否干净、日产日清？", "Are collection points clean and emptied every day?"),
            ("是否做到不焚烧落叶、垃圾？", "Is the place free of open burning of leaves and rubbish?"),
            ("雨水、污水管是否分开、无外溢？", "Are storm and foul drains apart, with no overflow?"),
            (
                "沿街餐饮油烟是否达标、不扰民？",
                "Are the ground-floor kitchens free of fumes that disturb residents?",
            ),
            ("装修垃圾是否定点堆放并覆盖？", "Is renovation waste kept in its place and covered?"),
            ("绿地是否完好、无裸露？", "Is the greenery whole, with no bare soil?"),
        ),
    ),
    ChecklistRow(
        SiteKind.MARKET,
        "集贸市场检查表",
        "Checklist for markets",
        (
            ("摊位垃圾是否及时清运？", "Is rubbish of the stalls removed in time?"),
            (
                "污水是否进入管网、地面无积污？",
                "Does waste water go into the sewer, and is the floor free of it?",
            ),
            ("餐饮摊点是否使用清洁燃料？", "Do food stalls use clean fuel?"),
            ("油烟净化设施是否正常运行？", "Does the fume purifier run properly?"),
            ("活禽、水产区是否无异味外溢？", "Is the poultry and fish section free of odour outside?"),
            ("高音喇叭等噪声是否受控？", "Are loudspeakers and other noise under control?"),
        ),
    ),
    ChecklistRow(
        SiteKind.CONSTRUCTION,
        "施工工地检查表",
        "Checklist for construction sites",
        (
            ("工地周边是否全部围挡？", "Is the site fenced all around?"),
            ("裸土和物料是否全部覆盖？", "Are bare soil and materials all covered?"),
            ("土方作业是否湿法施工？", "Is earthwork done wet?"),
            ("出入车辆是否冲洗干净？", "Are vehicles washed before they leave?"),
            ("主要道路是否硬化并保洁？", "Are the main ways paved and kept clean?"),
            ("渣土车是否密闭、无遗撒？", "Are dump trucks closed, with nothing spilled?"),
            ("夜间施工是否有许可、噪声受控？", "Is work at night permitted and its noise under control?"),
        ),
    ),
)


class PlanRow(NamedTuple):
    """Every site of the kind (``""``: any) and risk is visited at least once in so many days."""

    kind: str
    risk: Risk
    every_days: int


# Key sites weekly, as published; the rest at the pace that two workers of a sub-grid keep.
PLANS: tuple[PlanRow, ...] = (
    PlanRow("", Risk.KEY, 7),
    PlanRow("", Risk.SECOND, 30),
    PlanRow("", Risk.ORDINARY, 90),
)
