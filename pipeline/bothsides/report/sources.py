"""The kind of a source, from its affiliation and the role words of the article: general words, no names."""

from __future__ import annotations

import re
from typing import Literal, get_args

SourceType = Literal[
    "union leader", "rank and file", "district", "city or state", "parent", "student", "expert", "other"
]

SOURCE_TYPES: tuple[SourceType, ...] = get_args(SourceType)


def _words(text: str) -> re.Pattern[str]:
    """Match any of the patterns that white space parts, as whole words; `~` stands for a space inside of one."""
    patterns = "|".join(text.split()).replace("~", r"\s")
    return re.compile(rf"(?<![\w-])(?:{patterns})(?!\w)", re.IGNORECASE)


_PARENT = _words(
    r"parents? mothers? fathers? moms? dads? mums? grandmothers? grandfathers? grandparents? guardians? pta ptsa pto "
    r"parent-teacher famil(?:y|ies) "
    r"(?:whose|has|have|with)~(?:[\w-]+~){0,3}(?:(?:grand)?(?:sons?|daughters?|child(?:ren)?)|kids?|boys|girls|twins|"
    r"[\w-]+-graders?)"
)
_NOT_PARENT = _words(
    r"parent[\s-](?:liaison|coordinator|involvement|engagement|outreach) (?:of|for)~parents? "
    r"famil(?:y|ies)[\s-](?:court|services?|engagement|medicine|support|physician|doctor|law|policy)"
)
_STUDENT = _words(
    r"students? pupils? freshm[ae]n sophomores? juniors? seniors? valedictorians? [\w-]+-graders? schoolchildren"
)
# A student teacher, a dean of students and a senior fellow are no students.
_NOT_STUDENT = _words(
    r"(?:student|pupil)s?[\s-](?:teach\w+|services?|affairs|support|achievement|learning|loan\w*|rights|advoca\w+|"
    r"records|transit) (?:of|for|to|with|employs)~(?:high~school~)?students? "
    r"(?:junior|senior)~(?:high|research\w*|fellow|lecturer|vice|advis\w+|policy|analyst|teacher|partner|director|"
    r"staff|official|attorney|counsel|scholar|professor|negotiator|associate|economist) student~council"
)
# These hold their office whomever they speak for.
_OFFICE = _words(
    r"mayors?(?:['’]s)? mayoral governors?(?:['’]s)? gov lawmakers? legislat\w+ senat\w+ sen "
    r"assembly(?:man|woman|member)s? congress\w* (?:house|senate|majority|minority|democratic|republican)~(?:\w+~)?"
    r"(?:leaders?|speaker|whip) "
    r"ald(?:erm[ae]n|erwom[ae]n|erpersons?)? city~(?:hall|manager|council\w*) "
    r"council(?:lor|or|m[ae]n|wom[ae]n|members?)s? "
    r"state~(?:rep\w*|superintendent|treasurer|auditor|schools?~chief|education|labor|house|senate|department|board) "
    r"premier minist(?:er|ry)\w* president~of~the~united~states"
)
_PUBLIC_BODY = _words(
    r"representatives? rep state['’]?s? city~(?:official\w*|attorney|comptroller|controller|spokes\w+) county "
    r"(?:town|village|county|borough|common|municipal)~(?:council\w*|manager|meeting\w*) council~members? "
    r"attorney~general secretary~of~(?:education|labor|state) education~secretary commissioners? "
    r"judges? justices? magistrates? courts? mediators? arbitrators? fact-?~?finders? police sheriff white~house "
    r"(?:labor|employment)~relations~(?:board|commission) select(?:m[ae]n|wom[ae]n|board) government"
)
_EXPERT = _words(
    r"professors? prof lecturers? researchers? scholars? historians? economists? sociologists? analysts? experts? "
    r"political~scientists? think~tanks? institute fellow consultants? pollsters? universit(?:y|ies) college "
    r"policy~(?:director|center) law~school (?:teach\w*|taught)~(?:\w+~)?law (?:who|has|have)~stud(?:y|ies|ied) "
    r"pediatricians? psychologists? epidemiologists? statisticians? demographers? foundation"
)
_TEACHER = _words(
    r"(?:\w+-)?teachers? educators? paraprofessionals? para-?educators? strikers? picketers? rank-and-file"
)
_BODY = _words(
    r"unions? associations? federations? alliances? councils? leagues? coalitions? committees? team locals? "
    r"organi[sz]ations? guilds? united societ(?:y|ies) leaders?(?:hip)? officials? negotiators?"
)
_LEADER = _words(
    r"(?:\w+-)?presidents? vp leaders? leads leadership chief heads? headed chair\w* (?:co-?)chair\w* spokes\w+ "
    r"negotiat\w+ bargain\w+ executives? directors? organi[sz]ers? officials? officers? represents? representatives? "
    r"stewards? delegates? secretary-treasurer treasurer lawyers? attorneys? counsel staffers? (?:co-?)founders? "
    r"(?:general~)secretary business~agents? speaks~for which the~(?:[\w']+~)*unions?"
)


def source_type(affiliation: str, role: str, mention: str = "") -> SourceType:
    """Name the kind of a source by the words that say who it is.

    `role` holds the article's own words, `mention` the source as written. Whom a source speaks for decides first; a
    mayor or a lawmaker is `city or state` whomever they speak for. A union that speaks as a body is its leadership.
    """
    who = f"{role} ; {mention}"
    if affiliation == "union":
        return _union_source(role, mention)
    if _OFFICE.search(who):
        return "city or state"
    if affiliation == "district":
        return "district"
    if _PARENT.search(_NOT_PARENT.sub(" ", who)):
        return "parent"
    if _STUDENT.search(_NOT_STUDENT.sub(" ", who)):
        return "student"
    # A professor of the state university is no state body.
    if _EXPERT.search(who):
        return "expert"
    if _PUBLIC_BODY.search(who):
        return "city or state"
    return "rank and file" if _TEACHER.search(who) else "other"


def _union_source(role: str, mention: str) -> SourceType:
    if _LEADER.search(role):
        return "union leader"
    # `teachers`, `some members`: people without a name or a role; a person who is only named mostly leads.
    crowd = _TEACHER.search(mention) or mention.endswith(("members", "workers", "employees"))
    return "rank and file" if role or (crowd and not _BODY.search(mention)) else "union leader"
