"""The XML of WeChat and WeCom: flat elements in, CDATA out; declarations, entities and depth are refused."""

from __future__ import annotations

from typing import Any
from xml.parsers import expat

from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text

LONGEST = 1 << 18
_DEPTH = 8
_ELEMENTS = 400


def read_xml(raw: bytes) -> dict[str, str]:
    """The texts of a callback by path below its root (`Content`, `ScanCodeInfo/ScanResult`); the first one counts.

    Raises LinkloopError `platform.garbage` for what is no XML, longer than 256 KiB, or declares a DTD or an entity.
    """
    if len(raw) > LONGEST:
        raise _wrong(f"more than {LONGEST} bytes", f"超过 {LONGEST} 字节")
    found: dict[str, str] = {}
    path: list[str] = []
    texts: list[list[str]] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def start(name: str, _: dict[str, Any]) -> None:
        path.append(name)
        texts.append([])
        if len(path) > _DEPTH or len(found) > _ELEMENTS:
            raise _wrong("it is too deep or too wide", "层次过深或元素过多")

    def end(_: str) -> None:
        found.setdefault("/".join(path[1:]), "".join(texts.pop()).strip())
        path.pop()

    def forbidden(*_: Any) -> int:
        raise _wrong("declarations and entities are not taken", "不接受 DTD 与实体声明")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda data: texts[-1].append(data)
    parser.StartDoctypeDeclHandler = forbidden
    parser.EntityDeclHandler = forbidden
    parser.ExternalEntityRefHandler = forbidden
    parser.ProcessingInstructionHandler = forbidden
    try:
        parser.Parse(raw, True)
    except (expat.ExpatError, ValueError) as error:
        raise _wrong(str(error), str(error)) from error
    found.pop("", None)
    return found


def write_xml(values: dict[str, str | int]) -> str:
    """A flat `<xml>` with texts in CDATA and numbers bare."""
    return "<xml>" + "".join(f"<{name}>{_cell(value)}</{name}>" for name, value in values.items()) + "</xml>"


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    # An end of CDATA inside the text is split over two sections.
    return "<![CDATA[" + value.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _wrong(en: str, zh: str) -> LinkloopError:
    return LinkloopError(
        "platform.garbage",
        Text(en=f"the callback's XML cannot be read: {en}", zh=f"无法读取回调 XML：{zh}"),
        Text(en="Only the platform should call this address.", zh="该地址只供平台调用。"),
    )
