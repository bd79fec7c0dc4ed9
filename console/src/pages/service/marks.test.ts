import { expect, test } from "vitest";
import { blocks, spans } from "./marks.ts";

test("headings, lists, quotes and paragraphs", () => {
  expect(blocks("# Returns\n\nWithin **7 days**.\n\n- unworn\n- with tag\n\n1. ask\n2. send\n\n> as the law says").map((one) => one.kind)).toEqual(["heading", "paragraph", "list", "list", "quote"]);
});

test("what stands below a heading without an empty line is a block of its own", () => {
  expect(blocks("## A\ntext")).toEqual([
    { kind: "heading", spans: [{ kind: "text", text: "A" }] },
    { kind: "paragraph", spans: [{ kind: "text", text: "text" }] },
  ]);
});

test("links go to http only, and markup stays text", () => {
  expect(spans("see [the page](https://shop.example/r) or [this](javascript:alert(1)) <b>x</b>")).toEqual([
    { kind: "text", text: "see " },
    { kind: "link", text: "the page", to: "https://shop.example/r" },
    { kind: "text", text: " or [this](javascript:alert(1)) <b>x</b>" },
  ]);
});

test("nothing is nothing", () => expect(blocks("\n\n")).toEqual([]));
