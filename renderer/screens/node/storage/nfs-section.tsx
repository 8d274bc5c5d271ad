import type { NfsFacts } from '#shared/domain/facts/storage-services';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value } from '../../../components/value';
import { ProbeSection } from '../probe-section';
import classes from './storage.module.css';

export function NfsSection() {
  const { t } = useWords();
  return (
    <ProbeSection probeId="nfs" title={t('storage.nfs')}>
      {(facts) =>
        facts.mounts.length === 0 && facts.server === null ? (
          <p className="dim">{t('storage.noNfs')}</p>
        ) : (
          <>
            {facts.mounts.length > 0 && <Mounts mounts={facts.mounts} />}
            {facts.server && <Server server={facts.server} />}
          </>
        )
      }
    </ProbeSection>
  );
}

function Mounts({ mounts }: { mounts: NfsFacts['mounts'] }) {
  const { t } = useWords();
  const format = useFormat();
  const latency = ({ rttMs, exeMs }: NfsFacts['mounts'][number]['read'], path: string) => (
    <Value value={rttMs} path={path}>
      {t('storage.latency', { rtt: format.number(rttMs ?? 0, 2), exe: format.number(exeMs ?? 0, 2) })}
    </Value>
  );
  return (
    <FactTable
      label={t('storage.nfsMounts')}
      rows={mounts}
      rowKey={({ mountPoint }, index) => `${index}:${mountPoint}`}
      empty={t('storage.noNfs')}
      columns={[
        {
          id: 'mountPoint',
          header: t('storage.mountPoint'),
          cell: (row, index) => <Value value={row.mountPoint} path={`mounts.${index}.mountPoint`} />,
        },
        {
          id: 'source',
          header: t('storage.source'),
          isWide: true,
          cell: (row, index) => <Value value={row.source} path={`mounts.${index}.source`} />,
        },
        {
          id: 'version',
          header: t('storage.version'),
          cell: (row, index) => <Value value={row.version} path={`mounts.${index}.version`} />,
        },
        {
          id: 'read',
          header: t('storage.readLatency'),
          cell: (row, index) => latency(row.read, `mounts.${index}.read`),
        },
        {
          id: 'write',
          header: t('storage.writeLatency'),
          cell: (row, index) => latency(row.write, `mounts.${index}.write`),
        },
        {
          id: 'retransmissions',
          header: t('storage.retransmissions'),
          isNumeric: true,
          cell: (row, index) => (
            <Value value={row.retransmissions} unit="count" path={`mounts.${index}.retransmissions`} />
          ),
        },
        {
          id: 'timeouts',
          header: t('storage.timeouts'),
          isNumeric: true,
          cell: (row, index) => <Value value={row.timeouts} unit="count" path={`mounts.${index}.timeouts`} />,
        },
      ]}
    />
  );
}

function Server({ server }: { server: NonNullable<NfsFacts['server']> }) {
  const { t } = useWords();
  return (
    <>
      <h3 className={classes.subhead}>{t('storage.nfsServer')}</h3>
      <KeyValueTable
        columns={3}
        rows={[
          { label: t('storage.threads'), value: <Value value={server.threads} unit="count" path="server.threads" /> },
          {
            label: t('storage.bytesRead'),
            value: <Value value={server.readBytes} unit="bytes" path="server.readBytes" />,
          },
          {
            label: t('storage.bytesWritten'),
            value: <Value value={server.writtenBytes} unit="bytes" path="server.writtenBytes" />,
          },
          {
            label: t('storage.rpcCalls'),
            value: <Value value={server.rpcCalls} unit="count" path="server.rpcCalls" />,
          },
          {
            label: t('storage.badCalls'),
            value: <Value value={server.badCalls} unit="count" path="server.badCalls" />,
          },
          {
            label: t('storage.staleHandles'),
            value: <Value value={server.staleHandles} unit="count" path="server.staleHandles" />,
          },
        ]}
      />
      {server.exports === null ? (
        <p className="dim">{t('storage.exportsUnknown')}</p>
      ) : (
        <FactTable
          label={t('storage.exports')}
          rows={server.exports}
          rowKey={({ path, client }) => `${path} ${client}`}
          empty={t('storage.noServer')}
          columns={[
            {
              id: 'path',
              header: t('storage.exportPath'),
              cell: (row, index) => <Value value={row.path} path={`server.exports.${index}.path`} />,
            },
            {
              id: 'client',
              header: t('storage.exportClient'),
              cell: (row, index) => <Value value={row.client} path={`server.exports.${index}.client`} />,
            },
            {
              id: 'options',
              header: t('storage.options'),
              isWide: true,
              cell: (row, index) => <Value value={row.options.join(', ')} path={`server.exports.${index}.options`} />,
            },
          ]}
        />
      )}
    </>
  );
}
