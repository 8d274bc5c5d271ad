import type { RecentChangesFacts } from '#shared/domain/facts/software';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { KeyValueTable } from '../../../components/key-value-table';
import { StateBadge } from '../../../components/state-badge';
import { Time } from '../../../components/time';
import { Value } from '../../../components/value';
import { useShown } from './use-shown';

/** The last boots, and what packages and files of settings were changed when. */
export function RecentChanges({ facts: { boots, packages, files } }: { facts: RecentChangesFacts }) {
  const { t } = useWords();
  const shownPackages = useShown(packages?.length ?? 0);
  const shownFiles = useShown(files?.length ?? 0);
  const last = boots?.[0];
  return (
    <>
      <KeyValueTable
        rows={[
          {
            label: t('software.lastBoot'),
            value: (
              <>
                <Value value={last?.atMs} path="boots.0.atMs">
                  {last && <Time atMs={last.atMs} />}
                </Value>
                {last?.isAfterShutdown === false && (
                  <>
                    {' '}
                    <StateBadge tone="warn" variant="plain">
                      {t('software.afterCrash')}
                    </StateBadge>
                  </>
                )}
              </>
            ),
          },
          {
            label: t('software.changedPackages'),
            value: (
              <>
                <Value value={packages?.length} path="packages" />
                {packages && packages.length > 0 && <> {shownPackages.button}</>}
              </>
            ),
          },
          {
            label: t('software.settingsFiles'),
            value: (
              <>
                <Value value={files?.length} path="files" />
                {files && files.length > 0 && <> {shownFiles.button}</>}
              </>
            ),
          },
        ]}
      />
      {shownPackages.isShown && packages && (
        <FactTable
          label={t('software.changedPackages')}
          rows={packages}
          rowKey={({ name, atMs, change }, index) => `${atMs} ${name} ${change} ${index}`}
          empty=""
          columns={[
            { id: 'time', header: t('software.changedAt'), cell: ({ atMs }) => <Time atMs={atMs} /> },
            {
              id: 'name',
              header: t('software.package'),
              isWide: true,
              cell: ({ name }, index) => <Value value={name} path={`packages.${index}.name`} />,
            },
            {
              id: 'from',
              header: t('software.versionBefore'),
              cell: ({ from }, index) => <Value value={from} path={`packages.${index}.from`} />,
            },
            {
              id: 'to',
              header: t('software.versionAfter'),
              cell: ({ to }, index) => <Value value={to} path={`packages.${index}.to`} />,
            },
          ]}
        />
      )}
      {shownFiles.isShown && files && (
        <FactTable
          label={t('software.settingsFiles')}
          rows={files}
          rowKey={({ path }) => path}
          empty=""
          columns={[
            { id: 'time', header: t('software.changedAt'), cell: ({ modifiedAtMs }) => <Time atMs={modifiedAtMs} /> },
            {
              id: 'path',
              header: t('software.file'),
              isWide: true,
              cell: ({ path }, index) => <Value value={path} path={`files.${index}.path`} />,
            },
          ]}
        />
      )}
    </>
  );
}
