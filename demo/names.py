"""Chinese names drawn from lists by a seeded generator: people, and the words that sites are named with."""

import random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
# The first forty surnames are far commoner than the rest, as they are in the province.
GIVEN_FIRST = "建国志文海永春秀玉明晓红丽小俊新学庆振德福金少光家宏立景长国爱桂凤亚淑世东卫万云"
GIVEN_LAST = "军华伟强平芳敏静丽涛超勇杰娟艳霞刚辉玲明红波斌宇鹏飞磊鑫旭萍燕梅英琳岩峰洋帅宁亮"


def person_name(rng: random.Random) -> str:
    """One plausible name of two or three characters."""
    surname = SURNAMES[rng.randrange(40) if rng.random() < 0.75 else rng.randrange(len(SURNAMES))]
    last = GIVEN_LAST[rng.randrange(len(GIVEN_LAST))]
    if rng.random() < 0.22:
        return surname + last
    first = GIVEN_FIRST[rng.randrange(len(GIVEN_FIRST))]
    return surname + first + (last if last != first else "成")


def phone(series: int, number: int) -> str:
    """A number that cannot exist: no number in China begins with 000."""
    return f"000{series:02d}{number:06d}"


def short_village(name: str) -> str:
    """岗李村 → 岗李, 鲁家村村委会 → 鲁家, 钟观社区居民委员会 → 钟观."""
    for ending in ("社区居民委员会", "村村委会", "村委会", "村", "社区"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def village_label(name: str) -> str:
    """How people say it: 枣岗村委会 → 枣岗村, 钟观社区居民委员会 → 钟观社区."""
    return short_village(name) + ("社区" if "社区" in name else "村")
