/** What the measurement of the sample store needs, as one bundle: modules of two bundles would not know each other's classes. */
import { queryColumns } from '../../electron/engine/telemetry/collectors/nvidia-gpu/query-columns';

export { openStore } from '../../electron/engine/store/open-store';
export { planQuery, queryReader } from '../../electron/engine/telemetry/collectors/nvidia-gpu/query-reader';
export { systemScript } from '../../electron/engine/telemetry/collectors/system/system-script';
export { LatestValues } from '../../electron/engine/telemetry/latest-values';
export { readSeries } from '../../electron/engine/telemetry/store/read-series';
export { SampleStore } from '../../electron/engine/telemetry/store/sample-store';
export { Summing } from '../../electron/engine/telemetry/store/summing';
export { telemetrySchema } from '../../electron/engine/telemetry/store/telemetry-schema';

export const allQueryFields: ReadonlySet<string> = new Set(queryColumns.flatMap(({ fields }) => fields.flat(2)));
