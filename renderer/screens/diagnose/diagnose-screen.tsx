import { useRoute } from '../../app/router';
import { DiagnoseHome } from './home/diagnose-home';
import { RunScreen } from './run/run-screen';

/** Choosing a diagnosis, or one walk of it. */
export function DiagnoseScreen() {
  const route = useRoute();
  if (route.screen !== 'diagnose') return null;
  if (route.runId) return <RunScreen key={route.runId} runId={route.runId} />;
  const { hostId = null, treeId = null } = route;
  // What is asked for anew is chosen anew.
  return <DiagnoseHome key={`${hostId} ${treeId}`} hostId={hostId} treeId={treeId} />;
}
