import { Anchor } from '@mantine/core';
import { Fragment, useState } from 'react';
import type { NvlinkFacts } from '#shared/domain/facts/gpu-system';
import { useWords, type Words } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';

type NvlinkGpu = NvlinkFacts['gpus'][number];
type Link = NvlinkGpu['links'][number];

/** The NVLinks of each GPU together, and each of them on a click. */
export function NvlinkSection({ facts: { gpus } }: { facts: NvlinkFacts }) {
  const { t } = useWords();
  const [isUnfolded, setUnfolded] = useState(false);
  if (gpus.every(({ support }) => support === 'none')) return <p className="dim">{t('gpuTab.nvlink.none')}</p>;
  const path = (index: number, field: string) => `gpus.${index}.links.${field}`;
  const withLinks = gpus.filter(({ links }) => links.length > 0);
  return (
    <>
      <FactTable
        label={t('gpuTab.nvlink.title')}
        rows={gpus}
        rowKey={(gpu) => gpu.index}
        empty={t('gpuTab.nvlink.none')}
        columns={[
          { id: 'index', header: t('nodeScreen.gpu.index'), cell: (gpu) => gpu.index },
          {
            id: 'active',
            header: t('gpuTab.nvlink.active'),
            isNumeric: true,
            cell: (gpu) => <Active links={gpu.links} />,
          },
          {
            id: 'speed',
            header: t('gpuTab.nvlink.speed'),
            isNumeric: true,
            cell: (gpu, index) => {
              const speeds = [...new Set(gpu.links.flatMap(({ speedGBps }) => speedGBps ?? []))];
              return (
                <Value
                  value={speeds.length === 0 ? null : `${speeds.join(', ')} GB/s`}
                  path={path(index, '0.speedGBps')}
                />
              );
            },
          },
          ...(['replay', 'recovery', 'crc'] as const).map((kind) => ({
            id: kind,
            header: t(`gpuTab.nvlink.${kind}`),
            isNumeric: true,
            cell: (gpu: NvlinkGpu, index: number) => (
              <Value value={sumOf(gpu.links, `${kind}Errors`)} unit="count" path={path(index, `0.${kind}Errors`)} />
            ),
          })),
          {
            id: 'note',
            header: t('gpuTab.nvlink.note'),
            isWide: true,
            cell: (gpu) => <span className="dim">{noteOf(gpu, t)}</span>,
          },
        ]}
      />
      {!isUnfolded && withLinks.length > 0 && (
        <Anchor component="button" type="button" size="xs" mt={4} onClick={() => setUnfolded(true)}>
          {t('gpuTab.nvlink.showLinks')}
        </Anchor>
      )}
      {isUnfolded &&
        withLinks.map((gpu) => (
          <Fragment key={gpu.index}>
            <h3>{t('gpuTab.nvlink.links', { index: gpu.index })}</h3>
            <LinkTable gpu={gpu} position={gpus.indexOf(gpu)} />
          </Fragment>
        ))}
    </>
  );
}

function LinkTable({ gpu, position }: { gpu: NvlinkGpu; position: number }) {
  const { t } = useWords();
  const hasOthers = gpu.links.some(({ otherCounters }) => Object.keys(otherCounters).length > 0);
  const number = (field: 'replayErrors' | 'recoveryErrors' | 'crcErrors', header: string) => ({
    id: field,
    header,
    isNumeric: true,
    cell: (link: Link, index: number) => (
      <Value value={link[field]} unit="count" path={`gpus.${position}.links.${index}.${field}`} />
    ),
  });
  return (
    <FactTable
      label={t('gpuTab.nvlink.links', { index: gpu.index })}
      rows={gpu.links}
      rowKey={(link) => link.link}
      empty=""
      columns={[
        { id: 'link', header: t('gpuTab.nvlink.link'), isNumeric: true, cell: (link) => link.link },
        {
          id: 'state',
          header: t('gpuTab.nvlink.state'),
          cell: (link) => (
            <StateBadge variant="plain" tone={link.isActive ? 'ok' : 'unknown'}>
              {t(link.isActive ? 'gpuTab.nvlink.isActive' : 'gpuTab.nvlink.isInactive')}
            </StateBadge>
          ),
        },
        {
          id: 'speed',
          header: t('gpuTab.nvlink.speed'),
          isNumeric: true,
          cell: ({ speedGBps }, index) => (
            <Value value={speedGBps} path={`gpus.${position}.links.${index}.speedGBps`}>
              {speedGBps === null ? undefined : `${speedGBps} GB/s`}
            </Value>
          ),
        },
        number('replayErrors', t('gpuTab.nvlink.replay')),
        number('recoveryErrors', t('gpuTab.nvlink.recovery')),
        number('crcErrors', t('gpuTab.nvlink.crc')),
        ...(hasOthers
          ? [
              {
                id: 'other',
                header: t('gpuTab.nvlink.other'),
                isWide: true,
                cell: (link: Link) =>
                  Object.entries(link.otherCounters)
                    .map(([name, count]) => `${name}: ${count}`)
                    .join(', '),
              },
            ]
          : []),
      ]}
    />
  );
}

function Active({ links }: { links: readonly Link[] }) {
  if (links.length === 0) return <span className="dim">—</span>;
  const active = links.filter(({ isActive }) => isActive).length;
  const isWhole = active === links.length;
  return (
    <StateBadge variant="plain" tone={isWhole ? 'ok' : active === 0 ? 'unknown' : 'warn'}>
      {`${active} / ${links.length}`}
    </StateBadge>
  );
}

/** Null where one of the links does not tell: the sum of the others is not the sum. */
function sumOf(links: readonly Link[], field: 'replayErrors' | 'recoveryErrors' | 'crcErrors'): number | null {
  if (links.length === 0) return null;
  return links.reduce<number | null>((sum, link) => {
    const count = link[field];
    return sum === null || count === null ? null : sum + count;
  }, 0);
}

function noteOf({ support, said }: NvlinkGpu, t: Words['t']): string {
  return support === 'links' ? '' : t(`gpuTab.nvlink.support.${support}`, { said: said ?? '' });
}
