import { useRoute } from '../../../app/router';

/** The node whose screen is open. */
export function useNodeId(): string {
  const route = useRoute();
  return route.screen === 'node' ? route.hostId : '';
}
