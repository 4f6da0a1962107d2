// Plans under change may end their days late, at a price: where days are full, stops change places more easily. Only a
// plan that is on time is ever kept as the best (penalties that adapt, after Cordeau et al. 2001 and Vidal et al. 2013).

import { candidateCount, days, kindOf, lasts, nodes, opens, size, tolling } from "./model";
import { allowOvertime, chargeOvertime, overtimeRate, wholeOvertime } from "./plan";

/** How late a day may end, as a part of the longest one. */
const PART = 1.0 / 16.0;
/** What a time costs at first, in what a plan is worth for that time. */
const FIRST_RATE = 2.0;
const STEP = 1.02;
/** Where all plans are on time for long, or late, the price must not run out of numbers. */
const LEAST_RATE = 1e-9;
const MOST_RATE = 1e9;
/** The share of plans on time that the price is to lead to. */
const ON_TIME = 0.4;

let most: i32 = 0;

/** Begin with a plan of such a worth. Without a price of travel days are not worth ending at any time. */
export function makeOvertime(worth: f64): void {
  let time = 0, longest = 0;
  for (let day = 0; day < days; day++) {
    // Where nothing can be planned the end may be beyond all times.
    if (candidateCount[kindOf[day]] == 0) continue;
    const own = lasts[day * size + nodes + 2 * day + 1] - opens[day * size + nodes + 2 * day];
    time += own;
    longest = max(longest, own);
  }
  most = tolling ? i32(f64(longest) * PART) : 0;
  chargeOvertime((FIRST_RATE * worth) / f64(max(time, 1)));
}

export function lenient(): void {
  allowOvertime(most);
}

/** The plan at hand is on time, or is replaced next. */
export function strict(): void {
  allowOvertime(0);
}

/** Bring the price up to date after a change; how much more the plan at hand costs by that. */
export function adapt(): f64 {
  if (most == 0) return 0;
  const before = overtimeRate, late = wholeOvertime();
  const next = late == 0 ? before / STEP : before * Math.pow(STEP, ON_TIME / (1.0 - ON_TIME));
  chargeOvertime(min(max(next, LEAST_RATE), MOST_RATE));
  return (overtimeRate - before) * f64(late);
}
