import { act, waitFor } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { renderWithEngine } from '../testing/render';
import { useAttention } from './use-attention';

function Attending() {
  useAttention();
  return null;
}

it('tells the engine that somebody has the window before them for as long as it can be seen', async () => {
  const visibility = vi.spyOn(document, 'visibilityState', 'get');
  const turn = (state: DocumentVisibilityState) => {
    visibility.mockReturnValue(state);
    act(() => void document.dispatchEvent(new Event('visibilitychange')));
  };
  let attending = 0;
  renderWithEngine(<Attending />, {
    telemetry: {
      async *attend(_input: unknown, { signal }: { signal: AbortSignal }) {
        attending += 1;
        yield null;
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        attending -= 1;
      },
    },
  });
  turn('visible');
  await waitFor(() => expect(attending).toBe(1));
  turn('hidden');
  await waitFor(() => expect(attending).toBe(0));
  turn('visible');
  await waitFor(() => expect(attending).toBe(1));
  visibility.mockRestore();
});
