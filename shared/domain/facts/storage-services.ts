import { z } from 'zod';

const number = z.number().nullable();
const text = z.string().nullable();

/**
 * Facts of probe `nfs`: what this node mounts (/proc/self/mountstats) and what it serves (/proc/net/rpc/nfsd, etab). Times
 * are means since the mount: `rtt` on the wire and in the server, `exe` with the wait for a slot.
 */
export const nfsFactsSchema = z.object({
  mounts: z.array(
    z.object({
      mountPoint: z.string(),
      source: z.string(),
      version: text,
      options: z.array(z.string()),
      mountedSeconds: number,
      readBytes: number,
      writtenBytes: number,
      /** Requests that were sent again, of all operations. */
      requests: number,
      retransmissions: number,
      timeouts: number,
      read: z.object({ count: number, rttMs: number, exeMs: number }),
      write: z.object({ count: number, rttMs: number, exeMs: number }),
    }),
  ),
  /** Null: this node serves no NFS. */
  server: z
    .object({
      threads: number,
      readBytes: number,
      writtenBytes: number,
      rpcCalls: number,
      badCalls: number,
      staleHandles: number,
      exports: z.array(z.object({ path: z.string(), client: z.string(), options: z.array(z.string()) })).nullable(),
    })
    .nullable(),
});
export type NfsFacts = z.infer<typeof nfsFactsSchema>;

/** Facts of probe `ceph`: the cluster that this node is part of, or a client of. Null: this query had no answer. */
export const cephFactsSchema = z.object({
  fsid: text,
  /** `HEALTH_OK`, `HEALTH_WARN`, `HEALTH_ERR`. */
  health: text,
  checks: z.array(
    z.object({
      code: z.string(),
      severity: text,
      summary: z.string(),
      details: z.array(z.string()),
      isMuted: z.boolean(),
    }),
  ),
  monitors: z.object({ total: number, inQuorum: z.array(z.string()) }),
  standbyManagers: number,
  metadataServers: z.object({ up: number, standby: number }),
  osds: z.object({ total: number, up: number, in: number }),
  placementGroups: z.object({
    total: number,
    states: z.array(z.object({ state: z.string(), count: z.number() })),
    degradedObjects: number,
    misplacedObjects: number,
    degradedPercent: number,
  }),
  capacity: z.object({ totalBytes: number, usedBytes: number, availableBytes: number }),
  throughput: z.object({ readBytesPerSec: number, writtenBytesPerSec: number, recoveringBytesPerSec: number }),
  classes: z.array(z.object({ name: z.string(), totalBytes: number, usedBytes: number, availableBytes: number })),
  pools: z.array(
    z.object({
      id: number,
      name: z.string(),
      storedBytes: number,
      usedBytes: number,
      /** What can still be stored, with the pool's own redundancy. */
      availableBytes: number,
      objects: number,
    }),
  ),
  /** Root, racks, hosts and OSDs, each after what it lies in. */
  tree: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      kind: z.string(),
      depth: z.number(),
      deviceClass: text,
      status: text,
      /** 0: the OSD is out. */
      reweight: number,
      weight: number,
      totalBytes: number,
      usedBytes: number,
      placementGroups: number,
    }),
  ),
});
export type CephFacts = z.infer<typeof cephFactsSchema>;

/** Facts of probe `tape` (sysfs or `lsscsi -g`, `mt status`, `mtx status`). Without root drives and libraries are known by name. */
export const tapeFactsSchema = z.object({
  drives: z.array(
    z.object({
      /** `3:0:5:0`: host, channel, target, LUN. */
      scsiAddress: z.string(),
      /** The device that does not rewind. */
      device: text,
      vendor: text,
      model: text,
      firmware: text,
      serial: text,
      /** Null: the drive was not asked, or gave no answer. */
      status: z
        .object({
          isOnline: z.boolean(),
          isWriteProtected: z.boolean(),
          isDoorOpen: z.boolean(),
          needsCleaning: z.boolean(),
          /** `LTO-9`, as the density code of the medium in it tells. */
          density: text,
          fileNumber: number,
          blockNumber: number,
          softErrors: number,
          flags: z.array(z.string()),
        })
        .nullable(),
      /** Since the driver was loaded. */
      statistics: z
        .object({
          readBytes: number,
          writtenBytes: number,
          readCount: number,
          writeCount: number,
          residualCount: number,
        })
        .nullable(),
    }),
  ),
  libraries: z.array(
    z.object({
      device: z.string(),
      scsiAddress: text,
      vendor: text,
      model: text,
      firmware: text,
      serial: text,
      /** Null: its inventory could not be read. */
      inventory: z
        .object({
          drives: z.array(z.object({ number: z.number(), isFull: z.boolean(), volume: text, sourceSlot: number })),
          slots: z.array(
            z.object({ number: z.number(), isFull: z.boolean(), volume: text, isImportExport: z.boolean() }),
          ),
          /** As the library counts them; the list may be shorter. */
          driveCount: number,
          slotCount: number,
          importExportCount: number,
        })
        .nullable(),
    }),
  ),
});
export type TapeFacts = z.infer<typeof tapeFactsSchema>;
export type TapeLibrary = TapeFacts['libraries'][number];
