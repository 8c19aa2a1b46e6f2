"""责任清单: the responsibility lists an installation starts with; an office sets versions of its own.

Each line is one duty, Chinese and English.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from people.models import DutyList, Role


class Row(NamedTuple):
    """The first version for a role at some levels: of the grid, or of the home grid of the unit."""

    role: Role
    levels: tuple[int, ...]
    name: str
    name_en: str
    duties: tuple[tuple[str, str], ...]


_TRUTH = (
    "如实记录工作情况，不弄虚作假，不走过场，对记录的真实性负责。",
    "Record the work truthfully, never for show, and answer for what is recorded.",
)
_SECRET = (
    "保守举报人信息和工作秘密。",
    "Keep secret who reported a problem, and what is not public.",
)

DUTY_LISTS: tuple[Row, ...] = (
    Row(Role.CHIEF_LEADER, (1,), "总网格长责任清单", "Duties of the chief grid leader", (
        ("对全区环境监管网格化工作负总责，党政同责、一岗双责。",
         "Answer for supervision by grid in the whole district, party secretary and district head alike."),
        ("审定网格划分、人员配备、目标任务和考核办法。",
         "Decide on the division into grids, the posts, the targets and the assessment method."),
        ("每季度至少主持一次总网格长会议，研究解决重大、疑难环境问题。",
         "Chair a meeting at least once a quarter and settle major and difficult problems."),
        ("每月至少带队督查一次，对重大案件挂牌督办、亲自过问。",
         "Lead supervision at least once a month; take major cases under supervision by name."),
        ("统一指挥重污染天气和突发环境事件应急响应。",
         "Command the response to heavy pollution and emergencies."),
        ("组织对镇(办)和职能部门的半年、年度考核，落实奖惩。",
         "Have towns and departments assessed each half-year and year, and see to reward and sanction."),
    )),
    Row(Role.LEADER, (1,), "区级网格长责任清单", "Duties of the district's grid leader", (
        ("协助总网格长统筹全区网格化工作，负责日常组织推动。",
         "Help the chief leader steer the work and drive it day by day."),
        ("组织落实总网格长会议议定事项，定期报告进展。",
         "Carry out what the meetings decide and report on progress."),
        ("调度镇(办)和职能部门，协调解决跨区域、跨部门问题。",
         "Direct towns and departments and settle what crosses their borders."),
        ("每月至少督查一次，跟踪问题整改到位。",
         "Supervise at least once a month and follow problems until they are put right."),
        _TRUTH,
    )),
    Row(Role.LEADER, (2,), "镇(办)网格长责任清单", "Duties of a town's grid leader", (
        ("对本镇(办)环境质量和网格化工作负总责。",
         "Answer for the town's environment and its supervision by grid."),
        ("分解目标任务，配齐村(社区)、四级网格人员，做到人人有责、层层负责。",
         "Break down the targets and fill every post below, so that each place has someone who answers."),
        ("每月至少召开一次网格长会议，定期研究疑难信访和突出问题。",
         "Meet with the grid leaders at least once a month on difficult petitions and outstanding problems."),
        ("每半月至少带队巡查一次，重点区域亲自到场。",
         "Lead a patrol at least once each half-month, in person where it matters most."),
        ("对派遣案件组织处置，按时限反馈，无力解决的及时上报。",
         "Have dispatched incidents handled within their limit; report up in time what cannot be settled."),
        ("核查下级办理结果，抽查巡查记录，纠正走过场和虚假回复。",
         "Verify what is done below, sample the patrols, and correct going through the motions."),
        _TRUTH,
    )),
    Row(Role.LEADER, (3,), "村(社区)网格长责任清单", "Duties of a village's grid leader", (
        ("对本村(社区)环境监管工作负责，组织四级网格开展巡查。",
         "Answer for supervision in the village and organise the patrols of its sub-grids."),
        ("每周至少带队巡查一次，掌握辖区点位底数和变化。",
         "Lead a patrol at least once a week and know the sites and what changes at them."),
        ("开展双见面，每季度至少与辖区单位、居民见面一次并记录。",
         "Meet units and residents face to face at least once a quarter, and record it."),
        ("对上报问题及时处置，不能解决的当日上报镇(办)。",
         "Settle in time what is reported; report the rest to the town the same day."),
        ("核查四级网格整改结果，不实的退回返工。",
         "Verify what sub-grids put right and return what is not so."),
        _TRUTH,
    )),
    Row(Role.LEADER, (4,), "四级网格长责任清单", "Duties of a sub-grid's leader", (
        ("对本网格环境问题早发现、早制止、早报告负责。",
         "Answer for finding, stopping and reporting problems of the sub-grid early."),
        ("安排网格员隔日巡查，督促按检查表逐项检查。",
         "Have the workers patrol every second day and go through the checklist item by item."),
        ("对能当场解决的问题即查即改，不能解决的当日上报。",
         "Fix on the spot what can be fixed; report the rest the same day."),
        ("与辖区单位、居民见面，听取意见，宣传法规。",
         "Meet units and residents, listen, and make the law known."),
        ("核对点位档案，新增、变更、关停三日内更新。",
         "Check the dossiers; update them within three days of a change."),
        _TRUTH,
    )),
    Row(Role.DEPUTY, (1,), "区级副网格长责任清单", "Duties of the district's deputy leader", (
        ("协助总网格长工作，对分管领域网格化工作负责。",
         "Help the chief leader and answer for the fields assigned."),
        ("组织分管部门落实任务，协调联合处置。",
         "See that the departments in charge carry out their tasks; coordinate joint handling."),
        ("每月至少督查一次分管领域，跟踪问题整改。",
         "Supervise the assigned fields at least once a month and follow up."),
        ("总网格长外出时，受委托主持工作。",
         "Stand in for the chief leader when asked to."),
        _TRUTH,
    )),
    Row(Role.DEPUTY, (2,), "镇(办)副网格长责任清单", "Duties of a town's deputy leader", (
        ("协助网格长工作，对分管片区、领域的环境问题负责。",
         "Help the leader and answer for the area and fields assigned."),
        ("每周至少巡查一次分管片区，发现问题及时交办。",
         "Patrol the assigned area at least once a week and hand on what is found."),
        ("组织处置派遣案件，审核反馈材料。",
         "Have dispatched incidents handled and check what is fed back."),
        ("督促村(社区)按时整改，对返工案件到场核实。",
         "Press villages to put things right in time; check rework on the spot."),
        ("网格长外出时，受委托主持工作。", "Stand in for the leader when asked to."),
        _TRUTH,
    )),
    Row(Role.DEPUTY, (3, 4), "副网格长责任清单", "Duties of a deputy leader", (
        ("协助网格长工作，分工负责片区巡查。",
         "Help the leader and patrol the part assigned."),
        ("发现问题当场制止，能改的即查即改，不能解决的当日上报。",
         "Stop problems on the spot, fix what can be fixed, report the rest the same day."),
        ("协助开展双见面和法规宣传。", "Help with visits face to face and in making the law known."),
        ("协助更新点位档案和工作台账。", "Help keep dossiers and records current."),
        _TRUTH,
    )),
    Row(Role.WORKER, (3, 4), "网格员责任清单", "Duties of a grid worker", (
        ("按巡查计划隔日巡查，重点点位和被投诉点位每周不少于一次。",
         "Patrol as planned every second day, key sites and those complained of at least weekly."),
        ("按检查表逐项检查、现场定位、拍照留痕。",
         "Go through the checklist on the spot, with position and photos."),
        ("发现露天焚烧、扬尘、偷排直排等问题当场制止，即查即改。",
         "Stop open burning, dust, hidden discharges and the like at once and have them fixed."),
        ("不能解决的当日上报，配合处置并回访。",
         "Report the same day what cannot be settled; help with it and go back afterwards."),
        ("熟悉网格内单位和居民，宣传法规，收集线索。",
         "Know the units and residents, make the law known and listen for hints."),
        ("点位新增、变更、关停的，及时报告并更新档案。",
         "Report at once when a site opens, changes or closes, and update its dossier."),
        _TRUTH,
    )),
    Row(Role.PATROL_OFFICER, (1,), "工作组巡查员责任清单", "Duties of a work group's patrol officer", (
        ("受区指挥中心调度，跨镇(办)开展巡查和专项检查。",
         "Patrol across towns and make special checks as the command centre directs."),
        ("对下级巡查、整改情况抽查复核，如实反馈。",
         "Re-check samples of patrols and rectifications below and say what was found."),
        ("开展案件回头看，不由原核查人复查。",
         "Look back on closed incidents, never those one has verified."),
        ("对紧急情况第一时间到场、第一时间报告。", "In an emergency be there first and report first."),
        _SECRET,
        _TRUTH,
    )),
    Row(Role.PATROL_OFFICER, (2, 3), "街道巡查队员责任清单", "Duties of a street patrol officer", (
        ("在本镇(办)范围内每日巡查，覆盖主次干道、工地和重点点位。",
         "Patrol the town every day: main streets, building sites and key sites."),
        ("对派遣给巡查队的案件按时限处置和反馈。",
         "Handle within their limit the incidents dispatched to the team, and feed back."),
        ("协助网格员制止违法行为，固定现场证据。",
         "Help the workers stop offences and secure the evidence."),
        ("按要求开展回头看，结论客观，不走过场。",
         "Make look-backs as asked, and judge by what is there."),
        _SECRET,
        _TRUTH,
    )),
    Row(Role.DISPATCHER, (1, 2), "指挥中心值班员责任清单", "Duties of a dispatcher", (
        ("值班期间在岗在位，接收各类上报、举报和交办问题。",
         "Stay at the desk on duty and take in whatever is reported, by whomever."),
        ("按立案标准审核立案，不予立案的说明理由。",
         "File by the case table; say why where a report is not filed."),
        ("准确派遣到网格或部门，明确时限，跟踪催办。",
         "Dispatch to the right grid or department with its limit, follow it and urge."),
        ("对反馈结果核查结案，不符合结案条件的退回返工。",
         "Verify and close what is fed back; return what falls short."),
        ("遇突发环境事件立即报告并启动响应。", "Report an emergency at once and start the response."),
        _SECRET,
        ("做好交接班记录。", "Hand over the shift in writing."),
    )),
    Row(Role.DEPARTMENT_OFFICER, (1, 2), "部门经办人责任清单", "Duties of a department officer", (
        ("承办派遣到本部门的案件，按时限签收、处置、反馈。",
         "Accept, handle and feed back within their limit the incidents dispatched to the department."),
        ("不属于本部门职责的，说明依据后及时退回，不推诿。",
         "Return at once, with the reason, what is not the department's, and never pass it around."),
        ("依法开展监管执法，处理结果和文书如实录入。",
         "Enforce the law and enter outcome and documents as they are."),
        ("参与联合处置，配合牵头单位。", "Take part in joint handling and support the lead."),
        ("对镇(办)提供业务指导。", "Advise towns in the department's field."),
        _SECRET,
        _TRUTH,
    )),
    Row(Role.ASSESSOR, (1, 2), "考核员责任清单", "Duties of an assessor", (
        ("按考核办法组织半年、年度考核，客观公正。",
         "Run the half-year and annual assessments by the scheme, fairly."),
        ("核对数据来源，每项得分有据可查。", "Check the sources; every point has its evidence."),
        ("按程序公示结果，受理申诉并复核。", "Make results public as laid down; take and review appeals."),
        ("分析突出问题，提出改进建议。", "Point out what stands out and what would improve it."),
        ("不擅自泄露未公布的考核结果。", "Keep results to oneself until they are public."),
    )),
    Row(Role.VIEWER, (1, 2), "查阅领导责任清单", "Duties of a viewer", (
        ("定期查阅网格化工作情况，掌握突出问题和办理进度。",
         "Read regularly how the work stands, what stands out and how far it has come."),
        ("对长期未决、重复发生的问题提出督办意见。",
         "Ask for supervision of what stays open or comes again."),
        ("查阅数据用于工作，不外传、不截留。", "Use the data for the work, and pass none of it on."),
        _SECRET,
    )),
    Row(Role.ADMINISTRATOR, (1, 2, 3), "系统管理员责任清单", "Duties of an administrator", (
        ("维护网格、人员、任职和基础目录，做到准确、及时。",
         "Keep grids, people, postings and catalogues right and current."),
        ("网格调整按批准的方案实施，留存依据文件。",
         "Carry out restructurings as approved and keep the documents they rest on."),
        ("人员变动当日调整任职，离岗即停用账号。",
         "Change postings the day people change; close the accounts of those who leave."),
        ("妥善保管账号口令，不与他人共用。", "Guard accounts and passwords; share them with no one."),
        ("定期核对四定完整情况，督促补齐。",
         "Check regularly which fixings are missing and press for them."),
        _SECRET,
    )),
)  # fmt: skip


def rows(*, since: date) -> list[DutyList]:
    """The first versions as rows to be written, in force from a day on."""
    return [
        DutyList(
            role=row.role,
            level=level,
            name=row.name,
            name_en=row.name_en,
            text="\n".join(text for text, _text_en in row.duties),
            text_en="\n".join(text_en for _text, text_en in row.duties),
            valid_from=since,
        )
        for row in DUTY_LISTS
        for level in row.levels
    ]
