// A client whose server is killed and started again: its listeners go on, its writes arrive.
import { once } from 'node:events';
import { collection, doc, setDoc, setLogLevel } from 'firebase/firestore';
import { follow, Project } from './people.mjs';

setLogLevel('silent');
const firestore = new Project(process.argv[2]).as(null);
const one = follow(doc(firestore, 'c/one'));
const all = follow(collection(firestore, 'c'));
const arrives = async (n) => {
  await setDoc(doc(firestore, 'c/one'), { n });
  await one.until((snapshot) => snapshot.data()?.n === n && !snapshot.metadata.hasPendingWrites);
  await all.until(({ docs, metadata }) => !metadata.fromCache && docs[0]?.data().n === n);
};

await arrives(1);
console.log('following');
await once(process.stdin, 'data');
await arrives(2);
console.log('caught up');
process.exit(0);
