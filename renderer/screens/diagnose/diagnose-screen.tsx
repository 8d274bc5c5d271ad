import { useRoute } from '../../app/router';
import { DiagnoseHome } from './home/diagnose-home';
import { RunScreen } from './run/run-screen';

/** Choosing a diagnosis, or one walk of it. */
export function DiagnoseScreen() {
  const route = useRoute();
  if (route.screen !== 'diagnose') return null;
  if (route.runId) return <RunScreen key={route.runId} runId={route.runId} />;
  return <DiagnoseHome hostId={route.hostId ?? null} />;
}
