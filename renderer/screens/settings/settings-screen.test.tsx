import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { Settings } from '#shared/contract/system';
import { navigate } from '../../app/router';
import { createTopic } from '../../testing/fake-engine';
import { settings } from '../../testing/fixtures';
import { renderWithEngine } from '../../testing/render';
import { SettingsScreen } from './settings-screen';

function startGeneral() {
  navigate({ screen: 'settings' });
  let saved: Settings = { ...settings };
  return renderWithEngine(<SettingsScreen />, {
    system: {
      settings: () => saved,
      updateSettings: (change) => {
        saved = { ...saved, ...change };
        return saved;
      },
    },
  });
}

describe('the settings', () => {
  it('speak Chinese as soon as it is chosen', async () => {
    const { engine } = startGeneral();
    fireEvent.click(await screen.findByRole('combobox', { name: 'Language' }));
    fireEvent.click(await screen.findByRole('option', { name: '简体中文', hidden: true }));
    expect(await screen.findByRole('heading', { name: '设置' })).toBeTruthy();
    expect(engine.inputsOf('system.updateSettings')).toEqual([{ language: 'zh-CN' }]);
  });

  it('save a path when it is left, and none when it is emptied', async () => {
    const { engine } = startGeneral();
    const field = await screen.findByLabelText('ssh config file');
    fireEvent.change(field, { target: { value: ' /etc/ssh/fleet ' } });
    fireEvent.blur(field);
    await waitFor(() => expect((field as HTMLInputElement).value).toBe('/etc/ssh/fleet'));
    fireEvent.change(field, { target: { value: '' } });
    fireEvent.blur(field);
    await waitFor(() =>
      expect(engine.inputsOf('system.updateSettings')).toEqual([
        { sshConfigFile: '/etc/ssh/fleet' },
        { sshConfigFile: null },
      ]),
    );
  });

  it('choose how long samples are kept and in how much room, beside what there is', async () => {
    navigate({ screen: 'settings', section: 'telemetry' });
    let saved: Settings = { ...settings };
    const { engine } = renderWithEngine(<SettingsScreen />, {
      system: {
        settings: () => saved,
        updateSettings: (change) => {
          saved = { ...saved, ...change };
          return saved;
        },
      },
      telemetry: {
        storage: () => ({
          file: '/home/ada/telemetry.db',
          fileBytes: 2_000_000_000,
          usedBytes: 1_073_741_824,
          isKeeping: false,
          tiers: [
            { tierMs: 0, oldestMs: Date.parse('2026-11-22T09:00:00') },
            { tierMs: 10_000, oldestMs: null },
            { tierMs: 60_000, oldestMs: null },
          ],
        }),
      },
    });
    expect(await screen.findByText('The oldest is of 2026-11-22 09:00:00.')).toBeTruthy();
    expect(screen.getByText(/1 GiB used of/)).toBeTruthy();
    expect(screen.getByText('/home/ada/telemetry.db')).toBeTruthy();
    expect(screen.getByText(/Samples are not kept by this window/)).toBeTruthy();
    fireEvent.click(screen.getByRole('combobox', { name: 'Samples as they came' }));
    fireEvent.click(await screen.findByRole('option', { name: '48 hours' }));
    await waitFor(() =>
      expect(engine.inputsOf('system.updateSettings')).toEqual([
        { samplesKept: { ...settings.samplesKept, rawHours: 48 } },
      ]),
    );
  });

  it('switch the server for Prometheus on, say where it serves, and why it does not', async () => {
    navigate({ screen: 'settings', section: 'prometheus' });
    let saved: Settings = { ...settings };
    const { engine } = renderWithEngine(<SettingsScreen />, {
      system: {
        settings: () => saved,
        updateSettings: (change) => {
          saved = { ...saved, ...change };
          return saved;
        },
      },
      prometheus: {
        status: () =>
          saved.metricsServer.address === '127.0.0.1'
            ? { state: 'listening', url: 'http://127.0.0.1:9977/metrics' }
            : { state: 'failed', message: { key: 'prometheus.needsTokenAndTls', params: { address: '0.0.0.0' } } },
      },
    });
    fireEvent.click(await screen.findByRole('switch', { name: 'Serve /metrics while Gantry runs' }));
    expect(await screen.findByText('http://127.0.0.1:9977/metrics')).toBeTruthy();
    const address = screen.getByLabelText('Address');
    fireEvent.change(address, { target: { value: '0.0.0.0' } });
    fireEvent.blur(address);
    expect(await screen.findByText(/Anybody who reaches 0.0.0.0 could read it/)).toBeTruthy();
    expect(engine.inputsOf('system.updateSettings')).toEqual([
      { metricsServer: { ...settings.metricsServer, isOn: true } },
      { metricsServer: { ...settings.metricsServer, isOn: true, address: '0.0.0.0' } },
    ]);
  });

  it('name the server for samples, say how sending does, and never show its token', async () => {
    navigate({ screen: 'settings', section: 'prometheus' });
    let saved: Settings = { ...settings };
    let hasSecret = false;
    const { engine } = renderWithEngine(<SettingsScreen />, {
      system: {
        settings: () => saved,
        updateSettings: (change) => {
          saved = { ...saved, ...change };
          return saved;
        },
      },
      prometheus: {
        serverStatus: () => ({
          state: 'waiting',
          problem: { key: 'prometheus.serverRefuses', params: { url: 'http://127.0.0.1:9090', status: 401 } },
          sinceMs: 0,
          lastSentAtMs: null,
          sentToMs: 1000,
          dropped: 7,
          lastRefusal: 'too old sample',
          nowMs: 61_000,
        }),
        hasServerSecret: () => hasSecret,
        setServerSecret: ({ secret }) => {
          hasSecret = secret !== null;
          return {};
        },
      },
    });
    const address = await screen.findByLabelText('Address of the server');
    fireEvent.change(address, { target: { value: 'prometheus:9090' } });
    fireEvent.blur(address);
    expect(await screen.findByText(/begins with http/)).toBeTruthy();
    fireEvent.change(address, { target: { value: 'http://127.0.0.1:9090' } });
    fireEvent.blur(address);
    const isOn = screen.getByRole('switch', { name: 'Store samples on the server' });
    await waitFor(() => expect(isOn).toHaveProperty('disabled', false));
    fireEvent.click(isOn);
    expect(await screen.findByText(/does not let Gantry in \(status 401\)/)).toBeTruthy();
    expect(screen.getByText(/7 samples were not taken\. too old sample/)).toBeTruthy();
    expect(screen.getByText(/60 s behind/)).toBeTruthy();
    fireEvent.change(screen.getByLabelText('Token or password'), { target: { value: 'hidden' } });
    fireEvent.click(screen.getByRole('button', { name: 'Keep' }));
    expect(await screen.findByRole('button', { name: 'Forget' })).toBeTruthy();
    expect(screen.getByLabelText('Token or password')).toHaveProperty('value', '');
    expect(engine.inputsOf('prometheus.setServerSecret')).toEqual([{ secret: 'hidden' }]);
    expect(saved.prometheusServer).toEqual({ ...settings.prometheusServer, url: 'http://127.0.0.1:9090', isOn: true });
  });

  it('count what history of a server would bring, take it over, and let that be cancelled', async () => {
    navigate({ screen: 'settings', section: 'prometheus' });
    const unmapped = [
      {
        reason: 'unknown-node' as const,
        job: 'dcgm',
        instance: '10.9.0.8:9400',
        metrics: ['DCGM_FI_DEV_GPU_TEMP'],
        series: 8,
      },
    ];
    let isCancelled = false;
    const { engine } = renderWithEngine(<SettingsScreen />, {
      system: {
        settings: () => ({ ...settings, prometheusServer: { ...settings.prometheusServer, url: 'http://p:9090' } }),
      },
      prometheus: {
        async *importHistory({ isDry }, { signal }) {
          yield { step: 'found', series: 24, hostIds: ['h1', 'h2'], unmapped, otherNames: [] };
          yield { step: 'imported', toMs: 1, share: 0.4, taken: 1200, passedOver: 30, unknown: 2 };
          if (isDry) return;
          await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
          isCancelled = true;
        },
      },
    });
    const address = await screen.findByLabelText('Server that has it');
    await waitFor(() => expect(address).toHaveProperty('value', 'http://p:9090'));
    fireEvent.click(screen.getByRole('button', { name: 'Count' }));
    expect(await screen.findByText('Counted: nothing has been changed')).toBeTruthy();
    expect(screen.getByText(/1200 samples would be taken over/)).toBeTruthy();
    expect(screen.getByText('8 series of dcgm 10.9.0.8:9400: of no node here')).toBeTruthy();
    fireEvent.change(address, { target: { value: 'http://other:9090' } });
    fireEvent.click(screen.getByRole('button', { name: 'Take over' }));
    expect(await screen.findByText('40 %')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(await screen.findByText(/Cancelled\. What has come stays/)).toBeTruthy();
    await waitFor(() => expect(isCancelled).toBe(true));
    const other = { url: 'http://other:9090', userName: null, secretFile: null, authorityFile: null };
    expect(engine.inputsOf('prometheus.importHistory')).toMatchObject([
      { server: null, isDry: true },
      { server: other, isDry: false },
    ]);
  });

  it('break a simulated node and repair it', async () => {
    navigate({ screen: 'settings', section: 'demo' });
    let faults: string[] = [];
    const node = () => ({
      name: 'dgx01',
      hostId: 'h1',
      address: '127.0.0.1',
      port: 4022,
      user: 'ops',
      profile: 'dgx-h100',
      faults,
      possibleFaults: ['overheat'],
    });
    const targets = [0, 1].map((gpu) => ({ group: null, label: `GPU ${gpu}`, options: { gpu } }));
    const known = [
      { name: 'overheat', description: 'gets hot' },
      { name: 'osd-down', description: 'of another kind of node' },
    ];
    const { engine } = renderWithEngine(<SettingsScreen />, {
      hosts: { watch: createTopic<never>().read },
      sim: {
        status: () => ({ isRunning: true, nodes: [node()], faults: known }),
        targets: () => targets,
        inject: ({ fault }) => {
          faults = [fault];
          return node();
        },
        clear: () => {
          faults = [];
          return node();
        },
      },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Break something on dgx01' }));
    const fault = await screen.findByText('A GPU overheats');
    expect(screen.queryByText('A Ceph OSD is down')).toBeNull();
    fireEvent.click(fault);
    const dialog = await screen.findByRole('dialog');
    fireEvent.click(within(dialog).getByRole('combobox', { name: 'What it hits' }));
    fireEvent.click(await screen.findByRole('option', { name: 'GPU 1', hidden: true }));
    fireEvent.click(within(dialog).getByRole('button', { name: 'Break something' }));
    await waitFor(() =>
      expect(engine.inputsOf('sim.inject')).toEqual([{ node: 'dgx01', fault: 'overheat', options: { gpu: 1 } }]),
    );
    fireEvent.click(await screen.findByRole('button', { name: 'Repair: A GPU overheats' }));
    await waitFor(() => expect(engine.inputsOf('sim.clear')).toEqual([{ node: 'dgx01', fault: 'overheat' }]));
    expect(await screen.findByText('none: works as it should')).toBeTruthy();
  });

  it('say when the audit log was tampered with', async () => {
    navigate({ screen: 'settings', section: 'audit' });
    const entry = {
      seq: 3,
      atMs: 1_780_000_000_000,
      actor: 'ops',
      event: 'action.apply',
      hostId: null,
      detail: { actionId: 'gpu-process-end' },
      previousHash: 'aa',
      hash: 'bbbbbbbbbbbb',
    };
    renderWithEngine(<SettingsScreen />, { audit: { list: () => ({ entries: [entry], isChainIntact: false }) } });
    expect(await screen.findByText(/The chain is broken/)).toBeTruthy();
    const table = screen.getByRole('table', { name: 'Audit log' });
    expect(within(table).getByText('action.apply')).toBeTruthy();
    expect(within(table).getByText(/gpu-process-end/)).toBeTruthy();
  });
});
