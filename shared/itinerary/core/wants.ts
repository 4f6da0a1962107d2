// How much each node is wanted by a repair: what it adds, to some power, with noise.

import { budgeted, candidateCount, candidates, cost, days, dear, kindOf, nodes, perStop } from "./model";
import { blocked, money } from "./plan";
import { gain, lifts } from "./objective";
import { below, draw } from "./random";

const WILD = 0.02;
const WILD_SHARE = 0.1;
const UNLISTED: i32 = -1;

/** [day * nodes + i]: the nodes that may be inserted into a day, freeCount[day] of them. */
export let free = new StaticArray<i32>(0);
export let freeCount = new StaticArray<i32>(0);
/** [day * nodes + node]: how much a node is wanted on a day. */
export let weights = new StaticArray<f64>(0);
/** What a stop counts as taking at least, where their number is limited, so that short ones go elsewhere. */
let crowd: f64 = 0;

let noises = new StaticArray<f64>(0);
let power: i32 = 0;
let wild: bool = false;
let least: f64 = 1;
let noise: f64 = 0;
/** How much a cost counts as time. */
let thrift: f64 = 0;

export function makeWants(): void {
  free = new StaticArray<i32>(days * nodes);
  freeCount = new StaticArray<i32>(days);
  weights = new StaticArray<f64>(days * nodes);
  noises = new StaticArray<f64>(nodes);
}

/** Draw how a repair weighs; whether wildly, with noise that outweighs scores. */
export function drawWants(): bool {
  power = below(3);
  crowd = 0.5 * f64(below(3));
  wild = draw() < WILD_SHARE;
  least = wild ? WILD : 1.0;
  noise = 0.1 + 0.8 * draw();
  const choice = below(4);
  thrift = !budgeted ? 0 : choice < 2 ? 0.5 * f64(choice) : f64(choice - 1);
  if (!wild) {
    for (let node = 0; node < nodes; node++) unchecked((noises[node] = least + noise * draw()));
  }
  for (let day = 0; day < days; day++) unchecked((freeCount[day] = UNLISTED));
  return wild;
}

/** List what is free on a day, with weights, if that is not done: a repair only takes freedom away. */
export function list(day: i32): void {
  if (unchecked(freeCount[day]) != UNLISTED) return;
  const kind = unchecked(kindOf[day]), count = unchecked(candidateCount[kind]), row = day * nodes;
  let found = 0;
  for (let at = 0; at < count; at++) {
    const node = unchecked(candidates[kind * nodes + at]);
    if (unchecked(blocked[kind * nodes + node]) || unchecked(cost[node]) > money) continue;
    const worth = gain(day, node) + unchecked(lifts[node]);
    unchecked((weights[row + node] = 0));
    if (worth <= 0) continue;
    let weight = power == 0 ? worth * Math.sqrt(worth) : power == 1 ? worth * worth : worth * worth * worth;
    if (thrift > 0) weight /= 1.0 + thrift * unchecked(dear[node]);
    unchecked((weights[row + node] = weight * (wild ? least + noise * draw() : unchecked(noises[node]))));
    unchecked((free[row + found++] = node));
  }
  unchecked((freeCount[day] = found));
}

/** The time that a stop counts as taking at least on a day. */
// @ts-ignore: decorator
@inline
export function crowding(day: i32): f64 {
  return crowd * unchecked(perStop[day]);
}
