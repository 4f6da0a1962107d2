// What phones do: the Firebase SDK uploads, with storage.rules in force. Prints the outcomes as JSON.
import { initializeApp } from 'firebase/app';
import {
  connectStorageEmulator, deleteObject, getBytes, getMetadata, getStorage, ref, updateMetadata, uploadBytes,
  uploadBytesResumable,
} from 'firebase/storage';

const [host, port] = process.argv[2].split(':');

function storageOf(uid) {
  const app = initializeApp({ projectId: 'demo-travvy', storageBucket: 'demo-travvy.firebasestorage.app' }, uid ?? 'nobody');
  const storage = getStorage(app);
  connectStorageEmulator(storage, host, Number(port), uid ? { mockUserToken: { user_id: uid } } : {});
  storage.maxUploadRetryTime = storage.maxOperationRetryTime = 2000;
  return storage;
}

const outcomes = {};
async function attempt(name, work) {
  try {
    outcomes[name] = (await work()) ?? 'ok';
  } catch (error) {
    outcomes[name] = error.code ?? String(error);
  }
}

const [ana, eve, nobody] = ['ana', 'eve', undefined].map(storageOf);
const picture = new Uint8Array(1000).fill(7);
const image = { contentType: 'image/jpeg' };
const mine = ref(ana, 'uploads/ana/a.jpg');

await attempt('own picture', async () => (await uploadBytes(mine, picture, image)).metadata.size);
await attempt('own recording', async () => { await uploadBytes(ref(ana, 'uploads/ana/b.m4a'), picture, { contentType: 'audio/mp4' }); });
await attempt('resumable', async () => {
  const large = new Uint8Array(3 * 1024 * 1024).fill(1);
  const done = await uploadBytesResumable(ref(ana, 'uploads/ana/c.png'), large, { contentType: 'image/png' });
  return done.metadata.size;
});
await attempt('over an own one', async () => { await uploadBytes(mine, picture, image); });
await attempt('a program', async () => { await uploadBytes(ref(ana, 'uploads/ana/d'), picture, { contentType: 'text/html' }); });
await attempt('nothing', async () => { await uploadBytes(ref(ana, 'uploads/ana/e.jpg'), new Uint8Array(0), image); });
await attempt('too large', async () => { await uploadBytes(ref(ana, 'uploads/ana/f.jpg'), new Uint8Array(20 * 1024 * 1024 + 1), image); });
await attempt("somebody else's", async () => { await uploadBytes(ref(eve, 'uploads/ana/g.jpg'), picture, image); });
await attempt('elsewhere', async () => { await uploadBytes(ref(ana, 'other/ana/h.jpg'), picture, image); });
await attempt('deeper', async () => { await uploadBytes(ref(ana, 'uploads/ana/deep/i.jpg'), picture, image); });
await attempt('signed out', async () => { await uploadBytes(ref(nobody, 'uploads/ana/j.jpg'), picture, image); });
await attempt('read', async () => { await getBytes(mine); });
await attempt('describe', async () => { await getMetadata(mine); });
await attempt('change', async () => { await updateMetadata(mine, { contentType: 'text/html' }); });
await attempt("delete somebody else's", async () => { await deleteObject(ref(eve, 'uploads/ana/a.jpg')); });
await attempt('delete', async () => { await deleteObject(mine); });
console.log(JSON.stringify(outcomes));
process.exit(0);
