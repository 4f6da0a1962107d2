// Better plans from days seen in different plans: one of the routes seen for each day, so that no visit is made twice
// and the budget holds. After Hu and Lim (2014), with days that differ, a budget and a fairness term.
//
// Which routes can be part of a better plan is told by prices of visits and of money, and by weights of the members'
// shares: the multipliers of the Lagrangian relaxation that allows visits to be made twice and the budget to be
// overdrawn (Held and Karp 1971, with the step lengths of Polyak 1969). A route that is worth less than its prices by
// more than the gap that is left can be part of none.

import {
  average, bonus, budget, budgeted, cap, cost, days, daysOf, groupOf, kindOf, kinds, members, nodes, scores, visitOf,
  visits, words,
} from "./model";
import { lengths, paid, routes, tolled } from "./plan";
import { alone, fair, gain, lifts, shares, stakes } from "./objective";
import { work, worked } from "./fill";
import { scattered } from "./random";

const LONGEST = 64;
/** Days of a trip that is recombined at most: the routes to choose from take room for each pair of days. */
const MOST_DAYS = 100;
const MOST_IN_ALL = 12_000;
const MOST_ROUTES = 600;
const MOST_RANKED = 300;
const MOST_STEPS = 20_000;
const PASSES = 30;
const SHORTER = 0.85;
/** How much a budget that is overdrawn by its whole counts against a visit that is made twice, in a step of prices. */
const BUDGET_SHARE = 5.0;
const LEANING = 0.03;
const LEAN_STEP = 4.0;
/** Beyond this an exponential is no number to reckon with. */
const STEEPEST = 600.0;
const NONE: i32 = -1;

let count: i32 = 0;
let room: i32 = 0;
let stride: i32 = 0;
let kindsOf = new StaticArray<i32>(0);
let sizes = new StaticArray<i32>(0);
let stops = new StaticArray<i16>(0);
let worths = new StaticArray<f64>(0);
let moneys = new StaticArray<f64>(0);
let totals = new StaticArray<f64>(0);
let masks = new StaticArray<u64>(0);
let keys = new StaticArray<u64>(0);
/** The worth with that of the members' shares, less the prices of what the route takes; and each node's part in it. */
let ranks = new StaticArray<f64>(0);
let nodeWorths = new StaticArray<f64>(0);
let table = new StaticArray<i32>(0);
let nodeKeys = new StaticArray<u64>(0);
let nodeMasks = new StaticArray<u64>(0);
let perKind = new StaticArray<i32>(0);

let prices = new StaticArray<f64>(0);
let forgone = new StaticArray<f64>(0);
let bestPrices = new StaticArray<f64>(0);
let excess = new StaticArray<f64>(0);
let moneyPrice: f64 = 0;
let weights = new StaticArray<f64>(0);
let bestWeights = new StaticArray<f64>(0);
let perScore = new StaticArray<f64>(0);
let tops = new StaticArray<i32>(0);
let priced: bool = false;
/** Where the steps of prices stand: how many are done, their length, and the lowest bound with its price of money. */
let passes: i32 = 0;
let reachOfStep: f64 = 1;
let lowest: f64 = Infinity;
let bestMoney: f64 = 0;

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
let goalValue: f64 = 0;
/** The routes of the better plan that was found: pool numbers. */
let found = new StaticArray<i32>(0);
let foundCount: i32 = 0;
/** The routes of one kind, while they are looked through. */
let ofKind = new StaticArray<i32>(0);


/** Whether there is anything to recombine. */
export function recombines(): bool {
  return days > 1 && days <= MOST_DAYS;
}

export function makePool(): void {
  if (!recombines()) return;
  stride = min(cap, LONGEST);
  room = MOST_IN_ALL;
  kindsOf = new StaticArray<i32>(room);
  sizes = new StaticArray<i32>(room);
  stops = new StaticArray<i16>(room * stride);
  worths = new StaticArray<f64>(room);
  moneys = new StaticArray<f64>(room);
  totals = new StaticArray<f64>(room * members);
  masks = new StaticArray<u64>(room * words);
  keys = new StaticArray<u64>(room);
  nodeWorths = new StaticArray<f64>(nodes);
  ranks = new StaticArray<f64>(room);
  table = new StaticArray<i32>(32768);
  nodeKeys = new StaticArray<u64>(nodes);
  nodeMasks = new StaticArray<u64>(nodes * words);
  perKind = new StaticArray<i32>(kinds);
  prices = new StaticArray<f64>(visits);
  forgone = new StaticArray<f64>(visits);
  bestPrices = new StaticArray<f64>(visits);
  excess = new StaticArray<f64>(visits);
  weights = new StaticArray<f64>(members);
  bestWeights = new StaticArray<f64>(members);
  perScore = new StaticArray<f64>(members);
  tops = new StaticArray<i32>(kinds);
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
  ofKind = new StaticArray<i32>(room);
  for (let node = 0; node < nodes; node++) {
    nodeKeys[node] = scattered(node + 1);
    const visit = visitOf[node], group = groupOf[node];
    if (visit >= 0) nodeMasks[node * words + (visit >> 6)] |= u64(1) << (visit & 63);
    if (group >= 0) nodeMasks[node * words + (group >> 6)] |= u64(1) << (group & 63);
  }
}

/** Keep the route of a day, unless its stops are known in an order that is as good. */
export function addRoute(day: i32): void {
  const length = lengths[day] - 2, kind = kindOf[day], row = day * cap;
  if (length > stride) return;
  let key = scattered(kind + 1_000_003), worth = -tolled[day], money = paid[day];
  for (let place = 1; place <= length; place++) {
    const node = unchecked(routes[row + place]);
    key ^= unchecked(nodeKeys[node]);
    worth += gain(day, node);
    money += unchecked(cost[node]);
  }
  let slot = i32(key & 32767);
  while (unchecked(table[slot]) != 0) {
    const known = unchecked(table[slot]) - 1;
    if (unchecked(keys[known]) == key) {
      if (unchecked(worths[known]) < worth) write(known, kind, key, worth, money, row, length);
      return;
    }
    slot = (slot + 1) & 32767;
  }
  if (count == room) return;
  write(count, kind, key, worth, money, row, length);
  unchecked((table[slot] = ++count));
  unchecked(perKind[kind]++);
}

function write(own: i32, kind: i32, key: u64, worth: f64, money: f64, row: i32, length: i32): void {
  unchecked((kindsOf[own] = kind));
  unchecked((sizes[own] = length));
  unchecked((keys[own] = key));
  unchecked((worths[own] = worth));
  unchecked((moneys[own] = money));
  for (let word = 0; word < words; word++) unchecked((masks[own * words + word] = 0));
  for (let member = 0; member < members; member++) unchecked((totals[own * members + member] = 0));
  for (let place = 1; place <= length; place++) {
    const node = unchecked(routes[row + place]);
    unchecked((stops[own * stride + place - 1] = i16(node)));
    for (let word = 0; word < words; word++) unchecked((masks[own * words + word] |= nodeMasks[node * words + word]));
    for (let member = 0; member < members; member++) {
      unchecked((totals[own * members + member] += scores[member * nodes + node]));
    }
  }
}

export function crowded(): bool {
  return count + 8 * days >= room;
}

/** Whether there are routes for every kind of day, once those of days that no search has changed are kept too. */
export function complete(): bool {
  for (let day = 0; day < days; day++) {
    if (perKind[kindOf[day]] == 0) addRoute(day);
    if (perKind[kindOf[day]] == 0) return false;
  }
  return true;
}

/** Begin to bring prices and weights up to date for plans worth more than a value, with the shares that `evaluate`
 * left. There are routes for every kind of day. */
export function beginPricing(value: f64, plan: StaticArray<i32>, planLengths: StaticArray<i32>): void {
  goalValue = value + 1e-9;
  forgo(plan, planLengths);
  foundCount = 0;
  passes = 0;
  reachOfStep = 1;
  lowest = Infinity;
  bestMoney = moneyPrice;
  if (priced) return;
  firstWeights();
  firstPrices();
  priced = true;
}

/** What the plan cannot have, routes are not valued for: all would seem to be far from the best. */
function forgo(plan: StaticArray<i32>, planLengths: StaticArray<i32>): void {
  for (let visit = 0; visit < visits; visit++) forgone[visit] = bonus[visit];
  for (let day = 0; day < days; day++) {
    for (let place = 1; place < planLengths[day] - 1; place++) {
      const visit = visitOf[plan[day * cap + place]];
      if (visit >= 0) forgone[visit] = 0;
    }
  }
  for (let visit = 0; priced && visit < visits; visit++) {
    if (forgone[visit] > 0 && prices[visit] > forgone[visit]) prices[visit] = 0;
  }
}

/** Go on with it for a step; whether that was the last one. */
export function price(): bool {
  if (changePrices() && ++passes < PASSES) return false;
  moneyPrice = bestMoney;
  for (let visit = 0; visit < visits; visit++) prices[visit] = bestPrices[visit];
  for (let member = 0; member < members; member++) weights[member] = bestWeights[member];
  weigh();
  rank();
  return true;
}

/** Whether there can be a better plan, by the prices of now. */
export function hopeful(): bool {
  return bound() + topRanks() > goalValue;
}

/** Count the price of money of now in what nodes add to a repair; `weighed`: and the weights of the shares of now, in
 * the place of those that lean to who is worst off in the plan. Into `lifts`. */
export function chargeMoney(weighed: bool): void {
  if (!priced) return;
  for (let node = 0; node < nodes; node++) {
    let worth = weighed ? 0 : lifts[node];
    for (let member = 0; weighed && member < members; member++) {
      worth += perScore[member] * scores[member * nodes + node];
    }
    lifts[node] = worth - moneyPrice * cost[node];
  }
}

/** What each node adds to the rank of a route beyond its gain, into `lifts`; the least rank that a route of the kind
 * needs to be part of a better plan. */
export function charge(kind: i32): f64 {
  const gap = bound() + topRanks() - goalValue;
  for (let node = 0; node < nodes; node++) {
    let worth = -moneyPrice * cost[node];
    if (visitOf[node] >= 0) worth -= prices[visitOf[node]] + forgone[visitOf[node]];
    for (let member = 0; member < members; member++) worth += perScore[member] * scores[member * nodes + node];
    lifts[node] = worth;
  }
  return ranks[tops[kind]] - gap;
}

/** Begin to look for a better plan among the routes, at the prices of now. */
export function beginChoosing(): void {
  steps = 0;
  depth = NONE;
  if (makeLevels()) open(bound(), 0);
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
  return true;
}

/** Weights of the members' shares to begin with: they lean to who is worst off. */
function firstWeights(): void {
  if (!fair) return;
  let least: f64 = 1, whole: f64 = 0;
  for (let member = 0; member < members; member++) least = min(least, shares[member]);
  for (let member = 0; member < members; member++) {
    weights[member] = alone[member] > 0 ? Math.exp((least - shares[member]) / LEANING) : 0;
    whole += weights[member];
  }
  for (let member = 0; member < members; member++) weights[member] /= whole > 0 ? whole : 1;
}

/** What each visit adds where there is room for all. */
function firstPrices(): void {
  weigh();
  for (let node = 0; node < nodes; node++) {
    const visit = visitOf[node];
    if (visit < 0) continue;
    let worth = average[node] + bonus[visit] - forgone[visit];
    for (let member = 0; member < members; member++) worth += perScore[member] * scores[member * nodes + node];
    prices[visit] = max(prices[visit], worth);
  }
}

/** What a unit of each member's score adds to the weighted mean of the shares, in units of the value. */
function weigh(): void {
  for (let member = 0; member < members; member++) {
    perScore[member] = fair && alone[member] > 0 ? (stakes * weights[member]) / alone[member] : 0;
  }
}

/** Bring the ranks of all routes up to date, and the best of each kind. */
function rank(): void {
  for (let node = 0; node < nodes; node++) {
    const visit = visitOf[node];
    let worth = visit >= 0 ? -prices[visit] - forgone[visit] : 0;
    for (let member = 0; member < members; member++) worth += perScore[member] * scores[member * nodes + node];
    nodeWorths[node] = worth;
  }
  for (let kind = 0; kind < kinds; kind++) tops[kind] = NONE;
  for (let route = 0; route < count; route++) {
    let worth = unchecked(worths[route]) - moneyPrice * unchecked(moneys[route]);
    const from = route * stride, end = from + unchecked(sizes[route]);
    for (let stop = from; stop < end; stop++) worth += unchecked(nodeWorths[stops[stop]]);
    unchecked((ranks[route] = worth));
    const kind = unchecked(kindsOf[route]), top = unchecked(tops[kind]);
    if (top == NONE || worth > unchecked(ranks[top])) unchecked((tops[kind] = route));
  }
  worked(count * 2);
}

/** The prices of all visits and of the budget: with the best rank of each day, a bound of the value. */
function bound(): f64 {
  let sum: f64 = budgeted ? moneyPrice * budget : 0;
  for (let visit = 0; visit < visits; visit++) sum += prices[visit];
  return sum;
}

/** What the best routes of all days are worth beyond their prices. */
function topRanks(): f64 {
  let sum: f64 = 0;
  for (let kind = 0; kind < kinds; kind++) sum += ranks[tops[kind]] * f64(daysOf[kind]);
  return sum;
}

/** Change prices and weights to bound the value more closely: what is wanted more than once gets dearer, what nobody
 * takes cheaper, and who is worst off counts more. Whether more of that may help. */
function changePrices(): bool {
  weigh();
  rank();
  const whole = bound() + topRanks();
  if (whole < lowest - 1e-9) {
    lowest = whole;
    bestMoney = moneyPrice;
    for (let visit = 0; visit < visits; visit++) bestPrices[visit] = prices[visit];
    for (let member = 0; member < members; member++) bestWeights[member] = weights[member];
  } else {
    reachOfStep *= SHORTER;
  }
  if (whole <= goalValue) return false;
  let norm: f64 = 0, spent: f64 = 0, overdrawn: f64 = 0;
  for (let visit = 0; visit < visits; visit++) excess[visit] = -1;
  for (let kind = 0; kind < kinds; kind++) {
    const top = tops[kind], often = f64(daysOf[kind]);
    spent += moneys[top] * often;
    for (let stop = 0; stop < sizes[top]; stop++) {
      const visit = visitOf[stops[top * stride + stop]];
      if (visit >= 0) excess[visit] += often;
    }
  }
  for (let visit = 0; visit < visits; visit++) {
    if (excess[visit] < 0 && prices[visit] <= 0) excess[visit] = 0;
    norm += excess[visit] * excess[visit];
  }
  if (budgeted && budget > 0) {
    overdrawn = BUDGET_SHARE * (spent / budget - 1.0);
    if (moneyPrice == 0) overdrawn = max(overdrawn, 0.0);
    norm += overdrawn * overdrawn;
  }
  if (fair) lean(reachOfStep);
  if (norm == 0) return fair;
  const step = (reachOfStep * (whole - goalValue)) / norm;
  for (let visit = 0; visit < visits; visit++) prices[visit] = max(0.0, prices[visit] + step * excess[visit]);
  if (budgeted && budget > 0) moneyPrice = max(0.0, moneyPrice + (step * overdrawn * BUDGET_SHARE) / budget);
  return true;
}

/** Give more weight to who is worse off in the routes of highest rank (mirror descent over the weights). */
function lean(length: f64): void {
  let whole: f64 = 0;
  for (let member = 0; member < members; member++) {
    if (alone[member] <= 0) continue;
    let total: f64 = 0;
    for (let kind = 0; kind < kinds; kind++) total += totals[tops[kind] * members + member] * f64(daysOf[kind]);
    const power = (-LEAN_STEP * length * total) / alone[member];
    weights[member] *= Math.exp(max(-STEEPEST, min(power, STEEPEST)));
    whole += weights[member];
  }
  if (whole <= 0) return;
  for (let member = 0; member < members; member++) weights[member] /= whole;
}

/** The routes that can be part of a better plan, as far as prices tell; whether every kind has some. Forgets the
 * worst if there are many. */
function makeLevels(): bool {
  forget();
  worked(count * 8);
  const gap = bound() + topRanks() - goalValue;
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

/** Keep about the better half of the routes of a kind that has too many, by the prices of now. */
export function forget(): void {
  const most = min(MOST_ROUTES, max(MOST_IN_ALL / (2 * kinds), 20));
  let any = false;
  for (let kind = 0; kind < kinds; kind++) {
    if (perKind[kind] <= most) continue;
    any = true;
    let own = 0, above = 0;
    for (let route = 0; route < count; route++) {
      if (kindsOf[route] == kind) ofKind[own++] = route;
    }
    let least = ranks[tops[kind]];
    for (let width: f64 = 1e-3; above < most / 2 && width < 1e12; width *= 1.3) {
      least = ranks[tops[kind]] - width;
      above = 0;
      for (let at = 0; at < own; at++) above += i32(ranks[ofKind[at]] >= least);
    }
    for (let at = 0; at < own; at++) {
      if (ranks[ofKind[at]] < least) kindsOf[ofKind[at]] = NONE;
    }
  }
  if (!any) return;
  memory.fill(changetype<usize>(table), 0, <usize>table.length << 2);
  memory.fill(changetype<usize>(perKind), 0, <usize>kinds << 2);
  let next = 0;
  for (let route = 0; route < count; route++) {
    if (kindsOf[route] == NONE) continue;
    if (next != route) move(route, next);
    if (tops[kindsOf[next]] == route) tops[kindsOf[next]] = next;
    let slot = i32(keys[next] & 32767);
    while (table[slot] != 0) slot = (slot + 1) & 32767;
    table[slot] = ++next;
    perKind[kindsOf[next - 1]]++;
  }
  count = next;
}

function move(from: i32, to: i32): void {
  kindsOf[to] = kindsOf[from];
  sizes[to] = sizes[from];
  keys[to] = keys[from];
  worths[to] = worths[from];
  moneys[to] = moneys[from];
  ranks[to] = ranks[from];
  for (let word = 0; word < words; word++) masks[to * words + word] = masks[from * words + word];
  for (let member = 0; member < members; member++) totals[to * members + member] = totals[from * members + member];
  for (let stop = 0; stop < stride; stop++) stops[to * stride + stop] = stops[from * stride + stop];
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
    if (++steps > MOST_STEPS || openHopes[depth] + ranks[route] * f64(levelDays[own]) <= goalValue) {
      depth--;
      continue;
    }
    const spent = openMoneys[depth] + moneys[route], worth = openWorths[depth] + ranks[route];
    if ((budgeted && spent > budget) || narrow(kind, index, route, worth) <= goalValue) continue;
    picked[depth] = route;
    if (depth + 1 < days) open(worth, spent);
    else noteChoice();
  }
  return true;
}

function noteChoice(): void {
  worked((days * (1 + members)) / 8);
  const value = worthOf();
  if (value <= goalValue) return;
  goalValue = value;
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
  if (hope <= goalValue) return hope;
  for (let one = 0; one < kinds; one++) {
    if (levelDays[next + one] == 0) continue;
    const from = (own + one) * MOST_RANKED, to = (next + one) * MOST_RANKED, size = levelSizes[own + one];
    // Below this rank a route can be part of nothing better.
    const least = goalValue - hope + ranks[levels[from + firstLeft[one]]];
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

/** Whether two routes have no visit and no group in common. */
// @ts-ignore: decorator
@inline
function apart(one: i32, other: i32): bool {
  let both: u64 = 0;
  for (let word = 0; word < words; word++) {
    both |= unchecked(masks[one * words + word]) & unchecked(masks[other * words + word]);
  }
  return both == 0;
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
