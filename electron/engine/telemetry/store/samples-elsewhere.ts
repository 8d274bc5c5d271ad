import type { SeriesRef } from '#shared/contract/telemetry';
import type { MetricId } from '#shared/domain/telemetry/metrics';
import type { SampleColumn } from './foreign-samples';
import type { RawSeries, SeriesRange } from './read-series';
import type { Tier } from './tiers';

/** A stretch of time; both ends count. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ColumnsWanted extends Stretch {
  readonly hostIds: readonly string[];
  /** Null: all. */
  readonly subject: string | null;
  readonly metrics: readonly MetricId[] | null;
  /** 0: samples as they came. */
  readonly tierMs: Tier;
}

/** A server that has samples which are kept here no longer. Throws InvalidError where it does not answer. */
export interface ServerHistory {
  /** Of which time; what it never took is kept here also then. Null: there is no such server. */
  kept(): Stretch | null;
  collect(series: readonly SeriesRef[], part: Stretch, range: SeriesRange, signal?: AbortSignal): Promise<RawSeries[]>;
  columns(wanted: ColumnsWanted, signal?: AbortSignal): Promise<SampleColumn[]>;
  subjects(
    hostIds: readonly string[],
    metrics: readonly MetricId[] | null,
    part: Stretch,
    signal?: AbortSignal,
  ): Promise<SubjectMetrics[]>;
}

export interface SubjectMetrics {
  readonly hostId: string;
  /** See subjectKey. */
  readonly subject: string;
  readonly metrics: MetricId[];
}
