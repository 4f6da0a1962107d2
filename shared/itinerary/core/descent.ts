// Descent to a plan that no small change betters: visits that change places between days, give way to one that is out,
// move elsewhere, or are added (swap, replace, relocate and insert of Vansteenwegen et al. 2009).
//
// All are read from one table: what it costs to put each candidate into a day from which one stop, or none, is gone.

import {
  back, candidateCount, candidates, cap, cost, days, kindOf, lasts, members, nodes, opens, reach, size, tolling, tolls,
} from "./model";
import {
  begin, blocked, feasible, firstPlace, insert, lates, lengths, money, remove, rollback, routes, schedule, starts,
} from "./plan";
import { evaluate, gain, lift, lifts, smooth } from "./objective";
import { work, worked } from "./fill";

const NONE: i32 = -1;
const LEAST = 1e-6;
const MOST_CHANGES = 8192;

/** A row for each stop of the plan, and one for each day as it is: [row * nodes + node], the place or -1. */
export let rowCount: i32 = 0;
export let rowDay = new StaticArray<i32>(0);
export let rowGone = new StaticArray<i32>(0);
export let rowSpared = new StaticArray<f64>(0);
export let ways = new StaticArray<f64>(0);
export let wayPlace = new StaticArray<i32>(0);
/** The row of a node that is in the plan, and the first row of each day. */
export let rowOf = new StaticArray<i32>(0);
let dayRow = new StaticArray<i32>(0);

let gains = new StaticArray<f64>(0);
let changeRow = new StaticArray<i32>(0);
let changeNode = new StaticArray<i32>(0);
let order = new StaticArray<i32>(0);
let changes: i32 = 0;
/** Which change is tried next, whether one was made since the table was read, and since the descent began. */
let next: i32 = 0;
let again: bool = false;
let changed: bool = false;

let kept = new StaticArray<i32>(0);
let keptStarts = new StaticArray<i32>(0);
let keptLates = new StaticArray<i32>(0);
let dayTouched = new StaticArray<bool>(0);

function makeRoom(rows: i32): void {
  if (rows <= rowDay.length) return;
  const room = rows + rows / 2;
  rowDay = new StaticArray<i32>(room);
  rowGone = new StaticArray<i32>(room);
  rowSpared = new StaticArray<f64>(room);
  ways = new StaticArray<f64>(room * nodes);
  wayPlace = new StaticArray<i32>(room * nodes);
}

export function makeDescent(): void {
  rowOf = new StaticArray<i32>(nodes);
  dayRow = new StaticArray<i32>(days);
  gains = new StaticArray<f64>(MOST_CHANGES);
  changeRow = new StaticArray<i32>(MOST_CHANGES);
  changeNode = new StaticArray<i32>(MOST_CHANGES);
  order = new StaticArray<i32>(MOST_CHANGES);
  kept = new StaticArray<i32>(cap);
  keptStarts = new StaticArray<i32>(cap);
  keptLates = new StaticArray<i32>(cap);
  dayTouched = new StaticArray<bool>(days);
}

/** Begin to change the plan until nothing is gained. */
export function beginDescent(): void {
  evaluate();
  changes = next = 0;
  again = true;
  changed = false;
}

/** Go on with it, as long as the slice's `mostWork` lets; whether that is done. */
export function descend(mostWork: i32): bool {
  while (work <= mostWork) {
    if (next < changes) {
      if (apply(order[next++])) changed = again = true;
    } else if (again) {
      again = false;
      tabulate();
      findChanges();
      next = 0;
      memory.fill(changetype<usize>(dayTouched), 0, days);
    } else {
      return true;
    }
  }
  return false;
}

/** A change was made elsewhere: read the table again. */
export function disturb(): void {
  changed = again = true;
}

/** Whether the plan changed at all since the descent began. */
export function descended(): bool {
  return changed;
}

function tabulate(): void {
  let rows = days;
  for (let day = 0; day < days; day++) rows += lengths[day] - 2;
  makeRoom(rows);
  rowCount = 0;
  for (let node = 0; node < nodes; node++) rowOf[node] = NONE;
  for (let day = 0; day < days; day++) {
    dayRow[day] = rowCount;
    build(day, NONE);
    for (let place = firstPlace(day); place < lengths[day] - 1; place++) {
      rowOf[routes[day * cap + place]] = rowCount;
      build(day, place);
    }
  }
}

/** The row of a day without the stop at a place. */
function build(day: i32, gone: i32): void {
  const row = day * cap, own = rowCount++, first = firstPlace(day);
  rowDay[own] = day;
  rowGone[own] = gone == NONE ? NONE : routes[row + gone];
  rowSpared[own] = 0;
  const places = changetype<usize>(wayPlace) + (<usize>(own * nodes) << 2);
  const costs = changetype<usize>(ways) + (<usize>(own * nodes) << 3);
  memory.fill(places, 0xff, <usize>nodes << 2);
  const length = without(day, gone);
  if (length == 0) {
    rowSpared[own] = -Infinity;
    return;
  }
  if (tolling && gone != NONE) {
    const node = routes[row + gone], before = routes[row + gone - 1], after = routes[row + gone + 1];
    rowSpared[own] = tolls[before * size + node] + tolls[node * size + after] - tolls[before * size + after];
  }
  const kind = unchecked(kindOf[day]), count = unchecked(candidateCount[kind]);
  const list = changetype<usize>(candidates) + (<usize>(kind * nodes) << 2);
  const earliest = changetype<usize>(opens) + (<usize>(day * size) << 2);
  const latest = changetype<usize>(lasts) + (<usize>(day * size) << 2);
  for (let place = first; place < length; place++) {
    const before = unchecked(kept[place - 1]), after = unchecked(kept[place]);
    const start = unchecked(keptStarts[place - 1]), late = unchecked(keptLates[place]);
    const there = changetype<usize>(reach) + (<usize>(before * size) << 2);
    const onward = changetype<usize>(back) + (<usize>(after * size) << 2);
    const direct: f64 = tolling ? unchecked(tolls[before * size + after]) : 0;
    worked(count);
    for (let at4 = list; at4 < list + (<usize>count << 2); at4 += 4) {
      const node = load<i32>(at4), own4 = <usize>node << 2;
      let at = start + load<i32>(there + own4);
      if (at > load<i32>(latest + own4)) continue;
      at = max(at, load<i32>(earliest + own4)) + load<i32>(onward + own4);
      if (at > late) continue;
      const more = tolling
        ? unchecked(tolls[before * size + node]) + unchecked(tolls[node * size + after]) - direct
        : 0;
      if (load<i32>(places + own4) == NONE || more < load<f64>(costs + (own4 << 1))) {
        store<i32>(places + own4, place);
        store<f64>(costs + (own4 << 1), more);
      }
    }
  }
}

/** Lay out a day without the stop at a place (-1: as it is); its length, 0 if that does not hold. */
function without(day: i32, gone: i32): i32 {
  const row = day * cap, window = day * size;
  let length = 0;
  for (let place = 0; place < unchecked(lengths[day]); place++) {
    if (place != gone) {
      unchecked((keptStarts[length] = starts[row + place]));
      unchecked((keptLates[length] = lates[row + place]));
      unchecked((kept[length++] = routes[row + place]));
    }
  }
  if (gone == NONE) return length;
  for (let place = gone; place < length; place++) {
    const node = unchecked(kept[place]);
    const at = unchecked(keptStarts[place - 1]) + unchecked(reach[kept[place - 1] * size + node]);
    unchecked((keptStarts[place] = max(at, opens[window + node])));
    if (unchecked(keptStarts[place]) > unchecked(keptLates[place])) return 0;
  }
  for (let place = gone - 1; place >= 0; place--) {
    const node = unchecked(kept[place]);
    const late = unchecked(keptLates[place + 1]) - unchecked(reach[node * size + kept[place + 1]]);
    unchecked((keptLates[place] = min(late, lasts[window + node])));
    if (unchecked(keptStarts[place]) > unchecked(keptLates[place])) return 0;
  }
  return length;
}

// @ts-ignore: decorator
@inline
export function worth(day: i32, node: i32): f64 {
  return gain(day, node) + unchecked(lifts[node]);
}

function note(gainOf: f64, row: i32, node: i32): void {
  if (gainOf <= LEAST || changes == MOST_CHANGES) return;
  unchecked((gains[changes] = gainOf));
  unchecked((changeRow[changes] = row));
  unchecked((changeNode[changes++] = node));
}

/** What would be a gain if shares changed in proportion, the largest first. */
function findChanges(): void {
  lift();
  changes = 0;
  for (let row = 0; row < rowCount; row++) {
    const spared = unchecked(rowSpared[row]);
    if (spared == -Infinity) continue;
    const day = unchecked(rowDay[row]), gone = unchecked(rowGone[row]), kind = unchecked(kindOf[day]);
    const loss = spared - (gone == NONE ? 0 : worth(day, gone));
    const room = money + (gone == NONE ? 0 : unchecked(cost[gone]));
    worked(unchecked(candidateCount[kind]));
    for (let at = 0; at < unchecked(candidateCount[kind]); at++) {
      const node = unchecked(candidates[kind * nodes + at]);
      if (unchecked(wayPlace[row * nodes + node]) == NONE) continue;
      const more = unchecked(ways[row * nodes + node]), other = unchecked(rowOf[node]);
      if (other == NONE) {
        const free = gone != NONE || !unchecked(blocked[kind * nodes + node]);
        if (free && unchecked(cost[node]) <= room) note(loss + worth(day, node) - more, row, node);
      } else if (node == gone) {
        note(spared - more, row, node);
      } else {
        const away = unchecked(rowDay[other]), leaving = unchecked(rowSpared[other]);
        if (away == day || leaving == -Infinity || (gone != NONE && away < day)) continue;
        let whole = loss + leaving + worth(day, node) - worth(away, node) - more;
        if (gone != NONE) {
          if (unchecked(wayPlace[other * nodes + gone]) == NONE) continue;
          whole += worth(away, gone) - unchecked(ways[other * nodes + gone]);
        }
        note(whole, row, node);
      }
    }
  }
  for (let at = 0; at < changes; at++) order[at] = at;
  sortOrder(0, changes - 1);
}

function sortOrder(from: i32, to: i32): void {
  while (from < to) {
    const pivot = gains[order[(from + to) >> 1]];
    let low = from, high = to;
    while (low <= high) {
      while (gains[order[low]] > pivot) low++;
      while (gains[order[high]] < pivot) high--;
      if (low <= high) {
        const moved = order[low];
        order[low++] = order[high];
        order[high--] = moved;
      }
    }
    if (high - from < to - low) {
      sortOrder(from, high);
      from = low;
    } else {
      sortOrder(low, to);
      to = high;
    }
  }
}

export function placeOf(day: i32, node: i32): i32 {
  let place = 1;
  while (routes[day * cap + place] != node) place++;
  return place;
}

/** Make a change if it holds and is a gain. */
function apply(change: i32): bool {
  const row = changeRow[change], node = changeNode[change], day = rowDay[row], gone = rowGone[row];
  const other = node == gone ? NONE : rowOf[node];
  if (dayTouched[day] || (other != NONE && dayTouched[rowDay[other]])) return false;
  worked(days * (1 + members));
  const before = smooth;
  begin();
  if (gone != NONE) remove(day, placeOf(day, gone));
  if (other != NONE) remove(rowDay[other], placeOf(rowDay[other], node));
  if (other != NONE) schedule(rowDay[other]);
  let held = put(day, wayPlace[row * nodes + node], node);
  if (held && other != NONE && gone != NONE) held = put(rowDay[other], wayPlace[other * nodes + gone], gone);
  if (held && feasible(day) && (other == NONE || feasible(rowDay[other]))) {
    evaluate();
    if (smooth > before + LEAST) {
      dayTouched[day] = true;
      if (other != NONE) dayTouched[rowDay[other]] = true;
      begin();
      return true;
    }
  }
  rollback();
  evaluate();
  return false;
}

export function put(day: i32, place: i32, node: i32): bool {
  if (blocked[kindOf[day] * nodes + node] || cost[node] > money || lengths[day] >= cap) return false;
  insert(day, place, node);
  return true;
}
