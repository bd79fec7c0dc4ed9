"""The public sets that understanding is measured on: how each is read, and which part is learned and which is told."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

FOLDER = Path(os.environ.get("LINKLOOP_DATA", "../shared/data")) / "service"


class Split(NamedTuple):
    """Texts with labels to learn from and to be told; `outside` are texts of no label, to learn from and to be told."""

    name: str
    how: str
    texts: list[str]
    labels: list[str]
    told: list[str]
    truth: list[str]
    outside: list[str] = []
    told_outside: list[str] = []


def clinc150(path: Path = FOLDER / "clinc150.json") -> Split:
    sets = json.loads(path.read_text(encoding="utf-8"))
    part = "test" if "test" in sets else "val"

    def side(name: str) -> tuple[list[str], list[str]]:
        return [row[0] for row in sets[name]], [row[1] for row in sets[name]]

    texts, labels = side("train")
    told, truth = side(part)
    how = f"learned from train and oos_train, told {part} and oos_{part}"
    return Split("clinc150", how, texts, labels, told, truth, side("oos_train")[0], side(f"oos_{part}")[0])


def banking77(path: Path = FOLDER / "banking77_train.csv") -> Split:
    texts, labels = _columns(path, "text", "category")
    test = path.with_name("banking77_test.csv")
    if test.exists():
        return Split("banking77", "learned from train, told test", texts, labels, *_columns(test, "text", "category"))
    return _part("banking77", texts, labels)


def online_shopping(path: Path = FOLDER / "online_shopping_reviews.csv") -> Split:
    return _part("online_shopping", *_columns(path, "review", "label"))


def weibo(path: Path = FOLDER / "weibo_emotion_valid.jsonl") -> Split:
    def side(where: Path) -> tuple[list[str], list[str]]:
        rows = [json.loads(line) for line in where.read_text(encoding="utf-8").splitlines() if line.strip()]
        return [row["content"] for row in rows], [row["label"] for row in rows]

    texts, labels = side(path)
    test = path.with_name("weibo_emotion_test.jsonl")
    if test.exists():
        return Split("weibo", "learned from valid, told test", texts, labels, *side(test))
    return _part("weibo", texts, labels)


def smp2019(path: Path = FOLDER / "smp2019_nlu.json") -> tuple[Split, Split, dict[str, dict[str, str]]]:
    """Domain, intent (with its domain: the names repeat), and the slots of every text."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    rows = [row for row in rows if row.get("text")]
    texts = [row["text"] for row in rows]
    domains = _part("smp2019 domain", texts, [row["domain"] for row in rows])
    intents = _part("smp2019 intent", texts, [f"{row['domain']}/{row['intent']}" for row in rows])
    slots = {row["text"]: {k: str(v) for k, v in (row.get("slots") or {}).items()} for row in rows}
    return domains, intents, slots


def goemotions(folder: Path = FOLDER) -> tuple[list[str], np.ndarray, list[str], np.ndarray, str, list[str]]:
    """Texts and labels (texts × 28, true or not) to learn from and to be told."""
    names = (folder / "goemotions_labels.txt").read_text(encoding="utf-8").split()
    part = "test" if (folder / "goemotions_test.tsv").exists() else "dev"

    def side(name: str) -> tuple[list[str], np.ndarray]:
        rows = [
            line.split("\t") for line in (folder / f"goemotions_{name}.tsv").read_text(encoding="utf-8").splitlines()
        ]
        rows = [row for row in rows if len(row) >= 2]
        truth = np.zeros((len(rows), len(names)), bool)
        for n, row in enumerate(rows):
            truth[n, [int(label) for label in row[1].split(",")]] = True
        return [row[0] for row in rows], truth

    return *side("train"), *side(part), f"learned from train, told {part}; thresholds from folds of train", names


# What an agent of JD does next, read off the reply; the first that fits counts.
ACTS: dict[str, str] = {
    "hand_over": r"转接|转给|转人工|专员|专席|专门客服|联系(?:商家|卖家|厂家|第三方)|拨打|致电",
    "close": r"再见|祝您|满意度评价|评价下|评价一下|点击.{0,6}[“\"]?[+＋]|感谢您(?:对|的)?(?:京东|支持|理解)|还有其他",
    "ask_order": r"订单号|订单编号|(?:提供|发).{0,6}(?:单号|订单)|哪个订单|哪一?单|哪款|哪个商品|什么商品|商品链接",
    "refund": r"退款|退回|原路|到账|返还|赔付|补偿|差价|退到",
    "return_exchange": r"退换|退货|换货|售后|取件|返修|维修|检测",
    "cancel": r"取消|拒收|拦截",
    "invoice": r"发票|抬头",
    "arrival": r"到货|送达|配送|发货|送到|站点|出库|物流|派送|快递|库房|签收|预计|今天|明天|\[数字x\]天",
    "price": r"优惠|价格|活动|满减|券|京豆|降价|价保",
    "wait": r"稍等|等下|查询|核实|看下|看一下|查看|久等|请等|请您等|稍候",
    "apologise": r"抱歉|不好意思|对不起|见谅|谅解|道歉",
    "ask_more": r"吗[？?,，]|什么问题|请问|[？?]\s*,?$|可以帮",
    "confirm": r"^(?:好的|恩|嗯|是的|可以|对的|没关系|不客气|客气|应该)",
}


def jddc(folder: Path = FOLDER) -> Split:
    """Contexts (the end of each) and the act of the agent's reply; every fifth context is told."""
    before = (folder / "jddc_train.enc.txt").read_text(encoding="utf-8").splitlines()
    after = (folder / "jddc_train.dec.txt").read_text(encoding="utf-8").splitlines()
    acts = [(act, re.compile(form)) for act, form in ACTS.items()]
    labels = [next((act for act, form in acts if form.search(reply)), "other") for reply in after]
    texts = [context[-240:] for context in before]
    known = [n for n in range(len(texts)) if n % 5]
    told = [n for n in range(len(texts)) if n % 5 == 0]
    return Split(
        "jddc", "every fifth context told; the act is read off the reply by patterns (ACTS)",
        [texts[n] for n in known], [labels[n] for n in known], [texts[n] for n in told], [labels[n] for n in told],
    )  # fmt: skip


def _columns(path: Path, text: str, label: str) -> tuple[list[str], list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[text]]
    return [row[text] for row in rows], [row[label] for row in rows]


def _part(name: str, texts: list[str], labels: list[str], share: int = 5, seed: int = 20_261_126) -> Split:
    """A fixed stratified split: of each label one in `share` is told."""
    rng = np.random.default_rng(seed)
    kept, told = [], []
    for label in sorted(set(labels)):
        mine = rng.permutation([n for n, one in enumerate(labels) if one == label]).tolist()
        cut = -(-len(mine) // share) if len(mine) > 1 else 0
        told += mine[:cut]
        kept += mine[cut:]
    kept, told = sorted(kept), sorted(told)
    how = f"no test file here: a fixed stratified split, 1 in {share} told (seed {seed})"
    return Split(
        name,
        how,
        [texts[n] for n in kept],
        [labels[n] for n in kept],
        [texts[n] for n in told],
        [labels[n] for n in told],
    )


SETS: dict[str, Callable[[], Split]] = {
    "clinc150": clinc150, "banking77": banking77, "online_shopping": online_shopping, "weibo": weibo, "jddc": jddc,
}  # fmt: skip
