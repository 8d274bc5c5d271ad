import type { NodeFacts } from './facts/index';

/**
 * InfiniBand adapters by the type that the kernel prints. In-network reduction is done by the switches; the adapter only has to
 * speak to them. Source: NVIDIA SHARP release notes (SHARPv1 with ConnectX-4 and later, v2 with ConnectX-6 and HDR Quantum
 * switches, v3 with ConnectX-7 and NDR Quantum-2 switches, v4 with ConnectX-8).
 */
const generations: Readonly<Record<string, { readonly adapter: string; readonly sharp: 1 | 2 | 3 | 4 }>> = {
  MT4115: { adapter: 'ConnectX-4', sharp: 1 },
  MT4119: { adapter: 'ConnectX-5', sharp: 1 },
  MT4121: { adapter: 'ConnectX-5 Ex', sharp: 1 },
  MT4123: { adapter: 'ConnectX-6', sharp: 2 },
  MT4129: { adapter: 'ConnectX-7', sharp: 3 },
  MT4131: { adapter: 'ConnectX-8', sharp: 4 },
};

export interface SharpCapability {
  /** Devices with an InfiniBand port of an adapter that can take part, and the newest version that it speaks. */
  readonly devices: ReadonlyArray<{ readonly name: string; readonly adapter: string; readonly version: number }>;
  /** InfiniBand devices whose type is not in the table. */
  readonly unknownDevices: readonly string[];
  readonly hasInfiniband: boolean;
  /** Null: not read. */
  readonly hasLibrary: boolean | null;
  readonly hasNcclPlugin: boolean | null;
}

/** What of SHARP is on this node. Whether it works is up to the switches and their aggregation manager. Null: no RDMA facts. */
export function sharpCapability({ rdma, sharp }: NodeFacts): SharpCapability | null {
  if (!rdma) return null;
  const infiniband = rdma.devices.filter(({ ports }) => ports.some(({ linkLayer }) => linkLayer === 'InfiniBand'));
  return {
    devices: infiniband.flatMap(({ name, hcaType }) => {
      const known = generations[hcaType ?? ''];
      return known ? [{ name, adapter: known.adapter, version: known.sharp }] : [];
    }),
    unknownDevices: infiniband.filter(({ hcaType }) => !generations[hcaType ?? '']).map(({ name }) => name),
    hasInfiniband: infiniband.length > 0,
    hasLibrary: sharp
      ? sharp.packages.some(({ name }) => name === 'sharp') || sharp.libraries.some((path) => path.includes('libsharp'))
      : null,
    hasNcclPlugin: sharp
      ? sharp.packages.some(({ name }) => name === 'nccl-rdma-sharp-plugins') ||
        sharp.libraries.some((path) => path.includes('libnccl-net'))
      : null,
  };
}
