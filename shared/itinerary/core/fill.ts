// Greedy insertion: the visit with the most weight for the time it takes, again and again, until none fits.

import {
  back, budgeted, candidateCount, candidates, cap, cost, days, kindOf, lasts, nodes, opens, paying, reach,
  size, tolling, tolls, walks,
} from "./model";
import {
  blocked, detour, firstPlace, freed, freedCount, insert, lateness, lates, legFits, lengths, money, oldLates, oldLengths,
  oldRoutes, oldStarts, routes, starts, touched,
} from "./plan";
import { gain, lifts } from "./objective";
import { crowding, free, freeCount, list, weights } from "./wants";
import { draw } from "./random";

const GREAT = 1e9;
const BLINKS = 0.2;
const NONE: i32 = -1;

/** Elementary steps done, by which a slice of work is measured. */
export let work: i32 = 0;

/** [day * cap + place]: the best candidate of the leg that begins at a place, and its ratio of weight to time. */
let ratios = new StaticArray<f64>(0);
let chosen = new StaticArray<i32>(0);
/** Only what is below may be chosen: the ratio that was passed over there. */
let ceilings = new StaticArray<f64>(0);
let tops = new StaticArray<i32>(0);
let fresh = new StaticArray<i32>(0);
let freshCount = new StaticArray<i32>(0);
let oldPlace = new StaticArray<i32>(0);
/** The look at a day that found room for a node last; the one under way, or 0. */
let fitting = new StaticArray<i32>(0);
let looks: i32 = 0;
let looking: i32 = 0;

export function makeFiller(): void {
  ratios = new StaticArray<f64>(days * cap);
  chosen = new StaticArray<i32>(days * cap);
  ceilings = new StaticArray<f64>(days * cap);
  tops = new StaticArray<i32>(days);
  fresh = new StaticArray<i32>(nodes * days);
  freshCount = new StaticArray<i32>(days);
  oldPlace = new StaticArray<i32>(size);
  fitting = new StaticArray<i32>(nodes);
}

export function worked(steps: i32): void {
  work += steps;
}

export function rest(): void {
  work = 0;
}

/**
 * Insert until nothing fits. `known`: the plan was full before what changed since `begin`, with `moneyBefore`; a leg
 * that has kept its times can only take what became free or affordable since. `blinking`: pass over some of the best,
 * so that room may be left (Christiaens and Vanden Berghe 2020).
 */
export function fill(known: bool, moneyBefore: f64, blinking: bool, only: i32 = NONE): void {
  const firstDay = only == NONE ? 0 : only, endDay = only == NONE ? days : only + 1;
  if (known && !paying) findFresh(moneyBefore);
  for (let day = firstDay; day < endDay; day++) look(day, known && !paying);
  while (true) {
    let best = NONE;
    let ratio: f64 = 0;
    for (let day = firstDay; day < endDay; day++) {
      const leg = unchecked(tops[day]);
      if (leg != NONE && unchecked(ratios[day * cap + leg]) > ratio) {
        ratio = unchecked(ratios[day * cap + leg]);
        best = day;
      }
    }
    if (best == NONE) return;
    const leg = unchecked(tops[best]), node = unchecked(chosen[best * cap + leg]);
    if (blinking && draw() < BLINKS) {
      unchecked((ceilings[best * cap + leg] = ratio));
      scanAll(best, leg);
      findTop(best);
      continue;
    }
    if (unchecked(lengths[best]) >= cap) return;
    insert(best, leg + 1, node);
    lookAgain(best, leg);
    for (let day = firstDay; day < endDay; day++) {
      if (day != best && unchecked(tops[day]) != NONE) lookElsewhere(day);
    }
  }
}

/** The candidates of each day that became free or affordable. */
function findFresh(moneyBefore: f64): void {
  for (let day = 0; day < days; day++) unchecked((freshCount[day] = 0));
  for (let at = 0; at < freedCount; at++) {
    const place = unchecked(freed[at]), kind = place / nodes, node = place - kind * nodes;
    if (unchecked(blocked[place])) continue;
    for (let day = 0; day < days; day++) {
      if (unchecked(kindOf[day]) == kind) unchecked((fresh[day * nodes + freshCount[day]++] = node));
    }
  }
  if (!budgeted || money <= moneyBefore) return;
  for (let day = 0; day < days; day++) {
    const row = unchecked(kindOf[day]) * nodes;
    const limit = unchecked(freshCount[day]);
    for (let at = 0; at < unchecked(candidateCount[kindOf[day]]); at++) {
      const node = unchecked(candidates[row + at]);
      const price = unchecked(cost[node]);
      if (price > moneyBefore && price <= money && !unchecked(blocked[row + node])) {
        let twice = false;
        for (let other = 0; other < limit; other++) twice = twice || unchecked(fresh[day * nodes + other]) == node;
        if (!twice) unchecked((fresh[day * nodes + freshCount[day]++] = node));
      }
    }
  }
}

/** Find the best of every leg of a day. */
function look(day: i32, known: bool): void {
  const row = day * cap, last = unchecked(lengths[day]) - 1;
  const changed = known && unchecked(touched[day]);
  if (known && !changed && unchecked(freshCount[day]) == 0) {
    unchecked((tops[day] = NONE));
    for (let leg = firstPlace(day) - 1; leg < last; leg++) {
      unchecked((chosen[row + leg] = NONE));
      unchecked((ceilings[row + leg] = Infinity));
    }
    return;
  }
  list(day);
  if (changed) {
    for (let place = 0; place < unchecked(oldLengths[day]); place++) {
      unchecked((oldPlace[oldRoutes[row + place]] = place));
    }
  }
  looking = ++looks;
  for (let leg = firstPlace(day) - 1; leg < last; leg++) {
    unchecked((ceilings[row + leg] = Infinity));
    if (known && (!changed || (walks == 0 && asBefore(row, leg)))) {
      scan(day, leg, changetype<usize>(fresh) + (<usize>(day * nodes) << 2), unchecked(freshCount[day]));
    } else {
      scanAll(day, leg);
    }
  }
  looking = 0;
  keepFitting(day);
  findTop(day);
}

/** Whether a leg was there before, with the same times. */
function asBefore(row: i32, leg: i32): bool {
  const place = unchecked(oldPlace[routes[row + leg]]);
  return (
    unchecked(oldRoutes[row + place + 1]) == unchecked(routes[row + leg + 1]) &&
    unchecked(oldStarts[row + place]) == unchecked(starts[row + leg]) &&
    unchecked(oldLates[row + place + 1]) == unchecked(lates[row + leg + 1])
  );
}

function findTop(day: i32): void {
  const row = day * cap, last = unchecked(lengths[day]) - 1;
  let top = NONE;
  let ratio: f64 = 0;
  for (let leg = firstPlace(day) - 1; leg < last; leg++) {
    if (unchecked(chosen[row + leg]) != NONE && unchecked(ratios[row + leg]) > ratio) {
      ratio = unchecked(ratios[row + leg]);
      top = leg;
    }
  }
  unchecked((tops[day] = top));
}

function scanAll(day: i32, leg: i32): void {
  scan(day, leg, changetype<usize>(free) + (<usize>(day * nodes) << 2), unchecked(freeCount[day]));
}

/** Forget what fits into no leg of a day: an insertion only takes room away. */
function keepFitting(day: i32): void {
  const row = day * nodes, count = unchecked(freeCount[day]);
  let kept = 0;
  for (let at = 0; at < count; at++) {
    const node = unchecked(free[row + at]);
    if (unchecked(fitting[node]) == looks) unchecked((free[row + kept++] = node));
  }
  unchecked((freeCount[day] = kept));
}

/** Find the best of some candidates for a leg. */
function scan(day: i32, leg: i32, list: usize, count: i32): void {
  const row = day * cap;
  const before = unchecked(routes[row + leg]), after = unchecked(routes[row + leg + 1]);
  const start = unchecked(starts[row + leg]), late = unchecked(lates[row + leg + 1]);
  const there = changetype<usize>(reach) + (<usize>(before * size) << 2);
  const onward = changetype<usize>(back) + (<usize>(after * size) << 2);
  const earliest = changetype<usize>(opens) + (<usize>(day * size) << 2);
  const latest = changetype<usize>(lasts) + (<usize>(day * size) << 2);
  const taken = changetype<usize>(blocked) + (<usize>(unchecked(kindOf[day]) * nodes) << 2);
  const wants = changetype<usize>(weights) + (<usize>(day * nodes) << 3);
  const direct = start + load<i32>(there + (<usize>after << 2));
  const least = crowding(day), ceiling = unchecked(ceilings[row + leg]);
  const limited = paying || walks > 0;
  let best: f64 = 0;
  let found = NONE;
  work += count;
  for (const end = list + (<usize>count << 2); list < end; list += 4) {
    const node = load<i32>(list), at4 = <usize>node << 2;
    let at = start + load<i32>(there + at4);
    if (at > load<i32>(latest + at4)) continue;
    at = max(at, load<i32>(earliest + at4)) + load<i32>(onward + at4);
    if (at > late || load<i32>(taken + at4)) continue;
    if (looking) unchecked((fitting[node] = looking));
    const time = max(f64(at - direct), least), want = load<f64>(wants + (at4 << 1));
    const ratio = time > 0 ? want / time : GREAT * want;
    if (ratio <= best || ratio >= ceiling || unchecked(cost[node]) > money) continue;
    if (limited && !legFits(day, before, node, after)) continue;
    if (tolling) {
      const price = detour(tolls, 0, before, node, after) + lateness(day, leg + 1, at);
      if (price >= gain(day, node) + unchecked(lifts[node])) continue;
    }
    best = ratio;
    found = node;
  }
  unchecked((ratios[row + leg] = best));
  unchecked((chosen[row + leg] = found));
}

/** Bring a day up to date after an insertion into a leg. */
function lookAgain(day: i32, leg: i32): void {
  const row = day * cap, last = unchecked(lengths[day]) - 1;
  for (let place = last - 1; place > leg; place--) {
    unchecked((ratios[row + place] = ratios[row + place - 1]));
    unchecked((chosen[row + place] = chosen[row + place - 1]));
    unchecked((ceilings[row + place] = ceilings[row + place - 1]));
  }
  unchecked((ceilings[row + leg] = Infinity));
  unchecked((ceilings[row + leg + 1] = Infinity));
  scanAll(day, leg);
  scanAll(day, leg + 1);
  for (let place = firstPlace(day) - 1; place < last; place++) {
    if (place != leg && place != leg + 1 && unchecked(chosen[row + place]) != NONE && !holds(day, place)) {
      scanAll(day, place);
    }
  }
  findTop(day);
}

/** Whether the best candidate of a leg still fits there. */
function holds(day: i32, leg: i32): bool {
  const row = day * cap, node = unchecked(chosen[row + leg]);
  if (unchecked(blocked[kindOf[day] * nodes + node]) || unchecked(cost[node]) > money) return false;
  const before = unchecked(routes[row + leg]), after = unchecked(routes[row + leg + 1]);
  let at = unchecked(starts[row + leg]) + unchecked(reach[before * size + node]);
  if (at > unchecked(lasts[day * size + node])) return false;
  at = max(at, unchecked(opens[day * size + node])) + unchecked(reach[node * size + after]);
  return at <= unchecked(lates[row + leg + 1]) && ((!paying && walks == 0) || legFits(day, before, node, after));
}

/** Bring a day up to date after an insertion into another one. */
function lookElsewhere(day: i32): void {
  const row = day * cap, last = unchecked(lengths[day]) - 1, taken = unchecked(kindOf[day]) * nodes;
  let changed = false;
  for (let leg = firstPlace(day) - 1; leg < last; leg++) {
    const node = unchecked(chosen[row + leg]);
    if (node == NONE) continue;
    const gone = unchecked(blocked[taken + node]) != 0 || unchecked(cost[node]) > money;
    if (gone || (paying && !holds(day, leg))) {
      scanAll(day, leg);
      changed = true;
    }
  }
  if (changed) findTop(day);
}
