import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const optionsSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const runningSchema = z.object({
  nodes: z.int().min(1).max(1000),
  faults: z.array(z.object({ node: z.string(), fault: z.string(), options: optionsSchema.optional() })),
});
/** A fleet that was started and not yet stopped, with what was broken in it, in that order. */
export type RunningDemo = z.infer<typeof runningSchema>;

/**
 * Where a demo fleet notes that it runs: what is still there when an engine starts was left by one that was killed.
 * Without the note the fleet is only forgotten instead of brought back, so a full disk stops nothing.
 */
export function runningDemo(file: string) {
  return {
    note(running: RunningDemo): void {
      try {
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, JSON.stringify(running), { mode: 0o600 });
      } catch {
        // See above.
      }
    },
    /** What was left, once: a fleet that kills its engine is not brought back a second time. */
    take(): RunningDemo | null {
      try {
        const left = runningSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
        return left.success ? left.data : null;
      } catch {
        return null;
      } finally {
        rmSync(file, { force: true });
      }
    },
  };
}
