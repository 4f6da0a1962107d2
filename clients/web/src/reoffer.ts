/**
 * Offering edits again on a plan that they were not made against: after a resync, or when an edit they built on was
 * refused. There is nothing to transform over, so each edit is repeated by what it meant, or given back.
 */

import { apply, at, equal, type Component, type Json, type Op } from "./ot.js";

export interface Offer {
  /** What fits the new plan and means the same there. */
  kept: Op;
  /** What cannot be repeated without guessing; as it was. */
  lost: Op;
}

/**
 * Repeat on `after` what `op` did on `before`. `maybeDone`: the server may have committed it already, so that only
 * what can be done twice without harm (setting and deleting) is repeated.
 */
export function reoffer(before: Json, op: Op, after: Json, maybeDone = false): Offer {
  const offer = { kept: [] as Component[], lost: [] as Component[] };
  for (const component of op) {
    const again = repeated(before, component, after, maybeDone);
    if (again === "lost") {
      offer.lost.push(component);
    } else if (again !== "done") {
      offer.kept.push(again);
      after = apply(after, [again]);
    }
    before = apply(before, [component]);
  }
  return offer;
}

function repeated(before: Json, component: Component, after: Json, maybeDone: boolean): Component | "done" | "lost" {
  const { p, oi } = component;
  const inside = at(after, p.slice(0, -1));
  const present = at(after, p);
  if (oi !== undefined || component.od !== undefined) {
    if (inside === null || typeof inside !== "object" || Array.isArray(inside)) return oi === undefined ? "done" : "lost";
    if (equal(present, oi)) return "done";
    return { p, ...(present !== undefined && { od: present }), ...(oi !== undefined && { oi }) };
  }
  if (maybeDone) return "lost";
  if (component.na !== undefined) return typeof present === "number" ? component : "lost";
  const target = component.t === undefined ? p.slice(0, -1) : p;
  const [then, now] = [at(before, target), at(after, target)];
  return now !== undefined && equal(then, now) ? component : "lost";
}
