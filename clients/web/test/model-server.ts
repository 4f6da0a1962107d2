/** The server's side of the protocol in memory: transform the incoming operation as left, check, append to the log. */

import type { FunctionName, RequestOf, ResultOf } from "../src/functions.js";
import { CallError, type Caller, type LogListener, type PlanFeed } from "../src/live-plan.js";
import type { Committed, Snapshot } from "../src/local-plan.js";
import { apply, at, equal, transform, type Json, type Op } from "../src/ot.js";

export interface Submit {
  base: number;
  src: string;
  seq: number;
  ops: Op[];
}

export class ModelServer {
  readonly log: Committed[] = [];
  /** Operations up to here are kept no longer. */
  forgotten = 0;
  private readonly listeners = new Set<(op: Committed) => void>();

  constructor(public doc: Json) {}

  get version(): number {
    return this.log.length;
  }

  submit({ base, src, seq, ops }: Submit): { version: number; committed: Committed[]; missed: Committed[] } {
    if (base < this.forgotten) {
      throw new CallError("out-of-range", "Too old", "RESYNC", { version: this.version, plan: this.doc });
    }
    const missed = this.log.slice(base);
    const known = missed.findIndex((record) => record.src === src && record.seq === seq);
    if (known >= 0) {
      return { version: this.version, committed: missed.slice(known, known + 1), missed: missed.slice(0, known) };
    }
    const [first = []] = ops;
    const op = missed.reduce<Op>((moved, record) => transform(moved, record.op, "left"), first);
    checkFits(this.doc, op);
    this.doc = apply(this.doc, op);
    const record = { version: this.version + 1, op, src, seq };
    this.log.push(record);
    for (const listener of this.listeners) listener(record);
    return { version: this.version, committed: [record], missed };
  }

  follow(listener: (op: Committed) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** As the real server: what an operation deletes must be there, and what it sets must not be taken. */
function checkFits(doc: Json, op: Op): void {
  for (const component of op) {
    const present = at(doc, component.p);
    const wrong =
      "od" in component ? !equal(present, component.od) : "oi" in component && present !== undefined;
    if (wrong) throw new CallError("invalid-argument", `${component.p.join(".")} is something else`, "OP_CONFLICT");
    doc = apply(doc, [component]);
  }
}

/** A network in front of the server; `trouble` decides what happens to a call. */
export class ModelBackend implements Caller, PlanFeed {
  calls = 0;
  readonly listeners: LogListener[] = [];
  trouble: () => "lost" | "answer lost" | null = () => null;

  constructor(readonly server: ModelServer) {}

  async call<Name extends FunctionName>(name: Name, data: RequestOf<Name>): Promise<ResultOf<Name>> {
    this.calls += 1;
    const trouble = this.trouble();
    await Promise.resolve();
    if (trouble === "lost") throw new CallError("unavailable", "No network");
    if (name !== "plan-submit") throw new CallError("failed-precondition", "Nothing to undo", "NOTHING_TO_UNDO");
    const answer = this.server.submit(data as Submit) as ResultOf<Name>;
    if (trouble === "answer lost") throw new CallError("internal", "Connection reset");
    return answer;
  }

  async load(): Promise<Snapshot> {
    return { version: this.server.version, doc: this.server.doc };
  }

  follow(after: number, listener: LogListener): () => void {
    this.listeners.push(listener);
    if (after < this.server.forgotten) queueMicrotask(() => listener.onGap());
    queueMicrotask(() => listener.onOps(this.server.log.slice(Math.max(after, this.server.forgotten))));
    return this.server.follow((op) => listener.onOps([op]));
  }
}
