import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderWithEngine } from '../testing/render';
import { RunSteps } from './run-steps';
import { sampleRun } from './testing/sample-action';

const done = { state: 'done', evidenceId: null, detail: null } as const;

it('tells what was taken back apart from what was done, by the name of the step', () => {
  const steps = [
    { ...done, id: 'term' },
    { ...done, id: 'undo-term' },
  ];
  renderWithEngine(<RunSteps run={sampleRun({ state: 'undone', steps })} />);
  const undo = within(screen.getByRole('heading', { name: 'Undo' }).parentElement as HTMLElement);
  expect(undo.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual(['DoneTake back: Send TERM']);
  expect(screen.queryByText('undo-term')).toBeNull();
});

it('has no undo for a run that was not taken back', () => {
  renderWithEngine(<RunSteps run={sampleRun({ steps: [{ ...done, id: 'term' }] })} />);
  expect(screen.queryByRole('heading', { name: 'Undo' })).toBeNull();
  expect(screen.getByText('Send TERM')).toBeTruthy();
});
