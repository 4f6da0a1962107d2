// The routes that were seen for days, of which recombinations choose.

import { cap, cost, days, groupOf, kindOf, kinds, members, nodes, scores, visitOf, words } from "./model";
import { lengths, overtime, paid, routes, tolled } from "./plan";
import { gain } from "./objective";
import { scattered } from "./random";

const LONGEST = 64;
/** Days of a trip that is recombined at most: the routes to choose from take room for each pair of days. */
const MOST_DAYS = 100;
const MOST_IN_ALL = 12_000;
const MOST_ROUTES = 600;
const TABLE = 32_768;
const NONE: i32 = -1;

export let count: i32 = 0;
/** [route * stride + place] of `stops`. */
export let stride: i32 = 0;
export let kindsOf = new StaticArray<i32>(0);
export let sizes = new StaticArray<i32>(0);
export let stops = new StaticArray<i16>(0);
export let worths = new StaticArray<f64>(0);
export let moneys = new StaticArray<f64>(0);
/** [route * members + member] */
export let totals = new StaticArray<f64>(0);
/** What each is worth at the prices of now, and the best one of each kind of day (prices.ts). */
export let ranks = new StaticArray<f64>(0);
export let tops = new StaticArray<i32>(0);
let room: i32 = 0;
let masks = new StaticArray<u64>(0);
let keys = new StaticArray<u64>(0);
let table = new StaticArray<i32>(0);
let nodeKeys = new StaticArray<u64>(0);
let nodeMasks = new StaticArray<u64>(0);
let perKind = new StaticArray<i32>(0);
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
  ranks = new StaticArray<f64>(room);
  table = new StaticArray<i32>(TABLE);
  nodeKeys = new StaticArray<u64>(nodes);
  nodeMasks = new StaticArray<u64>(nodes * words);
  perKind = new StaticArray<i32>(kinds);
  tops = new StaticArray<i32>(kinds);
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
  let slot = i32(key & (TABLE - 1));
  while (unchecked(table[slot]) != 0) {
    const known = unchecked(table[slot]) - 1;
    if (unchecked(keys[known]) == key) {
      if (unchecked(worths[known]) < worth) write(known, kind, key, worth, money, row, length);
      return;
    }
    slot = (slot + 1) & (TABLE - 1);
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
    if (perKind[kindOf[day]] == 0 && overtime[day] == 0) addRoute(day);
    if (perKind[kindOf[day]] == 0) return false;
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
    let slot = i32(keys[next] & (TABLE - 1));
    while (table[slot] != 0) slot = (slot + 1) & (TABLE - 1);
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

/** Whether two routes have no visit and no group in common. */
// @ts-ignore: decorator
@inline
export function apart(one: i32, other: i32): bool {
  let both: u64 = 0;
  for (let word = 0; word < words; word++) {
    both |= unchecked(masks[one * words + word]) & unchecked(masks[other * words + word]);
  }
  return both == 0;
}
