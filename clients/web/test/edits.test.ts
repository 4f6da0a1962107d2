import assert from "node:assert/strict";
import { test } from "node:test";

import { add, remove, retype, set } from "../src/edits.js";
import { inOrder, orderBetween } from "../src/order.js";
import { apply, type Json } from "../src/ot.js";
import { Dice } from "./dice.js";

test("setting names what it replaces", () => {
  assert.deepEqual(set({}, ["k"], null), [{ p: ["k"], oi: null }]);
  assert.deepEqual(set({ k: null }, ["k"], 1), [{ p: ["k"], od: null, oi: 1 }]);
  assert.deepEqual(set({ k: { a: [1] } }, ["k"], { a: [1] }), []);
  assert.deepEqual(remove({ k: 1 }, ["k"]), [{ p: ["k"], od: 1 }]);
  assert.deepEqual(remove({}, ["k"]), []);
  assert.deepEqual(add(["n"], 0), []);
});

test("retyping finds what was typed, in whole characters", () => {
  const typed = (before: string, after: string) => retype({ s: before }, ["s"], after)[0]?.o;
  assert.deepEqual(typed("a😀c", "a😀bc"), [2, "b"]);
  assert.deepEqual(typed("😀", "😁"), ["😁", { d: "😀" }]);
  assert.deepEqual(typed("aaa", "aa"), [2, { d: "a" }]);
  assert.deepEqual(typed("abc", "abc"), undefined);
  assert.deepEqual(retype({}, ["s"], "a"), [{ p: ["s"], oi: "a" }]);
});

test("retyping leads to the new text", () => {
  const dice = new Dice();
  const text = () => Array.from({ length: dice.below(6) }, () => dice.of(["a", "b", "😀", "é"])).join("");
  for (let n = 0; n < 2000; n += 1) {
    const [before, after] = [text(), text()];
    assert.deepEqual(apply({ s: before }, retype({ s: before }, ["s"], after)), { s: after } as Json);
  }
});

test("what is typed becomes NFC, and nothing else is touched", () => {
  const typed = (before: string, after: string) => retype({ s: before }, ["s"], after)[0]?.o;
  assert.deepEqual(typed("Ana ", "Ana e\u0301t"), [4, "\u00e9t"]);
  assert.deepEqual(typed("cafe!", "cafe\u0301!"), [3, "\u00e9", { d: "e" }], "a mark with the letter it belongs to");
  assert.deepEqual(typed("o\u0308 and ", "o\u0308 and a"), [7, "a"], "what others wrote stays");
  assert.deepEqual(set({}, ["k"], { name: "cafe\u0301" }), [{ p: ["k"], oi: { name: "caf\u00e9" } }]);
  const dice = new Dice();
  const letters = ["a", "e", "o", "\u0301", "\u0323", "\u0308", "é", "😀"];
  const text = () => Array.from({ length: dice.below(7) }, () => dice.of(letters)).join("");
  for (let n = 0; n < 2000; n += 1) {
    const [before, after] = [text().normalize("NFC"), text()];
    const shown = apply({ s: before }, retype({ s: before }, ["s"], after));
    assert.deepEqual(shown, { s: after.normalize("NFC") } as Json);
  }
});

test("what pasted text hides is left out, which the server would refuse", () => {
  const pasted = "a\u202eb\u2066\u0007\ud800\n😀\u200f";
  assert.deepEqual(retype({ s: "a" }, ["s"], pasted), [{ p: ["s"], t: "text-unicode", o: [1, "b\n😀\u200f"] }]);
  assert.deepEqual(set({}, ["k"], { name: pasted, n: 1, all: [pasted, null] }), [
    { p: ["k"], oi: { name: "ab\n😀\u200f", n: 1, all: ["ab\n😀\u200f", null] } },
  ]);
  assert.deepEqual(set({ k: "ab" }, ["k"], "a\u202eb"), []);
});

test("there is always room between two order keys", () => {
  const dice = new Dice();
  const keys: string[] = [];
  for (let n = 0; n < 3000; n += 1) {
    const place = dice.of([0, keys.length, dice.below(keys.length + 1)]);
    keys.splice(place, 0, orderBetween(keys[place - 1] ?? null, keys[place] ?? null));
  }
  assert.deepEqual(keys, [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1)));
  assert.throws(() => orderBetween("a1", "a0"), RangeError);
});

test("equal keys go by id", () => {
  const element = (order: string) => ({ order });
  const sorted = inOrder({ y: element("a0"), x: element("a0"), z: element("Zz") });
  assert.deepEqual(sorted.map(([id]) => id), ["z", "x", "y"]);
});
