/** Operations from what a person does. Each is made against the plan as shown, which is what the server checks. */

import { at, equal, type Json, type Op, type Path } from "./ot.js";

/** Control characters, direction overrides and isolates, halves of characters: what pasted text may hide. */
const NEVER_INSERTED = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;
const MARK = /^\p{M}/u;

/** What somebody typed or pasted, in NFC and without what the server refuses an operation for. */
export function plain<T extends Json>(value: T): T;
export function plain(value: Json): Json {
  if (typeof value === "string") return value.replace(NEVER_INSERTED, "").normalize("NFC");
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** Make the value at a path what it should be; one operation without effect if it is that already. */
export function set(doc: Json, path: Path, value: Json): Op {
  const [present, wanted] = [at(doc, path), plain(value)];
  if (equal(present, wanted)) return [];
  return [{ p: path, ...(present !== undefined && { od: present }), oi: wanted }];
}

/** Delete a key. */
export function remove(doc: Json, path: Path): Op {
  const present = at(doc, path);
  return present === undefined ? [] : [{ p: path, od: present }];
}

/** Add to a whole number. Two people who add at the same time both count, unlike two who set. */
export function add(path: Path, amount: number): Op {
  return amount ? [{ p: path, na: amount }] : [];
}

/**
 * Make a text what a text field now shows. What two people type in different places is kept from both; only what lies
 * between the common beginning and the common end is replaced. Counts whole characters, so emoji stay whole. What is
 * inserted is in NFC, together with the letter that a mark belongs to: nobody may rewrite it once it is an operation.
 */
export function retype(doc: Json, path: Path, text: string): Op {
  const present = at(doc, path);
  if (typeof present !== "string") return set(doc, path, text);
  const [before, after] = [[...present], [...text.replace(NEVER_INSERTED, "")]];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  if (before.length === after.length && start === before.length) return [];
  while (start > 0 && MARK.test(after[start] ?? "")) start -= 1;
  while (end > 0 && MARK.test(after.at(-end) ?? "")) end -= 1;
  const inserted = plain(after.slice(start, after.length - end).join(""));
  const deleted = before.slice(start, before.length - end).join("");
  if (inserted === deleted) return [];
  const o = [...(start ? [start] : []), ...(inserted ? [inserted] : []), ...(deleted ? [{ d: deleted }] : [])];
  return [{ p: path, t: "text-unicode", o }];
}
