/**
 * Order keys: strings that leave room between any two neighbours, so that nothing is ever renumbered. A head says how many
 * base-62 digits follow (`a0` < `a1` … `az` < `b00`, and downwards `Zz` > `Zy` … `Z0` > `Yzz`), then comes a fraction
 * ("Implementing Fractional Indexing", David Greenspan, 2020).
 */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEADS = DIGITS.slice(10);
const MIDDLE = DIGITS[31] as string;

/** Elements of a map by id in their order; equal keys, which two people can make at once, go by id. */
export function inOrder<T extends { order: string }>(elements: Record<string, T>): [id: string, element: T][] {
  return Object.entries(elements).sort(([idA, a], [idB, b]) => compare(a.order, b.order) || compare(idA, idB));
}

/** A key strictly between two keys; null is an open end. Throws RangeError unless low < high. */
export function orderBetween(low: string | null, high: string | null): string {
  if (low !== null && high !== null) {
    if (low >= high) throw new RangeError(`${low} is not before ${high}`);
    return midpoint(low, high);
  }
  if (low !== null) return step(low, +1);
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

/** The shortest key between two keys read as fractions; it never ends in 0, so there is room before it. */
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
