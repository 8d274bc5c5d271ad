import type { Command } from 'commander';
import type { Run } from '../run';
import { registerAction } from './action';
import { registerAlert } from './alert';
import { registerCollect } from './collect';
import { registerCompatibility } from './compatibility';
import { registerDiagnose } from './diagnose';
import { registerFix } from './fix';
import { registerGenerate } from './generate';
import { registerHost } from './host';
import { registerIncident } from './incident';
import { registerInventory } from './inventory';
import { registerLog } from './log';
import { registerManual } from './manual';
import { registerNotify } from './notify';
import { registerPart } from './part';
import { registerPlaybook } from './playbook';
import { registerProbe } from './probe';
import { registerProfile } from './profile';
import { registerPrometheus } from './prometheus';
import { registerProtection } from './protection';
import { registerReport } from './report';
import { registerRule } from './rule';
import { registerRun } from './run';
import { registerScan } from './scan';
import { registerSim } from './sim';
import { registerSite } from './site';
import { registerTelemetry } from './telemetry';
import { registerTree } from './tree';
import { registerView } from './view';
import { registerXid } from './xid';

/** `gantry NOUN VERB`. A new noun is a file and a line here. */
export const nouns: ReadonlyArray<(program: Command, run: Run) => void> = [
  registerHost,
  registerProbe,
  registerInventory,
  registerView,
  registerPart,
  registerProfile,
  registerCompatibility,
  registerTelemetry,
  registerRule,
  registerAlert,
  registerNotify,
  registerPrometheus,
  registerScan,
  registerDiagnose,
  registerRun,
  registerTree,
  registerXid,
  registerLog,
  registerAction,
  registerFix,
  registerManual,
  registerPlaybook,
  registerSite,
  registerGenerate,
  registerProtection,
  registerIncident,
  registerReport,
  registerCollect,
  registerSim,
];
