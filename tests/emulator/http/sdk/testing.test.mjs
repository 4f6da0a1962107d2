// The emulator as `@firebase/rules-unit-testing` sees it, found through FIREBASE_EMULATOR_HUB alone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertFails, assertSucceeds, initializeTestEnvironment } from '@firebase/rules-unit-testing';
import { collection, doc, getDoc, getDocs, setDoc, setLogLevel } from 'firebase/firestore';

const rules = `rules_version = '2';
  service cloud.firestore {
    match /databases/{database}/documents/rooms/{room} {
      allow read: if request.auth != null;
      allow write: if request.auth.uid == room && request.auth.token.email_verified == true;
    }
  }`;
const projectId = `demo-${crypto.randomUUID()}`;
let environment;

before(async () => {
  setLogLevel('silent');
  environment = await initializeTestEnvironment({ projectId, firestore: { rules } });
});
after(() => environment.cleanup());

test('contexts carry their claims', async () => {
  const alice = environment.authenticatedContext('alice', { email_verified: true }).firestore();
  const hasty = environment.authenticatedContext('hasty').firestore();
  const nobody = environment.unauthenticatedContext().firestore();
  await assertSucceeds(setDoc(doc(alice, 'rooms/alice'), {}));
  await assertFails(setDoc(doc(alice, 'rooms/bob'), {}));
  await assertFails(setDoc(doc(hasty, 'rooms/hasty'), {}));
  await assertSucceeds(getDocs(collection(hasty, 'rooms')));
  await assertFails(getDoc(doc(nobody, 'rooms/alice')));
});

test('rules can be left aside, documents cleared', async () => {
  await environment.withSecurityRulesDisabled((context) => setDoc(doc(context.firestore(), 'secret/one'), {}));
  const seen = async () => {
    let size;
    await environment.withSecurityRulesDisabled(async (context) => {
      size = (await getDocs(collection(context.firestore(), 'secret'))).size;
    });
    return size;
  };
  assert.equal(await seen(), 1);
  await environment.clearFirestore();
  assert.equal(await seen(), 0);
});

test('a bad ruleset is refused, with its place', async () => {
  const options = { projectId, firestore: { rules: 'service cloud.firestore {\n  match /a/{b} { allow; }' } };
  await assert.rejects(initializeTestEnvironment(options), /L2:/);
});
