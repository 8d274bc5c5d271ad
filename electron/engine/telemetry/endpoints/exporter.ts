import type { Frame, Subject } from '#shared/domain/telemetry/frame';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { ExporterKind } from '#shared/domain/telemetry/metrics-endpoint';
import type { ExpositionSample } from '../../probes/lib/parse-exposition';

export interface ExporterContext {
  /** Short words for where it is: `:8000`, `10.0.0.5:8000`. */
  readonly place: string;
  /** UUIDs of the node's GPUs; empty where no tool of the node tells them. */
  readonly gpus: readonly string[];
  /** Of GPUs: what other collectors of the node tell, which is not told again. */
  readonly told: ReadonlySet<MetricId>;
  /** Of anything else: whether another source of the node tells it now. */
  readonly isTold: (subject: Subject, metric: MetricId) => boolean;
}

/** Turns each answer of one endpoint into frames; remembers the ones before. Total. */
export interface ExporterReader {
  read(samples: readonly ExpositionSample[], atMs: number): Frame[];
}

/** A program whose `/metrics` is understood. */
export interface Exporter {
  readonly kind: ExporterKind;
  /** What it tells is of the machine that it runs on: it is read on the node itself only. */
  readonly isOfMachine?: boolean;
  /** One of its own samples, by the name. */
  isOwn(name: string): boolean;
  create(context: ExporterContext): ExporterReader;
}

/** More models than one process serves; an endpoint that tells of more is cut here. */
export const MAX_SERVICES = 64;

/** A name of a model as a node tells it, fit to be shown. */
export function shownName(name: string | undefined): string {
  const text = (name ?? '').replace(/\p{C}/gu, ' ').trim().slice(0, 120);
  return text === '' ? '?' : text;
}
