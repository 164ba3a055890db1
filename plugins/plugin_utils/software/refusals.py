# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of refusals (rule 34). An answer refuses a request only where all that it says is on this list.

Whatever else an answer says, it may say that something was taken, goes on, or goes back. Then it refuses nothing,
whichever words of a refusal stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from ..pcli.error_lines import is_program_fault, says_taken, straight
from ..pcli.response import Response
from .operation_denials import OTHER_NODE
from .pre_check_words import is_check_row, plain_pre_check
from .refusal_reasons import (
    ALREADY,
    AT_VERSION,
    BROKE_OFF,
    IN_BETWEEN,
    NO_ADDRESS,
    PRE_CHECK,
    SOME_DONE,
    SSR,
    WHAT,
    failed_after_start,
    may_go_on,
    not_there_yet,
    pre_check_failed,
)
from .vocabulary import FETCHED, IN_PROGRESS

# A refusal is a whole sentence, from its first word to its last. Some of its words also occur in the errors of
# operations that have begun.
_NAME = r"['\"<]?[\w.\-]+['\">]?"
_TARGET = r"(?:router|node|target|asset|resource[- ]group|conductor)s?(?: names?)?"
_ARGUMENT = r"(?:arguments?|parameters?|keywords?|options?|commands?|inputs?|attributes?)"
_RELEASE = rf"(?:version|software|release|image|package|firmware|{SSR}|{NO_ADDRESS}\d+\.\d+[\w.\-]*)"
_OPERATION = r"(?:upgrade|downgrade|revert|download)"
_THE = r"(?:(?:the|this|that|an?|requested|given|specified|target|software|sequenced) )*"
# What another node lacks may refuse only the part of that node.
_FOR = (
    rf"(?:,? (?:for|on|from|in|of|by|at|to) (?!{OTHER_NODE})"
    r"(?:(?:the|this|that|any|an?|router|node|conductor|user|command|version|release) )*"
    rf"{_NAME}(?: {_NAME})?)?"
)
_NOT_HAD = (
    r"(?:(?:not (?:currently |yet )?|no longer )"
    r"(?:available|offered|found|known|supported|recogni[sz]ed|downloaded|permitted|allowed)|unsupported"
    r"|unknown|obsolete|does not exist|do not exist)"
)
_REFUSALS = re.compile(
    # arguments and names that are unknown or missing
    rf"(?:an? |the )?(?:unknown|invalid(?! argument$)|unrecogni[sz]ed|ambiguous|incomplete|missing|no such)"
    r"(?: required| value for)?"
    rf"(?: (?:keyword|command|software|router|node|target))? (?:{_ARGUMENT}|{_TARGET}|version|release)"
    rf"(?: or {_TARGET})?(?::? {_NAME}(?:, {_NAME})*)?{_FOR}"
    rf"|unexpected (?:keyword |command )?{_ARGUMENT}(?::? {_NAME})?"
    rf"|(?:either |keyword )?{_THE}(?:(?:{_ARGUMENT}|{_TARGET}|version)(?: (?:or )?{_NAME}){{0,2}}|['\"<][\w\-]+['\">])"
    r" (?:is|are|must be|has to be|needs to be) (?:an? )?"
    rf"(?:required|mandatory|unknown|ambiguous|unrecogni[sz]ed|specified|given|provided)(?: {_ARGUMENT})?{_FOR}"
    rf"|{_THE}(?:{_ARGUMENT}|version)(?: {_NAME})? (?:is|are) (?:missing|invalid|unexpected|not valid|not known)"
    rf"|(?:{_TARGET} |version )?{_NAME} is not an? (?:valid|known|recogni[sz]ed|existing|supported|configured|offered)"
    rf" (?:{_ARGUMENT}|{_TARGET}|version|release)"
    # a command that this device does not know
    rf"|{_THE}command ['\"<].{{1,120}}['\">] (?:is |was )?not (?:found|known|recogni[sz]ed|supported|allowed|permitted)"
    r"(?: \((?:use|type|try|see|press) [^()]*\))?"
    r"|[Tt]his (?:[a-z]+ ){0,2}command is (?:now )?obsolete(?:[,:]? (?:please )?use .{1,120})?"
    rf"|{_THE}command (?:is )?not (?:supported|permitted|allowed|available){_FOR}"
    # a target that there is not
    rf"|{_THE}{_TARGET}(?: {_NAME}){{0,2}} (?:(?:is|was) )?(?:not (?:found|known|configured|recogni[sz]ed|managed)"
    rf"|does not exist|do not exist){_FOR}"
    rf"|(?:there is )?no (?:{_TARGET}|version|release) (?:named|called|matching|matches|with the name) {_NAME}"
    rf"|(?:there is )?no (?:{_TARGET}|version|release) {_NAME} (?:exists|found|(?:is )?(?:known|configured|available))"
    # a release that is not offered
    rf"|{_THE}{_RELEASE}(?: to)?(?: (?:version|release))?(?: {_NAME}){{0,2}} (?:(?:is|are|was|has been) )?{_NOT_HAD}"
    rf"(?: any ?more)?{_FOR}(?: \(not [\w ]+\))?"
    rf"|{_THE}{_OPERATION}(?: to)?(?: (?:version|release))?(?: {_NAME}){{0,2}} (?:is )?(?:unsupported"
    rf"|not (?:currently |yet )?(?:available|offered|supported|permitted|allowed)){_FOR}"
    rf"|(?:there is |{_THE}(?:{_TARGET} )?{_NAME} has )?no (?:previous|other|earlier|such) "
    r"(?:software )?(?:version|release|software|image|upgrade)"
    rf"(?: (?:is )?(?:available|found|installed|there))?(?: to (?:revert|go back) to)?{_FOR}",
    re.I,
)
# What a right is missing for: the request, and not what is shown of an operation.
_TO_DO = (
    rf"(?: (?:to|for) (?:{_OPERATION}|(?:request|run|execute|use|issue|perform)\b"
    r"|(?:this |the )?(?:command|operation|request))"
    r"(?: (?:this|the|that|an?|command|operation|request|software|upgrade|downgrade|revert|download|(?:router|node)"
    rf" {_NAME}))*| user| command)?"
)
_USER = r"(?:(?:the |this )?user(?: \S+)?|you|[\w.\-]+)"
_RESOURCE = r"resource ?=? ?['\"]?[\w:*.\-]+['\"]?(?:,? (?:with )?capability ?=? ?['\"]?[\w\-]+['\"]?)?"
_ACCESS = (
    rf"(?:access|permission|the right)(?: to (?:(?:this|the) (?:command|operation|request)(?: ['\"][^'\"]+['\"])?"
    rf"|{_RESOURCE}|{_OPERATION}|(?:run|execute|use|issue|perform) (?:this|the) (?:command|operation|request)))?"
)
_REQUESTED = (
    rf"(?:(?:this|the|that) )?(?:software )?(?:{_OPERATION} )?(?:command|operation|request)"
    r"(?: ['\"<]request [^'\">]+['\">])?|['\"<]request [^'\">]+['\">]"
)
_NO_RIGHT = re.compile(
    r"(?:permission|access) denied(?: (?:for|to) (?:this |the )?(?:user|command)(?: \S+)?)?"
    r"|(?:this )?operation (?:is )?not permitted(?: (?:for|by) (?:this |the )?user(?: \S+)?)?|forbidden"
    rf"|(?:(?:{_USER} (?:is|are) )?(?:not authori[sz]ed|unauthori[sz]ed)"
    rf"|(?:{_USER} ha(?:s|ve) )?insufficient (?:privilege|permission|right)s?){_TO_DO}"
    rf"|(?:failed to authorize user(?: \S+)?: )?{_USER} do(?:es)? not have {_ACCESS}|failed to authorize user(?: \S+)?"
    rf"|(?:failed to authorize user(?: \S+)?: )?{_USER} lacks? the ['\"]?[\w\-]+['\"]? capability{_TO_DO}"
    rf"|(?:the |an? )?['\"]?[\w\-]+['\"]? capability is required{_TO_DO}"
    rf"|(?:{_REQUESTED}) can only be (?:run|executed|used|issued) (?:on|from) (?:a|the) conductor",
    re.I,
)
# A release that is not on its node: nothing was begun, unless something else is said.
_NAMED = rf"{_THE}{WHAT}(?: {_NAME}){{0,2}}"
_MISSING = re.compile(
    rf"{_NAMED} (?:(?:is|are|was|has|have) )?(?:not|never)(?: (?:yet|been|fully)){{0,2}} (?:downloaded|present|there"
    rf"|stored|on (?:the |this )?(?:node|disk|router|system|target))(?: yet)?(?:{_FOR}){{0,2}}(?: yet)?"
    rf"|{_NAMED} (?:must|has to|have to|needs? to|should) be downloaded(?: first)?{_FOR}"
    r"|(?:please )?download (?:it|the \w+|\S+) first"
    r"|(?:there is )?(?:no|missing) (?:local |downloaded )(?:copy|image|software|version|release|package)"
    rf"(?:{_FOR}){{0,2}}"
    rf"|{_NAMED} is (?:(?:still|currently|already) )?(?:downloading|transferring|fetching|being (?:{FETCHED})){_FOR}"
    rf"|{_THE}download(?: (?:of|for) {_THE}(?:(?:version|release|software) )?{_NAME})? (?:is |has )?"
    r"(?:still |already |currently )?"
    rf"(?:{IN_PROGRESS}|running|ongoing|pending|incomplete|not (?:yet )?(?:completed?|finished|ended|done|ready)){_FOR}"
    rf"|(?:please )?wait (?:until|for) {_THE}download(?: of {_NAME})? (?:to |is |has )?"
    r"(?:completed?|finish(?:ed)?|end(?:ed)?|over)",
    re.I,
)
# What says nothing beside a refusal: which request failed, for how many targets, and when to come back.
_TRIED = (
    rf"(?:failed|unable|could not|cannot) to (?:start|begin|request|initiate|schedule|send) {_THE}"
    rf"(?:{_OPERATION}|request)(?: request)?(?: (?:of|for|on|to|at))*(?: {_NAME}){{0,3}}"
)
_COUNTED = r"\d+ targets? failed, \d+ targets? (?:is|are) disconnected,? and 0 (?:targets? )?succeeded"
_FRAME = re.compile(
    rf"{_TRIED}|{_COUNTED}|(?:please )?(?:try(?: it)? again|retry|come back)(?: later)?"
    r"|(?:later )?please|\W*",
    re.I,
)
_READS = re.compile(
    r"(?:retriev|read|quer|fetch|gett|check|collect|look|validat|connect)\w*ing\b[^:;.!]*[.\u2026]*", re.I
)
# What may stand before and behind the words for an operation that runs, or for the version of a node.
_NODE = rf"(?:(?:node|router|asset|target|conductor) {_NAME}|[\w\-]*[\d.\-][\w.\-]*|['\"<][\w.\-]+['\">])"
_BEFORE = re.compile(
    r"(?:(?:the|an?|another|this|software|currently|there|it|is|are|has|node|router|asset|target|conductor"
    rf"|{_NODE}) )*",
    re.I,
)
_BEHIND = re.compile(rf"(?: (?:now|already|there|[\w\-]*\d[\w.\-]*))*(?:{_FOR}){{0,3}}", re.I)
# That something went on before the error.
_WENT_ON = re.compile(rf"{BROKE_OFF}|\b(?:cancel\w*|during|after|while)\b", re.I)
# The command that an answer repeats; its arguments (`force`) say nothing of what has begun.
_ECHO = re.compile(r"\bcommand (['\"])[^'\"]{1,120}\1", re.I)
_USAGE = re.compile(r"(?:.*\bprints how the command is used\b.*|usage: .*)", re.I)
# What may stand before the sentence: a number, the mark of an error, the target, what was tried.
_LEAD = re.compile(
    r"\s*(?:\d{1,4}[.)]\s+)?(?:[^\w\s%'\"<\[(]\s*)?(?:%\s*)?(?:(?:fatal )?error\s*[:!\-]\s*)?"
    rf"(?:(?=[\w\-]*[\d.\-])\w[\w.\-]*: )?(?:{_TRIED}: )?",
    re.I,
)
_CHECKED = re.compile(
    rf"(?:(?:{_TRIED}\. )?{_COUNTED}\.? )?(?:(?=[\w\-]*[\d.\-])\w[\w.\-]*: )?"
    rf"(?:{_THE}(?:(?:{_OPERATION}|request|it)(?: (?:of|for|on|to|{_NODE}))* )?(?:is |was |has been )?)?",
    re.I,
)
# Behind a pre-check that failed: its reason, unless that says that it does not matter, or is over.
_NO_MATTER = (
    r"(?:non|not|in|un)[ -]?(?:fatal|critical|blocking|essential|mandatory|significant|relevant|important)|advisor\w*"
    r"|info|informational|notice|(?<!not )(?:tolerat\w*|allowed|recovered|resolved|cleared|fixed)|optional|harmless"
    r"|best effort|known issue|as expected|soft|hint|warn\w*|no (?:effect|impact|blocker)"
    r"|(?:does|do|will) not (?:matter|count|block|stop|prevent)"
)
_REASON = re.compile(
    rf"\W*|\s*[:('\"](?!.*\b(?:{_NO_MATTER})\b).*|, {_THE}(?:{_OPERATION}|request|operation) (?:was |is )?"
    r"(?:aborted|cancell?ed|refused|rejected|not begun)\W*",
    re.I,
)

# Where a check failed. A request to one node may have begun at it while the check of its peer fails.
_PLACE = re.compile(
    r"(?:\b(?:on|at|for|of)|:) (?:the )?(?P<name>(?:node|router|asset|target) [\w.\-]+|node[-_]?\d[\w.\-]*"
    r"|[a-z][\w\-]*\.(?!service\b)[a-z][\w.\-]*|(?:peer|(?:other|second) node)\b)",
    re.I,
)


def refuses(words: str, beside: Sequence[str] = (), target: Collection[str] = ()) -> bool:
    """Whether an answer is one of the listed refusals as a whole (rule 34): nothing was begun.

    They are: usage, an unknown argument, no right, a release that is not offered or not there yet, an operation that
    runs already, a failed pre-check, no such target. ``words``: those of the error; ``beside``: the other lines of the
    answer; ``target``: the names of what the request is about. Everything else says nothing of what has begun.
    """
    words = plain_pre_check(words, target)
    flat = straight(" ".join(words.split()))
    checked = pre_check_failed(words)
    beside = [line for line in beside if not (checked and is_check_row(line))]
    if SOME_DONE.search(flat) or failed_after_start(words) or not all(map(_says_nothing, beside)):
        return False
    if checked:
        return _is_failed_pre_check(_LEAD.sub("", flat, count=1)) and _names_only(flat, target)
    lines = [straight(line) for line in words.splitlines() if line.strip()]
    if says_taken([*lines, flat]):
        return False
    if lines and _USAGE.fullmatch(_LEAD.sub("", lines[0], count=1)):
        return True
    if is_program_fault(flat) or _WENT_ON.search(flat):
        return False
    return _all_refuse(lines) or _all_refuse([flat])


def refusal_in(response: Response) -> str | None:
    """The words of a response that only says that the release is not there yet, unmarked as an error; else None."""
    words = "\n".join(response.messages)
    if response.error or not not_there_yet(words) or any(line.mark == "ok" for line in response.progress):
        return None
    return words if refuses(words) else None


def _says_nothing(line: str) -> bool:
    """Whether a line beside the error is only the frame of an answer, or refuses as well."""
    line = straight(line).strip()
    return bool(_FRAME.fullmatch(line) or _READS.fullmatch(line)) or _all_refuse([line])


def _is_failed_pre_check(flat: str) -> bool:
    """Whether an answer says nothing else than that a pre-check failed, and for which reason."""
    start = _CHECKED.match(flat)
    said = PRE_CHECK.match(flat, start.end()) if start else None
    return said is not None and _REASON.fullmatch(flat, said.end()) is not None


def _names_only(flat: str, target: Collection[str]) -> bool:
    """Whether no place is named but the target."""
    return all(place["name"].rstrip(".-").rpartition(" ")[2] in target for place in _PLACE.finditer(flat))


def _all_refuse(lines: Sequence[str]) -> bool:
    """Whether there is a refusal in these lines, and nothing else beside their frame."""
    said = [part for line in lines for part in re.split(r"[.;!]\s+", _LEAD.sub("", line, count=1))]
    said = [_LEAD.sub("", part, count=1).strip(" .!") for part in said]
    said = [part for part in said if not _FRAME.fullmatch(part)]
    return bool(said) and all(map(_is_refusal, said))


def _is_refusal(sentence: str) -> bool:
    if _MISSING.fullmatch(sentence) or any(_is_all(pattern, sentence) for pattern in (ALREADY, AT_VERSION)):
        return True
    if may_go_on(_ECHO.sub("command", sentence)):
        return False
    listed = _REFUSALS.fullmatch(sentence) and not IN_BETWEEN.search(sentence)
    return bool(listed or _NO_RIGHT.fullmatch(sentence))


def _is_all(pattern: re.Pattern[str], sentence: str) -> bool:
    """Whether a sentence has only names beside what the pattern matches."""
    said = pattern.search(sentence)
    return bool(said and _BEFORE.fullmatch(sentence, 0, said.start()) and _BEHIND.fullmatch(sentence, said.end()))
