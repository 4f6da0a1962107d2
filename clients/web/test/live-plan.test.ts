import assert from "node:assert/strict";
import { test } from "node:test";

import { add, set } from "../src/edits.js";
import { CallError, LivePlan } from "../src/live-plan.js";
import { at, type Op } from "../src/ot.js";
import { Dice } from "./dice.js";
import { ModelBackend, ModelServer } from "./model-server.js";
import { EMPTY, randomEdit } from "./random-edits.js";

const quick = { retryMs: [1, 4] as [number, number] };

async function open(server: ModelServer, options = {}) {
  const backend = new ModelBackend(server);
  return { backend, plan: await LivePlan.open(backend, backend, "trip", { ...quick, ...options }) };
}

test("an edit reaches the server and the others", async () => {
  const server = new ModelServer({ n: 1 });
  const shown: unknown[] = [];
  const [ana, ben] = [await open(server), await open(server, { onChange: (doc: unknown) => shown.push(doc) })];
  ana.plan.edit(add(["n"], 1));
  await ana.plan.settled();
  assert.deepEqual(server.doc, { n: 2 });
  assert.deepEqual(ben.plan.doc, { n: 2 });
  assert.deepEqual(shown, [{ n: 2 }]);
});

test("a lost answer is asked for again, and the edit counts once", async () => {
  const server = new ModelServer({ n: 1 });
  const { backend, plan } = await open(server);
  plan.disconnect();
  const troubles = ["lost", "answer lost", "lost", null] as const;
  backend.trouble = () => troubles[backend.calls - 1] ?? null;
  plan.edit(add(["n"], 1));
  await plan.settled();
  assert.equal(backend.calls, 4);
  assert.deepEqual([server.doc, plan.doc], [{ n: 2 }, { n: 2 }]);
});

test("edits made while another is on its way travel together", async () => {
  const server = new ModelServer({ n: 0 });
  const { backend, plan } = await open(server);
  for (let n = 0; n < 50; n += 1) plan.edit(add(["n"], 1));
  await plan.settled();
  assert.equal(backend.calls, 2);
  assert.deepEqual(server.doc, { n: 50 });
});

test("a refused edit is taken back and shown as lost", async () => {
  const server = new ModelServer({ k: 1 });
  const lost: [Op, string][] = [];
  const { plan } = await open(server, { onLost: (op: Op, why: string) => lost.push([op, why]) });
  plan.edit([{ p: ["k"], od: 2, oi: 3 }]);
  await plan.settled();
  assert.deepEqual(plan.doc, { k: 1 });
  assert.deepEqual(lost, [[[{ p: ["k"], od: 2, oi: 3 }], "k is something else"]]);
});

test("a plan that is too large is not sent for ever", async () => {
  const server = new ModelServer({ k: 1 });
  const { backend, plan } = await open(server);
  server.submit = () => {
    throw new CallError("resource-exhausted", "Too large", "PLAN_TOO_LARGE");
  };
  plan.edit(set(plan.doc, ["k"], 2));
  await plan.settled();
  assert.equal(backend.calls, 1);
  assert.deepEqual(plan.doc, { k: 1 });
});

test("too far behind, the editor starts again and offers its edits once more", async () => {
  const server = new ModelServer({ n: 0, k: "a" });
  const { plan } = await open(server);
  plan.disconnect();
  for (let seq = 0; seq < 5; seq += 1) server.submit({ base: seq, src: "them", seq, ops: [[{ p: ["n"], na: 1 }]] });
  server.forgotten = 5;
  plan.edit(set(plan.doc, ["k"], "b"));
  await plan.settled();
  assert.deepEqual(server.doc, { n: 5, k: "b" });
  assert.deepEqual(plan.doc, server.doc);
});

test("a gap in the log leads to the snapshot", async () => {
  const server = new ModelServer({ n: 0 });
  const { plan } = await open(server);
  plan.disconnect();
  for (let seq = 0; seq < 5; seq += 1) server.submit({ base: seq, src: "them", seq, ops: [[{ p: ["n"], na: 1 }]] });
  server.forgotten = 3;
  plan.connect();
  await new Promise((resolve) => setImmediate(resolve));
  await plan.settled();
  assert.deepEqual([plan.local.version, plan.doc], [5, { n: 5 }]);
});

test("nothing to undo is told, and nothing hangs", async () => {
  const { plan } = await open(new ModelServer({ n: 0 }));
  await assert.rejects(plan.undo(), { reason: "NOTHING_TO_UNDO" });
});

test("an editor whose trip is closed to it stops, and says so", async () => {
  const server = new ModelServer({ n: 0 });
  const ended: string[] = [];
  const { backend, plan } = await open(server, { onEnd: (error: CallError) => ended.push(error.code) });
  backend.listeners.at(-1)?.onEnd(new CallError("permission-denied", "You left this trip"));
  assert.deepEqual(ended, ["permission-denied"]);
  plan.edit(add(["n"], 1));
  await plan.settled();
  assert.deepEqual([backend.calls, server.doc], [0, { n: 0 }]);
});

test("closing ends what was being repeated", async () => {
  const { backend, plan } = await open(new ModelServer({ n: 0 }), { retryMs: [60_000, 60_000] });
  backend.trouble = () => "lost";
  plan.edit(add(["n"], 1));
  await new Promise((resolve) => setImmediate(resolve));
  plan.close();
  await plan.settled();
});

test("editors on a bad network converge", async () => {
  const dice = new Dice();
  const server = new ModelServer(EMPTY);
  const people = await Promise.all(Array.from({ length: 5 }, () => open(server)));
  let counted = 0;
  for (const { backend } of people) {
    backend.trouble = () => (dice.chance(0.6) ? null : dice.of(["lost", "answer lost"] as const));
  }
  for (let step = 0; step < 400; step += 1) {
    const { plan } = dice.of(people);
    const op = randomEdit(dice, plan.doc);
    if (op[0]?.p[0] === "count") counted += 1;
    plan.edit(op);
    if (dice.chance(0.05)) plan.disconnect();
    if (dice.chance(0.05)) plan.connect();
    if (dice.chance(0.3)) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const { plan } of people) plan.connect();
  await Promise.all(people.map(({ plan }) => plan.settled()));
  await new Promise((resolve) => setImmediate(resolve));
  for (const { plan } of people) assert.deepEqual(plan.doc, server.doc);
  assert.equal(at(server.doc, ["count"]), counted, "every addition is in, once");
});
