// What an app does with Firestore, through the unchanged SDK. Each scenario has a project of its own.
import {
  addDoc,
  arrayRemove,
  arrayUnion,
  average,
  Bytes,
  collection,
  collectionGroup,
  count,
  deleteDoc,
  deleteField,
  disableNetwork,
  doc,
  documentId,
  enableNetwork,
  GeoPoint,
  getAggregateFromServer,
  getCountFromServer,
  getDoc,
  getDocFromServer,
  getDocs,
  getDocsFromServer,
  increment,
  limit,
  limitToLast,
  or,
  orderBy,
  query,
  runTransaction,
  serverTimestamp,
  setDoc,
  startAfter,
  sum,
  Timestamp,
  updateDoc,
  waitForPendingWrites,
  where,
  writeBatch,
} from 'firebase/firestore';
import { equal, failure, follow } from './people.mjs';

const ids = (snapshot) => snapshot.docs.map((each) => each.id);

async function fill(firestore, documents) {
  const batch = writeBatch(firestore);
  for (const [path, data] of Object.entries(documents)) batch.set(doc(firestore, path), data);
  await batch.commit();
}

const CITIES = {
  'cities/kyoto': { name: 'Kyoto', people: 1_460_000, tags: ['temples', 'gardens'], country: 'JP' },
  'cities/nara': { name: 'Nara', people: 360_000, tags: ['temples', 'deer'], country: 'JP' },
  'cities/lisbon': { name: 'Lisbon', people: 550_000, tags: ['trams'], country: 'PT' },
  'cities/lisbon/sights/belem': { name: 'Belém' },
  'cities/kyoto/sights/fushimi': { name: 'Fushimi Inari' },
};

export const SCENARIOS = {
  async 'set, get, update and delete a document'(project) {
    const mine = doc(project.as(null), 'notes/one');
    const others = doc(project.as(null), 'notes/one');
    const written = {
      text: 'naïve 日本語 😀',
      whole: 9_007_199_254_740_991,
      real: 0.5,
      yes: true,
      nothing: null,
      when: new Timestamp(1_700_000_000, 123_456_000),
      where: new GeoPoint(35.01, 135.77),
      raw: Bytes.fromUint8Array(new Uint8Array([0, 255])),
      list: [1, 'a', { deep: [] }],
      map: { 'with.dot': 1, empty: {} },
    };
    await setDoc(mine, written);
    equal((await getDocFromServer(others)).data(), written);
    await setDoc(mine, { map: { more: 2 } }, { merge: true });
    await updateDoc(mine, { text: deleteField(), 'map.empty': 'full' });
    const { text, ...rest } = written;
    const map = { 'with.dot': 1, empty: 'full', more: 2 };
    const read = (await getDocFromServer(others)).data();
    equal([read.map['with.dot'], read.map.empty, read.map.more, read.text], [1, 'full', 2, undefined]);
    equal(Object.keys(read).sort(), Object.keys({ ...rest, map }).sort());
    await deleteDoc(mine);
    equal((await getDocFromServer(others)).exists(), false);
    equal(await failure(updateDoc(others, { text: 'x' })), 'not-found');
    equal(typeof (await addDoc(collection(project.as(null), 'notes'), {})).id, 'string');
  },

  async 'transform fields on the server'(project) {
    const target = doc(project.as(null), 'counters/one');
    await setDoc(target, { n: 1, list: ['a', 'b'] });
    const before = Date.now();
    await updateDoc(target, { n: increment(2), at: serverTimestamp(), list: arrayUnion('b', 'c') });
    await updateDoc(target, { n: increment(0.5), list: arrayRemove('a') });
    const { n, at, list } = (await getDocFromServer(doc(project.as(null), 'counters/one'))).data();
    equal([n, list], [3.5, ['b', 'c']]);
    equal(Math.abs(at.toMillis() - before) < 60_000, true);
  },

  async 'query a collection'(project) {
    const firestore = project.as(null);
    await fill(firestore, CITIES);
    const cities = collection(firestore, 'cities');
    const ask = async (...parts) => ids(await getDocsFromServer(query(cities, ...parts)));
    equal(await ask(), ['kyoto', 'lisbon', 'nara']);
    equal(await ask(where('country', '==', 'JP')), ['kyoto', 'nara']);
    equal(await ask(where('people', '>', 400_000), orderBy('people')), ['lisbon', 'kyoto']);
    equal(await ask(where('tags', 'array-contains', 'temples')), ['kyoto', 'nara']);
    equal(await ask(where('tags', 'array-contains-any', ['deer', 'trams'])), ['lisbon', 'nara']);
    equal(await ask(where('country', 'in', ['PT', 'XX'])), ['lisbon']);
    equal(await ask(where('country', 'not-in', ['JP'])), ['lisbon']);
    equal(await ask(or(where('name', '==', 'Nara'), where('country', '==', 'PT'))), ['lisbon', 'nara']);
    equal(await ask(orderBy('people', 'desc'), limit(2)), ['kyoto', 'lisbon']);
    equal(await ask(orderBy('people'), limitToLast(2)), ['lisbon', 'kyoto']);
    equal(await ask(orderBy('name'), startAfter('Kyoto')), ['lisbon', 'nara']);
    equal(await ask(where(documentId(), '>=', 'l')), ['lisbon', 'nara']);
    equal(ids(await getDocs(query(collectionGroup(firestore, 'sights'), orderBy('name')))), ['belem', 'fushimi']);
  },

  async 'count, sum and average'(project) {
    const firestore = project.as(null);
    await fill(firestore, CITIES);
    const japan = query(collection(firestore, 'cities'), where('country', '==', 'JP'));
    equal((await getCountFromServer(japan)).data(), { count: 2 });
    const all = { n: count(), people: sum('people'), mean: average('people') };
    equal((await getAggregateFromServer(japan, all)).data(), { n: 2, people: 1_820_000, mean: 910_000 });
    const none = query(japan, where('name', '==', 'Oslo'));
    equal((await getAggregateFromServer(none, all)).data(), { n: 0, people: 0, mean: null });
  },

  async 'transactions that contend lose nothing'(project) {
    const people = [project.as(null), project.as(null), project.as(null)];
    await setDoc(doc(people[0], 'counters/one'), { n: 0 });
    const add = (firestore) =>
      runTransaction(
        firestore,
        async (transaction) => {
          const target = doc(firestore, 'counters/one');
          const { n } = (await transaction.get(target)).data();
          await transaction.get(doc(firestore, 'counters/only-read'));
          transaction.update(target, { n: n + 1 });
        },
        { maxAttempts: 20 },
      );
    await Promise.all(people.flatMap((firestore) => [add(firestore), add(firestore)]));
    equal((await getDocFromServer(doc(people[1], 'counters/one'))).data(), { n: 6 });
  },

  async 'follow documents and a query'(project) {
    const mine = project.as(null);
    const others = project.as(null);
    const one = follow(doc(mine, 'cities/kyoto'));
    const two = follow(doc(mine, 'cities/nara'));
    const crowded = follow(query(collection(mine, 'cities'), where('people', '>', 500_000), orderBy('people')));
    await one.until((snapshot) => !snapshot.exists());
    await crowded.until((snapshot) => !snapshot.metadata.fromCache && snapshot.empty);
    await fill(others, CITIES);
    await one.until((snapshot) => snapshot.data()?.name === 'Kyoto');
    await two.until((snapshot) => snapshot.data()?.name === 'Nara');
    await crowded.until((snapshot) => ids(snapshot).join() === 'lisbon,kyoto');
    await updateDoc(doc(others, 'cities/nara'), { people: 2_000_000, names: Array(10_000).fill('奈良 😀') });
    await two.until((snapshot) => snapshot.data()?.names?.length === 10_000);
    const entered = await crowded.until((snapshot) => ids(snapshot).join() === 'lisbon,kyoto,nara');
    equal(entered.docChanges().map((change) => [change.type, change.doc.id]), [['added', 'nara']]);
    await updateDoc(doc(others, 'cities/lisbon'), { people: 1 });
    await crowded.until((snapshot) => ids(snapshot).join() === 'kyoto,nara');
    await deleteDoc(doc(others, 'cities/kyoto'));
    await one.until((snapshot) => !snapshot.exists() && one.seen.indexOf(snapshot) > 0);
    await crowded.until((snapshot) => ids(snapshot).join() === 'nara');
    two.stop();
    const count = two.seen.length;
    await updateDoc(doc(others, 'cities/nara'), { people: 3_000_000 });
    await crowded.until((snapshot) => snapshot.docs[0]?.data().people === 3_000_000);
    equal(two.seen.length, count);
  },

  async 'follow many documents at once'(project) {
    const mine = project.as(null);
    const others = project.as(null);
    const all = follow(collection(mine, 'stops'));
    await all.until((snapshot) => !snapshot.metadata.fromCache);
    const stops = Array.from({ length: 200 }, (_, index) => [`stops/${index}`, { text: 'x'.repeat(1000) }]);
    await fill(others, Object.fromEntries(stops));
    await all.until((snapshot) => snapshot.size === 200);
    await Promise.all(stops.map(([path], index) => updateDoc(doc(others, path), { index })));
    await all.until((snapshot) => snapshot.docs.every((each) => each.data().index === Number(each.id)));
  },

  async 'work offline and catch up'(project) {
    const mine = project.as(null);
    const others = project.as(null);
    await fill(others, CITIES);
    const cities = follow(collection(mine, 'cities'));
    await cities.until((snapshot) => !snapshot.metadata.fromCache && snapshot.size === 3);
    await disableNetwork(mine);
    const written = setDoc(doc(mine, 'cities/oslo'), { name: 'Oslo' });
    await cities.until((snapshot) => snapshot.metadata.hasPendingWrites && snapshot.size === 4);
    await deleteDoc(doc(others, 'cities/nara'));
    await updateDoc(doc(others, 'cities/kyoto'), { people: 7 });
    await setDoc(doc(others, 'cities/rome'), { name: 'Rome' });
    await enableNetwork(mine);
    await written;
    await waitForPendingWrites(mine);
    const caughtUp = await cities.until(
      (snapshot) =>
        !snapshot.metadata.fromCache &&
        !snapshot.metadata.hasPendingWrites &&
        ids(snapshot).join() === 'kyoto,lisbon,oslo,rome',
    );
    equal(caughtUp.docs[0].data().people, 7);
    equal((await getDocFromServer(doc(others, 'cities/oslo'))).data(), { name: 'Oslo' });
  },

  async 'rules bind everyone but administrators'(project) {
    await project.rules(`match /rooms/{room} {
      allow get: if request.auth.uid == resource.data.owner;
      allow list: if request.auth != null && resource.data.owner == request.auth.uid;
      allow create: if request.auth.uid == request.resource.data.owner && request.auth.token.sub == request.auth.uid;
    }`);
    const [owner, alice, bob, nobody] = ['owner', 'alice', 'bob', null].map((person) => project.as(person));
    await setDoc(doc(alice, 'rooms/one'), { owner: 'alice' });
    equal((await getDocFromServer(doc(alice, 'rooms/one'))).data(), { owner: 'alice' });
    equal(await failure(getDocFromServer(doc(bob, 'rooms/one'))), 'permission-denied');
    equal(await failure(getDocFromServer(doc(nobody, 'rooms/one'))), 'permission-denied');
    equal(await failure(setDoc(doc(nobody, 'rooms/two'), { owner: 'alice' })), 'permission-denied');
    equal(await failure(updateDoc(doc(alice, 'rooms/one'), { n: 1 })), 'permission-denied');
    const allOf = (firestore) => query(collection(firestore, 'rooms'), where('owner', '==', 'alice'));
    equal(ids(await getDocsFromServer(allOf(alice))), ['one']);
    equal((await getCountFromServer(allOf(alice))).data(), { count: 1 });
    equal(await failure(getDocsFromServer(allOf(bob))), 'permission-denied');
    equal(await failure(getCountFromServer(collection(alice, 'rooms'))), 'permission-denied');
    const all = follow(collection(alice, 'rooms'));
    equal(await failure(all.until((snapshot) => !snapshot.metadata.fromCache)), 'permission-denied');
    const move = (firestore) =>
      runTransaction(firestore, async (transaction) => {
        await transaction.get(doc(firestore, 'rooms/one'));
        transaction.set(doc(firestore, 'rooms/three'), { owner: 'bob' });
      });
    equal(await failure(move(bob)), 'permission-denied');
    await updateDoc(doc(owner, 'rooms/one'), { n: 1 });
    equal((await getDoc(doc(owner, 'rooms/one'))).data().n, 1);
  },

  async 'a listener ends when access goes away'(project) {
    await project.rules(`match /trips/{trip}/{rest=**} {
      allow read: if request.auth.uid in get(/databases/$(database)/documents/trips/$(trip)).data.roles;
    }`);
    const owner = project.as('owner');
    const eva = project.as('eva');
    await fill(owner, { 'trips/one': { roles: { eva: 'editor' } }, 'trips/one/plan/current': { version: 1 } });
    const plan = follow(doc(eva, 'trips/one/plan/current'));
    const polls = follow(collection(eva, 'trips/one/polls'));
    await plan.until((snapshot) => snapshot.data()?.version === 1);
    await polls.until((snapshot) => !snapshot.metadata.fromCache);
    const refused = [plan, polls].map(({ until }) => failure(until((snapshot) => snapshot.size === 99)));
    await updateDoc(doc(owner, 'trips/one'), { roles: {} });
    equal(await Promise.all(refused), ['permission-denied', 'permission-denied']);
  },

  async 'a refused write is taken back'(project) {
    await project.rules('match /open/{id} { allow read: if true; }');
    const firestore = project.as('alice');
    const target = follow(doc(firestore, 'open/one'));
    await target.until((snapshot) => !snapshot.metadata.fromCache);
    const writing = failure(setDoc(doc(firestore, 'open/one'), { mine: true }));
    await target.until((snapshot) => snapshot.metadata.hasPendingWrites && snapshot.exists());
    equal(await writing, 'permission-denied');
    await target.until((snapshot) => !snapshot.exists() && target.seen.indexOf(snapshot) > 1);
  },
};
