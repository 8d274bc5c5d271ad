import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderWithEngine } from '../testing/render';
import { confirm } from './confirm';

const question = { title: 'Remove gpu01?', detail: 'It is forgotten.', confirmLabel: 'Remove gpu01' };

describe('confirm', () => {
  it.each([
    ['Remove gpu01', true],
    ['Cancel', false],
    ['Close', false],
  ])('takes %s for %s and gives the focus back, the first time and again', async (name, expected) => {
    renderWithEngine(<button type="button">Remove</button>);
    const opener = screen.getByRole('button', { name: 'Remove' });
    for (let time = 0; time < 2; time += 1) {
      opener.focus();
      let answered: boolean | undefined;
      act(() => {
        void confirm(question).then((isYes) => {
          answered = isYes;
        });
      });
      fireEvent.click(await screen.findByRole('button', { name }));
      await waitFor(() => expect(answered).toBe(expected));
      await waitFor(() => expect(document.activeElement).toBe(opener));
    }
  });

  it('answers no to a question that another one takes the place of', async () => {
    renderWithEngine(<button type="button">Remove</button>);
    const answers: boolean[] = [];
    act(() => {
      void confirm(question).then((isYes) => answers.push(isYes));
      void confirm({ ...question, title: 'Stop?' }).then((isYes) => answers.push(isYes));
    });
    expect(await screen.findByText('Stop?')).toBeTruthy();
    await waitFor(() => expect(answers).toEqual([false]));
    fireEvent.click(await screen.findByRole('button', { name: 'Remove gpu01' }));
    await waitFor(() => expect(answers).toEqual([false, true]));
  });
});
