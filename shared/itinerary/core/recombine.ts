// Better plans from days seen in different plans: one of the routes seen for each day, so that no visit is made twice
// and the budget holds. After Hu and Lim (2014), with days that differ, a budget and a fairness term.

import { budget, budgeted, cap, days, daysOf, kindOf, kinds, members, nodes, words } from "./model";
import { alone, fair, stakes } from "./objective";
import {
  apart, count, forget, kindsOf, moneys, ranks, recombines, sizes, stops, stride, tops, totals, worths,
} from "./pool";
import { bound, goalValue, setAside, topRanks } from "./prices";
import { work, worked } from "./fill";

const MOST_RANKED = 300;
const MOST_STEPS = 20_000;
const NONE: i32 = -1;

/** [depth][kind][i]: the routes that may still be chosen, best rank first. */
let levels = new StaticArray<i32>(0);
let levelSizes = new StaticArray<i32>(0);
let levelDays = new StaticArray<i32>(0);
/** [depth]: the kind of day a route is being chosen for, which one is next, what all that are chosen are worth at their
 * prices and take of the budget, and what the other days can add at most. */
let firstLeft = new StaticArray<i32>(0);
let openKinds = new StaticArray<i32>(0);
let openNext = new StaticArray<i32>(0);
let openWorths = new StaticArray<f64>(0);
let openMoneys = new StaticArray<f64>(0);
let openHopes = new StaticArray<f64>(0);
let depth: i32 = NONE;
let picked = new StaticArray<i32>(0);
let steps: i32 = 0;
/** The worth of the plan that is to be bettered. */
let known: f64 = 0;
/** The routes of the better plan that was found: pool numbers. */
let found = new StaticArray<i32>(0);
let foundCount: i32 = 0;

export function makeRecombination(): void {
  if (!recombines()) return;
  levels = new StaticArray<i32>((days + 1) * kinds * MOST_RANKED);
  levelSizes = new StaticArray<i32>((days + 1) * kinds);
  levelDays = new StaticArray<i32>((days + 1) * kinds);
  firstLeft = new StaticArray<i32>(kinds);
  openKinds = new StaticArray<i32>(days);
  openNext = new StaticArray<i32>(days);
  openWorths = new StaticArray<f64>(days);
  openMoneys = new StaticArray<f64>(days);
  openHopes = new StaticArray<f64>(days);
  picked = new StaticArray<i32>(days);
  found = new StaticArray<i32>(days);
}

/** Begin to look for a better plan among the routes, at the prices of now. */
export function beginChoosing(): void {
  steps = 0;
  depth = NONE;
  known = goalValue;
  if (makeLevels()) open(bound(), 0);
}

/** Go on choosing routes, as long as the slice's `mostWork` lets; whether that is done. */
export function choose(mostWork: i32): bool {
  while (depth >= 0) {
    if (work > mostWork) return false;
    const kind = openKinds[depth], own = depth * kinds + kind, index = openNext[depth]++;
    if (index == levelSizes[own]) {
      depth--;
      continue;
    }
    const route = levels[own * MOST_RANKED + index];
    if (++steps > MOST_STEPS || openHopes[depth] + ranks[route] * f64(levelDays[own]) <= known) {
      depth--;
      continue;
    }
    const spent = openMoneys[depth] + moneys[route], worth = openWorths[depth] + ranks[route];
    if ((budgeted && spent > budget) || narrow(kind, index, route, worth) <= known) continue;
    picked[depth] = route;
    if (depth + 1 < days) open(worth, spent);
    else noteChoice();
  }
  return true;
}

/** Put the better plan into `plan` if one was found; whether it was. */
export function better(plan: StaticArray<i32>, planLengths: StaticArray<i32>): bool {
  if (foundCount == 0) return false;
  for (let kind = 0; kind < kinds; kind++) {
    let at = 0;
    for (let day = 0; day < days; day++) {
      if (kindOf[day] != kind) continue;
      while (kindsOf[found[at]] != kind) at++;
      const route = found[at++], row = day * cap;
      planLengths[day] = sizes[route] + 2;
      plan[row] = nodes + 2 * day;
      for (let place = 0; place < sizes[route]; place++) plan[row + 1 + place] = stops[route * stride + place];
      plan[row + sizes[route] + 1] = nodes + 2 * day + 1;
    }
  }
  foundCount = 0;
  return true;
}

/** The routes that can be part of a better plan, as far as prices tell; whether every kind has some. Forgets the
 * worst if there are many. */
function makeLevels(): bool {
  if (!setAside) forget();
  worked(count * 8);
  const gap = bound() + topRanks() - known;
  if (gap < 0) return false;
  for (let kind = 0; kind < kinds; kind++) {
    levelSizes[kind] = 0;
    levelDays[kind] = daysOf[kind];
  }
  for (let route = 0; route < count; route++) {
    const kind = kindsOf[route], row = kind * MOST_RANKED;
    if (ranks[route] < ranks[tops[kind]] - gap) continue;
    let at = levelSizes[kind];
    if (at == MOST_RANKED) {
      if (ranks[route] <= ranks[levels[row + at - 1]]) continue;
      at--;
    } else {
      levelSizes[kind]++;
    }
    while (at > 0 && ranks[levels[row + at - 1]] < ranks[route]) {
      levels[row + at] = levels[row + at - 1];
      at--;
    }
    levels[row + at] = route;
  }
  return true;
}

/** Next, choose a route for a day of the kind with the fewest left. `worth`: all prices and the ranks of those
 * chosen. */
function open(worth: f64, spent: f64): void {
  const own = ++depth * kinds;
  let kind = NONE, hope = worth;
  for (let one = 0; one < kinds; one++) {
    if (levelDays[own + one] == 0) continue;
    if (kind == NONE || levelSizes[own + one] < levelSizes[own + kind]) kind = one;
    hope += ranks[levels[(own + one) * MOST_RANKED]] * f64(levelDays[own + one]);
  }
  openKinds[depth] = kind;
  openNext[depth] = 0;
  openWorths[depth] = worth;
  openMoneys[depth] = spent;
  openHopes[depth] = hope - ranks[levels[(own + kind) * MOST_RANKED]] * f64(levelDays[own + kind]);
}

function noteChoice(): void {
  worked((days * (1 + members)) / 8);
  const value = worthOf();
  if (value <= known) return;
  known = value;
  foundCount = days;
  for (let day = 0; day < days; day++) found[day] = picked[day];
}

/** What is left for the other days once a route is chosen, one level deeper; what they can be worth with it at most. */
function narrow(kind: i32, index: i32, route: i32, chosenWorth: f64): f64 {
  const own = depth * kinds, next = own + kinds;
  let hope = chosenWorth;
  for (let one = 0; one < kinds; one++) {
    const left = levelDays[own + one] - i32(one == kind);
    levelDays[next + one] = left;
    levelSizes[next + one] = 0;
    if (left == 0) continue;
    const from = (own + one) * MOST_RANKED, size = levelSizes[own + one];
    let at = one == kind ? index + 1 : 0;
    while (at < size && !apart(levels[from + at], route)) at++;
    if (at == size) return -Infinity;
    worked((at + 1) * words + 8);
    firstLeft[one] = at;
    hope += ranks[levels[from + at]] * f64(left);
  }
  if (hope <= known) return hope;
  for (let one = 0; one < kinds; one++) {
    if (levelDays[next + one] == 0) continue;
    const from = (own + one) * MOST_RANKED, to = (next + one) * MOST_RANKED, size = levelSizes[own + one];
    // Below this rank a route can be part of nothing better.
    const least = known - hope + ranks[levels[from + firstLeft[one]]];
    let kept = 0, at = firstLeft[one];
    for (; at < size; at++) {
      const other = unchecked(levels[from + at]);
      if (unchecked(ranks[other]) <= least) break;
      if (apart(other, route)) unchecked((levels[to + kept++] = other));
    }
    worked((at - firstLeft[one]) * words + 8);
    levelSizes[next + one] = kept;
  }
  return hope;
}

function worthOf(): f64 {
  let value: f64 = 0, least: f64 = 1;
  for (let day = 0; day < days; day++) value += worths[picked[day]];
  if (!fair) return value;
  for (let member = 0; member < members; member++) {
    let total: f64 = 0;
    for (let day = 0; day < days; day++) total += totals[picked[day] * members + member];
    if (alone[member] > 0) least = min(least, total / alone[member]);
  }
  return value + stakes * least;
}
