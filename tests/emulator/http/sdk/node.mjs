// The scenarios in Node, where the SDK speaks gRPC. Prints the outcomes as JSON.
import { setLogLevel } from 'firebase/firestore';
import { runAll } from './run.mjs';

setLogLevel('silent');
console.log(JSON.stringify(await runAll(process.argv[2])));
process.exit(0);
