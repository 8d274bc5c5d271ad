import { useCallback, useEffect, useRef, useState } from 'react';
import type { ActionPlan } from '#shared/domain/action';
import { engine } from '../../../rpc/client';

/** What became of planning on one node. */
export type NodePlan =
  | { readonly state: 'waiting' | 'planning' }
  | { readonly state: 'ready' | 'blocked' | 'done'; readonly plan: ActionPlan }
  | { readonly state: 'failed'; readonly error: unknown };

/** So many nodes are asked at a time: planning reads each of them. */
const atOnce = 4;

/** Plans one action on many nodes; a new start gives the one before up. */
export function usePlans(): {
  plans: ReadonlyMap<string, NodePlan>;
  start: (actionId: string, hostIds: readonly string[], parameters: Readonly<Record<string, unknown>>) => void;
  reset: () => void;
} {
  const [plans, setPlans] = useState<ReadonlyMap<string, NodePlan>>(new Map());
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const reset = useCallback(() => {
    controller.current?.abort();
    setPlans(new Map());
  }, []);
  const start = useCallback(
    (actionId: string, hostIds: readonly string[], parameters: Readonly<Record<string, unknown>>) => {
      controller.current?.abort();
      const own = new AbortController();
      controller.current = own;
      const { signal } = own;
      setPlans(new Map(hostIds.map((hostId) => [hostId, { state: 'waiting' }])));
      const set = (hostId: string, plan: NodePlan) => {
        if (!signal.aborted) setPlans((before) => new Map(before).set(hostId, plan));
      };
      const left = [...hostIds];
      const work = async () => {
        for (let hostId = left.shift(); hostId !== undefined && !signal.aborted; hostId = left.shift()) {
          set(hostId, { state: 'planning' });
          try {
            const plan = await engine.actions.plan({ actionId, hostId, parameters: { ...parameters } }, { signal });
            set(hostId, { state: plan.isAlreadyDone ? 'done' : plan.isBlocked ? 'blocked' : 'ready', plan });
          } catch (error) {
            set(hostId, { state: 'failed', error });
          }
        }
      };
      for (let worker = 0; worker < atOnce; worker += 1) void work();
    },
    [],
  );
  return { plans, start, reset };
}
