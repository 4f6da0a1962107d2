// What an iteration takes out of the plan: around one stop, a stretch of some days, or here and there.

import { cap, days, reach, size } from "./model";
import { feasible, firstPlace, lengths, remove, restore, routes, schedule, touched } from "./plan";
import { below, draw } from "./random";

const RELATED = 0.5;
const WHOLE_DAY_SHARE = 0.1;

/** Take a stretch, or stops here and there, out of some days. */
export function destroy(): void {
  if (days == 0) return;
  const stretch = draw() < 0.7, share = 0.05 + 0.15 * draw(), always = below(days);
  const others = days < 3 ? 0.7 : 2.0 / f64(days - 1);
  const related = draw() < RELATED;
  let seed = -1;
  if (related) {
    const first = firstPlace(always), length = lengths[always] - 1 - first;
    if (length > 0) seed = routes[always * cap + first + below(length)];
  }
  for (let day = 0; day < days; day++) {
    const first = firstPlace(day), length = unchecked(lengths[day]) - 1 - first;
    if (length == 0 || (day != always && draw() > others)) continue;
    if (seed >= 0) {
      let near = first, least = i32.MAX_VALUE;
      for (let place = first; place < first + length; place++) {
        const node = routes[day * cap + place];
        const both = reach[seed * size + node] + reach[node * size + seed] - reach[node * size + node];
        const far = node == seed ? -1 : both;
        if (far < least) {
          least = far;
          near = place;
        }
      }
      const most = draw() < WHOLE_DAY_SHARE ? f64(length) : min(f64(length), 2.0 + f64(length) * 0.3);
      const count = min(length, 1 + i32(draw() * most));
      const from = max(first, min(near - below(count), first + length - count));
      for (let gone = 0; gone < count; gone++) remove(day, from);
    } else if (stretch) {
      const most = draw() < WHOLE_DAY_SHARE ? f64(length) : min(f64(length), 2.0 + f64(length) * 0.2);
      const count = min(length, 1 + i32(draw() * most));
      const from = first + below(length - count + 1);
      for (let gone = 0; gone < count; gone++) remove(day, from);
    } else {
      let place = first;
      for (let seen = 0; seen < length; seen++) {
        if (draw() < share) remove(day, place);
        else place++;
      }
    }
    if (unchecked(touched[day])) {
      schedule(day);
      if (!feasible(day)) restore(day);
    }
  }
}
