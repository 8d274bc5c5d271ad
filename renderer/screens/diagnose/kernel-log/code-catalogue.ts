import type { InferContractRouterOutputs } from '@orpc/contract';
import type { contract } from '#shared/contract/index';

/** What the engine knows of Xids and SXids. */
export type CodeCatalogue = InferContractRouterOutputs<typeof contract>['knowledge']['xids'];
export type CodeEntry = CodeCatalogue['xids'][number] | CodeCatalogue['sxids'][number];
