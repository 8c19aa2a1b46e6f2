"""What sites of each trade and kind let out, and how it is treated: tables, nothing drawn by chance."""

from __future__ import annotations

from dataclasses import dataclass

from grids.models import PermitKind, Pollution, SiteKind


@dataclass(frozen=True)
class Trade:
    """An industry by its name in the national classification, its sources, facilities and permits.

    A source is (kind, name, pollutants, where it goes), a facility (what it treats, name, process).
    """

    industry: str
    sources: tuple[tuple[str, str, str, str], ...] = ()
    facilities: tuple[tuple[str, str, str], ...] = ()
    permits: tuple[str, ...] = ()


_P, _K = Pollution, PermitKind
IMPACT, DISCHARGE, REGISTRATION = _K.IMPACT_APPROVAL, _K.DISCHARGE_PERMIT, _K.DISCHARGE_REGISTRATION
DRAINAGE = _K.DRAINAGE

YARD = (_P.DUST, "原料堆场", "颗粒物", "无组织排放")
WASTE_OIL = (_P.HAZARDOUS_WASTE, "废机油桶", "废矿物油", "危废间暂存，委托处置")
CARBON = (_P.HAZARDOUS_WASTE, "废活性炭", "有机废物", "危废间暂存，委托处置")
SEWAGE = (_P.WASTE_WATER, "生活污水", "COD、氨氮", "市政管网")
RUBBISH = (_P.SOLID_WASTE, "生活垃圾", "", "环卫清运")
KITCHEN = (_P.EXHAUST, "厨房油烟", "油烟", "屋顶排放")
BAG = (_P.EXHAUST, "布袋除尘器", "脉冲布袋，风量 20000 m³/h")
SPRAY = (_P.DUST, "喷淋抑尘", "雾炮及围挡喷淋")
ADSORBER = (_P.EXHAUST, "活性炭吸附装置", "两级活性炭，风量 15000 m³/h")
FUME = (_P.EXHAUST, "油烟净化器", "静电式，去除率 85%")
GREASE = (_P.WASTE_WATER, "隔油池", "三级隔油，2 m³")
SETTLING = (_P.WASTE_WATER, "三级沉淀池", "循环回用，30 m³")

# By the ending of an enterprise's name (sites.INDUSTRIES).
TRADES: dict[str, Trade] = {
    "建材厂": Trade(
        "砖瓦、石材等建筑材料制造",
        (YARD, (_P.EXHAUST, "破碎筛分", "颗粒物", "15 m 排气筒"), (_P.NOISE, "破碎机", "噪声", "")),
        (BAG, SPRAY),
        (IMPACT, DISCHARGE),
    ),
    "混凝土搅拌站": Trade(
        "水泥制品制造",
        (
            YARD,
            (_P.EXHAUST, "水泥筒仓", "颗粒物", "仓顶排放"),
            (_P.WASTE_WATER, "罐车清洗", "悬浮物", "循环回用"),
        ),
        ((_P.EXHAUST, "仓顶除尘器", "滤芯式"), SETTLING, SPRAY),
        (IMPACT, DISCHARGE),
    ),
    "预制构件厂": Trade(
        "砼结构构件制造",
        (YARD, (_P.WASTE_WATER, "养护冲洗", "悬浮物", "循环回用")),
        (SETTLING,),
        (IMPACT, REGISTRATION),
    ),
    "家具厂": Trade(
        "木质家具制造",
        (
            (_P.EXHAUST, "喷漆房", "挥发性有机物", "15 m 排气筒"),
            (_P.DUST, "木工车间", "木粉尘", "车间收集"),
            CARBON,
        ),
        (ADSORBER, BAG),
        (IMPACT, DISCHARGE),
    ),
    "喷涂加工厂": Trade(
        "金属表面处理及热处理加工",
        (
            (_P.EXHAUST, "喷涂线", "挥发性有机物、颗粒物", "15 m 排气筒"),
            (_P.EXHAUST, "烘干炉", "氮氧化物", "15 m 排气筒"),
            CARBON,
        ),
        (ADSORBER,),
        (IMPACT, DISCHARGE),
    ),
    "印刷厂": Trade(
        "包装装潢及其他印刷",
        (
            (_P.EXHAUST, "印刷工序", "挥发性有机物", "15 m 排气筒"),
            (_P.HAZARDOUS_WASTE, "废油墨桶", "染料涂料废物", "委托处置"),
        ),
        (ADSORBER,),
        (IMPACT, REGISTRATION),
    ),
    "包装材料厂": Trade(
        "纸和纸板容器制造",
        ((_P.SOLID_WASTE, "边角料", "", "外售综合利用"), (_P.NOISE, "裁切机", "噪声", "")),
        (),
        (IMPACT, REGISTRATION),
    ),
    "塑料制品厂": Trade(
        "塑料制品制造",
        (
            (_P.EXHAUST, "注塑工序", "非甲烷总烃", "15 m 排气筒"),
            (_P.SOLID_WASTE, "废塑料", "", "破碎回用"),
            CARBON,
        ),
        (ADSORBER,),
        (IMPACT, DISCHARGE),
    ),
    "机械加工厂": Trade(
        "机械零部件加工",
        ((_P.NOISE, "机加工车间", "噪声", ""), WASTE_OIL, (_P.EXHAUST, "焊接工位", "焊接烟尘", "车间排放")),
        ((_P.EXHAUST, "移动式焊烟净化器", "滤筒式"),),
        (IMPACT, REGISTRATION),
    ),
    "电子科技公司": Trade(
        "电子元件制造",
        ((_P.EXHAUST, "焊锡工序", "锡及其化合物", "楼顶排放"), SEWAGE),
        ((_P.EXHAUST, "焊烟收集装置", "滤筒式"),),
        (REGISTRATION,),
    ),
    "食品厂": Trade(
        "食品制造",
        (
            (_P.WASTE_WATER, "生产废水", "COD、氨氮", "市政管网"),
            (_P.EXHAUST, "天然气锅炉", "氮氧化物", "8 m 排气筒"),
        ),
        (
            (_P.WASTE_WATER, "污水处理站", "A/O 工艺，50 m³/d"),
            (_P.EXHAUST, "低氮燃烧器", "氮氧化物 30 mg/m³"),
        ),
        (IMPACT, DISCHARGE, DRAINAGE),
    ),
    "饲料加工厂": Trade(
        "饲料加工",
        ((_P.DUST, "投料口", "颗粒物", "车间收集"), (_P.NOISE, "粉碎机", "噪声", "")),
        (BAG,),
        (IMPACT, REGISTRATION),
    ),
    "养殖场": Trade(
        "牲畜饲养",
        ((_P.WASTE_WATER, "养殖废水", "COD、氨氮", "还田利用"), (_P.SOLID_WASTE, "畜禽粪便", "", "堆肥还田")),
        ((_P.WASTE_WATER, "沼气池", "厌氧发酵，200 m³"),),
        (IMPACT, REGISTRATION),
    ),
    "汽车修理厂": Trade(
        "汽车修理与维护",
        (
            (_P.EXHAUST, "烤漆房", "挥发性有机物", "15 m 排气筒"),
            WASTE_OIL,
            (_P.WASTE_WATER, "洗车废水", "石油类", "市政管网"),
        ),
        (ADSORBER, (_P.WASTE_WATER, "隔油沉淀池", "5 m³")),
        (IMPACT, REGISTRATION, DRAINAGE),
    ),
    "加油站": Trade(
        "机动车燃油零售",
        (
            (_P.EXHAUST, "加油及卸油", "油气", "油气回收"),
            (_P.HAZARDOUS_WASTE, "清罐油泥", "废矿物油", "委托处置"),
        ),
        ((_P.EXHAUST, "油气回收装置", "二次回收"),),
        (IMPACT, DISCHARGE),
    ),
    "洗车行": Trade(
        "汽车清洗", ((_P.WASTE_WATER, "洗车废水", "石油类、悬浮物", "市政管网"),), (SETTLING,), (DRAINAGE,)
    ),
    "饭店": Trade(
        "正餐服务",
        (KITCHEN, (_P.WASTE_WATER, "餐饮废水", "动植物油", "市政管网"), RUBBISH),
        (FUME, GREASE),
        (DRAINAGE,),
    ),
    "物流仓储公司": Trade("通用仓储", ((_P.DUST, "场区道路", "颗粒物", "无组织排放"), RUBBISH), (SPRAY,), ()),
    "砂石料场": Trade(
        "砂石料加工",
        (
            YARD,
            (_P.EXHAUST, "破碎筛分", "颗粒物", "15 m 排气筒"),
            (_P.WASTE_WATER, "洗砂废水", "悬浮物", "循环回用"),
        ),
        (BAG, SPRAY, SETTLING),
        (IMPACT, DISCHARGE),
    ),
    "废旧物资回收站": Trade(
        "再生物资回收",
        ((_P.SOLID_WASTE, "分拣残余物", "", "环卫清运"), (_P.DUST, "堆放场地", "颗粒物", "无组织排放")),
        (),
        (REGISTRATION,),
    ),
    "门窗厂": Trade(
        "金属门窗制造",
        ((_P.NOISE, "切割机", "噪声", ""), (_P.DUST, "切割打磨", "颗粒物", "车间收集")),
        (BAG,),
        (IMPACT, REGISTRATION),
    ),
    "纺织厂": Trade(
        "棉纺织加工",
        ((_P.NOISE, "织布车间", "噪声", ""), (_P.DUST, "清花工序", "棉尘", "车间收集")),
        (BAG,),
        (IMPACT, REGISTRATION),
    ),
}
# By the kind of others, and by words in their names before it.
NAMED: dict[str, Trade] = {
    "卫生所": Trade(
        "卫生院及社区医疗",
        ((_P.HAZARDOUS_WASTE, "医疗废物", "感染性废物", "委托处置"), SEWAGE),
        ((_P.WASTE_WATER, "消毒池", "二氧化氯，2 m³"),),
        (DRAINAGE,),
    ),
    "小学": Trade("普通小学教育", (KITCHEN, SEWAGE), (FUME, GREASE), (DRAINAGE,)),
    "幼儿园": Trade("学前教育", (KITCHEN, SEWAGE), (FUME,), ()),
    "养老服务中心": Trade("老年人养护服务", (KITCHEN, SEWAGE), (FUME, GREASE), (DRAINAGE,)),
}
KINDS: dict[str, Trade] = {
    SiteKind.AGENCY: Trade("基层群众自治组织及公共服务", (SEWAGE,)),
    SiteKind.ORGANISATION: Trade("社会组织"),
    SiteKind.MARKET: Trade(
        "市场管理服务",
        (RUBBISH, (_P.WASTE_WATER, "市场冲洗水", "COD、动植物油", "市政管网")),
        (GREASE,),
        (DRAINAGE,),
    ),
    SiteKind.COMPOUND: Trade("物业管理", (RUBBISH, SEWAGE), ((_P.WASTE_WATER, "化粪池", "100 m³"),), ()),
    SiteKind.CONSTRUCTION: Trade(
        "房屋和土木工程建筑业",
        (
            (_P.DUST, "施工场地", "颗粒物", "无组织排放"),
            (_P.DUST, "渣土车出入口", "颗粒物", "无组织排放"),
            (_P.NOISE, "夜间施工", "噪声", ""),
        ),
        (SPRAY, (_P.WASTE_WATER, "车辆冲洗平台", "循环沉淀")),
        (IMPACT, _K.OTHER),
    ),
}


def trade_of(kind: str, name: str) -> Trade:
    """What a site does, by its name or else its kind."""
    table = TRADES if kind == SiteKind.ENTERPRISE else NAMED
    return next((trade for word, trade in table.items() if name.endswith(word)), None) or KINDS.get(
        kind, Trade("其他")
    )
