/** Seeded generator (mulberry32): the same seed gives the same fleet, so a failing test can be repeated. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Turns any text into a seed (FNV-1a), so that each node of a fleet has its own stream. */
export function seedFrom(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

export function hexDigits(random: () => number, count: number): string {
  let digits = '';
  for (let index = 0; index < count; index += 1) digits += Math.floor(random() * 16).toString(16);
  return digits;
}

/** Eight-four-four-four-twelve hex digits, as NVIDIA and machine ids print them. */
export function uuid(random: () => number): string {
  return [8, 4, 4, 4, 12].map((count) => hexDigits(random, count)).join('-');
}

/** Smooth noise between -1 and 1 that depends on time alone: reading twice at one instant gives one value. */
export function noiseAt(seed: number, timeSec: number): number {
  const whole = Math.floor(timeSec);
  const share = timeSec - whole;
  const at = (step: number): number => createRandom(seed ^ Math.imul(step, 0x9e3779b1))() * 2 - 1;
  return at(whole) * (1 - share) + at(whole + 1) * share;
}
