import assert from "node:assert/strict";
import { test } from "node:test";

import { add, remove, retype, set } from "../src/edits.js";
import { LocalPlan, type Committed, type InFlight } from "../src/local-plan.js";
import { at, type Json } from "../src/ot.js";
import { Dice } from "./dice.js";
import { ModelServer } from "./model-server.js";
import { EMPTY, randomEdit } from "./random-edits.js";

const fresh = (doc: Json = { n: 1 }) => new LocalPlan("me", { version: 0, doc });
const theirs = (version: number, op: Committed["op"]): Committed => ({ version, op, src: "them", seq: version });

test("an edit shows at once and changes nothing that was shown before", () => {
  const before = { a: { n: 1 }, b: { n: 1 } };
  const plan = fresh(before);
  plan.edit(set(plan.doc, ["a", "n"], 2));
  assert.deepEqual(plan.doc, { a: { n: 2 }, b: { n: 1 } });
  assert.deepEqual(before, { a: { n: 1 }, b: { n: 1 } });
  assert.equal(at(plan.doc, ["b"]), before.b);
});

test("one operation is in flight, frozen, and later edits wait behind it as one", () => {
  const plan = fresh();
  plan.edit(add(["n"], 1));
  const sent = plan.nextSubmit();
  plan.edit(add(["n"], 10));
  plan.edit(add(["n"], 100));
  assert.deepEqual(sent?.op, [{ p: ["n"], na: 1 }]);
  assert.equal(plan.nextSubmit(), sent);
  assert.deepEqual(plan.buffer, [{ p: ["n"], na: 110 }]);

  plan.receive([{ version: 1, op: sent.op, src: "me", seq: sent.seq }]);
  const next = plan.nextSubmit();
  assert.deepEqual([next?.base, next?.seq, next?.op], [1, 1, [{ p: ["n"], na: 110 }]]);
  assert.deepEqual(plan.doc, { n: 112 });
});

test("what was sent stays as it was when others come in between", () => {
  const plan = fresh({ s: "ab" });
  plan.edit(retype(plan.doc, ["s"], "abc"));
  const sent = plan.nextSubmit() as InFlight;
  plan.receive([theirs(1, [{ p: ["s"], t: "text-unicode", o: ["x"] }])]);
  assert.deepEqual(sent.op, [{ p: ["s"], t: "text-unicode", o: [2, "c"] }]);
  assert.deepEqual(sent.moved, [{ p: ["s"], t: "text-unicode", o: [3, "c"] }]);
  assert.equal(sent.base, 0);
  assert.deepEqual(plan.doc, { s: "xabc" });
});

test("operations are taken in by version, whatever the order and however often", () => {
  const plan = fresh();
  assert.equal(plan.receive([theirs(2, [{ p: ["n"], na: 10 }])]), false);
  assert.deepEqual(plan.doc, { n: 1 });
  assert.equal(plan.receive([theirs(1, [{ p: ["n"], na: 1 }]), theirs(2, [{ p: ["n"], na: 10 }])]), true);
  assert.equal(plan.receive([theirs(1, [{ p: ["n"], na: 1 }])]), false);
  assert.deepEqual([plan.version, plan.doc], [2, { n: 12 }]);
});

test("what piled up is sent in pieces that the server takes", () => {
  const plan = fresh({});
  for (let n = 0; n < 450; n += 1) plan.edit(set(plan.doc, [`k${n}`], n));
  plan.edit(set(plan.doc, ["long1"], "x".repeat(40_000)));
  plan.edit(set(plan.doc, ["long2"], "x".repeat(60_000)));
  const server = new ModelServer({});
  const sizes = [];
  for (let sent = plan.nextSubmit(); sent; sent = plan.nextSubmit()) {
    sizes.push(sent.op.length);
    plan.receive(server.submit({ ...sent, src: "me", ops: [sent.op] }).committed);
  }
  assert.deepEqual(sizes, [200, 200, 51, 1]);
  assert.deepEqual(server.doc, plan.doc);
});

test("after a refusal the edits that built on it are lost with it, and the others stay", () => {
  const plan = fresh({ stops: {} });
  plan.edit(set(plan.doc, ["stops", "x"], { name: "X" }));
  plan.nextSubmit();
  plan.edit(set(plan.doc, ["stops", "x", "name"], "Y"));
  plan.edit(set(plan.doc, ["notes"], "kept"));
  assert.deepEqual(plan.refuse(), [
    { p: ["stops", "x"], oi: { name: "X" } },
    { p: ["stops", "x", "name"], od: "X", oi: "Y" },
  ]);
  assert.deepEqual(plan.doc, { stops: {}, notes: "kept" });
  assert.deepEqual(plan.nextSubmit()?.op, [{ p: ["notes"], oi: "kept" }]);
});

test("after a resync pending edits are offered again by what they meant", () => {
  const plan = fresh({ name: "A", old: 1, n: 5, same: "ab", other: "ab", stops: { x: { at: null } } });
  for (const op of [
    set(plan.doc, ["name"], "B"),
    remove(plan.doc, ["old"]),
    add(["n"], 1),
    retype(plan.doc, ["same"], "abc"),
    retype(plan.doc, ["other"], "abc"),
    set(plan.doc, ["stops", "x", "at"], "10:00"),
  ]) {
    plan.edit(op);
  }
  const lost = plan.restart({ version: 9000, doc: { name: "C", n: 50, same: "ab", other: "zz", stops: {} } }, false);
  assert.deepEqual(plan.doc, { name: "B", n: 51, same: "abc", other: "zz", stops: {} });
  assert.deepEqual(lost.map((component) => component.p), [["other"], ["stops", "x", "at"]]);
  assert.deepEqual([plan.version, plan.nextSubmit()?.base], [9000, 9000]);
});

test("a resync does not repeat an addition that may have been committed", () => {
  const plan = fresh({ n: 1, k: "a" });
  plan.edit([...add(["n"], 1), ...set(plan.doc, ["k"], "b")]);
  plan.nextSubmit();
  plan.edit(add(["n"], 10));
  const lost = plan.restart({ version: 9000, doc: { n: 2, k: "b" } }, true);
  assert.deepEqual(lost, [{ p: ["n"], na: 1 }]);
  assert.deepEqual(plan.doc, { n: 12, k: "b" });
});

test("many editors converge through lost, repeated and reordered messages", () => {
  const dice = new Dice();
  for (let round = 0; round < 60; round += 1) simulate(dice);
});

/** Messages wait in a bag and are delivered in any order, some of them twice or not at all. */
function simulate(dice: Dice): void {
  const server = new ModelServer(EMPTY);
  const editors = Array.from({ length: 4 }, (_, n) => new LocalPlan(`editor${n}`, { version: 0, doc: EMPTY }));
  let counted = 0;
  let bag: (() => void)[] = [];

  const broadcast = (records: Committed[]) => {
    for (const editor of editors) bag.push(() => editor.receive(records));
  };
  const send = (editor: LocalPlan) => {
    const sent = editor.nextSubmit();
    if (!sent) return;
    const request = { base: sent.base, src: editor.src, seq: sent.seq, ops: [sent.op] };
    const deliver = () => {
      const before = server.version;
      const { committed, missed } = server.submit(request);
      if (server.version > before) broadcast(committed);
      if (dice.chance(0.7)) bag.push(() => editor.receive([...missed, ...committed]));
    };
    if (dice.chance(0.8)) bag.push(deliver);
    if (dice.chance(0.2)) bag.push(deliver);
  };

  for (let step = 0; step < 200; step += 1) {
    const editor = dice.of(editors);
    if (dice.chance(0.4)) {
      const op = randomEdit(dice, editor.doc);
      if (op.length && op[0]?.p[0] === "count") counted += 1;
      if (op.length) editor.edit(op);
    } else if (dice.chance(0.5)) {
      send(editor);
    } else if (bag.length) {
      bag.splice(dice.below(bag.length), 1)[0]?.();
    }
  }
  while (editors.some((editor) => editor.pending || editor.version < server.version)) {
    for (const deliver of bag.splice(0)) deliver();
    for (const editor of editors) {
      editor.receive(server.log);
      send(editor);
    }
  }
  for (const editor of editors) {
    assert.deepEqual(editor.doc, server.doc);
    assert.deepEqual(editor.serverDoc, server.doc);
  }
  assert.equal(at(server.doc, ["count"]), counted, "every addition is in, once");
}
