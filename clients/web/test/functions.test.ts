/** What the types of the functions promise: the build fails where the compiler thinks otherwise. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Caller, FunctionName, ReasonOf, RequestOf, ResultOf } from "../src/index.js";

class Recorder implements Caller {
  readonly made: [FunctionName, unknown][] = [];

  async call<Name extends FunctionName>(name: Name, data: RequestOf<Name>): Promise<ResultOf<Name>> {
    this.made.push([name, data]);
    return { tripId: "t1", role: "owner", name: "Kyoto" } as unknown as ResultOf<Name>;
  }
}

test("a call is typed by the name of the function", async () => {
  const backend = new Recorder();
  const trip = await backend.call("trips-create", { name: "Kyoto", destinations: ["Kyoto", { name: "Osaka" }] });
  const role: "viewer" | "voter" | "editor" | "owner" = trip.role;
  assert.equal(role, "owner");

  // @ts-expect-error: there is no such function
  await backend.call("trips-made", { name: "Kyoto" });
  // @ts-expect-error: a trip needs a name
  await backend.call("trips-create", {});
  // @ts-expect-error: it takes no such field
  await backend.call("trips-get", { tripId: trip.tripId, colour: "red" });
  // @ts-expect-error: no answer has such a field
  assert.equal(trip.colour, undefined);
  assert.equal(backend.made.length, 4);
});

test("the reasons of a refusal are known", () => {
  const known: ReasonOf<"trips-update">[] = ["TRIP_CHANGED", "ROLE_TOO_LOW", "TRIP_NOT_FOUND"];
  // @ts-expect-error: an update finds no poll closed
  const unknown: ReasonOf<"trips-update"> = "POLL_CLOSED";
  assert.ok(!known.includes(unknown));
});
