/**
 * The plan as one editor sees it: a state machine without network or clock.
 *
 *     pending edits:  inFlight (sent, frozen)  ->  buffer (everything edited since, composed into one operation)
 *
 * Somebody else's operation moves past both, and they move past it. The client takes its pending operation as the left
 * one and the incoming as the right one; the server does the same, so both arrive at the same plan.
 */

import { apply, compose, transform, type Json, type Op } from "./ot.js";
import { reoffer } from "./reoffer.js";

/** An operation in the log. `src` and `seq` say who sent it, and as the how-manieth. */
export interface Committed {
  version: number;
  op: Op;
  src: string;
  seq: number;
}

/** The plan at a version. */
export interface Snapshot {
  version: number;
  doc: Json;
}

/** An operation on its way: `op` and `base` as first sent, never changed; `moved` is `op` past what came in since. */
export interface InFlight {
  readonly base: number;
  readonly seq: number;
  readonly op: Op;
  moved: Op;
  attempts: number;
}

/** The server refuses longer operations; what piled up while offline is sent in pieces. */
const MOST_COMPONENTS = 200;
const MOST_CHARACTERS = 50_000;

export class LocalPlan {
  /** The server's plan at `version`. */
  serverDoc: Json;
  version: number;
  /** The same with the pending edits on top: what to show. */
  doc: Json;
  inFlight: InFlight | null = null;
  buffer: Op = [];
  private nextSeq = 0;
  private readonly early = new Map<number, Committed>();

  /** `src` names this open editor; choose a new random one each time the app starts. */
  constructor(
    readonly src: string,
    snapshot: Snapshot,
  ) {
    this.version = snapshot.version;
    this.doc = this.serverDoc = snapshot.doc;
  }

  get pending(): boolean {
    return this.inFlight !== null || this.buffer.length > 0;
  }

  /** Apply an edit at once and keep it for sending. */
  edit(op: Op): void {
    this.doc = apply(this.doc, op);
    this.buffer = this.buffer.length ? compose(this.buffer, op) : op;
  }

  /** What to send now: the operation in flight once more, or the buffer as a new one, or nothing. */
  nextSubmit(): InFlight | null {
    if (!this.inFlight && this.buffer.length) {
      const op = firstPiece(this.buffer);
      this.buffer = this.buffer.slice(op.length);
      this.inFlight = { base: this.version, seq: this.takeSeq(), op, moved: op, attempts: 0 };
    }
    return this.inFlight;
  }

  /** The next number under which this editor is known to the server. */
  takeSeq(): number {
    return this.nextSeq++;
  }

  /** Take in committed operations, in any order and as often as they come; true if there was news. */
  receive(records: Iterable<Committed>): boolean {
    for (const record of records) {
      if (record.version > this.version) this.early.set(record.version, record);
    }
    const before = this.version;
    for (let next = this.early.get(before + 1); next; next = this.early.get(this.version + 1)) {
      this.early.delete(next.version);
      this.take(next);
    }
    return this.version > before;
  }

  /** The server refused what is in flight: go on without it. Returns what was lost, with edits that built on it. */
  refuse(): Op {
    const refused = this.inFlight?.moved ?? [];
    const { kept, lost } = reoffer(apply(this.serverDoc, refused), this.buffer, this.serverDoc);
    this.startFrom({ version: this.version, doc: this.serverDoc }, kept);
    return [...refused, ...lost];
  }

  /**
   * Start again from a snapshot and offer the pending edits once more. `maybeDone`: nobody knows whether the server
   * committed the operation in flight. Returns what could not be offered again.
   */
  restart(snapshot: Snapshot, maybeDone: boolean): Op {
    const sent = this.inFlight?.moved ?? [];
    const first = reoffer(this.serverDoc, sent, snapshot.doc, maybeDone);
    const second = reoffer(apply(this.serverDoc, sent), this.buffer, apply(snapshot.doc, first.kept));
    for (const version of [...this.early.keys()]) {
      if (version <= snapshot.version) this.early.delete(version);
    }
    this.startFrom(snapshot, [...first.kept, ...second.kept]);
    return [...first.lost, ...second.lost];
  }

  private take(record: Committed): void {
    this.serverDoc = apply(this.serverDoc, record.op);
    this.version = record.version;
    const sent = this.inFlight;
    if (sent && record.src === this.src && record.seq === sent.seq) {
      this.inFlight = null;
      return;
    }
    let op = record.op;
    if (sent) [sent.moved, op] = pastEachOther(sent.moved, op);
    [this.buffer, op] = pastEachOther(this.buffer, op);
    this.doc = apply(this.doc, op);
  }

  private startFrom(snapshot: Snapshot, edits: Op): void {
    this.version = snapshot.version;
    this.serverDoc = snapshot.doc;
    this.doc = apply(snapshot.doc, edits);
    this.inFlight = null;
    this.buffer = edits;
  }
}

function firstPiece(op: Op): Op {
  let characters = 0;
  const end = op.findIndex((component) => (characters += JSON.stringify(component).length) > MOST_CHARACTERS);
  return op.slice(0, Math.min(MOST_COMPONENTS, end === -1 ? op.length : Math.max(1, end)));
}

function pastEachOther(pending: Op, incoming: Op): [Op, Op] {
  return [transform(pending, incoming, "left"), transform(incoming, pending, "right")];
}
