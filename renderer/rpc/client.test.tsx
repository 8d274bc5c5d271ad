import { act, screen, waitFor } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { createTopic, startFakeEngine } from '../testing/fake-engine';
import { renderWithEngine } from '../testing/render';
import { engine } from './client';
import { useQuery } from './use-query';
import { useStream } from './use-stream';
import { useVisibleSinceMs } from './use-visible-since';

const info = (version: string) => ({
  version,
  dataDir: '/data',
  platform: 'linux',
  secretStorage: 'memory' as const,
  notices: [],
});

function Version() {
  const query = useQuery('version', (signal) => engine.system.info(undefined, { signal }));
  return <p>{query.data?.version ?? 'none'}</p>;
}

function Looker() {
  const isVisible = useVisibleSinceMs() !== null;
  useStream(
    isVisible ? 'live' : null,
    (signal) => engine.hosts.watch(undefined, { signal }),
    () => {},
  );
  return null;
}

function Watcher({ onHosts }: { onHosts: (hostIds: string[]) => void }) {
  useStream(
    'hosts',
    (signal) => engine.hosts.watch(undefined, { signal }),
    (batches) => onHosts(batches.flat().map((item) => item.hostId)),
  );
  return null;
}

describe('the connection to the engine', () => {
  it('asks again when a new engine process arrives', async () => {
    const { engine: first } = renderWithEngine(<Version />, { system: { info: () => info('1') } });
    await screen.findByText('1');
    first.close();
    const second = startFakeEngine({ system: { info: () => info('2') } });
    await screen.findByText('2');
    second.close();
  });

  it('lets a call wait while there is no engine, and ends the wait when it is cancelled', async () => {
    const { engine: first } = renderWithEngine(<div />);
    first.close();
    await waitFor(async () => {
      const controller = new AbortController();
      const call = engine.system.info(undefined, { signal: controller.signal });
      controller.abort();
      await expect(call).rejects.toThrow(/abort/i);
    });
  });

  it('ends a pending call when the engine dies', async () => {
    const { engine: first } = renderWithEngine(<div />, {
      system: { info: () => new Promise<never>(() => undefined) },
    });
    const call = engine.system.info();
    await waitFor(() => expect(first.calls).toHaveLength(1));
    first.close();
    await expect(call).rejects.toThrow();
  });

  it('cancels on the other side when a component goes away', async () => {
    let wasCancelled = false;
    const { unmount, engine: fake } = renderWithEngine(<Version />, {
      system: {
        info: (_input, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              wasCancelled = true;
              reject(signal.reason);
            });
          }),
      },
    });
    await waitFor(() => expect(fake.calls).toHaveLength(1));
    unmount();
    await waitFor(() => expect(wasCancelled).toBe(true));
  });
});

describe('useStream', () => {
  const status = (hostId: string) => ({
    hostId,
    connection: 'connected' as const,
    error: null,
    connectedAtMs: 1,
    lastSeenAtMs: 1,
    hungCommands: [],
  });

  it('hands over a burst at once', async () => {
    const topic = createTopic([[status('a')], [status('b')]]);
    const batches: string[][] = [];
    renderWithEngine(<Watcher onHosts={(hostIds) => batches.push(hostIds)} />, { hosts: { watch: topic.read } });
    await waitFor(() => expect(batches).toEqual([['a', 'b']]));
    act(() => topic.push([status('c')]));
    await waitFor(() => expect(batches.at(-1)).toEqual(['c']));
  });

  it('looks at nothing while the window is hidden, and again when it can be seen', async () => {
    let open = 0;
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('visible');
    const turn = (state: DocumentVisibilityState) => {
      visibility.mockReturnValue(state);
      act(() => void document.dispatchEvent(new Event('visibilitychange')));
    };
    renderWithEngine(<Looker />, {
      hosts: {
        async *watch(_input: unknown, { signal }: { signal: AbortSignal }) {
          open += 1;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          open -= 1;
          yield* [];
        },
      },
    });
    await waitFor(() => expect(open).toBe(1));
    turn('hidden');
    await waitFor(() => expect(open).toBe(0));
    turn('visible');
    await waitFor(() => expect(open).toBe(1));
    visibility.mockRestore();
  });

  it('opens a broken stream again', async () => {
    let opened = 0;
    const seen: string[] = [];
    renderWithEngine(<Watcher onHosts={(hostIds) => seen.push(...hostIds)} />, {
      hosts: {
        async *watch() {
          opened += 1;
          yield [status(`host-${opened}`)];
          if (opened === 1) throw new Error('broken');
        },
      },
    });
    await waitFor(() => expect(seen).toEqual(['host-1', 'host-2']));
  });
});
