// The plan under change: routes with their time slack, tokens and money.
//
// Between two stops of a route an insertion is checked in constant time by the earliest start at the first and the
// latest start at the second (push forward, after Vansteenwegen et al. 2009).

import {
  base, baseStart, budget, budgeted, candidateCount, cap, capacity, cost, days, fares, kindOf, kinds, lasts, nodes, opens,
  paying, reach, size, tokenStart, tokens, tolling, tolls, userStart, users, walk, walkLimit, walks,
} from "./model";

/** [day * cap + place]: from the start node of the day to its end node. */
export let routes = new StaticArray<i32>(0);
export let lengths = new StaticArray<i32>(0);
export let starts = new StaticArray<i32>(0);
export let lates = new StaticArray<i32>(0);
export let money: f64 = Infinity;
/** [kind * nodes + node]: how many of its tokens are used up. */
export let blocked = new StaticArray<i32>(0);
let walked = new StaticArray<f64>(0);
export let paid = new StaticArray<f64>(0);
export let tolled = new StaticArray<f64>(0);
/** How much later than they may the days of a plan under change may end, and how much later each does. */
export let grace: i32 = 0;
export let overtime = new StaticArray<i32>(0);
/** The latest start at a place from which the day ends on time, whatever the windows after it. */
let punctual = new StaticArray<i32>(0);
/** What a unit of overtime costs. */
export let overtimeRate: f64 = 0;
/** Whether a day has changed since the objective looked. */
export let stale = new StaticArray<bool>(0);

/** The days that changed since `begin`, as they were. */
export let touched = new StaticArray<bool>(0);
export let oldRoutes = new StaticArray<i32>(0);
export let oldLengths = new StaticArray<i32>(0);
export let oldStarts = new StaticArray<i32>(0);
export let oldLates = new StaticArray<i32>(0);
let oldPunctual = new StaticArray<i32>(0);
let oldOvertime = new StaticArray<i32>(0);
let oldWalked = new StaticArray<f64>(0);
let oldPaid = new StaticArray<f64>(0);
let oldTolled = new StaticArray<f64>(0);

/** What became free since `begin`: places in [kind * nodes + node]. */
export let freed = new StaticArray<i32>(0);
export let freedCount: i32 = 0;
let freedSince = new StaticArray<i32>(0);
let since: i32 = 1;

let left = new StaticArray<i32>(0);
let mark = new StaticArray<i32>(0);
let stamp: i32 = 0;

export function makePlan(): void {
  routes = new StaticArray<i32>(days * cap);
  lengths = new StaticArray<i32>(days);
  starts = new StaticArray<i32>(days * cap);
  lates = new StaticArray<i32>(days * cap);
  oldRoutes = new StaticArray<i32>(days * cap);
  oldLengths = new StaticArray<i32>(days);
  punctual = new StaticArray<i32>(days * cap);
  oldPunctual = new StaticArray<i32>(days * cap);
  overtime = new StaticArray<i32>(days);
  oldOvertime = new StaticArray<i32>(days);
  oldStarts = new StaticArray<i32>(days * cap);
  oldLates = new StaticArray<i32>(days * cap);
  blocked = new StaticArray<i32>(kinds * nodes);
  walked = new StaticArray<f64>(walks * days);
  oldWalked = new StaticArray<f64>(walks * days);
  paid = new StaticArray<f64>(days);
  oldPaid = new StaticArray<f64>(days);
  tolled = new StaticArray<f64>(days);
  oldTolled = new StaticArray<f64>(days);
  stale = new StaticArray<bool>(days);
  touched = new StaticArray<bool>(days);
  freed = new StaticArray<i32>(kinds * nodes);
  freedSince = new StaticArray<i32>(kinds * nodes);
  mark = new StaticArray<i32>(nodes);
  left = new StaticArray<i32>(capacity.length);
  money = budgeted ? budget : Infinity;
  for (let token = 0; token < left.length; token++) {
    left[token] = capacity[token];
    if (left[token] <= 0) shut(token);
  }
  for (let day = 0; day < days; day++) {
    routes[day * cap] = nodes + 2 * day;
    let length = 1;
    for (let at = baseStart[day]; at < baseStart[day + 1]; at++) {
      routes[day * cap + length++] = base[at];
      take(day, base[at]);
    }
    routes[day * cap + length++] = nodes + 2 * day + 1;
    lengths[day] = length;
    schedule(day);
  }
}

function shut(token: i32): void {
  for (let at = unchecked(userStart[token]); at < unchecked(userStart[token + 1]); at++) {
    unchecked(blocked[users[at]]++);
  }
}

function reopen(token: i32): void {
  for (let at = unchecked(userStart[token]); at < unchecked(userStart[token + 1]); at++) {
    const place = unchecked(users[at]);
    const now = unchecked(--blocked[place]);
    if (now == 0 && unchecked(freedSince[place]) != since) {
      unchecked((freedSince[place] = since));
      unchecked((freed[freedCount++] = place));
    }
  }
}

export function take(day: i32, node: i32): void {
  const place = unchecked(kindOf[day]) * nodes + node;
  for (let use = unchecked(tokenStart[place]); use < unchecked(tokenStart[place + 1]); use++) {
    const token = unchecked(tokens[use]);
    if (unchecked(--left[token]) == 0) shut(token);
  }
  money -= unchecked(cost[node]);
}

function release(day: i32, node: i32): void {
  const place = unchecked(kindOf[day]) * nodes + node;
  for (let use = unchecked(tokenStart[place]); use < unchecked(tokenStart[place + 1]); use++) {
    const token = unchecked(tokens[use]);
    if (unchecked(left[token]++) == 0) reopen(token);
  }
  money += unchecked(cost[node]);
}

/** Recompute starts, latest starts, overtime, walking, fares and tolls of a day. */
export function schedule(day: i32): void {
  const row = day * cap, window = day * size, length = unchecked(lengths[day]);
  let here = unchecked(routes[row]);
  let now = unchecked(opens[window + here]);
  unchecked((starts[row] = now));
  for (let place = 1; place < length; place++) {
    const node = unchecked(routes[row + place]);
    now = max(now + unchecked(reach[here * size + node]), unchecked(opens[window + node]));
    unchecked((starts[row + place] = now));
    here = node;
  }
  let late = unchecked(lasts[window + here]), tail = late;
  // A day without a way home is an empty one, and never late.
  unchecked((overtime[day] = unchecked(candidateCount[unchecked(kindOf[day])]) > 0 ? max(0, now - late) : 0));
  late += grace;
  unchecked((punctual[row + length - 1] = tail));
  unchecked((lates[row + length - 1] = late));
  for (let place = length - 2; place >= 0; place--) {
    const node = unchecked(routes[row + place]);
    tail -= unchecked(reach[node * size + here]);
    unchecked((punctual[row + place] = tail));
    late = min(late - unchecked(reach[node * size + here]), unchecked(lasts[window + node]));
    unchecked((lates[row + place] = late));
    here = node;
  }
  for (let limit = 0; limit < walks; limit++) {
    unchecked((walked[limit * days + day] = along(walk, limit * size * size, row, length)));
  }
  if (paying) {
    const fare = along(fares, 0, row, length);
    money -= fare - unchecked(paid[day]);
    unchecked((paid[day] = fare));
  }
  if (tolling) unchecked((tolled[day] = along(tolls, 0, row, length)));
  unchecked((stale[day] = true));
}

function along(matrix: StaticArray<f64>, offset: i32, row: i32, length: i32): f64 {
  let sum: f64 = 0;
  for (let place = 1; place < length; place++) {
    sum += unchecked(matrix[offset + routes[row + place - 1] * size + routes[row + place]]);
  }
  return sum;
}

/** Whether a day still holds after stops were removed: travel may break the triangle inequality. */
export function feasible(day: i32): bool {
  if (money < 0) return false;
  const row = day * cap;
  for (let place = 0; place < unchecked(lengths[day]); place++) {
    if (unchecked(starts[row + place]) > unchecked(lates[row + place])) return false;
  }
  for (let limit = 0; limit < walks; limit++) {
    if (unchecked(walked[limit * days + day]) > unchecked(walkLimit[limit * days + day])) return false;
  }
  return true;
}

/** Let the days of the plan end later than they may by a time. */
export function allowOvertime(time: i32): void {
  if (time == grace) return;
  grace = time;
  for (let day = 0; day < days; day++) schedule(day);
}

export function chargeOvertime(rate: f64): void {
  overtimeRate = rate;
}

export function wholeOvertime(): i32 {
  let sum = 0;
  for (let day = 0; day < days; day++) sum += unchecked(overtime[day]);
  return sum;
}

export function onTime(): bool {
  return wholeOvertime() == 0;
}

/** What the overtime costs that is more if the stop at a place begins at a time. */
// @ts-ignore: decorator
@inline
export function lateness(day: i32, place: i32, at: i32): f64 {
  return overtimeRate * f64(max(at - unchecked(punctual[day * cap + place]) - unchecked(overtime[day]), 0));
}

/** What the way by a node adds to the direct one. */
// @ts-ignore: decorator
@inline
export function detour(matrix: StaticArray<f64>, offset: i32, before: i32, node: i32, after: i32): f64 {
  return unchecked(matrix[offset + before * size + node]) + unchecked(matrix[offset + node * size + after]) -
    unchecked(matrix[offset + before * size + after]);
}

/** Whether walking limits and money allow to go from `before` to `after` by the node. */
export function legFits(day: i32, before: i32, node: i32, after: i32): bool {
  if (paying && unchecked(cost[node]) + detour(fares, 0, before, node, after) > money) return false;
  for (let limit = 0; limit < walks; limit++) {
    const more = detour(walk, limit * size * size, before, node, after);
    if (unchecked(walked[limit * days + day]) + more > unchecked(walkLimit[limit * days + day])) return false;
  }
  return true;
}

/** From here on changes can be taken back. */
export function begin(): void {
  memory.fill(changetype<usize>(touched), 0, days);
  freedCount = 0;
  since++;
}

/** Remember a day before it is changed. */
function touch(day: i32): void {
  if (unchecked(touched[day])) return;
  unchecked((touched[day] = true));
  const row = <usize>(day * cap) << 2, bytes = <usize>unchecked(lengths[day]) << 2;
  unchecked((oldLengths[day] = lengths[day]));
  memory.copy(changetype<usize>(oldRoutes) + row, changetype<usize>(routes) + row, bytes);
  memory.copy(changetype<usize>(oldStarts) + row, changetype<usize>(starts) + row, bytes);
  memory.copy(changetype<usize>(oldLates) + row, changetype<usize>(lates) + row, bytes);
  for (let limit = 0; limit < walks; limit++) {
    unchecked((oldWalked[limit * days + day] = walked[limit * days + day]));
  }
  memory.copy(changetype<usize>(oldPunctual) + row, changetype<usize>(punctual) + row, bytes);
  unchecked((oldOvertime[day] = overtime[day]));
  unchecked((oldPaid[day] = paid[day]));
  unchecked((oldTolled[day] = tolled[day]));
}

/** Take back all changes since `begin`. */
export function rollback(): void {
  for (let day = 0; day < days; day++) {
    if (unchecked(touched[day])) restore(day);
  }
}

/** Take back what changed in a day since it was touched. */
export function restore(day: i32): void {
  const row = day * cap, length = unchecked(oldLengths[day]);
  const before = ++stamp;
  for (let place = 1; place < length - 1; place++) unchecked((mark[oldRoutes[row + place]] = before));
  const kept = ++stamp;
  for (let place = 1; place < unchecked(lengths[day]) - 1; place++) {
    const node = unchecked(routes[row + place]);
    if (unchecked(mark[node]) == before) unchecked((mark[node] = kept));
    else release(day, node);
  }
  for (let place = 1; place < length - 1; place++) {
    const node = unchecked(oldRoutes[row + place]);
    if (unchecked(mark[node]) == before) take(day, node);
  }
  const first = <usize>row << 2, bytes = <usize>length << 2;
  unchecked((lengths[day] = length));
  memory.copy(changetype<usize>(routes) + first, changetype<usize>(oldRoutes) + first, bytes);
  memory.copy(changetype<usize>(starts) + first, changetype<usize>(oldStarts) + first, bytes);
  memory.copy(changetype<usize>(lates) + first, changetype<usize>(oldLates) + first, bytes);
  for (let limit = 0; limit < walks; limit++) {
    unchecked((walked[limit * days + day] = oldWalked[limit * days + day]));
  }
  memory.copy(changetype<usize>(punctual) + first, changetype<usize>(oldPunctual) + first, bytes);
  unchecked((overtime[day] = oldOvertime[day]));
  money += unchecked(paid[day]) - unchecked(oldPaid[day]);
  unchecked((paid[day] = oldPaid[day]));
  unchecked((tolled[day] = oldTolled[day]));
  unchecked((stale[day] = true));
}

export function insert(day: i32, place: i32, node: i32): void {
  touch(day);
  const at = changetype<usize>(routes) + (<usize>(day * cap + place) << 2);
  memory.copy(at + 4, at, <usize>(unchecked(lengths[day]) - place) << 2);
  store<i32>(at, node);
  unchecked(lengths[day]++);
  take(day, node);
  schedule(day);
}

/** Remove the stop at a place; times and ways are those of before until the day is scheduled. */
export function remove(day: i32, place: i32): void {
  touch(day);
  const at = changetype<usize>(routes) + (<usize>(day * cap + place) << 2);
  release(day, load<i32>(at));
  memory.copy(at, at + 4, <usize>(unchecked(lengths[day]) - place - 1) << 2);
  unchecked(lengths[day]--);
}

/** Replace the plan by another feasible one: [day * cap + place] with both ends. */
export function loadPlan(plan: StaticArray<i32>, planLengths: StaticArray<i32>): void {
  for (let day = 0; day < days; day++) {
    for (let place = 1; place < lengths[day] - 1; place++) release(day, routes[day * cap + place]);
  }
  for (let day = 0; day < days; day++) {
    const row = <usize>(day * cap) << 2;
    lengths[day] = planLengths[day];
    memory.copy(changetype<usize>(routes) + row, changetype<usize>(plan) + row, <usize>lengths[day] << 2);
    for (let place = 1; place < lengths[day] - 1; place++) take(day, routes[day * cap + place]);
    schedule(day);
  }
  begin();
}

export function keepPlan(plan: StaticArray<i32>, planLengths: StaticArray<i32>): void {
  memory.copy(changetype<usize>(plan), changetype<usize>(routes), <usize>(days * cap) << 2);
  memory.copy(changetype<usize>(planLengths), changetype<usize>(lengths), <usize>days << 2);
}

/** The first place of a day at which a stop may be inserted: behind what is frozen. */
// @ts-ignore: decorator
@inline
export function firstPlace(day: i32): i32 {
  return 1 + unchecked(baseStart[day + 1]) - unchecked(baseStart[day]);
}
