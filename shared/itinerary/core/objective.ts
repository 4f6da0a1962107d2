// What is maximised (objective.py): the average score, the share of who is worst off, less travel.

import { average, cap, days, extra, fairness, kindOf, members, nodes, scores, tolling } from "./model";
import { grace, lengths, onTime, overtime, overtimeRate, routes, stale, tolled } from "./plan";

/** How much the means of the shares lean to the smallest ones: for what a stop is worth, and for accepting plans. */
const LEANING = 0.03;
const SMOOTHING = 0.06;
const NEGLIGIBLE = 1e-3;

/** Whose scores count: a member's, or everybody's (-1). */
export let goal: i32 = -1;
let target = new StaticArray<f64>(0);
/** The best scores known of plans for each member alone, and what all shares are worth together. */
export let alone = new StaticArray<f64>(0);
export let stakes: f64 = 0;
/** Whether shares count. */
export let fair: bool = false;
/** The value with a mean of the shares that leans to the smallest ones in the place of the smallest. */
export let smooth: f64 = 0;

let sums = new StaticArray<f64>(0);
/** [day * members + member] */
let totals = new StaticArray<f64>(0);
export let shares = new StaticArray<f64>(0);
export let lifts = new StaticArray<f64>(0);
let known: bool = false;

export function makeObjective(): void {
  target = average;
  alone = new StaticArray<f64>(members);
  sums = new StaticArray<f64>(days);
  totals = new StaticArray<f64>(days * members);
  shares = new StaticArray<f64>(members);
  lifts = new StaticArray<f64>(nodes);
}

/** Count the scores of one member only, or of everybody (-1). */
export function aim(member: i32): void {
  if (member == goal) return;
  goal = member;
  fair = known && member < 0;
  target = member < 0 ? average : memberRow(member);
  for (let day = 0; day < days; day++) stale[day] = true;
}

let rows = new StaticArray<StaticArray<f64> | null>(0);

/** A member's scores, as an array of their own: made once. */
function memberRow(member: i32): StaticArray<f64> {
  if (rows.length == 0) rows = new StaticArray<StaticArray<f64> | null>(members);
  const found = rows[member];
  if (found) return found;
  const row = new StaticArray<f64>(nodes);
  for (let node = 0; node < nodes; node++) row[node] = scores[member * nodes + node];
  rows[member] = row;
  return row;
}

/** Measure shares by these best scores alone from now on. */
export function know(): void {
  let sum: f64 = 0;
  for (let member = 0; member < members; member++) sum += alone[member];
  stakes = members > 0 ? (fairness * sum) / f64(members) : 0;
  known = fairness > 0 && members > 0;
  fair = known && goal < 0;
  for (let day = 0; day < days; day++) stale[day] = true;
}

// @ts-ignore: decorator
@inline
export function gain(day: i32, node: i32): f64 {
  return unchecked(extra[unchecked(kindOf[day]) * nodes + node]) + unchecked(target[node]);
}

/** Add up the days that changed since the last time. */
function count(): void {
  for (let day = 0; day < days; day++) {
    if (!unchecked(stale[day])) continue;
    unchecked((stale[day] = false));
    const row = day * cap, last = unchecked(lengths[day]) - 1;
    let sum: f64 = 0;
    for (let place = 1; place < last; place++) sum += gain(day, unchecked(routes[row + place]));
    unchecked((sums[day] = sum));
    if (fair) {
      for (let member = 0; member < members; member++) {
        const own = member * nodes;
        let total: f64 = 0;
        for (let place = 1; place < last; place++) total += unchecked(scores[own + routes[row + place]]);
        unchecked((totals[day * members + member] = total));
      }
    }
  }
}

/** Bring the members' shares of the plan up to date; the smallest. */
function share(): f64 {
  let least: f64 = 1;
  for (let member = 0; member < members; member++) {
    let total: f64 = 0;
    for (let day = 0; day < days; day++) total += unchecked(totals[day * members + member]);
    const best = unchecked(alone[member]);
    const part = best > 0 ? min(total / best, 1.0) : 1.0;
    unchecked((shares[member] = part));
    least = min(least, part);
  }
  return least;
}

/** The value of the plan, with the bonuses, or -Infinity if a day ends too late; brings `smooth`, which has a price for
 * that, and `shares` up to date. */
export function evaluate(): f64 {
  count();
  let total: f64 = 0;
  for (let day = 0; day < days; day++) {
    total += unchecked(sums[day]);
    if (tolling && goal < 0) total -= unchecked(tolled[day]) + overtimeRate * f64(unchecked(overtime[day]));
  }
  smooth = total;
  if (fair) {
    const least = share();
    let parts: f64 = 0;
    for (let member = 0; member < members; member++) parts += Math.exp((least - unchecked(shares[member])) / SMOOTHING);
    total += stakes * least;
    smooth = total - stakes * SMOOTHING * Math.log(parts / f64(members));
  }
  return grace == 0 || onTime() ? total : -Infinity;
}

/** Bring up to date what each node adds to the shares of who is worst off: to a mean that leans to them. */
export function lift(): void {
  memory.fill(changetype<usize>(lifts), 0, <usize>nodes << 3);
  if (!fair) return;
  count();
  const least = share();
  let whole: f64 = 0;
  for (let member = 0; member < members; member++) whole += Math.exp((least - unchecked(shares[member])) / LEANING);
  for (let member = 0; member < members; member++) {
    const part = Math.exp((least - unchecked(shares[member])) / LEANING), best = unchecked(alone[member]);
    if (best <= 0 || part <= NEGLIGIBLE) continue;
    const factor = (stakes * part) / (whole * best), own = member * nodes;
    for (let node = 0; node < nodes; node++) unchecked((lifts[node] += factor * scores[own + node]));
  }
}

/** The score and the fairness term of the plan, whatever the ways and bonuses. */
export function scored(): f64 {
  let sum: f64 = 0;
  for (let day = 0; day < days; day++) {
    for (let place = 1; place < lengths[day] - 1; place++) sum += average[routes[day * cap + place]];
  }
  if (!fair) return sum;
  count();
  return sum + stakes * share();
}
