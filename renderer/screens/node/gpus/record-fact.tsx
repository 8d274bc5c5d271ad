import { Anchor } from '@mantine/core';
import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Absences } from '#shared/domain/facts/absence';
import type { AmdGpu } from '#shared/domain/facts/amd-gpu';
import type { Gpu } from '#shared/domain/facts/gpu';
import type { gpuTab } from '#shared/i18n/en/gpuTab';
import { useWords } from '../../../app/i18n';
import { useFormat } from '../../../components/format';
import { KeyValueTable } from '../../../components/key-value-table';
import { type Unit, Value } from '../../../components/value';

/** Paths of the values of a record, e.g. `power.drawW`; lists are not among them. */
type LeafPath<T> = {
  [Key in Exclude<keyof T & string, 'absences'>]: NonNullable<T[Key]> extends string | number | boolean
    ? Key
    : NonNullable<T[Key]> extends readonly string[]
      ? Key
      : NonNullable<T[Key]> extends readonly unknown[]
        ? never
        : `${Key}.${LeafPath<NonNullable<T[Key]>>}`;
}[Exclude<keyof T & string, 'absences'>];

type WordPath<T> = {
  [Key in keyof T & string]: T[Key] extends string ? Key : `${Key}.${WordPath<T[Key]>}`;
}[keyof T & string];

/** A fact of a GPU that has a label. The one name gives value, label, unit, reason of absence and evidence. */
export type GpuField = WordPath<(typeof gpuTab)['field']> & (LeafPath<Gpu> | LeafPath<AmdGpu>);

interface RecordSource {
  readonly record: Gpu | AmdGpu;
  /** Where the record stands in the facts of its probe: `gpus.3`. */
  readonly path: string;
}

const RecordContext = createContext<RecordSource | null>(null);

export function GpuRecord({ record, path, children }: RecordSource & { children: ReactNode }) {
  const source = useMemo(() => ({ record, path }), [record, path]);
  return <RecordContext.Provider value={source}>{children}</RecordContext.Provider>;
}

export function valueAt(record: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], record);
}

interface GpuFactProps {
  at: GpuField;
  /** In place of the formatted value, where there is one. */
  children?: ReactNode;
}

/** One fact of the GPU around it. */
export function GpuFact({ at, children }: GpuFactProps) {
  const source = useContext(RecordContext);
  const words = useSpecialWords();
  if (!source) throw new Error('Not inside a GPU');
  const value = valueAt(source.record, at);
  const absences: Absences = source.record.absences;
  const plain = Array.isArray(value) ? value.join(', ') || words.none : (value as string | number | boolean | null);
  return (
    <Value value={plain} unit={unitOf(at)} path={`${source.path}.${at}`} absence={absences[at]}>
      {children ?? words.of(at, value, source.record)}
    </Value>
  );
}

/** Units stand at the end of names. */
const units: ReadonlyArray<readonly [RegExp, Unit]> = [
  [/Bytes$/, 'bytes'],
  [/W$/, 'watts'],
  [/C$/, 'celsius'],
  [/MHz$/, 'megahertz'],
  [/Percent$/, 'percent'],
  [/Gbps$/, 'gbit'],
  [/^is(?:Persistence|Display)/, 'switch'],
];

function unitOf(at: GpuField): Unit {
  return units.find(([name]) => name.test(at))?.[1] ?? 'count';
}

/** What is said in other words than the plain value. */
function useSpecialWords() {
  const { t } = useWords();
  const format = useFormat();
  return {
    none: t('nodeScreen.list.none'),
    of(at: GpuField, value: unknown, record: Gpu | AmdGpu): string | undefined {
      if (value === null || value === undefined) return undefined;
      if (at === 'minorNumber') return `/dev/nvidia${value}`;
      if (at === 'memoryKind' && (value === 'dedicated' || value === 'shared')) return t(`gpuTab.memoryKind.${value}`);
      if (at.endsWith('Us') && typeof value === 'number') return format.duration(value / 1000);
      if (at.endsWith('BytesPerSec') && typeof value === 'number') return `${format.bytes(value)}/s`;
      const pending = at.endsWith('.current') ? valueAt(record, at.replace(/current$/, 'pending')) : null;
      return typeof pending === 'string' && pending !== value
        ? t('nodeScreen.gpu.pending', { current: String(value), pending })
        : undefined;
    },
  };
}

interface GpuFactsProps {
  title: string;
  fields: readonly GpuField[];
  /** Below the title, above the facts. */
  children?: ReactNode;
}

/** Facts under a title. What the GPU does not tell is folded away: named, each with its reason, on a click. */
export function GpuFacts({ title, fields, children }: GpuFactsProps) {
  const { t } = useWords();
  const source = useContext(RecordContext);
  const [isUnfolded, setUnfolded] = useState(false);
  if (!source) throw new Error('Not inside a GPU');
  // Facts that an older version of Gantry kept lack what it did not read.
  const told = fields.filter((at) => (valueAt(source.record, at) ?? null) !== null);
  const untold = fields.length - told.length;
  // One that is missing takes no more room than the line that would stand for it.
  const shown = isUnfolded || untold === 1 ? fields : told;
  return (
    <div>
      <h3>{title}</h3>
      {children}
      <KeyValueTable
        rows={shown.map((at) => ({ key: at, label: t(`gpuTab.field.${at}`), value: <GpuFact at={at} /> }))}
      />
      {shown.length < fields.length && (
        <Anchor component="button" type="button" size="xs" c="dimmed" onClick={() => setUnfolded(true)}>
          {t('gpuTab.moreFields', { count: untold })}
        </Anchor>
      )}
    </div>
  );
}
