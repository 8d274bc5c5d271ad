import { engine } from '../rpc/client';
import { reloadHosts } from './fleet-store';
import type { TaskContext } from './tasks-store';

/** One of each machine that the simulator knows. */
export const demoNodeCount = 8;

/** Starts simulated nodes and collects them once; one progress covers both. */
export async function startDemoFleet({ signal, report }: TaskContext, count = demoNodeCount): Promise<void> {
  report({ done: 0, total: count + 1 });
  const { nodes } = await engine.sim.start({ nodes: count }, { signal });
  reloadHosts();
  let done = 1;
  report({ done, total: nodes.length + 1 });
  await Promise.all(
    nodes.map(async ({ hostId }) => {
      // A node that can't be collected shows so itself; the fleet is there all the same.
      if (hostId) await engine.inventory.refresh({ hostId }, { signal }).catch(() => undefined);
      done += 1;
      report({ done, total: nodes.length + 1 });
    }),
  );
}
