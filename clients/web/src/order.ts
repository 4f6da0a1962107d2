/**
 * Order keys: strings that leave room between any two neighbours, so that nothing is ever renumbered. A head says how many
 * base-62 digits follow (`a0` < `a1` … `az` < `b00`, and downwards `Zz` > `Zy` … `Z0` > `Yzz`), then comes a fraction
 * ("Implementing Fractional Indexing", David Greenspan, 2020).
 */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEADS = DIGITS.slice(10);
const MIDDLE = DIGITS[31] as string;
const MAX_LENGTH = 64;
const KEY = /^[0-9A-Za-z]{1,64}$/;

/** Elements of a map by id in their order; equal keys, which two people can make at once, go by id. */
export function inOrder<T extends { order: string }>(elements: Record<string, T>): [id: string, element: T][] {
  return Object.entries(elements).sort(([idA, a], [idB, b]) => compare(a.order, b.order) || compare(idA, idB));
}

/**
 * A key strictly between two keys; null is an open end. Throws RangeError unless both are keys and low < high, and also where
 * no key lies between them, as between "a" and "a0": the plan takes any 1 to 64 digits, and other clients may have made them.
 */
export function orderBetween(low: string | null, high: string | null): string {
  for (const key of [low, high]) if (key !== null && !KEY.test(key)) throw new RangeError(`${key} is no order key`);
  if (low !== null && high !== null && low >= high) throw new RangeError(`${low} is not before ${high}`);
  const floor = low ?? "";
  for (const key of [preferred(low, high), following(floor)]) {
    if (floor < key && (high === null || key < high) && KEY.test(key)) return key;
  }
  throw new RangeError(`no key lies between ${low} and ${high}`);
}

/** The very next key: if that is too far, everything is. Empty if there is none. */
function following(key: string): string {
  if (key.length < MAX_LENGTH) return `${key}0`;
  const stem = key.replace(/z+$/, "");
  return stem && stem.slice(0, -1) + DIGITS.charAt(DIGITS.indexOf(stem.slice(-1)) + 1);
}

/** A short key with room on both sides, right whenever both keys were made here. */
function preferred(low: string | null, high: string | null): string {
  if (low !== null) return high === null ? step(low, +1) : midpoint(low, high);
  return high === null ? "a0" : step(high, -1);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The next integer above or below a key. */
function step(key: string, by: 1 | -1): string {
  const head = key.charAt(0);
  const width = integerDigits(head);
  if (key.length <= width) return beyond(key, by);
  if (by < 0 && key.length > width + 1) return key.endsWith("0") ? midpoint("", key) : key.slice(0, width + 1);
  const digits = [...key.slice(1, width + 1)];
  for (let place = width - 1; place >= 0; place -= 1) {
    const value = DIGITS.indexOf(digits[place] as string) + by;
    const digit = DIGITS[value];
    if (digit !== undefined) {
      digits[place] = digit;
      return head + digits.join("");
    }
    digits[place] = by > 0 ? "0" : "z";
  }
  const next = HEADS[HEADS.indexOf(head) + by];
  return next === undefined ? beyond(key, by) : next + (by > 0 ? "0" : "z").repeat(integerDigits(next));
}

function beyond(key: string, by: 1 | -1): string {
  return by > 0 ? key + MIDDLE : midpoint("", key);
}

function integerDigits(head: string): number {
  if (head >= "a") return head.charCodeAt(0) - 96;
  return head >= "A" ? 91 - head.charCodeAt(0) : DIGITS.length;
}

/** The shortest key between two keys that differ as fractions; it never ends in 0, so there is room before it. */
function midpoint(low: string, high: string): string {
  let prefix = "";
  let open = false;
  for (;;) {
    const floor: number = DIGITS.indexOf(low.charAt(prefix.length) || "0");
    const digit: string = high.charAt(prefix.length);
    const ceiling: number = open || !digit ? DIGITS.length : DIGITS.indexOf(digit);
    if (ceiling - floor > 1) return prefix + DIGITS.charAt((floor + ceiling) >> 1);
    prefix += DIGITS.charAt(floor);
    open ||= ceiling > floor;
  }
}
