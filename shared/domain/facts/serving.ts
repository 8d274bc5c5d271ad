import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();

/** What a histogram has counted since its server began. */
const summarySchema = z.object({ sum: z.number(), count: z.number() }).nullable();

/**
 * Facts of probe `serving`: servers of models that listen on the ports that vLLM and Triton use by themselves, with what
 * their `/metrics` tells. Counters run since the server began.
 */
export const servingFactsSchema = z.object({
  servers: z.array(
    z.object({
      port: z.number(),
      /** `other`: something listens that is neither; or it does not answer. */
      kind: z.enum(['vllm', 'triton', 'other']),
      /** Status of `/health` (vLLM) or `/v2/health/ready` (Triton). 0: no answer. Null: it has no such page. */
      healthStatus: number,
      /** Status of `/metrics`. 0: no answer. */
      metricsStatus: number,
    }),
  ),
  /** One a model; of several engines requests are added up, and the fullest cache counts. */
  vllm: z.array(
    z.object({
      port: z.number(),
      model: z.string(),
      running: number,
      waiting: number,
      kvCachePercent: number,
      preemptions: number,
      firstToken: summarySchema,
      betweenTokens: summarySchema,
      queue: summarySchema,
    }),
  ),
  /** One a version of a model; of several GPUs and reasons the sum. */
  triton: z.array(
    z.object({
      port: z.number(),
      model: z.string(),
      version: text,
      succeeded: number,
      failed: number,
      inferences: number,
      executions: number,
      pending: number,
      requestUs: number,
      queueUs: number,
      inputUs: number,
      outputUs: number,
    }),
  ),
});
export type ServingFacts = z.infer<typeof servingFactsSchema>;
