import { z } from 'zod';
import { factsSchemas } from '#shared/domain/facts/index';
import { readingsSchema } from '#shared/domain/facts/readings';
import { gpudirectWays } from '#shared/domain/gpudirect';
import {
  bootstrapTroubleSchema,
  bootstrapTroubles,
  hangSignature,
  hangSignatureSchema,
  jobLimitSchema,
  jobLimits,
  missingRankSchema,
  missingRanks,
} from '#shared/domain/job-hang';
import { linkTroubles } from '#shared/domain/link-troubles';
import { ncclLogSchema, parseNcclLog } from '#shared/domain/nccl-log';
import { ncclSettingSchema, ncclSettings } from '#shared/domain/nccl-settings';
import { ncclTestsTextSchema, parseNcclTestsText } from '#shared/domain/nccl-tests-text';
import { nicAffinities } from '#shared/domain/nic-affinity';
import { parsePerftestText, perftestTextSchema } from '#shared/domain/perftest-text';
import { portRates, portRatesSchema } from '#shared/domain/port-rates';
import {
  darkPorts,
  mtuTroubleSchema,
  mtuTroubles,
  roceQos,
  roceQosSchema,
  slowPortSchema,
  slowPorts,
} from '#shared/domain/port-settings';
import { misplacedRankSchema, misplacedRanks } from '#shared/domain/rank-affinity';
import type { Language } from '#shared/domain/text';
import { topologyOf } from '#shared/domain/topology/topology-of';
import { defineFunction, type TreeFunction } from './define-function';

const text = z.string();
const { rdma, network, pci, gpu, 'gpu-process-environment': environment } = factsSchemas;

const lostLinkSchema = z.object({ name: text, kind: text, detail: text.nullable() });
const nicLinkSchema = z.object({ name: text, address: text.nullable(), trained: text, capable: text });
const waySchema = z.object({ id: text, verdict: text, missing: z.array(text) });
const affinitySchema = z.object({
  nic: text,
  numaNode: z.number().nullable(),
  nearest: z.array(z.number()),
  distance: text.nullable(),
  basis: text.nullable(),
});
const bridgeSchema = z.object({ address: text, name: text.nullable(), controls: z.array(text) });
const deviceSchema = z.object({ address: text, name: text });

/** Ports, their counters and settings, and what jobs make of them: pure functions over facts, each tested where it lives. */
export const networkFunctions: readonly TreeFunction[] = [
  defineFunction('lostLinks', { rdma, network: network.nullable() }, z.array(lostLinkSchema), (facts) =>
    linkTroubles({ rdma: facts.rdma, network: facts.network ?? undefined }).map(({ name, kind, detail }) => ({
      ...{ name, kind },
      detail,
    })),
  ),
  defineFunction('darkPorts', { rdma }, z.array(text), (facts) => darkPorts(facts.rdma)),
  defineFunction('slowPorts', { rdma }, z.array(slowPortSchema), (facts) => slowPorts(facts.rdma)),
  defineFunction(
    'portRates',
    {
      rdma: readingsSchema('rdma') as unknown as z.ZodType<Parameters<typeof portRates>[0]>,
      ethernet: readingsSchema('ethernet-settings') as unknown as z.ZodType<Parameters<typeof portRates>[1]>,
    },
    z.array(portRatesSchema),
    (readings) => {
      const found = portRates(readings.rdma, readings.ethernet);
      return readings.rdma.length < 2 ? null : found;
    },
  ),
  defineFunction('mtuTroubles', { rdma, network: network.nullable() }, z.array(mtuTroubleSchema), (facts) =>
    mtuTroubles(facts.rdma, facts.network),
  ),
  defineFunction('roceQos', { roceSettings: factsSchemas['roce-settings'] }, z.array(roceQosSchema), (facts) =>
    roceQos(facts.roceSettings),
  ),
  defineFunction(
    'degradedNicLinks',
    { pci, rdma: rdma.nullable(), network: network.nullable() },
    z.array(nicLinkSchema),
    (facts) => degradedNicLinks(facts),
  ),
  defineFunction(
    'gpudirectWays',
    { gpudirect: factsSchemas.gpudirect, rdma: rdma.nullable() },
    z.array(waySchema),
    (facts) =>
      gpudirectWays({ gpudirect: facts.gpudirect, rdma: facts.rdma ?? undefined })?.map(
        ({ id, verdict, conditions }) => ({
          ...{ id, verdict },
          missing: conditions
            .filter((one) => one.verdict !== 'met')
            .map(({ name, value }) => (value === null ? name : `${name} (${value})`)),
        }),
      ) ?? null,
  ),
  defineFunction(
    'nicAffinities',
    {
      rdma,
      gpu: gpu.nullable(),
      topology: factsSchemas['gpu-topology'].nullable(),
      pci: pci.nullable(),
    },
    z.array(affinitySchema),
    (facts) =>
      nicAffinities({
        rdma: facts.rdma,
        gpu: facts.gpu ?? undefined,
        'gpu-topology': facts.topology ?? undefined,
        pci: facts.pci ?? undefined,
      }).map(({ nic, numaNode, nearest, distance, basis }) => ({
        nic,
        numaNode,
        nearest: [...nearest],
        distance,
        basis,
      })),
  ),
  defineFunction('bridgesWithAcs', { pci }, z.array(bridgeSchema), (facts) => bridgesWithAcs(facts.pci)),
  defineFunction('rdmaCardsWithoutDriver', { pci }, z.array(deviceSchema), (facts) =>
    facts.pci.functions
      .filter(({ classCode, driver }) => (classCode ?? '').startsWith('0207') && driver === null)
      .map(({ address, deviceName }) => ({ address, name: deviceName ?? 'InfiniBand' })),
  ),
  defineFunction(
    'misplacedRanks',
    {
      environment,
      gpu,
      topology: factsSchemas['gpu-topology'],
    },
    z.array(misplacedRankSchema),
    (facts) => misplacedRanks(facts.environment, facts.gpu, facts.topology),
  ),
  defineFunction(
    'ncclSettings',
    {
      environment,
      rdma: rdma.nullable(),
      roceSettings: factsSchemas['roce-settings'].nullable(),
    },
    z.array(ncclSettingSchema),
    (facts) => ncclSettings(facts.environment, facts.rdma, facts.roceSettings),
  ),
  defineFunction('describeNcclSettings', { settings: z.array(ncclSettingSchema) }, text, ({ settings }, language) =>
    settings
      .slice(0, maxListed)
      .map(({ pid, source, name, value, effect }) => {
        const where = source === 'environment' ? `PID ${pid}` : `PID ${pid}, ${source}`;
        return `- ${where}: ${name}${value === '' ? '' : `=${value}`} (${effectWords[effect][language]})`;
      })
      .join('\n'),
  ),
  defineFunction(
    'hangSignature',
    { gpu: readingsSchema('gpu') as unknown as z.ZodType<Parameters<typeof hangSignature>[0]> },
    hangSignatureSchema,
    (readings) => hangSignature(readings.gpu),
  ),
  defineFunction('missingRanks', { environment }, z.array(missingRankSchema), (facts) =>
    missingRanks(facts.environment),
  ),
  defineFunction('bootstrapTroubles', { environment, network }, z.array(bootstrapTroubleSchema), (facts) =>
    bootstrapTroubles(facts.environment, facts.network),
  ),
  defineFunction('jobLimits', { environment }, z.array(jobLimitSchema), (facts) => jobLimits(facts.environment)),
  defineFunction('perftestText', { text }, perftestTextSchema, ({ text: pasted }) => parsePerftestText(pasted)),
  defineFunction('ncclLog', { text }, ncclLogSchema, ({ text: pasted }) => parseNcclLog(pasted)),
  defineFunction('ncclTestsText', { text }, ncclTestsTextSchema, ({ text: pasted }) => parseNcclTestsText(pasted)),
];

const maxListed = 12;

const effectWords: Record<z.infer<typeof ncclSettingSchema>['effect'], Record<Language, string>> = {
  'network-off': {
    en: 'switches RDMA off: everything goes through TCP sockets',
    'zh-CN': '关闭 RDMA：全部流量走 TCP 套接字',
  },
  'peer-off': {
    en: 'GPUs of a node no longer reach each other directly',
    'zh-CN': '节点内的 GPU 不再直接互访',
  },
  'memory-off': {
    en: 'switches shared memory off between ranks of a node',
    'zh-CN': '关闭节点内各 rank 之间的共享内存',
  },
  'gdr-off': { en: 'GPUs and adapters no longer reach each other directly', 'zh-CN': 'GPU 与网卡不再直接互访' },
  pinned: { en: 'NCCL may no longer choose for itself', 'zh-CN': 'NCCL 不能再自行选择' },
  prefix: {
    en: 'without = it is a prefix and takes other devices as well, mlx5_1 also mlx5_10',
    'zh-CN': '没有 = 时按前缀匹配，会选中其他设备，如 mlx5_1 也匹配 mlx5_10',
  },
  'device-missing': { en: 'names no RDMA device of this node', 'zh-CN': '此节点上没有该名称的 RDMA 设备' },
  gid: { en: 'no active port has a RoCE v2 address at this index', 'zh-CN': '没有活动端口在该索引处有 RoCE v2 地址' },
  trace: { en: 'writes a line for every call, which slows the job', 'zh-CN': '每次调用都写日志，会拖慢作业' },
  unmarked: {
    en: 'its packets are not marked for the lossless class (unset counts as 0)',
    'zh-CN': '其数据包没有标记到无损类（未设置等同于 0）',
  },
  fork: { en: 'a correctness switch for fork(), not a speed setting', 'zh-CN': '是 fork() 的正确性开关，不是性能设置' },
};

function degradedNicLinks(facts: {
  pci: z.infer<typeof pci>;
  rdma: z.infer<typeof rdma> | null;
  network: z.infer<typeof network> | null;
}): z.infer<typeof nicLinkSchema>[] {
  const { nodes, edges } = topologyOf({
    pci: facts.pci,
    rdma: facts.rdma ?? undefined,
    network: facts.network ?? undefined,
  });
  return edges.flatMap(({ kind, to, state, link }) => {
    const node = nodes.find(({ id }) => id === to);
    if (kind !== 'pcie' || state !== 'degraded' || !link || node?.kind !== 'nic') return [];
    const lanes = ({ width, generation }: typeof link.trained) => `x${width ?? '?'} Gen${generation ?? '?'}`;
    return [
      { name: node.name, address: node.address ?? null, trained: lanes(link.trained), capable: lanes(link.capable) },
    ];
  });
}

/** Ports of PCIe switches (bridges below another bridge) that send every request up to the root complex. */
function bridgesWithAcs({ functions }: z.infer<typeof pci>): z.infer<typeof bridgeSchema>[] {
  const bridges = functions.filter(({ classCode }) => (classCode ?? '').startsWith('0604'));
  const addresses = new Set(bridges.map(({ address }) => address));
  return bridges
    .filter(({ parentAddress, acsControls }) => addresses.has(parentAddress ?? '') && acsControls?.includes('SrcValid'))
    .map(({ address, deviceName, acsControls }) => ({ address, name: deviceName, controls: acsControls ?? [] }));
}
