import { createRandom, seedFrom } from '../model/random';

/** Before anyone looks the service has run for a while. */
const BEFORE_SECONDS = 3600;
/** Nobody asked for longer: what happened meanwhile is not told one by one. */
const AT_MOST_SECONDS = 600;

/** Requests of a service as time passes: whole ones, at a rate, each as long as chance has it. */
export class RequestLoad {
  readonly #random: () => number;
  #atMs: number | null = null;
  #carry = 0;

  constructor(seed: string) {
    this.#random = createRandom(seedFrom(seed));
  }

  /** Seconds since it was called last, and how many requests ended in them. */
  pass(nowMs: number, perSecond: number): { seconds: number; requests: number } {
    const seconds =
      this.#atMs === null ? BEFORE_SECONDS : Math.min(AT_MOST_SECONDS, Math.max(0, (nowMs - this.#atMs) / 1000));
    this.#atMs = nowMs;
    this.#carry += seconds * perSecond;
    const requests = Math.floor(this.#carry);
    this.#carry -= requests;
    return { seconds, requests };
  }

  /** Around a mean, some much longer. */
  seconds(mean: number): number {
    const chance = this.#random();
    return mean * (chance < 0.9 ? 0.5 + chance * 0.8 : 1.5 + (chance - 0.9) * 20);
  }
}

/** A histogram as Prometheus' client libraries keep one. */
export class SimHistogram {
  sum = 0;
  count = 0;
  readonly #buckets: number[];

  constructor(private readonly bounds: readonly number[]) {
    this.#buckets = bounds.map(() => 0);
  }

  observe(value: number): void {
    this.sum += value;
    this.count += 1;
    for (const [index, bound] of this.bounds.entries()) {
      if (value <= bound) this.#buckets[index] = (this.#buckets[index] ?? 0) + 1;
    }
  }

  lines(name: string, labels: string): string[] {
    return [
      ...this.bounds.map((bound, index) => `${name}_bucket{${labels},le="${bound}"} ${this.#buckets[index]}.0`),
      `${name}_bucket{${labels},le="+Inf"} ${this.count}.0`,
      `${name}_count{${labels}} ${this.count}.0`,
      `${name}_sum{${labels}} ${this.sum}`,
    ];
  }
}

export function described(name: string, type: string, help: string, samples: readonly string[]): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.join('\n')}\n`;
}
