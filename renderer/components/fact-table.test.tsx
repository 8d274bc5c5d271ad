import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderWithEngine } from '../testing/render';
import { FactTable } from './fact-table';

describe('a table of facts', () => {
  it('shows the rows that one can look at, and more when asked', () => {
    const rows = Array.from({ length: 700 }, (_, at) => `row ${at}`);
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
    expect(screen.getAllByRole('row')).toHaveLength(301);
    fireEvent.click(screen.getByText('Show more: 400 rows are left'));
    fireEvent.click(screen.getByText('Show more: 100 rows are left'));
    expect(screen.getByText('row 699')).toBeTruthy();
    expect(screen.queryByText(/Show more/)).toBeNull();
  });
});
