// Every rule about the shape of a presence, from both sides.
import { after, before, test } from 'node:test';
import { assertFails, assertSucceeds } from '@firebase/rules-unit-testing';
import { deleteDoc, deleteField, doc, serverTimestamp, setDoc, Timestamp, updateDoc } from 'firebase/firestore';

import { makeWorld, presence } from './world.mjs';

let env;
let as;
before(async () => ({ env, as } = await makeWorld('demo-rules-presence')));
after(() => env.cleanup());

const at = (person, id) => doc(as(person), `trips/live/presence/${id}`);
const inSeconds = (seconds) => Timestamp.fromMillis(Date.now() + seconds * 1000);

/** Moments are told when they are needed: a busy machine may take longer than a short life until then. */
const now = (told) => (typeof told === 'function' ? told() : told);

const TAKEN = {
  'no place': { place: null },
  'a long place': { place: '名'.repeat(200) },
  'a place in another direction': { place: 'stops/שרה \u200f\u{1f600}' },
  'another colour': { colour: '#00ff99' },
  'a short life': () => ({ expiresAt: inSeconds(5) }),
  'a long life': () => ({ expiresAt: inSeconds(110) }),
};

const REFUSED = {
  'another field': { extra: 1 },
  "somebody else's name": { name: 'Olga' },
  'the own name': { name: 'Eva' },
  "somebody else's uid": { uid: 'olga' },
  'no uid': { uid: deleteField() },
  'a uid that is no text': { uid: 1 },
  'another device': { device: 'tablet' },
  'a place with an override': { place: 'stops/\u202einari' },
  'a place with an isolate': { place: '\u2066stops/inari' },
  'a place of two lines': { place: 'stops/inari\nOlga' },
  'a colour in words': { colour: 'green' },
  'a colour with more behind it': { colour: '#1a7f37;' },
  'a colour in capitals': { colour: '#1A7F37' },
  'a colour that is no text': { colour: 7 },
  'an empty place': { place: '' },
  'a place that is too long': { place: 'x'.repeat(201) },
  'a place that is a map': { place: { stop: 'inari' } },
  'no place at all': { place: deleteField() },
  "the device's own time": { seenAt: Timestamp.now() },
  'no time': { seenAt: deleteField() },
  'a life too long': () => ({ expiresAt: inSeconds(180) }),
  'a life that is over': () => ({ expiresAt: inSeconds(-1) }),
  'a life in milliseconds': { expiresAt: Date.now() + 60_000 },
  'no end': { expiresAt: deleteField() },
};

const merge = { merge: true };

test('taken, at first and as a renewal', async (t) => {
  for (const [name, changes] of Object.entries(TAKEN)) {
    await t.test(name, async () => {
      await assertSucceeds(setDoc(at('eva', 'eva_phone'), presence('eva', 'phone', now(changes))));
      await assertSucceeds(updateDoc(at('eva', 'eva_phone'), { ...now(changes), seenAt: serverTimestamp() }));
    });
  }
});

test('refused, at first and as a renewal', async (t) => {
  await assertSucceeds(setDoc(at('eva', 'eva_phone'), presence('eva')));
  for (const [name, changes] of Object.entries(REFUSED)) {
    await t.test(name, async () => {
      await assertFails(setDoc(at('eva', 'eva_new'), presence('eva', 'new', now(changes)), merge));
      await assertFails(setDoc(at('eva', 'eva_phone'), presence('eva', 'phone', now(changes)), merge));
    });
  }
});

test('a renewal renews its time', async () => {
  await assertSucceeds(setDoc(at('vic', 'vic_phone'), presence('vic')));
  await assertFails(updateDoc(at('vic', 'vic_phone'), { place: null }));
  await assertSucceeds(updateDoc(at('vic', 'vic_phone'), { place: null, seenAt: serverTimestamp() }));
});

test('two devices of one person, each under its own name', async () => {
  await assertSucceeds(setDoc(at('eva', 'eva_tablet'), presence('eva', 'tablet')));
  await assertFails(setDoc(at('eva', 'eva'), presence('eva', 'tablet')));
  await assertFails(setDoc(at('eva', 'olga_tablet'), presence('eva', 'tablet')));
  for (const device of ['', 'with space', 'x'.repeat(65), 'ü']) {
    await assertFails(setDoc(at('eva', `eva_${device}`), presence('eva', device)));
  }
  await assertSucceeds(setDoc(at('eva', `eva_${'x'.repeat(64)}`), presence('eva', 'x'.repeat(64))));
});

test("nobody writes another's presence", async () => {
  await assertFails(setDoc(at('eva', 'olga_phone'), presence('olga')));
  await assertFails(setDoc(at('eva', 'olga_phone'), presence('eva')));
  await assertFails(deleteDoc(at('eva', 'olga_phone')));
  await assertFails(setDoc(at('nobody', 'olga_phone'), presence('olga')));
});

test('an id that two people could have made is of who made it', async () => {
  await env.withSecurityRulesDisabled((context) =>
    context.firestore().doc('trips/live/presence/eva_x_phone').set({ ...presence('eva_x'), seenAt: Timestamp.now() }),
  );
  await assertFails(setDoc(at('eva', 'eva_x_phone'), presence('eva', 'x_phone')));
  await assertFails(deleteDoc(at('eva', 'eva_x_phone')));
});

test('whoever appeared may disappear, also after leaving the trip', async () => {
  await assertSucceeds(setDoc(at('val', 'val_phone'), presence('val')));
  await assertSucceeds(deleteDoc(at('val', 'val_phone')));
  await env.withSecurityRulesDisabled((context) =>
    context.firestore().doc('trips/live/presence/rob_phone').set({ uid: 'rob' }),
  );
  await assertFails(setDoc(at('rob', 'rob_phone'), presence('rob')));
  await assertSucceeds(deleteDoc(at('rob', 'rob_phone')));
});
