// Every collection x person x {get, list, create, update, delete}, on a trip that lives and on one that was deleted.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  collection, collectionGroup, deleteDoc, doc, getDoc, getDocs, limit, query, setDoc, updateDoc,
} from 'firebase/firestore';

import { BELOW_A_TRIP, COLLECTIONS, ELSEWHERE, makeWorld, PEOPLE, presence, ROLES } from './world.mjs';

let env;
let as;
before(async () => ({ env, as } = await makeWorld('demo-rules-matrix')));
after(() => env.cleanup());

async function allowed(action) {
  try {
    await action;
    return true;
  } catch (error) {
    assert.equal(error.code, 'permission-denied', error.message);
    return false;
  }
}

/** Which of the five a person may do with the document at a path and the collection it is in. */
async function permitted(person, path) {
  const db = as(person);
  const here = doc(db, path);
  const fresh = doc(db, `${path}-${person}`);
  const actions = {
    get: () => getDoc(here),
    list: () => getDocs(query(collection(db, here.parent.path), limit(1))),
    create: () => setDoc(fresh, { a: 1 }),
    update: () => updateDoc(here, { a: 1 }),
    delete: () => deleteDoc(doc(db, `${path}-none`)),
  };
  const verdicts = await Promise.all(Object.values(actions).map((act) => allowed(act())));
  return Object.keys(actions).filter((_, position) => verdicts[position]);
}

const everybody = (check) => Promise.all(PEOPLE.map(check));

const CLOSED = /stages|votes|unheard|audit|moves|calendarFeeds|requests|pictures|memory/;
/** What only some read, or only by a query that asks for their own. */
const SOME_READ = {
  'threads/shared': () => ['get'],
  'threads/secret': (person) => (person === 'olga' ? ['get'] : []),
  'threads/secret/messages/one': (person) => (person === 'olga' ? ['get', 'list'] : []),
  'voices/one': (person) => (person === 'olga' ? ['get'] : []),
};

function readable(path, person) {
  if (!(person in ROLES) || path.match(CLOSED)) return [];
  return SOME_READ[path]?.(person) ?? ['get', 'list'];
}

for (const path of Object.keys(BELOW_A_TRIP)) {
  test(`trips/{trip}/${path}`, async () => {
    await everybody(async (person) => {
      assert.deepEqual(await permitted(person, `trips/live/${path}`), readable(path, person), person);
      assert.deepEqual(await permitted(person, `trips/gone/${path}`), [], `${person}, deleted trip`);
    });
  });
}

const OWN = { 'users/olga': ['get'], 'users/olga/jobs/one': ['get', 'list'] };

for (const path of Object.keys(ELSEWHERE)) {
  test(path, async () => {
    await everybody(async (person) => {
      const expected = person === 'olga' ? (OWN[path] ?? []) : [];
      assert.deepEqual(await permitted(person, path), expected, person);
    });
  });
}

test('trips', async () => {
  await everybody(async (person) => {
    assert.deepEqual(await permitted(person, 'trips/live'), person in ROLES ? ['get'] : [], person);
    assert.deepEqual(await permitted(person, 'trips/gone'), [], `${person}, deleted trip`);
  });
});

test('nobody reads across trips', async () => {
  await Promise.all(
    COLLECTIONS.filter((name) => name !== 'trips').map(async (name) => {
      assert.equal(await allowed(getDocs(query(collectionGroup(as('olga'), name), limit(1)))), false, name);
    }),
  );
});

test('nobody lists everybody, nor users', async () => {
  assert.equal(await allowed(getDocs(collection(as('olga'), 'users'))), false);
});

test('presence is the one thing that travellers write', async () => {
  for (const person of PEOPLE) {
    const own = doc(as(person), `trips/live/presence/${person}_tablet`);
    assert.equal(await allowed(setDoc(own, presence(person, 'tablet'))), person in ROLES, person);
    const gone = doc(as(person), `trips/gone/presence/${person}_tablet`);
    assert.equal(await allowed(setDoc(gone, presence(person, 'tablet'))), false, `${person}, deleted trip`);
  }
});
