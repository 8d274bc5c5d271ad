import type { MetricId } from '#shared/domain/telemetry/metrics';

export const nodeMetrics: readonly MetricId[] = [
  'node.cpuBusyPercent',
  'node.cpuWaitPercent',
  'node.load',
  'node.memoryTotalBytes',
  'node.memoryAvailableBytes',
  'node.swapUsedBytes',
  'node.outOfMemoryKills',
  'node.cpuStallSeconds',
  'node.memoryStallSeconds',
  'node.ioStallSeconds',
];

const KIB = 1024;

interface CpuTicks {
  readonly total: number;
  readonly idle: number;
  readonly wait: number;
}

/** Gathers the lines of one round that are of the node as a whole. Shares of time are since the round before. */
export class NodeRound {
  #ticks: CpuTicks | null = null;
  #before: CpuTicks | null = null;
  #found = new Map<string, number>();

  begin(): void {
    this.#found = new Map();
    this.#before = this.#ticks ?? this.#before;
    this.#ticks = null;
  }

  line(file: string, text: string): void {
    switch (file) {
      case '/proc/stat':
        this.#ticks = cpuTicks(text) ?? this.#ticks;
        break;
      case '/proc/loadavg':
        this.#keep('load', /^(\d+\.\d+) /.exec(text)?.[1]);
        break;
      case '/proc/vmstat':
        this.#keep('oom_kill', /^oom_kill (\d{1,15})$/.exec(text)?.[1]);
        break;
      case '/proc/meminfo': {
        const [, name = '', kib] = /^(\w{1,30}): +(\d{1,15}) kB$/.exec(text) ?? [];
        this.#keep(name, kib);
        break;
      }
      case '/proc/pressure/cpu':
      case '/proc/pressure/memory':
      case '/proc/pressure/io': {
        const [, kind = '', microseconds] = /^(some|full) .* total=(\d{1,18})$/.exec(text) ?? [];
        this.#keep(`${file} ${kind}`, microseconds);
        break;
      }
    }
  }

  /** Null when nothing of the node was told. */
  end(): number[] | null {
    const get = (name: string): number => this.#found.get(name) ?? Number.NaN;
    const [busy, wait] = shares(this.#before, this.#ticks);
    const values = [
      busy,
      wait,
      get('load'),
      get('MemTotal') * KIB,
      get('MemAvailable') * KIB,
      (get('SwapTotal') - get('SwapFree')) * KIB,
      get('oom_kill'),
      get('/proc/pressure/cpu some') / 1e6,
      get('/proc/pressure/memory full') / 1e6,
      get('/proc/pressure/io full') / 1e6,
    ];
    return values.every((value) => Number.isNaN(value)) ? null : values;
  }

  #keep(name: string, text: string | undefined): void {
    if (text !== undefined) this.#found.set(name, Number(text));
  }
}

/** user nice system idle iowait irq softirq steal; guest time is part of user already. */
function cpuTicks(text: string): CpuTicks | null {
  if (!text.startsWith('cpu ')) return null;
  const ticks = text.trim().split(/\s+/).slice(1, 9).map(Number);
  if (ticks.length < 4 || ticks.some((tick) => !Number.isSafeInteger(tick) || tick < 0)) return null;
  return { total: ticks.reduce((sum, tick) => sum + tick, 0), idle: ticks[3] ?? 0, wait: ticks[4] ?? 0 };
}

function shares(before: CpuTicks | null, now: CpuTicks | null): [busy: number, wait: number] {
  if (!before || !now || now.total <= before.total) return [Number.NaN, Number.NaN];
  const total = now.total - before.total;
  // Idle and waiting time of the kernel may go back a little.
  const share = (from: number, to: number): number => Math.min(1, Math.max(0, (to - from) / total));
  const wait = share(before.wait, now.wait);
  const percent = (value: number): number => Math.round(value * 10_000) / 100;
  return [percent(Math.max(0, 1 - share(before.idle, now.idle) - wait)), percent(wait)];
}
