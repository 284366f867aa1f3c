"""A second scorer, one candidate at a time, written from the tables of the law and from nothing else.

It shares no code, no rule file and no table with the product, so that the two can be held against each other. The law
is cited by section: "law 1.2" is section 1.2 of the law document (change log 0, CRS 1, programs 2, test tables 3,
funds 5, cases 6); "contract" is the part of the public contract on how the records are read.

Two layers: `facts` settles everything that depends on records and dates, `points` is arithmetic on those facts under
the law of the day; `score` is both. A thing that is true, false or not known is True, False or None; where an unknown
has a range, the pair (least, most) is kept and points are given for the least.

Readings chosen where the text leaves a choice
 1. Rows decide as soon as the client has one row for that person and fact, even where every row is dated after as_of.
    A fact is: English, French, education, work. Work rows decide every work column, also worked_in_canada_one_year;
    education rows decide level and Canadian study, not studied_in_canada_two_years.
 2. as_of is the date of the age too: an earlier ita_issued_on does not freeze it (contract 2 before law 1.6).
 3. A date of 29 February moved by whole years lands on 1 March in other years, also at the start of a window.
 4. "First language given", where none is named and none has a valid result: a test on the record that is not dated
    after as_of, expired ones included; English where both or neither are.
 5. Test acceptance goes by the date of scoring: PTE Core from 2024-01-30, TCF Canada from 2018-12-01.
 6. The applicant chooses which valid result of each language to enter, which language is first where none is named,
    and the one result of the spouse (IRPR 75(2)(d), 79). The best choice has: eligibility for the pool, then not known,
    then not; the highest total; the most programs; the most categories (only that of French hangs on a result); the
    latest first expiry; the latest test; then English before French, the newer result first, the order of the file.
    Levels without a date are valid, never expire, and count as the oldest.
 7. A missing ability in a valid test has no level (None); a level under 4 is 0, above 10 is 10.
 8. An exempt ability is replaced only where it has no score, by the average of the levels (as in 7) of the abilities
    that have one, rounded down; under 4 is 0. It serves both languages of the client, not the spouse: no column says
    so of the spouse.
 9. CEC and FST are met in either official language, FSW and the points in the first: law 1.6 and 2.1 name the first
    for those alone, and IRPR 87.1(2)(d) and 87.2(3)(a) say "English or French"; but without a valid result in the
    first language the second does not help (contract: it "meets nothing"). The accompanying spouse's CLB 4 (law 2.1)
    is met in either: IRPR 83(1)(a).
10. An assessment dated after as_of, on the summary, is none: the points of a foreign level do not stand. Country empty:
    the points stand with an assessment that is valid or empty; FSW education is unknown unless it is valid. Without a
    valid assessment where one was given, foreign education is not met, whatever its level.
11. Education rows: in_canada alone decides; empty with no valid assessment is unknown. A foreign row without a valid
    assessment is not met, not unknown. completed_on empty: not completed.
12. Two or more: highest valid credential of three years (or a row that says two_or_more), and a second valid
    post-secondary one.
13. Until 2015-01-29 the education of the transferability pairs is counted without regard to assessments (law 0 V1a).
14. Canadian study from rows: eight months full time in Canada and a distance share up to one half must both be stated;
    waived from 2022-07-29 ("late July", the day of its source, law 0 V5c) where start to completion touches
    2020-03-01..2022-08-31, the day of completion alone serving where the start is empty.
15. A year is 364 days at 30 hours a week, pro rata by day: hours a week of all counted jobs of a day are added and
    capped at 30. A full-time job from a date to the day before its anniversary always reaches that. Unworked days in
    a tolerated gap do not count.
16. Years of work are whole years, rounded down; several jobs are summed before rounding. A job without hours, country,
    pay, authorization, self-employment or study status is not proven where that matters; eligibility is unknown where
    such jobs would decide. An unknown number of hours may be 30 or more.
17. Foreign work for the CRS: sum over occupations, paid, skilled, abroad; authorization, study and self-employment do
    not matter.
18. CRS Canadian work need not be paid before 2016-11-19 (law 0 V2, 1.6); all other work must be paid at all times.
    Before 2015-05-30 it is the longest continuous stretch over all occupations. The spouse's likewise.
19. Physicians (31100, 31101, 31102): self-employment in Canada counts for CEC and CRS from 2023-04-25.
20. The skill level of every job is read under the NOC version of as_of. Two codes are the same occupation when they are
    equal or lead to one and the same code of that version; it is unknown when only some of their targets agree.
21. FSW gate from rows: one occupation, paid, not unauthorized in Canada, one run (gaps up to 3 days) of a full year's
    hours in ten years; from the summary: primary_occupation_years and the level of primary_noc.
22. FSW experience points: all paid skilled work of ten years in Canada (not unauthorized) and abroad together, or the
    larger of primary_occupation_years and the sum of the two summary columns; an empty one counts 0 at least.
23. FSW full year worked in Canada: 364 days, in all, on which the hours a week add up to 30; no window.
24. CEC threshold: of the skilled occupations (law 2.2) the one with most hours, each capped alone; at a tie the higher
    threshold; where it is not known which has most, any that may have as much as another surely has. From the summary:
    by canadian_work_noc, which must be skilled itself; under one year of Canadian work as the CRS counts it there are
    no 12 months in the last 36, except while the CRS counted continuous work alone.
25. An adult brother or sister is a relative (IRPR 83(5)): sibling_in_canada "yes" gives the adaptability points too.
26. Job offers: an occupation and a basis together state an offer. One employer; up to two for an offer in a trade of
    FST (CRS in all versions, FST); none at all is no offer. Length: permanent, or one year, or neither told; an offer
    that is said to end, but not when, is unknown. Before 2016-11-19 (CRS and FSW, trades in the CRS aside) it must be
    permanent: with permanence empty a length in years says it is not. The FST offer is in a trade of FST, one year at
    all times.
27. The work permit without an assessment (lmia_exempt_work_permit) serves from 2016-11-19, in the CRS, FSW and FST
    (law 0 V2). Who has an offer on the basis of a work permit may work in Canada, unless authorized_to_work_in_canada
    says no.
28. An offer whose occupation may or may not be of major group 00 earns 50; one that may be unskilled earns nothing.
29. Intending to live in Quebec excludes from all three programs (IRPR 75(1), 87.1(1), 87.2(2)).
30. Until 2017-06-05 a client who is not registered with Job Bank, has no nomination and no offer that earns CRS points
    is not in the pool (law 4.5); pool_eligible is about the programs alone.
31. Funds: funds empty is unknown; with the family size empty, funds under the table's amount for the persons on record
    are not met, all else is unknown. The persons on record are the client, a spouse or partner, coming or not, and each
    child born by as_of and under the age limit (19, from 2017-10-24 22) on its lock-in day; they count where family_size
    is smaller (law 5, IRPR 2). Lock-in: as_of; of a nominee the day of the application for the nomination (law 10), known
    no better than by the issue of the nomination, and not after as_of; a day stated after either is not used. Days not known: 2015 and 2016 tables from
    1 February, 2019 from 17 January, 2020 from 1 January, 2021 from 15 July.
32. Before 2026-11-03 crs_high_wage is 0.
33. The spouse's levels are given whether or not the spouse counts for the grid.
34. FST: the offer, or the certificate where certificate_noc names its trade, is in the trade of the two years (law 10):
    trade_noc, else any occupation of the rows that has them; an occupation is a unit group, read as in 20, and two are
    different where no target is common. A certificate without a trade of its own is in it.
35. CEC from the summary: the months are of skilled work by the column's own words, also where the occupation is empty.
36. Education rows of equal level, day of completion and country are one credential with several assessments (IRPR
    78(2), law 10). A row without a country is surely no further one beside a row of a country that it may be of.
37. Canadian work of CEC and of the CRS, the spouse's too, needs temporary resident status beside the authorization, and
    a Canadian employer (law 10); not stated, the status is as the authorization, and the employer Canadian. FSW, its
    adaptability and FST ask for the authorization alone.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Facts = dict[str, Any]
Tri = bool | None
Levels = tuple[int | None, int | None, int | None, int | None]

ABILITIES = ("listening", "reading", "writing", "speaking")
NO_LEVELS: Levels = (None, None, None, None)

# --- Three values --------------------------------------------------------------------------------------------------


def every(*values: Tri) -> Tri:
    """False where one is false, else unknown where one is unknown, else true."""
    if False in values:
        return False
    return None if None in values else True


def some(*values: Tri) -> Tri:
    """True where one is true, else unknown where one is unknown, else false."""
    if True in values:
        return True
    return None if None in values else False


def negation(value: Tri) -> Tri:
    return None if value is None else not value


def at_least(value: float | None, bound: float) -> Tri:
    return None if value is None else value >= bound


def between(least: bool, most: bool) -> Tri:
    """True where the least that is known suffices, false where the most that is possible does not."""
    return True if least else (None if most else False)


# --- Dates ---------------------------------------------------------------------------------------------------------


def years_on(day: date, years: int) -> date:
    """The same day some years on or back; 29 February becomes 1 March (contract)."""
    if (day.month, day.day) == (2, 29):
        year = day.year + years
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return date(year, 2, 29) if leap else date(year, 3, 1)
    return day.replace(year=day.year + years)


def completed_years(born: date, as_of: date) -> int:
    """Age in completed years (law 1.6)."""
    years = as_of.year - born.year
    return years if years_on(born, years) <= as_of else years - 1


def younger_than(issued: date, years: int, as_of: date) -> bool:
    """Does it exist on as_of and is it less than so many years old (law 1.6)?"""
    return issued <= as_of < years_on(issued, years)


# --- Occupations (law 2.4) -----------------------------------------------------------------------------------------

# NOC 2016 v1.3 to NOC 2021 v1.0, Statistics Canada.
# Contains information licensed under the Open Government Licence - Canada.
CONCORDANCE = """
0011:00010 0012:00011 0013:00012 0014:00013 0015:00014 0016:00015 0111:10010 0112:10011,11200,13110,22232 0113:10012
0114:10019 0121:10020 0122:10021 0124:10022 0125:10029 0131:10030 0132:70021 0211:20010 0212:20011 0213:20012 0311:30010
0411:40010 0412:40011 0413:40012 0414:40019 0421:40020 0422:40021 0423:40030 0431:40040,41310 0432:40041
0433:10012,40042 0511:50010 0512:50011 0513:50012 0601:60010 0621:60020 0631:60030 0632:60031 0651:60040 0711:70010
0712:70011 0714:70012 0731:70020 0811:80010 0821:80020 0822:80021 0823:80022 0911:90010 0912:90011 1111:11100 1112:11101
1113:11103 1114:11100,11102,11109 1121:11200 1122:11201 1123:10022,11202,64409 1211:12010 1212:12011 1213:12012
1214:72025 1215:12013,13201,74202 1221:13100 1222:12100 1223:12101 1224:13101 1225:12102 1226:12103
1227:10019,14103,42200 1228:12104,43203 1241:13110 1242:13111 1243:13112 1251:12110 1252:12111 1253:12111,12112
1254:12113 1311:12200 1312:12201 1313:12202 1314:12203 1315:13200 1411:14100 1414:14101 1415:14102 1416:14103 1422:14111
1423:14112 1431:14200 1432:13102 1434:14201 1435:14202 1451:14300 1452:14301 1454:14110 1511:64401,74100 1512:74101
1513:74102,75201 1521:14400 1522:14401 1523:13201,14402 1524:14403 1525:13201,14404 1526:14405 2111:21100 2112:21101
2113:21102 2114:21103 2115:21109 2121:21110 2122:21111 2123:21112 2131:21300 2132:21301 2133:21310 2134:21320 2141:21321
2142:21322 2143:21330 2144:21331 2145:21332 2146:21390 2147:21311 2148:21399 2151:21200 2152:21201 2153:21202 2154:21203
2161:21210 2171:21211,21220,21221,21222,21233 2172:21211,21223 2173:21211,21231 2174:21230,21232,21234 2175:21233,21234
2211:22100 2212:22101 2221:22110 2222:22111 2223:22112 2224:22113 2225:22114 2231:22300 2232:22301 2233:22302 2234:22303
2241:22310 2242:22311 2243:22312 2244:22313 2251:22210 2252:22211 2253:22212 2254:22213 2255:22214 2261:22230 2262:22231
2263:21120,22232 2264:22233 2271:72600 2272:72601 2273:72602 2274:72603 2275:72604 2281:22220 2282:22221 2283:22222
3011:31300 3012:31301 3111:31100,31101,41310 3112:31102 3113:31110 3114:31103 3121:31111 3122:31201
3124:31302,31303,32103 3125:31209,31303 3131:31120 3132:31121 3141:31112 3142:31202,32109 3143:31203 3144:31204,41301
3211:32120 3212:31303,32120,33101 3213:32104 3214:32103 3215:32121 3216:32122 3217:32123 3219:32124,32129,33103
3221:32110 3222:32111 3223:32112,33100 3231:32100 3232:32200,32209 3233:32101 3234:32102 3236:32201 3237:32109,33109
3411:33100 3413:33102 3414:32109,33103,33109 4011:41200 4012:41201 4021:41210 4031:41220 4032:41221 4033:41320
4111:41100 4112:41101 4151:31200,41301 4152:41300 4153:31303,41301,41321 4154:41302 4155:41311,42201 4156:41321
4161:41400 4162:41401 4163:11202,41402 4164:41403 4165:21110,41310,41404 4166:41405 4167:41406 4168:41407 4169:41409
4211:42200 4212:42201 4214:42202 4215:42203 4216:43109 4217:42204 4311:41310,42100 4312:42101
4313:42100,42102,43204,44200 4411:44100 4412:44101,65310 4413:43100,45100 4421:43200 4422:43201 4423:43202 5111:51100
5112:51101 5113:51102 5121:51111,51112 5122:51110 5123:51113 5125:51114 5131:51120 5132:51121 5133:51122 5134:53120
5135:53121 5136:53122 5211:52100 5212:53100 5221:53110 5222:52110 5223:52111 5224:52112 5225:52113 5226:52119 5227:53111
5231:52114 5232:53121,55109 5241:52120 5242:52121 5243:53123,62010,64100 5244:53124 5245:53125 5251:53200 5252:53201
5253:53202 5254:54100 6211:62010 6221:62100,70012,75101 6222:62101 6231:63100 6232:63101 6235:63102 6311:62020
6312:62021 6313:62022 6314:62023 6315:62024 6316:62029,65211 6321:62200 6322:63200 6331:63201,65202 6332:63202
6341:63210 6342:64200 6343:63220 6344:62202 6345:63221 6346:62201 6411:62100,64101 6421:64100 6511:64300 6512:64301
6513:65200 6521:64310 6522:64311 6523:64312 6524:64313 6525:64314 6531:64320 6532:64322 6533:64321
6541:45100,64410,65329 6551:64400 6552:64409 6561:64201 6562:63211 6563:65220 6564:65229 6611:65100 6621:65101
6622:65102 6623:65109 6711:65201 6721:65210 6722:65211 6731:65310 6732:65311 6733:65312,73201 6741:65320 6742:65329
7201:72010 7202:72011 7203:72012 7204:72013 7205:72014 7231:72100 7232:72101 7233:72102 7234:72103 7235:72104 7236:72105
7237:72106 7241:72200 7242:72201 7243:72202 7244:72203 7245:72204 7246:72205 7247:72204,72205 7251:72300 7252:72301
7253:72302 7271:72310 7272:72311 7281:72320 7282:73100 7283:73101 7284:73102 7291:73110 7292:73111 7293:72321 7294:73112
7295:73113 7301:72020 7302:72021 7303:72022 7304:72023 7305:72024 7311:72400 7312:72401 7313:72402 7314:72403 7315:72404
7316:72405 7318:72406 7321:72410 7322:72411 7331:72420 7332:72421 7333:72422 7334:72423 7335:72429 7361:73310 7362:73311
7371:72500,75110 7372:73402 7373:72501 7381:73401 7384:72423,72999 7441:73200 7442:74204 7444:73202 7445:22311,73209
7451:75100 7452:75101 7511:73300 7512:73301 7513:75200 7514:74102,75201 7521:73400 7522:74204,74205 7531:74200
7532:74201 7533:75210 7534:74202 7535:74203 7611:75110 7612:75119 7621:75212 7622:75211 8211:82010 8221:82020 8222:82021
8231:83100 8232:83101 8241:83110 8252:72600,82030,84120,85100 8255:82031 8261:83120 8262:83121 8411:84100 8412:84101
8421:84110 8422:84111 8431:84120,85100,85101 8432:85103 8441:84121 8442:85104 8611:85101 8612:85121 8613:85102
8614:85110 8615:85111 8616:85120 9211:92010 9212:92011 9213:92012 9214:92013 9215:92014 9217:92015 9221:92020 9222:92021
9223:92021 9224:92022 9226:92023 9227:92024 9231:93100 9232:93101 9235:93102 9241:92100 9243:92101 9411:94100 9412:94101
9413:94102 9414:94103 9415:94104 9416:94105 9417:94106 9418:94107 9421:94110,95102 9422:94111 9423:94112 9431:94120
9432:94121 9433:94121 9434:94129 9435:94122 9436:94123 9437:94124 9441:94130,95105 9442:94131 9445:95105 9446:94132
9447:94133 9461:94140 9462:94141 9463:94142 9465:94143 9471:94150 9472:94151 9473:94152 9474:94153 9521:93200 9522:94200
9523:94201 9524:94202 9525:94203 9526:94204 9527:94205 9531:94219 9532:94210 9533:94211 9534:94210 9535:94212 9536:94213
9537:94219 9611:95100 9612:95101 9613:95102 9614:95103 9615:95104 9616:94130,95105 9617:95106 9618:94142,95107
9619:95109
"""
TARGETS: dict[str, frozenset[str]] = {
    old: frozenset(new.split(",")) for old, _, new in (pair.partition(":") for pair in CONCORDANCE.split())
}
SOURCES: dict[str, frozenset[str]] = {
    code: frozenset(old for old, new in TARGETS.items() if code in new)
    for code in sorted(set().union(*TARGETS.values()))
}
NOC_2021_FROM = date(2022, 11, 16)


@lru_cache(maxsize=None)
def meanings(code: str, noc_2021: bool) -> frozenset[str]:
    """The code in the version of the day: itself, or where the concordance leads."""
    if noc_2021:
        return TARGETS[code] if len(code) == 4 else frozenset((code,))
    return SOURCES[code] if len(code) == 5 else frozenset((code,))


def _of_code(test: Callable[[str], bool], code: str | None, noc_2021: bool) -> Tri:
    if code is None:
        return None
    answers = {test(meaning) for meaning in meanings(code, noc_2021)}
    return answers.pop() if len(answers) == 1 else None


def _class(code: str) -> str:
    """'high' for 0 and A (TEER 0, 1), 'low' for B (TEER 2, 3), 'none' below."""
    digit = code[1] if len(code) == 5 or code[0] != "0" else "0"
    return "high" if digit in "01" else "low" if digit in "23" else "none"


@lru_cache(maxsize=None)
def skilled(code: str | None, noc_2021: bool) -> Tri:
    """Type 0, level A or B; TEER 0 to 3."""
    return _of_code(lambda meaning: _class(meaning) != "none", code, noc_2021)


def _is_trade(code: str) -> bool:
    """The trade groups of FST in the version of the code (law 2.3)."""
    if len(code) == 4:
        return code[:2] in ("72", "73", "82", "92") or code[:3] in ("632", "633")
    if code[:3] in ("726", "932"):
        return False
    return code[:2] in ("72", "73", "82", "83", "92", "93") or code[:4] == "6320" or code == "62200"


@lru_cache(maxsize=None)
def trade(code: str | None, noc_2021: bool) -> Tri:
    return _of_code(_is_trade, code, noc_2021)


@lru_cache(maxsize=None)
def senior(code: str | None, noc_2021: bool) -> Tri:
    """Major group 00 (law 1.5)."""
    return _of_code(lambda meaning: meaning.startswith("00"), code, noc_2021)


@lru_cache(maxsize=None)
def physician(code: str | None, noc_2021: bool) -> Tri:
    """The physicians of V6a (law 0), which came after NOC 2021."""
    return _of_code(lambda meaning: meaning in ("31100", "31101", "31102"), code, noc_2021)


@lru_cache(maxsize=None)
def surely_same(one: str | None, other: str | None, noc_2021: bool) -> bool:
    """Are two codes one occupation (reading 20)?"""
    if one is None or other is None:
        return False
    return one == other or len(meanings(one, noc_2021) | meanings(other, noc_2021)) == 1


def same_occupation(one: str | None, other: str | None, noc_2021: bool) -> Tri:
    """Are two codes one occupation (reading 34)? Unknown where one is, and where they have only some targets in common."""
    if one is None or other is None:
        return None
    if surely_same(one, other, noc_2021):
        return True
    return None if meanings(one, noc_2021) & meanings(other, noc_2021) else False


def may_mean(code: str | None, meaning: str | None, noc_2021: bool) -> bool:
    """Can a job with that code, or with none, be in an occupation of the version of the day?"""
    return code is None or (meaning is not None and meaning in meanings(code, noc_2021))


# --- Test scores to levels (law 3) ---------------------------------------------------------------------------------

# Lowest score of CLB/NCLC 4, 5, 6, 7, 8, 9, 10; per ability in the order listening, reading, writing, speaking.
Bounds = tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...], tuple[float, ...]]
_STEPS = (4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0)
LEVEL_BOUNDS: Bounds = (_STEPS, _STEPS, _STEPS, _STEPS)
IELTS_BOUNDS: Bounds = (
    (4.5, 5.0, 5.5, 6.0, 7.5, 8.0, 8.5),
    (3.5, 4.0, 5.0, 6.0, 6.5, 7.0, 8.0),
    (4.0, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5),
    (4.0, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5),
)
PTE_BOUNDS: Bounds = (
    (28, 39, 50, 60, 71, 82, 89),
    (33, 42, 51, 60, 69, 78, 88),
    (41, 51, 60, 69, 79, 88, 90),
    (42, 51, 59, 68, 76, 84, 89),
)
TCF_BOUNDS: Bounds = (
    (331, 369, 398, 458, 503, 523, 549),
    (342, 375, 406, 453, 499, 524, 549),
    (4, 6, 7, 10, 12, 14, 16),
    (4, 6, 7, 10, 12, 14, 16),
)
TEF_BOUNDS: Bounds = (
    (145, 181, 217, 249, 280, 298, 316),
    (121, 151, 181, 207, 233, 248, 263),
    (181, 226, 271, 310, 349, 371, 393),
    (181, 226, 271, 310, 349, 371, 393),
)
PTE_FROM = date(2024, 1, 30)
TCF_FROM = date(2018, 12, 1)


def _bounds(test: str) -> Bounds:
    """The table by test; of TEF the column "Équivalence ancien score" for a test of any day (law 10)."""
    return {
        "IELTS_GT": IELTS_BOUNDS,
        "CELPIP_G": LEVEL_BOUNDS,
        "CLB": LEVEL_BOUNDS,
        "NCLC": LEVEL_BOUNDS,
        "PTE_CORE": PTE_BOUNDS,
        "TCF_CANADA": TCF_BOUNDS,
        "TEF_CANADA": TEF_BOUNDS,
        "TEF_CANADA_OLD_SCALE": TEF_BOUNDS,
    }[test]


def level(test: str, ability: str, value: float | None) -> int | None:
    """CLB or NCLC of one ability: 0 under 4, 10 for 10 or more, None without a score (law 3)."""
    if value is None:
        return None
    reached = sum(value >= bound for bound in _bounds(test)[ABILITIES.index(ability)])
    return 3 + reached if reached else 0


class Sitting(NamedTuple):
    """One result of one language test."""

    test: str
    test_date: date | None
    scores: tuple[float | None, ...]


def _sittings(client: Row, details: Mapping[str, list[Row]], person: str, language: str) -> list[Sitting]:
    """The rows of this person and language, or else the summary columns (reading 1)."""
    rows = [r for r in details.get("language_tests", []) if r["person"] == person and r["language"] == language]
    if rows:
        return [Sitting(r["test"], r["test_date"], tuple(r[ability] for ability in ABILITIES)) for r in rows]
    stem = ("spouse_" if person == "spouse" else "") + language
    if client[f"{stem}_test"] is None:
        return []
    scores = tuple(client[f"{stem}_{ability}"] for ability in ABILITIES)
    return [Sitting(client[f"{stem}_test"], client[f"{stem}_test_date"], scores)]


def _valid(sitting: Sitting, as_of: date) -> bool:
    """Accepted on as_of and under two years old; levels without a date stand (law 1.6, contract)."""
    if sitting.test == "PTE_CORE" and as_of < PTE_FROM or sitting.test == "TCF_CANADA" and as_of < TCF_FROM:
        return False
    if sitting.test_date is None:
        return sitting.test in ("CLB", "NCLC")
    return younger_than(sitting.test_date, 2, as_of)


def _levels(sitting: Sitting, exempt: frozenset[str]) -> Levels:
    """The four levels, with untested exempt abilities replaced by the average of the tested ones (reading 8)."""
    found = [level(sitting.test, a, s) for a, s in zip(ABILITIES, sitting.scores, strict=True)]
    tested = [value for value in found if value is not None]
    if tested:
        average = sum(tested) // len(tested)
        for place, ability in enumerate(ABILITIES):
            if found[place] is None and ability in exempt:
                found[place] = average if average >= 4 else 0
    return (found[0], found[1], found[2], found[3])


class Entered(NamedTuple):
    """What a profile enters of languages: one result of each or none, the first language, and the spouse's result."""

    first: str
    english: Sitting | None
    french: Sitting | None
    spouse: Sitting | None
    spouse_first: str


def _newest_first(sittings: list[Sitting], as_of: date) -> list[Sitting]:
    """The valid sittings, the latest first; those without a date last."""
    return sorted(
        (one for one in sittings if _valid(one, as_of)),
        key=lambda one: -(one.test_date or date.min).toordinal(),
    )


def _first_languages(named: str | None, valid: dict[str, list[Sitting]], recorded: dict[str, list[Sitting]],
                     as_of: date) -> list[str]:  # fmt: skip
    """As named; else each language with a valid result; without one, French only where all records are French."""
    if named:
        return [named]
    if any(valid.values()):
        return [name for name in ("english", "french") if valid[name]]

    def given(sittings: list[Sitting]) -> bool:
        return any(s.test_date is None or s.test_date <= as_of for s in sittings)

    return ["french" if given(recorded["french"]) and not given(recorded["english"]) else "english"]


def ways_to_enter(candidate: Row, details: Mapping[str, list[Row]], as_of: date) -> list[Entered]:
    """Every choice that a client has of the results to enter (reading 6)."""
    people = {}
    for person, prefix in (("principal", ""), ("spouse", "spouse_")):
        recorded = {name: _sittings(candidate, details, person, name) for name in ("english", "french")}
        valid = {name: _newest_first(found, as_of) for name, found in recorded.items()}
        people[person] = valid, _first_languages(candidate[f"{prefix}first_language"], valid, recorded, as_of)
    (own, firsts), (spouses, spouse_firsts) = people["principal"], people["spouse"]
    if not _spouse_comes(candidate):
        spouse_firsts = spouse_firsts[:1]
        spouses = {name: _highest_lowest(found) for name, found in spouses.items()}
    return [
        Entered(first, english, french, spouse, spouse_first)
        for first in firsts
        for english in own["english"] or [None]
        for french in own["french"] or [None]
        for spouse_first in spouse_firsts
        for spouse in spouses[spouse_first] or [None]
    ]


def _highest_lowest(sittings: list[Sitting]) -> list[Sitting]:
    """Of several results of a spouse who does not come, which count for nothing, the one that is shown."""
    lowest = [min(value or 0 for value in _levels(one, frozenset())) for one in sittings]
    return sittings[lowest.index(max(lowest)) :][:1] if sittings else []


def _spouse_comes(candidate: Row) -> bool:
    partnered = candidate["marital_status"] in ("married", "common_law")
    return partnered and candidate["spouse_accompanying"] is True and candidate["spouse_is_canadian"] is not True


def all_at_least(levels: Levels | None, bound: int) -> bool:
    """Is each of the four abilities at the bound? A missing one is not (law 1.6)."""
    return levels is not None and all(value is not None and value >= bound for value in levels)


# --- The language tables of the CRS (law 1.2, 1.3) ------------------------------------------------------------------


def first_language_points(value: int | None, with_spouse: bool) -> int:
    """First official language, per ability (law 1.2)."""
    if value is None or value < 4:
        return 0
    row = {4: (6, 6), 5: (6, 6), 6: (8, 9), 7: (16, 17), 8: (22, 23), 9: (29, 31), 10: (32, 34)}[value]
    return row[0] if with_spouse else row[1]


def second_language_points(value: int | None) -> int:
    """Second official language, per ability, before the cap (law 1.2)."""
    if value is None or value < 5:
        return 0
    return 1 if value <= 6 else 3 if value <= 8 else 6


def spouse_language_points(value: int | None) -> int:
    """The spouse's first official language, per ability (law 1.3)."""
    if value is None or value < 5:
        return 0
    return 1 if value <= 6 else 3 if value <= 8 else 5


# --- Education (law 1.2, 1.6) --------------------------------------------------------------------------------------

# E0 to E7 of law 1.2.
EDUCATION = {
    "none": 0, "secondary": 1, "one_year": 2, "two_year": 3, "three_year": 4, "two_or_more": 5, "masters": 6,
    "professional": 6, "doctorate": 7,
}  # fmt: skip
STUDY_WAIVER_FROM = date(2022, 7, 29)


class Schooling(NamedTuple):
    """What a person's education proves: E codes, and the FSW credential."""

    proven: int
    unassessed: int
    most: int
    credential: Tri


def _together(levels: Iterable[int]) -> int:
    """The E code of several credentials: the highest, or two or more of them (law 1.6, reading 12)."""
    codes = sorted(levels)
    if not codes:
        return 0
    return 5 if codes[-1] == 4 and sum(code >= 2 for code in codes) >= 2 else codes[-1]


def _where(row: Row) -> str | None:
    return row["country"] or ("CA" if row["in_canada"] else None)


def _may_be_of(row: Row, other: Row) -> bool:
    """May a row without a country tell of the credential of a row with one?"""
    return row["in_canada"] is not False or _where(other) != "CA"


def _credentials(rows: list[Row], *, surely: bool) -> list[int]:
    """The E codes of the different credentials that rows tell of (reading 36)."""
    codes: list[int] = []
    for (level, _), alike in _grouped(rows, lambda r: (r["level"], r["completed_on"])).items():
        named = {_where(r): r for r in alike if _where(r) is not None}
        nameless = [r for r in alike if _where(r) is None]
        number = len(named)
        if nameless:
            explained = [any(_may_be_of(r, other) for other in named.values()) for r in nameless]
            # All rows without a country are of one credential; its first row here is that with the latest assessment.
            latest = max(range(len(nameless)), key=lambda n: (nameless[n]["eca_issued_on"] or date.min, -n))
            number += 0 if surely and explained[latest] else 1
        codes += [EDUCATION[level]] * number
    return codes


def _grouped(rows: list[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _schooling_of_rows(rows: list[Row], as_of: date) -> Schooling:
    done = [r for r in rows if r["completed_on"] is not None and r["completed_on"] <= as_of]

    def good(row: Row) -> Tri:
        assessed = row["eca_issued_on"] is not None and younger_than(row["eca_issued_on"], 5, as_of)
        return some(row["in_canada"], assessed)

    proven = _together(_credentials([r for r in done if good(r) is True], surely=True))
    most = _together(_credentials([r for r in done if good(r) is not False], surely=False))
    unassessed = _together(_credentials(done, surely=True))
    return Schooling(proven, unassessed, most, between(proven >= 1, most >= 1))


def _schooling_of_columns(name: str | None, country: str | None, issued: date | None, as_of: date) -> Schooling:
    """The level as assessed, and what the age of the assessment does to it (contract, reading 10)."""
    canadian = None if country is None else country == "CA"
    assessed = None if issued is None else younger_than(issued, 5, as_of)
    if name is None:
        return Schooling(0, 0, 0, False) if canadian is False and assessed is False else Schooling(0, 0, 7, None)
    code = EDUCATION[name]
    if code == 0:
        return Schooling(0, 0, 0, False)
    if canadian or assessed:
        return Schooling(code, code, code, True)
    if issued is None:
        return Schooling(code, code, code, None)
    return Schooling(0, code, code, None) if canadian is None else Schooling(0, code, 0, False)


def _schooling(client: Row, details: Mapping[str, list[Row]], person: str, as_of: date) -> Schooling:
    rows = [r for r in details.get("education", []) if r["person"] == person]
    if rows:
        return _schooling_of_rows(rows, as_of)
    stem = "spouse_" if person == "spouse" else ""
    return _schooling_of_columns(
        client[f"{stem}education_level"], client[f"{stem}education_country"], client[f"{stem}eca_issued_on"], as_of
    )


def _canadian_study(client: Row, details: Mapping[str, list[Row]], as_of: date) -> str:
    """The highest eligible Canadian credential and its conditions (law 1.5, reading 14)."""
    rows = [r for r in details.get("education", []) if r["person"] == "principal"]
    if not rows:
        return client["canadian_study"] or "none"
    best = "none"
    for row in rows:
        done = row["completed_on"]
        if row["in_canada"] is not True or done is None or done > as_of or EDUCATION[row["level"]] < 2:
            continue
        months, distance = row["full_time_months_in_canada"], row["distance_share"]
        started = row["started_on"] or done
        waived = as_of >= STUDY_WAIVER_FROM and started <= date(2022, 8, 31) and done >= date(2020, 3, 1)
        if waived or (months is not None and months >= 8 and distance is not None and distance <= 0.5):
            if EDUCATION[row["level"]] >= 4:
                return "three_years_or_more"
            best = "one_or_two_years"
    return best


# --- Work (law 1.6, 2; contract) -----------------------------------------------------------------------------------

HOUR = 1_000_000  # hours are counted in whole millionths, so that sums are exact
FULL_TIME = 30 * HOUR
YEAR = 364 * FULL_TIME  # 52 weeks of 30 hours, in days times weekly hours


class Span(NamedTuple):
    """One job inside a window: first day and the day after the last, as ordinals, and hours a week."""

    start: int
    end: int
    hours: int
    noc: str | None


Counted = tuple[list[Span], list[Span]]


def _spans(jobs: list[Row], counts: Callable[[Row], Tri], first: date, as_of: date) -> Counted:
    """The jobs that count in the window from `first` to the day before as_of: those proven, those possible."""
    proven: list[Span] = []
    possible: list[Span] = []
    for job in jobs:
        start = max(job["started_on"], first).toordinal()
        end = as_of.toordinal()
        if job["ended_on"] is not None:
            end = min(end, job["ended_on"].toordinal() + 1)
        answer = counts(job)
        if start >= end or answer is False:
            continue
        hours = job["hours_per_week"]
        span = Span(start, end, FULL_TIME if hours is None else round(hours * HOUR), job["noc"])
        possible.append(span)
        if answer and hours is not None:
            proven.append(span)
    return proven, possible


def _stretches(spans: list[Span]) -> list[tuple[int, int, int]]:
    """Stretches of equal load: first day, day after the last, hours a week capped at 30; idle ones left out."""
    edges = sorted({edge for span in spans for edge in (span.start, span.end)})
    made = []
    for start, end in itertools.pairwise(edges):
        load = sum(span.hours for span in spans if span.start <= start and span.end >= end)
        if load > 0:
            made.append((start, end, min(load, FULL_TIME)))
    return made


def _amount(spans: list[Span]) -> int:
    """Counted work, in days times weekly hours."""
    return sum(((end - start) * load for start, end, load in _stretches(spans)))


def _longest(spans: list[Span]) -> int:
    """Counted work of the best run without a gap of more than 3 days (contract)."""
    best = run = 0
    last = None
    for start, end, load in _stretches(spans):
        if last is not None and start - last > 3:
            run = 0
        run += (end - start) * load
        best = max(best, run)
        last = end
    return best


def _full_time_days(spans: list[Span]) -> int:
    return sum(end - start for start, end, load in _stretches(spans) if load == FULL_TIME)


def _years(amount: int) -> int:
    return amount // YEAR


def _in_canada(job: Row) -> Tri:
    return None if job["country"] is None else job["country"] == "CA"


def _counts_for_fsw(job: Row) -> Tri:
    """FSW and FST take paid work, and leave out only unauthorized work in Canada (contract)."""
    return every(job["paid"], some(negation(_in_canada(job)), job["authorized"]))


def _employee_in_canada(job: Row, as_of: date, *, paid_matters: bool = True) -> Tri:
    """Skilled, authorized work in Canada, neither self-employed nor during full-time study (law 1.6, 2.2)."""
    noc_2021 = as_of >= NOC_2021_FROM
    employed = negation(job["self_employed"])
    if as_of >= date(2023, 4, 25):
        employed = some(employed, physician(job["noc"], noc_2021))
    return every(
        _in_canada(job),
        skilled(job["noc"], noc_2021),
        job["authorized"],
        job["authorized"] if job["temporary_resident_status"] is None else job["temporary_resident_status"],
        job["canadian_employer"] is not False,
        employed,
        negation(job["full_time_student"]),
        job["paid"] if paid_matters else True,
    )


def _crs_canadian_years(jobs: list[Row], as_of: date) -> int:
    """Whole years of Canadian work as the CRS counts them (law 1.6, readings 16, 18)."""
    paid_matters = as_of >= date(2016, 11, 19)
    proven, _ = _spans(
        jobs, lambda job: _employee_in_canada(job, as_of, paid_matters=paid_matters), years_on(as_of, -10), as_of
    )
    return _years(_amount(proven) if as_of >= date(2015, 5, 30) else _longest(proven))


def _crs_foreign_years(jobs: list[Row], as_of: date) -> int:
    """Whole years of foreign work as the CRS counts them (law 1.6, reading 17)."""
    noc_2021 = as_of >= NOC_2021_FROM

    def counts(job: Row) -> Tri:
        return every(negation(_in_canada(job)), skilled(job["noc"], noc_2021), job["paid"])

    return _years(_amount(_spans(jobs, counts, years_on(as_of, -10), as_of)[0]))


def _fsw_years(jobs: list[Row], as_of: date) -> tuple[int, int]:
    """Years for the FSW experience points: least and most (law 2.1, reading 22)."""
    noc_2021 = as_of >= NOC_2021_FROM

    def counts(job: Row) -> Tri:
        return every(skilled(job["noc"], noc_2021), _counts_for_fsw(job))

    proven, possible = _spans(jobs, counts, years_on(as_of, -10), as_of)
    return _years(_amount(proven)), _years(_amount(possible))


def _in_one_occupation(
    jobs: list[Row],
    declared: str | None,
    kind: Callable[[str | None, bool], Tri],
    measure: Callable[[list[Span]], int],
    years: int,
    window: int,
    as_of: date,
) -> Tri:
    """Do so many years lie in one occupation of that kind: the declared one, or else any on the rows (contract)?"""
    noc_2021 = as_of >= NOC_2021_FROM
    first = years_on(as_of, -window)
    answers: list[Tri] = []
    for code in [declared] if declared else dict.fromkeys(job["noc"] for job in jobs):

        def proves(job: Row, code: str | None = code) -> Tri:
            return every(surely_same(job["noc"], code, noc_2021), kind(code, noc_2021), _counts_for_fsw(job))

        enough = measure(_spans(jobs, proves, first, as_of)[0]) >= years * YEAR
        possible = False
        for meaning in (None,) if code is None else meanings(code, noc_2021):

            def allows(job: Row, code: str | None = code, meaning: str | None = meaning) -> Tri:
                same = job["noc"] == code or may_mean(job["noc"], meaning, noc_2021)
                return every(same, kind(meaning, noc_2021), _counts_for_fsw(job))

            possible = possible or measure(_spans(jobs, allows, first, as_of)[1]) >= years * YEAR
        answers.append(between(enough, possible))
    return some(*answers)


def _thresholds(code: str | None, noc_2021: bool) -> frozenset[int]:
    """The CEC language levels that an occupation can ask for (law 2.2)."""
    if code is None:
        return frozenset((5, 7))
    classes = {_class(meaning) for meaning in meanings(code, noc_2021)}
    return frozenset({"high": 7, "low": 5}[name] for name in classes if name != "none") or frozenset((5, 7))


def _cec_thresholds(proven: list[Span], possible: list[Span], as_of: date) -> frozenset[int]:
    """What the occupation with most hours can ask for; the higher level at a tie (reading 24)."""
    noc_2021 = as_of >= NOC_2021_FROM
    told = {span.noc for span in possible if span.noc is not None}
    occupations: list[str | None] = [None]
    occupations += sorted(
        {meaning for code in told for meaning in meanings(code, noc_2021) if skilled(meaning, noc_2021)}
    )
    surely = {
        code: _amount([span for span in proven if surely_same(span.noc, code, noc_2021)])
        for code in (*told, *occupations)
    }
    perhaps = {one: _amount([span for span in possible if may_mean(span.noc, one, noc_2021)]) for one in occupations}
    leading = [one for one in occupations if 0 < perhaps[one] >= max(surely.values())]
    asked = [_thresholds(one, noc_2021) for one in leading]
    if all(surely[one] == perhaps[one] for one in leading):
        return max(asked, key=max, default=frozenset((5, 7)))
    return frozenset().union(*asked)


def _cec(jobs: list[Row], as_of: date) -> tuple[Tri, frozenset[int]]:
    """One year in Canada in three, and the levels asked for (law 2.2)."""
    proven, possible = _spans(jobs, lambda job: _employee_in_canada(job, as_of), years_on(as_of, -3), as_of)
    met = between(_amount(proven) >= YEAR, _amount(possible) >= YEAR)
    return met, _cec_thresholds(proven, possible, as_of)


def _full_year_in_canada(jobs: list[Row], as_of: date, *, any_level: bool) -> Tri:
    """A full-time authorized year in Canada, for FSW adaptability (law 2.1, reading 23)."""
    noc_2021 = as_of >= NOC_2021_FROM

    def counts(job: Row) -> Tri:
        level_met = True if any_level else skilled(job["noc"], noc_2021)
        return every(_in_canada(job), level_met, job["paid"], job["authorized"])

    proven, possible = _spans(jobs, counts, date.min, as_of)
    return between(_full_time_days(proven) >= 364, _full_time_days(possible) >= 364)


def _whole(years: float | None) -> int | None:
    return None if years is None else int(years)


def _work_facts(client: Row, details: Mapping[str, list[Row]], as_of: date) -> Facts:
    """The work of the principal, from rows or else from the summary columns (contract)."""
    noc_2021 = as_of >= NOC_2021_FROM
    jobs = [r for r in details.get("work_history", []) if r["person"] == "principal"]
    if jobs:
        cec_met, thresholds = _cec(jobs, as_of)
        return {
            "canadian_work_years": _crs_canadian_years(jobs, as_of),
            "foreign_work_years": _crs_foreign_years(jobs, as_of),
            "fsw_experience_years": _fsw_years(jobs, as_of),
            "fsw_experience_met": _in_one_occupation(jobs, client["primary_noc"], skilled, _longest, 1, 10, as_of),
            "cec_experience_met": cec_met,
            "cec_thresholds": thresholds,
            "fst_experience_met": _in_one_occupation(jobs, client["trade_noc"], trade, _amount, 2, 5, as_of),
            **_in_the_trade(client, jobs, as_of),
            "worked_in_canada_one_year": _full_year_in_canada(jobs, as_of, any_level=False),
        }
    canadian, foreign = client["canadian_work_years"], client["foreign_work_years"]
    primary = client["primary_occupation_years"]
    least = max(primary or 0, (canadian or 0) + (foreign or 0))
    known = None not in (canadian, foreign, primary)
    months = at_least(client["canadian_work_months_last_36"], 12)
    if months is None and as_of >= date(2015, 5, 30) and at_least(canadian, 1) is False:
        months = False
    return {
        "canadian_work_years": _whole(canadian),
        "foreign_work_years": _whole(foreign),
        "fsw_experience_years": (int(least), int(least) if known else 10),
        "fsw_experience_met": every(skilled(client["primary_noc"], noc_2021), at_least(primary, 1)),
        "cec_experience_met": every(
            months, True if client["canadian_work_noc"] is None else skilled(client["canadian_work_noc"], noc_2021)
        ),
        "cec_thresholds": _thresholds(client["canadian_work_noc"], noc_2021),
        "fst_experience_met": every(trade(client["trade_noc"], noc_2021), at_least(client["trade_years_last_5"], 2)),
        **_in_the_trade(client, [], as_of),
        "worked_in_canada_one_year": client["worked_in_canada_one_year"],
    }


def _in_the_trade(client: Row, jobs: list[Row], as_of: date) -> Facts:
    """Are the offer and the certificate in the trade of the two years (law 10, reading 34)?"""

    def within(code: str | None) -> Tri:
        if client["trade_noc"] is not None:
            return same_occupation(client["trade_noc"], code, as_of >= NOC_2021_FROM)
        if code is None or not jobs:
            return None
        return _in_one_occupation(jobs, code, trade, _amount, 2, 5, as_of)

    return {
        "offer_in_trade": within(client["job_offer_noc"]),
        "certificate_in_trade": client["certificate_noc"] is None or within(client["certificate_noc"]),
    }


def _spouse_work_facts(client: Row, details: Mapping[str, list[Row]], as_of: date) -> Facts:
    jobs = [r for r in details.get("work_history", []) if r["person"] == "spouse"]
    if jobs:
        return {
            "spouse_canadian_work_years": _crs_canadian_years(jobs, as_of),
            "spouse_worked_in_canada_one_year": _full_year_in_canada(jobs, as_of, any_level=True),
        }
    return {
        "spouse_canadian_work_years": _whole(client["spouse_canadian_work_years"]),
        "spouse_worked_in_canada_one_year": client["spouse_worked_in_canada_one_year"],
    }


# --- The job offer -------------------------------------------------------------------------------------------------


def _offer_facts(client: Row, as_of: date) -> Facts:
    """What the columns say of the offer (contract, readings 26, 27); without one, no route."""
    noc, noc_2021 = client["job_offer_noc"], as_of >= NOC_2021_FROM
    basis = client["job_offer_basis"] if noc is not None else None
    present = basis is not None
    years, permanent = client["job_offer_years"], client["job_offer_permanent"]
    if permanent is None:
        permanent = years is None
    employers, authorized = client["job_offer_employers"], client["authorized_to_work_in_canada"]
    if authorized is None and basis in ("lmia_work_permit", "lmia_exempt_work_permit"):
        authorized = True
    return {
        "offer_routed": basis in ("lmia", "lmia_work_permit")
        or (basis == "lmia_exempt_work_permit" and as_of >= date(2016, 11, 19)),
        "offer_skilled": skilled(noc, noc_2021) if present else False,
        "offer_senior": senior(noc, noc_2021) if present else False,
        "offer_trade": trade(noc, noc_2021) if present else False,
        "offer_employers": 1 if employers is None else employers,
        "offer_one_year": some(permanent, at_least(years, 1)),
        "offer_indeterminate": permanent,
        "authorized_to_work_in_canada": authorized,
    }


# --- The profile ---------------------------------------------------------------------------------------------------

OTTAWA = ZoneInfo("America/Toronto")


def _live(client: Row, as_of: date) -> bool:
    """In the pool or back in it, with a profile submitted by as_of and under a year old, or of no known day (contract)."""
    submitted, status = client["profile_submitted_at"], client["pool_status"]
    if submitted is None:
        return status in ("in_pool", "declined")
    if status not in (None, "in_pool", "declined"):
        return False
    return younger_than(submitted.astimezone(OTTAWA).date(), 1, as_of)


# --- The family ----------------------------------------------------------------------------------------------------


def _family(client: Row, details: Mapping[str, list[Row]], as_of: date) -> Facts:
    """The size of the family, and the persons on record (law 5, 10, reading 31)."""
    locked_in = as_of
    if client["provincial_nomination"] is not None:
        issued = [
            r["issued_on"]
            for r in details.get("documents", [])
            if r["person"] == "principal" and r["kind"] == "nomination" and (r["issued_on"] or date.max) <= as_of
        ]
        latest = max((day for day in issued if day is not None), default=as_of)
        applied = client["nomination_applied_on"]
        locked_in = latest if applied is None or applied > latest else applied
    limit = 22 if as_of >= date(2017, 10, 24) else 19
    persons = 1 + (client["marital_status"] in ("married", "common_law"))
    for child in details.get("dependants", []):
        born = child["date_of_birth"]
        if born <= as_of and (born > locked_in or completed_years(born, locked_in) < limit):
            persons += 1
    stated = client["family_size"]
    return {"family_size": None if stated is None else max(stated, persons), "persons_on_record": persons}


def lives_at(submitted: datetime, moment: datetime) -> bool:
    """Is a profile in the pool at a moment: received by then, and until the same time one year later (MI 4(1))?"""
    received = submitted.astimezone(OTTAWA)
    ends = datetime.combine(years_on(received.date(), 1), received.time())
    return submitted <= moment and moment.astimezone(OTTAWA).replace(tzinfo=None) < ends


def lives_within(submitted: tuple[datetime, datetime], round_: tuple[datetime, datetime]) -> bool | None:
    """As lives_at where the profile, the round or both are known to a span alone: the answer that all their ends give.

    Of a round whose moment was not published, the day decides: who submitted or ended on it is open, its first second too.
    """
    first, last = round_
    if first != last:
        first -= timedelta(seconds=1)
    answers = {lives_at(one, moment) for one in submitted for moment in (first, last)}
    return answers.pop() if len(answers) == 1 else None


# --- Facts ---------------------------------------------------------------------------------------------------------


def facts(candidate: Row, details: Mapping[str, list[Row]], as_of: date, entered: Entered) -> Facts:
    """Everything that scoring needs of one client on one day; after this no record and no date of a record is read."""
    exempt = frozenset((candidate["language_exempt_abilities"] or "").split("|")) - {""}

    def levels(sitting: Sitting | None, exempt: frozenset[str] = frozenset()) -> Levels | None:
        return None if sitting is None else _levels(sitting, exempt)

    spouse_other = "french" if entered.spouse_first == "english" else "english"
    others = [one for one in _sittings(candidate, details, "spouse", spouse_other) if _valid(one, as_of)]
    of_spouse = [levels(one) for one in (entered.spouse, *others)]

    schooling = _schooling(candidate, details, "principal", as_of)
    siblings, relatives = candidate["sibling_in_canada"], candidate["relative_in_canada"]
    return {
        "with_spouse": _spouse_comes(candidate),
        "age": completed_years(candidate["date_of_birth"], as_of),
        "first_language": entered.first,
        "english_levels": levels(entered.english, exempt),
        "french_levels": levels(entered.french, exempt),
        "spouse_levels": levels(entered.spouse),
        "spouse_clb_4": any(all_at_least(found, 4) for found in of_spouse),
        "education": schooling.proven,
        "education_unassessed": schooling.unassessed,
        "education_most": schooling.most,
        "fsw_credential": schooling.credential,
        "canadian_study": _canadian_study(candidate, details, as_of),
        "spouse_education": _schooling(candidate, details, "spouse", as_of).proven,
        **_work_facts(candidate, details, as_of),
        **_spouse_work_facts(candidate, details, as_of),
        **_offer_facts(candidate, as_of),
        "certificate_of_qualification": candidate["certificate_of_qualification"],
        "nominated": candidate["provincial_nomination"] is not None,
        "sibling_in_canada": siblings,
        "relative_in_canada": True if siblings is True else relatives,
        "studied_in_canada_two_years": candidate["studied_in_canada_two_years"],
        "spouse_studied_in_canada_two_years": candidate["spouse_studied_in_canada_two_years"],
        "settlement_funds_cad": candidate["settlement_funds_cad"],
        **_family(candidate, details, as_of),
        "live": _live(candidate, as_of),
        "outside_quebec": candidate["intends_quebec"] is not True,
        "job_bank_registered": candidate["job_bank_registered"] is not False,
    }


# --- Comprehensive Ranking System (law 1) --------------------------------------------------------------------------

# Age 18 to 44: with spouse, without (law 1.2).
AGE = {
    18: (90, 99), 19: (95, 105), **dict.fromkeys(range(20, 30), (100, 110)), 30: (95, 105), 31: (90, 99), 32: (85, 94),
    33: (80, 88), 34: (75, 83), 35: (70, 77), 36: (65, 72), 37: (60, 66), 38: (55, 61), 39: (50, 55), 40: (45, 50),
    41: (35, 39), 42: (25, 28), 43: (15, 17), 44: (5, 6),
}  # fmt: skip
# E0 to E7: with spouse, without, spouse's own, transferability tier (law 1.2).
EDUCATION_ROWS = (
    (0, 0, 0, 0), (28, 30, 2, 0), (84, 90, 6, 1), (91, 98, 7, 1), (112, 120, 8, 1), (119, 128, 9, 2),
    (126, 135, 10, 2), (140, 150, 10, 2),
)  # fmt: skip
# 0 to 5 years of Canadian work: with spouse, without, spouse's own (law 1.2, 1.3).
CANADIAN_WORK_ROWS = ((0, 0, 0), (35, 40, 5), (46, 53, 7), (56, 64, 8), (63, 72, 9), (70, 80, 10))


def pair(one: int, other: int) -> int:
    """A cell of the transferability pairs by the two tiers (law 1.4)."""
    return {(1, 1): 13, (1, 2): 25, (2, 1): 25, (2, 2): 50}.get((one, other), 0)


def _language_tier(levels: Levels | None) -> int:
    return 2 if all_at_least(levels, 9) else 1 if all_at_least(levels, 7) else 0


def _crs_offer(f: Facts, as_of: date) -> Tri:
    """Does the offer qualify as arranged employment of the CRS on that day (law 1.5, reading 26)?"""
    if as_of >= date(2025, 3, 25):
        return False
    lasting = f["offer_one_year"] if as_of >= date(2016, 11, 19) else f["offer_indeterminate"]
    by_one = every(f["offer_employers"] == 1, lasting)
    by_trade = every(f["offer_trade"], f["offer_employers"] in (1, 2), f["offer_one_year"])
    return every(f["offer_routed"], f["offer_skilled"], some(by_one, by_trade))


def _job_offer_points(f: Facts, as_of: date) -> int | None:
    """Arranged employment (law 1.5); not known from 2026-11-03."""
    if as_of >= date(2026, 11, 3):
        return None
    if _crs_offer(f, as_of) is not True:
        return 0
    if as_of < date(2016, 11, 19):
        return 600
    return 200 if f["offer_senior"] is True else 50


def _french_points(f: Facts, as_of: date) -> int:
    """French, 15/30 from 2017-06-06 and 25/50 from 2020-10-20 (law 1.5)."""
    if as_of < date(2017, 6, 6) or not all_at_least(f["french_levels"], 7):
        return 0
    lower, higher = (15, 30) if as_of < date(2020, 10, 20) else (25, 50)
    return higher if all_at_least(f["english_levels"], 5) else lower


def crs(f: Facts, as_of: date) -> dict[str, Any]:
    """Every component of the CRS and the sums (law 1.1 to 1.5)."""
    coming = f["with_spouse"]
    grid = 0 if coming else 1
    english_first = f["first_language"] == "english"
    first = f["english_levels"] if english_first else f["french_levels"]
    second = f["french_levels"] if english_first else f["english_levels"]

    age = AGE.get(f["age"], (0, 0))[grid]
    education = EDUCATION_ROWS[f["education"]][grid]
    first_language = sum(first_language_points(value, coming) for value in first or NO_LEVELS)
    second_language = min(sum(second_language_points(value) for value in second or NO_LEVELS), 22 if coming else 24)
    canadian_years = f["canadian_work_years"] or 0
    canadian_work = CANADIAN_WORK_ROWS[min(canadian_years, 5)][grid]
    core = age + education + first_language + second_language + canadian_work

    spouse_education = spouse_language = spouse_work = 0
    if coming:
        spouse_education = EDUCATION_ROWS[f["spouse_education"]][2]
        spouse_language = sum(spouse_language_points(value) for value in f["spouse_levels"] or NO_LEVELS)
        spouse_work = CANADIAN_WORK_ROWS[min(f["spouse_canadian_work_years"] or 0, 5)][2]
    spouse = spouse_education + spouse_language + spouse_work

    assessed = as_of >= date(2015, 1, 30)
    education_tier = EDUCATION_ROWS[f["education"] if assessed else f["education_unassessed"]][3]
    language_tier = _language_tier(first)
    canadian_tier = min(canadian_years, 2)
    foreign_years = f["foreign_work_years"] or 0
    foreign_tier = 2 if foreign_years >= 3 else 1 if foreign_years >= 1 else 0
    education_language = pair(education_tier, language_tier)
    education_canadian = pair(education_tier, canadian_tier)
    foreign_language = pair(foreign_tier, language_tier)
    foreign_canadian = pair(foreign_tier, canadian_tier)
    education_block = min(50, education_language + education_canadian)
    foreign_block = min(50, foreign_language + foreign_canadian)
    certificate_block = 0
    if f["certificate_of_qualification"] is True:
        certificate_block = 50 if all_at_least(first, 7) else 25 if all_at_least(first, 5) else 0
    transferability = min(100, education_block + foreign_block + certificate_block)

    sibling = 15 if as_of >= date(2017, 6, 6) and f["sibling_in_canada"] is True else 0
    french = _french_points(f, as_of)
    study = 0
    if as_of >= date(2016, 11, 19):
        study = {"none": 0, "one_or_two_years": 15, "three_years_or_more": 30}[f["canadian_study"]]
    job_offer = _job_offer_points(f, as_of)
    nomination = 600 if f["nominated"] else 0
    additional = min(600, sibling + french + study + (job_offer or 0) + nomination)

    return {
        "crs_total": core + spouse + transferability + additional,
        "crs_core": core,
        "crs_spouse": spouse,
        "crs_transferability": transferability,
        "crs_additional": additional,
        "crs_age": age,
        "crs_education": education,
        "crs_first_language": first_language,
        "crs_second_language": second_language,
        "crs_canadian_work": canadian_work,
        "crs_spouse_education": spouse_education,
        "crs_spouse_language": spouse_language,
        "crs_spouse_canadian_work": spouse_work,
        "crs_education_block": education_block,
        "crs_foreign_work_block": foreign_block,
        "crs_certificate_block": certificate_block,
        "crs_education_language": education_language,
        "crs_education_canadian_work": education_canadian,
        "crs_foreign_work_language": foreign_language,
        "crs_foreign_canadian_work": foreign_canadian,
        "crs_sibling": sibling,
        "crs_french": french,
        "crs_canadian_study": study,
        "crs_job_offer": job_offer,
        "crs_nomination": nomination,
        "crs_high_wage": 0 if as_of < date(2026, 11, 3) else None,
    }


# --- Programs (law 2) ----------------------------------------------------------------------------------------------

# First day of each table; families of one to seven; each person more (law 5).
FUNDS: tuple[tuple[date, tuple[int, ...], int], ...] = (
    (date(2015, 1, 1), (11824, 14720, 18097, 21971, 24920, 28105, 31291), 0),
    (date(2015, 2, 1), (11931, 14853, 18260, 22170, 25145, 28359, 31574), 0),
    (date(2016, 2, 1), (12164, 15143, 18617, 22603, 25636, 28913, 32191), 0),
    (date(2017, 1, 27), (12300, 15312, 18825, 22856, 25923, 29236, 32550), 3314),
    (date(2018, 1, 5), (12474, 15530, 19092, 23181, 26291, 29652, 33013), 3361),
    (date(2019, 1, 17), (12669, 15772, 19390, 23542, 26701, 30114, 33528), 3414),
    (date(2020, 1, 1), (12960, 16135, 19836, 24083, 27315, 30806, 34299), 3492),
    (date(2021, 7, 15), (13213, 16449, 20222, 24553, 27847, 31407, 34967), 3560),
    (date(2022, 6, 9), (13310, 16570, 20371, 24733, 28052, 31638, 35224), 3586),
    (date(2023, 4, 25), (13757, 17127, 21055, 25564, 28994, 32700, 36407), 3706),
    (date(2024, 5, 28), (14690, 18288, 22483, 27297, 30690, 34917, 38875), 3958),
    (date(2025, 7, 7), (15263, 19001, 23360, 28362, 32168, 36280, 40392), 4112),
)


def funds_needed(family_size: int, as_of: date) -> int:
    """Settlement funds in Canadian dollars (law 5)."""
    _, sizes, more = [table for table in FUNDS if table[0] <= as_of][-1]
    return sizes[min(family_size, 7) - 1] + more * max(0, family_size - 7)


def _funds_met(f: Facts, offer: Tri, as_of: date) -> Tri:
    """Enough funds, or exempt: a qualifying offer and leave to work in Canada now (law 2.1, 2.3, 5)."""
    enough = None
    held = f["settlement_funds_cad"]
    if held is not None and held < funds_needed(f["persons_on_record"], as_of):
        enough = False
    elif held is not None and f["family_size"] is not None:
        enough = held >= funds_needed(f["family_size"], as_of)
    return some(every(offer, f["authorized_to_work_in_canada"]), enough)


def _fsw_age_points(age: int) -> int:
    """12 from 18 to 35, one less a year to 1 at 46 (law 2.1)."""
    return 12 if 18 <= age <= 35 else 47 - age if 36 <= age <= 46 else 0


def _fsw_experience_points(years: int) -> int:
    return 0 if years < 1 else 9 if years < 2 else 11 if years < 4 else 13 if years < 6 else 15


def _fsw_language_points(levels: Levels | None) -> int:
    return sum({7: 4, 8: 5, 9: 6, 10: 6}.get(value or 0, 0) for value in levels or NO_LEVELS)


def _fsw_offer(f: Facts, as_of: date) -> Tri:
    """Arranged employment of IRPR 82 (law 2.1, readings 26, 27)."""
    long_enough = f["offer_one_year"] if as_of >= date(2016, 11, 19) else f["offer_indeterminate"]
    return every(f["offer_routed"], f["offer_skilled"], f["offer_employers"] == 1, long_enough)


def fsw(f: Facts, as_of: date) -> dict[str, Any]:
    """The grid of 100 and the program (law 2.1)."""
    english_first = f["first_language"] == "english"
    first = f["english_levels"] if english_first else f["french_levels"]
    second = f["french_levels"] if english_first else f["english_levels"]
    offer = _fsw_offer(f, as_of)
    education_points = (0, 5, 15, 19, 21, 22, 23, 25)
    adaptability: list[tuple[Tri, int]] = [
        (f["studied_in_canada_two_years"], 5),
        (f["worked_in_canada_one_year"], 10),
        (f["relative_in_canada"], 5),
        (offer, 5),
    ]
    if f["with_spouse"]:
        adaptability += [
            (f["spouse_clb_4"], 5),
            (f["spouse_studied_in_canada_two_years"], 5),
            (f["spouse_worked_in_canada_one_year"], 5),
        ]
    least_years, most_years = f["fsw_experience_years"]
    least = {
        "fsw_points_education": education_points[f["education"]],
        "fsw_points_language": _fsw_language_points(first),
        "fsw_points_second_language": 4 if all_at_least(second, 5) else 0,
        "fsw_points_experience": _fsw_experience_points(least_years),
        "fsw_points_age": _fsw_age_points(f["age"]),
        "fsw_points_arranged_employment": 10 if offer is True else 0,
        "fsw_points_adaptability": min(10, sum(points for met, points in adaptability if met is True)),
    }
    most = {
        **least,
        "fsw_points_education": education_points[f["education_most"]],
        "fsw_points_experience": _fsw_experience_points(most_years),
        "fsw_points_arranged_employment": 0 if offer is False else 10,
        "fsw_points_adaptability": min(10, sum(points for met, points in adaptability if met is not False)),
    }
    total = sum(least.values())
    eligible = every(
        f["outside_quebec"],
        f["fsw_experience_met"],
        all_at_least(first, 7),
        f["fsw_credential"],
        _funds_met(f, offer, as_of),
        between(total >= 67, sum(most.values()) >= 67),
    )
    return {"fsw_eligible": eligible, "fsw_points": total, **least}


def _languages(f: Facts) -> list[Levels]:
    """The languages that count for CEC and FST: both, if the first has a valid result (reading 9)."""
    english, french = f["english_levels"] or NO_LEVELS, f["french_levels"] or NO_LEVELS
    first = english if f["first_language"] == "english" else french
    return [] if first == NO_LEVELS else [english, french]


def cec_eligible(f: Facts) -> Tri:
    """Canadian Experience Class (law 2.2)."""
    answers = {any(all_at_least(levels, bound) for levels in _languages(f)) for bound in f["cec_thresholds"]}
    language = answers.pop() if len(answers) == 1 else None
    return every(f["outside_quebec"], f["cec_experience_met"], language)


def fst_eligible(f: Facts, as_of: date) -> Tri:
    """Federal Skilled Trades (law 2.3)."""

    def spoken(levels: Levels) -> bool:
        return all((value or 0) >= bound for value, bound in zip(levels, (5, 4, 4, 5), strict=True))

    offer = every(
        f["offer_routed"],
        f["offer_trade"],
        f["offer_in_trade"],
        f["offer_employers"] in (1, 2),
        f["offer_one_year"],
    )
    certificate = every(f["certificate_of_qualification"], f["certificate_in_trade"])
    return every(
        f["outside_quebec"],
        f["fst_experience_met"],
        any(map(spoken, _languages(f))),
        some(certificate, offer),
        _funds_met(f, offer, as_of),
    )


# --- The whole -----------------------------------------------------------------------------------------------------


def points(f: Facts, as_of: date) -> dict[str, Any]:
    """The output columns of the contract from `grid` to `crs_high_wage`, and the facts it shows, from the facts."""
    shown: dict[str, Any] = {"grid": "with_spouse" if f["with_spouse"] else "without_spouse"}
    for name, key in (
        ("english_clb", "english_levels"),
        ("french_nclc", "french_levels"),
        ("spouse_clb", "spouse_levels"),
    ):
        for ability, value in zip(ABILITIES, f[key] or NO_LEVELS, strict=True):
            shown[f"{name}_{ability}"] = value
    worker = fsw(f, as_of)
    experience, trades = cec_eligible(f), fst_eligible(f, as_of)
    registered: Tri = True
    if as_of < date(2017, 6, 6):
        registered = some(f["job_bank_registered"], f["nominated"], _crs_offer(f, as_of))
    fsw_eligible = worker.pop("fsw_eligible")
    pool_eligible = some(fsw_eligible, experience, trades)
    return {
        **shown,
        "fsw_eligible": fsw_eligible,
        "cec_eligible": experience,
        "fst_eligible": trades,
        "pool_eligible": pool_eligible,
        "may_enter": every(pool_eligible, registered),
        "in_pool": every(f["live"], pool_eligible, registered),
        **worker,
        **crs(f, as_of),
        "age": f["age"],
        "canadian_work_years": f["canadian_work_years"],
        "foreign_work_years": f["foreign_work_years"],
    }


FRENCH_CATEGORY_FROM = date(2023, 5, 31)


def score(candidate: Row, details: Mapping[str, list[Row]], as_of: date) -> dict[str, Any]:
    """All output columns of one client on one day, with the results entered that serve best (reading 6)."""
    best: tuple[tuple[Any, ...], dict[str, Any]] | None = None
    for entered in ways_to_enter(candidate, details, as_of):
        found = facts(candidate, details, as_of, entered)
        made = points(found, as_of)
        merit = (*_merit(made, found, as_of), *_freshness(entered))
        if best is None or merit > best[0]:
            best = merit, made
    assert best is not None
    return {name: value for name, value in best[1].items() if name != "may_enter"}


def _merit(made: dict[str, Any], f: Facts, as_of: date) -> tuple[Any, ...]:
    """Eligibility for the pool, the total, the number of programs, and of the categories the one that hangs on a result."""
    rank = {True: 2, None: 1, False: 0}
    in_french = as_of >= FRENCH_CATEGORY_FROM and made["pool_eligible"] is True and all_at_least(f["french_levels"], 7)
    met = sum(made[f"{program}_eligible"] is True for program in ("fsw", "cec", "fst"))
    return rank[made["may_enter"]], made["crs_total"], met, in_french


def _freshness(entered: Entered) -> tuple[date, date]:
    """The first day on which a result used expires, and the day of the latest test."""
    used = [one.test_date for one in (entered.english, entered.french, entered.spouse) if one is not None]
    days = [day for day in used if day is not None]
    return min((years_on(day, 2) for day in days), default=date.max), max(days, default=date.min)


def places(scored: list[dict[str, Any]], submitted: list[datetime | None], as_of: date) -> list[int | None]:
    """The rank of each client in the pool: by score, from 2017-06-06 equals by the earlier profile (law 4.2)."""

    def key(number: int) -> tuple[Any, ...]:
        at = submitted[number] or datetime.max.replace(tzinfo=UTC)
        tie_break = (at,) if as_of >= date(2017, 6, 6) else ()
        return (-scored[number]["crs_total"], *tie_break)

    inside = sorted(key(number) for number, one in enumerate(scored) if one["in_pool"] is True)
    return [
        bisect_left(inside, key(number)) + 1 if one["in_pool"] is True else None for number, one in enumerate(scored)
    ]
