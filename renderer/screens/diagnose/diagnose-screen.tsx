import { lazy } from 'react';
import { useRoute } from '../../app/router';
import { CompareScreen } from './compare/compare-screen';
import { ReplayScreen } from './compare/replay-screen';
import { RunsScreen } from './compare/runs-screen';
import { OwnTreesScreen } from './editor/own-trees-screen';
import { DiagnoseHome } from './home/diagnose-home';
import { isKernelLogSection, KernelLogScreen } from './kernel-log/kernel-log-screen';
import { RunScreen } from './run/run-screen';
import { ScanScreen } from './scan/scan-screen';
import { ScanStart } from './scan/scan-start';
import { StrandsScreen } from './strands/strands-screen';
import { StrandsStart } from './strands/strands-start';

// Brings CodeMirror with it, which nothing else needs.
const TreeEditor = lazy(async () => ({ default: (await import('./editor/tree-editor')).TreeEditor }));

/** Choosing a diagnosis, a walk of it on one node or many, a scan with all of them, or what a kernel log says. */
export function DiagnoseScreen() {
  const route = useRoute();
  if (route.screen !== 'diagnose') return null;
  if (route.section === 'runs') return <RunsScreen hostId={route.hostId ?? null} treeId={route.treeId ?? null} />;
  if (route.runId && route.section === 'replay') return <ReplayScreen key={route.runId} runId={route.runId} />;
  if (route.runId && route.section === 'compare') {
    return <CompareScreen runId={route.runId} otherId={route.otherId ?? null} />;
  }
  if (route.runId) return <RunScreen key={route.runId} runId={route.runId} />;
  if (route.scanId === 'new') return <ScanStart />;
  if (route.scanId) return <ScanScreen key={route.scanId} scanId={route.scanId} />;
  if (route.strandsId === 'new') {
    const { treeId = null, hostId = null } = route;
    return <StrandsStart key={`${hostId} ${treeId}`} treeId={treeId} hostId={hostId} />;
  }
  if (route.strandsId) return <StrandsScreen key={route.strandsId} strandsId={route.strandsId} />;
  if (isKernelLogSection(route.section)) return <KernelLogScreen />;
  if (route.section === 'trees') return <OwnTreesScreen />;
  if (route.section === 'edit' && route.file) return <TreeEditor key={route.file} name={route.file} />;
  const { hostId = null, treeId = null } = route;
  // What is asked for anew is chosen anew.
  return <DiagnoseHome key={`${hostId} ${treeId}`} hostId={hostId} treeId={treeId} />;
}
