/**
 * One editor, led line by line over standard input, so that tests in other languages can set web clients beside
 * their own. A line is `{"do": …}`; each is answered by one line, `{"ok": …}` or `{"error": {"code", "reason", "message"}}`.
 */

import { createInterface } from "node:readline";

import { Backend, CallError, LivePlan, Presence } from "../src/index.js";
import type { FunctionName, LocalAddresses, Op, Person, RequestOf } from "../src/index.js";

type Command =
  | { do: "signIn"; project: string; local: LocalAddresses; idToken: string }
  | { do: "call"; name: FunctionName; data: RequestOf<FunctionName> }
  | { do: "open"; tripId: string; src?: string }
  | { do: "edit"; op: Op; version?: number }
  | { do: "appear"; tripId: string; device: string }
  | { do: "goTo"; place: string | null }
  | { do: "undo" | "redo" | "connect" | "disconnect" | "settled" | "state" | "people" | "leave" | "close" };

let backend: Backend;
let plan: LivePlan;
let presence: Presence;
let people: Person[] = [];
const lost: { op: Op; why: string }[] = [];

async function obey(command: Command): Promise<unknown> {
  switch (command.do) {
    case "signIn":
      backend = new Backend({ projectId: command.project, apiKey: "local" }, "us-central1", command.local);
      return { uid: await backend.signInWithGoogle(command.idToken) };
    case "call":
      return backend.call(command.name, command.data);
    case "open":
      plan = await LivePlan.open(backend, backend.planFeed(command.tripId), command.tripId, {
        onLost: (op, why) => lost.push({ op, why }),
        ...(command.src && { src: command.src }),
      });
      return state();
    case "edit":
      // With a version, only if the operation was made for what is shown now; null says that it was not.
      if (command.version !== undefined && command.version !== plan.local.version) return null;
      plan.edit(command.op);
      return state();
    case "state":
      return state();
    case "appear": {
      const uid = backend.auth.currentUser?.uid ?? "";
      const me = { uid, device: command.device, colour: "#1a7f37", place: null };
      presence = new Presence(backend.firestore, command.tripId, me, (seen) => (people = seen));
      return null;
    }
    case "goTo":
      return presence.goTo(command.place);
    case "people":
      return people;
    case "leave":
      return presence.leave();
    case "close":
      plan?.close();
      return backend.close();
    default:
      await plan[command.do]();
      return state();
  }
}

function state(): object {
  const { version, doc, pending, src } = plan.local;
  return { version, doc, pending, src, lost };
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer: object;
  try {
    answer = { ok: (await obey(JSON.parse(line) as Command)) ?? null };
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    answer = { error: { code: error.code, reason: error.reason, message: error.message } };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
