import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();
const flag = z.boolean().nullable();

/** A bond's member as the bond sees it. */
const bondMemberSchema = z.object({
  name: z.string(),
  /** MII status: up, down, going down, going back. */
  state: text,
  speedMbitPerSec: number,
  duplex: text,
  linkFailures: number,
  permanentMacAddress: text,
  aggregatorId: number,
  /** LACP: none, monitoring or churned; `churned` means that the two sides do not agree. */
  actorChurn: text,
  partnerChurn: text,
});

/**
 * Facts of probe `network` (`ip -j -d address`, sysfs, /proc/net/bonding). Speed -1 or unknown is null. Errors and drops are
 * counted since the driver was loaded.
 */
export const networkFactsSchema = z.object({
  interfaces: z.array(
    z.object({
      name: z.string(),
      kind: text,
      macAddress: text,
      /** Burnt into the card; of a bond's member its `macAddress` is the bond's. */
      permanentMacAddress: text,
      mtu: number,
      operationalState: text,
      /** Whether it is switched on (IFF_UP); the link may be down all the same. */
      isEnabled: flag,
      hasCarrier: flag,
      speedMbitPerSec: number,
      duplex: text,
      driver: text,
      pciBusId: text,
      numaNode: number,
      addresses: z.array(z.string()),
      master: text,
      /** What a VLAN or macvlan sits on. */
      parent: text,
      vlanId: number,
      isVirtualFunction: z.boolean(),
      virtualFunctions: number,
      /** How often the link came and went since the driver was loaded. */
      linkUps: number,
      linkDowns: number,
      rxErrors: number,
      txErrors: number,
      rxDropped: number,
      txDropped: number,
    }),
  ),
  bonds: z.array(
    z.object({
      name: z.string(),
      /** As the kernel names it in `ip`: 802.3ad, active-backup, balance-rr … */
      mode: text,
      state: text,
      transmitHashPolicy: text,
      activeMember: text,
      primaryMember: text,
      lacpRate: text,
      aggregatorId: number,
      aggregatorPorts: number,
      /** 00:00:00:00:00:00: no LACP partner has answered. Null: not an LACP bond, or only root may know. */
      partnerMacAddress: text,
      members: z.array(bondMemberSchema),
    }),
  ),
});
export type NetworkFacts = z.infer<typeof networkFactsSchema>;
export type NetworkInterface = NetworkFacts['interfaces'][number];
export type Bond = NetworkFacts['bonds'][number];

/** Facts of probe `ethernet-settings` (ethtool of each network function on the PCI bus, virtual functions left out). */
export const ethernetSettingsFactsSchema = z.object({
  interfaces: z.array(
    z.object({
      name: z.string(),
      driver: text,
      firmwareVersion: text,
      pciBusId: text,
      speedMbitPerSec: number,
      /** The fastest link mode that it supports. */
      maxSpeedMbitPerSec: number,
      duplex: text,
      isAutonegotiationOn: flag,
      /** Twisted Pair, FIBRE, Direct Attach Copper, … */
      port: text,
      isLinkDetected: flag,
      /** e.g. `RS`, as ethtool names it. */
      forwardErrorCorrection: z.array(z.string()),
      pauseRx: flag,
      pauseTx: flag,
      ringRx: number,
      ringRxMax: number,
      ringTx: number,
      ringTxMax: number,
      /** Chosen counters of `ethtool -S`, as the driver names them. */
      counters: z.record(z.string(), z.number()),
    }),
  ),
});
export type EthernetSettingsFacts = z.infer<typeof ethernetSettingsFactsSchema>;

/** Facts of probe `network-modules` (`ethtool -m` of each port). A port without a module, or with fixed copper, has no entry. */
export const networkModulesFactsSchema = z.object({
  modules: z.array(
    z.object({
      interface: z.string(),
      identifier: text,
      connector: text,
      /** What it is made for: `10G Ethernet: 10G Base-LR`. */
      types: z.array(z.string()),
      vendor: text,
      partNumber: text,
      serialNumber: text,
      /** Of copper and active cables; of optics the module tells only how far it could reach. */
      cableLengthM: number,
      temperatureC: number,
      voltageV: number,
      /** Per lane, in order; null: no light at all. */
      rxPowerDbm: z.array(number),
      txPowerDbm: z.array(number),
      biasMa: z.array(z.number()),
      /** Alarms and warnings that are on. */
      alarms: z.array(z.string()),
    }),
  ),
});
export type NetworkModulesFacts = z.infer<typeof networkModulesFactsSchema>;

/** Facts of probe `rdma` (sysfs /sys/class/infiniband): InfiniBand and RoCE devices with their ports. */
export const rdmaFactsSchema = z.object({
  /** Whether the kernel copies pinned pages at fork (`rdma system show`), so that no program has to protect them. Absent: not told. */
  isCopyOnFork: z.boolean().optional(),
  devices: z.array(
    z.object({
      name: z.string(),
      /** MT4129, as `hca_type` and ibstat have it. */
      hcaType: text,
      firmwareVersion: text,
      /** PSID, which names the product more exactly than the PCI id. */
      boardId: text,
      nodeGuid: text,
      systemImageGuid: text,
      pciBusId: text,
      numaNode: number,
      isVirtualFunction: z.boolean(),
      ports: z.array(
        z.object({
          port: z.number(),
          /** ACTIVE, DOWN, INIT, ARMED */
          state: text,
          /** LinkUp, Polling, Disabled, … */
          physicalState: text,
          rateGbitPerSec: number,
          /** e.g. `4X NDR`, as the kernel prints it after the rate. */
          rateText: text,
          /** Lanes: the 4 of `4X NDR`. */
          width: number,
          /** SDR to XDR: the speed of a lane. */
          generation: text,
          linkLayer: text,
          lid: number,
          subnetManagerLid: number,
          portGuid: text,
          capabilityMask: text,
          activeMtu: number,
          maxMtu: number,
          netdev: text,
          /** Without the empty ones. `type`: `IB/RoCE v1` or `RoCE v2`. */
          gids: z.array(z.object({ index: z.number(), gid: z.string(), type: text, netdev: text })),
          /** Chosen files of `counters` and `hw_counters`, by name. */
          counters: z.record(z.string(), z.number()),
          hardwareCounters: z.record(z.string(), z.number()),
        }),
      ),
    }),
  ),
});
export type RdmaFacts = z.infer<typeof rdmaFactsSchema>;
export type RdmaDevice = RdmaFacts['devices'][number];
export type RdmaPort = RdmaDevice['ports'][number];

export const qosTools = ['mlnx_qos', 'dcb'] as const;
const priorities = z.array(z.number()).nullable();

/**
 * Facts of probe `roce-settings`: what decides whether RoCE traffic is lossless. Null where neither mlnx_qos nor dcb is there,
 * or where the driver has no such file: the `ecn` folder comes with NVIDIA's own driver only.
 */
export const roceSettingsFactsSchema = z.object({
  interfaces: z.array(
    z.object({
      name: z.string(),
      rdmaDevice: z.string(),
      /** What told PFC and trust; null: nothing could. */
      tool: z.enum(qosTools).nullable(),
      /** dscp or pcp. */
      trust: text,
      /** Of `dcb`, which does not tell the trust: read off the DSCP table. */
      isTrustInferred: z.boolean(),
      pfcPriorities: priorities,
      /** DSCP values of each priority, by priority. */
      dscpOfPriority: z.array(z.array(z.number())).nullable(),
      /** Priorities on which it answers ECN marks (notification point) and slows down (reaction point). */
      ecnNotificationPriorities: priorities,
      ecnReactionPriorities: priorities,
      cnpDscp: number,
      /** What every connection is marked with: DSCP times 4 plus ECN bits. 106 is DSCP 26. */
      trafficClass: number,
      /** Default of connections made by rdma_cm, where one was set. */
      connectionManagerTos: number,
      connectionManagerMode: text,
    }),
  ),
});
export type RoceSettingsFacts = z.infer<typeof roceSettingsFactsSchema>;

/** Facts of probe `gpudirect`: what GPUDirect RDMA and Storage stand on. What follows of it is `shared/domain/gpudirect.ts`. */
export const gpudirectFactsSchema = z.object({
  kernelRelease: text,
  driverVersion: text,
  /** The open kernel modules can hand out DMA-BUF handles, the proprietary ones can not. Null: no driver loaded. */
  isOpenKernelModule: flag,
  /** nvidia_peermem, nv_peer_mem, nvidia_fs, gdrdrv, mlx5_ib … that are loaded. */
  loadedModules: z.array(z.string()),
  /** Names below /sys/kernel/mm/memory_peers, which OFED's ib_core has. Null: no such folder. */
  memoryPeers: z.array(z.string()).nullable(),
  /** OFED or DOCA-OFED as `ofed_info -s` prints it; null: the kernel's own RDMA drivers. */
  ofedVersion: text,
  hasGdrcopyDevice: z.boolean(),
  /** What gdscheck said; null where it is not installed. */
  storage: z
    .object({
      releaseVersion: text,
      fsModuleVersion: text,
      libraryVersion: text,
      /** NVMe, NFS, … and whether GPUDirect Storage supports it here. */
      drivers: z.array(z.object({ name: z.string(), isSupported: z.boolean() })),
      isPeerDirectEnabled: flag,
      gpus: z.array(z.object({ index: z.number(), name: z.string(), supportsGds: z.boolean(), iommu: text })),
    })
    .nullable(),
});
export type GpudirectFacts = z.infer<typeof gpudirectFactsSchema>;

/** Facts of probe `sharp`: software of in-network reduction on the node. Its switches and manager are elsewhere. */
export const sharpFactsSchema = z.object({
  /** Libraries by path: libsharp.so, the NCCL plugin libnccl-net.so of HPC-X. */
  libraries: z.array(z.string()),
  packages: z.array(z.object({ name: z.string(), version: z.string() })),
  hasAggregationManager: z.boolean(),
  isAggregationManagerRunning: z.boolean(),
});
export type SharpFacts = z.infer<typeof sharpFactsSchema>;
