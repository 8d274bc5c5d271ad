import { useHotkeys } from '@mantine/hooks';
import { lazy, type RefObject, Suspense, useEffect, useRef } from 'react';
import { LoadingLines } from '../components/state-view';
import { useReplayCommands } from '../replay/use-replay-commands';
import { useIsReplaying } from '../stores/replay-store';
import { openPalette } from './commands';
import { EngineGate } from './engine-gate';
import { EngineNotices } from './engine-notices';
import { ErrorBoundary } from './error-boundary';
import { Navigation } from './navigation';
import { goBack, goForward, navigate, type Route, useRoute } from './router';
import { navigation, screenOf } from './screens';
import classes from './shell.module.css';
import { StatusBar } from './status-bar';

const ReplayBar = lazy(async () => ({ default: (await import('../replay/replay-bar')).ReplayBar }));

/** The frame around every screen: where to go, what is here, how things are. */
export function Shell() {
  const route = useRoute();
  useHotkeys(
    [
      ['mod+K', openPalette],
      ...navigation.map(({ key, route }): [string, () => void] => [`mod+${key}`, () => navigate(route)]),
    ],
    [],
  );
  useEffect(() => {
    window.addEventListener('keydown', goByKey, { capture: true });
    return () => window.removeEventListener('keydown', goByKey, { capture: true });
  }, []);
  const isReplaying = useIsReplaying();
  useReplayCommands();
  const Screen = screenOf(route);
  const main = useRef<HTMLElement>(null);
  return (
    <div className={classes.shell}>
      <Navigation />
      <main ref={main} className={classes.main} id="main" tabIndex={-1} data-replay={isReplaying || undefined}>
        {isReplaying && (
          <Suspense>
            <ReplayBar />
          </Suspense>
        )}
        <EngineNotices />
        <EngineGate>
          <ErrorBoundary resetKey={JSON.stringify(route)}>
            <Suspense fallback={<LoadingLines lines={8} />}>
              <Screen />
              <FocusKeeper route={route} main={main} />
            </Suspense>
          </ErrorBoundary>
        </EngineGate>
      </main>
      <StatusBar />
    </div>
  );
}

/** Before tabs and the like take the arrow keys for themselves, with Alt or without. */
function goByKey(event: KeyboardEvent): void {
  const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
  if (!altKey || ctrlKey || metaKey || shiftKey || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return;
  event.preventDefault();
  event.stopPropagation();
  if (key === 'ArrowLeft') goBack();
  else goForward();
}

/**
 * A screen that went took the focus with it; the keyboard goes on in the one that came. Stands beside the screen, since
 * one that is still being loaded leaves the old one, and its focus, in place until then.
 */
function FocusKeeper({ route, main }: { route: Route; main: RefObject<HTMLElement | null> }) {
  const shown = useRef(route);
  useEffect(() => {
    if (shown.current === route) return;
    shown.current = route;
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [route, main]);
  return null;
}
