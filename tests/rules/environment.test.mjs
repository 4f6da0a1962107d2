// The test environment itself: rules of one project, refused rules, clearing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertFails, assertSucceeds, initializeTestEnvironment } from '@firebase/rules-unit-testing';
import { doc, getDoc, setDoc } from 'firebase/firestore';

const text = (condition) => `service cloud.firestore {\n  match /{x=**} { allow read, write: if ${condition}; }\n}`;

test('each project has its own rules', async () => {
  const open = await initializeTestEnvironment({ projectId: 'demo-open', firestore: { rules: text('true') } });
  const closed = await initializeTestEnvironment({ projectId: 'demo-closed', firestore: { rules: text('false') } });
  await assertSucceeds(setDoc(doc(open.unauthenticatedContext().firestore(), 'a/b'), {}));
  await assertFails(setDoc(doc(closed.authenticatedContext('ada').firestore(), 'a/b'), {}));
  await Promise.all([open.cleanup(), closed.cleanup()]);
});

test('refused rules are refused with their place, and the old ones stay', async () => {
  const projectId = 'demo-refused';
  const env = await initializeTestEnvironment({ projectId, firestore: { rules: text("request.auth.uid == 'ada'") } });
  await assert.rejects(initializeTestEnvironment({ projectId, firestore: { rules: text('true ||') } }), /2:48/);
  await assertSucceeds(setDoc(doc(env.authenticatedContext('ada').firestore(), 'a/b'), {}));
  await assertFails(setDoc(doc(env.authenticatedContext('bob').firestore(), 'a/b'), {}));
  await env.cleanup();
});

test('claims of a test user, and clearing', async () => {
  const rules = text('request.auth.token.level == 2');
  const env = await initializeTestEnvironment({ projectId: 'demo-claims', firestore: { rules } });
  const db = env.authenticatedContext('ada', { level: 2 }).firestore();
  await assertSucceeds(setDoc(doc(db, 'a/b'), { n: 1 }));
  await assertFails(getDoc(doc(env.authenticatedContext('ada').firestore(), 'a/b')));
  await env.clearFirestore();
  assert.equal((await getDoc(doc(db, 'a/b'))).exists(), false);
  await env.cleanup();
});
