// Better plans from days seen in different plans: one of the routes seen for each day, so that no visit is made twice
// and the budget holds. After Hu and Lim (2014), with days that differ, a budget and a fairness term.
//
// Which routes can be part of a better plan is told by prices of visits and of money, and by weights of the members'
// shares: the multipliers of the Lagrangian relaxation that allows visits to be made twice and the budget to be
// overdrawn (Held and Karp 1971, with the step lengths of Polyak 1969). A route that is worth less than its prices by
// more than the gap that is left can be part of none.

import {
  average, baseStart, bonus, budget, budgeted, cap, capacity, cost, days, daysOf, fares, firstOf, groupOf, kindOf,
  kinds, lasts, members, nodes, opens, paying, reach, scores, size, tokenStart, tokens, tolling, tolls, visitOf, visits,
  walk, walkLimit, walks, wanted, words,
} from "./model";
import { lengths, routes } from "./plan";
import { alone, fair, gain, lifts, shares, stakes } from "./objective";
import { worked } from "./fill";
import { scattered } from "./random";

const LONGEST = 64;
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
/** The worth with that of the members' shares, and that less the prices of what the route takes. */
let lifted = new StaticArray<f64>(0);
let ranks = new StaticArray<f64>(0);
let table = new StaticArray<i32>(0);
let nodeKeys = new StaticArray<u64>(0);
let nodeMasks = new StaticArray<u64>(0);
let perKind = new StaticArray<i32>(0);

let prices = new StaticArray<f64>(0);
let bestPrices = new StaticArray<f64>(0);
let excess = new StaticArray<f64>(0);
let moneyPrice: f64 = 0;
let weights = new StaticArray<f64>(0);
let bestWeights = new StaticArray<f64>(0);
let perScore = new StaticArray<f64>(0);
let tops = new StaticArray<i32>(0);
let priced: bool = false;

/** [depth][kind][i]: the routes that may still be chosen, best rank first. */
let levels = new StaticArray<i32>(0);
let levelSizes = new StaticArray<i32>(0);
let levelDays = new StaticArray<i32>(0);
let picked = new StaticArray<i32>(0);
let steps: i32 = 0;
let goalValue: f64 = 0;
/** The routes of the better plan that was found: pool numbers. */
let found = new StaticArray<i32>(0);
let foundCount: i32 = 0;

let use = new StaticArray<i32>(0);
let trial = new StaticArray<i32>(0);

export function makePool(): void {
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
  lifted = new StaticArray<f64>(room);
  ranks = new StaticArray<f64>(room);
  table = new StaticArray<i32>(32768);
  nodeKeys = new StaticArray<u64>(nodes);
  nodeMasks = new StaticArray<u64>(nodes * words);
  perKind = new StaticArray<i32>(kinds);
  prices = new StaticArray<f64>(visits);
  bestPrices = new StaticArray<f64>(visits);
  excess = new StaticArray<f64>(visits);
  weights = new StaticArray<f64>(members);
  bestWeights = new StaticArray<f64>(members);
  perScore = new StaticArray<f64>(members);
  tops = new StaticArray<i32>(kinds);
  levels = new StaticArray<i32>((days + 1) * kinds * MOST_RANKED);
  levelSizes = new StaticArray<i32>((days + 1) * kinds);
  levelDays = new StaticArray<i32>((days + 1) * kinds);
  picked = new StaticArray<i32>(days);
  found = new StaticArray<i32>(days);
  use = new StaticArray<i32>(capacity.length);
  trial = new StaticArray<i32>(stride + 2);
  for (let node = 0; node < nodes; node++) {
    nodeKeys[node] = scattered(node + 1);
    const visit = visitOf[node], group = groupOf[node];
    if (visit >= 0) nodeMasks[node * words + (visit >> 6)] |= u64(1) << (visit & 63);
    if (group >= 0) nodeMasks[node * words + (group >> 6)] |= u64(1) << (group & 63);
  }
}

/** Keep the route of a day, also for the other days on which it would do. */
export function addRoute(day: i32): void {
  const length = lengths[day] - 2;
  if (length > stride) return;
  const own = kindOf[day];
  if (!keep(own, day, routes, day * cap, length)) return;
  if (baseStart[day + 1] > baseStart[day]) return;
  for (let kind = 0; kind < kinds; kind++) {
    const other = firstOf[kind];
    if (kind != own && baseStart[other + 1] == baseStart[other] && wouldDo(kind, day, length)) {
      trial[0] = nodes + 2 * other;
      trial[length + 1] = nodes + 2 * other + 1;
      keep(kind, other, trial, 0, length);
    }
  }
}

/** Whether a day's route is possible on the days of another kind; leaves it in `trial`. */
function wouldDo(kind: i32, day: i32, length: i32): bool {
  const other = firstOf[kind], window = other * size, row = day * cap;
  let here = nodes + 2 * other, now = opens[window + here];
  worked(length);
  for (let place = 1; place <= length; place++) {
    const node = unchecked(routes[row + place]);
    now += unchecked(reach[here * size + node]);
    if (now > unchecked(lasts[window + node])) return false;
    now = max(now, unchecked(opens[window + node]));
    unchecked((trial[place] = node));
    here = node;
  }
  const end = nodes + 2 * other + 1;
  if (now + reach[here * size + end] > lasts[window + end]) return false;
  let fits = true;
  for (let place = 1; place <= length; place++) {
    const at = kind * nodes + unchecked(trial[place]);
    for (let one = unchecked(tokenStart[at]); one < unchecked(tokenStart[at + 1]); one++) {
      const token = unchecked(tokens[one]);
      if (unchecked(++use[token]) > unchecked(capacity[token])) fits = false;
    }
  }
  for (let place = 1; place <= length; place++) {
    const at = kind * nodes + unchecked(trial[place]);
    for (let one = unchecked(tokenStart[at]); one < unchecked(tokenStart[at + 1]); one++) unchecked((use[tokens[one]] = 0));
  }
  for (let limit = 0; fits && limit < walks; limit++) {
    let sum: f64 = 0;
    for (let place = 0; place <= length; place++) {
      const a = place == 0 ? nodes + 2 * other : trial[place], b = place == length ? end : trial[place + 1];
      sum += walk[limit * size * size + a * size + b];
    }
    fits = sum <= walkLimit[limit * days + other];
  }
  return fits;
}

/** Keep a route unless it is known, in an order that is as good; whether it is new or better. */
function keep(kind: i32, day: i32, route: StaticArray<i32>, row: i32, length: i32): bool {
  let key = scattered(kind + 1_000_003), worth: f64 = 0, money: f64 = 0;
  for (let place = 1; place <= length; place++) {
    const node = unchecked(route[row + place]);
    key ^= unchecked(nodeKeys[node]);
    worth += gain(day, node);
    money += unchecked(cost[node]);
  }
  for (let place = 0; place <= length; place++) {
    const leg = unchecked(route[row + place]) * size + unchecked(route[row + place + 1]);
    if (tolling) worth -= unchecked(tolls[leg]);
    if (paying) money += unchecked(fares[leg]);
  }
  let slot = i32(key & 32767);
  while (unchecked(table[slot]) != 0) {
    const known = unchecked(table[slot]) - 1;
    if (unchecked(keys[known]) == key) {
      if (unchecked(worths[known]) >= worth) return false;
      write(known, kind, key, worth, money, route, row, length);
      return true;
    }
    slot = (slot + 1) & 32767;
  }
  if (count == room) return false;
  write(count, kind, key, worth, money, route, row, length);
  unchecked((table[slot] = ++count));
  unchecked(perKind[kind]++);
  return true;
}

function write(
  own: i32, kind: i32, key: u64, worth: f64, money: f64, route: StaticArray<i32>, row: i32, length: i32,
): void {
  unchecked((kindsOf[own] = kind));
  unchecked((sizes[own] = length));
  unchecked((keys[own] = key));
  unchecked((worths[own] = worth));
  unchecked((moneys[own] = money));
  for (let word = 0; word < words; word++) unchecked((masks[own * words + word] = 0));
  for (let member = 0; member < members; member++) unchecked((totals[own * members + member] = 0));
  for (let place = 1; place <= length; place++) {
    const node = unchecked(route[row + place]);
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

/** Bring prices and weights up to date for plans worth more than a value, with the shares that `evaluate` left;
 * whether there can be any. */
export function price(value: f64): bool {
  goalValue = value + 1e-9;
  for (let kind = 0; kind < kinds; kind++) {
    if (perKind[kind] == 0) return false;
  }
  if (!priced) {
    firstWeights();
    firstPrices();
    priced = true;
  }
  settle();
  return bound() + findTops() > goalValue;
}

/** What each node adds to the rank of a route beyond its gain, into `lifts`; the least rank a route of the kind needs to
 * be part of a better plan. */
export function charge(kind: i32): f64 {
  let gap = bound() - goalValue;
  for (let one = 0; one < kinds; one++) gap += ranks[tops[one]] * f64(daysOf[one]);
  for (let node = 0; node < nodes; node++) {
    let worth = -moneyPrice * cost[node];
    if (visitOf[node] >= 0) worth -= prices[visitOf[node]];
    for (let member = 0; member < members; member++) worth += perScore[member] * scores[member * nodes + node];
    lifts[node] = worth;
  }
  return ranks[tops[kind]] - gap;
}

/** Look for a better plan among the routes, at the prices of now; into `plan` if there is one. */
export function better(plan: StaticArray<i32>, planLengths: StaticArray<i32>): bool {
  steps = 0;
  foundCount = 0;
  if (makeLevels()) extend(0, bound(), 0);
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
    let worth = average[node] + bonus[visit];
    for (let member = 0; member < members; member++) worth += perScore[member] * scores[member * nodes + node];
    prices[visit] = max(prices[visit], worth);
  }
}

/** What a unit of each member's score adds to the weighted mean of the shares, in units of the value. */
function weigh(): void {
  for (let member = 0; member < members; member++) {
    perScore[member] = fair && alone[member] > 0 ? (stakes * weights[member]) / alone[member] : 0;
  }
  for (let route = 0; route < count; route++) {
    let worth = unchecked(worths[route]);
    for (let member = 0; member < members; member++) {
      worth += unchecked(perScore[member]) * unchecked(totals[route * members + member]);
    }
    unchecked((lifted[route] = worth));
  }
}

function rank(): void {
  let length = 0;
  for (let route = 0; route < count; route++) {
    let worth = unchecked(lifted[route]) - moneyPrice * unchecked(moneys[route]);
    length = unchecked(sizes[route]);
    for (let stop = 0; stop < length; stop++) {
      const visit = unchecked(visitOf[stops[route * stride + stop]]);
      if (visit >= 0) worth -= unchecked(prices[visit]);
    }
    unchecked((ranks[route] = worth));
  }
  worked(count * 4);
}

/** The prices of all visits and of the budget: with the best rank of each day, a bound of the value. */
function bound(): f64 {
  let sum: f64 = budgeted ? moneyPrice * budget : 0;
  for (let visit = 0; visit < visits; visit++) sum += prices[visit];
  return sum;
}

function findTops(): f64 {
  for (let kind = 0; kind < kinds; kind++) tops[kind] = NONE;
  for (let route = 0; route < count; route++) {
    const kind = unchecked(kindsOf[route]), top = unchecked(tops[kind]);
    if (top == NONE || unchecked(ranks[route]) > unchecked(ranks[top])) unchecked((tops[kind] = route));
  }
  let sum: f64 = 0;
  for (let kind = 0; kind < kinds; kind++) sum += ranks[tops[kind]] * f64(daysOf[kind]);
  return sum;
}

/** Change prices and weights until they bound the value more closely: what is wanted more than once gets dearer, what
 * nobody takes cheaper, and who is worst off counts more. */
function settle(): void {
  let lowest = Infinity, bestMoney = moneyPrice, length: f64 = 1;
  for (let pass = 0; pass < PASSES; pass++) {
    weigh();
    rank();
    const whole = bound() + findTops();
    if (whole < lowest - 1e-9) {
      lowest = whole;
      bestMoney = moneyPrice;
      for (let visit = 0; visit < visits; visit++) bestPrices[visit] = prices[visit];
      for (let member = 0; member < members; member++) bestWeights[member] = weights[member];
    } else {
      length *= SHORTER;
    }
    if (whole <= goalValue) break;
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
    if (fair) lean(length);
    if (norm == 0) {
      if (!fair) break;
      continue;
    }
    const step = (length * (whole - goalValue)) / norm;
    for (let visit = 0; visit < visits; visit++) prices[visit] = max(0.0, prices[visit] + step * excess[visit]);
    if (budgeted && budget > 0) moneyPrice = max(0.0, moneyPrice + (step * overdrawn * BUDGET_SHARE) / budget);
  }
  moneyPrice = bestMoney;
  for (let visit = 0; visit < visits; visit++) prices[visit] = bestPrices[visit];
  for (let member = 0; member < members; member++) weights[member] = bestWeights[member];
  weigh();
  rank();
  findTops();
}

/** Give more weight to who is worse off in the routes of highest rank (mirror descent over the weights). */
function lean(length: f64): void {
  let whole: f64 = 0;
  for (let member = 0; member < members; member++) {
    if (alone[member] <= 0) continue;
    let total: f64 = 0;
    for (let kind = 0; kind < kinds; kind++) total += totals[tops[kind] * members + member] * f64(daysOf[kind]);
    weights[member] *= Math.exp((-LEAN_STEP * length * total) / alone[member]);
    whole += weights[member];
  }
  if (whole <= 0) return;
  for (let member = 0; member < members; member++) weights[member] /= whole;
}

/** The routes that can be part of a better plan, as far as prices tell; whether every kind has some. Forgets the
 * worst if there are many. */
function makeLevels(): bool {
  forget();
  const gap = bound() + findTops() - goalValue;
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

/** Keep the better half of the routes of a kind that has too many. */
function forget(): void {
  let any = false;
  for (let kind = 0; kind < kinds; kind++) {
    const most = max(MOST_IN_ALL / (2 * kinds), 20);
    if (perKind[kind] <= min(MOST_ROUTES, most)) continue;
    any = true;
    const kept = min(MOST_ROUTES, most) / 2;
    let low = ranks[tops[kind]], high = low, above = 0;
    for (let width: f64 = 1e-3; above < kept && width < 1e12; width *= 1.3) {
      high = low - width;
      above = 0;
      for (let route = 0; route < count; route++) above += i32(kindsOf[route] == kind && ranks[route] >= high);
    }
    for (let route = 0; route < count; route++) {
      if (kindsOf[route] == kind && ranks[route] < high) kindsOf[route] = NONE;
    }
  }
  if (!any) return;
  memory.fill(changetype<usize>(table), 0, <usize>table.length << 2);
  memory.fill(changetype<usize>(perKind), 0, <usize>kinds << 2);
  let next = 0;
  for (let route = 0; route < count; route++) {
    if (kindsOf[route] == NONE) continue;
    if (next != route) move(route, next);
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
  lifted[to] = lifted[from];
  ranks[to] = ranks[from];
  for (let word = 0; word < words; word++) masks[to * words + word] = masks[from * words + word];
  for (let member = 0; member < members; member++) totals[to * members + member] = totals[from * members + member];
  for (let stop = 0; stop < stride; stop++) stops[to * stride + stop] = stops[from * stride + stop];
}

/** Choose a route for a day of the kind with the fewest left. `chosenWorth`: all prices and the ranks of those chosen. */
function extend(depth: i32, chosenWorth: f64, spent: f64): void {
  if (depth == days) {
    const value = worthOf();
    if (value > goalValue) {
      goalValue = value;
      foundCount = days;
      for (let day = 0; day < days; day++) found[day] = picked[day];
    }
    return;
  }
  const own = depth * kinds;
  let kind = NONE, hope = chosenWorth;
  for (let one = 0; one < kinds; one++) {
    if (levelDays[own + one] == 0) continue;
    if (kind == NONE || levelSizes[own + one] < levelSizes[own + kind]) kind = one;
    hope += ranks[levels[(own + one) * MOST_RANKED]] * f64(levelDays[own + one]);
  }
  const row = (own + kind) * MOST_RANKED, often = f64(levelDays[own + kind]);
  hope -= ranks[levels[row]] * often;
  for (let index = 0; index < levelSizes[own + kind]; index++) {
    const route = levels[row + index];
    if (++steps > MOST_STEPS || hope + ranks[route] * often <= goalValue) return;
    const money = spent + moneys[route];
    if (budgeted && money > budget) continue;
    const hopeLeft = narrow(depth, kind, index, route, chosenWorth + ranks[route]);
    if (hopeLeft > goalValue) {
      picked[depth] = route;
      extend(depth + 1, chosenWorth + ranks[route], money);
    }
  }
}

/** What is left for the other days once a route is chosen, one level deeper; what they can be worth with it at most. */
function narrow(depth: i32, kind: i32, index: i32, route: i32, chosenWorth: f64): f64 {
  const own = depth * kinds, next = own + kinds;
  let hope = chosenWorth;
  for (let one = 0; one < kinds; one++) {
    const left = levelDays[own + one] - i32(one == kind);
    levelDays[next + one] = left;
    levelSizes[next + one] = 0;
    if (left == 0) continue;
    const from = (own + one) * MOST_RANKED, to = (next + one) * MOST_RANKED;
    let size = 0;
    for (let at = one == kind ? index + 1 : 0; at < levelSizes[own + one]; at++) {
      const other = unchecked(levels[from + at]);
      let apart = true;
      for (let word = 0; word < words; word++) {
        if (unchecked(masks[other * words + word]) & unchecked(masks[route * words + word])) apart = false;
      }
      if (apart) unchecked((levels[to + size++] = other));
    }
    worked(levelSizes[own + one]);
    if (size == 0) return -Infinity;
    levelSizes[next + one] = size;
    hope += ranks[levels[to]] * f64(left);
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
