// Clients of one project of the emulator, as an app makes them; it runs in Node and in browsers.
import { deleteApp, initializeApp } from 'firebase/app';
import { connectFirestoreEmulator, initializeFirestore, onSnapshot, terminate } from 'firebase/firestore';

export class Project {
  constructor(address, settings = {}) {
    [this.host, this.port] = address.split(':');
    this.id = `demo-${crypto.randomUUID()}`;
    this.settings = settings;
    this.apps = [];
  }

  /** Firestore as this person: null is not signed in, 'owner' an administrator. */
  as(person) {
    const app = initializeApp({ projectId: this.id, apiKey: 'none' }, crypto.randomUUID());
    const firestore = initializeFirestore(app, this.settings);
    const token = person === 'owner' ? 'owner' : person && { sub: person, user_id: person };
    connectFirestoreEmulator(firestore, this.host, Number(this.port), token ? { mockUserToken: token } : {});
    this.apps.push([app, firestore]);
    return firestore;
  }

  /** Puts rules into force for this project: the statements inside `match /databases/{database}/documents`. */
  async rules(statements) {
    const content = `rules_version = '2';
      service cloud.firestore { match /databases/{database}/documents { ${statements} } }`;
    const answer = await fetch(`http://${this.host}:${this.port}/emulator/v1/projects/${this.id}:securityRules`, {
      method: 'PUT',
      body: JSON.stringify({ rules: { files: [{ content }] } }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async close() {
    for (const [app, firestore] of this.apps) {
      await terminate(firestore);
      await deleteApp(app);
    }
  }
}

/** Follows a reference or query. `until(accept)` gives the first snapshot, past or to come, that is accepted. */
export function follow(target) {
  const seen = [];
  const waiting = new Set();
  let failure = null;
  const check = () => {
    for (const each of waiting) {
      const found = seen.find(each.accept);
      if (!found && !failure) continue;
      waiting.delete(each);
      if (found) each.resolve(found);
      else each.reject(failure);
    }
  };
  const stop = onSnapshot(
    target,
    { includeMetadataChanges: true },
    (snapshot) => {
      seen.push(snapshot);
      check();
    },
    (error) => {
      failure = error;
      check();
    },
  );
  const until = (accept) =>
    new Promise((resolve, reject) => {
      waiting.add({ accept, resolve, reject });
      check();
    });
  return { seen, stop, until };
}

export function equal(actual, expected) {
  const [left, right] = [actual, expected].map((value) => JSON.stringify(value, sorted));
  if (left !== right) throw new Error(`${left} is not ${right}`);
}

/** Fields come in any order. */
function sorted(_key, value) {
  const isMap = value?.constructor === Object;
  return isMap ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))) : value;
}

/** The code a promise is rejected with. */
export async function failure(promise) {
  return promise.then(
    () => 'no failure',
    (error) => error.code,
  );
}
