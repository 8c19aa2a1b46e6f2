"""The site points of the demo district: 3,240 of six kinds, each inside its sub-grid; all illustrative."""

import functools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from demo.geography import DIFFICULTY, Area, apportion, geography
from demo.lattice import Point, inside
from demo.names import person_name, phone, short_village

SITES = 3240
SEED = 20260702
MARGIN = 60  # micro-degrees from the edge, some five metres

# Chance of each kind in 100, and of key and second-class risk among them.
KINDS = (
    ("enterprise", 50, 5, 38),
    ("compound", 14, 0, 12),
    ("agency", 10, 0, 8),
    ("market", 8, 4, 40),
    ("construction", 10, 30, 50),
    ("organisation", 8, 0, 5),
)

_BRANDS = (
    "恒源鑫达宏图永盛金鼎华丰中原豫通瑞祥康泰德信富强兴隆万和天成东升顺发嘉禾诚信明达聚丰福源昌盛正泰"
    "博远泰山黄河中天银河金凤华美盛世众合伟业双龙百川长青荣光海鑫新科正道祥云四方五洲龙翔凯达润丰裕丰"
    "民生和顺利民国泰安顺大成平安鸿运三和启航汇通润泽"
)
BRANDS = [_BRANDS[i : i + 2] for i in range(0, len(_BRANDS), 2)]
# What enterprises make or do; how often each is met; how its risk leans (percent added to key).
INDUSTRIES = (
    ("建材厂", 5, 12),
    ("混凝土搅拌站", 3, 35),
    ("预制构件厂", 3, 15),
    ("家具厂", 5, 10),
    ("喷涂加工厂", 3, 30),
    ("印刷厂", 3, 10),
    ("包装材料厂", 4, 5),
    ("塑料制品厂", 4, 15),
    ("机械加工厂", 6, 0),
    ("电子科技公司", 4, 0),
    ("食品厂", 4, 0),
    ("饲料加工厂", 2, 5),
    ("养殖场", 5, 10),
    ("汽车修理厂", 6, 5),
    ("加油站", 3, 15),
    ("洗车行", 4, -10),
    ("饭店", 6, -15),
    ("物流仓储公司", 5, -15),
    ("砂石料场", 3, 30),
    ("废旧物资回收站", 4, 10),
    ("门窗厂", 4, 0),
    ("纺织厂", 2, 5),
)
AGENCIES = (
    "{v}党群服务中心",
    "{v}小学",
    "{v}卫生所",
    "{v}幼儿园",
    "{v}便民服务站",
    "{v}文化站",
    "{v}农技推广站",
)
ORGANISATIONS = (
    "{v}老年人协会",
    "{v}志愿服务队",
    "{v}养老服务中心",
    "{v}红白理事会",
    "{v}农民用水户协会",
    "{v}环保志愿者协会",
    "{b}公益服务中心",
    "{b}社会工作服务中心",
)
MARKETS = (
    "{v}集贸市场",
    "{v}农贸市场",
    "{b}建材市场",
    "{b}果蔬批发市场",
    "{v}早市",
    "{b}商贸市场",
    "{v}综合市场",
)
COMPOUNDS = ("{b}家园", "{b}小区", "{v}新村", "{b}花园", "{v}安置小区", "{b}公寓", "{b}苑")
WORKS = (
    "{v}安置区{n}期项目工地",
    "{b}产业园{n}期项目工地",
    "{v}道路改造工程工地",
    "{v}污水管网工程工地",
    "{b}物流园项目工地",
    "{b}标准厂房{n}标段工地",
    "{v}水系治理工程工地",
    "{b}商业中心项目工地",
)
NUMERALS = "一二三四"
ROADS = (
    "中心街",
    "迎宾路",
    "文明路",
    "振兴路",
    "富民路",
    "学府路",
    "村北路",
    "村南路",
    "工业路",
    "育才街",
    "滨水路",
)


@dataclass(frozen=True)
class SitePoint:
    code: str
    sub_grid: str
    name: str
    kind: str
    risk: str
    address: str
    point: Point
    contact_name: str
    contact_phone: str


@functools.cache
def sites() -> tuple[SitePoint, ...]:
    """Every site, in the order of sub-grids; made once in a process."""
    rng = random.Random(SEED)
    world = geography()
    villages = {v.code: v for v in world.villages}
    towns = {t.code: t for t in world.towns}
    weights = [rng.randint(55, 145) * DIFFICULTY.get(villages[s.parent].parent, 100) for s in world.sub_grids]
    taken: dict[str, set[str]] = {code: set() for code in towns}
    rows: list[SitePoint] = []
    for sub_grid, count in zip(world.sub_grids, apportion(SITES, weights, 2), strict=True):
        village = villages[sub_grid.parent]
        town = towns[village.parent]
        for number, point in enumerate(_points(rng, sub_grid, count), start=1):
            kind, key, second = _kind(rng)
            name, lean = _name(rng, kind, short_village(village.name), taken[town.code])
            risk = _risk(rng, max(key + lean, 0), second)
            rows.append(
                SitePoint(
                    code=f"{sub_grid.code}S{number:02d}",
                    sub_grid=sub_grid.code,
                    name=name,
                    kind=kind,
                    risk=risk,
                    address=f"{town.name}{short_village(village.name)}"
                    f"{ROADS[rng.randrange(len(ROADS))]}{rng.randint(1, 180)}号",
                    point=point,
                    contact_name=person_name(rng),
                    contact_phone=phone(50, len(rows) + 1),
                )
            )
    return tuple(rows)


def _points(rng: random.Random, area: Area, count: int) -> list[Point]:
    """Places inside an area, off its edge and, while there is room, apart from one another."""
    xs, ys = [x for x, _ in area.ring], [y for _, y in area.ring]
    found: list[Point] = []
    apart = 1200
    while len(found) < count:
        x, y = rng.randint(min(xs), max(xs)), rng.randint(min(ys), max(ys))
        around = ((x, y), (x - MARGIN, y), (x + MARGIN, y), (x, y - MARGIN), (x, y + MARGIN))
        if not all(inside(p, area.ring) for p in around):
            continue
        if any(abs(x - a) + abs(y - b) < apart for a, b in found):
            apart = apart * 9 // 10
            continue
        found.append((x, y))
    return found


def _pick(rng: random.Random, chances: Sequence[int]) -> int:
    roll = rng.randrange(sum(chances))
    for i, chance in enumerate(chances):
        roll -= chance
        if roll < 0:
            return i
    raise AssertionError("a roll lies under the sum of chances")


def _kind(rng: random.Random) -> tuple[str, int, int]:
    kind, _, key, second = KINDS[_pick(rng, [k[1] for k in KINDS])]
    return kind, key, second


def _risk(rng: random.Random, key: int, second: int) -> str:
    roll = rng.randrange(100)
    return "key" if roll < key else "second" if roll < key + second else "ordinary"


def _name(rng: random.Random, kind: str, village: str, taken: set[str]) -> tuple[str, int]:
    """A name not yet taken in the town, and how far its trade leans to key risk."""
    while True:
        name, lean = _MAKERS[kind](rng, village)
        if name not in taken:
            break
        if rng.random() < 0.3 and village not in name:
            name = village + name
            if name not in taken:
                break
    taken.add(name)
    return name, lean


def _enterprise(rng: random.Random, village: str) -> tuple[str, int]:
    trade, _, lean = INDUSTRIES[_pick(rng, [i[1] for i in INDUSTRIES])]
    return BRANDS[rng.randrange(len(BRANDS))] + trade, lean


def _filled(patterns: Sequence[str]) -> Callable[[random.Random, str], tuple[str, int]]:
    def make(rng: random.Random, village: str) -> tuple[str, int]:
        pattern = patterns[rng.randrange(len(patterns))]
        brand, numeral = BRANDS[rng.randrange(len(BRANDS))], NUMERALS[rng.randrange(4)]
        # A village has several of the same: the second clinic bears a brand, as they do.
        if "{b}" not in pattern and rng.random() < 0.5:
            pattern = pattern.replace("{v}", "{v}{b}" if rng.random() < 0.5 else "{b}")
        return pattern.format(v=village, b=brand, n=numeral), 0

    return make


_MAKERS: dict[str, Callable[[random.Random, str], tuple[str, int]]] = {
    "enterprise": _enterprise,
    "agency": _filled(AGENCIES),
    "organisation": _filled(ORGANISATIONS),
    "market": _filled(MARKETS),
    "compound": _filled(COMPOUNDS),
    "construction": _filled(WORKS),
}
