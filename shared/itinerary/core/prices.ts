// Prices of visits and of money, and weights of the members' shares, that tell which routes can be part of a better plan.
//
// They are the multipliers of the Lagrangian relaxation that allows visits to be made twice and the budget to be
// overdrawn (Held and Karp 1971, with the step lengths of Polyak 1969). A route that is worth less than its prices by
// more than the gap that is left can be part of none.

import {
  average, bonus, budget, budgeted, cap, cost, days, daysOf, kinds, members, nodes, scores, visitOf, visits,
} from "./model";
import { alone, fair, lifts, shares, stakes } from "./objective";
import { count, kindsOf, moneys, ranks, recombines, sizes, stops, stride, tops, totals, worths } from "./pool";
import { worked } from "./fill";

/** Every so often routes are valued for all bonuses. */
const TURNS = 6;
const PASSES = 30;
const SHORTER = 0.85;
/** How much a budget that is overdrawn by its whole counts against a visit that is made twice, in a step of prices. */
const BUDGET_SHARE = 5.0;
const LEANING = 0.03;
const LEAN_STEP = 4.0;
/** Beyond this an exponential is no number to reckon with. */
const STEEPEST = 600.0;
const NONE: i32 = -1;

/** What a plan is worth that is to be bettered. */
export let goalValue: f64 = 0;
let prices = new StaticArray<f64>(0);
/** The bonus of what the best plan does not have. */
let forgone = new StaticArray<f64>(0);
let bestPrices = new StaticArray<f64>(0);
let excess = new StaticArray<f64>(0);
let moneyPrice: f64 = 0;
let weights = new StaticArray<f64>(0);
let bestWeights = new StaticArray<f64>(0);
let perScore = new StaticArray<f64>(0);
/** Each node's part in a rank. */
let nodeWorths = new StaticArray<f64>(0);
let priced: bool = false;
/** How often prices were begun; and what they were before they were brought up to date with all bonuses. */
let turn: i32 = 0;
export let setAside: bool = false;
let asidePrices = new StaticArray<f64>(0);
let asideWeights = new StaticArray<f64>(0);
let asideMoney: f64 = 0;
/** Where the steps of prices stand: how many are done, their length, and the lowest bound with its price of money. */
let passes: i32 = 0;
let reachOfStep: f64 = 1;
let lowest: f64 = Infinity;
let bestMoney: f64 = 0;

export function makePrices(): void {
  if (!recombines()) return;
  nodeWorths = new StaticArray<f64>(nodes);
  prices = new StaticArray<f64>(visits);
  forgone = new StaticArray<f64>(visits);
  bestPrices = new StaticArray<f64>(visits);
  excess = new StaticArray<f64>(visits);
  weights = new StaticArray<f64>(members);
  bestWeights = new StaticArray<f64>(members);
  perScore = new StaticArray<f64>(members);
  asidePrices = new StaticArray<f64>(visits);
  asideWeights = new StaticArray<f64>(members);
}

/** Begin to bring prices and weights up to date for plans worth more than a value, with the shares that `evaluate`
 * left. There are routes for every kind of day. */
export function beginPricing(value: f64, plan: StaticArray<i32>, planLengths: StaticArray<i32>): void {
  goalValue = value + 1e-9;
  forgo(plan, planLengths);
  passes = 0;
  reachOfStep = 1;
  lowest = Infinity;
  bestMoney = moneyPrice;
  if (priced) return;
  firstWeights();
  firstPrices();
  priced = true;
}

/** What the plan does not have, routes are not valued for: if it cannot be had, all would seem to be far from the best.
 * Now and then they are, lest it is never looked for; the prices of that are not kept. */
function forgo(plan: StaticArray<i32>, planLengths: StaticArray<i32>): void {
  let any = false;
  for (let visit = 0; visit < visits; visit++) forgone[visit] = bonus[visit];
  for (let day = 0; day < days; day++) {
    for (let place = 1; place < planLengths[day] - 1; place++) {
      const visit = visitOf[plan[day * cap + place]];
      if (visit >= 0) forgone[visit] = 0;
    }
  }
  for (let visit = 0; visit < visits; visit++) any = any || forgone[visit] > 0;
  if (!any) return;
  if (setAside) {
    for (let visit = 0; visit < visits; visit++) {
      if (forgone[visit] > 0) prices[visit] = max(prices[visit], bonus[visit]);
      forgone[visit] = 0;
    }
  } else if (priced) {
    for (let visit = 0; visit < visits; visit++) {
      if (forgone[visit] > 0 && prices[visit] > forgone[visit]) prices[visit] = 0;
    }
  }
}

/** Begin a recombination. */
export function beginTurn(): void {
  if (!priced || turn++ % TURNS != 0) return;
  setAside = true;
  asideMoney = moneyPrice;
  for (let visit = 0; visit < visits; visit++) asidePrices[visit] = prices[visit];
  for (let member = 0; member < members; member++) asideWeights[member] = weights[member];
}

/** End it: the prices that are not kept are those of before. */
export function endTurn(): void {
  if (!setAside) return;
  setAside = false;
  moneyPrice = asideMoney;
  for (let visit = 0; visit < visits; visit++) prices[visit] = asidePrices[visit];
  for (let member = 0; member < members; member++) weights[member] = asideWeights[member];
  weigh();
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
export function bound(): f64 {
  let sum: f64 = budgeted ? moneyPrice * budget : 0;
  for (let visit = 0; visit < visits; visit++) sum += prices[visit];
  return sum;
}

/** What the best routes of all days are worth beyond their prices. */
export function topRanks(): f64 {
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
