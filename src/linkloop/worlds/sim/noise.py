"""How people really type: slips of the finger, homophones, slang, missing and too many signs."""

from __future__ import annotations

from linkloop.worlds.sim.draws import Draws

# Common Chinese input-method slips and net slang; the right form first.
_HOMOPHONES = (("在", "再"), ("的", "得"), ("吗", "嘛"), ("什么", "神马"), ("怎么", "肿么"), ("没有", "木有"),
               ("已经", "己经"), ("快递", "快第"), ("物流", "物留"), ("退款", "退宽"), ("为什么", "为啥"),
               ("发货", "发火"),
               ("收到", "收倒"), ("客服", "客府"), ("知道", "造"), ("这样", "酱紫"), ("你们", "泥萌"), ("谢谢", "蟹蟹"),
               ("好的", "好滴"), ("优惠", "优会"), ("今天", "今儿"), ("到底", "到低"))  # fmt: skip
_SLANG = (("you", "u"), ("are", "r"), ("please", "pls"), ("because", "cuz"), ("thanks", "thx"), ("thank you", "ty"),
          ("what", "wat"), ("going to", "gonna"), ("want to", "wanna"), ("really", "rly"), ("your", "ur"),
          ("package", "pkg"), ("order", "oder"), ("received", "recieved"), ("delivery", "delivry"),
          ("tomorrow", "tmrw"), ("don't", "dont"), ("I'm", "im"), ("it's", "its"))  # fmt: skip
_TAILS_ZH = ("！！", "？？？", "。。。", "啊", "呀", "哎", "～", "😡", "🙏", "")
_TAILS_EN = ("!!", "???", "...", " pls", " asap", " lol", " 😡", " 🙏", "")
TYPO_SHARE = 0.35


def roughen(text: str, language: str, draws: Draws, keep: str = "") -> str:
    """A text as it is typed. A share TYPO_SHARE of texts gets slips; `keep` (an order number) is left as it is."""
    if not draws.happens(TYPO_SHARE):
        return text
    before, mark, after = text.partition(keep) if keep else (text, "", "")
    rough = _chinese if language == "zh" else _english
    whole = rough(before, draws) + mark + rough(after, draws)
    return whole + draws.pick(_TAILS_ZH if language == "zh" else _TAILS_EN)


def _chinese(text: str, draws: Draws) -> str:
    for right, wrong in _HOMOPHONES:
        if right in text and draws.happens(0.4):
            text = text.replace(right, wrong, 1)
    if draws.happens(0.4):
        text = text.replace("，", draws.pick((" ", "", ","))).rstrip("。！？")
    if text and draws.happens(0.12):
        spot = int(draws.uniform() * len(text))
        text = text[:spot] + text[spot] + text[spot:]
    return text


def _english(text: str, draws: Draws) -> str:
    for right, wrong in _SLANG:
        if right in text and draws.happens(0.35):
            text = text.replace(right, wrong, 1)
    if draws.happens(0.5):
        text = text.lower()
    if draws.happens(0.3):
        text = text.replace("'", "").rstrip(".!?")
    letters = [i for i in range(1, len(text) - 1) if text[i].isalpha() and text[i + 1].isalpha()]
    if letters and draws.happens(0.5):
        i = draws.pick(letters)
        swapped = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        text = draws.pick((swapped, text[:i] + text[i + 1 :], text[:i] + text[i] + text[i:]))
    return text
