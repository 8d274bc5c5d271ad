import { fireEvent, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { Finding } from '#shared/domain/finding';
import { currentRoute } from '../app/router';
import { renderWithEngine } from '../testing/render';
import { FindingCard } from './finding-card';

const finding: Finding = {
  id: 'finding-1',
  code: 'F-A1',
  hostId: 'host-1',
  state: 'degraded',
  severity: 'warn',
  title: { en: 'PID 4711 holds GPU memory' },
  explanation: { en: 'Its parent is gone.\nNobody is logged in.' },
  advice: [{ en: 'Ask its owner first.' }],
  subjects: [],
  evidence: [],
  actions: [],
  cautions: [{ en: 'A notebook that only pauses looks the same.' }],
  sources: ['nvidia-smi manual', 'vLLM documentation'],
  observedAtMs: 1_700_000_000_000,
  origin: { treeId: 'vram-shortage', runId: 'run-1', stepId: 'stale' },
};

it('warns of a false alarm before it says what to do', () => {
  renderWithEngine(<FindingCard finding={finding} canAct={false} />);
  const headings = screen.getAllByRole('heading', { level: 4 }).map(({ textContent }) => textContent);
  expect(headings).toEqual(['When this would be a false alarm', 'What you can do']);
  expect(screen.getByText('A notebook that only pauses looks the same.')).toBeTruthy();
});

it('keeps its sources folded away, and their number in sight', () => {
  renderWithEngine(<FindingCard finding={finding} canAct={false} />);
  const sources = screen.getByText('Sources (2)').closest('details');
  if (!sources) throw new Error('sources can be folded');
  expect(sources.open).toBe(false);
  expect(within(sources).getByText('vLLM documentation')).toBeTruthy();
});

it('leads on to the diagnoses that look further', async () => {
  const trees = [
    {
      id: 'pcie-degraded',
      title: { en: 'PCIe link degraded' },
      symptoms: [],
      introduction: null,
      probes: [],
      isBuiltIn: true,
    },
  ];
  const { engine } = renderWithEngine(
    <FindingCard finding={{ ...finding, trees: ['pcie-degraded'] }} canAct={false} />,
    {
      trees: { list: () => ({ trees, problems: [] }) },
    },
  );
  fireEvent.click(await screen.findByRole('button', { name: 'PCIe link degraded' }));
  expect(currentRoute()).toEqual({ screen: 'diagnose', hostId: 'host-1', treeId: 'pcie-degraded' });
  expect(engine.inputsOf('trees.list')).toHaveLength(1);
});

it('names what was changed before it as what may be related, with how long before', () => {
  const change = { kind: 'packages' as const, atMs: 0, count: 2, names: ['nvidia-driver 1 → 2'] };
  const changes = [{ change, beforeMs: 93_600_000, before: 'seen' as const }];
  renderWithEngine(<FindingCard finding={{ ...finding, changes }} canAct={false} />);
  expect(screen.getByRole('heading', { name: 'Changed before it, may be related' })).toBeTruthy();
  expect(screen.getByText('26 h before it was seen: 2 packages: nvidia-driver 1 → 2, …')).toBeTruthy();
});
