import { expect, test } from "vitest";
import type { Said } from "./data.ts";
import { lines } from "./lines.ts";

const said = (id: string, at: string, talk = "v1", channel = "web"): Said => ({ message_id: id, conversation_id: talk, channel, author: "customer", by: "", text: id, at, delivery: "", decision_id: "" });
const day = (at: string) => at.slice(0, 10);

test("a day begins with its first message, once", () => {
  const found = lines([said("a", "2026-11-24T10:00Z"), said("b", "2026-11-24T11:00Z"), said("c", "2026-11-25T01:00Z")], day);
  expect(found.map((one) => one.kind)).toEqual(["day", "said", "said", "day", "said"]);
});

test("a change of the channel is said where the customer went on elsewhere, and nowhere else", () => {
  const found = lines([said("a", "2026-11-24T10:00Z"), said("b", "2026-11-24T10:01Z", "v2", "wechat"), said("c", "2026-11-24T10:02Z", "v2", "wechat")], day);
  expect(found.map((one) => one.kind)).toEqual(["day", "said", "channel", "said", "said"]);
  expect(lines([said("a", "2026-11-24T10:00Z"), said("b", "2026-11-24T10:01Z", "v2")], day).map((one) => one.kind)).toEqual(["day", "said", "said"]);
});

test("no message, no line", () => expect(lines([], day)).toEqual([]));
