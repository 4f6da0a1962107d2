/**
 * Who else is here, and where. Each open app keeps one small document, `trips/{trip}/presence/{uid}_{device}`, renewed every
 * 15 seconds; whoever has not been heard of for 30 seconds is gone. Two devices of one person are two presences. The
 * security rules check the document's shape:
 *
 *     uid, device   whose it is; the device is a random name of up to 64 letters, digits, `_` and `-`
 *     colour        how to show it ("#1a7f37")
 *     place         where in the plan, as a path ("stops/inari/notes"), or null
 *     seenAt        the server's time of the last renewal
 *     expiresAt     when the document may be swept
 *
 * What to call somebody is in the trip's members, by `uid`: a presence that told a name could tell another's.
 */

import {
  collection,
  deleteDoc,
  doc,
  onSnapshot,
  serverTimestamp,
  setDoc,
  Timestamp,
  type DocumentReference,
  type Firestore,
} from "firebase/firestore";

const RENEW_MS = 15_000;
const GONE_MS = 30_000;
/** The rules allow two minutes from the server's now; half of that leaves room for a clock that is wrong. */
const SWEPT_MS = 60_000;

export interface Person {
  uid: string;
  device: string;
  colour: string;
  place: string | null;
}

export class Presence {
  private readonly own: DocumentReference;
  private readonly others = new Map<string, { person: Person; gone: ReturnType<typeof setTimeout> }>();
  private readonly renewal: ReturnType<typeof setInterval>;
  private readonly unfollow: () => void;

  /**
   * Appear in a trip, and follow who else does: `onPeople` gets everybody but this device, and `onEnd` is called when the
   * trip is open to this traveller no more.
   */
  constructor(
    firestore: Firestore,
    tripId: string,
    private readonly me: Person,
    private readonly onPeople: (people: Person[]) => void,
    private readonly onEnd: (error: Error) => void = () => {},
  ) {
    const everybody = collection(firestore, "trips", tripId, "presence");
    this.own = doc(everybody, `${me.uid}_${me.device}`);
    const end = (error: Error) => this.end(error);
    this.renewal = setInterval(() => void this.renew().catch(end), RENEW_MS);
    this.unfollow = onSnapshot(
      everybody,
      (seen) => {
        for (const { type, doc: found } of seen.docChanges()) {
          if (found.id === this.own.id) continue;
          this.forget(found.id);
          if (type !== "removed") this.notice(found.id, found.data() as Person);
        }
        this.tell();
      },
      end,
    );
    void this.renew().catch(end);
  }

  /** Say where in the plan this traveller is. */
  async goTo(place: string | null): Promise<void> {
    this.me.place = place;
    await this.renew();
  }

  /** Disappear. */
  async leave(): Promise<void> {
    this.stop();
    // One that was swept already is not there to delete, and the rules say no to that.
    await deleteDoc(this.own).catch((error: { code?: string }) => {
      if (error.code !== "permission-denied") throw error;
    });
  }

  private stop(): void {
    clearInterval(this.renewal);
    this.unfollow();
    for (const id of [...this.others.keys()]) this.forget(id);
  }

  private end(error: Error): void {
    this.stop();
    this.onEnd(error);
  }

  private renew(): Promise<void> {
    const { uid, device, colour, place } = this.me;
    const expiresAt = Timestamp.fromMillis(Date.now() + SWEPT_MS);
    return setDoc(this.own, { uid, device, colour, place, seenAt: serverTimestamp(), expiresAt });
  }

  /** Time is counted from when news came in, so that clocks need not agree. */
  private notice(id: string, { uid, device, colour, place }: Person): void {
    const gone = setTimeout(() => {
      this.forget(id);
      this.tell();
    }, GONE_MS);
    this.others.set(id, { person: { uid, device, colour, place }, gone });
  }

  private forget(id: string): void {
    clearTimeout(this.others.get(id)?.gone);
    this.others.delete(id);
  }

  private tell(): void {
    this.onPeople([...this.others.values()].map(({ person }) => person));
  }
}
