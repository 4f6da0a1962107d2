// Runs the scenarios one after the other and tells how each ended: its name, and null or what went wrong.
import { Project } from './people.mjs';
import { SCENARIOS } from './scenarios.mjs';

const SECONDS = 30;

export async function runAll(address, settings, names = Object.keys(SCENARIOS)) {
  const outcomes = {};
  for (const name of names) {
    const project = new Project(address, settings);
    outcomes[name] = await Promise.race([SCENARIOS[name](project), timeout()]).then(
      () => null,
      (error) => `${error.stack ?? error}`,
    );
    await project.close();
  }
  return outcomes;
}

function timeout() {
  return new Promise((_, reject) => setTimeout(() => reject(new Error(`not done in ${SECONDS} s`)), SECONDS * 1000));
}
