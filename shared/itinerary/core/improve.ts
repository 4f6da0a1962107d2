// The search over plans: take stops out, fill greedily with noise, accept under simulated annealing, descend,
// recombine routes.
//
// Destroy and repair after Shaw (1998) and, for team orienteering with time windows, Schmid and Ehmke (2017).

import { cap, days, fairness, firstOf, kinds, members, nodes, scores, tolling } from "./model";
import {
  begin, feasible, firstPlace, keepPlan, lengths, loadPlan, makePlan, money, onTime, overtime, remove, restore,
  rollback, routes, schedule, tolled, touched,
} from "./plan";
import { aim, alone, evaluate, gain, know, lift, lifts, makeObjective, scored, shares, smooth } from "./objective";
import { fill, makeFiller, rest, work, worked } from "./fill";
import { drawWants, makeWants } from "./wants";
import { chain, makeChains } from "./chains";
import { beginDescent, descend, descended, makeDescent } from "./descent";
import { destroy } from "./destroy";
import { adapt, lenient, makeOvertime, strict } from "./overtime";
import { addRoute, complete, crowded, forget, makePool, recombines } from "./pool";
import { beginPricing, beginTurn, charge, chargeMoney, endTurn, hopeful, makePrices, price } from "./prices";
import { beginChoosing, better, choose, makeRecombination } from "./recombine";
import { makeReinserter, reinsert } from "./reinsert";
import { below, draw, seedRandom } from "./random";

const FIRST_HEAT = 0.004;
const CALM_FIRST_HEAT = 0.002;
const RESET_AFTER = 700;
const CALM_RESET_AFTER = 1000;
const RESET_PER_NODE = 10;
const FRESH_STARTS = 0.5;
/** Iterations without a better plan after which there is a descent, and those after which there is none any more. */
const DESCEND_EVERY = 60;
const DESCEND_LAST = 300;
/** Days times nodes at most, for descents from each better plan: at first nearly every change makes one. */
const MOST_QUICK = 5000;
/** Iterations between recombinations: after one that was of no use twice as many, up to the longest pause. */
const RECOMBINE_EVERY = 600;
const LONGEST_PAUSE = 2400;
const EVERYBODY: i32 = -1;
/** What an iteration takes at least, in elementary steps. */
const STEPS = 100;
/** Iterations for each member alone: at first, and again after so many for everybody. */
const ALONE_FIRST = 100;
const ALONE_MORE = 60;
const ALONE_EVERY = 300;
const NEAR = 0.1;
/** How many repairs count the price of money, and how many of these the weights of the shares. */
const MONEY_SHARE = 0.7;
const WEIGHED_SHARE = 0.3;
const ROUNDS = 2;
const TURNS = 100;
/** How many repairs put back what was taken out first; on a single day there is no other one it could go to. */
const REINSERT = 0.8;
const REINSERT_ON_ONE_DAY = 0.4;

/** The parts of an iteration for everybody. Most have the first one only; the others are done a piece at a time, so
 * that a slice of work is short on the largest trips too. */
enum Part { Change, Descend, Price, Seek, Choose }

/** A search for one goal: the best plan so far, and where its annealing stands. */
class Run {
  plan: StaticArray<i32>;
  lengths: StaticArray<i32>;
  value: f64 = -Infinity;
  heat: f64;
  size: f64 = 1;
  stuck: bool = false;
  since: i32 = 0;
  iterations: i32 = 0;
  /** The smooth value of the plan at hand. */
  at: f64 = 0;

  constructor(public goal: i32) {
    this.plan = new StaticArray<i32>(days * cap);
    this.lengths = new StaticArray<i32>(days);
    this.heat = calm() ? CALM_FIRST_HEAT : FIRST_HEAT;
    keepPlan(this.plan, this.lengths);
  }
}

let main: Run | null = null;
let singles = new StaticArray<Run | null>(0);
/** Whether the best scores alone are searched for, not given. */
let measuring: bool = false;
let empty = new StaticArray<i32>(0);
let emptyLengths = new StaticArray<i32>(0);
let hand = new StaticArray<i32>(0);
let handLengths = new StaticArray<i32>(0);
/** The member whose search is under way, and how many iterations it has left. */
let member: i32 = 0;
let memberLeft: i32 = 0;
let running: bool = false;
let part: Part = Part.Change;
/** Of a recombination: how often routes were looked for, and for which kind of day next. */
let round: i32 = 0;
let seekKind: i32 = 0;
let moneyBefore: f64 = 0;
let pause: i32 = RECOMBINE_EVERY;
let nextRecombination: i32 = RECOMBINE_EVERY;
/** Whether nothing more fits into the plan at hand. */
let full: bool = false;

export let iterations: i32 = 0;
/** How often a better plan was found. */
export let versions: i32 = 0;

function calm(): bool {
  return tolling || fairness > 0;
}

/** Make ready for a search. `measured`: 1 if the best scores alone are to be searched for. */
export function start(seed: u64, measured: i32): void {
  seedRandom(seed);
  makePlan();
  makeObjective();
  makeWants();
  makeFiller();
  makeReinserter();
  makeDescent();
  makeChains();
  makePool();
  makePrices();
  makeRecombination();
  empty = new StaticArray<i32>(days * cap);
  emptyLengths = new StaticArray<i32>(days);
  hand = new StaticArray<i32>(days * cap);
  handLengths = new StaticArray<i32>(days);
  keepPlan(empty, emptyLengths);
  singles = new StaticArray<Run | null>(members);
  measuring = measured != 0 && members > 1 && fairness > 0;
}

/** Begin the search for everybody with a plan: [day * cap + place] of `handRoutes`, with both ends. */
export function handRoutes(): usize {
  return changetype<usize>(hand);
}

export function handSizes(): usize {
  return changetype<usize>(handLengths);
}

/** The best score known of a plan for each member alone. */
export function aloneScores(): usize {
  return changetype<usize>(alone);
}

/** The best plan for everybody: its routes and their lengths, and its value. */
export function bestRoutes(): usize {
  return changetype<usize>(main!.plan);
}

export function bestSizes(): usize {
  return changetype<usize>(main!.lengths);
}

export function bestValue(): f64 {
  return main ? main!.value : 0;
}

export function capOf(): i32 {
  return cap;
}

/** Search for plans of each member alone: `most` iterations or steps of work; whether that is done. */
export function measureSlice(mostIterations: i32, mostWork: i32): bool {
  rest();
  const until = iterations + mostIterations;
  while (measuring && member < members) {
    if (iterations >= until || work > mostWork) return false;
    if (!running) enterSingle(member, max(ALONE_FIRST / members, 1));
    iterate(singles[member]!);
    if (--memberLeft == 0) {
      alone[member] = singleScore(member);
      running = false;
      member++;
    }
  }
  return true;
}

/** Begin with the plan in `hand`, measuring shares by the scores in `alone`. */
export function beginMain(): void {
  if (running) alone[member] = singleScore(member);
  running = false;
  if (measuring || known()) know();
  aim(EVERYBODY);
  loadPlan(hand, handLengths);
  main = new Run(EVERYBODY);
  part = Part.Change;
  full = false;
  refill();
  settleIn(main!, evaluate());
  makeOvertime(main!.size);
  lenient();
}

function known(): bool {
  for (let one = 0; one < members; one++) {
    if (alone[one] > 0) return true;
  }
  return false;
}

/** Improve for a number of iterations or steps of work. */
export function slice(mostIterations: i32, mostWork: i32): void {
  rest();
  const until = iterations + mostIterations, run = main!;
  while (iterations < until && work <= mostWork) {
    if (running) {
      iterate(singles[member]!);
      if (--memberLeft == 0) leaveSingle(run);
    } else if (advance(run, mostWork)) {
      finish(run);
      if (measuring && run.iterations % ALONE_EVERY == 0) {
        keepPlan(hand, handLengths);
        evaluate();
        enterSingle(nextMember(), ALONE_MORE);
      }
    }
  }
}

/** Of those near the worst off in the plan, whoever was searched for least. */
function nextMember(): i32 {
  let least: f64 = 1, next = 0, fewest = i32.MAX_VALUE;
  for (let one = 0; one < members; one++) least = min(least, shares[one]);
  for (let one = 0; one < members; one++) {
    const run = singles[one], done = run ? run.iterations : 0;
    if (shares[one] <= least + NEAR && done < fewest) {
      fewest = done;
      next = one;
    }
  }
  return next;
}

function enterSingle(next: i32, most: i32): void {
  loadPlan(empty, emptyLengths);
  strict();
  member = next;
  memberLeft = most;
  running = true;
  aim(next);
  let run = singles[next];
  if (!run) {
    loadPlan(empty, emptyLengths);
    run = new Run(next);
    singles[next] = run;
  }
  loadPlan(run.plan, run.lengths);
  full = false;
  refill();
  settleIn(run, evaluate());
}

/** Go on for everybody as before, by what is known now. */
function leaveSingle(run: Run): void {
  running = false;
  const score = singleScore(member);
  aim(EVERYBODY);
  if (score > alone[member]) {
    alone[member] = score;
    know();
    loadPlan(run.plan, run.lengths);
    run.value = evaluate();
  }
  lenient();
  loadPlan(hand, handLengths);
  full = false;
  evaluate();
  run.at = smooth;
}

function singleScore(one: i32): f64 {
  const run = singles[one]!;
  let sum: f64 = 0;
  for (let day = 0; day < days; day++) {
    for (let place = 1; place < run.lengths[day] - 1; place++) sum += scores[one * nodes + run.plan[day * cap + place]];
  }
  return max(sum, 0);
}

/** The plan at hand is where the annealing of a run is; keep it if it is the best. */
function settleIn(run: Run, value: f64): void {
  run.at = smooth;
  if (value > run.value) keepBest(run, value);
}

function keepBest(run: Run, value: f64): void {
  keepPlan(run.plan, run.lengths);
  run.value = value;
  run.since = 0;
  run.size = max(scored(), 1e-9);
  if (run.goal == EVERYBODY) versions++;
}

function iterate(run: Run): void {
  change(run);
  finish(run);
}

/** Do the next part of an iteration for everybody, or a piece of it; whether the iteration is done. */
function advance(run: Run, mostWork: i32): bool {
  switch (part) {
    case Part.Change:
      change(run);
      if (!calm() || !due(run) || !onTime()) return recombined(run);
      strict();
      beginDescent();
      part = Part.Descend;
      return false;
    case Part.Descend:
      if (!descend(mostWork) || chain()) return false;
      lenient();
      if (descended()) {
        full = false;
        if (recombines()) keepRoutes(false);
        settleIn(run, evaluate());
      }
      return recombined(run);
    case Part.Price:
      if (!price()) return false;
      if (!hopeful()) {
        if (crowded()) forget();
        return chosen(run);
      }
      if (round < ROUNDS && calm()) {
        if (round == 0) keepPlan(hand, handLengths);
        round++;
        seekKind = 0;
        part = Part.Seek;
        return false;
      }
      beginChoosing();
      part = Part.Choose;
      return false;
    case Part.Seek:
      findRoutes(seekKind++);
      if (seekKind == kinds) {
        beginPricing(run.value, run.plan, run.lengths);
        part = Part.Price;
      }
      return false;
    default:
      return choose(mostWork) && chosen(run);
  }
}

/** Whether there is a descent now: where it is quick, from each better plan too. */
function due(run: Run): bool {
  if (run.since == 0) return days * nodes <= MOST_QUICK;
  return run.since % DESCEND_EVERY == 0 && run.since <= DESCEND_LAST;
}

function change(run: Run): void {
  run.iterations++;
  run.since++;
  worked(STEPS + (days * nodes) / 4);
  const wasFull = full;
  begin();
  moneyBefore = money;
  destroy();
  refill(true);
  const value = evaluate();
  if (run.goal == EVERYBODY && recombines()) keepRoutes(true);
  if (value > run.value || smooth >= run.at || draw() < Math.exp((smooth - run.at) / (run.heat * run.size))) {
    settleIn(run, value);
  } else {
    rollback();
    full = wasFull;
  }
  // Else a plan that was late while that was cheap would seem to be worth more than all that can follow.
  if (run.goal == EVERYBODY) run.at -= adapt();
}

function finish(run: Run): void {
  iterations++;
  if (run.since >= min(calm() ? CALM_RESET_AFTER : RESET_AFTER, RESET_PER_NODE * nodes)) restart(run);
}

function keepRoutes(changed: bool): void {
  for (let day = 0; day < days; day++) {
    if ((!changed || touched[day]) && overtime[day] == 0) addRoute(day);
  }
}

/** Begin a recombination if it is time for one; whether it is not. */
function recombined(run: Run): bool {
  part = Part.Change;
  if (!recombines() || !(run.iterations >= nextRecombination || crowded()) || !complete()) return true;
  evaluate();
  beginTurn();
  beginPricing(run.value, run.plan, run.lengths);
  round = 0;
  part = Part.Price;
  return false;
}

/** End a recombination: go on from the better plan if there is one, else from the plan at hand. */
function chosen(run: Run): bool {
  part = Part.Change;
  const found = better(hand, handLengths);
  endTurn();
  pause = found ? RECOMBINE_EVERY : min(pause * 2, LONGEST_PAUSE);
  nextRecombination = run.iterations + pause;
  if (!found && round == 0) return true;
  lenient();
  loadPlan(hand, handLengths);
  full = false;
  if (found) settleIn(run, evaluate());
  return true;
}

/** Look for routes of a kind of day that can be part of a better plan, by what they are worth beyond the prices. */
function findRoutes(kind: i32): void {
  const day = firstOf[kind], least = charge(kind);
  strict();
  loadPlan(empty, emptyLengths);
  const first = firstPlace(day);
  let at: f64 = 0;
  full = false;
  for (let turn = 0; turn < TURNS; turn++) {
    begin();
    moneyBefore = money;
    const length = lengths[day] - 1 - first;
    if (length > 0) {
      const count = 1 + below(min(length, 2 + length / 3)), from = first + below(length - count + 1);
      for (let gone = 0; gone < count; gone++) remove(day, from);
      schedule(day);
      if (!feasible(day)) restore(day);
    }
    drawWants();
    fill(false, 0, false, day);
    let rank = -tolled[day];
    for (let place = 1; place < lengths[day] - 1; place++) {
      const node = routes[day * cap + place];
      rank += gain(day, node) + lifts[node];
    }
    if (rank > least) addRoute(day);
    if (rank >= at - draw() * 0.5) at = rank;
    else rollback();
  }
}

/** Go on from the best plan or from an empty one, at some heat. */
function restart(run: Run): void {
  run.since = 0;
  run.stuck = true;
  const warmer = below(3);
  run.heat = (calm() ? 0.001 : 0.005) * f64(1 << warmer);
  if (draw() < FRESH_STARTS) {
    loadPlan(empty, emptyLengths);
    full = false;
    refill();
  } else {
    loadPlan(run.plan, run.lengths);
    full = false;
  }
  evaluate();
  run.at = smooth;
}

/** Fill the plan with freshly noisy weights. */
function refill(changed: bool = false): void {
  lift();
  if (!running) {
    const choice = draw();
    if (choice < MONEY_SHARE) chargeMoney(choice < WEIGHED_SHARE);
  }
  if (changed && tolling && !running && draw() < (days > 1 ? REINSERT : REINSERT_ON_ONE_DAY)) reinsert();
  const blinking = drawWants() && stuck();
  fill(full, moneyBefore, blinking);
  if (blinking) fill(false, 0, false);
  full = true;
}

function stuck(): bool {
  return running || !main ? false : main!.stuck;
}
