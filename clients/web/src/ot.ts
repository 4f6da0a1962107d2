/** json0 with text-unicode, on documents that are never changed in place (so that a view can compare by identity). */

import { type as json0 } from "ot-json0";
import { type as textUnicode } from "ot-text-unicode";

json0.registerSubtype(textUnicode);

export type Scalar = null | boolean | number | string;
export type Json = Scalar | Json[] | { [key: string]: Json };
export type Path = readonly (string | number)[];
export type Side = "left" | "right";

/** Part of an operation: `oi`/`od` set and delete keys, `na` adds, `t`/`o` edits text, `li`/`ld`/`lm` edit lists. */
export interface Component {
  p: Path;
  oi?: Json;
  od?: Json;
  na?: number;
  t?: "text-unicode";
  o?: readonly (number | string | { readonly d: string })[];
  li?: Scalar;
  ld?: Scalar;
  lm?: number;
}

export type Op = readonly Component[];

/** The document after the operation; what did not change is the same object as before. */
export function apply(doc: Json, op: Op): Json {
  return op.reduce((now, component) => json0.apply(copyAlong(component.p, now), [component]) as Json, doc);
}

/** `op` as it reads after `other`. Of two that set one key, the left one wins. */
export function transform(op: Op, other: Op, side: Side): Op {
  return json0.transform([...op], [...other], side) as Component[];
}

/** One operation that does what `first` and then `second` do. */
export function compose(first: Op, second: Op): Op {
  return json0.compose([...first], [...second]) as Component[];
}

/** The value at a path, or undefined if there is none. */
export function at(doc: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value)) return typeof step === "number" ? value[step] : undefined;
    if (value === null || typeof value !== "object") return undefined;
    return Object.hasOwn(value, step) ? value[step] : undefined;
  }, doc);
}

/** Whether two JSON values are the same. */
export function equal(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [Object.entries(a), b as { [key: string]: Json }];
  return (
    left.length === Object.keys(b).length &&
    left.every(([key, value]) => Object.hasOwn(right, key) && equal(value, right[key]))
  );
}

/** The document with the containers that a path goes through copied: json0 changes those in place. */
function copyAlong(path: Path, doc: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined || doc === null || typeof doc !== "object") return doc;
  const copy = (Array.isArray(doc) ? [...doc] : { ...doc }) as { [key: string | number]: Json };
  const child = copy[step];
  if (rest.length && child !== undefined) copy[step] = copyAlong(rest, child);
  return copy as Json;
}
