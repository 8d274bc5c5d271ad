import { useCallback, useEffect, useRef, useState } from 'react';

/** What became of planning on one node. */
export type NodePlan<Plan> =
  | { readonly state: 'waiting' | 'planning' }
  | { readonly state: 'ready' | 'blocked' | 'done'; readonly plan: Plan }
  | { readonly state: 'failed'; readonly error: unknown };

interface AnyPlan {
  readonly isAlreadyDone: boolean;
  readonly isBlocked: boolean;
}

type PlanNode<Plan> = (
  hostId: string,
  parameters: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<Plan>;

/** So many nodes are asked at a time: planning reads each of them. */
const atOnce = 4;

/** Plans the same on many nodes; a new start gives the one before up. */
export function usePlans<Plan extends AnyPlan>(
  planNode: PlanNode<Plan>,
): {
  plans: ReadonlyMap<string, NodePlan<Plan>>;
  start: (hostIds: readonly string[], parameters: Readonly<Record<string, unknown>>) => void;
  reset: () => void;
} {
  const [plans, setPlans] = useState<ReadonlyMap<string, NodePlan<Plan>>>(new Map());
  const controller = useRef<AbortController | null>(null);
  const latest = useRef(planNode);
  latest.current = planNode;
  useEffect(() => () => controller.current?.abort(), []);

  const reset = useCallback(() => {
    controller.current?.abort();
    setPlans(new Map());
  }, []);
  const start = useCallback((hostIds: readonly string[], parameters: Readonly<Record<string, unknown>>) => {
    controller.current?.abort();
    const own = new AbortController();
    controller.current = own;
    const { signal } = own;
    const plan = latest.current;
    setPlans(new Map(hostIds.map((hostId) => [hostId, { state: 'waiting' }])));
    const set = (hostId: string, node: NodePlan<Plan>) => {
      if (!signal.aborted) setPlans((before) => new Map(before).set(hostId, node));
    };
    const left = [...hostIds];
    const work = async () => {
      for (let hostId = left.shift(); hostId !== undefined && !signal.aborted; hostId = left.shift()) {
        set(hostId, { state: 'planning' });
        try {
          const made = await plan(hostId, parameters, signal);
          set(hostId, { state: made.isAlreadyDone ? 'done' : made.isBlocked ? 'blocked' : 'ready', plan: made });
        } catch (error) {
          set(hostId, { state: 'failed', error });
        }
      }
    };
    for (let worker = 0; worker < atOnce; worker += 1) void work();
  }, []);
  return { plans, start, reset };
}
