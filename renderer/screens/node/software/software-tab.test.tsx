import { fireEvent, screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { PythonEnvironmentsFacts } from '#shared/domain/facts/software';
import type { ProbeResult } from '#shared/domain/probe';
import { navigate } from '../../../app/router';
import { useEvidenceDrawer } from '../../../stores/evidence-store';
import { useFleetSync } from '../../../stores/use-fleet-sync';
import { createTopic } from '../../../testing/fake-engine';
import { probeResult, sshHost, summary } from '../../../testing/fixtures';
import { renderWithEngine } from '../../../testing/render';
import { NodeScreen } from '../node-screen';

function Node() {
  useFleetSync();
  return <NodeScreen />;
}

function start(results: ProbeResult[]) {
  navigate({ screen: 'node', hostId: 'gpu01', section: 'software' });
  renderWithEngine(<Node />, {
    hosts: { list: () => [sshHost('gpu01')], watch: createTopic<never>().read },
    probes: { list: () => [] },
    incidents: { list: () => [] },
    actions: { list: () => [] },
    inventory: {
      watchSummaries: createTopic([[summary('gpu01')]]).read,
      get: () => ({ hostId: 'gpu01', isCollecting: false, results, staleResults: [] }),
      watch: createTopic<never>().read,
    },
  });
}

const section = (name: string) => screen.findByRole('region', { name });
const pip = (name: string, version: string) => ({ name, version, source: 'pip' as const });
const python: PythonEnvironmentsFacts = {
  systemPython: { path: '/usr/bin/python3.10', version: '3.10.12' },
  environments: [
    {
      prefix: '/opt/conda/envs/train',
      name: 'train',
      kind: 'conda',
      pythonVersion: '3.11.9',
      torch: { version: '2.5.1+cu124', cudaVersion: '12.4', hipVersion: null },
      packages: [pip('transformers', '4.46.3'), pip('torch', '2.5.1+cu124')],
    },
    {
      prefix: '/srv/rag/venv',
      name: 'rag/venv',
      kind: 'venv',
      pythonVersion: '3.11.2',
      torch: { version: '2.6.0+cpu', cudaVersion: null, hipVersion: null },
      packages: [pip('sentence_transformers', '3.3.1')],
    },
  ],
  unreadableHomes: 0,
};

describe('the software of a node', () => {
  it('lists environments with their PyTorch, and the packages of the one that is chosen', async () => {
    start([probeResult('python-environments', { facts: python })]);
    const shown = await section('Python environments');
    expect(await within(shown).findByText('2.5.1+cu124, CUDA 12.4')).toBeTruthy();
    expect(within(shown).getByText('2.6.0+cpu, CPU only')).toBeTruthy();
    expect(within(shown).queryByText('4.46.3')).toBeNull();
    fireEvent.click(within(shown).getByRole('button', { name: 'train' }));
    expect(within(within(shown).getByRole('region', { name: 'Packages of train' })).getByText('4.46.3')).toBeTruthy();
  });

  it('finds a package in all environments', async () => {
    start([probeResult('python-environments', { facts: python })]);
    const shown = await section('Python environments');
    fireEvent.change(await within(shown).findByRole('textbox'), { target: { value: 'Transformers' } });
    expect(within(shown).getByRole('row', { name: /transformers 4.46.3 pip train/ })).toBeTruthy();
    expect(within(shown).getByRole('row', { name: /sentence_transformers 3.3.1 pip rag\/venv/ })).toBeTruthy();
    fireEvent.change(within(shown).getByRole('textbox'), { target: { value: 'nothing of it' } });
    expect(within(shown).getByText('No environment has a package with this name.')).toBeTruthy();
  });

  it('says what a restart waits for, and which kernel would come up without an NVIDIA module', async () => {
    const facts = {
      isRebootRequired: true,
      rebootPackages: ['linux-image-6.8.0-101-generic'],
      runningKernel: '6.8.0-57-generic',
      installedKernels: [
        { release: '6.8.0-101-generic', hasNvidiaModule: false },
        { release: '6.8.0-57-generic', hasNvidiaModule: true },
      ],
      upgradable: [{ name: 'openssl', from: '3.0.1', to: '3.0.2' }],
      upgradableCount: 1,
    };
    start([probeResult('pending-changes', { facts })]);
    const shown = await section('Restart and updates');
    expect(await within(shown).findByText('Yes')).toBeTruthy();
    expect(within(shown).getByText(/6.8.0-101-generic \(no NVIDIA module\)/)).toBeTruthy();
    fireEvent.click(within(shown).getByRole('button', { name: 'Show 1' }));
    expect(within(shown).getByRole('row', { name: /openssl 3.0.1 3.0.2/ })).toBeTruthy();
  });

  it('shows the last start and how it came to it, and what packages and settings were changed when asked', async () => {
    const facts = {
      boots: [{ atMs: Date.UTC(2026, 0, 13, 6), kernel: '5.15.0', isAfterShutdown: false }],
      packages: [{ atMs: Date.UTC(2026, 0, 12, 6), change: 'upgrade', name: 'libc6', from: '2.35-1', to: '2.35-2' }],
      files: null,
    };
    start([probeResult('recent-changes', { facts })]);
    const shown = await section('Changed lately');
    expect(await within(shown).findByText('After a crash, a reset or a loss of power')).toBeTruthy();
    expect(within(shown).getAllByText('—')).toHaveLength(1);
    fireEvent.click(within(shown).getByRole('button', { name: 'Show 1' }));
    expect(within(shown).getByRole('row', { name: /libc6 2.35-1 2.35-2/ })).toBeTruthy();
  });

  it('does not take a node that can not say so for one that needs no restart, and names the kernel that starts next', async () => {
    const facts = {
      isRebootRequired: null,
      rebootPackages: [],
      runningKernel: '6.1.0-28-amd64',
      installedKernels: [
        { release: '6.1.0-31-amd64', hasNvidiaModule: true },
        { release: '6.1.0-28-amd64', hasNvidiaModule: true },
      ],
      upgradable: null,
      upgradableCount: null,
    };
    start([probeResult('pending-changes', { facts })]);
    expect(await screen.findByText(/Nothing on this node would say so/)).toBeTruthy();
    expect(screen.getByText('6.1.0-31-amd64 starts next.')).toBeTruthy();
  });

  it('shows a model server that runs in a container, and leads to what docker said', async () => {
    const container = {
      id: 'a1',
      name: 'llm',
      image: 'nvcr.io/nvidia/tritonserver:25.02-py3',
      state: 'running',
      status: 'Up 3 days',
      command: 'tritonserver',
      ports: '0.0.0.0:8000->8000/tcp',
    };
    const facts = {
      serverVersion: '27.5.1',
      defaultRuntime: 'runc',
      runtimes: ['runc'],
      cgroupDriver: 'systemd',
      cgroupVersion: '2',
      storageDriver: 'overlay2',
      cdiSpecDirs: [],
      containers: [container],
    };
    start([probeResult('docker', { facts })]);
    const shown = await section('Model servers');
    const row = within(shown).getByRole('row', { name: /Triton llm nvcr.io\/nvidia\/tritonserver:25.02-py3/ });
    fireEvent.click(within(row).getByText('llm'));
    expect(useEvidenceDrawer.getState()).toMatchObject({
      selectedId: 'evidence-docker',
      factPath: 'containers.0.image',
    });
  });

  it('does not say that no model server runs where docker may not be asked', async () => {
    start([
      probeResult('processes', { facts: { processes: [], loggedInUsers: null } }),
      probeResult('docker', { state: 'denied', reason: { key: 'probes.dockerDenied' } }),
    ]);
    const shown = await section('Model servers');
    expect(within(shown).getByText(/Not all could be asked \(docker\)/)).toBeTruthy();
    expect(within(shown).queryByText(/No Triton/)).toBeNull();
  });

  it('says that the node is in no cluster, and why services are not known', async () => {
    const reason = { key: 'probes.systemdNotRunning' };
    start([
      probeResult('cluster', { facts: { slurm: null, kubernetes: null } }),
      probeResult('services', { state: 'missing-tool', reason }),
    ]);
    expect(await within(await section('Cluster')).findByText(/in no Slurm or Kubernetes cluster/)).toBeTruthy();
    expect(await within(await section('Services')).findByText(/does not run systemd/)).toBeTruthy();
  });
});
