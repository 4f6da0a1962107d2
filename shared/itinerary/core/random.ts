// Seeded random numbers: xorshift128+ (Vigna 2017), seeded by splitmix64 (Steele, Lea and Flood 2014).

let first: u64 = 1;
let second: u64 = 2;

/** A number that looks random, the same for the same one. */
export function scattered(number: u64): u64 {
  let mixed = number + 0x9e3779b97f4a7c15;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

export function seedRandom(seed: u64): void {
  first = scattered(seed);
  second = scattered(first) | 1;
}

/** From 0 to 1, without 1. */
export function draw(): f64 {
  let mixed = first;
  const sum = mixed + second;
  first = second;
  mixed ^= mixed << 23;
  second = mixed ^ second ^ (mixed >> 17) ^ (second >> 26);
  return f64(sum >> 11) * (1.0 / 9007199254740992.0);
}

/** From 0 to `count`, without `count`. */
export function below(count: i32): i32 {
  return i32(draw() * f64(count));
}
