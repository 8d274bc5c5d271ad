import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';
import { type EngineState, native } from '#shared/contract/native';
import { wireSerializers } from '#shared/contract/wire';
import type { StorageProblem } from '#shared/domain/storage-problem';
import { connectNative } from '../rpc/client';
import { createTopic } from '../testing/fake-engine';
import { renderWithEngine } from '../testing/render';
import { EngineGate } from './engine-gate';
import { setLanguage } from './i18n';

const problem: StorageProblem = { reason: 'full', path: '/data/gantry.db', disk: '/data', detail: 'disk I/O error' };

/** Main's side of the engine: its states as the test tells them, and how often it was asked to start it again. */
function startSupervisor(first: EngineState) {
  const states = createTopic<EngineState>([first]);
  const asked = { restarts: 0, readers: 0 };
  const main = implement(native);
  const router = {
    engine: {
      state: main.engine.state.handler(({ signal }) => {
        asked.readers += 1;
        return states.read(undefined, { signal: signal ?? new AbortController().signal });
      }),
      restart: main.engine.restart.handler(() => {
        asked.restarts += 1;
      }),
    },
  };
  const channel = new MessageChannel();
  new RPCHandler(router, { customJsonSerializers: wireSerializers }).upgrade(channel.port1);
  channel.port1.start();
  connectNative(channel.port2);
  const push = async (state: EngineState) => {
    // What is told before somebody reads is told to nobody.
    await waitFor(() => expect(asked.readers).toBe(1));
    states.push(state);
  };
  return { push, asked };
}

function renderGate(): HTMLInputElement {
  renderWithEngine(
    <EngineGate>
      <input aria-label="note" defaultValue="" />
    </EngineGate>,
  );
  return screen.getByLabelText<HTMLInputElement>('note');
}

it('says in both languages why the data cannot be opened instead of waiting for ever, and keeps what was typed', async () => {
  const supervisor = startSupervisor({ kind: 'running' });
  const note = renderGate();
  fireEvent.change(note, { target: { value: 'half a thought' } });
  await supervisor.push({ kind: 'restarting', attempt: 1, delayMs: 500, reason: 'x', problem });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toMatch(
    /cannot open its data.*The disk \/data is full.*\/data\/gantry\.db.*Free some space.*disk I\/O error/,
  );
  expect(screen.queryByRole('textbox')).toBe(null);
  await act(() => setLanguage('zh-CN'));
  expect(alert.textContent).toMatch(/磁盘 \/data 已满.*释放一些空间/);
  await act(() => setLanguage('en'));

  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await waitFor(() => expect(supervisor.asked.restarts).toBe(1));
  // Still said while the next one tries.
  await supervisor.push({ kind: 'starting', problem });
  await waitFor(() => expect(screen.getByRole('button').dataset.loading).toBe('true'));
  expect(screen.getByRole('alert').textContent).toContain('/data/gantry.db');

  await supervisor.push({ kind: 'running' });
  expect(await screen.findByRole('textbox')).toBe(note);
  expect(note.value).toBe('half a thought');
  expect(screen.queryByRole('alert')).toBe(null);
});

it('leaves the screens alone while an engine that crashed is started again, and says so when it is given up', async () => {
  const reason = 'it ended with code 139';
  const supervisor = startSupervisor({ kind: 'restarting', attempt: 6, delayMs: 1, reason, problem: null });
  renderGate();
  await waitFor(() => expect(supervisor.asked.readers).toBe(1));
  expect([screen.queryByRole('alert'), screen.queryByRole('textbox')]).toEqual([null, expect.anything()]);
  await supervisor.push({ kind: 'failed', reason, problem: null });
  expect((await screen.findByRole('alert')).textContent).toMatch(/Engine stopped.*it ended with code 139/);
});
