/** What people do to a plan, at random. */

import { add, remove, retype, set } from "../src/edits.js";
import { at, type Json, type Op } from "../src/ot.js";
import type { Dice } from "./dice.js";

const STOPS = ["inari", "castle", "market", "museum"];
const WORDS = ["tea ", "bus ", "😀", "お茶", "x"];

export const EMPTY: Json = { notes: "", days: { one: {}, two: {} }, stops: {}, count: 0 };

export function randomEdit(dice: Dice, doc: Json): Op {
  const stop = dice.of(STOPS);
  const present = at(doc, ["stops", stop]) !== undefined;
  switch (dice.below(6)) {
    case 0:
      return present
        ? remove(doc, ["stops", stop])
        : set(doc, ["stops", stop], { dayId: dice.of(["one", "two", null]), order: "a0", name: stop, minutes: 60 });
    case 1:
      return present
        ? [...set(doc, ["stops", stop, "dayId"], dice.of(["one", "two"])), ...set(doc, ["stops", stop, "order"], dice.of(["a1", "a2"]))]
        : [];
    case 2:
      return present ? retype(doc, ["stops", stop, "name"], changed(dice, at(doc, ["stops", stop, "name"]) as string)) : [];
    case 3:
      return present ? add(["stops", stop, "minutes"], dice.of([-5, 10])) : [];
    case 4:
      return add(["count"], 1);
    default:
      return retype(doc, ["notes"], changed(dice, at(doc, ["notes"]) as string));
  }
}

function changed(dice: Dice, text: string): string {
  const characters = [...text];
  characters.splice(dice.below(characters.length + 1), dice.below(3), dice.of(WORDS));
  return characters.join("");
}
