/// <reference types="vite/types/importMeta.d.ts" />
import { parse } from 'yaml';
import type { z } from 'zod';
import {
  type CorrelationKnowledge,
  correlationFileSchema,
  eventsFileSchema,
  type NvlinkKnowledge,
  nvlinkFileSchema,
  type SxidEntry,
  sxidsFileSchema,
  type XidEntry,
  xidsFileSchema,
} from './kernel-log-schema';

/** Not read at start: a chunk of its own for each file, when somebody first asks what a line means. */
const files = import.meta.glob<string>('./*.yaml', { query: '?raw', import: 'default' });

async function read<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  return schema.parse(parse((await files[`./${file}`]?.()) ?? ''));
}

export interface KernelLogKnowledge {
  readonly xids: ReadonlyMap<number, XidEntry>;
  readonly sxids: ReadonlyMap<number, SxidEntry>;
  readonly nvlink: NvlinkKnowledge;
  readonly events: z.output<typeof eventsFileSchema>['events'];
  readonly correlation: CorrelationKnowledge;
  readonly sources: Readonly<Record<string, string>>;
}

let reading: Promise<KernelLogKnowledge> | undefined;
let readingEvents: Promise<z.output<typeof eventsFileSchema>> | undefined;

function eventsFile(): Promise<z.output<typeof eventsFileSchema>> {
  readingEvents ??= read('events.yaml', eventsFileSchema);
  return readingEvents;
}

/** What is known of messages that have no code: a small part of it all, read in an instant. */
export async function kernelEventKnowledge(): Promise<KernelLogKnowledge['events']> {
  return (await eventsFile()).events;
}

/** Everything that is known about lines of a kernel log. */
export function kernelLogKnowledge(): Promise<KernelLogKnowledge> {
  reading ??= readAll();
  return reading;
}

async function readAll(): Promise<KernelLogKnowledge> {
  const [xids, sxids, nvlink, events, correlation] = await Promise.all([
    read('xids.yaml', xidsFileSchema),
    read('sxids.yaml', sxidsFileSchema),
    read('nvlink.yaml', nvlinkFileSchema),
    eventsFile(),
    read('correlation.yaml', correlationFileSchema),
  ]);
  const { blocks, errors } = sxids;
  return {
    xids: new Map(xids.xids.map((xid) => [xid.code, xid])),
    sxids: new Map(
      sxids.sxids.map(({ block, error, ...sxid }): [number, SxidEntry] => {
        const where = blocks[block] ?? { en: block, 'zh-CN': block };
        const meaning = sxid.meaning ?? errors[error ?? ''] ?? { en: sxid.mnemonic, 'zh-CN': sxid.mnemonic };
        return [sxid.code, { ...sxid, block: where, meaning }];
      }),
    ),
    nvlink,
    events: events.events,
    correlation,
    sources: { ...xids.sources, ...sxids.sources, ...nvlink.sources, ...events.sources, ...correlation.sources },
  };
}
