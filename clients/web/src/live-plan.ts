/** A plan open in an editor: edits show at once, travel one operation at a time, and merge with what others do. */

import type { FunctionName, RequestOf, ResultOf } from "./functions.js";
import { LocalPlan, type Committed, type InFlight, type Snapshot } from "./local-plan.js";
import type { Json, Op } from "./ot.js";

/** How functions are called. Rejects with `CallError`. */
export interface Caller {
  call<Name extends FunctionName>(name: Name, data: RequestOf<Name>): Promise<ResultOf<Name>>;
}

/** Where the plan and its log are read. Rejects with `CallError`. */
export interface PlanFeed {
  load(): Promise<Snapshot>;
  /** Follow the log after a version, until the returned function is called. */
  follow(after: number, listener: LogListener): () => void;
}

export interface LogListener {
  onOps(ops: Committed[]): void;
  /** Operations that should be there are kept no longer. */
  onGap(): void;
  /** The log can be followed no more, for example because the traveller has left the trip. */
  onEnd(error: CallError): void;
}

/** What went wrong: a canonical code ("aborted"), a message for people, a reason and metadata for programs. */
export class CallError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly reason = "",
    readonly metadata: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

export interface LivePlanOptions {
  /** After every change, with the plan as it is to be shown. */
  onChange?: (doc: Json) => void;
  /** With edits that could not be kept, and why; show them to the person who made them. */
  onLost?: (op: Op, why: string) => void;
  /** When the plan can be followed no more. */
  onEnd?: (error: CallError) => void;
  /** Waiting time before the first and before a late repetition, in milliseconds. */
  retryMs?: [first: number, most: number];
  /** The name of this open editor; a random one by default. */
  src?: string;
}

/** The same with operations as ours: what the description leaves open in them is JSON. */
interface Submitted {
  readonly version: number;
  readonly committed: readonly { readonly version: number; readonly op: Op }[];
  readonly missed: readonly Committed[];
}

/**
 * After these the same call is made again; the server recognises a submit that it had committed. A missing sign-in is
 * one of them, because a token that cannot be renewed offline looks the same.
 */
const PASSING = new Set([
  "unavailable",
  "aborted",
  "internal",
  "deadline-exceeded",
  "resource-exhausted",
  "unknown",
  "unauthenticated",
]);
/** Of these, another try comes to the same end. */
const FINAL_REASONS = new Set(["PLAN_TOO_LARGE"]);
/** A listener's result grows with every operation; it is renewed before that weighs on the device. */
const FOLLOW_AT_MOST = 500;

export class LivePlan {
  private unfollow = () => {};
  private followedFrom = 0;
  private sending: Promise<void> | null = null;
  private resyncing: Promise<void> | null = null;
  private closed = false;
  private cutPause = () => {};

  private constructor(
    private readonly caller: Caller,
    private readonly feed: PlanFeed,
    private readonly tripId: string,
    private readonly options: LivePlanOptions,
    readonly local: LocalPlan,
  ) {}

  /** Load the plan and follow it. */
  static async open(caller: Caller, feed: PlanFeed, tripId: string, options: LivePlanOptions = {}): Promise<LivePlan> {
    const local = new LocalPlan(options.src ?? crypto.randomUUID(), await feed.load());
    const plan = new LivePlan(caller, feed, tripId, options, local);
    plan.connect();
    return plan;
  }

  /** The plan with the pending edits. Treat it as read-only. */
  get doc(): Json {
    return this.local.doc;
  }

  /** Edit the plan; shows at once, travels in the background. See `edits.ts` for how operations are made. */
  edit(op: Op): void {
    if (!op.length) return;
    this.local.edit(op);
    this.changed();
    this.send();
  }

  /** Resolves when every edit is committed, or given back through `onLost`. */
  async settled(): Promise<void> {
    while (this.sending ?? this.resyncing) await (this.sending ?? this.resyncing);
  }

  /** Take back one's own newest edit, across what others did since. Rejects with NOTHING_TO_UNDO. */
  undo(): Promise<void> {
    return this.reverse("plan-undo");
  }

  /** Take back one's own newest undo. Rejects with NOTHING_TO_REDO. */
  redo(): Promise<void> {
    return this.reverse("plan-redo");
  }

  /** Follow the log from wherever this editor is. Losing the network needs no call: the feed comes back by itself. */
  connect(): void {
    this.unfollow();
    this.followedFrom = this.local.version;
    this.unfollow = this.feed.follow(this.local.version, {
      onOps: (ops) => this.receive(ops),
      onGap: () => void this.resync(() => this.feed.load(), "The plan moved on without this device", 0),
      onEnd: (error) => {
        this.close();
        this.options.onEnd?.(error);
      },
    });
  }

  /** Stop following, as an app in the background does; edits go on being sent. `connect` follows again. */
  disconnect(): void {
    this.unfollow();
    this.unfollow = () => {};
  }

  close(): void {
    this.closed = true;
    this.cutPause();
    this.disconnect();
  }

  private receive(ops: Committed[]): void {
    if (this.closed || !this.local.receive(ops)) return;
    this.changed();
    if (this.local.version - this.followedFrom > FOLLOW_AT_MOST) this.connect();
  }

  private changed(): void {
    this.options.onChange?.(this.local.doc);
  }

  private send(): void {
    if (this.local.pending && !this.closed) this.sending ??= this.sendAll();
  }

  private async sendAll(): Promise<void> {
    try {
      for (let next = this.local.nextSubmit(); next && !this.closed; next = this.local.nextSubmit()) {
        await this.submit(next);
      }
    } finally {
      this.sending = null;
    }
  }

  private async submit(sent: InFlight): Promise<void> {
    const { base, seq, op } = sent;
    const data = { tripId: this.tripId, base, src: this.local.src, seq, ops: [op] };
    const attempt = () => {
      sent.attempts += 1;
      return this.caller.call("plan-submit", data);
    };
    try {
      const answer = await this.insist(attempt, () => this.local.inFlight === sent);
      if (answer) this.takeAnswer(answer as Submitted, seq);
    } catch (error) {
      if (this.local.inFlight !== sent) return;
      const { reason, message, metadata } = error as CallError;
      if (reason === "RESYNC") {
        const { version, plan } = metadata as { version: number; plan: Json };
        await this.resync(async () => ({ version, doc: plan }), message, 1);
      } else {
        this.lost(this.local.refuse(), message);
      }
    }
  }

  /** Try until somebody says what became of it; undefined once nobody wants to know any more. */
  private async insist<T>(attempt: () => Promise<T>, wanted: () => boolean): Promise<T | undefined> {
    const [first, most] = this.options.retryMs ?? [100, 5000];
    for (let pause = first; wanted() && !this.closed; pause = Math.min(most, pause * 2)) {
      try {
        return await attempt();
      } catch (error) {
        const passing = error instanceof CallError && PASSING.has(error.code) && !FINAL_REASONS.has(error.reason);
        if (!passing) throw error;
      }
      await this.pause(pause * (0.5 + Math.random() / 2));
    }
    return undefined;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.cutPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Start again from a snapshot. So many attempts at the operation in flight have certainly not committed it. */
  private resync(load: () => Promise<Snapshot>, why: string, failedAttempts: number): Promise<void> {
    return (this.resyncing ??= this.startAgain(load, why, failedAttempts));
  }

  private async startAgain(load: () => Promise<Snapshot>, why: string, failedAttempts: number): Promise<void> {
    try {
      const snapshot = await this.insist(load, () => true);
      if (!snapshot || snapshot.version <= this.local.version) return;
      const attempts = this.local.inFlight?.attempts ?? 0;
      const lost = this.local.restart(snapshot, attempts > failedAttempts);
      this.connect();
      this.lost(lost, why);
      this.send();
    } finally {
      this.resyncing = null;
    }
  }

  private lost(op: Op, why: string): void {
    this.changed();
    if (op.length) this.options.onLost?.(op, why);
  }

  private async reverse(name: "plan-undo" | "plan-redo"): Promise<void> {
    await this.settled();
    const seq = this.local.takeSeq();
    const data = { tripId: this.tripId, src: this.local.src, seq };
    const answer = await this.insist(
      () => this.caller.call(name, data),
      () => true,
    );
    if (answer) this.takeAnswer(answer as Submitted, seq);
  }

  private takeAnswer(answer: Submitted, seq: number): void {
    const own = answer.committed.map((record) => ({ ...record, src: this.local.src, seq }));
    this.receive([...answer.missed, ...own]);
  }
}
