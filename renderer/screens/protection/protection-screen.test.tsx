import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { protectionPolicySchema } from '#shared/domain/protection/policy';
import type { HeldLimit, ProtectionScope, ProtectionStatus } from '#shared/domain/protection/protection';
import { useFleetSync } from '../../stores/use-fleet-sync';
import { useProtectionSync } from '../../stores/use-protection-sync';
import { createTopic, type FakeHandlers } from '../../testing/fake-engine';
import { sshHost } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { ProtectionScreen } from './protection-screen';

function Screen() {
  useFleetSync();
  useProtectionSync();
  return <ProtectionScreen />;
}

const off: ProtectionStatus = {
  isCarriedOut: true,
  nodes: [],
  held: [],
  ended: [],
  breaker: { sharePercent: 25, maxNodes: 1, trippedAtMs: null },
};
const armed: ProtectionStatus['nodes'][number] = {
  hostId: 'gpu01',
  mode: 'armed',
  reason: 'fan 3 is weak',
  actor: 'ada',
  armedAtMs: Date.now() - 60_000,
  policy: protectionPolicySchema.parse({}),
};
const held: HeldLimit = {
  hostId: 'gpu01',
  gpuUuid: 'GPU-1',
  gpuIndex: 3,
  lever: 'power-limit',
  original: 700,
  limit: 595,
  engagedAtMs: Date.now(),
  changedAtMs: Date.now(),
  untilMs: Date.now() + 3_600_000,
  reading: { temperatureC: 88, limitC: 85 },
  isReleased: false,
};
const scope: ProtectionScope = {
  gpus: [0, 1].map((index) => ({ index, uuid: `GPU-${index}`, lever: 'power-limit', levels: [700, 595, 490] })),
  fixedCount: 0,
  missingLine: { 'power-limit': null, 'clock-ceiling': null },
};

function renderScreen(status: ProtectionStatus, more: NonNullable<FakeHandlers['protection']> = {}) {
  const topic = createTopic<ProtectionStatus>([status]);
  const { engine } = renderWithEngine(<Screen />, {
    hosts: { list: () => [sshHost('gpu01'), sshHost('gpu02')], names: () => ({}), watch: createTopic<never>().read },
    inventory: { watchSummaries: createTopic<never>().read },
    protection: {
      watch: topic.read,
      history: () => [],
      scope: () => scope,
      ...more,
    },
  });
  return { engine, topic };
}

const dialog = async () => within(await screen.findByRole('dialog'));

describe('the protection screen', () => {
  it('is plainly off where nobody armed anything', async () => {
    renderScreen(off);
    expect(await screen.findByText('Protection is off')).toBeTruthy();
    expect(screen.getByText('off on every node')).toBeTruthy();
    expect(screen.queryByText('Lowered now')).toBeNull();
  });

  it('arms with a reason only, after it said what that means for this node', async () => {
    const { engine } = renderScreen(off, { arm: () => armed });
    fireEvent.click(await screen.findByRole('button', { name: 'Arm a node' }));
    const form = await dialog();
    fireEvent.click(form.getByRole('combobox', { name: 'Node' }));
    fireEvent.click(await screen.findByRole('option', { name: 'gpu01' }));
    expect(await form.findByText(/GPU 0, 1: from 700 to 595 → 490 W/)).toBeTruthy();
    const button = form.getByRole('button', { name: 'Arm' });
    expect(button.hasAttribute('disabled')).toBe(true);
    fireEvent.change(form.getByRole('textbox', { name: /^Reason/ }), { target: { value: 'fan 3 is weak' } });
    fireEvent.change(form.getByRole('textbox', { name: /^Hot from/ }), { target: { value: '80' } });
    expect(await form.findByText(/A GPU at 80 °C or more/)).toBeTruthy();
    fireEvent.click(form.getByRole('button', { name: 'Arm' }));
    await waitFor(() =>
      expect(engine.inputsOf('protection.arm')).toEqual([
        { hostId: 'gpu01', mode: 'armed', reason: 'fan 3 is weak', policy: { ...armed.policy, guardC: 80 } },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('does not arm without root, shows the line for sudoers, and begins a dry run all the same', async () => {
    const missingLine = 'ops ALL=(root) NOPASSWD: /usr/bin/nvidia-smi -i * -pl *';
    const { engine } = renderScreen(
      { ...off, nodes: [{ ...armed, mode: 'dry-run' }] },
      {
        scope: () => ({ ...scope, missingLine: { ...scope.missingLine, 'power-limit': missingLine } }),
        arm: () => armed,
      },
    );
    fireEvent.click(
      within(await screen.findByRole('table', { name: 'Nodes' })).getByRole('button', { name: 'Change…' }),
    );
    const form = await dialog();
    fireEvent.change(await form.findByRole('textbox', { name: /^Reason/ }), { target: { value: 'x' } });
    fireEvent.click(form.getByRole('radio', { name: 'Armed' }));
    expect(await form.findByText(missingLine)).toBeTruthy();
    expect(form.getByRole('button', { name: 'Arm' }).hasAttribute('disabled')).toBe(true);
    fireEvent.click(form.getByRole('radio', { name: 'Dry run' }));
    expect(form.queryByText(missingLine)).toBeNull();
    fireEvent.click(form.getByRole('button', { name: 'Begin the dry run' }));
    await waitFor(() => expect(engine.inputsOf('protection.arm')).toMatchObject([{ mode: 'dry-run' }]));
  });

  it('shows what it holds lower, how hot it is there, puts it back when asked, and follows what changes', async () => {
    const status = { ...off, nodes: [armed], held: [held] };
    const { engine, topic } = renderScreen(status, { restore: () => ({ restored: 1 }) });
    const table = within(await screen.findByRole('table', { name: 'Lowered now' }));
    expect(table.getByText('700 → 595 W')).toBeTruthy();
    expect(table.getByText('88 °C, hot from 85 °C')).toBeTruthy();
    expect(screen.getByText('acting: 1 GPU held lower')).toBeTruthy();
    fireEvent.click(table.getByRole('button', { name: 'Put node back' }));
    await waitFor(() => expect(engine.inputsOf('protection.restore')).toEqual([{ hostId: 'gpu01' }]));
    topic.push({ ...status, held: [{ ...held, isReleased: true, reading: { temperatureC: 71, limitC: 85 } }] });
    expect(await screen.findByText('71 °C, below 85 °C')).toBeTruthy();
    expect(await screen.findByText('going back')).toBeTruthy();
    topic.push({ ...status, held: [] });
    await waitFor(() => expect(screen.queryByText('Lowered now')).toBeNull());
  });

  it('resets an open circuit breaker with a reason', async () => {
    const breaker = { sharePercent: 25, maxNodes: 1, trippedAtMs: Date.now() };
    const { engine } = renderScreen({ ...off, breaker }, { setBreaker: () => off.breaker });
    fireEvent.click(await screen.findByRole('button', { name: 'Reset the circuit breaker' }));
    const form = await dialog();
    fireEvent.change(form.getByRole('textbox', { name: /^Reason/ }), { target: { value: 'cold again' } });
    fireEvent.click(form.getByRole('button', { name: 'Reset the circuit breaker' }));
    await waitFor(() =>
      expect(engine.inputsOf('protection.setBreaker')).toEqual([{ isReset: true, reason: 'cold again' }]),
    );
  });

  it('changes the share of the circuit breaker with a reason', async () => {
    const { engine } = renderScreen(off, { setBreaker: () => off.breaker });
    const line = await screen.findByText(/^Circuit breaker:/);
    fireEvent.click(within(line).getByRole('button', { name: 'Change…' }));
    const form = await dialog();
    fireEvent.change(form.getByRole('textbox', { name: /^Share of the fleet/ }), { target: { value: '40' } });
    fireEvent.change(form.getByRole('textbox', { name: /^Reason/ }), { target: { value: 'two rooms' } });
    fireEvent.click(form.getByRole('button', { name: 'Set' }));
    await waitFor(() =>
      expect(engine.inputsOf('protection.setBreaker')).toEqual([
        { sharePercent: 40, isReset: false, reason: 'two rooms' },
      ]),
    );
  });

  it('lowers clocks only where that is accepted, with what it costs', async () => {
    const gpus: ProtectionScope['gpus'] = [{ index: 0, uuid: 'GPU-0', lever: 'clock-ceiling', levels: [1980, 1584] }];
    const { engine } = renderScreen(
      { ...off, nodes: [armed] },
      { scope: () => ({ ...scope, gpus }), arm: () => armed },
    );
    fireEvent.click(
      within(await screen.findByRole('table', { name: 'Nodes' })).getByRole('button', { name: 'Change…' }),
    );
    const form = await dialog();
    expect(await form.findByText(/^GPU 0: no power limit can be lowered/)).toBeTruthy();
    fireEvent.change(form.getByRole('textbox', { name: /^Reason/ }), { target: { value: 'x' } });
    expect(form.getByRole('button', { name: 'Arm' }).hasAttribute('disabled')).toBe(true);
    fireEvent.click(form.getByRole('checkbox'));
    expect(form.getByText(/from 1,980 to 1,584 MHz/)).toBeTruthy();
    fireEvent.click(form.getByRole('button', { name: 'Arm' }));
    await waitFor(() => expect(engine.inputsOf('protection.arm')).toMatchObject([{ policy: { mayCapClocks: true } }]));
  });
});
