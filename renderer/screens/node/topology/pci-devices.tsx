import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { PciFacts, PciFunction } from '#shared/domain/facts/pci';
import { bridgesAbove, deviceKind, pciTreeOf } from '#shared/domain/topology/pci-roles';
import type { TopologyEdge } from '#shared/domain/topology/topology';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { StateBadge } from '../../../components/state-badge';
import { Value } from '../../../components/value';
import classes from './topology.module.css';
import { lanesText, pcieText } from './topology-words';

interface Row {
  readonly one: PciFunction;
  readonly path: string;
  readonly depth: number;
}

/** Every PCI function as a tree: first those that matter for GPUs, with what they hang on; all of them when asked. */
export function PciDevices({ facts, edges }: { facts: PciFacts; edges: readonly TopologyEdge[] }) {
  const { t } = useWords();
  const [isAll, setIsAll] = useState(false);
  const { rows, important } = useMemo(() => rowsOf(facts), [facts]);
  const others = rows.length - important.size;
  return (
    <>
      <Iommu facts={facts} />
      <Functions edges={edges} rows={isAll ? rows : rows.filter(({ one }) => important.has(one.address))} />
      {others > 0 && (
        <Button className={classes.more} size="compact-sm" variant="default" onClick={() => setIsAll(!isAll)}>
          {isAll ? t('topology.table.some') : t('topology.table.all', { count: others })}
        </Button>
      )}
    </>
  );
}

/** What the picture says of a link, by the fact that it was read from. */
type EdgesByPath = ReadonlyMap<string, TopologyEdge>;

function Functions({ rows, edges: all }: { rows: readonly Row[]; edges: readonly TopologyEdge[] }) {
  const { t } = useWords();
  const edges: EdgesByPath = useMemo(
    () => new Map(all.flatMap((edge) => (edge.source?.probeId === 'pci' ? [[edge.source.factPath, edge]] : []))),
    [all],
  );
  const format = useFormat();
  return (
    <FactTable
      label={t('topology.pci')}
      rows={rows}
      rowKey={({ one }) => one.address}
      empty={t('topology.table.none')}
      columns={[
        {
          id: 'address',
          header: t('topology.table.address'),
          cell: ({ one, path, depth }) => (
            <>
              <span className={classes.indent} style={{ width: depth * 14 }} />
              <Value value={one.address} path={`${path}.address`} isMono>
                {one.address.replace(/^0000:/, '')}
              </Value>
            </>
          ),
        },
        {
          id: 'device',
          header: t('topology.table.device'),
          isWide: true,
          cell: ({ one, path }) => (
            <>
              <Value value={nameOf(one)} path={`${path}.${one.deviceName === null ? 'deviceId' : 'deviceName'}`} />
              <VirtualFunctions one={one} />
            </>
          ),
        },
        {
          id: 'link',
          header: t('topology.table.link'),
          cell: ({ one, path }) => <Link one={one} path={path} edges={edges} />,
        },
        {
          id: 'capable',
          header: t('topology.table.capable'),
          cell: ({ one, path }) => (
            <Value
              value={one.link && lanesText({ generation: one.link.maxGeneration, width: one.link.maxWidth }, t)}
              path={`${path}.link`}
            />
          ),
        },
        {
          id: 'driver',
          header: t('topology.table.driver'),
          cell: ({ one, path }) => <Value value={one.driver} path={`${path}.driver`} />,
        },
        {
          id: 'numa',
          header: t('topology.table.numa'),
          isNumeric: true,
          cell: ({ one, path }) => <Value value={one.numaNode} unit="count" path={`${path}.numaNode`} />,
        },
        {
          id: 'errors',
          header: t('topology.table.errors'),
          cell: ({ one, path }) => <Errors one={one} path={path} />,
        },
        {
          id: 'bars',
          header: t('topology.table.bars'),
          cell: ({ one, path }) => (
            <Value value={one.bars.map(({ sizeBytes }) => format.bytes(sizeBytes)).join(', ')} path={`${path}.bars`} />
          ),
        },
        {
          id: 'controls',
          header: t('topology.table.controls'),
          cell: ({ one, path }) => (
            <Value
              value={
                one.acsControls &&
                (one.acsControls.length > 0 ? one.acsControls.join(' ') : t('topology.table.controlsOff'))
              }
              path={`${path}.acsControls`}
            />
          ),
        },
        {
          id: 'group',
          header: t('topology.table.group'),
          isNumeric: true,
          cell: ({ one, path }) => <Value value={one.iommuGroup} unit="count" path={`${path}.iommuGroup`} />,
        },
        {
          id: 'slot',
          header: t('topology.table.slot'),
          cell: ({ one, path }) => <Value value={one.physicalSlot} path={`${path}.physicalSlot`} />,
        },
      ]}
    />
  );
}

/** What the link trained to, marked as in the picture where it is judged there. */
function Link({ one, path, edges }: { one: PciFunction; path: string; edges: EdgesByPath }) {
  const { t } = useWords();
  const judged = edges.get(`${path}.link`);
  const words = one.state === 'lost' ? t('topology.table.lost') : one.link && lanesText(one.link, t);
  const isDegraded = judged?.state === 'degraded' || one.state === 'lost';
  return (
    <Value value={words} path={`${path}.link`}>
      {isDegraded ? (
        <StateBadge variant="plain" tone="bad">
          {judged?.link ? pcieText(judged.link, t) : words}
        </StateBadge>
      ) : (
        (judged?.state === 'idle' && judged.link && pcieText(judged.link, t)) || undefined
      )}
    </Value>
  );
}

function VirtualFunctions({ one: { virtualFunctions } }: { one: PciFunction }) {
  const { t } = useWords();
  if (!virtualFunctions?.enabled) return null;
  const { enabled, total } = virtualFunctions;
  return <span className="dim"> · {t('topology.table.virtual', { enabled, total: total ?? '?' })}</span>;
}

/** Counted since boot; where the kernel does not count, the bits that stay set in the device since somebody cleared them. */
function Errors({ one, path }: { one: PciFunction; path: string }) {
  const { t } = useWords();
  const { aer } = one;
  if (!aer) {
    const bits = one.statusErrors && (one.statusErrors.join(' ') || t('topology.table.noErrors'));
    return <Value value={bits} path={`${path}.${one.statusErrors ? 'statusErrors' : 'aer'}`} />;
  }
  const uncorrectable = (aer.nonFatal ?? 0) + (aer.fatal ?? 0);
  const correctable = aer.correctable ?? 0;
  const words =
    correctable + uncorrectable === 0
      ? t('topology.table.noErrors')
      : t('topology.errorsValue', { correctable, uncorrectable });
  const kinds = Object.entries(aer.kinds).map(([kind, count]) => `${kind} ${count}`);
  return (
    <Value value={words} path={`${path}.aer`}>
      {uncorrectable > 0 ? (
        <StateBadge variant="plain" tone="bad">
          {words}
        </StateBadge>
      ) : (
        words
      )}
      {kinds.length > 0 && <span className="dim"> ({kinds.join(', ')})</span>}
    </Value>
  );
}

function Iommu({ facts: { iommu, functions, hasAccessControl } }: { facts: PciFacts }) {
  const { t } = useWords();
  const types = Object.keys(iommu.groupTypes);
  const kind =
    types.length === 0
      ? null
      : types.every((type) => type === 'identity')
        ? t('topology.table.passthrough')
        : types.every((type) => type.startsWith('DMA'))
          ? t('topology.table.translated')
          : t('topology.table.mixed', { types: types.join(', ') });
  const guarded = functions.filter(({ acsControls }) => (acsControls ?? []).some((bit) => bit !== 'SrcValid'));
  const state =
    iommu.isEnabled === null
      ? null
      : iommu.isEnabled
        ? [t('topology.table.iommuOn', { count: iommu.groupCount ?? 0 }), kind].filter(Boolean).join(' · ')
        : t('topology.table.iommuOff');
  const controls = !hasAccessControl
    ? t('topology.table.acsUnread')
    : guarded.length > 0
      ? t('topology.table.acsOn', { count: guarded.length })
      : functions.some(({ acsControls }) => acsControls !== null)
        ? t('topology.table.acsOff')
        : t('topology.table.acsNone');
  return (
    <dl className={classes.iommu}>
      <div>
        <dt>{t('topology.table.iommu')}</dt>
        <dd>
          <Value value={state} path="iommu" />
        </dd>
      </div>
      {iommu.kernelArguments.length > 0 && (
        <div>
          <dt>{t('topology.table.arguments')}</dt>
          <dd>
            <Value value={iommu.kernelArguments.join(' ')} path="iommu.kernelArguments" isMono />
          </dd>
        </div>
      )}
      <div>
        <dt>{t('topology.table.acs')}</dt>
        <dd>
          <Value value={controls} path="hasAccessControl" />
        </dd>
      </div>
    </dl>
  );
}

/** Names where there are any, else the numbers that one can look up. */
function nameOf({ vendorName, deviceName, className, vendorId, deviceId }: PciFunction): string | null {
  if (deviceName !== null) return vendorName === null ? deviceName : `${vendorName} ${deviceName}`;
  const ids = vendorId !== null && deviceId !== null ? `[${vendorId}:${deviceId}]` : null;
  return [vendorName ?? className, ids].filter((part) => part !== null).join(' ') || null;
}

const deepestIndent = 12;

/** In tree order: each bridge, then what is below it. */
function rowsOf(facts: PciFacts): { rows: Row[]; important: ReadonlySet<string> } {
  const tree = pciTreeOf(facts);
  const important = new Set(
    facts.functions
      .filter((one) => deviceKind(one) !== null || one.state === 'lost')
      .flatMap((one) => [one.address, ...bridgesAbove(tree, one.address).map(({ address }) => address)]),
  );
  const rows: Row[] = [];
  const seen = new Set<string>();
  // Not by recursion: how deep it goes is the node's word.
  const add = (root: PciFunction): void => {
    const waiting = [{ one: root, depth: 0 }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { one, depth } = next;
      if (seen.has(one.address)) continue;
      seen.add(one.address);
      rows.push({ one, depth, path: `functions.${tree.indexOf.get(one.address) ?? 0}` });
      const children = tree.children.get(one.address) ?? [];
      for (const child of children.toReversed())
        waiting.push({ one: child, depth: Math.min(depth + 1, deepestIndent) });
    }
  };
  for (const one of facts.functions) {
    if (one.parentAddress === null || !tree.byAddress.has(one.parentAddress)) add(one);
  }
  // What hangs in a circle is still listed.
  for (const one of facts.functions) add(one);
  return { rows, important };
}
