// Firebase Auth as firebase-tools ships it, started without the hub and the UI.
//
// node emulator/auth.mjs --port N [--host H] [--project P] [--data DIR]
// Port 0 takes a free one. Prints `READY auth <host>:<port>`, exits 0 on SIGTERM or SIGINT, 3 if the port is taken.
// With --data, accounts are read from DIR at start and kept in it while it runs.

import { mkdirSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";

const SAVE_EVERY_MILLISECONDS = 2000;

const { values: options } = parseArgs({
  options: {
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string" },
    project: { type: "string", default: "demo-travvy" },
    data: { type: "string" },
  },
});
const port = Number(options.port);
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  process.stderr.write("auth: --port must be a port number, or 0 for a free one\n");
  process.exit(2);
}

function firebaseTools() {
  try {
    return createRequire(import.meta.url).resolve("firebase-tools/package.json");
  } catch {
    process.stderr.write("auth: firebase-tools is not installed; `make setup` does that\n");
    process.exit(2);
  }
}

// The emulator compiles a validator for each of its 800 parameters before it listens; exegesis can also do that at the
// first request that needs one, which is the difference between six seconds and one.
const require = createRequire(firebaseTools());
const exegesis = require("exegesis-express");
const { middleware } = exegesis;
exegesis.middleware = (description, settings) =>
  middleware(description, { ...settings, lazyCompileValidationSchemas: true });
const { createApp } = require("./lib/emulator/auth/server");

class AccountsFile {
  constructor(directory, address) {
    mkdirSync(directory, { recursive: true });
    this.path = join(directory, "accounts.json");
    this.url = `http://${address}/identitytoolkit.googleapis.com/v1/projects/${options.project}/accounts`;
    this.headers = { Authorization: "Bearer owner", "Content-Type": "application/json" };
    this.saved = "";
  }

  async load() {
    if (!existsSync(this.path)) return;
    this.saved = readFileSync(this.path, "utf8");
    if (JSON.parse(this.saved).users.length === 0) return;
    const answer = await fetch(`${this.url}:batchCreate`, { method: "POST", headers: this.headers, body: this.saved });
    const problems = answer.ok ? (await answer.json()).error : [await answer.text()];
    if (problems?.length) throw new Error(`${this.path} cannot be loaded: ${JSON.stringify(problems)}`);
  }

  async save() {
    const answer = await fetch(`${this.url}:batchGet?maxResults=-1`, { headers: this.headers });
    const users = (await answer.json()).users ?? [];
    const text = JSON.stringify({ users });
    if (text === this.saved) return;
    writeFileSync(`${this.path}.new`, text, { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
    this.saved = text;
  }
}

const app = await createApp(options.project);
const server = app.listen(port, options.host);
server.on("error", (error) => {
  if (error.code !== "EADDRINUSE" && error.code !== "EACCES") throw error;
  process.stderr.write(`auth: port ${port} on ${options.host} is taken; choose another with --port\n`);
  process.exit(3);
});
server.on("listening", async () => {
  const address = `${options.host}:${server.address().port}`;
  const file = options.data ? new AccountsFile(options.data, address) : undefined;
  await file?.load();
  const saving = file && setInterval(() => file.save(), SAVE_EVERY_MILLISECONDS);

  const stop = async () => {
    clearInterval(saving);
    await file?.save();
    process.exit(0);
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.stdout.write(`READY auth ${address}\n`);
});
