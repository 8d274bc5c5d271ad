import type { z } from 'zod';
import type { ActionPlan, ActionRun, Brought, PlannedStep } from '#shared/domain/action';
import type { CommandSpec, CommandState } from '#shared/domain/command';
import type { FactsOf, NodeFacts, ProbeId } from '#shared/domain/facts/index';
import type { HostKind } from '#shared/domain/host';
import type { SiteScope } from '#shared/domain/site';
import type { LocalizedText } from '#shared/domain/text';
import { type ActionKnowledge, type Texts, textsOf } from './knowledge';

/** A command that ran to its end for an action; its raw output is kept as evidence. */
export interface RanCommand {
  readonly state: Exclude<CommandState, 'lost' | 'cancelled'>;
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stdoutBytes: Uint8Array;
  readonly stderr: string;
  readonly evidenceId: string;
}

/** What an action may do on a node. Every call throws HostUnavailableError when the node goes, AbortError on cancel. */
export interface ActionContext {
  readonly hostId: string;
  readonly hostKind: HostKind;
  readonly signal: AbortSignal;
  /** Of the site; the vendors' addresses without it. */
  readonly site?: SiteScope;
  nowMs(): number;
  /** `isAbortable` (default) lets a cancel end the command; off, it takes effect once the command is over. */
  run(command: CommandSpec, options?: { stdin?: Uint8Array; isAbortable?: boolean }): Promise<RanCommand>;
  /** Runs a probe now. Null when it did not come back `ok`: nothing is known then. */
  probe<Id extends ProbeId>(probeId: Id): Promise<FactsOf<Id> | null>;
  /** Runs probes now, in one go. Those that did not come back `ok` are missing. */
  facts(probeIds: readonly ProbeId[]): Promise<NodeFacts>;
  wait(durationMs: number): Promise<void>;
}

export interface StepResult {
  readonly state: 'done' | 'skipped' | 'failed' | 'unknown';
  readonly evidenceId: string | null;
  readonly detail: LocalizedText | null;
}

export interface ApplyContext extends ActionContext {
  /**
   * Carries out one step of the plan and saves its state before and after. Cancelling takes effect before a step; a
   * step that fails ends the run.
   */
  step(stepId: string, work: () => Promise<StepResult>): Promise<StepResult>;
}

export type PlanCheck = ActionPlan['checks'][number];
export type PlanValue = NonNullable<ActionPlan['values']>[number];
export type Verification = NonNullable<ActionRun['verification']>;

export interface Prepared<State> {
  readonly checks: readonly PlanCheck[];
  /** What is there now and what is to be. */
  readonly values?: readonly PlanValue[];
  readonly packages?: ActionPlan['packages'];
  /** What its steps take from the internet, beside packages. */
  readonly brings?: readonly Brought[];
  readonly steps: readonly PlannedStep[];
  readonly verification: LocalizedText;
  readonly undo: LocalizedText | null;
  readonly isAlreadyDone: boolean;
  /** What told that it is; whoever runs `prepare` knows. */
  readonly evidence?: ActionPlan['evidence'];
  /** What apply, verify and undo need; saved with the run. Plain JSON. */
  readonly state: State;
  /** What must still be so when the plan is applied, beside its steps: the process meant, the file replaced. */
  readonly identity: unknown;
}

/** What the node says became of an action, whatever Gantry saw of it. */
export interface Outcome {
  readonly state: 'applied' | 'partly' | 'not-applied' | 'unknown';
  readonly detail: LocalizedText;
}

/** An action as its folder writes it. Everything that touches a node goes through the context. */
export interface ActionDefinition<Parameters extends Record<string, unknown>, State> {
  /** The name of its folder and of its knowledge file. */
  readonly id: string;
  /** Called when it is first needed: reading YAML would slow every start. */
  readonly knowledge: () => ActionKnowledge;
  readonly parametersSchema: z.ZodType<Parameters>;
  readonly stateSchema: z.ZodType<State>;
  /** Reads the node and changes nothing. */
  prepare(context: ActionContext, parameters: Parameters, texts: Texts): Promise<Prepared<State>>;
  apply(context: ApplyContext, state: State, steps: readonly PlannedStep[], texts: Texts): Promise<void>;
  verify(context: ActionContext, state: State, texts: Texts): Promise<Verification>;
  /** Asks the node what is so, after a lost connection or a cancel. */
  ask(context: ActionContext, state: State, texts: Texts): Promise<Outcome>;
  readonly undo: ((context: ApplyContext, state: State, texts: Texts) => Promise<Verification>) | null;
}

/** An action with its types closed over, so that different ones fit one list. */
export interface Action {
  readonly id: string;
  readonly knowledge: ActionKnowledge;
  readonly parametersSchema: z.ZodType<Record<string, unknown>>;
  prepare(context: ActionContext, parameters: unknown): Promise<Prepared<unknown>>;
  apply(context: ApplyContext, state: unknown, steps: readonly PlannedStep[]): Promise<void>;
  verify(context: ActionContext, state: unknown): Promise<Verification>;
  ask(context: ActionContext, state: unknown, phase: 'apply' | 'undo'): Promise<Outcome>;
  readonly undo: ((context: ApplyContext, state: unknown) => Promise<Verification>) | null;
}

export function defineAction<Parameters extends Record<string, unknown>, State>(
  definition: ActionDefinition<Parameters, State>,
): Action {
  const { id, stateSchema, parametersSchema, undo } = definition;
  let read: ActionKnowledge | undefined;
  const knowledge = () => {
    read ??= definition.knowledge();
    return read;
  };
  const texts: Texts = (key, values) => textsOf(knowledge())(key, values);
  return {
    id,
    get knowledge() {
      return knowledge();
    },
    parametersSchema,
    prepare: (context, parameters) => definition.prepare(context, parametersSchema.parse(parameters), texts),
    apply: (context, state, steps) => definition.apply(context, stateSchema.parse(state), steps, texts),
    verify: (context, state) => definition.verify(context, stateSchema.parse(state), texts),
    ask: (context, state) => definition.ask(context, stateSchema.parse(state), texts),
    undo: undo && ((context, state) => undo(context, stateSchema.parse(state), texts)),
  };
}
