// @vitest-environment jsdom
import { fireEvent, screen } from '@testing-library/react';
import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { gpuSchema } from '#shared/domain/facts/gpu';
import { renderWithEngine } from '../testing/render';
import { GpuPicker } from './gpu-picker';

const uuids = ['GPU-11111111-0000', 'GPU-22222222-0000'] as const;
const result = (probeId: string, facts: unknown) => ({
  ...{ hostId: 'host-1', probeId, state: 'ok', reason: null, observedAtMs: 1, durationMs: 1, commands: [], facts },
});
/** A GPU of which nothing is known but what a test says. */
function blank(schema: unknown): unknown {
  if (schema instanceof z.ZodObject) {
    return Object.fromEntries(Object.entries(schema.shape).map(([key, field]) => [key, blank(field)]));
  }
  if (schema instanceof z.ZodArray) return [];
  return schema instanceof z.ZodRecord ? {} : null;
}
const gpu = (index: 0 | 1) => ({
  ...(blank(gpuSchema) as object),
  ...{ index, uuid: uuids[index], name: 'NVIDIA H100', pciBusId: `0000:1${index}:00.0`, state: 'present' },
});
const gpuFacts = { driverVersion: null, cudaVersion: null, gpus: [gpu(0), gpu(1)] };

function Form({ initial, onValue }: { initial: string; onValue: (value: string) => void }) {
  const [value, setValue] = useState(initial);
  const change = (next: string) => {
    setValue(next);
    onValue(next);
  };
  const field = {
    label: 'GPUs',
    description: 'None means every GPU.',
    error: undefined,
    withAsterisk: true,
    disabled: false,
  };
  return <GpuPicker hostId="host-1" {...field} value={value} onChange={change} />;
}

function open(results: readonly unknown[], initial = '') {
  const values: string[] = [];
  const view = renderWithEngine(<Form initial={initial} onValue={(value) => values.push(value)} />, {
    inventory: {
      refresh: () => ({ ok: 3, total: 3, durationMs: 1, roundTrips: 1, nodeCpuMs: null }),
      get: () => ({ hostId: 'host-1', isCollecting: false, results, staleResults: [] }) as never,
    },
  });
  return { ...view, value: () => values.at(-1) };
}

describe('the picker of GPUs', () => {
  it('reads the node anew, and falls back to a text where it lists none', async () => {
    const { engine, value } = open([]);
    fireEvent.change(await screen.findByRole('textbox', { name: /GPUs/ }), { target: { value: '0,1' } });
    expect(value()).toBe('0,1');
    expect(engine.inputsOf('inventory.refresh')).toEqual([
      { hostId: 'host-1', probeIds: ['gpu', 'gpu-processes', 'processes'] },
    ]);
  });

  it('gives UUIDs in the order of the node, all of them, and none', async () => {
    const { value } = open([result('gpu', gpuFacts)]);
    fireEvent.click(await screen.findByRole('checkbox', { name: /GPU 1 · NVIDIA H100/ }));
    expect(value()).toBe(uuids[1]);
    fireEvent.click(screen.getByRole('checkbox', { name: /GPU 0/ }));
    expect(value()).toBe(uuids.join(','));
    fireEvent.click(screen.getByRole('checkbox', { name: 'All GPUs' }));
    expect(value()).toBe('');
    expect(screen.getByText('None means every GPU.')).toBeTruthy();
    expect(screen.getAllByText('Who uses it is not known')).toHaveLength(2);
  });

  it('shows what was given by index as chosen, and who uses each', async () => {
    open(
      [
        result('gpu', gpuFacts),
        result('gpu-processes', {
          processes: [{ gpuUuid: uuids[0], pid: 4711, name: 'python3', usedMemoryBytes: 8e9 }],
        }),
      ],
      '0',
    );
    const first = await screen.findByRole<HTMLInputElement>('checkbox', { name: /GPU 0/ });
    expect(first.checked).toBe(true);
    expect(screen.getByText(/^PID 4711 python3/)).toBeTruthy();
    expect(screen.getByText('Nobody uses it')).toBeTruthy();
  });
});
