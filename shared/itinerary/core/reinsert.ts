// Putting back what was taken out: where all that is worth a visit is in the plan, only its order is left to better.
//
// Each stop goes where it costs the least travel: in some order, passing places over now and then (greedy insertion with
// blinks of Christiaens and Vanden Berghe 2020), or first whichever loses most by not getting its best day (regret
// insertion of Ropke and Pisinger 2006).

import {
  cap, cost, days, kindOf, lasts, nodes, opens, paying, reach, size, tolls, visitOf, visits, walks,
} from "./model";
import {
  blocked, detour, firstPlace, insert, lateness, lates, legFits, lengths, money, oldLengths, oldRoutes, routes, starts,
  touched,
} from "./plan";
import { gain, lifts } from "./objective";
import { worked } from "./fill";
import { below, draw } from "./random";

/** A single stop would mostly go back to where it was. */
const FEWEST = 2;
const BLINKS = 0.02;
/** How often regret says what is put back first, and for how many stops at most. */
const REGRETFUL = 0.5;
const MOST_REGRETTED = 64;
const NONE: i32 = -1;

/** The nodes of each visit: from variantStart[visit] on; a pause has one of its own. */
let variantStart = new StaticArray<i32>(0);
let variants = new StaticArray<i32>(0);
/** What is to be put back, and how urgently. */
let gone = new StaticArray<i32>(0);
let urgencies = new StaticArray<f64>(0);
let goneCount: i32 = 0;
/** [i * days + day]: what the best place on a day adds for what is to be put back, that place, and the node. */
let nets = new StaticArray<f64>(0);
let places = new StaticArray<i32>(0);
let ones = new StaticArray<i32>(0);
/** The look at the plan in which a node was there last. */
let seen = new StaticArray<i32>(0);
let looks: i32 = 0;
/** The best place found: what it adds, its day (-1: none), place and node. */
let best: f64 = 0;
let bestDay: i32 = NONE;
let bestPlace: i32 = 0;
let bestNode: i32 = 0;

export function makeReinserter(): void {
  variantStart = new StaticArray<i32>(visits + 1);
  variants = new StaticArray<i32>(nodes);
  gone = new StaticArray<i32>(nodes);
  urgencies = new StaticArray<f64>(nodes);
  nets = new StaticArray<f64>(MOST_REGRETTED * days);
  places = new StaticArray<i32>(MOST_REGRETTED * days);
  ones = new StaticArray<i32>(MOST_REGRETTED * days);
  seen = new StaticArray<i32>(nodes);
  for (let node = 0; node < nodes; node++) {
    if (visitOf[node] >= 0) variantStart[visitOf[node] + 1]++;
  }
  for (let visit = 0; visit < visits; visit++) variantStart[visit + 1] += variantStart[visit];
  const next = new StaticArray<i32>(visits);
  for (let node = 0; node < nodes; node++) {
    const visit = visitOf[node];
    if (visit >= 0) variants[variantStart[visit] + next[visit]++] = node;
  }
}

/** What has left the plan since `begin`, which only took stops out. */
function gather(): void {
  goneCount = 0;
  looks++;
  for (let day = 0; day < days; day++) {
    if (!unchecked(touched[day])) continue;
    const row = day * cap;
    for (let place = 1; place < unchecked(lengths[day]) - 1; place++) unchecked((seen[routes[row + place]] = looks));
    for (let place = 1; place < unchecked(oldLengths[day]) - 1; place++) {
      const node = unchecked(oldRoutes[row + place]);
      if (unchecked(seen[node]) != looks) unchecked((gone[goneCount++] = node));
    }
  }
}

/** By worth, by length, or as chance has it. */
function sort(): void {
  const choice = below(4);
  for (let at = 0; at < goneCount; at++) {
    const node = gone[at];
    urgencies[at] = choice == 0 ? gain(0, node) + lifts[node] : choice == 1 ? f64(reach[node * size + node]) : draw();
  }
  for (let at = 1; at < goneCount; at++) {
    const node = gone[at], own = urgencies[at];
    let place = at;
    while (place > 0 && urgencies[place - 1] < own) {
      gone[place] = gone[place - 1];
      urgencies[place] = urgencies[place - 1];
      place--;
    }
    gone[place] = node;
    urgencies[place] = own;
  }
}

/** Put back what has left the plan since `begin`, as far as it fits. */
export function reinsert(): void {
  gather();
  if (goneCount < FEWEST) return;
  if (draw() < REGRETFUL) return reinsertByRegret();
  sort();
  for (let at = 0; at < goneCount; at++) putBack(unchecked(gone[at]));
}

/** Put a stop where it adds most, if it fits anywhere. */
function putBack(node: i32): void {
  best = 0;
  bestDay = NONE;
  for (let day = 0; day < days; day++) seekVisit(node, day);
  if (bestDay != NONE) insert(bestDay, bestPlace, bestNode);
}

/** Seek the best place on a day for what a node is of: a visit can be made at other times of day by other nodes, of
 * which none comes first. */
function seekVisit(node: i32, day: i32): void {
  const visit = unchecked(visitOf[node]);
  if (visit < 0) return seek(node, day);
  const first = unchecked(variantStart[visit]), count = unchecked(variantStart[visit + 1]) - first;
  if (count == 1) return seek(node, day);
  const from = below(count);
  for (let one = from; one < count; one++) seek(unchecked(variants[first + one]), day);
  for (let one = 0; one < from; one++) seek(unchecked(variants[first + one]), day);
}

function tabulate(at: i32, day: i32): void {
  best = 0;
  bestDay = NONE;
  seekVisit(gone[at], day);
  const slot = at * days + day;
  nets[slot] = best;
  places[slot] = bestPlace;
  ones[slot] = bestDay == NONE ? NONE : bestNode;
}

function reinsertByRegret(): void {
  const most = min(goneCount, MOST_REGRETTED);
  for (let at = 0; at < most; at++) {
    for (let day = 0; day < days; day++) tabulate(at, day);
  }
  while (true) {
    let chosen = NONE, chosenDay = 0;
    let regret: f64 = -1;
    for (let at = 0; at < most; at++) {
      if (gone[at] == NONE) continue;
      let first: f64 = 0, second: f64 = 0, own = NONE;
      for (let day = 0; day < days; day++) {
        const net = unchecked(nets[at * days + day]);
        if (net > first) {
          second = first;
          first = net;
          own = day;
        } else if (net > second) {
          second = net;
        }
      }
      if (own != NONE && first - second > regret) {
        regret = first - second;
        chosen = at;
        chosenDay = own;
      }
    }
    if (chosen == NONE) return;
    const slot = chosen * days + chosenDay, node = ones[slot];
    if (!stillFits(node, chosenDay, places[slot])) {
      nets[slot] = 0;
      continue;
    }
    insert(chosenDay, places[slot], node);
    gone[chosen] = NONE;
    for (let at = 0; at < most; at++) {
      if (gone[at] != NONE) tabulate(at, chosenDay);
    }
  }
}

/** Whether what was put into other days since leaves a stop its place: visits, groups and money are the trip's. */
function stillFits(node: i32, day: i32, place: i32): bool {
  if (blocked[kindOf[day] * nodes + node] || cost[node] > money) return false;
  const at = day * cap + place;
  return !paying || legFits(day, routes[at - 1], node, routes[at]);
}

function seek(node: i32, day: i32): void {
  if (unchecked(cost[node]) > money || unchecked(lengths[day]) >= cap) return;
  if (unchecked(blocked[unchecked(kindOf[day]) * nodes + node])) return;
  const limited = paying || walks > 0, worth = gain(day, node) + unchecked(lifts[node]);
  const row = day * cap, open = unchecked(opens[day * size + node]), last = unchecked(lasts[day * size + node]);
  if (worth <= best || open > last) return;
  worked(unchecked(lengths[day]));
  for (let leg = firstPlace(day) - 1; leg < unchecked(lengths[day]) - 1; leg++) {
    const before = unchecked(routes[row + leg]), after = unchecked(routes[row + leg + 1]);
    let at = unchecked(starts[row + leg]) + unchecked(reach[before * size + node]);
    if (at > last) break;
    at = max(at, open) + unchecked(reach[node * size + after]);
    if (at > unchecked(lates[row + leg + 1])) continue;
    const net = worth - detour(tolls, 0, before, node, after) - lateness(day, leg + 1, at);
    if (net <= best || draw() < BLINKS) continue;
    if (limited && !legFits(day, before, node, after)) continue;
    best = net;
    bestDay = day;
    bestPlace = leg + 1;
    bestNode = node;
  }
}
