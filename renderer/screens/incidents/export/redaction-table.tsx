import { Checkbox, Skeleton, Table, Text } from '@mantine/core';
import type { Redaction } from '#shared/domain/incident';
import { printable } from '#shared/domain/text';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import classes from './export-dialog.module.css';

interface RedactionTableProps {
  /** Null while it is worked out. */
  redactions: readonly Redaction[] | null;
  reveal: readonly string[];
  onReveal: (token: string, isShown: boolean) => void;
}

/** Everything the report hides, each with the token that stands in for it and a way to show it after all. */
export function RedactionTable({ redactions, reveal, onReveal }: RedactionTableProps) {
  const { t } = useWords();
  const format = useFormat();
  if (!redactions) return <Skeleton height={120} />;
  if (redactions.length === 0) return <Text c="dimmed">{t('incidentScreen.nothingHidden')}</Text>;
  const hiddenCount = redactions.filter(({ token }) => !reveal.includes(token)).length;
  return (
    <div className={classes.redactions}>
      <h3 className={classes.label}>{t('incidentScreen.hidden')}</h3>
      <Text className="small" c="dimmed">
        {t('incidentScreen.hiddenCount', { count: hiddenCount })}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by key */}
      <section className={classes.redactionScroll} tabIndex={0} aria-label={t('incidentScreen.hidden')}>
        <Table stickyHeader verticalSpacing={3} horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('incidentScreen.original')}</Table.Th>
              <Table.Th>{t('incidentScreen.token')}</Table.Th>
              <Table.Th ta="end">{t('incidentScreen.count')}</Table.Th>
              <Table.Th>{t('incidentScreen.reveal')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {redactions.map(({ token, kind, original, count }) => {
              const shown = printable(original);
              return (
                <Table.Tr key={token}>
                  <Table.Td>
                    <code className={classes.original}>{shown}</code>
                    <div className="dim small">{t(`incidentScreen.redactionKind.${kind}`)}</div>
                  </Table.Td>
                  <Table.Td>
                    <code className={classes.token}>{token}</code>
                  </Table.Td>
                  <Table.Td ta="end">{format.number(count)}</Table.Td>
                  <Table.Td>
                    <Checkbox
                      aria-label={t('incidentScreen.revealLabel', { original: shown })}
                      checked={reveal.includes(token)}
                      onChange={(event) => onReveal(token, event.currentTarget.checked)}
                    />
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </section>
    </div>
  );
}
