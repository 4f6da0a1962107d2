// Calls the sample functions with the official Firebase SDK, as the app does: node client.mjs FUNCTIONS AUTH
// (host:port each). Prints what it got as one JSON object.

import { initializeApp } from "firebase/app";
import { connectAuthEmulator, createUserWithEmailAndPassword, getAuth } from "firebase/auth";
import { connectFunctionsEmulator, getFunctions, httpsCallable } from "firebase/functions";

const [functionsAddress, authAddress] = process.argv.slice(2);
const [host, port] = functionsAddress.split(":");
const app = initializeApp({ projectId: "demo-travvy", apiKey: "any" });
const auth = getAuth(app);
connectAuthEmulator(auth, `http://${authAddress}`, { disableWarnings: true });
const functions = getFunctions(app, "us-central1");
connectFunctionsEmulator(functions, host, Number(port));

const call = async (name, data) => (await httpsCallable(functions, name)(data)).data;
const failure = (name, data) =>
  call(name, data).then(
    () => null,
    ({ code, message, details }) => ({ code, message, details }),
  );

const signedOut = await failure("echo-whoami");
const { user } = await createUserWithEmailAndPassword(auth, `${crypto.randomUUID()}@example.com`, "correct horse");
const { stream, data } = await httpsCallable(functions, "count-up").stream({ number: 3 });
const chunks = [];
for await (const chunk of stream) chunks.push(chunk.number);

const got = {
  signedOut,
  uid: user.uid,
  whoami: await call("echo-whoami"),
  said: await call("echo-say", { text: "grüezi", anything: [1, null] }),
  large: typeof (await call("echo-say", { anything: 2 ** 60 })).anything,
  invalid: await failure("echo-say", { number: "x" }),
  quota: await failure("fail-with", { kind: "quota" }),
  broken: await failure("fail-with", { kind: "unknown" }),
  tooLow: await failure("trip-edit", { tripId: "t", roleOfCaller: "viewer" }),
  chunks,
  result: await data,
};
process.stdout.write(JSON.stringify(got));
process.exit(0);
