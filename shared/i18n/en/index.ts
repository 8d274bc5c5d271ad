import { actionDialog } from './actionDialog';
import { actions } from './actions';
import { addHosts } from './addHosts';
import { alertScreen } from './alertScreen';
import { charts } from './charts';
import { cli } from './cli';
import { compatibility } from './compatibility';
import { diagnoseScreen } from './diagnoseScreen';
import { diagnosis } from './diagnosis';
import { engine } from './engine';
import { errors } from './errors';
import { findings } from './findings';
import { fleet } from './fleet';
import { fleetScreen } from './fleetScreen';
import { forms } from './forms';
import { generatorScreen } from './generatorScreen';
import { gpuTab } from './gpuTab';
import { heatMap } from './heatMap';
import { hosts } from './hosts';
import { incidentScreen } from './incidentScreen';
import { incidents } from './incidents';
import { inventory } from './inventory';
import { kernelLog } from './kernelLog';
import { knowledgeProblem } from './knowledgeProblem';
import { liveTab } from './liveTab';
import { manual } from './manual';
import { manualWork } from './manualWork';
import { metrics } from './metrics';
import { metricsScreen } from './metricsScreen';
import { networkTab } from './networkTab';
import { nodeScreen } from './nodeScreen';
import { notifications } from './notifications';
import { notificationsTab } from './notificationsTab';
import { ownTrees } from './ownTrees';
import { parts } from './parts';
import { partsScreen } from './partsScreen';
import { playbooks } from './playbooks';
import { powerTab } from './powerTab';
import { preflight } from './preflight';
import { probes } from './probes';
import { profiles } from './profiles';
import { prometheus } from './prometheus';
import { protection } from './protection';
import { protectionScreen } from './protectionScreen';
import { replay } from './replay';
import { reports } from './reports';
import { rma } from './rma';
import { rollouts } from './rollouts';
import { rules } from './rules';
import { runs } from './runs';
import { scan } from './scan';
import { settings } from './settings';
import { setupScreen } from './setupScreen';
import { shell } from './shell';
import { sim } from './sim';
import { site } from './site';
import { software } from './software';
import { storage } from './storage';
import { strands } from './strands';
import { sudo } from './sudo';
import { systemTab } from './systemTab';
import { topology } from './topology';
import { treeEditor } from './treeEditor';

export default {
  actionDialog,
  actions,
  addHosts,
  alertScreen,
  charts,
  cli,
  compatibility,
  diagnoseScreen,
  diagnosis,
  engine,
  errors,
  findings,
  forms,
  fleet,
  fleetScreen,
  generatorScreen,
  gpuTab,
  heatMap,
  hosts,
  incidents,
  incidentScreen,
  inventory,
  kernelLog,
  knowledgeProblem,
  liveTab,
  manual,
  manualWork,
  metrics,
  metricsScreen,
  networkTab,
  nodeScreen,
  notifications,
  notificationsTab,
  ownTrees,
  parts,
  partsScreen,
  playbooks,
  powerTab,
  preflight,
  probes,
  profiles,
  prometheus,
  protection,
  protectionScreen,
  replay,
  reports,
  rma,
  rollouts,
  rules,
  runs,
  scan,
  settings,
  setupScreen,
  shell,
  sim,
  site,
  software,
  storage,
  strands,
  sudo,
  systemTab,
  topology,
  treeEditor,
};
