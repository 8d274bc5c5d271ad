import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { NodeSummary } from '#shared/contract/inventory';
import type { CpuFacts } from '#shared/domain/facts/system';
import type { ProbeResult } from '#shared/domain/probe';
import { currentRoute, goBack, navigate } from '../../../app/router';
import { useEvidenceDrawer } from '../../../stores/evidence-store';
import { useFleetSync } from '../../../stores/use-fleet-sync';
import { createTopic, type FakeHandlers } from '../../../testing/fake-engine';
import { probeResult, sshHost, summary } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { NodeScreen } from '../node-screen';

function Node() {
  useFleetSync();
  return <NodeScreen />;
}

interface Options {
  results?: ProbeResult[];
  staleResults?: ProbeResult[];
  node?: Partial<NodeSummary>;
  summaries?: NodeSummary[];
  get?: () => Promise<never>;
  parts?: FakeHandlers['parts'];
  profiles?: FakeHandlers['profiles'];
}

function start({ results = [], staleResults = [], node = {}, parts, profiles, ...own }: Options = {}) {
  navigate({ screen: 'node', hostId: 'gpu01' });
  return renderWithEngine(<Node />, {
    hosts: { list: () => [sshHost('gpu01')], watch: createTopic<never>().read },
    probes: { list: () => [] },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    parts: { versions: () => [], ...parts },
    profiles: { check: () => ({ profile: null, findings: [], observedAtMs: null }), ...profiles },
    inventory: {
      watchSummaries: createTopic([own.summaries ?? [summary('gpu01', node)]]).read,
      get: own.get ?? (() => ({ hostId: 'gpu01', isCollecting: false, results, staleResults })),
      watch: createTopic<ProbeResult>().read,
    },
  });
}

const card = (name: string) => screen.findByRole('region', { name });

describe('the overview of a node', () => {
  it('says what needs a look, and leads to where it is told and back', async () => {
    const full = { key: 'inventory.attentionFileSystemFull', params: { mountPoint: '/raid', percent: 99 } };
    start({ node: { attention: [full] } });
    const noticed = await card('Needs a look');
    expect(await within(noticed).findByText('1 thing noticed')).toBeTruthy();
    const link = within(noticed).getByRole('button', { name: 'Storage' });
    link.focus();
    fireEvent.click(link);
    const tab = await screen.findByRole('tab', { name: /^Storage/, selected: true });
    await waitFor(() => expect(document.activeElement).toBe(tab));
    goBack();
    expect(await card('Needs a look')).toBeTruthy();
    expect(currentRoute()).toEqual({ screen: 'node', hostId: 'gpu01' });
  });

  it.each([
    ['all was read', 'ok', {}],
    ['something could not be read', 'unknown', { results: [probeResult('gpu', { state: 'denied' })] }],
    ['what was read is old', 'unknown', { node: { observedAtMs: Date.now() - 3_600_000 } }],
  ] as const)('says that nothing was noticed in the tone of what is known when %s', async (_, tone, options) => {
    start({ results: [], ...options } as Options);
    const badge = await within(await card('Needs a look')).findByText('Nothing noticed');
    await waitFor(() => expect(badge.closest('[data-tone]')?.getAttribute('data-tone')).toBe(tone));
  });

  it('says nothing of a node before what is known of it has come', async () => {
    start({ summaries: [], get: () => new Promise<never>(() => {}) });
    const noticed = await card('Needs a look');
    for (const words of [/Not known/, /Not collected yet/, /Nothing noticed/, /Refresh the node/]) {
      expect(within(noticed).queryByText(words)).toBeNull();
      expect(within(await card('How fresh')).queryByText(words)).toBeNull();
      expect(within(await card('At a glance')).queryByText(words)).toBeNull();
    }
  });

  it('does not call a node well that was never read', async () => {
    start({ node: { observedAtMs: null } });
    expect(await within(await card('Needs a look')).findByText('Not known')).toBeTruthy();
    expect(await within(await card('How fresh')).findByText('Not collected yet')).toBeTruthy();
    expect(screen.queryByText('Nothing noticed')).toBeNull();
  });

  it('names the probes that said nothing, by why', async () => {
    start({
      results: [
        probeResult('bmc', { state: 'denied' }),
        probeResult('edac', { state: 'denied' }),
        probeResult('ups', { state: 'missing-tool' }),
      ],
    });
    const fresh = await card('How fresh');
    expect(await within(fresh).findByText('bmc, edac')).toBeTruthy();
    expect(within(fresh).getByText('Not permitted')).toBeTruthy();
    expect(within(fresh).getByText('ups')).toBeTruthy();
  });

  it('shows facts with the command behind them, and of an earlier run with their age', async () => {
    const cpu = (model: string): CpuFacts => ({
      model,
      vendor: null,
      architecture: null,
      sockets: 2,
      coresPerSocket: null,
      threadsPerCore: null,
      logicalCpus: 224,
      onlineCpus: null,
      maxMHz: null,
      minMHz: null,
      virtualization: null,
      flags: [],
      isSmtActive: null,
      clock: null,
      scaling: [],
      microcode: null,
      vulnerabilities: [],
    });
    start({
      results: [probeResult('cpu', { state: 'timeout' })],
      staleResults: [probeResult('cpu', { facts: cpu('Xeon'), observedAtMs: Date.now() - 7_500_000 })],
    });
    const glance = await card('At a glance');
    fireEvent.click(await within(glance).findByText('2 × Xeon'));
    expect(useEvidenceDrawer.getState()).toMatchObject({ selectedId: 'evidence-cpu', factPath: 'model' });
    expect(within(glance).getByText(/2 hr/)).toBeTruthy();
  });

  it('says what its profile finds, and what changed last', async () => {
    start({
      profiles: {
        check: () => ({
          profile: {
            id: 'dgx',
            name: { en: 'DGX H100' },
            description: null,
            isBuiltIn: true,
            hostIds: ['gpu01'],
          },
          findings: [],
          observedAtMs: Date.now(),
        }),
      },
      parts: {
        versions: () => [
          {
            number: 2,
            firstSeenMs: Date.now() - 7_200_000,
            lastSeenMs: Date.now(),
            carriedCount: 0,
            changes: [
              {
                kind: 'gpu',
                change: 'removed',
                attribute: null,
                before: null,
                after: null,
                count: 1,
                model: 'H100',
                slots: ['gpu 3'],
              },
            ],
          },
        ],
      },
    });
    expect(await within(await card('As it should be?')).findByText('As the profile says')).toBeTruthy();
    expect(await within(await card('Last change')).findByText(/1 gone \(H100\)/)).toBeTruthy();
  });
});
