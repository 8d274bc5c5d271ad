import type { HostView } from '../../contract/hosts';
import type { NodeSummary } from '../../contract/inventory';
import type { Severity } from '../finding';
import type { LocalizedText, Message } from '../text';

/** What fires on a node and is not silenced. */
export interface HostAlerts {
  readonly count: number;
  readonly worst: Severity;
  /** Of the worst. */
  readonly title: LocalizedText;
}

/** A node of the fleet with what is known of it; no summary until it was first heard of. */
export interface FleetNode {
  readonly id: string;
  readonly host: HostView;
  readonly summary: NodeSummary | undefined;
  /** Undefined: nothing fires, or nobody has said so. */
  readonly alerts?: HostAlerts | undefined;
  /** GPUs of which protection holds the power limit lower. */
  readonly heldGpus?: number;
}

/** What reading a field of a node takes beside the node: messages of the engine are searched in the user's language. */
export interface FieldContext {
  say(message: Message): string;
}
