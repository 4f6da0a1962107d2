// What the search reads: the compiled model (model.py) as flat arrays, written by __init__.py before the search begins.
//
// Nodes 0..nodes-1 are visits and pauses; start and end of day d are nodes + 2d and nodes + 2d + 1; `size` counts both.
// Days that are alike share a kind. Times are whole units of the model, money whole minor units.

export let nodes: i32 = 0;
export let days: i32 = 0;
export let kinds: i32 = 0;
export let members: i32 = 0;
export let visits: i32 = 0;
export let walks: i32 = 0;
export let size: i32 = 0;
/** The stops of a route at most, with both ends. */
export let cap: i32 = 0;
/** 64-bit words that hold a bit for each visit and each group. */
export let words: i32 = 0;

export let budgeted: bool = false;
export let paying: bool = false;
export let tolling: bool = false;
export let fairness: f64 = 0;
export let budget: f64 = 0;

/** [from * size + to]: service at `from` and travel to `to`; `back` the other way about. */
export let reach = new StaticArray<i32>(0);
export let back = new StaticArray<i32>(0);
/** [day * size + node]: earliest and latest start. */
export let opens = new StaticArray<i32>(0);
export let lasts = new StaticArray<i32>(0);
/** [kind * nodes + node]: what a node adds to the value beyond its score. */
export let extra = new StaticArray<f64>(0);
export let average = new StaticArray<f64>(0);
/** [member * nodes + node] */
export let scores = new StaticArray<f64>(0);
/** Tokens of a kind's node: from tokenStart[kind * nodes + node] on. */
export let tokenStart = new StaticArray<i32>(0);
export let tokens = new StaticArray<i32>(0);
export let capacity = new StaticArray<i32>(0);
/** Who uses a token: places in [kind * nodes + node], from userStart[token] on. */
export let userStart = new StaticArray<i32>(0);
export let users = new StaticArray<i32>(0);
export let cost = new StaticArray<f64>(0);
/** [limit][from * size + to] and [limit][day]. */
export let walk = new StaticArray<f64>(0);
export let walkLimit = new StaticArray<f64>(0);
export let fares = new StaticArray<f64>(0);
export let tolls = new StaticArray<f64>(0);
export let kindOf = new StaticArray<i32>(0);
/** The frozen first stops of each day: from baseStart[day] on. */
export let baseStart = new StaticArray<i32>(0);
export let base = new StaticArray<i32>(0);
/** The visit of a node, -1 for a pause; the group of a node, numbered after the visits, or -1. */
export let visitOf = new StaticArray<i32>(0);
export let groupOf = new StaticArray<i32>(0);
/** What a visit adds at most by its bonuses. */
export let bonus = new StaticArray<f64>(0);
export let wanted = new StaticArray<i32>(0);
/** The time each stop has of a day on which their number is limited, else 0. */
export let perStop = new StaticArray<f64>(0);
/** What a node's cost is of the budget, as a part of all days' time, in times of its own. */
export let dear = new StaticArray<f64>(0);

/** [kind * nodes + i]: the nodes that can be visited at all, candidateCount[kind] of them. */
export let candidates = new StaticArray<i32>(0);
export let candidateCount = new StaticArray<i32>(0);
/** The first day of each kind, and how many days there are of it. */
export let firstOf = new StaticArray<i32>(0);
export let daysOf = new StaticArray<i32>(0);

/** Make room for a model. `longest`: the stops of a day at most; `given`: bit 0 a budget, bit 1 fares, bit 2 tolls. */
export function allocate(
  nodeCount: i32, dayCount: i32, kindCount: i32, memberCount: i32, visitCount: i32, groupCount: i32,
  walkCount: i32, tokenCount: i32, tokenUses: i32, baseCount: i32, longest: i32,
  given: i32,
): void {
  nodes = nodeCount;
  days = dayCount;
  kinds = kindCount;
  members = memberCount;
  visits = visitCount;
  walks = walkCount;
  size = nodes + 2 * days;
  cap = longest + 2;
  words = (visitCount + groupCount + 63) / 64;
  budgeted = (given & 1) != 0;
  paying = (given & 2) != 0;
  tolling = (given & 4) != 0;
  reach = new StaticArray<i32>(size * size);
  back = new StaticArray<i32>(size * size);
  opens = new StaticArray<i32>(days * size);
  lasts = new StaticArray<i32>(days * size);
  extra = new StaticArray<f64>(kinds * nodes);
  average = new StaticArray<f64>(nodes);
  scores = new StaticArray<f64>(members * nodes);
  tokenStart = new StaticArray<i32>(kinds * nodes + 1);
  tokens = new StaticArray<i32>(tokenUses);
  capacity = new StaticArray<i32>(tokenCount);
  cost = new StaticArray<f64>(nodes);
  walk = new StaticArray<f64>(walks * size * size);
  walkLimit = new StaticArray<f64>(walks * days);
  fares = new StaticArray<f64>(paying ? size * size : 0);
  tolls = new StaticArray<f64>(tolling ? size * size : 0);
  kindOf = new StaticArray<i32>(days);
  baseStart = new StaticArray<i32>(days + 1);
  base = new StaticArray<i32>(baseCount);
  visitOf = new StaticArray<i32>(nodes);
  groupOf = new StaticArray<i32>(nodes);
  bonus = new StaticArray<f64>(visits);
  wanted = new StaticArray<i32>(nodes);
  perStop = new StaticArray<f64>(days);
  dear = new StaticArray<f64>(nodes);
}

/** Where __init__.py writes an array; the order is that of its fields. */
export function address(field: i32): usize {
  switch (field) {
    case 0: return changetype<usize>(reach);
    case 1: return changetype<usize>(opens);
    case 2: return changetype<usize>(lasts);
    case 3: return changetype<usize>(extra);
    case 4: return changetype<usize>(average);
    case 5: return changetype<usize>(scores);
    case 6: return changetype<usize>(tokenStart);
    case 7: return changetype<usize>(tokens);
    case 8: return changetype<usize>(capacity);
    case 9: return changetype<usize>(cost);
    case 10: return changetype<usize>(walk);
    case 11: return changetype<usize>(walkLimit);
    case 12: return changetype<usize>(fares);
    case 13: return changetype<usize>(tolls);
    case 14: return changetype<usize>(kindOf);
    case 15: return changetype<usize>(baseStart);
    case 16: return changetype<usize>(base);
    case 17: return changetype<usize>(visitOf);
    case 18: return changetype<usize>(groupOf);
    case 19: return changetype<usize>(bonus);
    case 20: return changetype<usize>(wanted);
    case 21: return changetype<usize>(perStop);
    case 22: return changetype<usize>(dear);
    default: return 0;
  }
}

/** Derive the rest once all arrays are written. */
export function prepare(money: f64, fair: f64): void {
  budget = money;
  fairness = fair;
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) unchecked((back[b * size + a] = reach[a * size + b]));
  }
  firstOf = new StaticArray<i32>(kinds);
  daysOf = new StaticArray<i32>(kinds);
  for (let day = days - 1; day >= 0; day--) {
    firstOf[kindOf[day]] = day;
    daysOf[kindOf[day]]++;
  }
  invertTokens();
  findCandidates();
}

function invertTokens(): void {
  userStart = new StaticArray<i32>(capacity.length + 1);
  for (let use = 0; use < tokens.length; use++) userStart[tokens[use] + 1]++;
  for (let token = 0; token < capacity.length; token++) userStart[token + 1] += userStart[token];
  users = new StaticArray<i32>(tokens.length);
  const filled = new StaticArray<i32>(capacity.length);
  for (let place = 0; place < kinds * nodes; place++) {
    for (let use = tokenStart[place]; use < tokenStart[place + 1]; use++) {
      const token = tokens[use];
      users[userStart[token] + filled[token]++] = place;
    }
  }
}

function findCandidates(): void {
  candidates = new StaticArray<i32>(kinds * nodes);
  candidateCount = new StaticArray<i32>(kinds);
  for (let kind = 0; kind < kinds; kind++) {
    const day = firstOf[kind], first = nodes + 2 * day, last = first + 1, row = day * size;
    const begin = opens[row + first], end = lasts[row + last];
    for (let node = 0; node < nodes; node++) {
      const at = max(opens[row + node], begin + reach[first * size + node]);
      if (wanted[node] && at <= lasts[row + node] && at + reach[node * size + last] <= end) {
        candidates[kind * nodes + candidateCount[kind]++] = node;
      }
    }
  }
}
