/** The backend through the official Firebase SDK: sign-in, functions, and the plan's documents. */

import { deleteApp, FirebaseError, initializeApp, type FirebaseApp, type FirebaseOptions } from "firebase/app";
import { connectAuthEmulator, getAuth, GoogleAuthProvider, signInWithCredential, type Auth } from "firebase/auth";
import {
  collection,
  connectFirestoreEmulator,
  doc,
  getDocFromServer,
  getFirestore,
  onSnapshot,
  orderBy,
  query,
  where,
  type Firestore,
} from "firebase/firestore";
import { connectFunctionsEmulator, getFunctions, httpsCallable, type Functions } from "firebase/functions";

import type { FunctionName, MessageOf, RequestOf, ResultOf } from "./functions.js";
import { CallError, type Caller, type LogListener, type PlanFeed } from "./live-plan.js";
import type { Committed, Snapshot } from "./local-plan.js";

/** Where the local cloud listens, each as `host:port`. */
export interface LocalAddresses {
  auth: string;
  firestore: string;
  functions: string;
}

export class Backend implements Caller {
  readonly auth: Auth;
  readonly firestore: Firestore;
  readonly functions: Functions;
  private readonly app: FirebaseApp;

  /** `local` leads to a local cloud instead of Google's; `name` tells several people in one program apart. */
  constructor(config: FirebaseOptions, region: string, local?: LocalAddresses, name?: string) {
    this.app = initializeApp(config, name);
    this.auth = getAuth(this.app);
    this.firestore = getFirestore(this.app);
    this.functions = getFunctions(this.app, region);
    if (local) {
      connectAuthEmulator(this.auth, `http://${local.auth}`, { disableWarnings: true });
      connectFirestoreEmulator(this.firestore, ...hostAndPort(local.firestore));
      connectFunctionsEmulator(this.functions, ...hostAndPort(local.functions));
    }
  }

  /** Sign in with the ID token that Google's sign-in gave to the app (the Auth emulator also takes plain JSON). */
  async signInWithGoogle(idToken: string): Promise<string> {
    const { user } = await signInWithCredential(this.auth, GoogleAuthProvider.credential(idToken));
    return user.uid;
  }

  /** Call a function and return its result. Rejects with CallError. */
  async call<Name extends FunctionName>(name: Name, data: RequestOf<Name>): Promise<ResultOf<Name>> {
    try {
      return (await httpsCallable<RequestOf<Name>, ResultOf<Name>>(this.functions, name)(data)).data;
    } catch (error) {
      throw asCallError(error);
    }
  }

  /** Call a streaming function: yields its messages, returns its result. Throws CallError. */
  async *stream<Name extends FunctionName>(
    name: Name,
    data: RequestOf<Name>,
  ): AsyncGenerator<MessageOf<Name>, ResultOf<Name>> {
    try {
      const callable = httpsCallable<RequestOf<Name>, ResultOf<Name>, MessageOf<Name>>(this.functions, name);
      const answer = await callable.stream(data);
      yield* answer.stream;
      return await answer.data;
    } catch (error) {
      throw asCallError(error);
    }
  }

  /** The plan of a trip, for `LivePlan.open`. */
  planFeed(tripId: string): PlanFeed {
    const plan = doc(this.firestore, "trips", tripId, "plan", "current");
    return {
      async load(): Promise<Snapshot> {
        try {
          const found = await getDocFromServer(plan);
          if (!found.exists()) throw new CallError("not-found", "This trip has no plan");
          return { version: found.get("version"), doc: JSON.parse(found.get("text")) };
        } catch (error) {
          throw asCallError(error);
        }
      },
      follow(after: number, listener: LogListener): () => void {
        const log = query(collection(plan, "ops"), where("version", ">", after), orderBy("version"));
        return onSnapshot(
          log,
          (seen) => {
            const first = seen.docs[0]?.get("version");
            if (first > after + 1 && !seen.metadata.fromCache) listener.onGap();
            const news = seen.docChanges().filter((change) => change.type === "added");
            listener.onOps(news.map((change) => committed(change.doc.data())));
          },
          (error) => listener.onEnd(asCallError(error)),
        );
      },
    };
  }

  async close(): Promise<void> {
    await deleteApp(this.app);
  }
}

function committed(stored: Record<string, unknown>): Committed {
  const { version, op, src, seq } = stored as { version: number; op: string; src: string; seq: number };
  return { version, op: JSON.parse(op), src, seq };
}

function asCallError(error: unknown): CallError {
  if (error instanceof CallError) return error;
  if (!(error instanceof FirebaseError)) throw error;
  const details = (error as { details?: { reason?: string; metadata?: Record<string, unknown> } }).details;
  const code = error.code.slice(error.code.indexOf("/") + 1);
  return new CallError(code, error.message, details?.reason, details?.metadata);
}

function hostAndPort(address: string): [host: string, port: number] {
  const [host = "", port] = address.split(":");
  return [host, Number(port)];
}
