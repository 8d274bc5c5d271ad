import type { GpuListFacts } from '#shared/domain/facts/gpu';
import { normalizeBusId } from '../lib/bus-id';
import { linesOf, readPairs } from '../lib/lines';
import { readLostGpus } from '../lib/nvidia-smi';

/**
 * Reads `nvidia-smi -L`:
 *   GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-b4895dbf-9350-2524-a89b-98161ddd9fe4)
 *     MIG 3g.40gb     Device  0: (UUID: MIG-7089d0f3-293f-58c9-8f8c-5ea666eedbde)
 *   Unable to determine the device handle for gpu 0000:C3:00.0: GPU is lost.  Reboot the system to recover this GPU
 * Drivers before 470 name a slice `MIG-GPU-<uuid>/1/0`. Null: a line that is none of these, or no GPU at all.
 */
export function parseGpuList(text: string): GpuListFacts | null {
  const gpus: GpuListFacts['gpus'] = [];
  for (const line of linesOf(text)) {
    const gpu = /^GPU (\d{1,4}): (.{1,200}) \(UUID: (GPU-[0-9a-fA-F-]{36})\)\s*$/.exec(line);
    if (gpu) {
      gpus.push({ index: Number(gpu[1]), name: gpu[2] ?? '', uuid: gpu[3] ?? '', migDevices: [] });
      continue;
    }
    const mig = /^ +MIG (\S{1,40}) +Device +(\d{1,4}): \(UUID: (MIG-[0-9a-zA-Z/-]{1,100})\)\s*$/.exec(line);
    if (mig) {
      const owner = gpus.at(-1);
      if (!owner) return null;
      owner.migDevices.push({ index: Number(mig[2]), profile: mig[1] ?? '', uuid: mig[3] ?? '' });
      continue;
    }
    // A broken line among good ones is output cut short; words before the first GPU are a banner.
    if (gpus.length > 0 && line.trim() !== '' && readLostGpus(line).length === 0) return null;
  }
  return gpus.length > 0 ? { gpus, lost: readLostGpus(text) } : null;
}

/** A GPU as the kernel module lists it, whether or not it can be opened. */
export interface ListedGpu {
  readonly pciBusId: string;
  readonly name: string | null;
  /** Null: the module can't read it from the device. */
  readonly uuid: string | null;
  readonly minorNumber: string | null;
}

/**
 * Reads /proc/driver/nvidia/gpus/\*\/information as `grep -H ""` prints it, in the order of nvidia-smi, which is by bus id:
 *   /proc/driver/nvidia/gpus/0000:c3:00.0/information:Model: \t\t NVIDIA H100 80GB HBM3
 *   /proc/driver/nvidia/gpus/0000:c3:00.0/information:GPU UUID: \t GPU-????????-????-????-????-????????????
 */
export function parseGpuInformation(text: string): ListedGpu[] {
  const byBusId = new Map<string, string[]>();
  for (const line of linesOf(text)) {
    const match = /^\/proc\/driver\/nvidia\/gpus\/([0-9a-fA-F:.]{12,16})\/information:(.*)$/.exec(line);
    const pciBusId = normalizeBusId(match?.[1]);
    if (pciBusId === null) continue;
    byBusId.set(pciBusId, [...(byBusId.get(pciBusId) ?? []), match?.[2] ?? '']);
  }
  return [...byBusId]
    .map(([pciBusId, lines]) => {
      const pairs = readPairs(lines.join('\n'), ':');
      const uuid = pairs.get('GPU UUID') ?? '';
      return {
        pciBusId,
        name: pairs.get('Model') || null,
        uuid: /^GPU-[0-9a-fA-F-]{36}$/.test(uuid) ? uuid : null,
        minorNumber: pairs.get('Device Minor') ?? null,
      };
    })
    .sort((one, other) => (one.pciBusId < other.pciBusId ? -1 : 1));
}
