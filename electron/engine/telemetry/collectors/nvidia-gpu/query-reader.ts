import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { LineReader, NodeFrame } from '../collector';
import { type QueryColumn, queryColumns } from './query-columns';

const HEAD: readonly string[] = ['timestamp', 'uuid'];
const UUID = /^(GPU|MIG)-[0-9a-f-]{8,64}$/i;

/** What is asked of a driver: its own words for the fields, and what comes of them. */
export interface QueryPlan {
  readonly fields: readonly string[];
  readonly layout: readonly MetricId[];
  readonly reads: ReadonlyArray<{ readonly at: readonly number[]; readonly read: QueryColumn['read'] }>;
}

/** One unknown field and nvidia-smi prints nothing at all, so only what the driver says it knows is asked. */
export function planQuery(known: ReadonlySet<string>): QueryPlan {
  const fields = [...HEAD];
  const layout: MetricId[] = [];
  const reads: Array<{ at: number[]; read: QueryColumn['read'] }> = [];
  for (const column of queryColumns) {
    const names = column.fields.find((list) => list.every((name) => known.has(name)));
    if (!names) continue;
    const at = names.map((name) => {
      if (!fields.includes(name)) fields.push(name);
      return fields.indexOf(name);
    });
    layout.push(column.metric);
    reads.push({ at, read: column.read });
  }
  return { fields, layout, reads };
}

/** Reads lines of `--format=csv,noheader,nounits`, times of which are in UTC. */
export function queryReader(plan: QueryPlan): LineReader {
  return {
    read(line) {
      const cells = line.split(',').map((cell) => cell.trim());
      const [timestamp = '', uuid = ''] = cells;
      if (cells.length !== plan.fields.length || !UUID.test(uuid)) return [];
      const values = plan.reads.map(({ at, read }) => read(at.map((index) => cells[index] ?? '')));
      const frame: NodeFrame = {
        subject: { kind: 'gpu', id: uuid },
        layout: plan.layout,
        nodeMs: timeOf(timestamp),
        values,
      };
      return [frame];
    },
  };
}

/** `2026/07/14 08:12:53.353`; null for anything else. */
function timeOf(text: string): number | null {
  const match = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?$/.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second, Number((match[7] ?? '0').padEnd(3, '0')));
}

/** The field names that `nvidia-smi --help-query-gpu` lists: each in quotes, other spellings after "or". */
export function readQueryFields(help: string): ReadonlySet<string> {
  const names = new Set<string>();
  for (const line of help.split('\n')) {
    if (!line.startsWith('"')) continue;
    for (const [, name] of line.matchAll(/"([a-zA-Z0-9_.]{1,100})"/g)) if (name) names.add(name);
  }
  return names;
}
