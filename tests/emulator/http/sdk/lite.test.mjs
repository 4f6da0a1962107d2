// The lite SDK, which speaks nothing but REST.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deleteApp, initializeApp } from 'firebase/app';
import * as lite from 'firebase/firestore/lite';

let app;
let firestore;

before(() => {
  const [host, port] = process.env.FIRESTORE_EMULATOR_HOST.split(':');
  app = initializeApp({ projectId: `demo-${crypto.randomUUID()}`, apiKey: 'none' });
  firestore = lite.initializeFirestore(app, {});
  lite.connectFirestoreEmulator(firestore, host, Number(port), { mockUserToken: { sub: 'alice' } });
  lite.setLogLevel('silent');
});
after(() => deleteApp(app));

test('documents', async () => {
  const one = lite.doc(firestore, 'c/one');
  const data = { text: 'naïve 😀', n: 1, real: -0.5, nan: NaN, list: [null, true], at: new lite.Timestamp(5, 1000) };
  await lite.setDoc(one, data);
  assert.deepEqual((await lite.getDoc(one)).data(), data);
  await lite.updateDoc(one, { n: lite.increment(2), list: lite.arrayUnion('x'), at: lite.deleteField() });
  const { at, ...rest } = data;
  assert.deepEqual((await lite.getDoc(one)).data(), { ...rest, n: 3, list: [null, true, 'x'] });
  await lite.deleteDoc(one);
  assert.equal((await lite.getDoc(one)).exists(), false);
  await assert.rejects(lite.updateDoc(one, { n: 1 }), { code: 'not-found' });
});

test('queries', async () => {
  const batch = lite.writeBatch(firestore);
  for (const n of [1, 2, 3]) batch.set(lite.doc(firestore, `q/${n}`), { n });
  await batch.commit();
  const large = lite.query(lite.collection(firestore, 'q'), lite.where('n', '>', 1), lite.orderBy('n', 'desc'));
  assert.deepEqual((await lite.getDocs(large)).docs.map((each) => each.id), ['3', '2']);
  assert.equal((await lite.getCount(large)).data().count, 2);
  const total = await lite.getAggregate(large, { sum: lite.sum('n'), mean: lite.average('n') });
  assert.deepEqual(total.data(), { sum: 5, mean: 2.5 });
});

test('transactions', async () => {
  const counter = lite.doc(firestore, 'counters/one');
  await lite.setDoc(counter, { n: 0 });
  const add = () =>
    lite.runTransaction(
      firestore,
      async (transaction) => {
        const { n } = (await transaction.get(counter)).data();
        transaction.update(counter, { n: n + 1 });
      },
      { maxAttempts: 20 },
    );
  await Promise.all([add(), add(), add(), add()]);
  assert.equal((await lite.getDoc(counter)).data().n, 4);
});
