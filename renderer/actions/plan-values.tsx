import { Table } from '@mantine/core';
import type { ActionPlan } from '#shared/domain/action';
import { useWords } from '../app/i18n';
import classes from './action-dialog.module.css';

/** What is there now beside what is to be, as it was read for this plan. */
export function PlanValues({ values }: { values: NonNullable<ActionPlan['values']> }) {
  const { t, localized } = useWords();
  return (
    <section>
      <h3 className={classes.label}>{t('actionDialog.values')}</h3>
      <Table className={classes.values} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('actionDialog.valueName')}</Table.Th>
            <Table.Th>{t('actionDialog.valueNow')}</Table.Th>
            <Table.Th>{t('actionDialog.valueThen')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {values.map(({ title, current, wanted }) => (
            <Table.Tr key={title.en}>
              <Table.Td>{localized(title)}</Table.Td>
              <Table.Td>{localized(current)}</Table.Td>
              <Table.Td>{localized(wanted)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </section>
  );
}
