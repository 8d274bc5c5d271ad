import { useRoute } from '../../app/router';
import { DiagnoseHome } from './home/diagnose-home';
import { RunScreen } from './run/run-screen';
import { ScanScreen } from './scan/scan-screen';
import { ScanStart } from './scan/scan-start';

/** Choosing a diagnosis, one walk of it, or a scan with all of them. */
export function DiagnoseScreen() {
  const route = useRoute();
  if (route.screen !== 'diagnose') return null;
  if (route.runId) return <RunScreen key={route.runId} runId={route.runId} />;
  if (route.scanId === 'new') return <ScanStart />;
  if (route.scanId) return <ScanScreen key={route.scanId} scanId={route.scanId} />;
  const { hostId = null, treeId = null } = route;
  // What is asked for anew is chosen anew.
  return <DiagnoseHome key={`${hostId} ${treeId}`} hostId={hostId} treeId={treeId} />;
}
