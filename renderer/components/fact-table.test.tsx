import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderWithEngine } from '../testing/render';
import { FactTable } from './fact-table';

describe('a table of facts', () => {
  it('shows the rows that one can look at, and more when asked', () => {
    const rows = Array.from({ length: 1300 }, (_, at) => `row ${at}`);
    renderWithEngine(
      <FactTable
        label="facts"
        rows={rows}
        rowKey={(row) => row}
        empty="none"
        columns={[{ id: 'name', header: 'Name', cell: (row) => row }]}
      />,
      {},
    );
    expect(screen.getAllByRole('row')).toHaveLength(601);
    fireEvent.click(screen.getByText('Show more: 700 rows are left'));
    fireEvent.click(screen.getByText('Show more: 100 rows are left'));
    expect(screen.getByText('row 1299')).toBeTruthy();
    expect(screen.queryByText(/Show more/)).toBeNull();
  });
});
