import type { ContractRouterClient } from '@orpc/contract';
import { actions, audit } from './actions';
import { compatibility } from './compatibility';
import { diagnosis, trees } from './diagnosis';
import { fixes } from './fixes';
import { generators } from './generators';
import { hosts } from './hosts';
import { incidents, reports } from './incidents';
import { inventory, probes } from './inventory';
import { knowledge } from './knowledge';
import { manual } from './manual';
import { notifications } from './notifications';
import { ownTrees } from './own-trees';
import { parts } from './parts';
import { playbooks } from './playbooks';
import { profiles } from './profiles';
import { prometheus } from './prometheus';
import { protection } from './protection';
import { alerts, rules } from './rules';
import { runs } from './runs';
import { scan } from './scan';
import { sim } from './sim';
import { site } from './site';
import { strands } from './strands';
import { system } from './system';
import { telemetry } from './telemetry';
import { timeline } from './timeline';

/** Everything the engine serves, to the renderer over a MessagePort and to the CLI in the same process. */
export const contract = {
  hosts,
  probes,
  inventory,
  compatibility,
  parts,
  playbooks,
  profiles,
  trees,
  ownTrees,
  diagnosis,
  runs,
  scan,
  strands,
  actions,
  fixes,
  generators,
  audit,
  incidents,
  reports,
  telemetry,
  timeline,
  rules,
  alerts,
  knowledge,
  manual,
  notifications,
  prometheus,
  protection,
  system,
  sim,
  site,
};
export type EngineClient = ContractRouterClient<typeof contract>;
