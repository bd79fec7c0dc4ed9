import { describe, expect, it } from "vitest";
import { folded, matches, pieces, spansOf } from "./items.ts";

describe("what is typed", () => {
  it("is compared without case, width and spare spaces", () => {
    expect(folded("  ＳＫＵ－０１   Heels ")).toBe("sku-01 heels");
  });

  it("must be there word by word, in any of the texts", () => {
    expect(matches("dark the", "Dark theme", "shense")).toBe(true);
    expect(matches("SHENSE", "Dark theme", "shense zhuti")).toBe(true);
    expect(matches("dark light", "Dark theme")).toBe(false);
  });
});

describe("marks", () => {
  it("are where the words stand, in their order", () => {
    expect(spansOf("Dark theme", "theme dark")).toEqual([
      [0, 4],
      [5, 10],
    ]);
    expect(spansOf("Today", "zz")).toEqual([]);
  });

  it("cut a title into pieces that give it whole again", () => {
    const title = "高跟鞋 · Heels";
    for (const spans of [[], [[0, 3]], [[0, 1], [1, 2]], [[6, 11]], [[2, 99]], [[3, 5], [1, 4]]] as [number, number][][]) {
      expect(pieces(title, spans).map((piece) => piece.text).join("")).toBe(title);
    }
    expect(pieces(title, [[0, 3]]).filter((piece) => piece.hit)).toEqual([{ text: "高跟鞋", hit: true }]);
  });
});
