// Chains of changes: a stop takes the place of another one, which takes the place of a third one on another day, and so
// on, until one fits without any other leaving or is left out (cyclic transfers of Thompson and Psaraftis 1993, as paths).

import { candidateCount, candidates, days, kindOf, nodes } from "./model";
import { begin, blocked, feasible, remove, rollback, schedule } from "./plan";
import { evaluate, lift, smooth } from "./objective";
import {
  disturb, placeOf, put, rowCount, rowDay, rowGone, rowOf, rowSpared, wayPlace, ways, worth,
} from "./descent";
import { worked } from "./fill";

const NONE: i32 = -1;
const LEAST = 1e-6;
const DEEPEST = 5;
const MOST_ROWS = 256;
const MOST_DAYS = 64;

/** [depth * MOST_ROWS + row]: what the best chain adds that ends with the stop of the row leaving; the stop that takes its
 * place; the row before; and the days in it. */
let values = new StaticArray<f64>(0);
let entering = new StaticArray<i32>(0);
let before = new StaticArray<i32>(0);
let masks = new StaticArray<u64>(0);

let bestValue: f64 = 0;
let bestDepth: i32 = 0;
let bestRow: i32 = NONE;
/** The row without a leaving stop in which the best chain ends, or -1. */
let bestEnd: i32 = NONE;

export function makeChains(): void {
  values = new StaticArray<f64>(DEEPEST * MOST_ROWS);
  entering = new StaticArray<i32>(DEEPEST * MOST_ROWS);
  before = new StaticArray<i32>(DEEPEST * MOST_ROWS);
  masks = new StaticArray<u64>(DEEPEST * MOST_ROWS);
}

/** Find the best chain by the table of the descent, and make it if it is a gain; whether it was. */
export function chain(): bool {
  if (days < 2 || days > MOST_DAYS || rowCount > MOST_ROWS) return false;
  lift();
  enter();
  if (!grow() || !make()) {
    leave();
    if (!grow() || !make()) return false;
  }
  disturb();
  return true;
}

/** Chains that begin with a stop that is not in the plan. */
function enter(): void {
  for (let row = 0; row < rowCount; row++) {
    values[row] = -Infinity;
    const gone = rowGone[row], day = rowDay[row], kind = kindOf[day];
    if (gone == NONE || rowSpared[row] == -Infinity) continue;
    const loss = rowSpared[row] - worth(day, gone);
    worked(candidateCount[kind]);
    for (let at = 0; at < candidateCount[kind]; at++) {
      const node = unchecked(candidates[kind * nodes + at]);
      if (unchecked(wayPlace[row * nodes + node]) == NONE || unchecked(rowOf[node]) != NONE) continue;
      if (unchecked(blocked[kind * nodes + node])) continue;
      const value = loss + worth(day, node) - unchecked(ways[row * nodes + node]);
      if (value <= unchecked(values[row])) continue;
      unchecked((values[row] = value));
      unchecked((entering[row] = node));
    }
    masks[row] = u64(1) << day;
  }
}

/** Chains that begin with a stop leaving. */
function leave(): void {
  for (let row = 0; row < rowCount; row++) {
    const gone = rowGone[row];
    values[row] = gone == NONE || rowSpared[row] == -Infinity ? -Infinity : rowSpared[row] - worth(rowDay[row], gone);
    entering[row] = NONE;
    masks[row] = u64(1) << rowDay[row];
  }
}

/** Lengthen the chains; whether a gain was found. */
function grow(): bool {
  bestValue = LEAST;
  bestRow = NONE;
  const deepest = min(DEEPEST, days);
  for (let depth = 0; depth < deepest; depth++) {
    const own = depth * MOST_ROWS, next = own + MOST_ROWS;
    if (depth + 1 < deepest) {
      for (let row = 0; row < rowCount; row++) unchecked((values[next + row] = -Infinity));
    }
    worked(rowCount * rowCount);
    for (let row = 0; row < rowCount; row++) {
      const value = unchecked(values[own + row]);
      if (value == -Infinity) continue;
      const mask = unchecked(masks[own + row]), node = unchecked(rowGone[row]);
      if (value > bestValue && depth > 0) note(value, depth, row, NONE);
      for (let to = 0; to < rowCount; to++) {
        const day = unchecked(rowDay[to]);
        if (mask & (u64(1) << day) || unchecked(wayPlace[to * nodes + node]) == NONE) continue;
        const gone = unchecked(rowGone[to]);
        let more = value + worth(day, node) - unchecked(ways[to * nodes + node]);
        if (gone == NONE) {
          if (more > bestValue) note(more, depth, row, to);
          continue;
        }
        if (depth + 1 == deepest) continue;
        more += unchecked(rowSpared[to]) - worth(day, gone);
        if (more <= unchecked(values[next + to])) continue;
        unchecked((values[next + to] = more));
        unchecked((entering[next + to] = node));
        unchecked((before[next + to] = row));
        unchecked((masks[next + to] = mask | (u64(1) << day)));
      }
    }
  }
  return bestRow != NONE;
}

function note(value: f64, depth: i32, row: i32, end: i32): void {
  bestValue = value;
  bestDepth = depth;
  bestRow = row;
  bestEnd = end;
}

/** Make the best chain, if it holds and is a gain. */
function make(): bool {
  const was = smooth;
  begin();
  let row = bestRow;
  for (let depth = bestDepth; depth >= 0; depth--) {
    remove(rowDay[row], placeOf(rowDay[row], rowGone[row]));
    schedule(rowDay[row]);
    if (depth > 0) row = before[depth * MOST_ROWS + row];
  }
  let held = bestEnd == NONE || into(bestEnd, rowGone[bestRow]);
  row = bestRow;
  for (let depth = bestDepth; held && depth >= 0; depth--) {
    const node = entering[depth * MOST_ROWS + row];
    held = (node == NONE || into(row, node)) && feasible(rowDay[row]);
    if (depth > 0) row = before[depth * MOST_ROWS + row];
  }
  if (held && (bestEnd == NONE || feasible(rowDay[bestEnd]))) {
    evaluate();
    if (smooth > was + LEAST) {
      begin();
      return true;
    }
  }
  rollback();
  evaluate();
  return false;
}

function into(row: i32, node: i32): bool {
  return put(rowDay[row], wayPlace[row * nodes + node], node);
}
