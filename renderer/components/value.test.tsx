import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { ProbeResult } from '#shared/domain/probe';
import { useEvidenceDrawer } from '../stores/evidence-store';
import { probeResult } from '../testing/fixtures';
import { renderWithEngine } from '../testing/render';
import { Value, ValueSourceProvider } from './value';

const result: ProbeResult = probeResult('gpu', { commands: ['nvidia-smi', 'topology'] });
const source = {
  result,
  info: { id: 'gpu', factName: 'gpu', commands: [], sources: { '': 'nvidia-smi', 'gpus.links': 'topology' } },
};

describe('Value', () => {
  it('shows null as a dash with its reason, never as zero', () => {
    renderWithEngine(<Value value={null} unit="bytes" absence="gpu-lost" />);
    expect(screen.getByTitle(/GPU is lost/).textContent).toBe('—');
  });

  it('shows a zero as a zero', () => {
    renderWithEngine(<Value value={0} unit="percent" />);
    expect(screen.getByText('0%')).toBeTruthy();
  });

  it('opens the evidence of the command that its path comes from', () => {
    renderWithEngine(
      <ValueSourceProvider value={source}>
        <Value value={71} unit="celsius" path="gpus.0.temperature.gpuC" />
        <Value value="NV18" path="gpus.0.links.1" />
      </ValueSourceProvider>,
    );
    fireEvent.click(screen.getByText(/71/));
    expect(useEvidenceDrawer.getState().selectedId).toBe('evidence-nvidia-smi');
    fireEvent.click(screen.getByText('NV18'));
    expect(useEvidenceDrawer.getState().selectedId).toBe('evidence-topology');
  });

  it('shows what a node printed as text, not as markup', () => {
    renderWithEngine(<Value value={'<img src=x onerror=alert(1)>'} />);
    expect(document.querySelector('img')).toBeNull();
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeTruthy();
  });
});
