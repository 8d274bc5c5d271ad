import { ORPCError } from '@orpc/server';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import type { MetricsEndpoint } from '#shared/domain/telemetry/metrics-endpoint';
import { renderWithEngine } from '../../../testing/render';
import { EndpointList } from './endpoint-list';

const url = 'http://127.0.0.1:8003/metrics';
const endpoint = (part: Partial<MetricsEndpoint>): MetricsEndpoint => ({
  url: 'http://127.0.0.1:8000/metrics',
  isNamed: false,
  exporters: ['vllm'],
  state: 'reading',
  via: 'forward',
  detail: null,
  ...part,
});

async function open(told: readonly MetricsEndpoint[], named: string[] = []) {
  const { engine } = renderWithEngine(<EndpointList hostId="gpu01" told={told} />, {
    telemetry: {
      endpoints: () => named,
      setEndpoint: ({ address }) => {
        const message = { key: 'liveTab.endpoint.noAddress', params: { address } } as const;
        if (address.startsWith('https')) throw new ORPCError('INVALID', { defined: true, data: { message } });
        return { url };
      },
    },
  });
  fireEvent.click(screen.getByRole('button', { name: 'Metrics endpoints' }));
  const field = await screen.findByRole<HTMLInputElement>('textbox');
  const type = (value: string) => {
    fireEvent.change(field, { target: { value } });
    fireEvent.click(screen.getByRole('button', { name: 'Add' }));
  };
  return { engine, field, type };
}

describe('the metrics endpoints of a node', () => {
  it('are listed with their state; what was found can not be forgotten', async () => {
    await open([endpoint({}), endpoint({ url, isNamed: true, exporters: [], state: 'missing' })], [url]);
    const rows = (await screen.findAllByRole('listitem')).map(({ textContent }) => textContent);
    expect(rows[0]).toMatch(/:8000\/metrics.*vLLM · found.*Read/);
    expect(rows[1]).toMatch(/:8003\/metrics.*Nothing listens/);
    expect(screen.getAllByRole('button', { name: /^Forget/ })).toHaveLength(1);
  });

  it('are named and forgotten', async () => {
    const { engine, field, type } = await open([]);
    expect(await screen.findByText('None is found, none is named.')).toBeTruthy();
    type('8003');
    const row = within(await screen.findByRole('listitem'));
    expect(row.getByText('Not asked yet')).toBeTruthy();
    expect(field.value).toBe('');
    fireEvent.click(row.getByRole('button', { name: `Forget ${url}` }));
    await waitFor(() => expect(screen.queryByRole('listitem')).toBeNull());
    expect(engine.inputsOf('telemetry.setEndpoint')).toEqual([
      { hostId: 'gpu01', address: '8003', isNamed: true },
      { hostId: 'gpu01', address: url, isNamed: false },
    ]);
  });

  it('say what is wrong with an address, which stays to be mended', async () => {
    const { field, type } = await open([]);
    type('https://x');
    expect(await screen.findByText(/“https:\/\/x” is no address of a metrics page/)).toBeTruthy();
    expect(field.value).toBe('https://x');
    fireEvent.change(field, { target: { value: '8003' } });
    expect(screen.queryByText(/is no address/)).toBeNull();
  });
});
