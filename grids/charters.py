"""The tasks and assessment methods an installation starts with; an office sets versions of its own.

Each line is one item, Chinese and English. The frequencies are those the programme published.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from grids.models import Charter, CharterKind


class Row(NamedTuple):
    """The first version for one level."""

    kind: CharterKind
    level: int
    name: str
    name_en: str
    items: tuple[tuple[str, str], ...]


_T, _M = CharterKind.TASK, CharterKind.METHOD

CHARTERS: tuple[Row, ...] = (
    Row(_T, 1, "区级网格工作任务", "Task of the district grid", (
        ("统筹全区环境监管网格化工作，制定年度目标和重点任务，逐项分解到镇(办)和职能部门。",
         "Steer supervision by grid in the whole district; set the year's targets and break them down to"
         " towns and departments."),
        ("每季度至少召开一次总网格长会议，研究解决跨镇(办)、跨部门的突出环境问题。",
         "Hold a meeting of the chief grid leaders at least once a quarter on problems that cross towns or"
         " departments."),
        ("每月至少组织一次督查，通报发现的问题，跟踪到整改完毕。",
         "Supervise at least once a month, make known what was found and follow it until it is put right."),
        ("组织污染源摸底排查，实行一企一档，做到底数清、情况明。",
         "Organise surveys of pollution sources with one dossier per site, so that the baseline is known."),
        ("统一指挥重污染天气和突发环境事件应急响应，措施落实到每个网格、每个点位。",
         "Command the response to heavy pollution and emergencies down to every grid and site."),
        ("每半年和年度组织考核，兑现基础考核资金。",
         "Assess each half-year and each year, and pay the base assessment funds accordingly."),
    )),
    Row(_T, 2, "镇(办)网格工作任务", "Task of a town grid", (
        ("承接区级目标任务，逐村(社区)、逐网格分解，明确责任人和完成时限。",
         "Take over the district's targets and break them down to villages and sub-grids, each with a person"
         " and a date."),
        ("每月至少召开一次网格长会议，研究辖区突出问题和疑难信访案件，议定事项跟踪落实。",
         "Meet with the grid leaders at least once a month on outstanding problems and difficult petitions,"
         " and follow up what was decided."),
        ("每半月至少组织一次辖区巡查，重点区域和被投诉点位每周不少于一次。",
         "Patrol the town at least once each half-month, key areas and sites complained of at least weekly."),
        ("对派遣的案件按时限组织处置和反馈；本级无力解决的，及时逐级上报。",
         "Handle what is dispatched within its limit and feed back; report up in time what the town cannot"
         " settle."),
        ("对村(社区)、四级网格的巡查和整改进行抽查复核，防止走过场和虚假回复。",
         "Re-check a sample of the patrols and rectifications below, against going through the motions."),
        ("及时更新网格边界、人员和点位档案，做到全覆盖、无盲区。",
         "Keep boundaries, people and dossiers current, with full coverage and no blind spot."),
    )),
    Row(_T, 3, "村(社区)网格工作任务", "Task of a village grid", (
        ("组织四级网格日常巡查，每周至少带队巡查一次。",
         "Organise the daily patrols of the sub-grids and lead one in person at least once a week."),
        ("开展双见面：与辖区单位、居民每季度至少见面一次，听取意见并记录。",
         "Meet the units and residents of the grid face to face at least once a quarter, and record it."),
        ("对四级网格上报的问题，能处置的立即处置，不能处置的当日上报镇(办)。",
         "Settle at once what can be settled of the problems reported; report the rest to the town the same"
         " day."),
        ("核查四级网格的整改结果，不符合要求的退回返工。",
         "Verify what the sub-grids put right and return what falls short."),
        ("宣传环境保护法规和举报方式，及时化解群众反映的环境纠纷。",
         "Make the law and the ways to report known; settle residents' disputes in time."),
    )),
    Row(_T, 4, "四级网格工作任务", "Task of a sub-grid", (
        ("网格员不少于两人，隔日巡查一遍本网格，重点点位和被投诉点位每周不少于一次。",
         "At least two workers patrol the sub-grid every second day, key sites and those complained of at"
         " least weekly."),
        ("二类点位中的重点点位每周巡查两次，其余点位每半月巡查一次。",
         "Visit the key ones of the second-class sites twice a week, the rest once each half-month."),
        ("发现露天焚烧、扬尘、偷排直排、散乱污等问题当场制止，能改的即查即改并留存前后照片。",
         "Stop open burning, dust, hidden discharges and the like on the spot; fix what can be fixed at once,"
         " with photos before and after."),
        ("不能当场解决的问题当日上报，并跟踪到办结。",
         "Report the same day what cannot be settled on the spot, and follow it until it is closed."),
        ("点位新增、变更、关停的，三日内更新档案。",
         "Update the dossier within three days when a site opens, changes or closes."),
        ("巡查、上报、整改如实记录，不补录、不代录。",
         "Record patrols, reports and rectifications truthfully, never afterwards or for another."),
    )),
    Row(_T, 5, "网格点环境保护工作任务", "Task of a site", (
        ("落实环境保护主体责任，明确一名联系人，配合网格员巡查。",
         "Answer for the site's own environment, name a contact and support the patrols."),
        ("污染治理设施与生产同步运行，不擅自停用、拆除。",
         "Run treatment facilities whenever production runs; never stop or remove them without leave."),
        ("物料、裸土全部覆盖，场地、道路保持清洁，车辆冲洗后上路。",
         "Keep materials and bare soil covered, grounds and ways clean, and wash vehicles before they"
         " leave."),
        ("固体废物分类贮存、依法处置，危险废物台账齐全。",
         "Store solid waste sorted and dispose of it by law; keep complete records of hazardous waste."),
        ("检查发现的问题在规定时限内整改，并向网格员反馈。",
         "Put right what is found within its limit and tell the grid worker."),
        ("重污染天气期间落实应急减排措施。", "Carry out the emission cuts on heavy pollution days."),
    )),
    Row(_M, 1, "区级网格考核办法", "Assessment method of the district grid", (
        ("接受上级年度目标考核，以环境质量改善和目标任务完成情况评定。",
         "Assessed each year from above by the state of the environment and the targets met."),
        ("每半年对照目标自查一次，问题列单整改并书面报告。",
         "Compares itself with the targets each half-year, lists what falls short and reports in writing."),
        ("全区结案率、按期结案率、巡查覆盖率每季度通报。",
         "Makes closing rate, on-time closing rate and coverage of the district known each quarter."),
        ("对督查、群众举报先于巡查发现的问题，逐件倒查原因。",
         "Looks into the cause of each problem that supervision or the public found before the patrols."),
    )),
    Row(_M, 2, "镇(办)网格考核办法", "Assessment method of towns", (
        ("每半年考核一次，年度结果由上、下半年结果加权得出。",
         "Assessed each half-year; the year's result weighs both halves."),
        ("分问题发现、问题处置、整改质量三部分，满分100分，指标由系统按案件和巡查记录计算。",
         "Three parts, finding, solving and quality of rectification, 100 points in all, measured from"
         " incidents and visits."),
        ("90分以上为优秀，80分以上为良好，60分以上为合格，不足60分为不合格。",
         "90 and above excellent, 80 good, 60 pass, below that fail."),
        ("巡查造假、虚假回复、瞒报问题的，一票否决。",
         "Made-up visits, false replies and problems kept back veto the result."),
        ("结果公示，有异议的可在公示期内申诉，复核后确定。",
         "The result is made public; appeals within that time are reviewed before it is fixed."),
        ("考核结果与基础考核资金、评先评优挂钩。",
         "The base assessment funds and honours depend on it."),
    )),
    Row(_M, 3, "村(社区)网格考核办法", "Assessment method of villages", (
        ("由镇(办)组织，每半年考核一次，与镇(办)同一办法计分。",
         "Assessed by the town each half-year, by the same points as towns."),
        ("考核内容为巡查覆盖率、结案率、按期结案率、返工率、回头看合格率和双见面完成情况。",
         "Counts coverage, closing, on-time closing, rework, look-backs passed and visits face to face."),
        ("回头看不合格的，计入原办理网格。",
         "A look-back that fails counts against the grid that handled it."),
        ("案件数少于规定分母的指标不计分，按其余指标折算。",
         "An indicator over fewer incidents than the smallest denominator is left out and the rest scaled."),
        ("连续两次不合格的，约谈网格长并限期整改。",
         "After failing twice in a row the grid leader is called in and given a date."),
    )),
    Row(_M, 4, "四级网格考核办法", "Assessment method of sub-grids", (
        ("由村(社区)每月评价一次，镇(办)每季度抽查。",
         "Judged by the village each month, with samples by the town each quarter."),
        ("评价内容为按计划巡查率、问题发现数、即查即改数、上报及时率和档案准确率。",
         "By patrols made as planned, problems found, fixed on the spot, reported in time, and dossiers"
         " found correct."),
        ("上级督查或群众举报先于网格员发现的问题，按漏报扣分。",
         "A problem found by supervision or the public before the worker counts as missed."),
        ("巡查记录与实际不符的，当月评价不合格。",
         "Records that differ from the facts fail the month."),
        ("评价结果作为网格员报酬和续聘的依据。",
         "Pay and further employment of the workers rest on it."),
    )),
    Row(_M, 5, "网格点评价办法", "How sites are judged", (
        ("由网格员按巡查检查表逐项评价，问题写入点位档案。",
         "Judged by the worker item by item on the checklist; problems go into the dossier."),
        ("按期整改、一年内无投诉的，可调低风险等级和巡查频次。",
         "Where all is put right in time and a year passes without complaint, risk grade and frequency may"
         " be lowered."),
        ("逾期不改或重复出现同类问题的，调高风险等级，移送执法部门。",
         "Where it is not put right or comes again, the risk grade rises and enforcement takes over."),
        ("评价结果每半年向点位单位反馈一次。", "The unit is told the result each half-year."),
    )),
)  # fmt: skip


def rows(*, since: date) -> list[Charter]:
    """The first versions as rows to be written, in force from a day on."""
    return [
        Charter(
            kind=row.kind,
            level=row.level,
            name=row.name,
            name_en=row.name_en,
            text="\n".join(text for text, _text_en in row.items),
            text_en="\n".join(text_en for _text, text_en in row.items),
            valid_from=since,
        )
        for row in CHARTERS
    ]
