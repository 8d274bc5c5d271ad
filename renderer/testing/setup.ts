import './missing-in-jsdom';
import { cleanNotifications } from '@mantine/notifications';
import { cleanup } from '@testing-library/react';
import { afterAll, afterEach, vi } from 'vitest';
import { resetRouter } from '../app/router';
import { useConfirm } from '../components/confirm';
import { resetQueryCache } from '../rpc/use-query';
import { resetTicker } from '../screens/work/manual/ticker-store';
import { resetAlerts } from '../stores/alerts-store';
import { closeEvidence } from '../stores/evidence-store';
import { resetFleet } from '../stores/fleet-store';
import { resetFleetView } from '../stores/fleet-view-store';
import { resetMetricsView } from '../stores/metrics-view-store';
import { resetProtection } from '../stores/protection-store';
import { resetRefreshRun } from '../stores/refresh-store';
import { flush } from '../stores/remembered-fleet';
import { stopReplay } from '../stores/replay-store';
import { closeFakeEngines } from './fake-engine';

// Files share a process, a window and the modules in it: each test leaves them as it found them.

// A window in a test has no workers.
vi.mock('../screens/diagnose/graph/elk-engine', async () => {
  const { default: Elk } = await import('elkjs/lib/elk.bundled');
  const { layoutGraph } = await import('../screens/diagnose/graph/graph-layout');
  return { layoutInWorker: (model: Parameters<typeof layoutGraph>[0]) => layoutGraph(model, new Elk()) };
});

afterEach(() => {
  cleanup();
  closeFakeEngines();
  resetQueryCache();
  flush();
  localStorage.clear();
  resetFleet();
  resetTicker();
  resetAlerts();
  resetProtection();
  resetFleetView();
  resetMetricsView();
  resetRefreshRun();
  stopReplay();
  resetRouter();
  closeEvidence();
  useConfirm.getState().answer(false);
  cleanNotifications();
});

afterAll(() => vi.unstubAllGlobals());
