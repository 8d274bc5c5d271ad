import { engine } from '../rpc/client';
import { reloadHosts } from './fleet-store';
import type { TaskContext } from './tasks-store';

const demoNodes = 4;

/** Starts simulated nodes and collects them once. The same progress covers both. */
export async function startDemoFleet({ signal, report }: TaskContext): Promise<void> {
  report({ done: 0, total: demoNodes + 1 });
  const { nodes } = await engine.sim.start({ nodes: demoNodes }, { signal });
  reloadHosts();
  report({ done: 1, total: nodes.length + 1 });
  let done = 1;
  await Promise.all(
    nodes.map(async ({ hostId }) => {
      // A node that can't be collected shows so itself; the fleet is there all the same.
      if (hostId) await engine.inventory.refresh({ hostId }, { signal }).catch(() => undefined);
      done += 1;
      report({ done, total: nodes.length + 1 });
    }),
  );
}
