import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import type { PassportSummary } from '#shared/domain/parts/history';
import { renderWithEngine } from '../testing/render';
import { currentRoute } from './router';
import { useFoundParts } from './use-found-parts';

const found: PassportSummary = {
  id: 7,
  kind: 'gpu',
  model: 'NVIDIA H100',
  identities: [{ name: 'serial', value: '1650323012345' }],
  hostId: 'gpu01',
  slot: '1b',
  isThere: true,
  nodesAtOnce: 1,
  hasNote: false,
};

function Found({ typed }: { typed: string }) {
  return useFoundParts(typed).map(({ id, label, run }) => (
    <button key={id} type="button" onClick={run}>
      {label}
    </button>
  ));
}

it('offers the passport of a part once enough of its serial number is typed, and asks for nothing before', async () => {
  const both = (
    <>
      <Found typed="301" />
      <Found typed="3012" />
    </>
  );
  const { engine } = renderWithEngine(both, { parts: { search: () => [found] } });
  (await screen.findByRole('button', { name: '1650323012345' })).click();
  expect(currentRoute()).toEqual({ screen: 'parts', partId: '7' });
  expect(engine.inputsOf('parts.search')).toEqual([{ text: '3012', limit: 8 }]);
});
