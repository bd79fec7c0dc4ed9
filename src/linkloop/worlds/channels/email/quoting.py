"""Quoting: what somebody wrote anew in a mail, without what they quote, their signature and their phone's greeting."""

from __future__ import annotations

import re

# The line before a quotation, as the usual clients write it; it may be broken over several lines.
_WROTE = re.compile(
    r"^[ \t]*(?:"
    r"(?:On|Am|Le|El|Il|Em|Op|Den)\b[^\n]{0,200}(?:\n[^\n]{0,200}){0,2}?\b(?:wrote|schrieb|écrit|escribió|scritto|escreveu|schreef|skrev)\b[^\n]{0,80}[:：]"
    r"|(?:在|于)?\s*\d{4}\s*[年/.-]\s*\d{1,2}\s*[月/.-]\s*\d{1,2}[^\n]{0,160}(?:\n[^\n]{0,160})?(?:写道|寫道|写)\s*[:：]"
    r"|[^\n]{1,120}(?:于|在)\s*\d{4}[^\n]{0,80}(?:写道|寫道)\s*[:：]"
    r")[ \t]*$",
    re.MULTILINE,
)
# From here on everything is what was forwarded or quoted whole.
_BELOW = re.compile(
    r"^[ \t>]*(?:"
    r"-{2,}\s*(?:Original Message|Original Appointment|Forwarded message|Ursprüngliche Nachricht"
    r"|原始邮件|原始郵件|转发邮件|轉寄郵件|回复的原邮件)\s*-{2,}"
    r"|_{20,}"
    r"|-{2,}\s*(?:原始邮件|Original)\b.*"
    r"|Begin forwarded message:"
    r")[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_HEAD = re.compile(
    r"^[ \t*]*(?:From|发件人|寄件者|Von|De)\s*[*]?\s*[:：][^\n]*\n"
    r"(?:[ \t*]*(?:Sent|Date|To|Cc|Subject|Gesendet|An|Betreff|发送时间|发送日期|日期|时间|收件人|抄送|主题|主旨)"
    r"\s*[*]?\s*[:：][^\n]*\n?){2,}",
    re.MULTILINE,
)
_SIGNATURE = re.compile(r"^(?:--|—)[ \t]*$", re.MULTILINE)
_DEVICE = re.compile(
    r"^[ \t]*(?:Sent from (?:my |Mail for |Outlook)[^\n]{0,60}|Get Outlook for [^\n]{0,40}"
    r"|(?:发自|發自|来自)我的[^\n]{0,30}|从(?:我的)?\s*\S{1,20}\s*发送|获取\s*Outlook[^\n]{0,20}"
    r"|发送自[^\n]{0,30})[ \t]*$",
    re.MULTILINE,
)
_QUOTED = re.compile(r"^[ \t]*[>＞|]")
_BLANKS = re.compile(r"\n{3,}")


def fresh(text: str) -> str:
    """What is new in the text of a mail. A mail that would be empty then is given whole: nothing is lost."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    cut = whole
    for pattern in (_BELOW, _HEAD):
        if found := pattern.search(cut):
            cut = cut[: found.start()]
    cut = _without_wrote(cut)
    if found := _SIGNATURE.search(cut):
        cut = cut[: found.start()]
    cut = _DEVICE.sub("", cut)
    cut = _BLANKS.sub("\n\n", cut).strip()
    return cut or whole


def _without_wrote(text: str) -> str:
    """Without quotations: an answer may stand above them, below them or between their lines."""
    found = _WROTE.search(text)
    if found and not any(_QUOTED.match(line) for line in text[found.end() :].splitlines()):
        return text[: found.start()]  # what follows is quoted without a mark
    kept = _WROTE.sub("", text).splitlines()
    return "\n".join(line for line in kept if not _QUOTED.match(line))
