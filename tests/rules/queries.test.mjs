// Lists exactly as the clients make them, and none besides.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import {
  collection, deleteField, doc, getCountFromServer, getDoc, getDocs, onSnapshot, orderBy, query, setDoc, where,
} from 'firebase/firestore';

import { makeWorld, ROLES } from './world.mjs';

let env;
let as;
before(async () => ({ env, as } = await makeWorld('demo-rules-queries')));
after(() => env.cleanup());

const trips = (person) => collection(as(person), 'trips');
const threads = (person) => collection(as(person), 'trips/live/threads');
const below = (person, thread, name) => collection(as(person), `trips/live/threads/${thread}/${name}`);
const ids = async (asked) => (await assertSucceeds(getDocs(asked))).docs.map((found) => found.id);

test('my trips', async () => {
  const mine = query(trips('val'), where('members', 'array-contains', 'val'));
  assert.deepEqual(await ids(mine), ['live']);
  assert.equal((await assertSucceeds(getCountFromServer(mine))).data().count, 1);
  assert.deepEqual(await ids(query(trips('val'), where('members', 'array-contains-any', ['val']))), ['live']);
  assert.deepEqual(await ids(query(trips('gus'), where('members', 'array-contains', 'gus'))), []);
});

test("others' trips", async () => {
  await assertFails(getDocs(trips('val')));
  await assertFails(getDocs(query(trips('val'), where('members', 'array-contains', 'olga'))));
  await assertFails(getDocs(query(trips('val'), where('members', 'array-contains-any', ['val', 'olga']))));
  await assertFails(getDocs(query(trips('val'), where('name', '==', 'live'))));
  await assertFails(getDocs(query(trips('nobody'), where('members', 'array-contains', 'val'))));
  await assertFails(getCountFromServer(trips('val')));
});

test('ops after a version, as an editor follows them', async () => {
  const after = (person, id) =>
    query(collection(as(person), `trips/${id}/plan/current/ops`), where('version', '>', 0), orderBy('version'));
  assert.deepEqual(await ids(after('eva', 'live')), ['1']);
  await assertFails(getDocs(after('gus', 'live')));
  await assertFails(getDocs(after('eva', 'gone')));
});

test('shared threads, and private ones of who began them', async () => {
  assert.deepEqual(await ids(query(threads('eva'), where('private', '==', false))), ['shared']);
  assert.deepEqual(await ids(query(threads('olga'), where('by', '==', 'olga'))), ['secret', 'shared']);
  await assertSucceeds(getDoc(doc(threads('eva'), 'shared')));
  await assertSucceeds(getDoc(doc(threads('olga'), 'secret')));
  await assertFails(getDoc(doc(threads('eva'), 'secret')));
  await assertFails(getDocs(threads('olga')));
  await assertFails(getDocs(query(threads('eva'), where('by', '==', 'olga'))));
  await assertFails(getDocs(query(threads('eva'), where('private', '==', true))));
  await assertFails(getDocs(query(threads('gus'), where('private', '==', false))));
  await assertFails(getDocs(query(threads('gus'), where('by', '==', 'gus'))));
});

test('the messages of a thread are read by who reads the thread, and its memory by nobody', async () => {
  const all = (person, thread, name = 'messages') => getDocs(query(below(person, thread, name), orderBy('number')));
  for (const person of ['olga', 'eva', 'val']) assert.equal((await all(person, 'shared')).size, 1);
  assert.equal((await all('olga', 'secret')).size, 1);
  await assertSucceeds(getDoc(doc(below('olga', 'secret', 'messages'), 'one')));
  for (const person of ['eva', 'gus', 'rob', 'nobody']) {
    await assertFails(all(person, 'secret'));
    await assertFails(getDoc(doc(below(person, 'secret', 'messages'), 'one')));
  }
  for (const person of ['gus', 'rob', 'nobody']) await assertFails(all(person, 'shared'));
  await assertFails(getDoc(doc(below('olga', 'secret', 'memory'), 'summary')));
  await assertFails(setDoc(doc(below('olga', 'secret', 'messages'), 'two'), { text: 'Hm', number: 2 }));
});

test('who else is looking, as both clients follow it', async () => {
  const everybody = (person, id) => getDocs(collection(as(person), `trips/${id}/presence`));
  for (const person of Object.keys(ROLES)) {
    assert.equal((await assertSucceeds(everybody(person, 'live'))).size, 1);
    await assertFails(everybody(person, 'gone'));
  }
  for (const person of ['gus', 'rob', 'nobody']) await assertFails(everybody(person, 'live'));
});

test('what somebody has said is listed by them alone', async () => {
  const said = (person, by) => query(collection(as(person), 'trips/live/voices'), where('by', '==', by));
  assert.deepEqual(await ids(said('olga', 'olga')), ['one']);
  assert.deepEqual(await ids(said('eva', 'eva')), []);
  await assertFails(getDocs(said('eva', 'olga')));
  await assertFails(getDocs(collection(as('olga'), 'trips/live/voices')));
  for (const person of ['gus', 'rob']) await assertFails(getDocs(said(person, person)));
});

test('a missing document under a trip is missing for members and closed to strangers', async () => {
  assert.equal((await assertSucceeds(getDoc(doc(as('val'), 'trips/live/jobs/none')))).exists(), false);
  await assertFails(getDoc(doc(as('gus'), 'trips/live/jobs/none')));
  await assertFails(getDoc(doc(as('gus'), 'trips/none')));
  await assertFails(getDoc(doc(as('gus'), 'trips/none/plan/current')));
});

/** Follows a document or query until it ends; resolves `first` with the first snapshot, `ended` with the error. */
function follow(target) {
  const { promise: first, resolve: seen } = Promise.withResolvers?.() ?? deferred();
  const { promise: ended, resolve: end } = Promise.withResolvers?.() ?? deferred();
  onSnapshot(target, seen, end);
  return { first, ended };
}

function deferred() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

async function change(path, fields) {
  await env.withSecurityRulesDisabled((context) => context.firestore().doc(path).update(fields));
}

test('removing a member ends their listeners, and nobody else\'s', async () => {
  const paths = ['plan/current', 'jobs/one'].map((path) => `trips/live/${path}`);
  const gone = [
    ...paths.map((path) => follow(doc(as('val'), path))),
    follow(doc(as('val'), 'trips/live')),
    follow(collection(as('val'), 'trips/live/activity')),
  ];
  const kept = follow(doc(as('vic'), 'trips/live/plan/current'));
  await Promise.all([...gone, kept].map(({ first }) => first));
  await change('trips/live', { 'roles.val': deleteField() });
  for (const error of await Promise.all(gone.map(({ ended }) => ended))) assert.equal(error.code, 'permission-denied');
  const still = await Promise.race([kept.ended, getDoc(doc(as('vic'), 'trips/live')).then(() => 'kept')]);
  assert.equal(still, 'kept');
  await change('trips/live', { roles: ROLES });
});

test('deleting a trip ends all listeners', async () => {
  const everybody = Object.keys(ROLES).map((person) => follow(doc(as(person), 'trips/live/plan/current')));
  await Promise.all(everybody.map(({ first }) => first));
  await change('trips/live', { deletedAt: new Date() });
  for (const { ended } of everybody) assert.equal((await ended).code, 'permission-denied');
  await change('trips/live', { deletedAt: null });
});
