// The people, the trips and everything under them that the rules are tried on.
import { readFileSync } from 'node:fs';

import { initializeTestEnvironment } from '@firebase/rules-unit-testing';
import { serverTimestamp, Timestamp } from 'firebase/firestore';

/** uid: role in the trip. Gus is signed in and has none; Rob had one; 'nobody' is not signed in. */
export const ROLES = { olga: 'owner', eva: 'editor', vic: 'voter', val: 'viewer' };
export const PEOPLE = [...Object.keys(ROLES), 'gus', 'rob', 'nobody'];

const PRESENCE = { uid: 'olga', device: 'phone', colour: '#1a7f37', place: null };

/** Paths below a trip, and what lies there. */
export const BELOW_A_TRIP = {
  'members/olga': { uid: 'olga', role: 'owner' },
  'members/rob': { uid: 'rob', role: 'viewer' },
  'plan/current': { version: 1, text: '{}' },
  'plan/current/ops/1': { version: 1, uid: 'olga' },
  'plan/current/snapshots/1': { version: 1, text: '{}' },
  'settings/costs': { stays: {} },
  'jobs/one': { by: 'olga', state: 'done' },
  'jobs/one/stages/one': { output: '{}' },
  'activity/one': { words: 'Olga made the trip' },
  'polls/one': { question: 'Where?' },
  'expenses/one': { amount: 100 },
  'expenses/one/audit/1': { version: 1 },
  'comments/one': { text: 'Hm' },
  'proposals/one': { ops: '[]' },
  'reactions/one': { byUid: { olga: 'love' } },
  'polls/one/votes/olga': { choices: ['o1'] },
  'presence/olga_phone': PRESENCE,
  'audit/one': { actor: 'olga' },
  'moves/one': { seq: 1 },
  'calendarFeeds/olga': { nameHash: 'hash' },
  'requests/one': { made: 'hash' },
  'pictures/one': { by: 'olga' },
  'voices/one': { by: 'olga', text: 'Two days in Kyoto' },
  'threads/shared': { private: false, by: 'olga', title: 'Hello' },
  'threads/shared/messages/one': { by: 'olga', text: 'Hello', number: 1 },
  'threads/shared/memory/summary': { text: 'Hello', covers: 1 },
  'threads/secret': { private: true, by: 'olga', title: 'A present for Eva' },
  'threads/secret/messages/one': { by: 'olga', text: 'A present for Eva', number: 1 },
  'threads/secret/memory/summary': { text: 'A present for Eva', covers: 1 },
  'unheard/of': {},
};

export const ELSEWHERE = {
  'users/olga': { name: 'Olga' },
  'users/olga/devices/phone': { token: 'secret' },
  'users/olga/jobs/one': { kind: 'users-export-data', state: 'done' },
  'users/olga/jobs/one/stages/one': { output: '{}' },
  'users/olga/exports/one': { chunks: ['0'] },
  'users/olga/exports/one/chunks/0': { data: 'secret' },
  'deletions/olga': { due: 1 },
  'admins/olga': { by: 'olga' },
  'publicPages/hash': { tripId: 'live' },
  'invitations/hash': { tripId: 'live', role: 'viewer' },
  'outbox/one': { type: 'trip.created.v1' },
  'quotas/olga': { tokens: 1 },
  'quotaReceipts/one': { what: 'generations' },
  'rememberedAnswers/one': { answer: '{}' },
  'health/probe': {},
  'audit/one': { actor: 'olga' },
  'unheard/of': {},
};

/** The ids of all collections in it. */
export const COLLECTIONS = [
  ...new Set(['trips', ...Object.keys({ ...BELOW_A_TRIP, ...ELSEWHERE }).flatMap(collectionsOf)]),
];

function collectionsOf(path) {
  return path.split('/').filter((_, position) => position % 2 === 0);
}

/** A presence that the rules take from `uid` on `device`. */
export function presence(uid, device = 'phone', changes = {}) {
  return {
    uid,
    device,
    colour: '#1a7f37',
    place: 'stops/inari/notes',
    seenAt: serverTimestamp(),
    expiresAt: Timestamp.fromMillis(Date.now() + 60_000),
    ...changes,
  };
}

const rules = readFileSync(new URL('../../firestore.rules', import.meta.url), 'utf8');

/** Everything above, stored; `as(person)` is that person's Firestore. The caller closes `env`. */
export async function makeWorld(projectId) {
  const env = await initializeTestEnvironment({ projectId, firestore: { rules } });
  await env.clearFirestore();
  await env.withSecurityRulesDisabled(async (context) => {
    const batch = context.firestore().batch();
    const store = (path, data) => batch.set(context.firestore().doc(path), data);
    for (const [id, deletedAt] of [['live', null], ['gone', Timestamp.now()]]) {
      store(`trips/${id}`, { name: id, roles: ROLES, members: deletedAt ? [] : Object.keys(ROLES), deletedAt });
      for (const [path, data] of Object.entries(BELOW_A_TRIP)) store(`trips/${id}/${path}`, data);
    }
    for (const [path, data] of Object.entries(ELSEWHERE)) store(path, data);
    await batch.commit();
  });
  const known = new Map();
  const as = (person) => {
    if (!known.has(person)) {
      const context = person === 'nobody' ? env.unauthenticatedContext() : env.authenticatedContext(person);
      known.set(person, context.firestore());
    }
    return known.get(person);
  };
  return { env, as };
}
