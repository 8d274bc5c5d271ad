import { z } from 'zod';
import { factsSchemas, probeIds } from '#shared/domain/facts/index';
import { readingsSchema } from '#shared/domain/facts/readings';
import { type GpuUse, gpuUse, gpuUseSchema } from '#shared/domain/gpu-use';
import { type JobLoad, jobLoadSchema, jobLoads, threadChoiceSchema, threadChoices } from '#shared/domain/job-load';
import { factName } from '#shared/domain/probe';
import { gpusOfGres, kubernetesNodeSchema, readKubernetesNode } from '#shared/domain/scheduler-node';
import {
  readServerLog,
  serverLogSchema,
  type TritonLoad,
  tritonLoadSchema,
  tritonLoads,
  type VllmLoad,
  vllmLoadSchema,
  vllmLoads,
} from '#shared/domain/serving-load';
import type { Language } from '#shared/domain/text';
import { words } from '../words';
import { defineFunction, type TreeFunction } from './define-function';

const number = z.number();
const text = z.string();
const MOST_LISTED = 12;

function listed<Item>(items: readonly Item[], line: (item: Item) => string): string {
  return items.length === 0
    ? '- —'
    : items
        .slice(0, MOST_LISTED)
        .map((item) => `- ${line(item)}`)
        .join('\n');
}

function percent(value: number | null): string {
  return value === null ? '?' : `${Math.round(value)} %`;
}

/** `GPU 0: 18 % busy on average (0 % to 41 %) over 10 readings, 31 % of its power limit`. */
function useText(use: GpuUse, language: Language): string {
  const { index, samples, meanPercent, lowestPercent, highestPercent, powerPercent } = use;
  const span = `${percent(lowestPercent)} – ${percent(highestPercent)}`;
  return language === 'en'
    ? `GPU ${index}: ${percent(meanPercent)} busy on average (${span}) over ${samples} readings, ${percent(powerPercent)} of its power limit`
    : `GPU ${index}：${samples} 次读取平均忙碌 ${percent(meanPercent)}（${span}），功耗为上限的 ${percent(powerPercent)}`;
}

/** `PID 4711 python train.py: 1 core, 8 workers (8 take a whole core, 0 wait in state D)`. */
function loadText(load: JobLoad, language: Language): string {
  const { pid, commandLine, gpuIndexes, cores, workers, busyWorkers, waitingWorkers, isWaiting } = load;
  const command = (commandLine ?? '').replace(/\s+/g, ' ').slice(0, 100);
  const used = cores === null ? '?' : String(Number(cores.toFixed(2)));
  const parts =
    language === 'en'
      ? [
          `GPU ${gpuIndexes.join(',')}`,
          `${used} cores`,
          ...(isWaiting ? ['itself in state D'] : []),
          workers === 0
            ? 'no workers'
            : `${workers} workers, ${busyWorkers} of them take a whole core, ${waitingWorkers} wait in state D`,
        ]
      : [
          `GPU ${gpuIndexes.join(',')}`,
          `${used} 个核`,
          ...(isWaiting ? ['自身处于 D 状态'] : []),
          workers === 0
            ? '没有工作进程'
            : `${workers} 个工作进程，其中 ${busyWorkers} 个占满一个核，${waitingWorkers} 个处于 D 状态`,
        ];
  return `PID ${pid} ${command}: ${parts.join(words.listSeparator[language])}`;
}

const shown = (value: number | null, digits = 2): string =>
  value === null ? '?' : String(Number(value.toFixed(digits)));

/** `:8000 llama: 24 running, 3 to 38 waiting, KV cache 95 to 99 %, 1.4 preemptions/s, first token after 2.1 s`. */
function vllmText(load: VllmLoad, language: Language): string {
  const cache = `${percent(load.lowestCachePercent)} – ${percent(load.highestCachePercent)}`;
  const waiting = `${shown(load.fewestWaiting, 0)} – ${shown(load.mostWaiting, 0)}`;
  return language === 'en'
    ? `:${load.port} ${load.model}: ${shown(load.running, 0)} running, ${waiting} waiting over ${shown(load.seconds, 0)} s, KV cache ${cache}, ${shown(load.preemptionsPerSec)} preemptions/s, first token after ${shown(load.firstTokenSeconds)} s, ${shown(load.queueSeconds)} s of it in the queue, ${shown(load.betweenTokensSeconds, 3)} s between tokens`
    : `:${load.port} ${load.model}：运行 ${shown(load.running, 0)}，${shown(load.seconds, 0)} 秒内等待 ${waiting}，KV cache ${cache}，每秒抢占 ${shown(load.preemptionsPerSec)} 次，首 token ${shown(load.firstTokenSeconds)} 秒（其中排队 ${shown(load.queueSeconds)} 秒），token 间隔 ${shown(load.betweenTokensSeconds, 3)} 秒`;
}

function tritonText(load: TritonLoad, language: Language): string {
  return language === 'en'
    ? `:${load.port} ${load.name}: ${shown(load.requestsPerSec)} requests/s, ${shown(load.failuresPerSec)} failures/s, ${percent(load.queuePercent)} of the time in the queue, ${percent(load.transferPercent)} for inputs and outputs, batches of ${shown(load.meanBatch)}, ${shown(load.pending, 0)} pending`
    : `:${load.port} ${load.name}：每秒 ${shown(load.requestsPerSec)} 个请求、${shown(load.failuresPerSec)} 个失败，${percent(load.queuePercent)} 的时间在排队，${percent(load.transferPercent)} 用于输入输出，平均 batch ${shown(load.meanBatch)}，待处理 ${shown(load.pending, 0)}`;
}

/** A probe that gave no facts, with why. */
const probeTroubleSchema = z.object({ id: text, state: text, key: text, en: text, chinese: text });
const probeStateSchema = z.object({
  state: text,
  reason: z.object({ key: text, en: text, chinese: text }),
});

/** How busy GPUs and their processes are, and how servers of models do: pure arithmetic, each tested where it lives. */
export const servingFunctions: readonly TreeFunction[] = [
  defineFunction('gpuUse', { readings: readingsSchema('gpu') }, z.array(gpuUseSchema), ({ readings }) =>
    gpuUse(readings),
  ),
  defineFunction(
    'jobLoads',
    {
      readings: readingsSchema('processes'),
      gpu: factsSchemas.gpu,
      topology: factsSchemas['gpu-topology'].nullable(),
    },
    z.array(jobLoadSchema),
    jobLoads,
  ),
  defineFunction(
    'threadChoices',
    { environment: factsSchemas['gpu-process-environment'], logicalCpus: number.nullable() },
    z.array(threadChoiceSchema),
    ({ environment, logicalCpus }) => threadChoices(environment, logicalCpus),
  ),
  defineFunction('vllmLoads', { readings: readingsSchema('serving') }, z.array(vllmLoadSchema), ({ readings }) =>
    vllmLoads(readings),
  ),
  defineFunction('tritonLoads', { readings: readingsSchema('serving') }, z.array(tritonLoadSchema), ({ readings }) =>
    tritonLoads(readings),
  ),
  defineFunction('serverLog', { text }, serverLogSchema, ({ text: pasted }) => readServerLog(pasted)),
  defineFunction('describeVllm', { loads: z.array(vllmLoadSchema) }, text, ({ loads }, language) =>
    listed(loads, (load) => vllmText(load, language)),
  ),
  defineFunction('describeTriton', { loads: z.array(tritonLoadSchema) }, text, ({ loads }, language) =>
    listed(loads, (load) => tritonText(load, language)),
  ),
  defineFunction('gpusOfGres', { gres: text }, number, ({ gres }) => gpusOfGres(gres)),
  defineFunction('kubernetesNode', { text }, kubernetesNodeSchema, ({ text: pasted }) => readKubernetesNode(pasted)),
  defineFunction('probeTroubles', { probe: z.unknown() }, z.array(probeTroubleSchema), ({ probe }) => {
    const states = z.record(text, z.unknown()).parse(probe);
    return probeIds.flatMap((id) => {
      const told = probeStateSchema.safeParse(states[factName(id)]);
      if (!told.success || told.data.state === 'ok' || told.data.state === 'not-run') return [];
      return [{ id, state: told.data.state, ...told.data.reason }];
    });
  }),
  defineFunction('describeTroubles', { troubles: z.array(probeTroubleSchema) }, text, ({ troubles }, language) =>
    listed(troubles, ({ id, en, chinese }) => `${id}: ${language === 'en' ? en : chinese}`),
  ),
  defineFunction('describeGpuUse', { uses: z.array(gpuUseSchema) }, text, ({ uses }, language) =>
    listed(uses, (use) => useText(use, language)),
  ),
  defineFunction('describeJobLoads', { loads: z.array(jobLoadSchema) }, text, ({ loads }, language) =>
    listed(loads, (load) => loadText(load, language)),
  ),
];
