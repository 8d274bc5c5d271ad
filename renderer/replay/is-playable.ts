import type { Route } from '../app/router';

/** Whether a screen shows the time that is played back. Any other shows now. */
export function isPlayable(route: Route): boolean {
  return (
    route.screen === 'heatMap' ||
    route.screen === 'metrics' ||
    (route.screen === 'node' && route.section === 'live') ||
    (route.screen === 'alerts' && (route.section ?? 'alerts') === 'alerts')
  );
}
