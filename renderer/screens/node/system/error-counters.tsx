import type { EdacFacts } from '#shared/domain/facts/platform';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';

type Controller = EdacFacts['controllers'][number];
interface Row {
  controller: Controller;
  module: Controller['modules'][number] | null;
  path: string;
}

/** Controllers with the modules behind them; modules without an error are told by their number. */
export function ErrorCounters({ facts }: { facts: EdacFacts }) {
  const { t } = useWords();
  if (facts.controllers.length === 0) {
    return <p className="dim">{t(facts.isFirmwareFirst ? 'systemTab.edac.firmwareFirst' : 'systemTab.edac.none')}</p>;
  }
  const rows: Row[] = facts.controllers.flatMap((controller, index) => {
    const path = `controllers.${index}`;
    const troubled = controller.modules.flatMap((module, at) =>
      (module.correctedErrors ?? 0) > 0 || (module.uncorrectedErrors ?? 0) > 0
        ? [{ controller, module, path: `${path}.modules.${at}` }]
        : [],
    );
    return [{ controller, module: null, path }, ...troubled];
  });
  return (
    <FactTable
      label={t('systemTab.edac.title')}
      rows={rows}
      rowKey={({ path }) => path}
      empty=""
      columns={[
        {
          id: 'place',
          header: t('systemTab.edac.place'),
          cell: ({ controller, module, path }) =>
            module === null ? (
              <Value value={controller.name} path={`${path}.name`} />
            ) : (
              <Value value={module.label ?? module.name} path={`${path}.label`} />
            ),
        },
        {
          id: 'title',
          header: t('systemTab.edac.driver'),
          isWide: true,
          cell: ({ controller, module, path }) =>
            module === null ? (
              <Value value={controller.title} path={`${path}.title`} />
            ) : (
              <Value value={module.location} path={`${path}.location`} />
            ),
        },
        {
          id: 'corrected',
          header: t('systemTab.edac.corrected'),
          isNumeric: true,
          cell: ({ controller, module, path }) => (
            <Count value={(module ?? controller).correctedErrors} path={`${path}.correctedErrors`} tone="warn" />
          ),
        },
        {
          id: 'uncorrected',
          header: t('systemTab.edac.uncorrected'),
          isNumeric: true,
          cell: ({ controller, module, path }) => (
            <Count value={(module ?? controller).uncorrectedErrors} path={`${path}.uncorrectedErrors`} tone="bad" />
          ),
        },
        {
          id: 'modules',
          header: t('systemTab.edac.modules'),
          isNumeric: true,
          cell: ({ controller, module, path }) =>
            module === null ? <Value value={controller.modules.length} unit="count" path={`${path}.modules`} /> : null,
        },
        {
          id: 'since',
          header: t('systemTab.edac.since'),
          isNumeric: true,
          cell: ({ controller, module, path }) =>
            module === null ? (
              <Value value={controller.secondsSinceReset} unit="seconds" path={`${path}.secondsSinceReset`} />
            ) : null,
        },
      ]}
    />
  );
}

function Count({ value, path, tone }: { value: number | null; path: string; tone: 'warn' | 'bad' }) {
  return (
    <Value value={value} unit="count" path={path}>
      {value !== null && value > 0 ? (
        <StateBadge variant="plain" tone={tone}>
          {value}
        </StateBadge>
      ) : undefined}
    </Value>
  );
}
